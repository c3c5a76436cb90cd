"""Exact and simulated p-values of tables."""

from __future__ import annotations

from itertools import product
from math import factorial, prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy import stats

import etm_workbench.analysis.statistics as st
from etm_workbench.errors import BadInput

SMALL = some.lists(some.lists(some.integers(0, 3), min_size=3, max_size=3), min_size=2, max_size=3)


def every_table(rows: list[int], columns: list[int]):
    """Every table of counts with these margins."""
    if len(rows) == 1:
        yield [columns]
        return
    for first in product(*(range(total + 1) for total in columns)):
        if sum(first) == rows[0]:
            rest = [total - used for total, used in zip(columns, first, strict=True)]
            for others in every_table(rows[1:], rest):
                yield [list(first), *others]


def chance(table) -> float:
    """Probability of a table given its margins, up to a factor."""
    return 1 / prod(factorial(cell) for row in table for cell in row)


@settings(max_examples=40, deadline=None)
@given(SMALL)
def test_enumeration_in_halves_is_full_enumeration(table) -> None:
    table = [row for row in table if sum(row)] or [[1, 0, 0]]
    columns = [sum(row[j] for row in table) for j in range(3)]
    tables = list(every_table([sum(row) for row in table], columns))
    weights = np.array([chance(other) for other in tables])
    expected = weights[weights <= chance(table) * (1 + 1e-7)].sum() / weights.sum()
    assert expected == pytest.approx(
        st.freeman_halton(np.array(table).reshape(-1, 3) if len(table) > 1 else [table[0], [0, 0, 0]]).p_value
    )


@settings(max_examples=40, deadline=None)
@given(some.lists(some.integers(0, 9), min_size=4, max_size=4))
def test_a_2x2_table_gives_fishers_p(cells) -> None:
    table = [cells[:2], cells[2:]]
    assert st.fisher_exact(table).p_value == pytest.approx(st.freeman_halton(table).p_value)


@settings(max_examples=30, deadline=None)
@given(some.lists(some.integers(0, 12), min_size=4, max_size=4), some.sampled_from(["two-sided", "less", "greater"]))
def test_fishers_p_is_scipys(cells, side) -> None:
    table = [cells[:2], cells[2:]]
    expected = stats.fisher_exact(table, alternative=side).pvalue
    assert expected == pytest.approx(st.fisher_exact(table, alternative=side).p_value)


def test_precise_limits_solve_their_equation() -> None:
    result = st.fisher_exact([[3, 1], [1, 3]])
    tails = (
        stats.nchypergeom_fisher.sf(2, 8, 4, 4, result.low),
        stats.nchypergeom_fisher.cdf(3, 8, 4, 4, result.high),
    )
    assert (0.025, 0.025) == pytest.approx(tails, abs=1e-9)


def test_limits_as_r_prints_them_are_less_precise() -> None:
    # R 4.2: fisher.test(TeaTasting)$conf.int[2] is 621.9337505; the equation's root is 626.24.
    printed, precise = (st.fisher_exact([[3, 1], [1, 3]], solve=solve).high for solve in ("as_r", "precise"))
    assert (621.9337505, 626.2435) == pytest.approx((printed, precise), rel=1e-6)


def test_a_one_sided_p_against_another_odds_ratio() -> None:
    # R 4.2: fisher.test(matrix(c(3,1,1,3),2), or = 2, alternative = "greater")$p.value.
    expected = stats.nchypergeom_fisher.sf(2, 8, 4, 4, 2.0)
    assert expected == pytest.approx(st.fisher_exact([[3, 1], [1, 3]], odds_ratio=2, alternative="greater").p_value)


def large_table() -> np.ndarray:
    rng, table = np.random.default_rng(5), np.zeros((5, 7), dtype=int)
    np.add.at(table, (rng.integers(0, 5, 300), rng.integers(0, 7, 300)), 1)
    return table


def test_a_5x7_table_of_300_people_is_simulated_and_says_so() -> None:
    result = st.freeman_halton(large_table(), rng=np.random.default_rng(1))
    assert 0 < result.error < 0.002
    assert result.note is not None


def test_the_simulated_p_is_the_exact_one_within_its_error() -> None:
    job = [[1, 3, 10, 6], [2, 3, 10, 7], [1, 6, 14, 12], [0, 1, 9, 11]]
    drawn = st.freeman_halton(job, budget=st.Budget(steps=0, draws=20_000), rng=np.random.default_rng(3))
    assert abs(drawn.p_value - 0.7826849) < 4 * drawn.error


def test_the_same_seed_gives_the_same_p() -> None:
    first, second = (st.freeman_halton(large_table(), rng=np.random.default_rng(9)).p_value for _ in range(2))
    assert first == second


def test_a_table_beyond_the_budget_needs_an_rng() -> None:
    with pytest.raises(BadInput, match="rng"):
        st.freeman_halton(large_table())


@pytest.mark.parametrize("table", [[[0, 5], [0, 9]], [[0, 0], [3, 4]], [[0, 0], [0, 0]]])
@pytest.mark.parametrize("test", [st.fisher_exact, st.freeman_halton, st.chi_square])
def test_margins_that_decide_everything_give_p_1_and_a_note(test, table) -> None:
    result = test(table)
    assert result.p_value == 1
    assert result.note is not None


def test_a_larger_table_is_sent_to_freeman_halton() -> None:
    with pytest.raises(BadInput, match="freeman_halton"):
        st.fisher_exact([[1, 2, 3], [4, 5, 6]])


def test_yates_correction_as_in_chisq_test() -> None:
    # R 4.2: chisq.test(matrix(c(12, 5, 7, 7), 2)): X-squared 0.6411, p 0.4233.
    result = st.chi_square([[12, 7], [5, 7]])
    assert (0.64110, 0.42331) == pytest.approx((result.statistic, result.p_value), abs=5e-4)


def test_residuals_of_an_empty_category_are_nan_and_the_rest_unchanged() -> None:
    with_empty, without = st.chi_square([[3, 0, 4], [5, 0, 1]]), st.chi_square([[3, 4], [5, 1]], correct=False)
    assert without.standardized_residuals.ravel() == pytest.approx(with_empty.standardized_residuals[:, [0, 2]].ravel())


def test_few_expected_people_are_reported() -> None:
    assert not st.chi_square([[1, 2], [2, 1]]).assumptions_met
