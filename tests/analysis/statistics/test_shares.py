"""One share: exact and approximate, at every size."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy import stats

import etm_workbench.analysis.statistics as st
from etm_workbench.errors import BadInput

METHODS = ("wilson", "wilson_cc", "clopper_pearson", "agresti_coull", "jeffreys", "wald")


@pytest.mark.parametrize("method", METHODS)
@given(n=some.integers(1, 60), data=some.data())
def test_an_interval_holds_its_share_and_stays_within_0_and_1(method: str, n: int, data) -> None:
    x = data.draw(some.integers(0, n))
    result = st.share_interval((x, n), method=method)
    # Jeffreys's interval leaves out the border, as its authors' does before they mend it.
    low = min(result.low, result.estimate) if method == "jeffreys" else result.low
    high = max(result.high, result.estimate) if method == "jeffreys" else result.high
    assert 0 <= low <= result.estimate <= high <= 1


@given(n=some.integers(1, 40), share=some.floats(0.01, 0.99))
def test_clopper_pearson_never_covers_less_than_its_level(n: int, share: float) -> None:
    counts = np.arange(n + 1)
    limits = st.share_intervals(counts, np.full(n + 1, n), method="clopper_pearson")
    covered = (limits.low <= share) & (share <= limits.high)
    assert stats.binom.pmf(counts, n, share)[covered].sum() >= 0.95 - 1e-12


@given(n=some.integers(1, 40), data=some.data(), share=some.floats(0.02, 0.98))
def test_exact_p_and_interval_agree(n: int, data, share: float) -> None:
    count = (data.draw(some.integers(0, n)), n)
    below = st.binomial_test(count, share, alternative="less")
    assert (below.p_value > 0.05) == (share < below.high) or share == pytest.approx(below.high, abs=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_nobody_gives_no_share_and_limits_0_and_1(method: str) -> None:
    result = st.share_interval((0, 0), method=method)
    assert (True, 0, 1) == (np.isnan(result.estimate), result.low, result.high)


def test_nobody_is_said_in_both_languages() -> None:
    note = st.binomial_test((0, 0)).note
    assert note is not None
    assert note.en
    assert note.fr


def test_a_one_sided_limit_is_that_of_a_wider_two_sided_interval() -> None:
    upper = st.share_interval((3, 20), alternative="less")
    assert (0, st.share_interval((3, 20), level=0.90).high) == (upper.low, pytest.approx(upper.high))


# R 4.2: prop.test(15, 148, p = 0.2, correct = FALSE) and with its default correction.
@pytest.mark.parametrize(("correct", "z"), [(False, -3.00028), (True, -2.89753)])
def test_score_test_as_in_prop_test(correct: bool, z: float) -> None:
    assert z == pytest.approx(st.score_test((15, 148), 0.2, correct=correct).z, abs=1e-5)


def test_many_intervals_are_those_of_one_by_one() -> None:
    many = st.share_intervals([0, 3, 0], [5, 12, 0])
    single = [st.share_interval(count) for count in ((0, 5), (3, 12))]
    assert [result.high for result in single] == pytest.approx(many.high[:2])


@pytest.mark.parametrize("count", [(-1, 5), (6, 5), (1.5, 5), (np.nan, 5)])
def test_what_is_no_count_is_refused(count) -> None:
    with pytest.raises(BadInput):
        st.binomial_test(count)


def test_a_level_in_percent_is_refused() -> None:
    with pytest.raises(BadInput, match=r"0\.95, not 95"):
        st.binomial_test((3, 12), level=95)


def test_an_unknown_method_is_refused_with_the_nearest() -> None:
    with pytest.raises(BadInput, match="Did you mean 'wilson'"):
        st.share_interval((3, 12), method="wilsson")


def test_an_unknown_side_is_refused() -> None:
    with pytest.raises(BadInput, match="greater"):
        st.binomial_test((3, 12), alternative="larger")
