"""The same page with a loop of scipy and statsmodels calls, as one would write it without us."""

from __future__ import annotations

from math import hypot

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from statsmodels.stats.multitest import multipletests

from benchmarks.statistics_page import Counts

Column = NDArray[np.float64]
ALPHA = 0.05


def loop_over_tests(counts: Counts) -> Column:
    """Fisher's exact p of each comparison, NaN where a side is empty."""
    found = np.full(counts.totals.size, np.nan)
    for position, (x, n, y, m) in enumerate(zip(*counts, strict=True)):
        if n and m:
            found[position] = stats.fisher_exact([[x, n - x], [y, m - y]]).pvalue
    return found


def loop_over_page(counts: Counts) -> tuple[Column, Column, Column, Column, Column]:
    """Adjusted p, Newcombe limits and the nearest visible differences of each comparison."""
    p_values = loop_over_tests(counts)
    tested = ~np.isnan(p_values)
    adjusted = np.full(p_values.size, np.nan)
    adjusted[tested] = multipletests(p_values[tested], alpha=ALPHA, method="holm")[1]
    low, high = np.full(p_values.size, -1.0), np.ones(p_values.size)
    higher, lower = np.full(p_values.size, np.nan), np.full(p_values.size, np.nan)
    for position, (x, n, y, m) in enumerate(zip(*counts, strict=True)):
        if n and m:
            low[position], high[position] = newcombe(x, n, y, m)
            others = np.delete(p_values, position)
            threshold = holm_threshold(np.sort(others[~np.isnan(others)]))
            higher[position], lower[position] = visible(x + y, n, m, threshold)
    return adjusted, low, high, higher, lower


def newcombe(x: int, n: int, y: int, m: int) -> tuple[float, float]:
    """Limits of the difference from scipy's Wilson limits of each share."""
    first = stats.binomtest(int(x), int(n)).proportion_ci(method="wilson")
    second = stats.binomtest(int(y), int(m)).proportion_ci(method="wilson")
    p, q = x / n, y / m
    return p - q - hypot(p - first.low, second.high - q), p - q + hypot(first.high - p, q - second.low)


def holm_threshold(others: Column) -> float:
    """Largest p that Holm would mark beside these, sorted."""
    family = others.size + 1
    passed = 0
    while passed < others.size and others[passed] <= ALPHA / (family - passed):
        passed += 1
    return ALPHA / (family - passed)


def visible(kind: int, n: int, m: int, threshold: float) -> tuple[float, float]:
    """Nearest differences above and below zero whose exact p is small enough."""
    outcomes = np.arange(max(0, kind - m), min(n, kind) + 1)
    chances = stats.hypergeom.pmf(outcomes, n + m, kind, n)
    p_values = np.array([chances[chances <= chance * (1 + 1e-7)].sum() for chance in chances])
    difference = outcomes / n - (kind - outcomes) / m
    marked = p_values <= threshold if outcomes.size > 1 else np.zeros(1, dtype=bool)
    above, below = difference[marked & (difference > 0)], difference[marked & (difference < 0)]
    return above.min() if above.size else np.nan, below.max() if below.size else np.nan
