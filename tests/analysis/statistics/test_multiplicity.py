"""Many comparisons as one family."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from statsmodels.stats.multitest import multipletests

import etm_workbench.analysis.statistics as st
from etm_workbench.errors import BadInput

P_VALUES = some.lists(some.floats(0, 1).map(lambda p: round(p**4, 6)), min_size=1, max_size=9)
STATSMODELS = {
    "holm": "holm",
    "hochberg": "simes-hochberg",
    "hommel": "hommel",
    "bonferroni": "bonferroni",
    "benjamini_hochberg": "fdr_bh",
    "benjamini_yekutieli": "fdr_by",
}


@pytest.mark.parametrize("control", STATSMODELS)
@settings(max_examples=8)
@given(P_VALUES)
def test_adjustment_is_that_of_statsmodels(control: str, p_values: list[float]) -> None:
    expected = multipletests(p_values, method=STATSMODELS[control])[1]
    assert expected == pytest.approx(st.adjust(p_values, control=control), abs=1e-12)


@pytest.mark.parametrize("control", ["holm", "bonferroni", "benjamini_hochberg", "none"])
@given(p_values=P_VALUES, data=some.data())
def test_the_threshold_parts_what_is_marked_from_what_is_not(control: str, p_values: list[float], data) -> None:
    place = data.draw(some.integers(0, len(p_values) - 1))
    threshold = st.largest_marked_p(st.family(p_values, alpha=0.1, control=control))[place]
    marks = []
    for tried in (threshold * (1 - 1e-9), min(1.0, threshold * (1 + 1e-9))):
        changed = [tried if position == place else p for position, p in enumerate(p_values)]
        marks.append(bool(st.family(changed, alpha=0.1, control=control).marked[place]))
    assert [True, False] == marks


def test_tests_that_were_not_made_do_not_count() -> None:
    page = st.family([0.01, np.nan, 0.04], alpha=0.05)
    assert (2, [True, False, True]) == (page.comparisons, page.marked.tolist())


@pytest.mark.parametrize(
    ("control", "controls"),
    [("holm", "any_false_mark"), ("benjamini_hochberg", "share_of_false_marks"), ("none", "each_test_alone")],
)
def test_a_family_states_what_it_controls(control: str, controls: str) -> None:
    assert controls == st.family([0.01, 0.2], alpha=0.05, control=control).controls


def test_a_page_keeps_its_shape() -> None:
    assert (2, 3) == st.adjust(np.full((2, 3), 0.01)).shape


def test_no_tests_at_all_are_no_error() -> None:
    assert st.family([np.nan], alpha=0.05).comparisons == 0


def test_a_p_value_above_one_is_refused() -> None:
    with pytest.raises(BadInput, match="outside 0 to 1"):
        st.adjust([0.2, 1.2])


# NIST/SEMATECH e-Handbook 7.4.7.4: five lots of 300, critical ranges of the ten pairs.
def test_marascuilo_as_in_the_handbook() -> None:
    ranges = st.marascuilo([36, 46, 42, 63, 38], [300] * 5)
    expected = [0.086, 0.085, 0.093, 0.083, 0.089, 0.097, 0.087, 0.095, 0.086, 0.094]
    assert expected == pytest.approx(ranges.critical, abs=1.1e-3)
    assert not ranges.marked.any()


def test_an_empty_group_cannot_be_compared_pair_by_pair() -> None:
    with pytest.raises(BadInput, match="empty"):
        st.marascuilo([1, 0], [9, 0])


def test_pairs_of_identical_answers_do_not_differ() -> None:
    assert [1.0] == st.dunn([[2, 2], [2, 2, 2]]).adjusted.tolist()
