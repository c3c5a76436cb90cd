"""One share: how sure it is, and whether it differs from a fixed one.

Small organizations are the rule here, so every method holds at any size, 0 of 0 included.
Exact methods are scipy's, approximate intervals statsmodels'; only the continuity-corrected score
interval is ours, because neither has it.
"""

from __future__ import annotations

from dataclasses import replace
from math import inf, nan, sqrt
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from etm_workbench.analysis.statistics.inputs import (
    Count,
    amounts,
    count_of,
    one_of,
    probability,
    same_length,
    side,
    tail_alpha,
)
from etm_workbench.analysis.statistics.notes import INDEPENDENT, NOBODY, normal_suffices
from etm_workbench.analysis.statistics.result import Alternative, Assumption, FloatArray, Intervals, Result
from etm_workbench.errors import BadInput

ShareMethod = Literal["wilson", "wilson_cc", "clopper_pearson", "agresti_coull", "jeffreys", "wald"]
_STATSMODELS = {
    "wilson": "wilson",
    "clopper_pearson": "beta",
    "agresti_coull": "agresti_coull",
    "jeffreys": "jeffreys",
    "wald": "normal",
}


def binomial_test(
    count: Count, share: float = 0.5, *, alternative: Alternative = "two-sided", level: float = 0.95
) -> Result:
    """Exact test that a share is `share`, with the Clopper-Pearson interval.

    p is the binomial probability of outcomes no more probable than the observed one (two-sided) or at
    least as far to one side. Limits solve P(X ≥ x | low) = P(X ≤ x | high) = (1 - level) / 2.

    Parameters
    ----------
    count : (int, int)
        People of one kind, and all people who answered.
    share : float
        The fixed share, 0 to 1, known without error of its own.
    alternative : {"two-sided", "less", "greater"}
        Side tested; a one-sided test has a one-sided interval.
    level : float
        Confidence level.

    Returns
    -------
    Result
        `estimate`, `low`, `high`: the share (0 to 1). 0 of 0 gives p = 1, limits 0 and 1, and a note.

    Raises
    ------
    BadInput
        Counts that are not counts, a share or level outside 0 to 1.

    Notes
    -----
    Missing answers: leave them out of both counts, and see `missing.share_bounds`. Ties do not arise.

    Source: Clopper and Pearson, Biometrika 26, 1934, 404-413; scipy.stats.binomtest; checked against
    R's binom.test.

    Examples
    --------
    >>> binomial_test((682, 925), 0.75)
    <binomial_exact: n=925, statistic=682, p_value=0.382492, quantity=share, estimate=0.737297, low=0.707668,
    high=0.765407, level=0.95>
    """
    part, total = count_of(count, "count")
    probability(share, "share")
    side(alternative)
    tail_alpha(level, alternative)
    result = Result(
        method="binomial_exact",
        n=total,
        statistic=part,
        quantity="share",
        level=level,
        alternative=alternative,
        assumptions=(Assumption(INDEPENDENT, met=True),),
    )
    if total == 0:
        return replace(result, p_value=1, low=0, high=1, note=NOBODY)
    test = stats.binomtest(part, total, share, alternative=alternative)
    limits = test.proportion_ci(confidence_level=level, method="exact")
    return replace(result, p_value=test.pvalue, estimate=part / total, low=limits.low, high=limits.high)


def score_test(
    count: Count,
    share: float = 0.5,
    *,
    correct: bool = True,
    alternative: Alternative = "two-sided",
    level: float = 0.95,
) -> Result:
    """Large-sample test that a share is `share`, with the score (Wilson) interval.

    X² = (|x - nπ| - c)² / (nπ(1 - π)), c = min(½, |x - nπ|) if `correct` and 0 otherwise.

    Parameters
    ----------
    count : (int, int)
        People of one kind, and all people who answered.
    share : float
        The fixed share π, between 0 and 1.
    correct : bool
        Whether to correct for continuity, in the test and in the interval.
    alternative : {"two-sided", "less", "greater"}
        Side tested.
    level : float
        Confidence level.

    Returns
    -------
    Result
        `statistic` is X² on 1 degree of freedom, `z` its signed root.

    Raises
    ------
    BadInput
        As `binomial_test`; also a share of 0 or 1.

    Notes
    -----
    Missing answers are left out beforehand; ties do not arise. With few people use `binomial_test`.

    Source: Wilson, Journal of the American Statistical Association 22, 1927, 209-212; checked against
    R's prop.test.

    Examples
    --------
    >>> score_test((15, 148), 0.2, correct=False).z.__round__(4)
    -3.0003
    """
    part, total = count_of(count, "count")
    probability(share, "share", closed=False)
    alpha = tail_alpha(level, side(alternative))
    result = Result(method="score", n=total, quantity="share", level=level, alternative=alternative)
    if total == 0:
        return replace(result, p_value=1, low=0, high=1, note=NOBODY)
    distance = part - total * share
    correction = min(0.5, abs(distance)) if correct else 0.0
    z = float(np.sign(distance)) * (abs(distance) - correction) / sqrt(total * share * (1 - share))
    low, high = _score_limits(np.array([part / total]), np.array([float(total)]), alpha=alpha, shift=correction)
    return replace(
        result,
        statistic=z**2,
        df=1,
        z=z,
        p_value=normal_p(z, alternative),
        estimate=part / total,
        low=0 if alternative == "less" else float(low[0]),
        high=1 if alternative == "greater" else float(high[0]),
        assumptions=(normal_suffices(min(total * share, total * (1 - share)) >= 5),),
    )


def share_interval(
    count: Count, *, method: ShareMethod = "wilson", level: float = 0.95, alternative: Alternative = "two-sided"
) -> Result:
    """A share with its confidence interval.

    Wilson: the roots π of (p - π)² = z² π(1 - π) / n, near its level on average. Clopper-Pearson: never
    below its level. `wilson_cc`: Wilson with |p - π| lowered by 1/(2n). `agresti_coull`, `jeffreys` and
    `wald` serve comparison with other work.

    Parameters
    ----------
    count : (number, number)
        People of one kind, and all; weighted counts (fractions) are taken by all but the exact method.
    method : str
        `wilson`, `wilson_cc`, `clopper_pearson`, `agresti_coull`, `jeffreys`, `wald`.
    level : float
        Confidence level.
    alternative : {"two-sided", "less", "greater"}
        `less` gives an upper limit only, `greater` a lower one only.

    Returns
    -------
    Result
        No test: `p_value` is NaN. 0 of 0 gives limits 0 and 1 and a note.

    Raises
    ------
    BadInput
        A negative number, a part larger than the whole, an unknown method or level.

    Notes
    -----
    Missing answers are left out beforehand; ties do not arise.

    Source: Newcombe, Statistics in Medicine 17, 1998, 857-872 (methods 3 and 4);
    statsmodels.stats.proportion.proportion_confint; checked against R's prop.test and binom.test.

    Examples
    --------
    >>> share_interval((0, 20))
    <wilson: n=20, quantity=share, estimate=0, low=0, high=0.161125, level=0.95>
    """
    alpha = tail_alpha(level, side(alternative))
    part, total = (float(value) for value in amounts(np.asarray(count), "count"))
    limits = share_intervals([part], [total], method=method, level=1 - alpha)
    return Result(
        method=method,
        n=total,
        quantity="share",
        estimate=limits.estimate[0],
        low=0 if alternative == "less" else limits.low[0],
        high=1 if alternative == "greater" else limits.high[0],
        level=level,
        alternative=alternative,
        note=limits.note,
    )


def share_intervals(
    successes: ArrayLike, totals: ArrayLike, *, method: ShareMethod = "wilson", level: float = 0.95
) -> Intervals:
    """Many shares, each with its own confidence interval, as `share_interval` gives one.

    Parameters
    ----------
    successes, totals : array of numbers, same length
        People of one kind and all people, one entry a group.
    method, level
        As for `share_interval`. The level holds for each interval alone, not for all together.

    Returns
    -------
    Intervals
        Arrays as long as `totals`; an empty group has a NaN share and limits 0 and 1.

    Raises
    ------
    BadInput
        As `share_interval`; also arrays of different lengths.

    Notes
    -----
    Missing answers are left out beforehand; ties do not arise. Source: as `share_interval`.

    Examples
    --------
    >>> share_intervals([1, 65], [100, 100]).high.round(4)
    array([0.0545, 0.7364])
    """
    part, total = amounts(successes, "successes").ravel(), amounts(totals, "totals").ravel()
    same_length({"successes": part, "totals": total})
    if (part > total).any():
        raise BadInput("A part is larger than its whole.", expected="successes <= totals in every group.")
    one_of(method, "method", (*_STATSMODELS, "wilson_cc"))
    low, high, share = np.zeros(total.size), np.ones(total.size), np.full(total.size, nan)
    some = total > 0
    share[some] = part[some] / total[some]
    if some.any():
        low[some], high[some] = _limits(part[some], total[some], method=method, alpha=1 - level)
    return Intervals(
        method=method,
        estimate=share,
        low=low,
        high=high,
        level=level,
        simultaneous=False,
        note=None if some.all() else NOBODY,
    )


def normal_p(z: float, alternative: Alternative) -> float:
    """p-value of a standard normal statistic; `greater` looks at large z."""
    if alternative == "two-sided":
        return float(2 * stats.norm.sf(abs(z)))
    return float(stats.norm.sf(z) if alternative == "greater" else stats.norm.cdf(z))


def one_sided(low: float, high: float, alternative: Alternative) -> tuple[float, float]:
    """Limits of an unbounded quantity with the side that is not asked opened."""
    return (-inf if alternative == "less" else low, inf if alternative == "greater" else high)


def _limits(part: FloatArray, total: FloatArray, *, method: str, alpha: float) -> tuple[FloatArray, FloatArray]:
    if method == "wilson_cc":
        return _score_limits(part / total, total, alpha=alpha, shift=0.5)
    low, high = proportion_confint(part, total, alpha=alpha, method=_STATSMODELS[method])
    low, high = np.clip(np.nan_to_num(low, nan=0.0), 0, 1), np.clip(np.nan_to_num(high, nan=1.0), 0, 1)
    if method == "wilson":
        # The limit at the border is the border, which rounding misses by 1e-17.
        low, high = np.where(part == 0, 0.0, low), np.where(part == total, 1.0, high)
    return low, high


def _score_limits(share: FloatArray, total: FloatArray, *, alpha: float, shift: float) -> tuple[FloatArray, FloatArray]:
    z = stats.norm.isf(alpha / 2)

    def limit(centre: FloatArray, sign: int) -> FloatArray:
        inside = np.clip(centre, 0, 1)
        half = z * np.sqrt(inside * (1 - inside) / total + z**2 / (4 * total**2))
        return np.asarray((inside + z**2 / (2 * total) + sign * half) / (1 + z**2 / total))

    low, high = share - shift / total, share + shift / total
    return np.where(low <= 0, 0.0, limit(low, -1)), np.where(high >= 1, 1.0, limit(high, 1))
