"""Mapping files: a foreign layout without code."""

from __future__ import annotations

from datetime import date

import pytest
from questionnaire_files import CODEBOOK, ORGANIZATION, people, write_csv

from etm_workbench.errors import BadCodebook, BadInput
from etm_workbench.intake import check_file, load_mapping

ROWS = [
    ["No", "Grade", "Age", "Town", "Since", "Score", "Pay"],
    ["1", "D1", "50", "Ottawa", "3", "2", "9"],
    ["2", "D2", "41", "-", "0", "9", "9"],
]
BASIC = """
[file]
kind = "questionnaire"
[variables.person_id]
column = "No"
prefix = "P-"
[variables.level]
column = "Grade"
codes = { D1 = "EX-01", D2 = "EX-02" }
"""


@pytest.fixture
def mapped(tmp_path):
    """Rows and the text of a mapping in, findings and records out."""

    def check(text, rows=ROWS):
        (tmp_path / "m.toml").write_text(BASIC + text, encoding="utf-8")
        path = write_csv(tmp_path / "foreign.csv", rows)
        mapping = load_mapping(tmp_path / "m.toml", CODEBOOK)
        return check_file(path, organization=ORGANIZATION, codebook=CODEBOOK, mapping=mapping)

    return check


def test_answers_are_translated_and_prefixed(mapped):
    records = mapped("").file.records
    assert (["P-1", "P-2"], ["EX-01", "EX-02"]) == (list(records["person_id"]), list(records["level"]))


def test_column_is_renamed(mapped):
    rows = [[*ROWS[0], "Rang"], [*ROWS[1], "4"], [*ROWS[2], "5"]]
    assert ["4", "5"] == list(mapped('[rename]\nRang = "performance_rating"', rows).file.records["performance_rating"])


def test_number_is_taken_from_a_constant(mapped):
    made = mapped('[variables.birth_year]\ncolumn = "Age"\nsubtract_from = 2025').file.records["birth_year"]
    assert [1975, 1984] == list(made)


def test_years_are_taken_from_a_date(mapped):
    text = '[variables.appointed_to_level_on]\ncolumn = "Since"\nyears_before = 2024-02-29'
    made = mapped(text).file.records["appointed_to_level_on"]
    assert [date(2021, 2, 28), date(2024, 2, 28)] == [d.date() for d in made]


RANGES = """
[variables.risk_of_loss]
column = "Score"
ranges = [{ below = 3, code = "LOW" }, { at_least = 3, below = 7, code = "HIGH" }]
"""


def test_ranges_become_codes(mapped):
    rows = [ROWS[0], ROWS[1], [*ROWS[2][:5], "3", "9"]]
    assert ["LOW", "HIGH"] == list(mapped(RANGES, rows).file.records["risk_of_loss"])


def test_number_outside_every_range_is_found(mapped):
    finding = mapped(RANGES).findings.of("value_code")[0]
    assert (("risk_of_loss",), ("F",), (3,)) == (finding.variables, finding.letters, finding.rows)


def test_columns_are_joined(mapped):
    people = mapped('[variables.position_title]\ncolumns = ["Grade", "Town"]\njoin = ", "\nblank = ["-"]').file.people
    assert ["D1, Ottawa", "D2"] == list(people["position_title"])


def test_constant_is_everybody_s(mapped):
    assert ["NCR", "NCR"] == list(mapped('[variables.region]\nconstant = "NCR"').file.records["region"])


def test_ignored_columns_are_counted(mapped):
    account = mapped('[ignore]\nPay = "Not held."').findings.account
    assert (1, 4) == (account.columns_ignored, account.columns_unknown)


def test_named_rows_are_passed_over(tmp_path):
    (tmp_path / "m.toml").write_text(BASIC.replace("[file]", "[file]\nskip_rows = [3]"), encoding="utf-8")
    mapping = load_mapping(tmp_path / "m.toml", CODEBOOK)
    path = write_csv(tmp_path / "foreign.csv", ROWS)
    account = check_file(path, organization=ORGANIZATION, codebook=CODEBOOK, mapping=mapping).findings.account
    assert (1, 1) == (account.rows_skipped, account.people)


def test_column_that_the_file_lacks_is_an_error(mapped):
    finding = mapped('[variables.aspiration]\ncolumn = "Hope"').findings.of("mapping_column_absent")[0]
    assert ("error", ("aspiration",)) == (finding.severity, finding.variables)


def test_mapping_is_part_of_the_stored_file(mapped):
    assert mapped("").file.mapping_hash != mapped('[variables.region]\nconstant = "NCR"').file.mapping_hash


def test_file_without_mapping_has_no_hash(check):
    assert "" == check(people(1)).file.mapping_hash


WRONG = {
    "unknown_variable": ('[variables.plaecment]\ncolumn = "x"', BadInput, "Did you mean 'placement'"),
    "two_sources": ('[variables.region]\ncolumn = "x"\nconstant = "y"', BadCodebook, "exactly one of"),
    "two_steps": (
        '[variables.region]\ncolumn = "x"\nsubtract_from = 1\ncodes = { a = "b" }',
        BadCodebook,
        "each stand alone",
    ),
    "unknown_key": ('[variables.region]\ncolumn = "x"\ncolour = "y"', BadCodebook, "colour"),
    "not_toml": ("[variables", BadCodebook, "not valid TOML"),
    "bad_identifier": ('[organization]\nidentifier = "a b"\ntitle_en = "a"\ntitle_fr = "b"', BadCodebook, "identifier"),
    "one_language": ('[organization]\nidentifier = "ab"\ntitle_en = "a"', BadCodebook, "title_fr"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_mapping_is_refused_with_its_problems(tmp_path, name):
    text, kind, said = WRONG[name]
    (tmp_path / "m.toml").write_text(text, encoding="utf-8")
    with pytest.raises(kind, match=said):
        load_mapping(tmp_path / "m.toml", CODEBOOK)


def test_missing_mapping_is_refused(tmp_path):
    with pytest.raises(BadInput, match="no mapping file"):
        load_mapping(tmp_path / "m.toml", CODEBOOK)
