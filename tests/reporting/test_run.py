"""Running a report: all of it or nothing, and nothing of anybody in a message."""

from __future__ import annotations

import json
import shutil

import pytest
from jupyter_client.provisioning.local_provisioner import LocalPortCache

from etm_workbench import settings
from etm_workbench.errors import BadDefinition, WorkbenchError
from etm_workbench.reporting import definitions, run
from etm_workbench.reporting.definitions import load_report
from etm_workbench.reporting.run import run_report
from etm_workbench.reporting.zygote import guard

SECRET = "Zyxwv-unmistakable"


@pytest.fixture
def broken_report(tmp_path, monkeypatch):
    """The establishment report with a last cell that fails while it holds a secret."""
    standard = tmp_path / "notebooks" / "standard"
    standard.mkdir(parents=True)
    for ending in (".ipynb", ".toml"):
        shutil.copy(settings.project_folder("notebooks") / "standard" / f"establishment{ending}", standard)
    path = standard / "establishment.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    last = dict(notebook["cells"][-1], source=f"raise ValueError('{SECRET}')")
    notebook["cells"] = [*notebook["cells"][:2], last]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    shipped = settings.project_folder
    monkeypatch.setattr(
        definitions.settings,
        "project_folder",
        lambda name: tmp_path / "notebooks" if name == "notebooks" else shipped(name),
    )
    load_report.cache_clear()
    yield
    load_report.cache_clear()


def failure(out) -> str:
    with pytest.raises(WorkbenchError) as stop:
        run_report("establishment", {}, out=out)
    return str(stop.value)


def test_a_failed_run_leaves_nothing_behind(broken_report, tmp_path) -> None:
    failure(tmp_path / "out" / "reports")
    assert [] == list((tmp_path / "out").iterdir())


@pytest.mark.skipif(not guard.can_fork(), reason="there are no unix sockets to listen on")
def test_a_report_needs_no_port_that_another_program_could_take_first(broken_report, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(LocalPortCache, "find_available_port", lambda *_: pytest.fail("a port was asked for"))
    assert "stopped at cell 3" in failure(tmp_path / "reports")


def test_a_failed_run_names_the_cell_and_the_kind(broken_report, tmp_path) -> None:
    assert "stopped at cell 3 with ValueError" in failure(tmp_path / "reports")


def test_a_failed_run_never_quotes_what_it_held(broken_report, tmp_path, capfd) -> None:
    message = failure(tmp_path / "reports")
    captured = capfd.readouterr()
    assert SECRET not in message + captured.out + captured.err


def test_unknown_parameters_refuse_the_run_before_it_starts(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(run, "_execute", lambda *_: pytest.fail("the notebook ran"))
    with pytest.raises(BadDefinition, match="no parameter 'year'"):
        run_report("establishment", {"year": 2020}, out=tmp_path / "reports")


def test_an_unknown_format_is_refused(tmp_path) -> None:
    with pytest.raises(BadDefinition, match="no format 'odt'"):
        run_report("establishment", {}, out=tmp_path / "reports", formats=("odt",))


def test_a_notebook_that_depends_on_its_language_is_refused() -> None:
    from etm_workbench.errors import UnprotectedOutput

    with pytest.raises(UnprotectedOutput, match="says different things in its two languages"):
        run._same(load_report("establishment"), {"en": "{}", "fr": "[]"})
