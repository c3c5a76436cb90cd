"""The same people in two cycles: did they move, and which way.

Tables have the earlier cycle by row and the later one by column, the same categories in the same order.
Differences are later minus earlier, so that *greater* means a rise. People present in one cycle only are
entries and exits: see `transitions`.
"""

from __future__ import annotations

from dataclasses import replace
from math import inf, nan, sqrt
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from etm_workbench.analysis.statistics.inputs import one_of, same_length, side, square_table, tail_alpha
from etm_workbench.analysis.statistics.notes import (
    EMPTY_DROPPED,
    MISSING,
    NO_CHANGE,
    NOBODY,
    join,
    normal_suffices,
)
from etm_workbench.analysis.statistics.rank_distributions import signed_sum
from etm_workbench.analysis.statistics.result import Alternative, FloatArray, Result
from etm_workbench.analysis.statistics.shares import normal_p
from etm_workbench.errors import BadInput

McNemarMethod = Literal["exact", "mid_p", "asymptotic", "asymptotic_corrected"]
_LARGEST_EXACT = 2_000  # people who changed, up to which the exact signed-rank distribution takes under a second


def mcnemar(
    table: ArrayLike,
    *,
    method: McNemarMethod = "exact",
    alternative: Alternative = "two-sided",
    level: float = 0.95,
) -> Result:
    """Test that as many people changed from no to yes as from yes to no.

    Of b who left and c who came, c is binomial with one half. X² = (b - c)²/(b + c); corrected: |b - c| lowered by
    one. The estimate is the change of the share, (c - b)/n, with Bonett and Price's limits: one added to b and
    to c, two to n, then (p_c - p_b) ± z sqrt((p_b + p_c - (p_b - p_c)²)/(n + 2)).

    Parameters
    ----------
    table : array of int, shape (2, 2)
        People by yes and no (in this order) in the earlier cycle by row, the later one by column.
    method : str
        `exact`, `mid_p`, `asymptotic`, `asymptotic_corrected`.
    alternative : {"two-sided", "less", "greater"}
        `greater`: the share rose.
    level : float
        Confidence level.

    Returns
    -------
    Result
        `statistic`: X² (c for the exact methods). Nobody changed: p = 1 and a note.

    Raises
    ------
    BadInput
        Not a 2×2 table of counts.

    Notes
    -----
    People missing in either cycle are left out beforehand; those who did not change count in n only. Ties do
    not arise.

    Source: McNemar, Psychometrika 12, 1947, 153-157; Fagerland, Lydersen and Laake, BMC Medical Research
    Methodology 13, 2013, 91 (mid-p); Bonett and Price, Journal of Educational and Behavioral Statistics 37,
    2012, 479-488; checked against R's mcnemar.test.

    Examples
    --------
    >>> mcnemar([[794, 150], [86, 570]], method="asymptotic_corrected")
    <mcnemar_asymptotic_corrected: n=1600, statistic=16.8178, df=1, z=-4.10095, p_value=4.11456e-05,
    quantity=difference, estimate=-0.04, low=-0.0587228, high=-0.0211773, level=0.95>
    """
    counts = square_table(table)
    if counts.shape != (2, 2):
        raise BadInput("'table' is larger than 2×2.", expected="Yes and no.", remedy="Use bowker or stuart_maxwell.")
    one_of(method, "method", ("exact", "mid_p", "asymptotic", "asymptotic_corrected"))
    left, came, people = int(counts[0, 1]), int(counts[1, 0]), int(counts.sum())
    low, high = _paired_limits(left, came, people, tail_alpha(level, side(alternative)))
    result = Result(
        method=f"mcnemar_{method}",
        n=people,
        p_value=1,
        quantity="difference",
        estimate=(came - left) / people if people else nan,
        low=-1 if alternative == "less" else low,
        high=1 if alternative == "greater" else high,
        level=level,
        alternative=alternative,
    )
    changed = left + came
    if not changed:
        return replace(result, note=NO_CHANGE if people else NOBODY)
    if method in ("exact", "mid_p"):
        p_value = stats.binomtest(came, changed, alternative=alternative).pvalue
        half = stats.binom.pmf(came, changed, 0.5) * (2 if alternative == "two-sided" and came != left else 1) / 2
        return replace(result, statistic=came, p_value=p_value - (half if method == "mid_p" else 0))
    distance = abs(came - left) - (1 if method.endswith("corrected") and came != left else 0)
    z = float(np.sign(came - left)) * distance / sqrt(changed)
    enough = (normal_suffices(changed >= 25),)
    return replace(result, statistic=z**2, df=1, z=z, p_value=normal_p(z, alternative), assumptions=enough)


def bowker(table: ArrayLike) -> Result:
    """Test that movements between each two categories balance.

    X² = Σ (nᵢⱼ - nⱼᵢ)²/(nᵢⱼ + nⱼᵢ) over pairs of categories with any movement, whose number is the degrees of freedom.

    Parameters
    ----------
    table : array of int, square
        People by category in the earlier cycle by row, the later one by column.

    Returns
    -------
    Result
        Nobody moved: p = 1 and a note. Pairs without movement are left out and noted.

    Raises
    ------
    BadInput
        Not a square table of counts.

    Notes
    -----
    People missing in either cycle are left out beforehand; ties do not arise.

    Source: Bowker, Journal of the American Statistical Association 43, 1948, 572-574; checked against R's
    mcnemar.test and statsmodels' SquareTable.symmetry.

    Examples
    --------
    >>> bowker([[20, 10, 5], [3, 30, 15], [0, 5, 40]])
    <bowker: n=128, statistic=13.7692, df=3, p_value=0.00323671>
    """
    counts = square_table(table).astype(float)
    upper = np.triu_indices_from(counts, k=1)
    there, back = counts[upper], counts.T[upper]
    moved = there + back > 0
    result = Result(method="bowker", n=counts.sum(), p_value=1)
    if not moved.any():
        return replace(result, note=NO_CHANGE)
    statistic = float(((there - back)[moved] ** 2 / (there + back)[moved]).sum())
    df = int(moved.sum())
    return replace(
        result,
        statistic=statistic,
        df=df,
        p_value=float(stats.chi2.sf(statistic, df)),
        assumptions=(normal_suffices(bool(((there + back)[moved] >= 5).mean() >= 0.8)),),
        note=None if moved.all() else EMPTY_DROPPED,
    )


def stuart_maxwell(
    table: ArrayLike, *, scores: ArrayLike | None = None, alternative: Alternative = "two-sided"
) -> Result:
    """Test that the distribution over categories did not change between cycles.

    X² = d' V⁻¹ d, d the differences of the margins, Vᵢᵢ = nᵢ₊ + n₊ᵢ - 2nᵢᵢ, Vᵢⱼ = -(nᵢⱼ + nⱼᵢ), on categories - 1
    degrees of freedom. With scores for ordered categories: z = s'd / sqrt(s'V s), one degree of freedom.

    Parameters
    ----------
    table : array of int, square
        People by category in the earlier cycle by row, the later one by column.
    scores : array of float, optional
        Where each category stands, when they are ordered.
    alternative : {"two-sided", "less", "greater"}
        With scores: `greater` when people rose.

    Returns
    -------
    Result
        With scores, `estimate` is the mean change of score (`shift`). Nobody moved: p = 1 and a note.

    Raises
    ------
    BadInput
        Not a square table of counts; scores of another length; one-sided without scores.

    Notes
    -----
    People missing in either cycle are left out beforehand; categories nobody entered or left count for nothing.
    Ties do not arise.

    Source: Stuart, Biometrika 42, 1955, 412-416; Maxwell, British Journal of Psychiatry 116, 1970, 651-655;
    checked against R's coin::mh_test, whose sign with scores is earlier minus later.

    Examples
    --------
    >>> stuart_maxwell([[20, 10, 5], [3, 30, 15], [0, 5, 40]])
    <stuart_maxwell: n=128, statistic=13.7647, df=2, p_value=0.00102573>
    """
    counts = square_table(table).astype(float)
    change = counts.sum(axis=0) - counts.sum(axis=1)
    spread = np.diag(counts.sum(axis=0) + counts.sum(axis=1)) - counts - counts.T
    result = Result(method="stuart_maxwell", n=counts.sum(), p_value=1, alternative=side(alternative))
    if not spread.any():
        return replace(result, note=NO_CHANGE if counts.any() else NOBODY)
    moved = np.diag(spread).sum() / 2
    result = replace(result, assumptions=(normal_suffices(bool(moved >= 10)),))
    if scores is not None:
        return _scored_change(result, np.asarray(scores, dtype=float).ravel(), change, spread)
    if alternative != "two-sided":
        raise BadInput("Categories without scores have no one-sided alternative.", expected="Scores, or two-sided.")
    # One category's change follows from the others'; those in separate blocks follow likewise.
    df = int(np.linalg.matrix_rank(spread))
    statistic = float(change @ np.linalg.pinv(spread, hermitian=True) @ change)
    return replace(result, statistic=statistic, df=df, p_value=float(stats.chi2.sf(statistic, df)))


def signed_rank(
    later: ArrayLike,
    earlier: ArrayLike,
    *,
    zeros: Literal["pratt", "wilcox"] = "pratt",
    alternative: Alternative = "two-sided",
    exact: bool = True,
) -> Result:
    """Test that the same people did not rise or fall on an ordered answer.

    V = Σ of the ranks of |later - earlier| of those who rose. Pratt ranks with those who did not change and then
    leaves them out; Wilcoxon leaves them out first. Exact: each sign falls with one half, ranks as they are, ties
    included; two-sided by distance from the mean.

    Parameters
    ----------
    later, earlier : array of float, one entry a person, the same people in the same order
        Answers in order.
    zeros : {"pratt", "wilcox"}
        What to do with people who did not change.
    alternative : {"two-sided", "less", "greater"}
        `greater`: people rose.
    exact : bool
        Exact p up to 2,000 people who changed; beyond, or if False, normal.

    Returns
    -------
    Result
        `statistic` V, `z` standardized; `estimate` (V of those who rose less V of those who fell) over their sum, from
        -1 to 1. Nobody changed: p = 1 and a note.

    Raises
    ------
    BadInput
        Arrays of different lengths.

    Notes
    -----
    People missing (NaN) in either cycle are left out and noted.

    Source: Wilcoxon, Biometrics Bulletin 1, 1945, 80-83; Pratt, Journal of the American Statistical Association
    54, 1959, 655-667; checked against R's wilcox.test and coin::wilcoxsign_test.

    Examples
    --------
    >>> signed_rank([4, 2, 4, 5, 3, 3, 5, 3, 4, 4, 2, 3], [3, 2, 4, 3, 3, 2, 5, 4, 3, 2, 1, 3])
    <signed_rank: n=12, statistic=55, z=1.94404, p_value=0.09375, quantity=rank_biserial, estimate=0.746032>
    """
    after, before = np.asarray(later, dtype=float).ravel(), np.asarray(earlier, dtype=float).ravel()
    same_length({"later": after, "earlier": before})
    one_of(zeros, "zeros", ("pratt", "wilcox"))
    change = after - before
    present = change[~np.isnan(change)]
    note = MISSING if present.size < change.size else None
    result = Result(
        method="signed_rank",
        n=present.size,
        p_value=1,
        quantity="rank_biserial",
        alternative=side(alternative),
        note=note,
    )
    if not present.any():
        return replace(result, note=join(NO_CHANGE if present.size else NOBODY, note))
    ranked = present if zeros == "pratt" else present[present != 0]
    ranks, signs = stats.rankdata(np.abs(_rounded(ranked))), np.sign(ranked)
    ranks, signs = ranks[signs != 0], signs[signs != 0]
    rose, total = float(ranks[signs > 0].sum()), float(ranks.sum())
    z = (rose - total / 2) / sqrt(float((ranks**2).sum()) / 4)
    result = replace(result, statistic=rose, z=z, estimate=2 * rose / total - 1)
    if not exact or ranks.size > _LARGEST_EXACT:
        return replace(result, p_value=normal_p(z, alternative), assumptions=(normal_suffices(ranks.size >= 10),))
    doubled = signed_sum(np.round(2 * ranks).astype(np.int64))
    return replace(result, p_value=doubled.p_value(2 * rose, alternative))


def _paired_limits(left: int, came: int, people: int, alpha: float) -> tuple[float, float]:
    if not people:
        return -1.0, 1.0
    p_left, p_came = (left + 1) / (people + 2), (came + 1) / (people + 2)
    half = float(stats.norm.isf(alpha / 2)) * sqrt((p_left + p_came - (p_left - p_came) ** 2) / (people + 2))
    return max(-1.0, p_came - p_left - half), min(1.0, p_came - p_left + half)


def _scored_change(result: Result, scores: FloatArray, change: FloatArray, spread: FloatArray) -> Result:
    same_length({"scores": scores, "categories": change})
    variance, total = float(scores @ spread @ scores), float(scores @ change)
    if variance <= 0:
        return replace(result, note=NO_CHANGE)
    z = total / sqrt(variance)
    return replace(
        result,
        method="stuart_maxwell_ordered",
        statistic=z**2,
        df=1,
        z=z,
        p_value=normal_p(z, result.alternative),
        quantity="shift",
        estimate=total / result.n,
    )


def _rounded(change: FloatArray) -> FloatArray:
    """Differences without the last digits, in which equal differences of decimals disagree (1.3 - 1.2, 0.3 - 0.2)."""
    scale = float(np.abs(change).max(initial=0.0))
    return np.asarray(np.round(change / scale, 12) if 0 < scale < inf else change)
