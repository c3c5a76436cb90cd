"""Trends along an order."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy import stats

import etm_workbench.analysis.statistics as st
from etm_workbench.errors import BadInput

GROUPS = some.lists(some.lists(some.integers(1, 3), min_size=1, max_size=2), min_size=3, max_size=3)


def jonckheere(groups) -> float:
    """J by counting pairs."""
    return sum(
        (later > earlier) + (later == earlier) / 2
        for position, group in enumerate(groups)
        for earlier in group
        for other in groups[position + 1 :]
        for later in other
    )


@settings(max_examples=25)
@given(GROUPS)
def test_jonckheere_is_exact_with_ties(groups) -> None:
    values, cuts = [v for group in groups for v in group], np.cumsum([len(group) for group in groups])[:-1]
    found = np.array([jonckheere([list(part) for part in np.split(np.array(p), cuts)]) for p in permutations(values)])
    observed = jonckheere(groups)
    expected = (found >= observed - 1e-9).mean()
    result = st.jonckheere_terpstra(groups, alternative="greater")
    assert expected == pytest.approx(result.p_value)


def test_jonckheere_statistic_as_in_hollander_and_wolfe() -> None:
    # Hollander and Wolfe (1999), example 6.2: J = 79; normal approximation two-sided, as Kendall's trend test.
    groups = [[40, 35, 38, 43, 44, 41], [38, 40, 47, 44, 40, 42], [48, 40, 45, 43, 46, 44]]
    result = st.jonckheere_terpstra(groups, method="asymptotic")
    kendall = stats.kendalltau(np.repeat([1, 2, 3], 6), np.concatenate(groups), method="asymptotic").pvalue
    assert (79, kendall) == pytest.approx((result.statistic, result.p_value))


@given(some.lists(some.tuples(some.integers(0, 4), some.integers(0, 4)), min_size=2, max_size=4))
def test_cochran_armitage_exact_is_the_exact_rank_sum_of_group_positions(pairs) -> None:
    yes, no = np.array(pairs).T
    if not yes.sum() or not no.sum() or ((yes + no) > 0).sum() < 2:
        return
    place = np.arange(1, len(pairs) + 1)
    trend = st.cochran_armitage(yes, yes + no, method="exact", alternative="greater").p_value
    linear = st.linear_by_linear(
        [no, yes], row_scores=[0, 1], column_scores=place, method="exact", alternative="greater"
    )
    assert trend == pytest.approx(linear.p_value)


def test_cochran_armitage_default_scores_as_in_prop_trend_test() -> None:
    # R's help page of prop.trend.test: smokers, X-squared 8.2249, p 0.004132.
    result = st.cochran_armitage([83, 90, 129, 70], [86, 93, 136, 82])
    assert (8.2249, 0.004132) == pytest.approx((result.statistic, result.p_value), abs=5e-5)


def test_cochran_armitage_exact_by_hand() -> None:
    # Two of the kind among 2 + 2 + 2: both in the last group has chance 1 in 15.
    assert 1 / 15 == pytest.approx(
        st.cochran_armitage([0, 0, 2], [2, 2, 2], method="exact", alternative="greater").p_value
    )


def test_an_exact_trend_beyond_the_budget_is_refused_and_auto_falls_back() -> None:
    people, scores = np.full(12, 4_000), np.sqrt(np.arange(12.0))
    yes = 1_000 + 3 * np.arange(12)
    with pytest.raises(BadInput, match="too many people"):
        st.cochran_armitage(yes, people, scores=scores, method="exact")
    asymptotic = st.cochran_armitage(yes, people, scores=scores).p_value
    assert asymptotic == st.cochran_armitage(yes, people, scores=scores, method="auto").p_value


@pytest.mark.parametrize("counts", [([0, 0], [5, 5]), ([5, 5], [5, 5]), ([2, 0], [5, 0])])
def test_no_variation_gives_p_1_and_a_note(counts) -> None:
    result = st.cochran_armitage(*counts)
    assert result.p_value == 1
    assert result.note is not None


def test_strata_add_up() -> None:
    table = [[3, 1, 4], [1, 5, 9]]
    one, two = st.linear_by_linear(table), st.linear_by_linear([table, table])
    assert (2 * one.mean, 2 * one.variance) == pytest.approx((two.mean, two.variance))


def test_gamma_of_a_2x2_table_is_yules_q() -> None:
    assert (9 * 10 - 4 * 4) / (9 * 10 + 4 * 4) == pytest.approx(st.gamma([[9, 4], [4, 10]]).estimate)


def test_gamma_without_any_pair_that_differs_is_no_number() -> None:
    result = st.gamma([[3, 4], [0, 0]])
    assert (True, 1) == (np.isnan(result.estimate), result.p_value)


def test_ordered_logit_with_weights_is_that_of_people_one_by_one() -> None:
    outcome, group, weights = [1, 2, 3, 1, 2, 3], [0, 0, 0, 1, 1, 1], [9, 5, 2, 3, 6, 8]
    weighted = st.ordered_logit(outcome, group, weights=weights)
    people = st.ordered_logit(np.repeat(outcome, weights), np.repeat(group, weights))
    assert people.coefficients == pytest.approx(weighted.coefficients)
    assert people.threshold_errors == pytest.approx(weighted.threshold_errors)


def test_perfect_separation_is_reported_as_not_converged() -> None:
    model = st.ordered_logit([1, 1, 1, 2, 2, 2, 3, 3], [0, 0, 0, 1, 1, 1, 2, 2])
    assert not model.converged
    assert model.note is not None


def test_predictors_that_determine_one_another_are_refused() -> None:
    with pytest.raises(BadInput, match="determine one another"):
        st.ordered_logit([1, 2, 3, 1], [[0, 1], [1, 0], [0, 1], [1, 0]])
