"""The rules that answers are held to."""

from __future__ import annotations

from datetime import date

import pytest
from questionnaire_files import COLUMNS, grid, person, write_xlsx

from etm_workbench.intake import check as check_module
from etm_workbench.intake import load_rulebook
from etm_workbench.intake.rules import Register

READY = {"placement": "Ready for Advancement"}
FINALIZED = date(2025, 6, 13)


def found(checked, rule):
    return [(f.severity, f.verdict, f.rows) for f in checked.findings.of(rule)]


@pytest.mark.parametrize("placement", ["Ready for Advancement", "Ready for Lateral Movement"])
def test_ready_placement_with_valid_results_stands(check, placement):
    assert check([person(placement=placement)]).file is not None


LACKING = {
    "oral_too_low": {"sle_oral": "B"},
    "writing_too_low": {"sle_writing": "A"},
    "reading_below_a": {"sle_reading": "X"},
    "oral_blank": {"sle_oral": None, "sle_oral_expires_on": None},
    "oral_expired_the_day_before": {"sle_oral_expires_on": date(2025, 6, 12)},
}


@pytest.mark.parametrize("placement", ["Ready for Advancement", "Ready for Lateral Movement"])
@pytest.mark.parametrize("lacking", LACKING)
def test_ready_placement_without_valid_results_is_an_error(check, placement, lacking):
    checked = check([person(placement=placement, **LACKING[lacking])])
    assert [("error", "fails", (2,))] == found(checked, "sle_ready_placement")


@pytest.mark.parametrize("placement", ["Well-Placed in Role", "Develop in Role", "New in Role", None])
def test_other_placements_need_no_results(check, placement):
    checked = check([person(placement=placement, sle_oral="A")])
    assert [] == found(checked, "sle_ready_placement")


def test_position_that_is_not_bilingual_needs_no_results(check):
    assert [] == found(check([person(**READY, position_bilingual="No", sle_oral="A")]), "sle_ready_placement")


def test_results_count_on_the_day_placements_are_finalized(check):
    on_the_day = {f"sle_{skill}_expires_on": FINALIZED for skill in ("reading", "writing", "oral")}
    assert check([person(**READY, **on_the_day)]).file is not None


def test_level_e_does_not_expire(check):
    exempt = {"sle_oral": "E (exempt)", "sle_oral_expires_on": None, "sle_reading": "E", "sle_writing": "E"}
    assert [] == found(check([person(**READY, **exempt)]), "sle_ready_placement")


def test_result_better_than_the_minimum_stands(check):
    assert check([person(**READY, sle_writing="C")]).file is not None


def test_recorded_reason_lifts_the_error_to_a_warning(check):
    checked = check([person(**READY, sle_oral="B", sle_override_reason="Fictional reason")])
    assert [("warning", "fails", (2,))] == found(checked, "sle_override")
    assert checked.file is not None


def test_recorded_reason_goes_with_the_file(check):
    checked = check([person(1), person(2, **READY, sle_oral="B", sle_override_reason="Fictional reason")])
    assert (("sle_ready_placement", "T-00002", "Fictional reason"),) == checked.file.overrides


def test_reason_that_was_not_needed_is_no_override(check):
    assert () == check([person(**READY, sle_override_reason="Fictional reason")]).file.overrides


def test_result_without_expiry_date_cannot_be_judged(check):
    checked = check([person(**READY, sle_oral_expires_on=None)])
    assert [("warning", "unknown", (2,))] == found(checked, "sle_ready_placement")


def test_unreadable_expiry_date_cannot_be_judged(check):
    checked = check([person(**READY, sle_oral_expires_on="soon")])
    assert ("warning", "unknown", (2,)) in found(checked, "sle_ready_placement")


def test_too_low_a_result_fails_even_when_another_cannot_be_read(check):
    checked = check([person(**READY, sle_oral="B", sle_reading_expires_on="soon")])
    assert [("error", "fails", (2,))] == found(checked, "sle_ready_placement")


def test_file_without_columns_for_results_cannot_be_judged(tmp_path, check):
    columns = tuple(name for name in COLUMNS if not name.startswith("sle_"))
    checked = check(write_xlsx(tmp_path / "q.xlsx", grid([person(**READY)], columns=columns)))
    assert [("warning", "unknown", (2,))] == found(checked, "sle_ready_placement")


def test_unknown_language_of_position_cannot_be_judged(check):
    checked = check([person(**READY, position_bilingual=None, sle_oral="B")])
    assert [("warning", "unknown", (2,))] == found(checked, "sle_ready_placement")


def test_register_says_whether_the_position_is_bilingual(check):
    register = Register({"T-00001": {"position_bilingual": True, "level": "EX-01"}})
    checked = check([person(**READY, position_bilingual=None, sle_oral="B")], register=register)
    assert [("error", "fails", (2,))] == found(checked, "sle_ready_placement")


def test_results_valid_for_longer_than_results_hold_are_a_warning(check):
    checked = check([person(sle_oral_expires_on=date(2031, 1, 1))])
    assert [("warning", "fails", (2,))] == found(checked, "sle_expiry_too_far")


def test_rule_of_one_department_is_off(check):
    checked = check([person(performance_rating=5, sle_oral="A")])
    assert [] == found(checked, "sle_high_rating")


@pytest.mark.parametrize(("rating", "rows"), [(5, [(2,)]), (3, [])])
def test_rule_of_one_department_can_be_switched_on(monkeypatch, check, rating, rows):
    rulebook = load_rulebook()
    on = rulebook["sle_high_rating"].model_copy(update={"severity": "warning"})
    switched = rulebook.model_copy(update={"rules": {**rulebook.rules, "sle_high_rating": on}})
    monkeypatch.setattr(check_module, "load_rulebook", lambda: switched)
    checked = check([person(performance_rating=rating, sle_oral="A")])
    assert rows == [rows for _, _, rows in found(checked, "sle_high_rating")]


def test_same_row_twice_is_kept_once(check):
    checked = check([person(1), person(2), person(1)])
    assert [("warning", "fails", (4,))] == found(checked, "person_repeated")
    assert 2 == len(checked.file.records)


def test_same_person_with_other_answers_is_an_error(check):
    checked = check([person(1), person(2), person(1, readiness="Ready now")])
    assert [("error", "fails", (2, 4))] == found(checked, "person_conflict")


def test_account_number_in_another_form_is_the_same_person(check):
    checked = check([person(1), {**person(1, readiness="Ready now"), "person_id": " t\u2011000 01 "}])
    assert [("error", "fails", (2, 3))] == found(checked, "person_conflict")


def test_row_without_account_number_is_an_error(check):
    assert [("error", "fails", (3,))] == found(check([person(1), {**person(2), "person_id": None}]), "person_missing")


@pytest.mark.parametrize("identifier", ["Total: 5", "a/b", "x" * 41, "=1+1"])
def test_malformed_account_number_is_an_error(check, identifier):
    assert [("error", "fails", (2,))] == found(check([{**person(1), "person_id": identifier}]), "person_malformed")


def test_person_of_another_organization_is_an_error(check):
    checked = check([person(1), person(2, organization="Global Affairs Canada")])
    assert [("error", "fails", (3,))] == found(checked, "organization_differs")


def test_person_not_in_the_register_is_a_warning(check):
    checked = check([person(1), person(2)], register=Register({"T-00001": {"level": "EX-01"}}))
    assert [("warning", "fails", (3,))] == found(checked, "person_not_in_register")


def test_accounts_without_a_questionnaire_are_counted(check):
    checked = check([person(1)], register=Register({"T-00001": {}, "T-2": {}, "T-3": {}}))
    assert [2] == [f.count for f in checked.findings.of("person_without_questionnaire")]


def test_level_other_than_the_register_s_is_a_warning(check):
    checked = check([person(1, level="EX-02")], register=Register({"T-00001": {"level": "EX-01"}}))
    assert [("warning", "fails", (2,))] == found(checked, "level_differs_from_register")


def test_acting_level_in_place_of_the_substantive_one_is_an_error(check):
    register = Register({"T-00001": {"level": "EX-01", "acting_level": "EX-02"}})
    assert [("error", "fails", (2,))] == found(
        check([person(1, level="EX-02")], register=register), "placed_by_acting_level"
    )


def test_acting_level_not_above_the_substantive_one_is_a_warning(check):
    checked = check([person(1, acting_level="EX-01"), person(2, acting_level="EX-02")])
    assert [("warning", "fails", (2,))] == found(checked, "acting_not_above")


def test_blank_level_is_an_error(check):
    assert [("error", "fails", (2,))] == found(check([person(level=None)]), "value_required")


RATED = [("4", "Well-Placed in Role"), ("2", "Develop in Role")]


def test_placements_that_follow_ratings_are_a_warning(check):
    rows = [person(n, performance_rating=RATED[n % 2][0], placement=RATED[n % 2][1]) for n in range(1, 21)]
    assert ["warning"] == [f.severity for f in check(rows).findings.of("placement_follows_rating")]


def test_placements_that_do_not_follow_ratings_are_fine(check):
    rows = [person(n, performance_rating=RATED[n % 2][0], placement=RATED[n % 2][1]) for n in range(1, 21)]
    rows[0]["placement"] = "New in Role"
    assert [] == found(check(rows), "placement_follows_rating")


def test_few_people_do_not_show_a_pattern(check):
    rows = [person(n, performance_rating=RATED[n % 2][0], placement=RATED[n % 2][1]) for n in range(1, 20)]
    assert [] == found(check(rows), "placement_follows_rating")


def test_executive_without_a_placement_is_a_warning(check):
    assert [("warning", "fails", (2,))] == found(check([person(placement=None)]), "assessment_missing")


def test_placement_nobody_was_told_of_is_said(check):
    assert [("information", "fails", (2,))] == found(check([person(feedback_given_on=None)]), "feedback_missing")


def test_half_finished_questionnaire_is_said_and_taken_in(check):
    checked = check([person(executive_completed_on=None)])
    assert [("information", "fails", (2,))] == found(checked, "executive_half_missing")
    assert checked.file is not None


def test_date_of_another_cycle_is_a_warning(check):
    checked = check([person(manager_completed_on=date(2021, 5, 1))])
    assert [("warning", "fails", (2,))] == found(checked, "completed_outside_cycle")


def test_register_file_needs_names(tmp_path, check):
    path = write_xlsx(tmp_path / "accounts_128.xlsx", grid([person(1)], columns=("person_id", "level")))
    finding = check(path).findings.of("column_required")[0]
    assert ("given_name", "family_name", "position_bilingual") == finding.variables


def test_equity_file_keeps_those_who_belong_to_no_group(tmp_path, check):
    rows = [person(1, equity_groups="Women; Indigenous peoples"), person(2, equity_groups=None)]
    path = write_xlsx(tmp_path / "equity_128.xlsx", grid(rows, columns=("person_id", "equity_groups")))
    file = check(path).file
    assert ("equity", [("WOMEN", "INDIGENOUS"), None]) == (file.kind, list(file.records["equity_groups"]))
