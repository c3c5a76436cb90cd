"""People persist, move plausibly, and cannot be taken for real ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from etm_workbench.errors import UnprotectedOutput
from etm_workbench.synthetic import CANARIES, load_parameters, make_service

PAIRS = [("2023-24", "2024-25"), ("2024-25", "2025-26")]


def both(service, pair):
    before, after = (service.records[cycle] for cycle in pair)
    common = before.index.intersection(after.index)
    return before.loc[common], after.loc[common]


@pytest.mark.parametrize("pair", PAIRS)
def test_nine_in_ten_people_are_there_a_cycle_later(full, pair):
    before, _ = (full.records[cycle] for cycle in pair)
    assert 0.87 < len(both(full, pair)[0]) / len(before) < 0.94


@pytest.mark.parametrize("pair", PAIRS)
def test_a_person_keeps_account_name_and_birth_year(full, pair):
    before, after = both(full, pair)
    kept = ["person_id", "pri", "given_name", "family_name", "birth_year", "first_official_language"]
    pd.testing.assert_frame_equal(before[kept], after[kept])


@pytest.mark.parametrize("pair", PAIRS)
def test_some_are_promoted_and_some_transferred(full, pair):
    before, after = both(full, pair)
    promoted, transferred = ((before[name] != after[name]).mean() for name in ("level", "organization"))
    assert (0.03 < promoted < 0.15, 0.03 < transferred < 0.12) == (True, True)


def test_those_ready_for_advancement_are_promoted_more(full):
    before, after = both(full, PAIRS[0])
    promoted = (before["level"] != after["level"]).groupby(before["placement"]).mean()
    assert promoted["READY_ADV"] > 3 * promoted["WELL_PLACED"]


def test_placements_persist(full):
    before, after = both(full, PAIRS[0])
    same_position = (before["level"] == after["level"]) & (before["organization"] == after["organization"])
    kept = (before["placement"] == after["placement"])[same_position & before["placement"].notna()]
    assert kept.mean() > 0.5


def test_those_who_intend_to_retire_leave_more(full):
    before, after = (full.records[cycle] for cycle in PAIRS[0])
    left = pd.Series(~before.index.isin(after.index), index=before.index).groupby(before["retirement_horizon"]).mean()
    assert left["WITHIN_1"] > 3 * left["LATER"]


def test_ability_shows_in_both_rating_and_placement_without_making_them_one(full):
    records = full.records["2025-26"].dropna(subset=["placement", "performance_rating"])
    high = (records["performance_rating"].isin(["4", "5"])).groupby(records["placement"]).mean()
    assert high["DEVELOP"] < high["WELL_PLACED"] < high["READY_ADV"] < 0.8


def test_ages_rise_with_level(full):
    records = full.records["2025-26"]
    birth = records.groupby("level")["birth_year"].mean()
    assert list(birth.sort_values(ascending=False).index) == ["EX-01", "EX-02", "EX-03", "EX-04", "EX-05"]


# Shares come from the parameters: three standard errors of a draw of about 9,300 people.
def test_the_share_of_french_speakers_is_the_parameter(full):
    share = (full.people["first_official_language"] == "FR").mean()
    expected = load_parameters().number("french_first_language_share")
    assert abs(share - expected) < 3 * np.sqrt(expected * (1 - expected) / len(full.people))


def test_the_other_equity_groups_answer_only_on_the_form(full):
    equity = full.equity["2025-26"]
    without_form = equity.loc[~equity["equity_form_returned"], "equity_groups"]
    assert {(), ("WOMEN",)} == set(without_form)


@pytest.mark.parametrize("cycle", ["2023-24", "2024-25", "2025-26"])
def test_all_canaries_are_in_every_cycle(full, cycle):
    records = full.records[cycle]
    assert {canary.person_id for canary in CANARIES} <= set(records["person_id"])


def test_emails_cannot_reach_anybody(full):
    emails = full.records["2025-26"]["email"].dropna()
    assert emails.str.endswith(".example").all()


def test_record_numbers_are_of_no_real_form(full):
    assert full.people["pri"].str.startswith("000").all()


def test_the_service_shows_its_size_only(small):
    assert f"<FictionalService: {len(small.people)} fictional people over 2023-24, 2024-25, 2025-26>" == repr(small)


def test_the_service_is_not_pickled(small):
    with pytest.raises(UnprotectedOutput, match="not pickled"):
        small.__reduce__()


def test_a_later_cycle_changes_nothing_before_it():
    one = make_service(("2024-25",), seed=3, organizations=("141",))
    two = make_service(("2024-25", "2025-26"), seed=3, organizations=("141",))
    names = ["level", "placement", "sle_oral", "branch", "birth_year"]
    left, right = (s.records["2024-25"].sort_index()[names] for s in (one, two))
    pd.testing.assert_frame_equal(left, right)
