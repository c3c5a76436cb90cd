"""Limits by inverting the score test, for the difference, ratio and odds ratio of two shares.

statsmodels inverts the same tests but stops with errors or complex numbers as soon as a group has nobody
or everybody of the kind, which in small organizations is common. Here every entry has limits, and
thousands are found at once by bisection.

Formulas: Miettinen and Nurminen, Statistics in Medicine 4, 1985, 213-226 (variance × N / (N - 1));
Farrington and Manning, Statistics in Medicine 9, 1990, 1447-1454 (closed form under a fixed difference);
Koopman, Biometrics 40, 1984, 513-517 (ratio).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats

from etm_workbench.analysis.statistics.result import FloatArray

_HALVINGS = 80
_WIDEST_LOG = 60.0  # e^±60: beyond any ratio that counts of people can give


@dataclass(frozen=True, slots=True, eq=False)
class TwoShares:
    """Counts of two groups: x1 of n1 and x2 of n2, arrays of one length, no n of zero."""

    x1: FloatArray
    n1: FloatArray
    x2: FloatArray
    n2: FloatArray

    def variance_factor(self, *, corrected: bool) -> FloatArray:
        """N / (N - 1) of Miettinen and Nurminen, or 1."""
        total = self.n1 + self.n2
        return np.asarray(total / (total - 1)) if corrected else np.ones(total.size)


def difference_limits(counts: TwoShares, *, alpha: float, corrected: bool) -> tuple[FloatArray, FloatArray]:
    """Differences p1 - p2 that the score test does not reject at `alpha`, two-sided."""
    factor = counts.variance_factor(corrected=corrected)

    def statistic(difference: FloatArray) -> FloatArray:
        first = _share_under_difference(counts, difference)
        second = first - difference
        variance = factor * (first * (1 - first) / counts.n1 + second * (1 - second) / counts.n2)
        return _standardized(counts.x1 / counts.n1 - counts.x2 / counts.n2 - difference, variance)

    ends = np.full(counts.n1.size, -1.0), np.full(counts.n1.size, 1.0)
    return _inverted(statistic, ends, alpha)


def ratio_limits(counts: TwoShares, *, alpha: float, corrected: bool) -> tuple[FloatArray, FloatArray]:
    """Ratios p1 / p2 that the score test does not reject; 0 or infinite where nothing bounds them."""
    factor = counts.variance_factor(corrected=corrected)

    def statistic(log_ratio: FloatArray) -> FloatArray:
        ratio = np.exp(log_ratio)
        linear = (counts.n1 + counts.x2) * ratio + counts.x1 + counts.n2
        both = counts.x1 + counts.x2
        root = np.sqrt(np.maximum(linear**2 - 4 * (counts.n1 + counts.n2) * ratio * both, 0))
        second = np.clip(2 * both / (linear + root), 0, np.minimum(1, 1 / ratio))
        first = np.minimum(ratio * second, 1)
        variance = factor * (first * (1 - first) / counts.n1 + ratio**2 * second * (1 - second) / counts.n2)
        return _standardized(counts.x1 / counts.n1 - ratio * counts.x2 / counts.n2, variance)

    return _opened(_inverted(statistic, _log_ends(counts), alpha))


def odds_ratio_limits(counts: TwoShares, *, alpha: float, corrected: bool) -> tuple[FloatArray, FloatArray]:
    """Odds ratios that the score test does not reject; 0 or infinite where nothing bounds them."""
    factor = counts.variance_factor(corrected=corrected)

    def statistic(log_odds: FloatArray) -> FloatArray:
        odds = np.exp(log_odds)
        second = _share_under_odds(counts, odds)
        first = np.clip((counts.x1 + counts.x2 - counts.n2 * second) / counts.n1, 0, 1)
        one, two = counts.n1 * first * (1 - first), counts.n2 * second * (1 - second)
        variance = factor * one * two / np.maximum(one + two, np.finfo(float).tiny)
        return _standardized(counts.x1 - counts.n1 * first, variance)

    return _opened(_inverted(statistic, _log_ends(counts), alpha))


def _share_under_difference(counts: TwoShares, difference: FloatArray) -> FloatArray:
    """Maximum likelihood share of the first group when p1 - p2 is fixed: a root of a cubic."""
    share1, share2, weight = counts.x1 / counts.n1, counts.x2 / counts.n2, counts.n2 / counts.n1
    a = 1 + weight
    b = -(a + share1 + weight * share2 + difference * (weight + 2))
    c = difference**2 + difference * (2 * share1 + a) + share1 + weight * share2
    d = -share1 * difference * (1 + difference)
    v = (b / (3 * a)) ** 3 - b * c / (6 * a**2) + d / (2 * a)
    u = np.where(v < 0, -1.0, 1.0) * np.sqrt(np.maximum((b / (3 * a)) ** 2 - c / (3 * a), 0))
    cosine = np.divide(v, u**3, out=np.ones_like(v), where=np.abs(u) > 1e-100)
    angle = (np.pi + np.arccos(np.clip(cosine, -1, 1))) / 3
    share = 2 * u * np.cos(angle) - b / (3 * a)
    return np.asarray(np.clip(share, np.maximum(0, difference), np.minimum(1, 1 + difference)))


def _share_under_odds(counts: TwoShares, odds: FloatArray) -> FloatArray:
    """Maximum likelihood share of the second group when the odds ratio is fixed: a root of a quadratic."""
    both = counts.x1 + counts.x2
    square = counts.n2 * (odds - 1)
    linear = counts.n1 * odds + counts.n2 - both * (odds - 1)
    root = np.sqrt(np.maximum(linear**2 + 4 * square * both, 0))
    # Two forms of one root; each keeps its digits where the other loses them.
    share = np.where(
        linear > 0,
        2 * both / np.where(linear > 0, linear + root, 1),
        (root - linear) / np.where(linear > 0, 1, 2 * square),
    )
    return np.clip(share, 0, 1)


def _standardized(distance: FloatArray, variance: FloatArray) -> FloatArray:
    """Distance over its standard error; infinite in its direction when the standard error is zero."""
    sure = variance <= 0
    with np.errstate(invalid="ignore"):
        certain = np.where(np.abs(distance) < 1e-12, 0.0, np.sign(distance) * np.inf)
    return np.where(sure, certain, distance / np.sqrt(np.where(sure, 1.0, variance)))


def _log_ends(counts: TwoShares) -> tuple[FloatArray, FloatArray]:
    return np.full(counts.n1.size, -_WIDEST_LOG), np.full(counts.n1.size, _WIDEST_LOG)


def _opened(logs: tuple[FloatArray, FloatArray]) -> tuple[FloatArray, FloatArray]:
    """From logarithms to ratios; a limit that ran to the end of the search is open."""
    low, high = logs
    return np.where(low < 1 - _WIDEST_LOG, 0.0, np.exp(low)), np.where(high > _WIDEST_LOG - 1, np.inf, np.exp(high))


def _inverted(
    falling: Callable[[FloatArray], FloatArray], ends: tuple[FloatArray, FloatArray], alpha: float
) -> tuple[FloatArray, FloatArray]:
    """Where a statistic that falls with the parameter crosses +z and -z, by bisection."""
    critical = stats.norm.isf(alpha / 2)
    limits = []
    for target in (critical, -critical):
        low, high = ends[0].copy(), ends[1].copy()
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            above = falling(middle) > target
            low, high = np.where(above, middle, low), np.where(above, high, middle)
        limits.append(low if target > 0 else high)
    return limits[0], limits[1]
