"""Ordered answers of different people."""

from __future__ import annotations

from itertools import combinations
from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy import stats

import etm_workbench.analysis.statistics as st
from etm_workbench.analysis.statistics.rank_distributions import subset_sum
from etm_workbench.errors import BadInput

FEW = some.lists(some.integers(1, 4), min_size=1, max_size=5)
SIDES = ("two-sided", "less", "greater")


def permutation_p(x: list[int], y: list[int], side: str) -> float:
    """p of the midrank sum over every way to divide the people."""
    ranks = stats.rankdata(x + y)
    sums = np.array([sum(ranks[list(chosen)]) for chosen in combinations(range(len(ranks)), len(x))])
    observed, mean = ranks[: len(x)].sum(), ranks.mean() * len(x)
    if side == "two-sided":
        return float((np.abs(sums - mean) >= abs(observed - mean) - 1e-9).mean())
    return float((sums >= observed - 1e-9 if side == "greater" else sums <= observed + 1e-9).mean())


@pytest.mark.parametrize("side", SIDES)
@given(FEW, FEW)
def test_the_exact_rank_sum_with_ties_is_its_permutation_distribution(side: str, x, y) -> None:
    expected = permutation_p(x, y, side)
    assert expected == pytest.approx(st.mann_whitney(x, y, alternative=side).p_value)


@given(some.lists(some.floats(0, 1, allow_nan=False), min_size=14, max_size=16, unique=True))
def test_the_exact_rank_sum_without_ties_is_scipys(values) -> None:
    x, y = values[:6], values[6:]
    expected = stats.mannwhitneyu(x, y, method="exact")
    result = st.mann_whitney(x, y)
    assert (expected.statistic, expected.pvalue) == pytest.approx((result.statistic, result.p_value))


def test_the_shift_algorithm_is_a_distribution() -> None:
    law = subset_sum(np.array([2, 5, 9]), np.array([40, 300, 9]), 60)
    assert (1.0, 60 * (80 + 1500 + 81) / 349) == pytest.approx((law.chances.sum(), law.mean))


def test_large_groups_use_the_normal_with_ties_as_in_wilcox_test() -> None:
    expected = stats.mannwhitneyu([1] * 30 + [2] * 40, [1] * 20 + [2] * 60, use_continuity=True, method="asymptotic")
    result = st.mann_whitney([1] * 30 + [2] * 40, [1] * 20 + [2] * 60, method="asymptotic_corrected")
    assert expected.pvalue == pytest.approx(result.p_value)


def test_a_small_part_against_the_whole_service_is_exact() -> None:
    service = st.answers_from_counts([1, 2, 3, 4], [1_000, 4_000, 2_000, 2_000])
    assert () == st.mann_whitney([4, 4, 3, 4, 2], service).assumptions


# R 4.2, lawstat::brunner.munzel.test on the pain scores of Brunner and Munzel (2000).
def test_brunner_munzel_as_in_lawstat() -> None:
    x = [1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 1, 1]
    y = [3, 3, 4, 3, 1, 2, 3, 1, 1, 5, 4]
    result = st.brunner_munzel(y, x)
    found = (result.statistic, result.df, result.p_value, result.estimate, result.low, result.high)
    assert (3.1375, 17.683, 0.005786, 0.788961, 0.5952169, 0.9827052) == pytest.approx(found, rel=1e-4)


def test_groups_that_do_not_overlap_are_sent_to_the_exact_test() -> None:
    result = st.brunner_munzel([1, 2, 2], [3, 4, 4])
    assert np.isnan(result.p_value)
    assert result.note is not None
    assert "exact" in result.note.en


@given(FEW, FEW)
def test_cliffs_delta_is_twice_the_chance_of_superiority_less_one(x, y) -> None:
    delta, superiority = st.cliffs_delta(x, y), st.mann_whitney(x, y)
    assert 2 * superiority.estimate - 1 == pytest.approx(delta.estimate)
    assert -1 <= delta.low <= delta.estimate <= delta.high <= 1


@given(FEW, FEW)
def test_the_chance_of_superiority_lies_within_its_limits(x, y) -> None:
    result = st.mann_whitney(x, y)
    assert 0 <= result.low <= result.estimate <= result.high <= 1


def test_separated_groups_keep_open_limits() -> None:
    result = st.mann_whitney([1, 2], [3, 4, 5])
    assert (0, 0) == (result.estimate, result.low)
    assert 0.4 < result.high < 0.8


@pytest.mark.parametrize("test", [st.mann_whitney, st.brunner_munzel])
@pytest.mark.parametrize(("x", "y"), [([], [1, 2]), ([2, 2], [2, 2, 2]), ([np.nan], [1])])
def test_nothing_to_compare_gives_p_1_and_a_note(test, x, y) -> None:
    result = test(x, y)
    assert result.p_value == 1
    assert result.note is not None


def test_missing_answers_are_left_out_and_said_to_be() -> None:
    result = st.mann_whitney([1, np.nan, 3], [2, 2])
    assert result.n == 4
    assert result.note is not None
    assert "left out" in result.note.en


def test_an_infinite_answer_is_refused() -> None:
    with pytest.raises(BadInput, match="infinite"):
        st.mann_whitney([1, inf], [2])


# R's help page of kruskal.test (Hollander and Wolfe 1973, 116): 0.77143, 2 degrees of freedom, p 0.68.
def test_kruskal_as_in_r() -> None:
    result = st.kruskal([[2.9, 3.0, 2.5, 2.6, 3.2], [3.8, 2.7, 4.0, 2.4], [2.8, 3.4, 3.7, 2.2, 2.0]])
    assert (0.77143, 2, 0.68) == pytest.approx((result.statistic, result.df, result.p_value), abs=5e-4)


def test_baumgartner_beyond_its_budget_is_simulated() -> None:
    x, y = np.arange(0, 40, 2.0), np.arange(12, 52, 2.0) + 0.5
    result = st.baumgartner(x, y, budget=st.Budget(steps=100, draws=500), rng=np.random.default_rng(2))
    assert result.error > 0


def test_categories_without_an_order_are_taken_apart() -> None:
    profile = st.compare_profiles([3, 9, 2, 4, 5], [900, 4000, 800, 1500, 300], order=[1, 2, 3, 4, None])
    assert ((4,), 18 + 7200) == (profile.apart_positions, profile.ordered.n)


def test_the_category_apart_is_out_of_everybody() -> None:
    profile = st.compare_profiles([3, 9, 2, 4, 5], [900, 4000, 800, 1500, 300], order=[1, 2, 3, 4, None])
    expected = stats.fisher_exact([[5, 18], [300, 7200]]).pvalue
    assert expected == pytest.approx(profile.apart.p_value[0])
