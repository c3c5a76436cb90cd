"""Parameters of standard reports: declared once, checked both ways."""

from __future__ import annotations

import json
import shutil

import pytest

from etm_workbench import settings
from etm_workbench.codebook import load_codebook
from etm_workbench.errors import BadDefinition
from etm_workbench.reporting import definitions
from etm_workbench.reporting.definitions import load_report, standard_reports


@pytest.mark.parametrize("name", standard_reports())
def test_notebook_and_definition_agree(name) -> None:
    assert name == load_report(name).name


@pytest.mark.parametrize("name", standard_reports())
def test_every_text_of_a_definition_is_used_by_its_notebook(name) -> None:
    report = load_report(name)
    source = report.notebook.read_text(encoding="utf-8")
    assert [] == [key for key in report.file.texts if f'\\"{key}\\"' not in source]


def test_an_unknown_report_offers_the_nearest() -> None:
    with pytest.raises(BadDefinition, match="Did you mean 'cluster_review'"):
        load_report("cluster_revue")


def test_an_unknown_parameter_offers_the_nearest() -> None:
    with pytest.raises(BadDefinition, match=r"no parameter 'clutser'\. Did you mean 'cluster'"):
        load_report("cluster_review").check({"clutser": "central"}, load_codebook())


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"cluster": "centrale"}, "cluster: 'centrale' is not known. Did you mean 'central'"),
        ({"cycle": "2025"}, "cycle: '2025' is not known"),
        ({"cycle": 2025}, "cycle: a text was expected"),
        ({"language": "de"}, "language: 'de' is not known"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(given, message) -> None:
    with pytest.raises(BadDefinition, match=message):
        load_report("cluster_review").check(given, load_codebook())


def test_every_wrong_parameter_is_told_at_once() -> None:
    with pytest.raises(BadDefinition, match="given 2 wrong parameters"):
        load_report("establishment").check({"first_year": 1999, "last_year": "soon"}, load_codebook())


def test_defaults_fill_what_is_not_given() -> None:
    values = load_report("establishment").check({"first_year": 2020}, load_codebook())
    assert {"first_year": 2020, "last_year": 2025, "detail": "chosen_years", "language": "en"} == values


def test_a_drifting_parameters_cell_is_refused(tmp_path, monkeypatch) -> None:
    standard = tmp_path / "standard"
    standard.mkdir()
    for ending in (".ipynb", ".toml"):
        shutil.copy(settings.project_folder("notebooks") / "standard" / f"establishment{ending}", standard)
    path = standard / "establishment.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = next(c for c in notebook["cells"] if "parameters" in c["metadata"].get("tags", []))
    cell["source"] = "".join(cell["source"]).replace("2025", "2024")
    path.write_text(json.dumps(notebook), encoding="utf-8")
    shipped = settings.project_folder
    monkeypatch.setattr(
        definitions.settings, "project_folder", lambda name: tmp_path if name == "notebooks" else shipped(name)
    )
    load_report.cache_clear()
    with pytest.raises(BadDefinition, match="disagree on last_year"):
        load_report("establishment")
    load_report.cache_clear()
