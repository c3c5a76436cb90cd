"""Comparisons with something held constant, such as the mix of levels.

An organization may have more people of a kind only because it has more people at the level where the kind is
common. Each level is then a stratum, and people are compared within it only.
"""

from __future__ import annotations

from dataclasses import replace
from math import exp, inf, nan, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable

from etm_workbench.analysis.statistics.conditional_odds import Solve, several_tables
from etm_workbench.analysis.statistics.inputs import side, tail_alpha, whole_counts
from etm_workbench.analysis.statistics.notes import NO_VARIATION, ZERO_CELL, normal_suffices
from etm_workbench.analysis.statistics.result import Alternative, FloatArray, IntArray, Result
from etm_workbench.analysis.statistics.shares import normal_p
from etm_workbench.errors import BadInput


def mantel_haenszel(
    strata: ArrayLike,
    *,
    correct: bool = True,
    alternative: Alternative = "two-sided",
    level: float = 0.95,
) -> Result:
    """Large-sample test of a common odds ratio of one, with the Mantel-Haenszel odds ratio.

    X² = (|Σ a - Σ E(a)| - ½)² / Σ Var(a), a the first cell of each stratum given its margins. ψ = Σ(ad/n)/Σ(bc/n), with
    limits from Robins, Breslow and Greenland's variance of log ψ.

    Parameters
    ----------
    strata : array of int, shape (strata, 2, 2)
        Groups by row, yes and no by column, in each stratum.
    correct : bool
        Whether to lower the difference by ½.
    alternative : {"two-sided", "less", "greater"}
        Side of the odds ratio.
    level : float
        Confidence level.

    Returns
    -------
    Result
        `statistic` X² on 1 degree of freedom, `z` its signed root; `estimate` ψ. No stratum with both groups and both
        answers gives p = 1 and a note.

    Raises
    ------
    BadInput
        Not 2×2 tables of counts.

    Notes
    -----
    Missing answers are left out beforehand; strata of one person or without variation count for nothing. With few
    people use `mantel_haenszel_exact`. Ties do not arise.

    Source: Mantel and Haenszel, Journal of the National Cancer Institute 22, 1959, 719-748; Robins, Breslow and
    Greenland, Biometrics 42, 1986, 311-323; checked against R's mantelhaen.test.

    Examples
    --------
    >>> rabbits = [[[0, 6], [0, 5]], [[3, 3], [0, 6]], [[6, 0], [2, 4]], [[5, 1], [6, 0]], [[2, 0], [5, 0]]]
    >>> mantel_haenszel(rabbits)
    <mantel_haenszel: n=54, statistic=3.92857, df=1, z=1.98206, p_value=0.0474723, quantity=odds_ratio, estimate=7,
    low=1.02671, high=47.7251, level=0.95>
    """
    tables = _two_by_two(strata)
    alpha = tail_alpha(level, side(alternative))
    result = _odds_result("mantel_haenszel", tables, level, alternative)
    mean, variance = _first_cell_moments(tables)
    if variance <= 0:
        return replace(result, note=NO_VARIATION)
    distance = float(tables[:, 0, 0].sum()) - mean
    correction = min(0.5, abs(distance)) if correct else 0.0
    z = float(np.sign(distance)) * (abs(distance) - correction) / sqrt(variance)
    odds, spread = _pooled_odds(tables)
    half = float(stats.norm.isf(alpha / 2)) * spread
    open_ended = odds in (0, inf) or np.isnan(spread)
    return replace(
        result,
        statistic=z**2,
        df=1,
        z=z,
        p_value=normal_p(z, alternative),
        estimate=odds,
        low=0 if alternative == "less" or open_ended else odds * exp(-half),
        high=inf if alternative == "greater" or open_ended else odds * exp(half),
        assumptions=(normal_suffices(_enough(tables)),),
        note=ZERO_CELL if open_ended else None,
    )


def mantel_haenszel_exact(
    strata: ArrayLike, *, alternative: Alternative = "two-sided", level: float = 0.95, solve: Solve = "precise"
) -> Result:
    """Exact test of a common odds ratio of one, with the conditional odds ratio and its exact limits.

    Given the margins of every stratum, Σ a is a sum of hypergeometric counts. Two-sided p adds the sums no more
    probable than the observed one; the estimate solves E(Σ a | ψ) = observed.

    Parameters
    ----------
    strata, alternative, level
        As for `mantel_haenszel`.
    solve : {"precise", "as_r"}
        As for `contingency.fisher_exact`.

    Returns
    -------
    Result
        `statistic` Σ a; `estimate` ψ, 0 or infinite at an end of its range. No variation gives p = 1 and a note.

    Raises
    ------
    BadInput
        Not 2×2 tables of counts.

    Notes
    -----
    Missing answers are left out beforehand; ties in probability count within a relative 1e-7, as in R.

    Source: Birch, Journal of the Royal Statistical Society B 26, 1964, 313-324; Mehta, Patel and Gray, Journal of
    the American Statistical Association 80, 1985, 969-973; checked against R's mantelhaen.test(exact = TRUE).

    Examples
    --------
    >>> rabbits = [[[0, 6], [0, 5]], [[3, 3], [0, 6]], [[6, 0], [2, 4]], [[5, 1], [6, 0]], [[2, 0], [5, 0]]]
    >>> mantel_haenszel_exact(rabbits)
    <mantel_haenszel_exact: n=54, statistic=16, p_value=0.0399449, quantity=odds_ratio, estimate=10.361, low=1.07739,
    high=531.513, level=0.95>
    """
    tables = _two_by_two(strata)
    result = _odds_result("mantel_haenszel_exact", tables, level, alternative)
    tail_alpha(level, side(alternative))
    distribution, observed = several_tables(tables)
    if distribution.log_weights.size == 1:
        return replace(result, note=NO_VARIATION)
    low, high = distribution.limits(observed, level=level, alternative=alternative, solve=solve)
    estimate = distribution.estimate(observed, solve)
    return replace(
        result,
        statistic=observed,
        p_value=distribution.p_value(observed, alternative=alternative),
        estimate=estimate,
        low=low,
        high=high,
        note=ZERO_CELL if estimate in (0, inf) else None,
    )


def generalized_mantel_haenszel(strata: ArrayLike) -> Result:
    """Test that two variables without order are not related within strata.

    M² = d' V⁻¹ d, d the observed less expected counts of all but the last row and column, summed over strata,
    V the sum of their multivariate hypergeometric covariances; (rows - 1)(columns - 1) degrees of freedom.

    Parameters
    ----------
    strata : array of int, shape (strata, rows, columns)
        People by two variables in each stratum.

    Returns
    -------
    Result
        No variation within any stratum gives p = 1 and a note.

    Raises
    ------
    BadInput
        Not a three-way table of counts.

    Notes
    -----
    Missing answers are left out beforehand; strata of one person and empty categories count for nothing (they
    lower the degrees of freedom). Ties do not arise.

    Source: Landis, Heyman and Koch, International Statistical Review 46, 1978, 237-254; Agresti, Categorical Data
    Analysis, 2002, 7.5.3; checked against R's mantelhaen.test.

    Examples
    --------
    >>> generalized_mantel_haenszel([[[1, 3, 2], [2, 3, 4]], [[5, 1, 1], [1, 4, 3]]])
    <generalized_mantel_haenszel: n=30, statistic=2.61809, df=2, p_value=0.270077>
    """
    tables = whole_counts(strata, "strata")
    if tables.ndim != 3 or min(tables.shape[1:]) < 2:
        raise BadInput(f"'strata' has shape {tables.shape}.", expected="Strata × rows × columns.")
    size = (tables.shape[1] - 1) * (tables.shape[2] - 1)
    distance, spread = np.zeros(size), np.zeros((size, size))
    for table in tables[tables.sum(axis=(1, 2)) > 1].astype(float):
        rows, columns, people = table.sum(axis=1), table.sum(axis=0), table.sum()
        distance += (table - np.outer(rows, columns) / people)[:-1, :-1].ravel()
        by_row = (people * np.diag(rows) - np.outer(rows, rows))[:-1, :-1]
        by_column = (people * np.diag(columns) - np.outer(columns, columns))[:-1, :-1]
        spread += np.kron(by_row, by_column) / (people**2 * (people - 1))
    df = int(np.linalg.matrix_rank(spread, hermitian=True))
    result = Result(method="generalized_mantel_haenszel", n=tables.sum(), p_value=1)
    if df == 0:
        return replace(result, note=NO_VARIATION)
    statistic = float(distance @ np.linalg.pinv(spread, hermitian=True) @ distance)
    return replace(
        result,
        statistic=statistic,
        df=df,
        p_value=float(stats.chi2.sf(statistic, df)),
        assumptions=(normal_suffices(bool(tables.sum() >= 20)),),
    )


def woolf(strata: ArrayLike) -> Result:
    """Test that the odds ratio is the same in every stratum.

    X² = Σ w (log ψ - weighted mean)², w = 1/Σ(1/count), on strata - 1 degrees of freedom.

    Parameters
    ----------
    strata : array of int, shape (strata, 2, 2)
        Groups by row, yes and no by column.

    Returns
    -------
    Result
        `estimate`: the weighted mean odds ratio. Fewer than two usable strata give p = 1 and a note.

    Raises
    ------
    BadInput
        Not 2×2 tables of counts.

    Notes
    -----
    Missing answers are left out beforehand. When any cell is zero, ½ is added to every cell. Empty strata are left
    out. Ties do not arise.

    Source: Woolf, Annals of Human Genetics 19, 1955, 251-253; checked against R's vcd::woolf_test.

    Examples
    --------
    >>> woolf([[[10, 20], [15, 15]], [[8, 30], [20, 12]]])
    <woolf: n=130, statistic=2.25793, df=1, p_value=0.132932, quantity=odds_ratio, estimate=0.285188>
    """
    tables = _two_by_two(strata)
    kept = tables[tables.sum(axis=(1, 2)) > 0].astype(float)
    result = Result(method="woolf", n=tables.sum(), p_value=1, quantity="odds_ratio", note=NO_VARIATION)
    if len(kept) < 2:
        return result
    kept += 0.0 if kept.all() else 0.5
    logs = np.log(kept[:, 0, 0] * kept[:, 1, 1] / (kept[:, 0, 1] * kept[:, 1, 0]))
    weights = 1 / (1 / kept).sum(axis=(1, 2))
    mean = float(np.average(logs, weights=weights))
    statistic = float(weights @ (logs - mean) ** 2)
    return replace(
        result,
        statistic=statistic,
        df=len(kept) - 1,
        p_value=float(stats.chi2.sf(statistic, len(kept) - 1)),
        estimate=exp(mean),
        assumptions=(normal_suffices(bool(kept.min() >= 5)),),
        note=None,
    )


def breslow_day(strata: ArrayLike, *, tarone: bool = True) -> Result:
    """Test that the odds ratio is the same in every stratum, better than Woolf's with small counts.

    X² = Σ (a - E(a | ψ))²/Var(a | ψ), ψ the Mantel-Haenszel odds ratio; Tarone's correction subtracts
    (Σ(a - E))²/ΣVar.

    Parameters
    ----------
    strata : array of int, shape (strata, 2, 2)
        Groups by row, yes and no by column.
    tarone : bool
        Whether to correct.

    Returns
    -------
    Result
        An odds ratio of 0, infinity or none, or fewer than two usable strata, gives p = 1 and a note.

    Raises
    ------
    BadInput
        Not 2×2 tables of counts.

    Notes
    -----
    Missing answers are left out beforehand; strata without variation are left out. Ties do not arise.

    Source: Breslow and Day, Statistical Methods in Cancer Research 1, 1980, 142; Tarone, Biometrika 72, 1985,
    91-95; statsmodels.stats.contingency_tables.StratifiedTable.test_equal_odds.

    Examples
    --------
    >>> breslow_day([[[10, 20], [15, 15]], [[8, 30], [20, 12]]])
    <breslow_day: n=130, statistic=2.27031, df=1, p_value=0.131874, quantity=odds_ratio, estimate=0.285263>
    """
    tables = _two_by_two(strata)
    result = Result(method="breslow_day", n=tables.sum(), p_value=1, quantity="odds_ratio", note=NO_VARIATION)
    varied = (tables.sum(axis=1).all(axis=1)) & (tables.sum(axis=2).all(axis=1))
    kept = tables[varied]
    odds, _ = _pooled_odds(kept) if len(kept) else (nan, nan)
    if len(kept) < 2 or not 0 < odds < inf:
        return result
    test = StratifiedTable([table.astype(float) for table in kept]).test_equal_odds(adjust=tarone)
    return replace(
        result,
        statistic=float(test.statistic),
        df=len(kept) - 1,
        p_value=float(stats.chi2.sf(test.statistic, len(kept) - 1)),
        estimate=odds,
        assumptions=(normal_suffices(_enough(kept)),),
        note=None,
    )


def _two_by_two(strata: ArrayLike) -> IntArray:
    tables = whole_counts(strata, "strata")
    if tables.ndim != 3 or tables.shape[1:] != (2, 2) or not len(tables):
        raise BadInput(
            f"'strata' has shape {tables.shape}.",
            expected="(strata, 2, 2): groups by row, yes and no by column.",
            remedy="For larger tables use generalized_mantel_haenszel or linear_by_linear.",
        )
    return tables


def _odds_result(method: str, tables: IntArray, level: float, alternative: Alternative) -> Result:
    return Result(
        method=method,
        n=tables.sum(),
        p_value=1,
        quantity="odds_ratio",
        low=0,
        high=inf,
        level=level,
        alternative=alternative,
    )


def _first_cell_moments(tables: IntArray) -> tuple[float, float]:
    """Mean and variance of Σ a given all margins."""
    kept = tables[tables.sum(axis=(1, 2)) > 1].astype(float)
    people, rows, columns = kept.sum(axis=(1, 2)), kept.sum(axis=2), kept.sum(axis=1)
    alone = float(tables[tables.sum(axis=(1, 2)) == 1][:, 0, 0].sum())
    mean = float((rows[:, 0] * columns[:, 0] / people).sum()) + alone
    return mean, float((rows.prod(axis=1) * columns.prod(axis=1) / (people**2 * (people - 1))).sum())


def _pooled_odds(tables: IntArray) -> tuple[float, float]:
    """Mantel-Haenszel odds ratio and the standard error of its logarithm."""
    kept: FloatArray = tables[tables.sum(axis=(1, 2)) > 0].astype(float)
    people = kept.sum(axis=(1, 2))
    agree, differ = kept[:, 0, 0] * kept[:, 1, 1] / people, kept[:, 0, 1] * kept[:, 1, 0] / people
    if not agree.sum() or not differ.sum():
        return (nan if not agree.sum() and not differ.sum() else 0.0 if not agree.sum() else inf), nan
    p, q = (kept[:, 0, 0] + kept[:, 1, 1]) / people, (kept[:, 0, 1] + kept[:, 1, 0]) / people
    r, s = agree.sum(), differ.sum()
    variance = (p * agree).sum() / (2 * r**2) + (p * differ + q * agree).sum() / (2 * r * s)
    variance += (q * differ).sum() / (2 * s**2)
    return float(r / s), sqrt(float(variance))


def _enough(tables: IntArray) -> bool:
    """Mantel and Fleiss's rule: Σ a could move five either way (American Journal of Epidemiology 112, 1980, 129)."""
    rows, columns = tables.sum(axis=2), tables.sum(axis=1)
    mean, _ = _first_cell_moments(tables)
    lowest = float(np.maximum(0, rows[:, 0] - columns[:, 1]).sum())
    highest = float(np.minimum(rows[:, 0], columns[:, 0]).sum())
    return min(mean - lowest, highest - mean) >= 5
