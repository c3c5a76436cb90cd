"""Two shares: differences, ratios and odds ratios at small counts."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy import stats

import etm_workbench.analysis.statistics as st
from etm_workbench.analysis.statistics.score_limits import TwoShares, difference_limits
from etm_workbench.errors import BadInput

DIFFERENCES = ("newcombe", "newcombe_cc", "miettinen_nurminen", "mee", "agresti_caffo", "wald")
EDGES = [
    ((0, 10), (0, 10)),
    ((10, 10), (0, 10)),
    ((10, 10), (10, 10)),
    ((0, 1), (1, 1)),
    ((0, 12), (1800, 9000)),
    ((12, 12), (1800, 9000)),
    ((0, 0), (3, 9)),
]


# Expected limits: unit tests of R's contingencytables (Fagerland, Lydersen and Laake 2017), and of PropCIs for the
# third; tables (7, 27, 1, 33), (0, 16, 15, 57) and (9, 4, 4, 10).
@pytest.mark.parametrize(
    ("function", "method", "first", "second", "limits"),
    [
        (st.share_difference, "mee", (7, 34), (1, 34), (0.0284, 0.3439)),
        (st.share_difference, "miettinen_nurminen", (0, 16), (15, 72), (-0.3164, -0.0056)),
        (st.share_difference, "miettinen_nurminen", (7, 34), (1, 34), (0.0270416, 0.3452912)),
        (st.share_difference, "newcombe", (7, 34), (1, 34), (0.0189, 0.3404)),
        (st.share_difference, "agresti_caffo", (7, 34), (1, 34), (0.0116, 0.3217)),
        (st.share_difference, "wald", (7, 34), (1, 34), (0.0292, 0.3238)),
        (st.share_ratio, "koopman", (7, 34), (1, 34), (1.2209, 42.5757)),
        (st.share_ratio, "miettinen_nurminen", (7, 34), (1, 34), (1.2086, 43.0330)),
        (st.share_ratio, "katz_log", (7, 34), (1, 34), (0.9096, 53.8695)),
        (st.share_odds_ratio, "miettinen_nurminen", (9, 13), (4, 14), (1.0934, 28.9419)),
        (st.share_odds_ratio, "score", (0, 16), (15, 72), (0, 0.9532)),
        (st.share_odds_ratio, "woolf", (0, 16), (15, 72), (0, inf)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_limits_are_those_of_other_programs(function, method, first, second, limits) -> None:
    result = function(first, second, method=method)
    assert limits == pytest.approx((result.low, result.high), abs=5e-5)


@pytest.mark.parametrize("method", DIFFERENCES)
@pytest.mark.parametrize(("first", "second"), EDGES)
def test_a_difference_has_limits_whatever_the_counts(method: str, first, second) -> None:
    result = st.share_difference(first, second, method=method)
    assert -1 <= result.low <= result.high <= 1


@pytest.mark.parametrize("function", [st.share_ratio, st.share_odds_ratio])
@pytest.mark.parametrize(("first", "second"), EDGES)
def test_a_ratio_has_limits_whatever_the_counts(function, first, second) -> None:
    result = function(first, second)
    assert 0 <= result.low <= result.high <= inf


@settings(max_examples=12)
@given(data=some.data())
def test_swapping_the_groups_turns_the_difference_round(data) -> None:
    n, m = data.draw(some.integers(1, 30)), data.draw(some.integers(1, 30))
    first, second = (data.draw(some.integers(0, n)), n), (data.draw(some.integers(0, m)), m)
    for method in DIFFERENCES:
        one, other = (st.share_difference(*pair, method=method) for pair in ((first, second), (second, first)))
        assert (one.low, one.high) == pytest.approx((-other.high, -other.low), abs=1e-9)


@given(data=some.data())
def test_the_constrained_share_is_the_likeliest(data) -> None:
    n, m = data.draw(some.integers(2, 25)), data.draw(some.integers(2, 25))
    counts = TwoShares(
        *(np.array([float(v)]) for v in (data.draw(some.integers(0, n)), n, data.draw(some.integers(0, m)), m))
    )
    low, high = difference_limits(counts, alpha=0.05, corrected=False)
    for limit in (low[0], high[0]):
        if abs(limit) < 0.999:
            assert 1.959964 == pytest.approx(abs(score_by_search(counts, limit)), abs=2e-3)


def score_by_search(counts: TwoShares, difference: float) -> float:
    """The score statistic with the constrained shares found on a fine grid."""
    p = np.linspace(max(0, difference) + 1e-9, min(1, 1 + difference) - 1e-9, 20_001)
    q = p - difference
    likelihood = counts.x1 * np.log(p) + (counts.n1 - counts.x1) * np.log1p(-p)
    likelihood = (
        likelihood + counts.x2 * np.log(q.clip(1e-12)) + (counts.n2 - counts.x2) * np.log1p(-q.clip(0, 1 - 1e-12))
    )
    best = int(np.argmax(likelihood))
    spread = p[best] * (1 - p[best]) / counts.n1 + q[best] * (1 - q[best]) / counts.n2
    return float((counts.x1 / counts.n1 - counts.x2 / counts.n2 - difference)[0] / np.sqrt(spread[0]))


def test_equal_shares_of_two_groups_as_in_prop_test() -> None:
    # X² is Yates's; the interval by hand: -0.2 ± (1.959964 sqrt(0.3 × 0.7/50 + 0.5 × 0.5/50) + 0.02).
    result = st.compare_shares([15, 25], [50, 50])
    yates = stats.chi2_contingency([[15, 35], [25, 25]])
    expected = (yates.statistic, yates.pvalue, -0.407993, 0.007993)
    assert expected == pytest.approx((result.statistic, result.p_value, result.low, result.high), abs=5e-6)


def test_equal_shares_of_four_groups_as_in_prop_test() -> None:
    # R's help page of prop.test: smokers, X-squared 12.6, 3 degrees of freedom, p 0.005585.
    result = st.compare_shares([83, 90, 129, 70], [86, 93, 136, 82])
    assert (12.6, 3, 0.005585) == pytest.approx((result.statistic, result.df, result.p_value), abs=5e-4)


def test_boschloo_as_in_its_documentation() -> None:
    # scipy's documentation: 74 of 117 against 31 of 63; statistic 0.0483, p 0.0355, one-sided.
    result = st.boschloo((74, 117), (31, 63), alternative="greater")
    assert (0.0483, 0.0355) == pytest.approx((result.statistic, result.p_value), abs=1e-4)


def test_boschloo_refuses_to_take_minutes() -> None:
    with pytest.raises(BadInput, match="too large"):
        st.boschloo((200, 1000), (1800, 9000))


def test_one_sided_test_of_three_groups_is_refused() -> None:
    with pytest.raises(BadInput, match="one-sided"):
        st.compare_shares([1, 2, 3], [9, 9, 9], alternative="less")
