"""Two-way tables: do groups differ, where, and how strongly.

For one organization against the rest on yes or no, use `part_of_whole`, which also gives both shares.
These are the general tests behind it, for any table.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import nan, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats
from statsmodels.stats.contingency_tables import Table

from etm_workbench.analysis.statistics.conditional_odds import Solve, one_table
from etm_workbench.analysis.statistics.exact_tables import LOG_FACTORIALS, balanced, table_p_value
from etm_workbench.analysis.statistics.inputs import count_table, probability, side
from etm_workbench.analysis.statistics.monte_carlo import DEFAULT_BUDGET, Budget
from etm_workbench.analysis.statistics.notes import (
    EMPTY_DROPPED,
    NO_VARIATION,
    SIMULATED,
    ZERO_CELL,
    expected_counts_suffice,
    join,
)
from etm_workbench.analysis.statistics.result import Alternative, FloatArray, IntArray, Result, TableResult
from etm_workbench.codebook import Bilingual
from etm_workbench.errors import BadInput


@dataclass(frozen=True, slots=True)
class Association:
    """How strongly two variables of a table go together.

    `pearson`, `likelihood_ratio`: the tests. `cramers_v`: 0 (none) to 1. `phi`: the same unscaled.
    `contingency_coefficient`: sqrt(X² / (X² + n)).
    """

    pearson: Result
    likelihood_ratio: Result
    cramers_v: float
    phi: float
    contingency_coefficient: float


def chi_square(table: ArrayLike, *, correct: bool = True) -> TableResult:
    """Pearson's test that rows share one distribution, with the residuals that say where they do not.

    X² = Σ (O - E)² / E, E = row total × column total / n. Standardized residual:
    (O - E) / sqrt(E (1 - row share)(1 - column share)).

    Parameters
    ----------
    table : array of int, rows × columns
        People by group and category.
    correct : bool
        Yates's correction, 2×2 tables only; residuals are never corrected.

    Returns
    -------
    TableResult
        Residuals in the shape of the table. Empty rows and columns are left out of the test, noted, and
        have NaN residuals; fewer than two of either left gives p = 1 and a note.

    Raises
    ------
    BadInput
        Not a two-way table of counts.

    Notes
    -----
    Missing answers are left out beforehand or kept as a category. `assumptions_met` tells whether expected
    counts suffice (Cochran's rule); if not, use `fisher_exact` or `freeman_halton`. Ties do not arise.

    Source: Agresti, Categorical Data Analysis, 2nd ed., 2002, 3.2 and 3.3; scipy.stats.chi2_contingency;
    checked against R's chisq.test.

    Examples
    --------
    >>> result = chi_square([[762, 327, 468], [484, 239, 477]])
    >>> result
    <pearson_chi_square: n=2757, statistic=30.0701, df=2, p_value=2.95359e-07>
    >>> result.standardized_residuals[0].round(2)
    array([ 4.5 ,  0.7 , -5.32])
    """
    full = count_table(table, least=(2, 2))
    kept, note = _without_empty(full)
    result = _undecided(full, join(note, NO_VARIATION))
    if min(kept.shape) < 2:
        return result
    test = stats.chi2_contingency(kept, correction=correct)
    residuals = Table(kept, shift_zeros=False)
    return replace(
        result,
        statistic=test.statistic,
        df=test.dof,
        p_value=test.pvalue,
        expected=_placed_back(test.expected_freq, full),
        residuals=_placed_back(residuals.resid_pearson, full),
        standardized_residuals=_placed_back(residuals.standardized_resids, full),
        assumptions=(
            expected_counts_suffice(bool((test.expected_freq >= 5).mean() >= 0.8 and test.expected_freq.min() >= 1)),
        ),
        note=note,
    )


def fisher_exact(
    table: ArrayLike,
    *,
    alternative: Alternative = "two-sided",
    level: float = 0.95,
    odds_ratio: float = 1.0,
    solve: Solve = "precise",
) -> Result:
    """Fisher's exact test of a 2×2 table, with the conditional odds ratio and its exact limits.

    Given all margins the first cell is hypergeometric. Two-sided p adds the tables no more probable than
    the observed one. The estimate is the ω with E(first cell | ω) = observed; limits put (1 - level)/2 in
    each tail.

    Parameters
    ----------
    table : array of int, shape (2, 2)
        Groups by row, yes and no by column.
    alternative : {"two-sided", "less", "greater"}
        Side of the odds ratio tested; a one-sided test has a one-sided interval.
    level : float
        Confidence level.
    odds_ratio : float
        Odds ratio under the null hypothesis.
    solve : {"precise", "as_r"}
        `as_r` finds estimate and limits with R's coarser root finder, to check against R digit by digit.

    Returns
    -------
    Result
        `estimate` is an odds ratio, 0 or infinite when a cell is empty. Empty margins give p = 1.

    Raises
    ------
    BadInput
        Not a 2×2 table of counts.

    Notes
    -----
    Missing answers are left out beforehand; ties in probability count within a relative 1e-7, as in R.

    Source: Fisher, Journal of the Royal Statistical Society 98, 1935, 39-82; Agresti, Statistical Science 7,
    1992, 131-153; checked against R's fisher.test.

    Examples
    --------
    >>> fisher_exact([[3, 1], [1, 3]])
    <fisher_exact: n=8, p_value=0.485714, quantity=odds_ratio, estimate=6.40832, low=0.211736, high=626.244, level=0.95>
    """
    counts = count_table(table, least=(2, 2))
    if counts.shape != (2, 2):
        raise BadInput(
            f"'table' has shape {counts.shape}.",
            expected="A 2×2 table.",
            remedy="Use freeman_halton for a larger one.",
        )
    probability(level, "level", closed=False)
    distribution, observed = one_table(counts)
    low, high = distribution.limits(observed, level=level, alternative=side(alternative), solve=solve)
    decided = distribution.log_weights.size > 1
    return Result(
        method="fisher_exact",
        n=counts.sum(),
        p_value=distribution.p_value(observed, odds=odds_ratio, alternative=alternative) if decided else 1,
        quantity="odds_ratio",
        estimate=distribution.estimate(observed, solve) if decided else nan,
        low=low,
        high=high,
        level=level,
        alternative=alternative,
        note=None if counts.all() else ZERO_CELL if decided else NO_VARIATION,
    )


def freeman_halton(
    table: ArrayLike, *, budget: Budget = DEFAULT_BUDGET, rng: np.random.Generator | None = None
) -> Result:
    """Fisher's exact test for a table of any size.

    p is the probability, given all margins, of tables no more probable than the observed one. It is
    enumerated if that fits the budget, otherwise simulated.

    Parameters
    ----------
    table : array of int, rows × columns
        People by group and category.
    budget : Budget
        Work allowed.
    rng : numpy Generator, optional
        Needed only when the table is too large to enumerate.

    Returns
    -------
    Result
        `error` is 0 when enumerated, the standard error of p when simulated (and noted).

    Raises
    ------
    BadInput
        Not a two-way table of counts; too large to enumerate and no `rng`.

    Notes
    -----
    Missing answers are left out beforehand; empty rows and columns change nothing; ties in probability
    count within a relative 1e-7, as in R.

    Source: Freeman and Halton, Biometrika 38, 1951, 141-149; checked against R's fisher.test.

    Examples
    --------
    >>> freeman_halton([[1, 3, 10, 6], [2, 3, 10, 7], [1, 6, 14, 12], [0, 1, 9, 11]])
    <freeman_halton: n=96, p_value=0.782685>
    """
    counts = count_table(table, least=(2, 2))
    result = Result(method="freeman_halton", n=counts.sum(), p_value=1, note=NO_VARIATION)
    kept, _ = _without_empty(counts)
    if min(kept.shape) < 2:
        return result
    p_value, error = table_p_value(balanced(kept), LOG_FACTORIALS, budget=budget, rng=rng)
    return replace(result, p_value=p_value, error=error, note=SIMULATED if error else None)


def association(table: ArrayLike) -> Association:
    """Strength of association in a two-way table: Cramér's V and kin.

    V = sqrt(X² / (n (min(rows, columns) - 1))); G² = 2 Σ O log(O / E).

    Parameters
    ----------
    table : array of int, rows × columns
        People by two variables.

    Returns
    -------
    Association
        Uncorrected tests and measures from 0 to 1; NaN measures when a variable has one category.

    Raises
    ------
    BadInput
        Not a two-way table of counts.

    Notes
    -----
    Missing answers are left out beforehand; empty rows and columns are left out of the test. Ties do not arise.

    Source: Cramér, Mathematical Methods of Statistics, 1946, 21.9; checked against R's vcd::assocstats.

    Examples
    --------
    >>> round(association([[29, 13], [7, 7], [7, 21]]).cramers_v, 4)
    0.3942
    """
    pearson = chi_square(table, correct=False)
    kept, note = _without_empty(count_table(table, least=(2, 2)))
    likelihood = Result(method="likelihood_ratio", n=pearson.n, p_value=1, note=pearson.note)
    if min(kept.shape) < 2:
        return Association(pearson, likelihood, nan, nan, nan)
    test = stats.chi2_contingency(kept, correction=False, lambda_="log-likelihood")
    likelihood = replace(likelihood, statistic=test.statistic, df=test.dof, p_value=test.pvalue, note=note)
    squared = pearson.statistic / pearson.n
    return Association(
        pearson=pearson,
        likelihood_ratio=likelihood,
        cramers_v=sqrt(squared / (min(kept.shape) - 1)),
        phi=sqrt(squared),
        contingency_coefficient=sqrt(squared / (1 + squared)),
    )


def _without_empty(table: IntArray) -> tuple[IntArray, Bilingual | None]:
    kept = table[np.ix_(table.sum(axis=1) > 0, table.sum(axis=0) > 0)]
    return kept, None if kept.shape == table.shape else EMPTY_DROPPED


def _placed_back(values: FloatArray, full: IntArray) -> FloatArray:
    whole = np.full(full.shape, nan)
    whole[np.ix_(full.sum(axis=1) > 0, full.sum(axis=0) > 0)] = values
    return whole


def _undecided(table: IntArray, note: Bilingual | None) -> TableResult:
    nothing = np.full(table.shape, nan)
    return TableResult(
        method="pearson_chi_square",
        n=table.sum(),
        p_value=1,
        expected=nothing,
        residuals=nothing,
        standardized_residuals=nothing,
        note=note,
    )
