"""Incomplete returns: what holds whatever the missing answers are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

import etm_workbench.analysis.statistics as st
from etm_workbench.errors import BadInput


@given(some.integers(0, 20), some.integers(0, 20), some.integers(0, 20))
def test_the_bounds_hold_every_share_that_could_be(part: int, others: int, missing: int) -> None:
    answered = part + others
    bounds = st.share_bounds((part, answered), answered + missing)
    possible = [(part + kind) / max(answered + missing, 1) for kind in range(missing + 1)]
    if answered + missing:
        assert (min(possible), max(possible)) == pytest.approx((bounds.lowest, bounds.highest))


def test_complete_returns_have_no_bounds_beside_the_share() -> None:
    bounds = st.share_bounds((8, 20), 20)
    assert (0.4, 0.4, 1) == (bounds.lowest, bounds.highest, bounds.answered_share)


def test_nobody_answered_leaves_everything_open() -> None:
    bounds = st.share_bounds((0, 0), 20)
    assert (True, 0, 1) == (np.isnan(bounds.estimate), bounds.lowest, bounds.highest)


def test_voluntary_returns_are_marked_as_self_selected() -> None:
    note = st.share_bounds((8, 15), 20, self_selected=True).note
    assert note is not None
    assert "own choice" in note.en
    assert "propre chef" in note.fr


@pytest.mark.parametrize(
    ("part", "part_people", "whole_people", "verdict"),
    [((14, 18), 20, 1_525, "holds"), ((10, 18), 40, 1_700, "depends"), ((5, 18), 20, 1_520, "not_shown")],
)
def test_a_comparison_is_tried_at_both_ends(part, part_people: int, whole_people: int, verdict: str) -> None:
    found = st.compared_bounds(
        part, (300 + part[0], 1_500), part_people=part_people, whole_people=whole_people, alpha=0.05
    )
    assert verdict == found.verdict


def test_the_ends_are_the_lowest_and_highest_differences() -> None:
    found = st.compared_bounds((10, 18), (300, 1_500), part_people=40, whole_people=1_700, alpha=0.05)
    assert found.lowest.estimate < found.answered.estimate < found.highest.estimate


def test_more_answers_than_people_are_refused() -> None:
    with pytest.raises(BadInput, match="more answers than people"):
        st.share_bounds((8, 20), 12)


def test_more_missing_in_the_part_than_in_the_whole_is_refused() -> None:
    with pytest.raises(BadInput, match="missing"):
        st.compared_bounds((10, 18), (300, 1_500), part_people=40, whole_people=1_505, alpha=0.05)
