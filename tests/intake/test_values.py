"""Cells turned into values: answers in either language, dates, numbers, yes or no."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from questionnaire_files import CODEBOOK, ORGANIZATION

from etm_workbench.codebook import load_codebook
from etm_workbench.intake import load_rulebook
from etm_workbench.intake.dates import DateRules
from etm_workbench.intake.values import Casting, as_number, cast

RULEBOOK = load_rulebook()


def cast_one(variable, *cells, codebook=CODEBOOK, order=None):
    """Values, and the rule each unreadable or noteworthy cell breaks."""
    serials = RULEBOOK["date_serial"].parameters
    casting = Casting(codebook, RULEBOOK, DateRules(order, serials["first"], serials["last"]), ORGANIZATION)
    return cast(cells, codebook.variables[variable], casting=casting)


def value(variable, cell, **options):
    found = cast_one(variable, cell, **options).values.iloc[0]
    return found.date() if isinstance(found, datetime) and found is not None and found == found else found


def rule(variable, cell, **options):
    return set(cast_one(variable, cell, **options).noted)


CODED = [v for v in CODEBOOK.variables.values() if v.type == "code" and v.name != "organization"]


@pytest.mark.parametrize("variable", CODED, ids=lambda v: v.name)
def test_every_code_is_known_by_its_labels_and_itself(variable):
    for code in CODEBOOK.code_list(variable.name).codes:
        if code.holds_in(CODEBOOK.cycle):
            assert [value(variable.name, text) for text in (code.code, code.en, code.fr)] == [code.code] * 3


@pytest.mark.parametrize(
    "written",
    [
        "Prêt à être promu",
        "PRET A ETRE PROMU",
        "  ready for   advancement ",
        "READY_ADV",
        "Ready for Advancement / Prêt à être promu",
        "Pre\u0302t a\u0300 e\u0302tre promu",
    ],
)
def test_answer_is_known_however_it_is_written(written):
    assert "READY_ADV" == value("placement", written)


@pytest.mark.parametrize("written", ["EX-01", "EX 01", "ex   01", "EX1"])
def test_level_is_known_in_its_usual_spellings(written):
    assert "EX-01" == value("level", written)


def test_number_cell_is_a_code():
    assert ["4", "4", "4"] == [value("performance_rating", cell) for cell in (4, 4.0, "4")]


def test_sign_makes_another_rating():
    assert {"value_code"} == rule("performance_rating", "4+")


def test_answers_of_two_codes_in_one_cell_are_no_answer():
    assert {"value_code"} == rule("placement", "Ready for Advancement / Well-Placed in Role")


def test_code_of_a_later_cycle_is_said_so():
    earlier = load_codebook("2023-24")
    assert {"value_code_retired"} == rule("competency_strengths", "Character Leadership", codebook=earlier)


def test_labels_of_an_earlier_cycle_are_known():
    assert "WELL_PLACED" == value("placement", "Fit", codebook=load_codebook("2023-24"))


@pytest.mark.parametrize(
    "written",
    [
        "Another region; Another organization",
        "Une autre région;Une autre organisation;",
        "OTHER_REGION, OTHER_ORGANIZATION",
        "Another region\nAnother organization",
        "Another region; Another region; Une autre organisation",
    ],
)
def test_several_answers_are_parted(written):
    assert ("OTHER_ORGANIZATION", "OTHER_REGION") == value("mobility", written)


def test_one_wrong_answer_among_several_spoils_the_cell():
    assert {"value_code"} == rule("mobility", "Another region; The moon")


@pytest.mark.parametrize("written", ["ESDC", "EDSC", "128", 128, "Emploi et Développement social Canada"])
def test_organization_is_known_by_its_names(written):
    assert "128" == value("organization", written)


def test_acronym_that_swaps_across_languages_is_not_guessed():
    assert {"value_code"} == rule("organization", "CSC")


@pytest.mark.parametrize(
    ("written", "known"),
    [("Yes", True), ("oui", True), ("O", True), (True, True), (1, True), ("Non", False), ("N", False), (0, False)],
)
def test_yes_and_no_are_read(written, known):
    assert bool(value("position_bilingual", written)) is known


def test_maybe_is_neither_yes_nor_no():
    assert {"value_type"} == rule("position_bilingual", "maybe")


@pytest.mark.parametrize(
    "written",
    [
        datetime(2026, 3, 31, 14, 5),  # noqa: DTZ001  date cells bear no zone
        date(2026, 3, 31),
        "2026-03-31",
        "2026/3/31",
        "2026-03-31 00:00:00",
        "2026-03-31T00:00:00Z",
        "20260331",
        46112,
        46112.75,
        "46112",
        "31 mars 2026",
        "March 31, 2026",
        "31-Mar-2026",
        "31/03/2026",
        "03/31/2026",
        "31.03.2026",
    ],
    ids=str,
)
def test_date_is_read_however_it_is_written(written):
    assert date(2026, 3, 31) == value("feedback_given_on", written)


def test_first_of_the_month_in_french_is_read():
    assert date(2026, 8, 1) == value("feedback_given_on", "1er août 2026")


@pytest.mark.parametrize("written", ["31/02/2026", "tomorrow", "2026", 12, True, time(9), "03/04/26", "#REF!"], ids=str)
def test_other_cells_are_no_date(written):
    assert {"value_type"} == rule("feedback_given_on", written)


def test_day_and_month_are_not_guessed():
    assert {"date_ambiguous"} == rule("feedback_given_on", "03/04/2026")


def test_column_s_other_dates_say_the_order():
    column = cast_one("feedback_given_on", "03/04/2026", "31/05/2026")
    assert [date(2026, 4, 3), date(2026, 5, 31)] == [d.date() for d in column.values]


def test_contradictory_dates_say_nothing_of_the_order():
    column = cast_one("feedback_given_on", "03/04/2026", "31/05/2026", "05/31/2026")
    assert [True, False, False] == list(column.noted["date_ambiguous"])


def test_mapping_may_say_the_order():
    assert date(2026, 3, 4) == value("feedback_given_on", "03/04/2026", order="month_first")


def test_same_day_and_month_is_no_guess():
    assert date(2026, 4, 4) == value("feedback_given_on", "04/04/2026")


def test_day_numbers_are_said():
    assert {"date_serial"} == rule("feedback_given_on", 46112)


def test_date_outside_the_possible_is_an_error():
    assert {"value_range"} == rule("feedback_given_on", "1066-10-14")


@pytest.mark.parametrize(
    ("written", "number"),
    [("12,5", 12.5), ("12.5", 12.5), ("1 234,5", 1234.5), ("1\u202f234", 1234.0), (7, 7.0), ("-3", -3.0)],
)
def test_number_is_read_with_comma_or_point(written, number):
    assert number == as_number(written)


@pytest.mark.parametrize("written", ["1,234", "1.234.567", "twelve", "12 %", True, None, float("inf"), "1e999", "nan"])
def test_other_cells_are_no_number(written):
    assert as_number(written) is None


def test_whole_number_written_with_decimals_is_whole():
    assert 1970 == value("birth_year", "1970,0")


@pytest.mark.parametrize(("written", "broken"), [("1970,5", "value_type"), (1870, "value_range"), ("x", "value_type")])
def test_wrong_year_is_an_error(written, broken):
    assert rule("birth_year", written) == {broken}


@pytest.mark.parametrize("blank", [None, "", "   ", "\xa0", "\u200b", "\t\n"], ids=repr)
@pytest.mark.parametrize("variable", ["placement", "mobility", "feedback_given_on", "birth_year", "position_bilingual"])
def test_blank_cell_is_missing_and_breaks_nothing(variable, blank):
    column = cast_one(variable, blank)
    assert (0, 0, set()) == (column.values.notna().sum(), column.unreadable.sum(), set(column.noted))


def test_text_is_cleaned():
    assert "Zoë said ok" == value("manager_comments", " Zoe\u0308\u200b said\x00 _x0007_ok ")


def test_text_beyond_the_limit_is_an_error():
    assert {"value_too_long"} == rule("manager_comments", "x" * 4001)


def test_error_cell_is_no_text():
    assert {"value_type"} == rule("manager_comments", "#REF!")


def test_account_number_cell_loses_its_decimals():
    assert "12345" == value("person_id", 12345.0)


def test_true_one_and_text_one_are_read_apart():
    column = cast_one("feedback_given_on", True, 46112, "46112", 46112.0)
    assert [True, False, False, False] == list(column.unreadable)
