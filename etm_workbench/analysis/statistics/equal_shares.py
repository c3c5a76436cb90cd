"""Are several shares equal: two groups or many, with or without an order to assume.

`compare_shares` is for groups large enough; `boschloo` is the exact test for two small groups neither of
which contains the other, less cautious than Fisher's.
"""

from __future__ import annotations

from dataclasses import replace
from math import nan, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from etm_workbench.analysis.statistics.inputs import Count, count_of, same_length, side, tail_alpha, whole_counts
from etm_workbench.analysis.statistics.notes import EMPTY_DROPPED, NO_VARIATION, expected_counts_suffice
from etm_workbench.analysis.statistics.result import Alternative, IntArray, Result
from etm_workbench.analysis.statistics.shares import normal_p
from etm_workbench.errors import BadInput

_LARGEST_SAMPLE_SPACE = 100_000  # pairs of counts; beyond, Boschloo's test takes minutes


def compare_shares(
    successes: ArrayLike,
    totals: ArrayLike,
    *,
    correct: bool = True,
    alternative: Alternative = "two-sided",
    level: float = 0.95,
) -> Result:
    """Large-sample test that several shares are equal.

    X² = Σ (x - n p̄)² / (n p̄ (1 - p̄)), p̄ the pooled share. With two groups and `correct`, |p₁ - p₂| is lowered
    by min(|p₁ - p₂|, (1/n₁ + 1/n₂)/2), and the interval for the difference widened by (1/n₁ + 1/n₂)/2.

    Parameters
    ----------
    successes, totals : array of int, one entry a group
        People of one kind and all people.
    correct : bool
        Continuity correction, two groups only.
    alternative : {"two-sided", "less", "greater"}
        One-sided with two groups only: side of first minus second.
    level : float
        Confidence level of the difference of two shares.

    Returns
    -------
    Result
        `statistic` is X² with groups - 1 degrees of freedom; with two groups also the difference and `z`.

    Raises
    ------
    BadInput
        Not counts; fewer than two groups; one-sided with more than two.

    Notes
    -----
    Missing answers are left out beforehand; empty groups are left out and noted. Ties do not arise.

    Source: Fleiss, Statistical Methods for Rates and Proportions, 2nd ed., 1981, ch. 2 and 9; checked against
    R's prop.test.

    Examples
    --------
    >>> compare_shares([83, 90, 129, 70], [86, 93, 136, 82])
    <compare_shares: n=397, statistic=12.6004, df=3, p_value=0.00558548>
    """
    part, total = whole_counts(successes, "successes").ravel(), whole_counts(totals, "totals").ravel()
    same_length({"successes": part, "totals": total})
    _refuse_impossible(part, total, side(alternative))
    kept_part, kept_total = part[total > 0], total[total > 0]
    result = Result(
        method="compare_shares",
        n=total.sum(),
        p_value=1,
        alternative=alternative,
        note=None if (total > 0).all() else EMPTY_DROPPED,
    )
    if total.size == 2 and kept_total.size == 2:
        return _two_groups(result, part, total, correct=correct, level=level)
    share = kept_part.sum() / max(kept_total.sum(), 1)
    if kept_total.size < 2 or share in (0, 1):
        return replace(result, note=NO_VARIATION)
    statistic = float(((kept_part - kept_total * share) ** 2 / (kept_total * share * (1 - share))).sum())
    return replace(
        result,
        statistic=statistic,
        df=kept_total.size - 1,
        p_value=float(stats.chi2.sf(statistic, kept_total.size - 1)),
        assumptions=(expected_counts_suffice(bool((kept_total * min(share, 1 - share) >= 5).all())),),
    )


def boschloo(first: Count, second: Count, *, alternative: Alternative = "two-sided") -> Result:
    """Exact unconditional test that two shares of different people are equal.

    The p-value of Fisher's test is the statistic; its distribution is maximized over the common share. Two-sided
    p is twice the smaller one-sided p.

    Parameters
    ----------
    first, second : (int, int)
        People of one kind, and all people, of each group.
    alternative : {"two-sided", "less", "greater"}
        Side of first minus second.

    Returns
    -------
    Result
        `statistic` is Fisher's one-sided p. An empty group, or everybody alike, gives p = 1 and a note.

    Raises
    ------
    BadInput
        Not counts; groups so large that the test would take minutes.

    Notes
    -----
    Missing answers are left out beforehand; ties do not arise.

    Source: Boschloo, Statistica Neerlandica 24, 1970, 1-35; scipy.stats.boschloo_exact.

    Examples
    --------
    >>> boschloo((7, 12), (8, 31), alternative="greater")
    <boschloo: n=43, statistic=0.0509665, p_value=0.0276647, alternative=greater>
    """
    (x1, n1), (x2, n2) = count_of(first, "first"), count_of(second, "second")
    result = Result(method="boschloo", n=n1 + n2, p_value=1, alternative=side(alternative), note=NO_VARIATION)
    if (n1 + 1) * (n2 + 1) > _LARGEST_SAMPLE_SPACE:
        raise BadInput(
            "The groups are too large for Boschloo's test.",
            expected=f"(n1 + 1)(n2 + 1) up to {_LARGEST_SAMPLE_SPACE}.",
            remedy="Use fisher_exact or compare_shares.",
        )
    if not n1 or not n2 or x1 + x2 in (0, n1 + n2):
        return result
    test = stats.boschloo_exact([[x1, x2], [n1 - x1, n2 - x2]], alternative=alternative)
    return replace(result, statistic=float(test.statistic), p_value=min(1.0, float(test.pvalue)), note=None)


def _refuse_impossible(part: IntArray, total: IntArray, alternative: Alternative) -> None:
    if total.size < 2 or (part > total).any():
        raise BadInput(
            "There are fewer than two groups, or a part is larger than its whole.",
            expected="At least two groups with successes <= totals.",
            remedy="For one share against a fixed one use binomial_test.",
        )
    if total.size > 2 and alternative != "two-sided":
        raise BadInput(
            "More than two groups have no one-sided alternative.",
            expected="alternative='two-sided'.",
            remedy="For ordered groups use cochran_armitage.",
        )


def _two_groups(result: Result, part: IntArray, total: IntArray, *, correct: bool, level: float) -> Result:
    share, pooled = part / total, part.sum() / total.sum()
    difference, inverse = float(share[0] - share[1]), float((1 / total).sum())
    correction = min(0.5, abs(difference) / inverse) if correct else 0.0
    half = stats.norm.isf(tail_alpha(level, result.alternative) / 2) * sqrt((share * (1 - share) / total).sum())
    half += correction * inverse
    spread = sqrt(pooled * (1 - pooled) * inverse)
    z = float(np.sign(difference)) * (abs(difference) - correction * inverse) / spread if spread else nan
    return replace(
        result,
        statistic=z**2,
        df=1,
        z=z,
        p_value=normal_p(z, result.alternative) if spread else 1,
        quantity="difference",
        estimate=difference,
        low=-1 if result.alternative == "less" else max(-1, difference - half),
        high=1 if result.alternative == "greater" else min(1, difference + half),
        level=level,
        assumptions=(expected_counts_suffice(bool((total * min(pooled, 1 - pooled) >= 5).all())),),
        note=None if spread else NO_VARIATION,
    )
