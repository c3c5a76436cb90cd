"""Small notebooks, and one batch of them for each file of tests: starting a zygote costs a second."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from etm_workbench.reporting.zygote import Job

AFTERWARDS = """
from pathlib import Path

def page(finished):
    (staged,) = finished.staged.values()
    staged.write_text("".join(str(cell.get("outputs", "")) for cell in finished.notebook.cells))

def nothing(finished):
    pass

def breaks(finished):
    raise ValueError("a person's value")
"""


def write_notebook(path: Path, *cells: str, parameters: str = "number = 0", tags: dict[int, str] | None = None) -> Path:
    """A notebook with a parameters cell and these code cells, its identifiers fixed."""
    v4 = nbformat.v4
    made = [v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}, id="parameters")]
    for index, source in enumerate(cells):
        metadata = {"tags": [tags[index]]} if tags and index in tags else {}
        made.append(v4.new_code_cell(source, metadata=metadata, id=f"cell-{index}"))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(v4.new_notebook(cells=made, metadata={"kernelspec": kernel}), path)
    return path


def shown(path: Path) -> list[list[nbformat.NotebookNode]]:
    """The outputs of each code cell of an executed notebook, those of the parameters left out."""
    cells = nbformat.read(path, as_version=4).cells
    return [cell.outputs for cell in cells if cell.id.startswith("cell-")]


def said(path: Path) -> str:
    """All that the notebook printed."""
    return "".join(output.text for cell in shown(path) for output in cell if output.output_type == "stream")


@pytest.fixture(scope="session")
def notebooks() -> SimpleNamespace:
    """Functions on notebook files: `write`, `shown`, `said`."""
    return SimpleNamespace(write=write_notebook, shown=shown, said=said)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A folder for the files of one file of tests."""
    return tmp_path_factory.mktemp("batch")


@pytest.fixture(scope="session")
def afterwards(tmp_path_factory) -> Iterator[str]:
    """The name of a module, importable here and by children, whose functions jobs can name in `after`."""
    where = tmp_path_factory.mktemp("modules")
    (where / "afterwards.py").write_text(AFTERWARDS)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(where)
        patch.setenv("PYTHONPATH", str(where), prepend=os.pathsep)
        yield "afterwards"


@pytest.fixture(scope="module")
def make_job(folder) -> Callable[..., Job]:
    """A job whose notebook has these cells; everything in the module's folder."""

    def made(name: str, *cells: str, number: object = 0, **options: object) -> Job:
        notebook = write_notebook(folder / f"{name}.ipynb", *cells)
        return Job(notebook, {"number": number}, folder / "out" / f"{name}-{number}.ipynb", **options)

    return made
