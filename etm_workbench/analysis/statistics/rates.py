"""Counts of events against what was expected: rates, ratios of rates and their limits.

Events may be moves, departures or promotions over a period; time is person-years, or any measure of exposure.
"""

from __future__ import annotations

from dataclasses import replace
from math import inf, sqrt
from typing import Literal

import numpy as np
from scipy import stats

from etm_workbench.analysis.statistics.conditional_odds import TIE
from etm_workbench.analysis.statistics.inputs import amounts, one_of, side, tail_alpha, whole_counts
from etm_workbench.analysis.statistics.notes import NOBODY
from etm_workbench.analysis.statistics.result import Alternative, Result
from etm_workbench.errors import BadInput

CountMethod = Literal["exact", "byar"]
Events = tuple[float, float]
"""Events counted, and the time or exposure they were counted over: (11, 800.0)."""


def poisson_test(
    events: Events, rate: float = 1.0, *, alternative: Alternative = "two-sided", level: float = 0.95
) -> Result:
    """Exact test that a rate is `rate`, with the exact interval.

    Events are Poisson with mean rate × time. Two-sided p adds the counts no more probable than the observed one.
    Limits: χ²(2x)/2 and χ²(2x + 2)/2 at (1 - level)/2 from each end, over time.

    Parameters
    ----------
    events : (int, float)
        Events, and the time they were counted over.
    rate : float
        Rate under the null hypothesis.
    alternative : {"two-sided", "less", "greater"}
        Side of the rate.
    level : float
        Confidence level.

    Returns
    -------
    Result
        `estimate`: events over time. No time gives NaN, p = 1 and a note.

    Raises
    ------
    BadInput
        Events that are not a count, negative time or rate.

    Notes
    -----
    Missing records are left out beforehand; counts as probable as the observed one count within a relative 1e-7.

    Source: Garwood, Biometrika 28, 1936, 437-442; checked against R's poisson.test.

    Examples
    --------
    >>> poisson_test((137, 24.19893))
    <poisson_exact: n=137, statistic=137, p_value=2.84523e-56, quantity=rate, estimate=5.66141, low=4.75312,
    high=6.69271, level=0.95>
    """
    count, time = _events(events, "events")
    expected = float(amounts(np.asarray(rate), "rate")) * time
    low, high = count_limits(count, level=level, alternative=alternative)
    result = Result(
        method="poisson_exact", n=count, statistic=count, quantity="rate", level=level, alternative=side(alternative)
    )
    if time == 0:
        return replace(result, p_value=1, low=0, high=inf, note=NOBODY)
    return replace(
        result,
        p_value=_poisson_p(count, expected, alternative),
        estimate=count / time,
        low=low / time,
        high=high / time,
    )


def compare_rates(
    first: Events,
    second: Events,
    *,
    ratio: float = 1.0,
    alternative: Alternative = "two-sided",
    level: float = 0.95,
) -> Result:
    """Exact test that the ratio of two rates is `ratio`, with the exact interval of the ratio.

    Given all events, those of the first group are binomial with chance r t₁/(r t₁ + t₂); Clopper-Pearson limits of the
    chance give those of the ratio.

    Parameters
    ----------
    first, second : (int, float)
        Events and time of each group.
    ratio : float
        Ratio r under the null hypothesis.
    alternative : {"two-sided", "less", "greater"}
        Side of first over second.
    level : float
        Confidence level.

    Returns
    -------
    Result
        `estimate`: first rate over second. No events or no time gives p = 1, limits 0 and infinity and a note.

    Raises
    ------
    BadInput
        Events that are not counts, negative times, a ratio that is not above zero.

    Notes
    -----
    Missing records are left out beforehand; ties do not arise.

    Source: Przyborowski and Wilenski, Biometrika 31, 1940, 313-323; checked against R's poisson.test.

    Examples
    --------
    >>> compare_rates((11, 800), (21, 3011))
    <compare_rates: n=32, statistic=11, df=6.7174, p_value=0.0796686, quantity=ratio, estimate=1.97149, low=0.858426,
    high=4.27727, level=0.95>
    """
    (x1, t1), (x2, t2) = _events(first, "first"), _events(second, "second")
    if not ratio > 0:
        raise BadInput("'ratio' is not above zero.", expected="A ratio of rates, 1 for equal ones.")
    result = Result(
        method="compare_rates",
        n=x1 + x2,
        p_value=1,
        quantity="ratio",
        low=0,
        high=inf,
        level=level,
        alternative=side(alternative),
    )
    if not x1 + x2 or not t1 or not t2:
        return replace(result, note=NOBODY)
    chance = ratio * t1 / (ratio * t1 + t2)
    test = stats.binomtest(x1, x1 + x2, chance, alternative=alternative)
    limits = test.proportion_ci(confidence_level=level, method="exact")
    low, high = (limit * t2 / ((1 - limit) * t1) if limit < 1 else inf for limit in (limits.low, limits.high))
    return replace(
        result,
        statistic=x1,
        df=(x1 + x2) * chance,
        p_value=float(test.pvalue),
        estimate=x1 / t1 / (x2 / t2) if x2 else inf,
        low=low,
        high=high,
    )


def count_limits(
    count: float,
    *,
    method: CountMethod = "exact",
    level: float = 0.95,
    alternative: Alternative = "two-sided",
) -> tuple[float, float]:
    """Limits of the mean of a Poisson count.

    Exact: χ²(2x)/2, χ²(2x + 2)/2. Byar: x (1 - 1/(9x) - z/(3 sqrt x))³ and the same with x + 1 and + z, which needs no
    tables and is close from about ten up.

    Parameters
    ----------
    count : float
        Events counted, from 0 up; Byar's formula also takes weighted counts.
    method : {"exact", "byar"}
        Which limits.
    level : float
        Confidence level.
    alternative : {"two-sided", "less", "greater"}
        `less` gives an upper limit only, `greater` a lower one only.

    Returns
    -------
    (float, float)
        In events; 0 for the lower limit of a count of zero.

    Raises
    ------
    BadInput
        A negative count, an unknown method.

    Notes
    -----
    Missing records are left out beforehand; ties do not arise.

    Source: Garwood 1936; Breslow and Day, Statistical Methods in Cancer Research 2, 1987, 69; checked against
    PHEindicatormethods (OHID).

    Examples
    --------
    >>> [round(limit, 4) for limit in count_limits(65, method="byar")]
    [50.1632, 82.8491]
    """
    alpha = tail_alpha(level, side(alternative))
    x = float(amounts(np.asarray(count), "count"))
    if one_of(method, "method", ("exact", "byar")) == "exact":
        low = float(stats.chi2.ppf(alpha / 2, 2 * x)) / 2 if x else 0.0
        high = float(stats.chi2.isf(alpha / 2, 2 * x + 2)) / 2
    else:
        z = float(stats.norm.isf(alpha / 2))
        low = x * (1 - 1 / (9 * x) - z / (3 * sqrt(x))) ** 3 if x else 0.0
        high = (x + 1) * (1 - 1 / (9 * (x + 1)) + z / (3 * sqrt(x + 1))) ** 3
    return (0.0 if alternative == "less" else max(low, 0.0), inf if alternative == "greater" else high)


def _events(pair: Events, name: str) -> tuple[int, float]:
    if len(pair) != 2:
        raise BadInput(f"'{name}' has {len(pair)} numbers.", expected="Two: events, and the time they cover.")
    return int(whole_counts(np.asarray(pair[0]), name)), float(amounts(np.asarray(pair[1]), name))


def _poisson_p(count: int, expected: float, alternative: Alternative) -> float:
    if alternative != "two-sided":
        law = stats.poisson(expected)
        return float(law.sf(count - 1) if alternative == "greater" else law.cdf(count))
    if expected == 0:
        return 1.0 if count == 0 else 0.0
    if count == expected:
        return 1.0
    limit = float(stats.poisson.pmf(count, expected)) * (1 + TIE)
    if count < expected:
        far = int(np.ceil(2 * expected - count))
        while stats.poisson.pmf(far, expected) > limit:
            far *= 2
        others = np.arange(int(np.ceil(expected)), far + 1)
        opposite = int((stats.poisson.pmf(others, expected) <= limit).sum())
        return float(stats.poisson.cdf(count, expected) + stats.poisson.sf(far - opposite, expected))
    others = np.arange(int(np.floor(expected)) + 1)
    opposite = int((stats.poisson.pmf(others, expected) <= limit).sum())
    return float(stats.poisson.cdf(opposite - 1, expected) + stats.poisson.sf(count - 1, expected))
