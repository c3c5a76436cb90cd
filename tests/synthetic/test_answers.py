"""Answers obey the rules of the talent map, so that finished files pass intake."""

from __future__ import annotations

import pandas as pd
import pytest

CYCLES = ["2023-24", "2024-25", "2025-26"]
READY = ["READY_ADV", "READY_LAT"]


def valid(records, on):
    """C-B-C, unexpired on a day; level E does not expire."""
    enough = pd.Series(True, index=records.index)
    for skill, levels in (("reading", "CE"), ("writing", "BCE"), ("oral", "CE")):
        result, expiry = records[f"sle_{skill}"], records[f"sle_{skill}_expires_on"]
        enough &= result.isin(list(levels)) & ((result == "E") | (expiry >= pd.Timestamp(on)))
    return enough


def blocked(service, cycle):
    records = service.records[cycle]
    final = service.settings[cycle].cycle.finalized_on
    return records[records["position_bilingual"] & ~valid(records, final) & records["placement"].isin(READY)]


@pytest.mark.parametrize("cycle", CYCLES)
def test_a_ready_placement_without_valid_results_has_a_recorded_reason(full, cycle):
    assert blocked(full, cycle)["sle_override_reason"].notna().all()


@pytest.mark.parametrize("cycle", CYCLES)
def test_there_are_some_recorded_reasons_and_not_many(full, cycle):
    assert 5 < len(blocked(full, cycle)) < 100


@pytest.mark.parametrize("cycle", CYCLES)
def test_a_reason_is_recorded_only_where_it_is_needed(full, cycle):
    given = full.records[cycle]["sle_override_reason"].notna()
    assert set(full.records[cycle].index[given]) == set(blocked(full, cycle).index)


@pytest.mark.parametrize("cycle", CYCLES)
def test_acting_is_one_level_above_the_substantive_level(full, cycle):
    acting = full.records[cycle].dropna(subset=["acting_level"])
    steps = acting["acting_level"].str[-1].astype(int) - acting["level"].str[-1].astype(int)
    assert {1} == set(steps)


@pytest.mark.parametrize("cycle", CYCLES)
def test_a_completed_assessment_has_a_placement(full, cycle):
    records = full.records[cycle]
    assert records.loc[records["manager_status"] == "COMPLETED", "placement"].notna().all()


@pytest.mark.parametrize("section", ["executive", "manager"])
def test_some_sections_are_half_finished_and_some_not_begun(full, section):
    states = full.records["2025-26"][f"{section}_status"].value_counts(normalize=True)
    assert min(states["IN_PROGRESS"], states["NOT_STARTED"]) > 0.01


def test_a_section_not_begun_has_no_answers(full):
    records = full.records["2025-26"]
    answers = records.loc[records["manager_status"] == "NOT_STARTED", ["placement", "readiness", "risk_of_loss"]]
    assert 0 == answers.notna().to_numpy().sum()


@pytest.mark.parametrize("cycle", CYCLES)
def test_only_codes_of_the_cycle_are_used(full, cycle):
    codebook = full.settings[cycle].codebook
    for variable in codebook.variables.values():
        if variable.type in ("code", "codes") and variable.name in full.records[cycle]:
            answers = full.records[cycle][variable.name].dropna().explode().dropna()
            assert set(answers) <= set(codebook.codes(variable.name)), variable.name


def test_a_strength_is_never_also_to_develop(full):
    records = full.records["2025-26"].dropna(subset=["competency_strengths", "competency_development"])
    pairs = zip(records["competency_strengths"], records["competency_development"], strict=True)
    assert not any(set(strong) & set(weak) for strong, weak in pairs)


@pytest.mark.parametrize("cycle", CYCLES)
def test_dates_are_in_the_cycle(full, cycle):
    records, dates = full.records[cycle], full.settings[cycle].cycle
    done = records[["executive_completed_on", "manager_completed_on"]].stack().dropna()
    assert done.between(pd.Timestamp(dates.opens_on), pd.Timestamp(dates.finalized_on)).all()


@pytest.mark.parametrize("cycle", CYCLES)
def test_feedback_follows_the_final_placement(full, cycle):
    feedback = full.records[cycle]["feedback_given_on"].dropna()
    assert feedback.min() > pd.Timestamp(full.settings[cycle].cycle.finalized_on)


@pytest.mark.parametrize("cycle", CYCLES)
def test_a_manager_is_in_the_same_organization(full, cycle):
    records = full.records[cycle].set_index("person_id")
    below = records.dropna(subset=["supervisor_id"])
    managers = records["organization"].reindex(below["supervisor_id"])
    assert (managers.to_numpy() == below["organization"].to_numpy()).all()
