"""Agreement of two placements of the same people: two cycles, or manager and second opinion."""

from __future__ import annotations

from dataclasses import replace
from math import nan
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats
from statsmodels.stats.inter_rater import cohens_kappa

from etm_workbench.analysis.statistics.inputs import one_of, side, square_table, tail_alpha
from etm_workbench.analysis.statistics.notes import NO_VARIATION, NOBODY, normal_suffices
from etm_workbench.analysis.statistics.result import Alternative, Result
from etm_workbench.analysis.statistics.shares import normal_p
from etm_workbench.errors import BadInput


def kappa(
    table: ArrayLike,
    *,
    weights: Literal["none", "linear", "quadratic"] | ArrayLike = "none",
    alternative: Alternative = "two-sided",
    level: float = 0.95,
) -> Result:
    """Cohen's kappa: agreement beyond what the margins alone would give.

    κ = (p_o - p_e)/(1 - p_e); weighted: agreement 1 - |i - j|/(k - 1) (linear) or 1 - (i - j)²/(k - 1)² (quadratic).
    Standard error and test by Fleiss, Cohen and Everitt.

    Parameters
    ----------
    table : array of int, square
        People by first placement (row) and second (column).
    weights : {"none", "linear", "quadratic"} or square array of float
        How far apart two categories are; an array gives the disagreement of each pair, 0 on the diagonal.
    alternative : {"two-sided", "less", "greater"}
        Side of κ against 0.
    level : float
        Confidence level.

    Returns
    -------
    Result
        `estimate` κ, at most 1, `standard_error`, `z` against no agreement beyond chance. Everybody in one category
        gives NaN and a note.

    Raises
    ------
    BadInput
        Not a square table of counts, unknown weights.

    Notes
    -----
    People missing from either placement are left out beforehand; ties are what is counted. Without weights order
    does not matter.

    Source: Cohen, Educational and Psychological Measurement 20, 1960, 37-46; Fleiss, Cohen and Everitt,
    Psychological Bulletin 72, 1969, 323-327; statsmodels.stats.inter_rater.cohens_kappa; checked against R's
    vcd::Kappa.

    Examples
    --------
    >>> kappa([[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]], weights="linear")
    <kappa: n=91, z=3.08325, p_value=0.00204751, quantity=kappa, estimate=0.237381, low=0.0838834, high=0.390878,
    level=0.95, standard_error=0.0783163>
    """
    counts = square_table(table)
    alpha = tail_alpha(level, side(alternative))
    people = int(counts.sum())
    result = Result(
        method="kappa",
        n=people,
        quantity="kappa",
        low=-1,
        high=1,
        level=level,
        alternative=alternative,
        note=NO_VARIATION if people else NOBODY,
    )
    if (np.outer(counts.sum(axis=1), counts.sum(axis=0)) > 0).sum() <= 1:
        return result
    if isinstance(weights, str):
        one_of(weights, "weights", ("none", "linear", "quadratic"))
        found = cohens_kappa(counts, wt=None if weights == "none" else weights)
    else:
        found = cohens_kappa(counts, weights=_disagreement(weights, counts.shape), wt=None)
    half = float(stats.norm.isf(alpha / 2)) * float(found.std_kappa)
    z = float(found.kappa / found.std_kappa0) if found.std_kappa0 > 0 else nan
    return replace(
        result,
        z=z,
        p_value=normal_p(z, alternative),
        estimate=float(found.kappa),
        standard_error=float(found.std_kappa),
        low=-1 if alternative == "less" else max(-1, float(found.kappa) - half),
        high=1 if alternative == "greater" else min(1, float(found.kappa) + half),
        assumptions=(normal_suffices(people >= 2 * counts.size),),
        note=None,
    )


def _disagreement(weights: ArrayLike, shape: tuple[int, ...]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    distance = np.asarray(weights, dtype=float)
    if distance.shape != shape or (distance < 0).any() or np.diag(distance).any():
        raise BadInput(
            "'weights' is not a table of disagreement.",
            expected="As many rows and columns as the table, from zero up, 0 on the diagonal.",
            remedy="Use weights='linear' or 'quadratic'.",
        )
    return distance
