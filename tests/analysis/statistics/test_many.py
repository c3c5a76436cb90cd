"""A whole page at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy import stats

import etm_workbench.analysis.statistics as st
from etm_workbench.errors import BadInput


@pytest.fixture(scope="module")
def counts() -> tuple[np.ndarray, ...]:
    """A hundred comparisons of every size, empty parts among them."""
    rng = np.random.default_rng(4)
    totals, rest_totals = rng.integers(0, 120, 100), rng.integers(50, 9_000, 100)
    share = rng.choice([0.0, 0.05, 0.3, 1.0], 100, p=[0.05, 0.4, 0.5, 0.05])
    return rng.binomial(totals, share), totals, rng.binomial(rest_totals, share), rest_totals


@pytest.fixture(scope="module")
def page(counts) -> st.Page:
    return st.compare_many(*counts)


def test_p_values_are_those_of_scipy_one_by_one(counts, page) -> None:
    loop = [stats.fisher_exact([[x, n - x], [y, m - y]]).pvalue for x, n, y, m in zip(*counts, strict=True)]
    tested = counts[1] > 0
    assert np.array(loop)[tested] == pytest.approx(page.p_value[tested], abs=1e-9, rel=0)


def test_each_comparison_is_that_of_part_of_whole(counts, page) -> None:
    for position, (x, n, y, m) in enumerate(zip(*counts, strict=True)):
        alone = st.part_of_whole((x, n), (x + y, n + m))
        if n:
            expected = (alone.p_value, alone.low, alone.high)
            assert expected == pytest.approx(
                (page.p_value[position], page.low[position], page.high[position]), abs=1e-9
            )


def test_mid_p_is_that_of_part_of_whole(counts) -> None:
    page = st.compare_many(*counts, rule=st.Rule(mid_p=True))
    for position, (x, n, y, m) in enumerate(zip(*counts, strict=True)):
        if n:
            expected = st.part_of_whole((x, n), (x + y, n + m), mid_p=True).p_value
            assert expected == pytest.approx(page.p_value[position], abs=1e-9)


def test_score_limits_on_request(counts) -> None:
    page = st.compare_many(*counts, rule=st.Rule(interval="miettinen_nurminen"))
    first = int(np.flatnonzero(counts[1])[0])
    x, n, y, m = (column[first] for column in counts)
    alone = st.share_difference((x, n), (y, m), method="miettinen_nurminen")
    assert (alone.low, alone.high) == pytest.approx((page.low[first], page.high[first]))


def test_an_empty_part_is_not_counted(counts, page) -> None:
    assert int((counts[1] > 0).sum()) == page.comparisons


def test_very_small_p_values_keep_their_digits() -> None:
    page = st.compare_many([60, 1], [60, 40], [100, 900], [5_000, 5_000])
    expected = stats.fisher_exact([[60, 0], [100, 4_900]]).pvalue
    assert expected == pytest.approx(page.p_value[0], rel=1e-6, abs=0)


@given(data=some.data())
def test_the_smallest_visible_difference_is_the_first_that_is_marked(data) -> None:
    n, m = data.draw(some.integers(1, 25)), data.draw(some.integers(5, 200))
    kind = data.draw(some.integers(0, n + m))
    page = st.compare_many([max(0, kind - m)], [n], [kind - max(0, kind - m)], [m], rule=st.Rule(alpha=0.1))
    higher, lower = [], []
    for x in range(max(0, kind - m), min(n, kind) + 1):
        result, decided = st.part_of_whole((x, n), (kind, n + m)), min(n, kind) == max(0, kind - m)
        if result.p_value <= 0.1 and not decided:
            (higher if result.estimate > 0 else lower).append(result.estimate)
    expected = (min(higher, default=np.nan), max(lower, default=np.nan))
    assert expected == pytest.approx((page.visible_higher[0], page.visible_lower[0]), nan_ok=True)


def test_an_empty_page_is_a_page() -> None:
    assert st.compare_many([], [], [], []).comparisons == 0


def test_arrays_of_different_lengths_are_refused() -> None:
    with pytest.raises(BadInput, match="differ in length"):
        st.compare_many([1, 2], [3, 4], [5], [6, 7])


def test_more_of_a_kind_than_people_are_refused() -> None:
    with pytest.raises(BadInput):
        st.compare_many([5], [3], [5], [9])
