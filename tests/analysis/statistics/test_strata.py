"""Comparisons within levels, rates and standardization."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable

import etm_workbench.analysis.statistics as st
from etm_workbench.errors import BadInput

TABLES = some.lists(some.lists(some.integers(0, 8), min_size=4, max_size=4), min_size=1, max_size=3).map(
    lambda cells: [[four[:2], four[2:]] for four in cells]
)
# Coal miners by age: breathlessness by row, wheeze by column (Ashford and Sowden, Biometrics 26, 1970).
MINERS = [
    [[9, 7], [95, 1841]],
    [[23, 9], [105, 1654]],
    [[54, 19], [177, 1863]],
    [[121, 48], [257, 2357]],
    [[169, 54], [273, 1778]],
    [[269, 88], [324, 1712]],
    [[404, 117], [245, 1324]],
    [[406, 152], [225, 967]],
    [[372, 106], [132, 526]],
]


def test_one_stratum_is_fishers_test() -> None:
    fisher, exact = st.fisher_exact([[9, 4], [4, 10]]), st.mantel_haenszel_exact([[[9, 4], [4, 10]]])
    expected = (fisher.p_value, fisher.estimate, fisher.low, fisher.high)
    assert expected == pytest.approx((exact.p_value, exact.estimate, exact.low, exact.high))


@given(TABLES)
def test_the_odds_ratio_and_its_limits_are_those_of_statsmodels(tables) -> None:
    result = st.mantel_haenszel(tables, correct=False)
    if 0 < result.estimate < inf and not np.isnan(result.statistic) and result.high < inf:
        other = StratifiedTable([np.array(table, dtype=float) for table in tables if np.sum(table)])
        low, high = other.oddsratio_pooled_confint()
        assert (other.oddsratio_pooled, low, high) == pytest.approx((result.estimate, result.low, result.high))


@given(TABLES)
def test_the_exact_test_adds_up_to_a_distribution(tables) -> None:
    less, greater = (st.mantel_haenszel_exact(tables, alternative=side).p_value for side in ("less", "greater"))
    assert 1 - 1e-9 <= less + greater <= 2 + 1e-9


@pytest.mark.parametrize("test", [st.mantel_haenszel, st.mantel_haenszel_exact, st.breslow_day])
def test_no_variation_in_any_stratum_gives_p_1_and_a_note(test) -> None:
    result = test([[[0, 3], [0, 4]], [[0, 0], [2, 2]]])
    assert result.p_value == 1
    assert result.note is not None


def test_generalized_test_of_2x2_tables_is_mantel_haenszels_uncorrected() -> None:
    tables = [[[9, 4], [4, 10]], [[3, 5], [6, 2]]]
    assert st.mantel_haenszel(tables, correct=False).statistic == pytest.approx(
        st.generalized_mantel_haenszel(tables).statistic
    )


def test_woolf_as_in_vcd() -> None:
    # R's vcdExtra documentation, woolf_test(CoalMiners): X-squared 26.2034, 8 degrees of freedom, p 0.0009694.
    result = st.woolf(MINERS)
    assert (26.2034, 8, 0.0009694) == pytest.approx((result.statistic, result.df, result.p_value), abs=5e-5)


def test_breslow_day_as_in_vcdextra() -> None:
    # The same, breslow_day_test(CoalMiners, correct = TRUE): 26.3787, 8, 0.0009045, common odds ratio 16.33.
    result = st.breslow_day(MINERS)
    found = (result.statistic, result.df, result.p_value, result.estimate)
    assert (26.3787, 8, 0.0009045, 16.33) == pytest.approx(found, rel=3e-4)


def test_strata_that_are_all_empty_have_no_common_odds_ratio() -> None:
    result = st.woolf([[[0, 0], [0, 0]], [[1, 2], [3, 4]]])
    assert result.p_value == 1
    assert result.note is not None


def test_a_table_of_another_shape_is_refused() -> None:
    with pytest.raises(BadInput, match="strata, 2, 2"):
        st.mantel_haenszel([[1, 2], [3, 4]])


@given(count=some.integers(0, 40), mean=some.floats(0.5, 30))
def test_two_sided_poisson_p_adds_the_counts_no_more_probable(count: int, mean: float) -> None:
    chances = stats.poisson.pmf(np.arange(400), mean)
    expected = chances[chances <= chances[count] * (1 + 1e-7)].sum()
    assert expected == pytest.approx(st.poisson_test((count, mean)).p_value, rel=1e-6)


@pytest.mark.parametrize("method", ["exact", "byar"])
def test_a_count_of_zero_has_a_lower_limit_of_zero(method: str) -> None:
    assert 0 == st.count_limits(0, method=method)[0]


def test_the_exact_limits_of_a_count_solve_their_equations() -> None:
    low, high = st.count_limits(9)
    assert (0.025, 0.025) == pytest.approx((stats.poisson.sf(8, low), stats.poisson.cdf(9, high)))


def test_no_time_observed_gives_p_1_and_a_note() -> None:
    result = st.poisson_test((0, 0))
    assert result.p_value == 1
    assert result.note is not None


def test_rates_without_events_cannot_be_compared() -> None:
    result = st.compare_rates((0, 10), (0, 20))
    assert (1, 0, inf) == (result.p_value, result.low, result.high)


def test_the_service_against_itself_has_a_ratio_of_one() -> None:
    reference = st.Reference([30, 20], [100, 50])
    assert 1 == pytest.approx(st.standardized_ratio(50, [100, 50], reference=reference).estimate)


def test_another_mix_of_levels_alone_makes_no_difference() -> None:
    # Ten of a level where half are of the kind and ninety where a tenth are: fourteen expected.
    reference = st.Reference([500, 100], [1_000, 1_000])
    result = st.standardized_ratio(14, [10, 90], reference=reference)
    assert (14, 1) == pytest.approx((result.expected, result.estimate))


def test_a_level_that_the_service_does_not_have_is_refused() -> None:
    with pytest.raises(BadInput, match="stratum"):
        st.standardized_ratio(1, [2, 3], reference=st.Reference([1, 0], [10, 0]))
