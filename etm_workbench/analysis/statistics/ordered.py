"""Do two groups differ on an ordered answer, such as the placements that have an order.

Categories are numbers in order; only their order counts, never the distance between them. New in role and
transition have no place in the order: `profile.compare_profiles` takes them apart first.
"""

from __future__ import annotations

from dataclasses import replace
from math import nan, sqrt
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, stats
from statsmodels.stats.nonparametric import rank_compare_2indep

from etm_workbench.analysis.statistics.exact_tables import Score, exact_tails
from etm_workbench.analysis.statistics.inputs import answers, one_of, same_length, side, tail_alpha, whole_counts
from etm_workbench.analysis.statistics.monte_carlo import DEFAULT_BUDGET
from etm_workbench.analysis.statistics.notes import (
    MISSING,
    NO_VARIATION,
    NOBODY,
    SEPARATED,
    TOO_FEW,
    join,
    normal_suffices,
)
from etm_workbench.analysis.statistics.rank_distributions import subset_sum, subset_sum_steps
from etm_workbench.analysis.statistics.result import Alternative, FloatArray, Result
from etm_workbench.analysis.statistics.shares import normal_p
from etm_workbench.errors import BadInput

RankMethod = Literal["auto", "exact", "asymptotic", "asymptotic_corrected"]
_FLOPS_A_STEP = 50  # array arithmetic of the shift algorithm against one partial table of the enumeration


_EDGE = 1e-12  # next to 0 and 1, where the equation for the limits has a second, empty root
_FEW_ANSWERS = 12  # distinct answers up to which enumerating tables beats the shift algorithm
_OTHER_SIDE: dict[Alternative, Alternative] = {"greater": "less", "less": "greater", "two-sided": "two-sided"}


def answers_from_counts(categories: ArrayLike, counts: ArrayLike) -> FloatArray:
    """One number a person from counts by category.

    Parameters
    ----------
    categories : array of float
        The number that stands for each category, in order.
    counts : array of int, same length
        People in each.

    Returns
    -------
    ndarray of float
        As long as there are people.

    Raises
    ------
    BadInput
        Not counts, or arrays of different lengths.

    Notes
    -----
    Leave the category of missing answers out, or give it NaN: the tests leave NaN out. People of one category tie.
    Source: none needed.

    Examples
    --------
    >>> answers_from_counts([1, 2, 3], [2, 0, 1])
    array([1., 1., 3.])
    """
    people = whole_counts(counts, "counts").ravel()
    values = np.asarray(categories, dtype=float).ravel()
    same_length({"categories": values, "counts": people})
    return np.repeat(values, people)


def mann_whitney(
    first: ArrayLike,
    second: ArrayLike,
    *,
    alternative: Alternative = "two-sided",
    method: RankMethod = "auto",
    level: float = 0.95,
) -> Result:
    """Test that neither group tends to give higher answers, exact with ties, with the chance of superiority.

    U = Σ over pairs of 1 (first higher) or ½ (equal). Exact p is the permutation distribution of the midrank
    sum given all answers; two-sided by distance from its mean. `asymptotic`: normal with the variance
    corrected for ties, mn/12 (N + 1 - Σ(t³ - t)/(N(N - 1))); `asymptotic_corrected`: U moved ½ towards its mean.
    The estimate is U/(mn), the chance that somebody of the first group stands higher than somebody of the
    second, equals counted half, with Newcombe's score-like limits.

    Parameters
    ----------
    first, second : array of float, one number a person
        Answers in order.
    alternative : {"two-sided", "less", "greater"}
        Side of first against second.
    method : str
        `auto` (exact where the default budget allows, else asymptotic), `exact`, `asymptotic`,
        `asymptotic_corrected`.
    level : float
        Confidence level.

    Returns
    -------
    Result
        `statistic` is U, `z` its standardized value without continuity correction. An empty group, or everybody
        alike, gives p = 1 and a note.

    Raises
    ------
    BadInput
        An infinite answer; `exact` beyond the budget.

    Notes
    -----
    Missing answers (NaN) are left out and noted; ties count half and are exact.

    Source: Mann and Whitney, Annals of Mathematical Statistics 18, 1947, 50-60; Streitberg and Röhmel, EDV in
    Medizin und Biologie 18, 1987, 12-19; Newcombe, Statistics in Medicine 25, 2006, 559-573 (method 5); checked
    against R's wilcox.test and coin::wilcox_test.

    Examples
    --------
    >>> mann_whitney([1, 2, 2, 3, 4, 4], [2, 3, 4, 5, 5])
    <mann_whitney: n=11, statistic=7.5, z=-1.40153, p_value=0.19697, quantity=probability_of_superiority,
    estimate=0.25, low=0.0746596, high=0.599515, level=0.95>
    """
    x, y, result = _two_groups("mann_whitney", first, second, alternative, level)
    one_of(method, "method", ("auto", "exact", "asymptotic", "asymptotic_corrected"))
    if result.note is not None and result.p_value == 1:
        return result
    ranks = stats.rankdata(np.concatenate([x, y]))
    people = x.size * y.size
    u = float(ranks[: x.size].sum() - x.size * (x.size + 1) / 2)
    spread = sqrt(people / 12 * (ranks.size + 1 - _tie_term(ranks)))
    low, high = _superiority_limits(u / people, x.size, y.size, tail_alpha(level, alternative))
    result = replace(
        result,
        statistic=u,
        z=(u - people / 2) / spread,
        estimate=u / people,
        low=0 if alternative == "less" else low,
        high=1 if alternative == "greater" else high,
    )
    exact = None if method.startswith("asymptotic") else _exact_p(ranks, x.size, alternative)
    if exact is not None:
        return replace(result, p_value=exact)
    if method == "exact":
        raise BadInput(
            "The groups are too large for the exact distribution.",
            expected="Sizes and ties that the default budget allows.",
            remedy="Use method='asymptotic': with so many people it is as good.",
        )
    moved = _towards_zero(u - people / 2, alternative) if method == "asymptotic_corrected" else u - people / 2
    return replace(
        result,
        p_value=normal_p(moved / spread, alternative),
        assumptions=(normal_suffices(min(x.size, y.size) >= 10),),
    )


def brunner_munzel(
    first: ArrayLike,
    second: ArrayLike,
    *,
    alternative: Alternative = "two-sided",
    level: float = 0.95,
    distribution: Literal["t", "normal"] = "t",
) -> Result:
    """Test of the chance of superiority that allows the groups to spread differently.

    θ = P(first > second) + ½ P(equal). Statistic: (θ̂ - ½) over its standard error from the variances of the
    placements (rank among all minus rank within group), on Satterthwaite's degrees of freedom.

    Parameters
    ----------
    first, second, alternative, level
        As for `mann_whitney`.
    distribution : {"t", "normal"}
        `normal` for large groups.

    Returns
    -------
    Result
        `estimate`: θ from 0 to 1. Groups that do not overlap have no standard error: p and limits are NaN, noted.

    Raises
    ------
    BadInput
        An infinite answer.

    Notes
    -----
    Missing answers (NaN) are left out and noted; ties count half. With fewer than ten people in a group prefer
    `mann_whitney`, which is exact.

    Source: Brunner and Munzel, Biometrical Journal 42, 2000, 17-25;
    statsmodels.stats.nonparametric.rank_compare_2indep; checked against R's lawstat::brunner.munzel.test.

    Examples
    --------
    >>> brunner_munzel([1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 1, 1], [3, 3, 4, 3, 1, 2, 3, 1, 1, 5, 4])
    <brunner_munzel: n=25, statistic=-3.13747, df=17.6828, p_value=0.00578621, quantity=probability_of_superiority,
    estimate=0.211039, low=0.0172948, high=0.404783, level=0.95, standard_error=0.0921001>
    """
    x, y, result = _two_groups("brunner_munzel", first, second, alternative, level)
    if result.note is not None and result.p_value == 1:
        return result
    if min(x.size, y.size) < 2:
        return replace(result, p_value=nan, note=join(result.note, TOO_FEW))
    with np.errstate(divide="ignore", invalid="ignore"):
        compared = rank_compare_2indep(x, y, use_t=distribution == "t")
    chance = float(compared.prob1)
    result = replace(result, estimate=chance)
    if compared.var_prob <= 0:
        return replace(result, p_value=nan, note=join(result.note, SEPARATED))
    error = sqrt(compared.var_prob)
    t, df = (chance - 0.5) / error, float(compared.df) if distribution == "t" else nan
    law = stats.t(df) if distribution == "t" else stats.norm()
    half = float(law.isf(tail_alpha(level, alternative) / 2)) * error
    tails = {"two-sided": 2 * law.sf(abs(t)), "greater": law.sf(t), "less": law.cdf(t)}
    return replace(
        result,
        statistic=t,
        df=df,
        p_value=float(tails[alternative]),
        standard_error=error,
        low=0 if alternative == "less" else max(0, chance - half),
        high=1 if alternative == "greater" else min(1, chance + half),
        assumptions=(normal_suffices(min(x.size, y.size) >= 10),),
    )


def cliffs_delta(
    first: ArrayLike, second: ArrayLike, *, alternative: Alternative = "two-sided", level: float = 0.95
) -> Result:
    """How much more often the first group stands higher than lower: P(first > second) - P(first < second).

    δ = 2θ - 1. Limits are asymmetric and stay within -1 to 1:
    (δ - δ³ ± z s sqrt((1 - δ²)² + z² s²)) / (1 - δ² + z² s²), s² Cliff's unbiased variance of δ.

    Parameters
    ----------
    first, second, alternative, level
        As for `mann_whitney`.

    Returns
    -------
    Result
        `estimate`: δ from -1 to 1, no test. An empty group gives NaN with a note; groups that do not overlap
        give limits from the score-like limits of the chance of superiority.

    Raises
    ------
    BadInput
        An infinite answer.

    Notes
    -----
    Missing answers (NaN) are left out and noted; equal answers count zero.

    Source: Cliff, Psychological Bulletin 114, 1993, 494-509; Feng and Cliff, Journal of Modern Applied
    Statistical Methods 3, 2004, 322-332.

    Examples
    --------
    >>> cliffs_delta([1, 2, 2, 3, 4, 4], [2, 3, 4, 5, 5])
    <cliffs_delta: n=11, quantity=cliffs_delta, estimate=-0.5, low=-0.85364, high=0.169166, level=0.95,
    standard_error=0.3>
    """
    x, y, result = _two_groups("cliffs_delta", first, second, alternative, level)
    result = replace(result, quantity="cliffs_delta", p_value=nan, low=-1, high=1)
    if not x.size or not y.size:
        return result
    delta, spread = _dominance(x, y)
    alpha = tail_alpha(level, alternative)
    if abs(delta) == 1 or spread <= 0:
        low, high = (2 * limit - 1 for limit in _superiority_limits((delta + 1) / 2, x.size, y.size, alpha))
    else:
        zs = float(stats.norm.isf(alpha / 2)) * sqrt(spread)
        centre, half = delta - delta**3, zs * sqrt((1 - delta**2) ** 2 + zs**2)
        low, high = (max(-1, min(1, (centre + sign * half) / (1 - delta**2 + zs**2))) for sign in (-1, 1))
    return replace(
        result,
        estimate=delta,
        low=-1 if alternative == "less" else low,
        high=1 if alternative == "greater" else high,
        standard_error=sqrt(max(spread, 0)),
    )


def _two_groups(
    method: str, first: ArrayLike, second: ArrayLike, alternative: Alternative, level: float
) -> tuple[FloatArray, FloatArray, Result]:
    (x, x_missing), (y, y_missing) = answers(first, "first"), answers(second, "second")
    note = MISSING if x_missing or y_missing else None
    result = Result(
        method=method,
        n=x.size + y.size,
        quantity="probability_of_superiority",
        low=0,
        high=1,
        level=level,
        alternative=side(alternative),
        note=note,
    )
    if not x.size or not y.size:
        return x, y, replace(result, p_value=1, note=join(NOBODY, note))
    if np.unique(np.concatenate([x, y])).size == 1:
        return x, y, replace(result, p_value=1, estimate=0.5, note=join(NO_VARIATION, note))
    return x, y, result


def _tie_term(ranks: FloatArray) -> float:
    ties = np.unique(ranks, return_counts=True)[1].astype(float)
    return float((ties**3 - ties).sum() / (ranks.size * (ranks.size - 1)))


def _exact_p(ranks: FloatArray, drawn: int, alternative: Alternative) -> float | None:
    """Exact p of the rank sum of the first `drawn` people, or None when it would take too long."""
    doubled = np.round(2 * ranks).astype(np.int64)
    scores, position, people = np.unique(doubled, return_inverse=True, return_counts=True)
    if scores.size <= _FEW_ANSWERS:
        of_first = np.bincount(position[:drawn], minlength=scores.size)
        table = np.stack([of_first, people - of_first])
        rank_sum = Score(lambda columns, place: np.asarray(columns[..., 0] * float(scores[place]), dtype=float))
        return exact_tails(table, rank_sum, mean=float(drawn * (ranks.size + 1)), alternative=alternative)
    observed = int(doubled[:drawn].sum())
    if 2 * drawn > ranks.size:
        # The smaller group is the cheaper one; its sum falls as the other's rises.
        observed, drawn = int(doubled.sum()) - observed, ranks.size - drawn
        alternative = _OTHER_SIDE[alternative]
    if subset_sum_steps(scores, people, drawn) > DEFAULT_BUDGET.steps * _FLOPS_A_STEP:
        return None
    return subset_sum(scores, people, drawn).p_value(observed, alternative)


def _towards_zero(distance: float, alternative: Alternative) -> float:
    """Half a step of continuity correction, as R applies it for each side."""
    step = {"two-sided": float(np.sign(distance)) * 0.5, "greater": 0.5, "less": -0.5}[alternative]
    return distance - step


def _superiority_limits(chance: float, m: int, n: int, alpha: float) -> tuple[float, float]:
    """Newcombe's method 5: θ with |θ̂ - θ| = z sqrt(V(θ)), V with both sizes replaced by their mean in part."""
    z, extra = float(stats.norm.isf(alpha / 2)), (m + n) / 2 - 1

    def distance(theta: float) -> float:
        spread = theta * (1 - theta) * (1 + extra * ((1 - theta) / (2 - theta) + theta / (1 + theta))) / (m * n)
        return (chance - theta) ** 2 - z**2 * spread

    low = 0.0 if chance == 0 else float(optimize.brentq(distance, 0, min(chance, 1 - _EDGE)))
    high = 1.0 if chance == 1 else float(optimize.brentq(distance, max(chance, _EDGE), 1))
    return low, high


def _dominance(x: FloatArray, y: FloatArray) -> tuple[float, float]:
    """Cliff's δ and its unbiased variance (0 when a group has one person)."""
    signs = np.sign(x[:, None] - y[None, :])
    m, n = signs.shape
    delta = float(signs.mean())
    if min(m, n) < 2:
        return delta, 0.0
    by_row, by_column = ((signs.mean(axis=axis) - delta) ** 2 for axis in (1, 0))
    squares = n**2 * by_row.sum() + m**2 * by_column.sum() - ((signs - delta) ** 2).sum()
    return delta, float(squares / (m * n * (m - 1) * (n - 1)))
