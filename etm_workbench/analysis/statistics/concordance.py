"""How strongly two ordered variables go together: Goodman and Kruskal's gamma."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from etm_workbench.analysis.statistics.inputs import count_table, side, tail_alpha
from etm_workbench.analysis.statistics.notes import NO_VARIATION, normal_suffices
from etm_workbench.analysis.statistics.result import Alternative, FloatArray, IntArray, Result
from etm_workbench.analysis.statistics.shares import normal_p


def gamma(table: ArrayLike, *, alternative: Alternative = "two-sided", level: float = 0.95) -> Result:
    """Goodman and Kruskal's gamma, with its asymptotic standard error, interval and test.

    γ = (C - D) / (C + D), C concordant and D discordant pairs of people. With c and d the people concordant and
    discordant with each cell, P = Σ n c, Q = Σ n d: s = 4/(P + Q)² sqrt(Σ n (Q c - P d)²). The test uses the
    standard error when γ is zero, 2/(P + Q) sqrt(Σ n (c - d)² - (P - Q)²/N).

    Parameters
    ----------
    table : array of int, rows × columns
        People by two ordered variables.
    alternative : {"two-sided", "less", "greater"}
        Side of γ.
    level : float
        Confidence level.

    Returns
    -------
    Result
        `estimate`: γ from -1 to 1, limits cut there. Without any pair that differs on both, NaN, p = 1 and a note.

    Raises
    ------
    BadInput
        Not a two-way table of counts.

    Notes
    -----
    Missing answers are left out beforehand; pairs tied on either variable do not count.

    Source: Goodman and Kruskal, Journal of the American Statistical Association 58, 1963, 310-364; Brown and
    Benedetti, same journal 72, 1977, 309-315; checked against R's vcdExtra::GKgamma.

    Examples
    --------
    >>> gamma([[1, 3, 10, 6], [2, 3, 10, 7], [1, 6, 14, 12], [0, 1, 9, 11]])
    <gamma: n=96, z=1.85147, p_value=0.0641024, quantity=gamma, estimate=0.221101, low=-0.00853401, high=0.450736,
    level=0.95, standard_error=0.117163>
    """
    counts = count_table(table, least=(2, 2))
    alpha = tail_alpha(level, side(alternative))
    people = float(counts.sum())
    result = Result(
        method="gamma", n=people, p_value=1, quantity="gamma", low=-1, high=1, level=level, alternative=alternative
    )
    with_, against = _quadrants(counts), _quadrants(counts[:, ::-1])[:, ::-1]
    p, q = float((counts * with_).sum()), float((counts * against).sum())
    if p + q == 0:
        return replace(result, note=NO_VARIATION)
    estimate = (p - q) / (p + q)
    error = 4 / (p + q) ** 2 * sqrt(float((counts * (q * with_ - p * against) ** 2).sum()))
    squares = float((counts * (with_ - against) ** 2).sum()) - (p - q) ** 2 / people
    half = float(stats.norm.isf(alpha / 2)) * error
    z = estimate / (2 / (p + q) * sqrt(squares)) if squares > 0 else 0.0
    return replace(
        result,
        z=z,
        p_value=normal_p(z, alternative),
        estimate=estimate,
        standard_error=error,
        low=-1 if alternative == "less" else max(-1, estimate - half),
        high=1 if alternative == "greater" else min(1, estimate + half),
        assumptions=(normal_suffices(people >= 20),),
    )


def _quadrants(counts: IntArray) -> FloatArray:
    """People lower on both variables than each cell, plus those higher on both."""
    padded = np.zeros((counts.shape[0] + 2, counts.shape[1] + 2))
    padded[1:-1, 1:-1] = counts
    lower = padded.cumsum(axis=0).cumsum(axis=1)
    higher = padded[::-1, ::-1].cumsum(axis=0).cumsum(axis=1)[::-1, ::-1]
    return np.asarray(lower[:-2, :-2] + higher[2:, 2:])
