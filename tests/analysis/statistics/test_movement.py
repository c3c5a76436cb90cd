"""The same people in two cycles and more."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy import stats
from statsmodels.stats.contingency_tables import SquareTable, cochrans_q

import etm_workbench.analysis.statistics as st
from etm_workbench.errors import BadInput


# Fagerland, Lydersen and Laake, BMC Medical Research Methodology 13 (2013) 91, table 5: 1 and 7 changed.
@pytest.mark.parametrize(
    ("method", "p_value"),
    [("exact", 0.0703), ("mid_p", 0.0391), ("asymptotic", 0.0339), ("asymptotic_corrected", 0.0771)],
)
def test_mcnemar_as_published(method: str, p_value: float) -> None:
    assert p_value == pytest.approx(st.mcnemar([[1, 1], [7, 12]], method=method).p_value, abs=5e-5)


def test_greater_means_that_the_share_rose() -> None:
    rose = st.mcnemar([[1, 1], [7, 12]], alternative="greater")
    assert rose.estimate > 0
    assert rose.p_value < 0.05


@given(some.lists(some.integers(0, 30), min_size=4, max_size=4))
def test_change_lies_within_its_limits(cells) -> None:
    result = st.mcnemar([cells[:2], cells[2:]])
    if sum(cells):
        # The limits are centred on a change drawn slightly towards none.
        assert -1 <= result.low <= result.high <= 1
        assert result.low <= result.estimate + 0.35


@pytest.mark.parametrize("test", [st.mcnemar, st.bowker, st.stuart_maxwell, st.stuart_maxwell_exact])
@pytest.mark.parametrize("table", [[[5, 0], [0, 7]], [[0, 0], [0, 0]]])
def test_nobody_who_moved_gives_p_1_and_a_note(test, table) -> None:
    result = test(table)
    assert result.p_value == 1
    assert result.note is not None


@given(some.lists(some.integers(0, 9), min_size=9, max_size=9))
def test_homogeneity_is_that_of_statsmodels(cells) -> None:
    table = np.array(cells).reshape(3, 3) + 1
    expected = SquareTable(table, shift_zeros=False).homogeneity()
    result = st.stuart_maxwell(table)
    assert (expected.statistic, expected.pvalue) == pytest.approx((result.statistic, result.p_value), abs=1e-9)


@settings(max_examples=12)
@given(some.lists(some.integers(0, 3), min_size=9, max_size=9))
def test_exact_homogeneity_is_the_distribution_of_coins(cells) -> None:
    table = np.array(cells).reshape(3, 3)
    pairs = [(0, 1), (0, 2), (1, 2)]
    moved = [table[i, j] + table[j, i] for i, j in pairs]
    if not sum(moved):
        return
    observed, total, hits = st.stuart_maxwell(table).statistic, 0.0, 0.0
    for there in product(*(range(n + 1) for n in moved)):
        other = table.copy()
        for (i, j), n, count in zip(pairs, moved, there, strict=True):
            other[i, j], other[j, i] = count, n - count
        weight = np.prod([stats.binom.pmf(count, n, 0.5) for count, n in zip(there, moved, strict=True)])
        total += weight
        hits += weight * (st.stuart_maxwell(other).statistic >= observed - 1e-7)
    assert hits / total == pytest.approx(st.stuart_maxwell_exact(table).p_value)


def test_exact_homogeneity_of_two_categories_is_mcnemars() -> None:
    table = [[10, 1], [7, 12]]
    assert st.mcnemar(table).p_value == pytest.approx(st.stuart_maxwell_exact(table).p_value)


def test_exact_homogeneity_beyond_the_budget_is_simulated() -> None:
    table = np.full((6, 6), 6)
    result = st.stuart_maxwell_exact(table, rng=np.random.default_rng(1), budget=st.Budget(draws=500))
    assert result.error >= 0
    assert result.note is not None


@given(some.lists(some.integers(-2, 2), min_size=1, max_size=9), some.sampled_from(["two-sided", "less", "greater"]))
def test_signed_ranks_are_exact_with_ties_and_zeros(changes, side: str) -> None:
    result = st.signed_rank(changes, [0] * len(changes), alternative=side)
    ranks = stats.rankdata(np.abs(changes))[np.array(changes) != 0]
    if ranks.size:
        sums = np.array([ranks[list(map(bool, signs))].sum() for signs in product((0, 1), repeat=ranks.size)])
        mean = ranks.sum() / 2
        far = {
            "two-sided": np.abs(sums - mean) >= abs(result.statistic - mean) - 1e-9,
            "greater": sums >= result.statistic - 1e-9,
            "less": sums <= result.statistic + 1e-9,
        }[side]
        assert far.mean() == pytest.approx(result.p_value)


def test_equal_changes_of_decimals_tie() -> None:
    # 0.3 - 0.2 and 1.3 - 1.2 differ in their last digits only.
    result = st.signed_rank([0.3, 1.3, 2.4], [0.2, 1.2, 2.6])
    assert 3.0 == result.statistic


def test_people_missing_in_a_cycle_are_left_out() -> None:
    assert 2 == st.signed_rank([1, np.nan, 3], [2, 2, 1]).n


def test_entries_and_exits_are_categories_of_their_own() -> None:
    counts = st.count_transitions([0, 0, 1, st.ABSENT, 1], [1, st.ABSENT, 1, 0, st.ABSENT], categories=2)
    found = st.transition_matrix(counts)
    assert ([1, 0], [1, 1]) == (found.entries.tolist(), found.exits.tolist())


def test_each_row_of_a_transition_matrix_adds_up_to_one() -> None:
    shares = st.transition_matrix([[8, 2, 2], [1, 9, 0], [3, 1, 0]]).shares
    assert [1.0, 1.0, 1.0] == pytest.approx(np.nansum(shares, axis=1))


def test_an_empty_row_has_no_shares_and_open_limits() -> None:
    found = st.transition_matrix([[0, 0, 0], [1, 9, 2], [3, 1, 0]])
    assert np.isnan(found.shares[0]).all()
    assert ([0, 0, 0], [1, 1, 1]) == (found.low[0].tolist(), found.high[0].tolist())


def test_somebody_absent_both_times_is_refused() -> None:
    with pytest.raises(BadInput, match="absent"):
        st.count_transitions([st.ABSENT], [st.ABSENT], categories=2)


def test_a_category_that_does_not_exist_is_refused() -> None:
    with pytest.raises(BadInput, match="does not exist"):
        st.count_transitions([0, 5], [1, 1], categories=2)


@given(some.lists(some.lists(some.integers(0, 1), min_size=4, max_size=4), min_size=2, max_size=8))
def test_cochran_q_is_that_of_statsmodels(answers) -> None:
    result = st.cochran_q(answers)
    if not np.isnan(result.statistic):
        expected = cochrans_q(np.array(answers))
        assert expected.statistic == pytest.approx(result.statistic)


def test_cochran_q_of_two_cycles_is_mcnemars() -> None:
    answers = [[1, 0]] * 7 + [[0, 1]] * 2 + [[1, 1]] * 4
    mcnemar = st.mcnemar([[4, 7], [2, 0]], method="asymptotic")
    assert mcnemar.statistic == pytest.approx(st.cochran_q(answers).statistic)


# R's help page of friedman.test: rounding times (Hollander and Wolfe 1973, 140ff): 11.143, 2, p 0.003805.
def test_friedman_as_in_r() -> None:
    times = [
        [5.40, 5.50, 5.55], [5.85, 5.70, 5.75], [5.20, 5.60, 5.50], [5.55, 5.50, 5.40], [5.90, 5.85, 5.70],
        [5.45, 5.55, 5.60], [5.40, 5.40, 5.35], [5.45, 5.50, 5.35], [5.25, 5.15, 5.00], [5.85, 5.80, 5.70],
        [5.25, 5.20, 5.10], [5.65, 5.55, 5.45], [5.60, 5.35, 5.45], [5.05, 5.00, 4.95], [5.50, 5.50, 5.40],
        [5.45, 5.55, 5.50], [5.55, 5.55, 5.35], [5.45, 5.50, 5.55], [5.50, 5.45, 5.25], [5.65, 5.60, 5.40],
        [5.70, 5.65, 5.55], [6.30, 6.30, 6.25],
    ]  # fmt: skip
    result = st.friedman(times)
    assert (11.1429, 2, 0.003805) == pytest.approx((result.statistic, result.df, result.p_value), abs=5e-5)


def test_shuffling_each_persons_answers_gives_the_exact_p_within_its_error() -> None:
    answers = [[1, 2, 3], [1, 3, 2], [2, 1, 3]]
    rows = [list(map(sum, zip(*orders, strict=True))) for orders in product(*(list(permuted(row)) for row in answers))]
    spread = np.array([sum(total**2 for total in row) for row in rows])
    observed = sum(total**2 for total in map(sum, zip(*answers, strict=True)))
    result = st.friedman_simulated(answers, rng=np.random.default_rng(1), budget=st.Budget(draws=20_000))
    assert abs((spread >= observed).mean() - result.p_value) < 4 * result.error


def permuted(row):
    return ([row[i], row[j], row[k]] for i, j, k in product(range(3), repeat=3) if len({i, j, k}) == 3)


@pytest.mark.parametrize("test", [st.cochran_q, st.friedman, st.page_trend])
def test_people_who_never_changed_give_p_1_and_a_note(test) -> None:
    result = test([[1, 1, 1], [0, 0, 0]])
    assert result.p_value == 1
    assert result.note is not None


def test_somebody_missing_in_one_cycle_is_left_out_of_all() -> None:
    assert 2 == st.friedman([[1, 2, 3], [2, np.nan, 1], [3, 1, 2]]).n


def test_perfect_agreement_is_one() -> None:
    assert 1 == pytest.approx(st.kappa([[5, 0], [0, 7]]).estimate)


def test_agreement_on_one_category_only_is_no_number() -> None:
    assert np.isnan(st.kappa([[5, 0], [0, 0]]).estimate)


def test_weights_given_as_disagreement_are_the_linear_ones() -> None:
    table = [[7, 7, 2], [2, 8, 3], [1, 5, 4]]
    distance = [[0, 1, 2], [1, 0, 1], [2, 1, 0]]
    assert st.kappa(table, weights="linear").estimate == pytest.approx(st.kappa(table, weights=distance).estimate)
