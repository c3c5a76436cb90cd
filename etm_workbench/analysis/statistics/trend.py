"""Trends: does an answer rise or fall along an order, of levels, of groups or of cycles.

`cochran_armitage`: a share along ordered groups. `linear_by_linear`: two ordered variables, with strata if
wanted. `jonckheere_terpstra`: an ordered answer along ordered groups, without scores.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from etm_workbench.analysis.statistics.exact_tables import Score, exact_tails, observed_score
from etm_workbench.analysis.statistics.groups import answers_of_groups
from etm_workbench.analysis.statistics.inputs import one_of, same_length, side, whole_counts
from etm_workbench.analysis.statistics.notes import (
    NO_VARIATION,
    expected_counts_suffice,
    join,
    normal_suffices,
)
from etm_workbench.analysis.statistics.result import Alternative, FloatArray, IntArray, Result
from etm_workbench.analysis.statistics.shares import normal_p
from etm_workbench.errors import BadInput

TrendMethod = Literal["auto", "exact", "asymptotic"]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class LinearResult(Result):
    """A linear statistic with its mean and variance when nothing is related, all margins fixed."""

    mean: float
    variance: float


def cochran_armitage(
    successes: ArrayLike,
    totals: ArrayLike,
    *,
    scores: ArrayLike | None = None,
    alternative: Alternative = "two-sided",
    method: TrendMethod = "asymptotic",
) -> Result:
    """Test that a share does not rise or fall along ordered groups.

    X² = (Σ s(x - n p̄))² / (p̄(1 - p̄)(Σ n s² - (Σ n s)²/N)), on 1 degree of freedom. Exact: the distribution of
    Σ s x given all margins, two-sided by distance from its mean.

    Parameters
    ----------
    successes, totals : array of int, one entry a group
        People of one kind and all people, groups in order.
    scores : array of float, optional
        Where each group stands; 1, 2, 3, … by default.
    alternative : {"two-sided", "less", "greater"}
        `greater`: the share rises.
    method : {"asymptotic", "exact", "auto"}
        `auto`: exact where the default budget allows.

    Returns
    -------
    Result
        `statistic` X², `z` its root with the trend's sign. One group with people, nobody or everybody of the kind, or
        equal scores give p = 1 and a note.

    Raises
    ------
    BadInput
        Not counts, arrays of different lengths; `exact` beyond the default budget.

    Notes
    -----
    Missing answers are left out beforehand; empty groups count for nothing. Tied scores are as given.

    Source: Cochran, Biometrics 10, 1954, 417-451; Armitage, Biometrics 11, 1955, 375-386; checked against R's
    prop.trend.test.

    Examples
    --------
    >>> cochran_armitage([83, 90, 129, 70], [86, 93, 136, 82], scores=[0, 0, 0, 1])
    <cochran_armitage: n=397, statistic=12.1731, df=1, z=-3.489, p_value=0.000484825>
    """
    part, total = whole_counts(successes, "successes").ravel(), whole_counts(totals, "totals").ravel()
    one_of(method, "method", ("auto", "exact", "asymptotic"))
    placed = _scores(scores, part.size)
    same_length({"successes": part, "totals": total, "scores": placed})
    if (part > total).any():
        raise BadInput("A part is larger than its whole.", expected="successes <= totals in every group.")
    people, share = float(total.sum()), float(part.sum() / max(total.sum(), 1))
    result = Result(method="cochran_armitage", n=people, p_value=1, alternative=side(alternative))
    spread = share * (1 - share) * float(total @ placed**2 - (total @ placed) ** 2 / max(people, 1))
    if spread <= 1e-12:
        return replace(result, note=NO_VARIATION)
    z = float(placed @ (part - total * share)) / sqrt(spread)
    result = replace(result, statistic=z**2, df=1, z=z, p_value=normal_p(z, alternative))
    enough = bool((total[total > 0] * min(share, 1 - share) >= 5).mean() >= 0.8)
    approximate = replace(result, assumptions=(expected_counts_suffice(enough),))
    if method == "asymptotic":
        return approximate
    table = np.stack([part, total - part])[:, total > 0]
    kept = placed[total > 0]
    score = Score(lambda columns, place: np.asarray(columns[..., 0] * kept[place], dtype=float))
    mean = float(kept @ total[total > 0]) * share
    exact = exact_tails(table, score, mean=mean, alternative=alternative)
    return approximate if exact is None and method == "auto" else replace(result, p_value=_within_budget(exact))


def linear_by_linear(
    table: ArrayLike,
    *,
    row_scores: ArrayLike | None = None,
    column_scores: ArrayLike | None = None,
    alternative: Alternative = "two-sided",
    method: TrendMethod = "asymptotic",
) -> LinearResult:
    """Test that two ordered variables are not related, within strata if there are any.

    T = Σ u v n. Given the margins of each stratum, its mean is (Σ u n₊)(Σ v n₊)/N and its variance the product of
    the corrected sums of squares of u and v over N - 1; both add over strata.

    Parameters
    ----------
    table : array of int, rows × columns or strata × rows × columns
        People by two ordered variables.
    row_scores, column_scores : array of float, optional
        Where each category stands; 1, 2, 3, … by default.
    alternative : {"two-sided", "less", "greater"}
        `greater`: both rise together.
    method : {"asymptotic", "exact", "auto"}
        Exact with one stratum only; `auto`: where the default budget allows.

    Returns
    -------
    LinearResult
        `statistic` T, `z`, `mean`, `variance`. No variation within any stratum gives p = 1 and a note.

    Raises
    ------
    BadInput
        Not counts; scores of the wrong length; `exact` with strata or beyond the default budget.

    Notes
    -----
    Missing answers are left out beforehand; empty categories and strata of one person count for nothing. Tied
    scores are as given.

    Source: Mantel, Journal of the American Statistical Association 58, 1963, 690-700; Agresti, Categorical
    Data Analysis, 2002, 3.4 and 7.5; checked against R's coin::lbl_test.

    Examples
    --------
    >>> linear_by_linear([[144, 33, 84, 126], [2, 4, 14, 29], [0, 2, 6, 25], [0, 0, 1, 5]])
    <linear_by_linear: n=475, statistic=1760, z=6.88658, p_value=5.715e-12, mean=1637.12, variance=318.387>
    """
    strata = whole_counts(table, "table")
    strata = strata[None] if strata.ndim == 2 else strata
    one_of(method, "method", ("auto", "exact", "asymptotic"))
    if strata.ndim != 3 or (method == "exact" and len(strata) != 1):
        raise BadInput(
            f"'table' has shape {np.shape(table)}.",
            expected="Rows × columns, or strata × rows × columns when not exact.",
            remedy="For strata use the normal approximation.",
        )
    u, v = _scores(row_scores, strata.shape[1]), _scores(column_scores, strata.shape[2])
    same_length({"row_scores": u, "rows": strata[0]})
    same_length({"column_scores": v, "columns": strata[0].T})
    statistic = float((strata * u[:, None] * v).sum())
    moments = np.array([_linear_moments(stratum, u, v) for stratum in strata]).sum(axis=0)
    mean, variance = float(moments[0]), float(moments[1])
    result = LinearResult(
        method="linear_by_linear",
        n=strata.sum(),
        statistic=statistic,
        p_value=1,
        alternative=side(alternative),
        mean=mean,
        variance=variance,
    )
    if variance <= 1e-12:
        return replace(result, note=NO_VARIATION)
    z = (statistic - mean) / sqrt(variance)
    result = replace(result, z=z, p_value=normal_p(z, alternative))
    approximate = replace(result, assumptions=(normal_suffices(result.n >= 20),))
    if method == "asymptotic" or len(strata) != 1:
        return approximate
    used = strata[0][:, strata[0].sum(axis=0) > 0]
    kept = v[strata[0].sum(axis=0) > 0]
    score = Score(lambda columns, place: np.asarray(columns @ u * kept[place], dtype=float))
    exact = exact_tails(used, score, mean=mean, alternative=alternative)
    return approximate if exact is None and method == "auto" else replace(result, p_value=_within_budget(exact))


def jonckheere_terpstra(
    groups: Sequence[ArrayLike], *, alternative: Alternative = "two-sided", method: TrendMethod = "auto"
) -> Result:
    """Test that answers do not rise or fall along ordered groups.

    J = Σ over pairs of groups of U, how often somebody of the later group stands higher (equals half). Exact:
    given all answers and group sizes. Asymptotic: normal with the variance corrected for ties.

    Parameters
    ----------
    groups : sequence of arrays
        One number a person, one array a group, groups in order.
    alternative : {"two-sided", "less", "greater"}
        `greater`: answers rise along the groups.
    method : {"auto", "exact", "asymptotic"}
        `auto`: exact where the default budget allows.

    Returns
    -------
    Result
        `statistic` J, `z`; `estimate`: chance that somebody of a later group stands higher. Everybody alike, or one
        group with people, gives p = 1 and a note.

    Raises
    ------
    BadInput
        Fewer than two groups, an infinite answer; `exact` beyond the budget.

    Notes
    -----
    Missing answers (NaN) are left out; empty groups too, both noted. Ties are exact.

    Source: Jonckheere, Biometrika 41, 1954, 133-145; Terpstra, Indagationes Mathematicae 14, 1952, 327-333;
    variance: Hollander and Wolfe, Nonparametric Statistical Methods, 1999, 6.2; checked against all
    permutations and against Kendall's trend test.

    Examples
    --------
    >>> jonckheere_terpstra([[40, 35, 38, 43, 44, 41], [38, 40, 47, 44, 40, 42], [48, 40, 45, 43, 46, 44]])
    <jonckheere_terpstra: n=18, statistic=79, z=2.03929, p_value=0.041933, quantity=probability_of_superiority,
    estimate=0.731481>
    """
    one_of(method, "method", ("auto", "exact", "asymptotic"))
    kept, note = answers_of_groups(groups)
    result = Result(
        method="jonckheere_terpstra",
        n=sum(map(len, kept)),
        p_value=1,
        quantity="probability_of_superiority",
        alternative=side(alternative),
        note=note,
    )
    if len(kept) < 2 or np.unique(np.concatenate(kept)).size == 1:
        return replace(result, note=join(NO_VARIATION, note))
    sizes = np.array([group.size for group in kept])
    counted = stats.contingency.crosstab(np.repeat(np.arange(len(kept)), sizes), np.concatenate(kept)).count
    table = np.asarray(counted, dtype=np.int64)
    pairs = float(sizes.sum() ** 2 - (sizes**2).sum()) / 2
    doubled = observed_score(table, _JONCKHEERE)
    z = (doubled - pairs) / 2 / sqrt(_jonckheere_variance(sizes, table.sum(axis=0)))
    result = replace(result, statistic=doubled / 2, z=z, estimate=doubled / 2 / pairs)
    if method != "asymptotic":
        exact = exact_tails(table, _JONCKHEERE, mean=pairs, alternative=alternative)
        if exact is not None or method == "exact":
            return replace(result, p_value=_within_budget(exact))
    return replace(result, p_value=normal_p(z, alternative), assumptions=(normal_suffices(bool(sizes.min() >= 5)),))


def _scores(scores: ArrayLike | None, size: int) -> FloatArray:
    placed = np.arange(1, 1 + size, dtype=float) if scores is None else np.asarray(scores, dtype=float).ravel()
    if not np.isfinite(placed).all():
        raise BadInput("A score is missing or infinite.", expected="One finite number a category.")
    return placed


def _linear_moments(stratum: IntArray, u: FloatArray, v: FloatArray) -> tuple[float, float]:
    people, rows, columns = float(stratum.sum()), stratum.sum(axis=1), stratum.sum(axis=0)
    if people < 2:
        return (float((stratum * u[:, None] * v).sum()), 0.0)
    squares_u = float(rows @ u**2 - (rows @ u) ** 2 / people)
    squares_v = float(columns @ v**2 - (columns @ v) ** 2 / people)
    return float((rows @ u) * (columns @ v) / people), squares_u * squares_v / (people - 1)


def _later_and_higher(columns: IntArray, used: IntArray) -> FloatArray:
    """Twice what one answer adds to J: pairs whose earlier group has a lower answer, and half those that tie."""
    lower = np.cumsum(used, axis=-1) - used
    equal = np.cumsum(columns, axis=-1) - columns
    return np.asarray((columns * (2 * lower + equal)).sum(axis=-1), dtype=float)


def _nothing(columns: IntArray, position: int) -> FloatArray:
    del position
    return np.zeros(columns.shape[:-1])


_JONCKHEERE = Score(_nothing, _later_and_higher)


def _jonckheere_variance(sizes: IntArray, ties: IntArray) -> float:
    n, m, t = float(sizes.sum()), sizes.astype(float), ties.astype(float)
    first = n * (n - 1) * (2 * n + 5) - (m * (m - 1) * (2 * m + 5)).sum() - (t * (t - 1) * (2 * t + 5)).sum()
    second = (m * (m - 1) * (m - 2)).sum() * (t * (t - 1) * (t - 2)).sum()
    third = (m * (m - 1)).sum() * (t * (t - 1)).sum()
    small = second / (36 * n * (n - 1) * (n - 2)) if n > 2 else 0.0
    return float(first / 72 + small + third / (8 * n * (n - 1)))


def _within_budget(p_value: float | None) -> float:
    if p_value is None:
        raise BadInput(
            "There are too many people for the exact distribution.",
            expected="Sizes and ties that the default budget allows.",
            remedy="Use the normal approximation: with so many people it is as good.",
        )
    return p_value
