"""Many organizations at once: limits around a common value that widen as organizations get smaller.

An organization outside the limits differs from the common value more than its size explains. Limits are exact
counts, not normal curves, which say nothing below about ten people. When organizations differ more than chance
would have it for reasons that are not of interest, limits are widened (over-dispersion).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from etm_workbench.analysis.statistics.inputs import amounts, one_of, probability, whole_counts
from etm_workbench.analysis.statistics.result import FloatArray, IntArray
from etm_workbench.errors import BadInput

FunnelMethod = Literal["exact", "interpolated", "normal"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Funnel:
    """Limits around a target for organizations of given sizes.

    Parameters
    ----------
    method : str
        How they were found.
    sizes : ndarray of float
        People, or expected counts.
    target : float
        The common value: a share from 0 to 1, or a ratio.
    levels : tuple of float
        Two-sided levels, narrow to wide.
    low, high : ndarray of float, shape (levels, sizes)
        The most extreme values that are not outside.
    """

    method: str
    sizes: FloatArray
    target: float
    levels: tuple[float, ...]
    low: FloatArray
    high: FloatArray

    def outside(self, values: ArrayLike) -> FloatArray:
        """Widest level each value lies outside of, 0 when it lies within all; one value a size."""
        observed = np.asarray(values, dtype=float)
        beyond = (observed < self.low - _ROUNDING) | (observed > self.high + _ROUNDING)
        return np.asarray(np.where(beyond, np.array(self.levels)[:, None], 0.0).max(axis=0))


_ROUNDING = 1e-12


def share_funnel(
    totals: ArrayLike,
    target: float,
    *,
    levels: tuple[float, ...] = (0.95, 0.998),
    method: FunnelMethod = "exact",
    correlation: float = 0.0,
) -> Funnel:
    """Limits for shares of organizations of given sizes around a common share.

    Exact: counts whose binomial tail on their side is above (1 - level)/2. Interpolated: between the counts around the
    quantile, (r - a)/n with a = (P(X ≤ r) - p)/P(X = r), which draws smooth but marks slightly more than the level
    allows. Normal: target ± z sqrt(target (1 - target)/n), cut at 0 and 1.

    Parameters
    ----------
    totals : array of int
        People in each organization.
    target : float
        The common share, 0 to 1.
    levels : tuple of float
        Two-sided levels; 0.95 and 0.998 are customary.
    method : {"exact", "interpolated", "normal"}
        How limits are found.
    correlation : float
        Over-dispersion of the exact limits, from 0 (none) to below 1: the correlation of two people of one
        organization, from `shrinkage.fit_beta_binomial`. Tails are then beta-binomial.

    Returns
    -------
    Funnel
        An organization without people has limits 0 and 1.

    Raises
    ------
    BadInput
        Not counts, a target or level outside its range, correlation with another method than exact.

    Notes
    -----
    Missing answers are left out beforehand. Exact limits belong to the funnel: a value tied with one is inside.

    Source: Spiegelhalter, Statistics in Medicine 24, 2005, 1185-1202; the normal form is that of
    PHEindicatormethods, against which it was checked.

    Examples
    --------
    >>> share_funnel([5, 20, 200], 0.2).high[0]
    array([0.6  , 0.4  , 0.255])
    """
    people = whole_counts(totals, "totals").ravel()
    probability(target, "target")
    one_of(method, "method", ("exact", "interpolated", "normal"))
    if not 0 <= correlation < 1 or (correlation and method != "exact"):
        raise BadInput(
            "'correlation' is outside its range or not meant for this method.",
            expected="From 0 to below 1, with method='exact'.",
            remedy="For normal limits widen with dispersion_of_shares.",
        )
    limits = [_share_limits(people, target, _outer(level), method, correlation) for level in levels]
    return _funnel(f"share_{method}", people.astype(float), target, levels, limits)


def ratio_funnel(
    expected: ArrayLike, target: float = 1.0, *, levels: tuple[float, ...] = (0.95, 0.998), phi: float = 1.0
) -> Funnel:
    """Limits for standardized ratios of organizations with given expected counts.

    Exact: χ²(2E)/(2E) and χ²(2E + 2)/(2E) at (1 - level)/2 from each end, times the target. With over-dispersion
    phi above 1: target × exp(± z sqrt(phi/E)).

    Parameters
    ----------
    expected : array of float
        Expected count of each organization.
    target : float
        The common ratio.
    levels : tuple of float
        Two-sided levels.
    phi : float
        Over-dispersion from `dispersion_of_ratios`, 1 for none.

    Returns
    -------
    Funnel
        Nothing expected: limits 0 and infinity.

    Raises
    ------
    BadInput
        Negative numbers, a level outside its range, phi below 1.

    Notes
    -----
    Missing answers are left out beforehand; ties do not arise.

    Source: Spiegelhalter 2005 as in `share_funnel`; exact limits as in FunnelPlotR, against which they were checked.

    Examples
    --------
    >>> ratio_funnel([15, 20, 30]).low[0].round(4)
    array([0.5597, 0.6108, 0.6747])
    """
    sizes = amounts(expected, "expected").ravel()
    if phi < 1:
        raise BadInput("'phi' is below 1.", expected="1 for no over-dispersion, or more.")
    limits = [_ratio_limits(sizes, _outer(level), phi) for level in levels]
    return _funnel("ratio_exact" if phi == 1 else "ratio_dispersed", sizes, target, levels, limits, scale=target)


def _funnel(
    method: str,
    sizes: FloatArray,
    target: float,
    levels: tuple[float, ...],
    limits: list[tuple[FloatArray, FloatArray]],
    *,
    scale: float = 1.0,
) -> Funnel:
    low, high = (scale * np.stack([pair[side] for pair in limits]) for side in (0, 1))
    return Funnel(method=method, sizes=sizes, target=target, levels=tuple(levels), low=low, high=high)


def _outer(level: float) -> float:
    """Probability left outside on each side."""
    return (1 - probability(level, "level", closed=False)) / 2


def _share_limits(
    people: IntArray,
    target: float,
    tail: float,
    method: str,
    correlation: float,
) -> tuple[FloatArray, FloatArray]:
    low, high = np.zeros(people.size), np.ones(people.size)
    some = people > 0
    n = people[some].astype(float)
    if method == "normal":
        half = stats.norm.isf(tail) * np.sqrt(target * (1 - target) / n)
        low[some], high[some] = np.maximum(target - half, 0), np.minimum(target + half, 1)
    elif method == "interpolated":
        low[some], high[some] = (np.clip(_interpolated(n, target, p), 0, 1) for p in (tail, 1 - tail))
    elif 0 < target < 1:
        low[some], high[some] = (count / n for count in _exact_counts(n, target, tail, correlation))
    else:
        low[some] = high[some] = target
    return low, high


def _exact_counts(n: FloatArray, target: float, tail: float, correlation: float) -> tuple[FloatArray, FloatArray]:
    """The smallest count whose lower tail is above `tail`, and the largest whose upper tail is."""
    just_above = float(np.nextafter(tail, 1))
    if correlation == 0:
        return np.asarray(stats.binom.ppf(just_above, n, target)), np.asarray(stats.binom.isf(tail, n, target))
    weight = (1 - correlation) / correlation
    shape = target * weight, (1 - target) * weight
    return np.asarray(stats.betabinom.ppf(just_above, n, *shape)), np.asarray(stats.betabinom.isf(tail, n, *shape))


def _interpolated(n: FloatArray, target: float, p: float) -> FloatArray:
    count = stats.binom.ppf(p, n, target)
    reached, chance = stats.binom.cdf(count, n, target), stats.binom.pmf(count, n, target)
    return np.asarray((count - (reached - p) / chance) / n)


def _ratio_limits(expected: FloatArray, tail: float, phi: float) -> tuple[FloatArray, FloatArray]:
    low, high = np.zeros(expected.size), np.full(expected.size, np.inf)
    some = expected > 0
    e = expected[some]
    if phi == 1:
        low[some], high[some] = stats.chi2.ppf(tail, 2 * e) / (2 * e), stats.chi2.isf(tail, 2 * e + 2) / (2 * e)
    else:
        half = stats.norm.isf(tail) * np.sqrt(phi / e)
        low[some], high[some] = np.exp(-half), np.exp(half)
    return low, high
