"""What findings say, and what they never say."""

from __future__ import annotations

import io
import json

import openpyxl
import pytest
from questionnaire_files import CODEBOOK, ORGANIZATION, RECEIVED, grid, person, write_xlsx
from rich.console import Console

from etm_workbench.codebook import LANGUAGES
from etm_workbench.errors import BadInput
from etm_workbench.intake import Submission, load_rulebook, take_in_files
from etm_workbench.intake.findings import Findings, rows_in_words, where
from etm_workbench.intake.report import (
    Wording,
    as_records,
    findings_table,
    outcomes_table,
    totals_table,
    write_workbook,
)

RULEBOOK = load_rulebook()
WORDINGS = {language: Wording(RULEBOOK, CODEBOOK, language) for language in LANGUAGES}
CANARY = "CANARY-7731"


def shown(table):
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(table)
    return console.export_text()


@pytest.fixture
def wrong(check):
    """A file with many things wrong, each with a canary in it."""
    rows = [
        person(1, level=CANARY),
        person(2, placement=CANARY, manager_comments=CANARY),
        person(3, feedback_given_on=CANARY),
        {**person(4), "person_id": f"{CANARY} / 4"},
        *(person(n, readiness=CANARY) for n in range(10, 40)),
    ]
    return check(rows)


@pytest.fixture
def outcomes(quick_store, tmp_path):
    good = write_xlsx(tmp_path / "questionnaire_128.xlsx", grid([person(1)]))
    bad = write_xlsx(tmp_path / "questionnaire_126.xlsx", grid([person(1, level=CANARY)]))
    files = [Submission(good, CODEBOOK.cycle, ORGANIZATION), Submission(bad, CODEBOOK.cycle, "126")]
    return take_in_files(files, quick_store, received_on=RECEIVED)


def test_gravest_findings_come_first(wrong):
    order = [("error", "warning", "information").index(f.severity) for f in wrong.findings.entries]
    assert order == sorted(order)


def test_first_twenty_rows_are_named_and_the_rest_counted(wrong):
    finding = next(f for f in wrong.findings.of("value_code") if f.variables == ("readiness",))
    assert (30, tuple(range(6, 26))) == (finding.count, finding.rows)
    assert rows_in_words(finding, RULEBOOK, "en").endswith("25 and 10 more")


@pytest.mark.parametrize("language", LANGUAGES)
def test_column_is_named_by_label_and_letter(wrong, language):
    finding = next(f for f in wrong.findings.of("value_code") if f.variables == ("level",))
    assert (
        where(finding, RULEBOOK, codebook=CODEBOOK, language=language)
        == {
            "en": "Substantive level (column C)",
            "fr": "Niveau du poste d’attache (colonne C)",
        }[language]
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_table_holds_a_value(wrong, language):
    assert CANARY not in shown(findings_table(wrong.findings, WORDINGS[language]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_is_in_the_table(wrong, language):
    table = findings_table(wrong.findings, WORDINGS[language])
    assert table.row_count == len(wrong.findings.entries)


@pytest.mark.parametrize("language", LANGUAGES)
def test_json_holds_findings_without_values(outcomes, language):
    text = json.dumps(as_records(outcomes, WORDINGS[language]), ensure_ascii=False)
    assert CANARY not in text
    assert RULEBOOK["value_code"].text("what", language) in text


def test_json_says_what_became_of_each_file(outcomes):
    files = as_records(outcomes, WORDINGS["en"])["files"]
    assert [("128", "stored"), ("126", "refused")] == [(f["organization"], f["status"]) for f in files]


@pytest.mark.parametrize("language", LANGUAGES)
def test_workbook_holds_every_finding_and_no_value(tmp_path, wrong, language):
    write_workbook([wrong.findings], tmp_path / "findings.xlsx", WORDINGS[language])
    rows = list(openpyxl.load_workbook(tmp_path / "findings.xlsx").active.values)
    assert len(rows) == 1 + len(wrong.findings.entries)
    assert CANARY not in repr(rows)


def test_workbook_is_never_overwritten(tmp_path, wrong):
    (tmp_path / "findings.xlsx").touch()
    with pytest.raises(BadInput, match="nothing is overwritten"):
        write_workbook([wrong.findings], tmp_path / "findings.xlsx", WORDINGS["en"])


def test_outcome_of_each_file_is_in_the_table(outcomes):
    text = shown(outcomes_table(outcomes, WORDINGS["fr"]))
    assert "enregistré" in text
    assert "non enregistré" in text


def test_control_totals_end_with_all_levels(outcomes):
    last = shown(totals_table(outcomes, WORDINGS["en"])).strip().splitlines()[-2]
    assert ["All levels", "1", "819"] == [cell.strip() for cell in last.split("│")[3:6]]


def test_file_without_findings_has_no_error():
    assert not Findings("q.xlsx", ()).has_errors
