"""`etm twin`: a file that says it is fictional, from a bundle alone, with its sheet in both languages."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from etm_workbench.cli import main
from etm_workbench.protection.protect import protect
from etm_workbench.reporting.session import open_workbench


@pytest.fixture(scope="module")
def bundle(fictional, small_policy, tmp_path_factory):
    """The file of a release of two tables of 200 fictional people."""
    from etm_workbench.analysis import tabulate

    cadre = fictional.random_cadre(np.random.default_rng(4), 200)
    tables = {
        "map": tabulate.count(cadre, "map", "organization", "placement"),
        "sexes": tabulate.count(cadre, "sexes", "level", "sex"),
    }
    return protect(tables, small_policy, fictional.scope).write(tmp_path_factory.mktemp("twin") / "a.bundle.json")


@pytest.fixture
def etm(capsys):
    """Runs `etm twin`: the code it ended with, and what it printed."""

    def run(*arguments):
        code = 0
        try:
            main(["twin", *map(str, arguments)])
        except SystemExit as ended:
            code = ended.code
        return code, capsys.readouterr().out

    return run


def test_file_and_both_sheets_are_written(etm, bundle, tmp_path):
    assert 0 == etm(bundle, "--out", tmp_path / "twin.csv")[0]
    assert {"twin.csv", "twin.en.md", "twin.fr.md"} == {path.name for path in tmp_path.iterdir()}


@pytest.mark.parametrize(("language", "words"), [("en", "made up by a program"), ("fr", "inventée par un programme")])
def test_sheet_says_plainly_that_the_file_is_fictional(etm, bundle, tmp_path, language, words):
    etm(bundle, "--out", tmp_path / "twin.csv")
    text = (tmp_path / f"twin.{language}.md").read_text()
    assert words in text
    assert "anonym" not in text.lower()


def test_chosen_tables_alone_are_kept(etm, bundle, tmp_path):
    code, out = etm(bundle, "--table", "map", "--out", tmp_path / "twin.csv", "--json")
    assert (0, ["map"]) == (code, [table["table"] for table in json.loads(out)["fidelity"]["tables"]])
    assert ["fictional_record", "organization", "placement"] == list(pd.read_csv(tmp_path / "twin.csv").columns)


def test_shown_cells_come_out_as_released(etm, bundle, tmp_path):
    tables = json.loads(etm(bundle, "--out", tmp_path / "twin.csv", "--json")[1])["fidelity"]["tables"]
    assert [0, 0] == [table["differing"] for table in tables]


def test_same_seed_gives_the_same_file(etm, bundle, tmp_path):
    for name in ("a", "b"):
        etm(bundle, "--out", tmp_path / f"{name}.csv", "--seed", 5)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_table_that_is_not_in_the_bundle_is_refused(etm, bundle, tmp_path):
    assert 14 == etm(bundle, "--table", "maps", "--out", tmp_path / "twin.csv")[0]


def test_nothing_is_overwritten(etm, bundle, tmp_path):
    (tmp_path / "twin.csv").write_text("kept")
    assert 14 == etm(bundle, "--out", tmp_path / "twin.csv")[0]


def test_changed_bundle_makes_no_twin(etm, bundle, tmp_path):
    changed = tmp_path / "changed.bundle.json"
    changed.write_text(bundle.read_text().replace('"protected"', "3.0", 1))
    assert 14 == etm(changed, "--out", tmp_path / "twin.csv")[0]


def test_risk_is_measured_against_the_records_of_the_store(etm, unreleased_store, tmp_path):
    with open_workbench("2025-26", audience="service", store=unreleased_store) as workbench:
        tables = {"levels": workbench.service.count(rows="level", columns="sex")}
        made = workbench.protect(tables).write(tmp_path / "levels.bundle.json")
    code, out = etm(made, "--out", tmp_path / "twin.csv", "--measure-risk", "--store", unreleased_store, "--json")
    risk = json.loads(out)["risk"]
    assert (0, 1.0) == (code, pytest.approx(sum(risk["distances"])))
    assert risk["distances"][0] > 0.9  # two variables: nearly every combination is somebody's
