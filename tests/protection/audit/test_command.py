"""The command `etm audit`: its keys, its file of intervals, both languages, and how errors end."""

from __future__ import annotations

import csv
import json

import pytest

from etm_workbench import settings
from etm_workbench.cli import main
from etm_workbench.cli.audit_texts import TEXTS

FOLDER = settings.project_folder("data") / "reference" / "published_people"
SPEC = FOLDER / "audit.toml"
FILES = [str(FOLDER / f"org_employee_{name}.csv") for name in ("gender", "fol", "dept")]


@pytest.fixture
def run(capsys):
    def call(*arguments):
        code = 0
        try:
            main(["audit", *map(str, arguments)])
        except SystemExit as end:
            code = end.code or 0
        return code, *capsys.readouterr()

    return call


def test_json_has_the_counts_of_the_published_headcounts(run):
    code, out, _ = run(*FILES, "--spec", SPEC, "--json")
    told = json.loads(out)
    keys = ("hidden", "hidden_totals", "exact", "exact_within_one_table", "exact_only_by_linking", "outer")
    assert (0, (337, 38, 8, 1, 7, 0)) == (code, tuple(told[key] for key in keys))
    assert [(142, 19), (195, 19), (0, 0)] == [(table["hidden"], table["hidden_totals"]) for table in told["tables"]]


def test_intervals_are_written_one_row_a_hidden_cell(run, tmp_path):
    run(*FILES, "--spec", SPEC, "--intervals", tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    exact = [row for row in rows if row["recoverable"] and row["is_total"] == "no"]
    assert (375, 8) == (len(rows), len(exact))
    assert all(row["lower"] == row["upper"] for row in exact)
    assert {"proved"} == {row["interval"] for row in rows}


def test_an_existing_file_is_not_overwritten_without_being_asked(run, tmp_path):
    (tmp_path / "out.csv").write_text("mine", encoding="utf-8")
    code, _, err = run(*FILES, "--spec", SPEC, "--intervals", tmp_path / "out.csv")
    assert 14 == code
    assert "add --force" in err
    assert "mine" == (tmp_path / "out.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "en",
            "8 of 337 hidden cells have only one possible value: 1 within one table, 7 only once tables are linked.",
        ),
        ("fr", "8 cellules retenues sur 337 n’ont qu’une valeur possible"),
    ],
)
def test_the_summary_is_said_in_both_languages(run, language, sentence):
    _, out, _ = run(*FILES, "--spec", SPEC, "--lang", language)
    assert sentence in out


def test_the_list_on_the_screen_shows_no_value_that_was_hidden(run, tmp_path):
    (tmp_path / "audit.toml").write_text(
        '[[tables]]\nfile = "t.csv"\ndimensions = { unit = "Unit", sex = "Sex" }\nvalue = "N"\n'
        '[dimensions.sex]\ntotal = ["Total"]\n',
        encoding="utf-8",
    )
    (tmp_path / "t.csv").write_text("Unit,Sex,N\nA [b],Women,*\nA [b],Men,1000\nA [b],Total,1777\n", encoding="utf-8")
    _, out, _ = run(tmp_path / "t.csv", "--spec", tmp_path / "audit.toml")
    assert "unit A [b], sex Women" in out
    assert "777" not in out


def test_contradictions_are_listed(run, tmp_path):
    (tmp_path / "audit.toml").write_text(
        '[[tables]]\nfile = "t.csv"\ndimensions = { unit = "Unit", sex = "Sex" }\nvalue = "N"\n'
        '[dimensions.sex]\ntotal = ["Total"]\n',
        encoding="utf-8",
    )
    (tmp_path / "t.csv").write_text("Unit,Sex,N\nA,Women,4\nA,Men,10\nA,Total,17\n", encoding="utf-8")
    code, out, _ = run(tmp_path / "t.csv", "--spec", tmp_path / "audit.toml", "--json")
    assert (0, ["t.csv: sum over sex for unit A: parts and total differ by 3"]) == (
        code,
        json.loads(out)["contradictions"],
    )


def test_a_wrong_spec_ends_with_its_own_code_and_no_traceback(run, tmp_path):
    (tmp_path / "audit.toml").write_text("[[tables]]\nfiel = 'x'\n", encoding="utf-8")
    code, _, err = run(FILES[0], "--spec", tmp_path / "audit.toml")
    assert 12 == code
    assert "Did you mean 'file'?" in err
    assert "Traceback" not in err


@pytest.mark.parametrize(("language", "sentence"), [("en", "hide nothing"), ("fr", "ne retiennent rien")])
def test_files_that_hide_nothing_are_said_to(run, language, sentence):
    _, out, _ = run(FILES[2], "--spec", SPEC, "--lang", language)
    assert sentence in out


@pytest.mark.parametrize(("language", "sentence"), [("en", "categories are missing"), ("fr", "il manque souvent")])
def test_what_contradictions_usually_mean_is_said(run, tmp_path, language, sentence):
    (tmp_path / "audit.toml").write_text(
        '[[tables]]\nfile = "t.csv"\ndimensions = { unit = "Unit" }\n'
        'wide = { dimension = "sex", columns = ["Women", "Total"] }\n[dimensions.sex]\ntotal = ["Total"]\n',
        encoding="utf-8",
    )
    (tmp_path / "t.csv").write_text("Unit,Women,Men,Total\nA,4,10,14\n", encoding="utf-8")
    _, out, _ = run(tmp_path / "t.csv", "--spec", tmp_path / "audit.toml", "--lang", language)
    assert sentence in out


@pytest.mark.parametrize("key", sorted(TEXTS))
def test_every_text_says_the_same_values_in_both_languages(key):
    fields = [sorted(part.split("}")[0] for part in TEXTS[key][language].split("{")[1:]) for language in ("en", "fr")]
    assert fields[0] == fields[1]
