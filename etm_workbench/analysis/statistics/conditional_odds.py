"""The exact conditional distribution of a count given all margins, for any odds ratio.

Fisher's exact test of one table and the exact Mantel-Haenszel test of several rest on the same
distribution: P(T = t | ω) ∝ c(t) ω^t, where c is hypergeometric for one table and a convolution of
hypergeometrics for several. scipy has one table; neither scipy nor statsmodels has several, so both are
served from here.

R finds the odds ratio and its limits with a root finder that stops within 1.2e-4 of the root on the
scale of ω or 1/ω. Large limits then differ from the exact ones (621.93 for 626.24 in R's own tea-tasting
example). We solve to full precision, and `solve="as_r"` follows R for whoever checks against it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, inf, log
from typing import Literal

import numpy as np
from scipy import optimize, stats

from etm_workbench.analysis.statistics.inputs import one_of
from etm_workbench.analysis.statistics.result import Alternative, FloatArray, IntArray

Solve = Literal["precise", "as_r"]
TIE = 1e-7  # relative tolerance for outcomes equally probable, as in R
_R_TOLERANCE = float(np.finfo(float).eps) ** 0.25
_R_SMALLEST = float(np.finfo(float).eps)


@dataclass(frozen=True, slots=True, eq=False)
class ConditionalOdds:
    """Distribution of T on `first`, `first` + 1, … with log weights `log_weights` at odds ratio 1."""

    first: int
    log_weights: FloatArray

    @property
    def support(self) -> FloatArray:
        """Values T can take."""
        return self.first + np.arange(self.log_weights.size, dtype=float)

    def probabilities(self, odds: float) -> FloatArray:
        """P(T = t | odds) for each t of the support."""
        if odds in (0, inf):
            certain = np.zeros(self.log_weights.size)
            certain[0 if odds == 0 else -1] = 1
            return certain
        logs = self.log_weights + log(odds) * self.support
        weights = np.exp(logs - logs.max())
        return np.asarray(weights / weights.sum())

    def mean(self, odds: float) -> float:
        """Expected T."""
        return float(self.support @ self.probabilities(odds))

    def below(self, value: float, odds: float) -> float:
        """P(T ≤ value)."""
        return float(self.probabilities(odds)[self.support <= value].sum())

    def above(self, value: float, odds: float) -> float:
        """P(T ≥ value)."""
        return float(self.probabilities(odds)[self.support >= value].sum())

    def p_value(self, value: int, *, odds: float = 1.0, alternative: Alternative = "two-sided") -> float:
        """Exact p; two-sided adds the outcomes no more probable than the observed one."""
        if alternative == "less":
            return min(1.0, self.below(value, odds))
        if alternative == "greater":
            return min(1.0, self.above(value, odds))
        chances = self.probabilities(odds)
        return min(1.0, float(chances[chances <= chances[value - self.first] * (1 + TIE)].sum()))

    def estimate(self, value: int, solve: Solve = "precise") -> float:
        """Conditional maximum likelihood odds ratio: the ω with E(T | ω) = value."""
        low, high = self.support[0], self.support[-1]
        if value in (low, high):
            return 0.0 if value == low else inf
        return _root(lambda odds: self.mean(odds) - value, solve)

    def limits(
        self, value: int, *, level: float, alternative: Alternative = "two-sided", solve: Solve = "precise"
    ) -> tuple[float, float]:
        """Exact limits of ω: the odds ratios at which the observed tail has probability 1 - level (half of it)."""
        alpha = (1 - level) / 2 if alternative == "two-sided" else 1 - level
        low, high = 0.0, inf
        if alternative != "less" and value != self.support[0]:
            low = _root(lambda odds: self.above(value, odds) - alpha, solve)
        if alternative != "greater" and value != self.support[-1]:
            high = _root(lambda odds: alpha - self.below(value, odds), solve)
        return low, high


def one_table(table: IntArray) -> tuple[ConditionalOdds, int]:
    """Distribution of the first cell of a 2×2 table given its margins, and its observed value."""
    (a, b), (c, d) = ((int(cell) for cell in row) for row in table)
    first, last = max(0, a - d), min(a + b, a + c)
    support = np.arange(first, last + 1)
    return ConditionalOdds(first, stats.hypergeom.logpmf(support, a + b + c + d, a + c, a + b)), a


def several_tables(tables: IntArray) -> tuple[ConditionalOdds, int]:
    """Distribution of the sum of first cells of 2×2 tables (strata first), and its observed value."""
    first, weights, observed = 0, np.ones(1), 0
    for table in tables:
        single, value = one_table(table)
        weights = np.convolve(weights, np.exp(single.log_weights))
        first, observed = first + single.first, observed + value
    with np.errstate(divide="ignore"):
        return ConditionalOdds(first, np.log(weights)), observed


def _root(rising: Callable[[float], float], solve: Solve) -> float:
    one_of(solve, "solve", ("precise", "as_r"))
    if solve == "precise":
        return _precise_root(rising)
    at_one = rising(1.0)
    if at_one == 0:
        return 1.0
    if at_one > 0:
        return _brent_as_r(rising, 0.0, 1.0)
    return 1 / _brent_as_r(lambda inverse: rising(1 / inverse), _R_SMALLEST, 1.0)


def _precise_root(rising: Callable[[float], float]) -> float:
    low, high = -1.0, 1.0
    while rising(exp(low)) > 0:
        low *= 2
    while rising(exp(high)) < 0:
        high *= 2
    return exp(optimize.brentq(lambda logged: rising(exp(logged)), low, high, xtol=1e-14, rtol=1e-14))


def _brent_as_r(function: Callable[[float], float], first: float, second: float) -> float:
    """Brent's method (Algorithms for Minimization without Derivatives, 1973, ch. 4) with R's stopping rule.

    scipy.optimize.brentq stops on another rule, so the digits after the tolerance differ.
    """
    a, b = first, second
    fa, fb = function(a), function(b)
    c, fc = a, fa
    while True:
        previous = b - a
        if abs(fc) < abs(fb):
            a, b, c = b, c, b
            fa, fb, fc = fb, fc, fb
        tolerance = 2 * float(np.finfo(float).eps) * abs(b) + _R_TOLERANCE / 2
        step = (c - b) / 2
        if abs(step) <= tolerance or fb == 0:
            return b
        if abs(previous) >= tolerance and abs(fa) > abs(fb):
            step = _interpolated_step((a, b, c), (fa, fb, fc), bisection=step, tolerance=tolerance)
        if abs(step) < tolerance:
            step = tolerance if step > 0 else -tolerance
        a, fa = b, fb
        b += step
        fb = function(b)
        if (fb > 0) == (fc > 0) and fb != 0:
            c, fc = a, fa


def _interpolated_step(
    points: tuple[float, float, float], values: tuple[float, float, float], *, bisection: float, tolerance: float
) -> float:
    """Secant or inverse quadratic step if it stays well inside the bracket, else the bisection."""
    (a, b, c), (fa, fb, fc) = points, values
    width = c - b
    if a == c:
        ratio = fb / fa
        p, q = width * ratio, 1 - ratio
    else:
        q, t1, t2 = fa / fc, fb / fc, fb / fa
        p = t2 * (width * q * (q - t1) - (b - a) * (t1 - 1))
        q = (q - 1) * (t1 - 1) * (t2 - 1)
    p, q = (p, -q) if p > 0 else (-p, q)
    inside = p < 0.75 * width * q - abs(tolerance * q) / 2 and p < abs((b - a) * q / 2)
    return p / q if inside else bisection
