"""Saved questions: written and read back, hashed, compared with one another, judged for fineness."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from wrong import GOOD, toml

from etm_workbench.cli.main import etm
from etm_workbench.reporting.adhoc import check_definition, definition_text, read_definition
from etm_workbench.settings import data_folder

SAVED = sorted((data_folder() / "definitions").glob("*.toml"))
ANSWERS = {
    "question.en": "Who is ready?",
    "question.fr": "Qui est prêt?",
    "purpose.en": "To plan.",
    "purpose.fr": "Planifier.",
    "owner": "Delegate (role)",
    "organization": "128",
    "cycles": "2025-26",
    "rows": "level",
    "population": "placement=READY_ADV|READY_LAT",
}


@pytest.fixture
def question(tmp_path) -> Path:
    path = tmp_path / "question.toml"
    path.write_text(toml(GOOD), encoding="utf-8")
    return path


@pytest.mark.parametrize("path", SAVED, ids=lambda path: path.stem)
def test_saved_question_passes_the_check(path) -> None:
    assert () == check_definition(path).problems


def test_written_definition_reads_back_the_same(question, tmp_path) -> None:
    asked = read_definition(question)[0].model_copy(update={"findings": ()})
    path = tmp_path / "again.toml"
    path.write_text(definition_text(asked), encoding="utf-8")
    assert asked == read_definition(path)[0]


def test_hash_does_not_depend_on_layout(question) -> None:
    before = read_definition(question)[0].content_hash
    question.write_text("# a comment\n\n" + question.read_text(encoding="utf-8"), encoding="utf-8")
    assert before == read_definition(question)[0].content_hash


def test_near_duplicate_of_a_saved_question_is_pointed_out(tmp_path) -> None:
    copy = tmp_path / "copy.toml"
    text = SAVED[0].read_text(encoding="utf-8").replace('cycles = ["2025-26"]', 'cycles = ["2024-25"]')
    copy.write_text(text, encoding="utf-8")
    assert any(
        f"'{SAVED[0].stem}' in data/definitions counts the same" in w.en for w in check_definition(copy).warnings
    )


def test_table_too_fine_to_survive_protection_is_warned_of(tmp_path) -> None:
    wide = {"audience": "service", "organization": "", "rows": ["organization"], "comparator": "none", "charts": []}
    content = {**GOOD, **wide}
    path = tmp_path / "fine.toml"
    path.write_text(toml(content), encoding="utf-8")
    assert "hold fewer than 10 people" in check_definition(path).warnings[0].en


def test_new_writes_a_definition_that_passes(tmp_path) -> None:
    path = tmp_path / "mine.toml"
    given = [part for entry, value in ANSWERS.items() for part in ("--answers", f"{entry}={value}")]
    result = CliRunner().invoke(etm, ["adhoc", "new", str(path), "--no-questions", *given])
    assert 0 == result.exit_code
    assert () == check_definition(path).problems


def test_check_says_its_findings_as_json(question) -> None:
    result = CliRunner().invoke(etm, ["adhoc", "check", str(question), "--json"])
    assert [] == json.loads(result.output)["problems"]


def test_check_of_a_wrong_definition_ends_with_the_author_s_code(question) -> None:
    question.write_text("rows = []", encoding="utf-8")
    assert 12 == CliRunner().invoke(etm, ["adhoc", "check", str(question)]).exit_code


def test_check_speaks_the_language_asked_for(question) -> None:
    question.write_text(toml({**GOOD, "rows": ["levle"], "findings": []}), encoding="utf-8")
    said = CliRunner().invoke(etm, ["adhoc", "check", str(question), "--lang", "fr"]).output
    assert "la variable « levle » n’existe pas. Vouliez-vous dire « level »?" in said.replace("\u00a0", " ")
    assert "there is no" not in said
