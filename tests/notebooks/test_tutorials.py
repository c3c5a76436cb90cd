"""The tutorials run as they stand, on the fictional service, and show what they speak of."""

from __future__ import annotations

from pathlib import Path

import nbformat
import papermill
import pytest

from etm_workbench.settings import project_folder

FOLDER = project_folder("notebooks") / "tutorials"
TUTORIALS = sorted(path.stem for path in FOLDER.glob("*.ipynb"))


@pytest.fixture(scope="module", params=["en", pytest.param("fr", marks=pytest.mark.long)])
def language(request) -> str:
    return request.param


@pytest.fixture
def ran(unreleased_store, language, tmp_path, monkeypatch):
    """Runs a tutorial in one language; its cells with what they showed."""

    def run(name: str) -> list[nbformat.NotebookNode]:
        monkeypatch.setenv("ETM_STORE", unreleased_store)
        made = tmp_path / f"{name}.ipynb"
        source = FOLDER / f"{name}.ipynb"
        papermill.execute_notebook(str(source), str(made), parameters={"language": language}, progress_bar=False)
        return nbformat.read(made, as_version=4).cells

    return run


def shown(cell: nbformat.NotebookNode) -> str:
    return "\n".join(str(text) for output in cell.get("outputs", []) for text in output.get("data", {}).values())


def test_there_is_a_tutorial() -> None:
    assert TUTORIALS


@pytest.mark.parametrize("name", TUTORIALS)
def test_a_tutorial_runs_and_every_step_shows_something(name, ran) -> None:
    steps = [
        c
        for c in ran(name)
        if c.cell_type == "code" and not {"parameters", "injected-parameters"} & set(c.metadata.tags)
    ]
    assert (True, []) == (len(steps) > 4, [cell.source for cell in steps if not shown(cell)])


@pytest.mark.parametrize("name", TUTORIALS)
def test_a_tutorial_keeps_no_output_in_the_repository(name) -> None:
    cells = nbformat.read(Path(FOLDER / f"{name}.ipynb"), as_version=4).cells
    assert [] == [cell.source for cell in cells if cell.get("outputs")]


@pytest.mark.parametrize("name", TUTORIALS)
def test_a_tutorial_speaks_both_languages(name) -> None:
    cells = nbformat.read(Path(FOLDER / f"{name}.ipynb"), as_version=4).cells
    headings = [cell.source.splitlines()[0] for cell in cells if cell.cell_type == "markdown"]
    assert [] == [heading for heading in headings if " · " not in heading]
