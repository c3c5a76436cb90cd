"""Columns recognised by their headers, and the account of every column."""

from __future__ import annotations

from collections import Counter

import pytest
from questionnaire_files import CODEBOOK, grid, headers, people, write_csv, write_xlsx

from etm_workbench.intake.columns import Headers
from etm_workbench.intake.plain_text import header_form

HEADERS = Headers(CODEBOOK)


CONSTRUCTED = sorted(v.name for v in CODEBOOK.variables.values() if v.section == "constructed")


@pytest.mark.parametrize("variable", sorted(CODEBOOK.variables.keys() - CONSTRUCTED))
def test_every_label_and_earlier_header_names_its_variable(variable):
    declared = CODEBOOK.variables[variable]
    seen = (variable, declared.en, declared.fr, *declared.headers)
    assert {HEADERS.variable_of(header) for header in seen} == {variable}


@pytest.mark.parametrize("variable", CONSTRUCTED)
def test_column_named_as_something_worked_out_is_somebody_elses(variable):
    declared = CODEBOOK.variables[variable]
    assert variable not in {HEADERS.variable_of(header) for header in (variable, declared.en, declared.fr)}


def test_no_header_names_two_variables():
    named = Counter(
        form
        for v in CODEBOOK.variables.values()
        for form in {header_form(header) for header in (v.name, v.en, v.fr, *v.headers)}
    )
    assert [] == [form for form, count in named.items() if count > 1]


@pytest.mark.parametrize(
    "header",
    [
        "Readiness / État de préparation",
        "État de préparation / Readiness",
        "READINESS",
        "  etat  de PREPARATION :",
        "Readiness\nÉtat de préparation",
        "Readiness horizon | État de préparation",
    ],
)
def test_header_is_known_however_it_is_written(header):
    assert "readiness" == HEADERS.variable_of(header)


@pytest.mark.parametrize("header", ["", None, 12, "Ready? Steady", "Readiness / Placement", "x" * 500])
def test_other_cells_are_no_header(header):
    assert HEADERS.variable_of(header) is None


def with_column(tmp_path, header, answer="CANARY"):
    cells = grid(people(2))
    return write_xlsx(tmp_path / "q.xlsx", [[*cells[0], header], *([*row, answer] for row in cells[1:])])


def test_unknown_column_is_named_by_its_letter_and_nearest_variable(tmp_path, check):
    finding = check(with_column(tmp_path, "Readyness")).findings.of("column_unknown")[0]
    assert (("V",), "readiness") == (finding.letters, finding.nearest)


def test_text_of_an_unknown_header_is_not_repeated(tmp_path, check):
    assert "CANARY" not in repr(check(with_column(tmp_path, "CANARY header")).findings)


def test_column_without_header_but_with_answers_is_unknown(tmp_path, check):
    assert 1 == check(with_column(tmp_path, None)).findings.account.columns_unknown


def test_two_columns_of_one_meaning_are_an_error(tmp_path, check):
    finding = check(with_column(tmp_path, "Account number", "T-1")).findings.of("column_twice")[0]
    assert (("person_id",), ("A", "V")) == (finding.variables, finding.letters)


def test_equity_answers_beside_the_questionnaire_are_an_error(tmp_path, check):
    checked = check(with_column(tmp_path, "Employment-equity groups", "Women"))
    assert ["error"] == [f.severity for f in checked.findings.of("column_misplaced")]


def test_missing_account_number_column_is_an_error(tmp_path, check):
    cells = [row[1:] for row in grid(people(2))]
    finding = check(write_xlsx(tmp_path / "q.xlsx", cells)).findings.of("column_required")[0]
    assert ("person_id",) == finding.variables


def test_questions_without_a_column_are_said_once(check):
    finding = check(people(1)).findings.of("column_missing")[0]
    assert ("information", 17, True) == (finding.severity, finding.count, "aspiration" in finding.variables)


def test_every_column_is_accounted_for(tmp_path, check):
    cells = grid(people(2))
    cells = [[*cells[0], "", "Strange"], *([*row, None, 1] for row in cells[1:])]
    a = check(write_csv(tmp_path / "q.csv", cells)).findings.account
    assert a.columns == a.columns_read + a.columns_ignored + a.columns_unknown + a.columns_blank == 23


def test_every_row_is_accounted_for(tmp_path, check):
    rows = grid(people(3))
    cells = [["Title"], [], *rows[:2], headers("fr"), [], *rows[2:], rows[2], []]
    a = check(write_xlsx(tmp_path / "q.xlsx", cells)).findings.account
    assert (1, 2, 2, 1, 3) == (a.rows_above, a.header_rows, a.rows_blank, a.rows_repeated, a.people)
    assert a.rows == a.rows_above + a.header_rows + a.rows_blank + a.rows_skipped + a.rows_repeated + a.people


def test_header_row_that_comes_again_is_passed_over(tmp_path, check):
    cells = grid(people(2))
    checked = check(write_xlsx(tmp_path / "q.xlsx", [*cells[:2], headers("fr"), *cells[2:]]))
    assert [(3,)] == [f.rows for f in checked.findings.of("header_repeated")]
    assert 2 == len(checked.file.records)
