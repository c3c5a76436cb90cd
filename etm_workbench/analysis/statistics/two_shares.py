"""Two shares of different people: difference, ratio and odds ratio with intervals that hold at small counts.

For an organization against the service that contains it use `part_of_whole`; these are for two groups
neither of which contains the other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from math import inf, nan
from typing import Literal

import numpy as np
from scipy import stats

from etm_workbench.analysis.statistics.inputs import Count, count_of, one_of, side, tail_alpha
from etm_workbench.analysis.statistics.notes import NOBODY, ZERO_CELL
from etm_workbench.analysis.statistics.result import Alternative, FloatArray, Result
from etm_workbench.analysis.statistics.score_limits import (
    TwoShares,
    difference_limits,
    odds_ratio_limits,
    ratio_limits,
)
from etm_workbench.analysis.statistics.shares import ShareMethod, share_intervals

DifferenceMethod = Literal["newcombe", "newcombe_cc", "miettinen_nurminen", "mee", "agresti_caffo", "wald"]
RatioMethod = Literal["koopman", "miettinen_nurminen", "katz_log"]
OddsMethod = Literal["miettinen_nurminen", "score", "woolf", "woolf_adjusted"]
Limits = tuple[FloatArray, FloatArray]


def share_difference(
    first: Count,
    second: Count,
    *,
    method: DifferenceMethod = "newcombe",
    level: float = 0.95,
    alternative: Alternative = "two-sided",
) -> Result:
    """Difference of two shares with its interval.

    Newcombe: p₁ - p₂ - sqrt((p₁ - l₁)² + (u₂ - p₂)²) to p₁ - p₂ + sqrt((u₁ - p₁)² + (p₂ - l₂)²), l and u
    Wilson limits (`newcombe_cc`: with continuity correction). Miettinen-Nurminen: differences not rejected
    by the score test with variance × N / (N - 1); `mee`: without that factor.

    Parameters
    ----------
    first, second : (int, int)
        People of one kind, and all people, of each group.
    method : str
        `newcombe`, `newcombe_cc`, `miettinen_nurminen`, `mee`, `agresti_caffo`, `wald`.
    level : float
        Confidence level.
    alternative : {"two-sided", "less", "greater"}
        `less` gives an upper limit only, `greater` a lower one only.

    Returns
    -------
    Result
        `estimate` is first minus second, from -1 to 1. An empty group gives limits -1 and 1 and a note.

    Raises
    ------
    BadInput
        Counts that are not counts, an unknown method.

    Notes
    -----
    Missing answers are left out beforehand; ties do not arise.

    Source: Newcombe, Statistics in Medicine 17, 1998, 873-890 (methods 10 and 11); Miettinen and Nurminen,
    Statistics in Medicine 4, 1985, 213-226; Agresti and Caffo, American Statistician 54, 2000, 280-288.

    Examples
    --------
    >>> share_difference((56, 70), (48, 80))
    <newcombe: n=150, quantity=difference, estimate=0.2, low=0.0524315, high=0.333873, level=0.95>
    """
    one_of(method, "method", _DIFFERENCES)
    counts, result = _two(first, second, _blank(method, "difference", level, alternative))
    if counts is None:
        return replace(result, low=-1, high=1)
    limits = _DIFFERENCES[method](counts, tail_alpha(level, side(alternative)))
    return _with_limits(result, _share(counts, 1) - _share(counts, 2), limits, bounds=(-1, 1))


def share_ratio(
    first: Count,
    second: Count,
    *,
    method: RatioMethod = "koopman",
    level: float = 0.95,
    alternative: Alternative = "two-sided",
) -> Result:
    """Ratio of two shares with its interval.

    Koopman: ratios not rejected by the score test (`miettinen_nurminen`: with variance × N / (N - 1)).
    Katz: log p₁/p₂ ± z sqrt(1/x₁ - 1/n₁ + 1/x₂ - 1/n₂).

    Parameters
    ----------
    first, second, level, alternative
        As for `share_difference`.
    method : str
        `koopman`, `miettinen_nurminen`, `katz_log`.

    Returns
    -------
    Result
        `estimate` is first over second, from 0 up; infinite when the second share is 0 and NaN for 0/0. An
        empty group gives limits 0 and infinity and a note.

    Raises
    ------
    BadInput
        As `share_difference`.

    Notes
    -----
    Missing answers are left out beforehand; ties do not arise.

    Source: Koopman, Biometrics 40, 1984, 513-517; Katz et al., Biometrics 34, 1978, 469-474;
    Fagerland, Lydersen and Laake, Statistical Methods in Medical Research 24, 2015, 224-254.

    Examples
    --------
    >>> share_ratio((7, 34), (1, 34))
    <koopman: n=68, quantity=ratio, estimate=7, low=1.22085, high=42.5757, level=0.95>
    """
    one_of(method, "method", _RATIOS)
    counts, result = _two(first, second, _blank(method, "ratio", level, alternative))
    if counts is None:
        return replace(result, low=0, high=inf)
    limits = _RATIOS[method](counts, tail_alpha(level, side(alternative)))
    return _with_limits(result, _quotient(_share(counts, 1), _share(counts, 2)), limits, bounds=(0, inf))


def share_odds_ratio(
    first: Count,
    second: Count,
    *,
    method: OddsMethod = "miettinen_nurminen",
    level: float = 0.95,
    alternative: Alternative = "two-sided",
) -> Result:
    """Odds ratio of two shares with its interval.

    Score: odds ratios ψ not rejected by (x₁ - n₁p̃₁)² (1/(n₁p̃₁q̃₁) + 1/(n₂p̃₂q̃₂)), p̃ the likeliest shares
    under ψ; `miettinen_nurminen`: with variance × N / (N - 1). Woolf: log ψ ± z sqrt(Σ 1/count)
    (`woolf_adjusted`: ½ added to each count). For the exact conditional interval use `fisher_exact`.

    Parameters
    ----------
    first, second, level, alternative
        As for `share_difference`.
    method : str
        `miettinen_nurminen`, `score`, `woolf`, `woolf_adjusted`.

    Returns
    -------
    Result
        `estimate` from 0 to infinity, NaN when undefined. An empty group gives limits 0 and infinity.

    Raises
    ------
    BadInput
        As `share_difference`.

    Notes
    -----
    Missing answers are left out beforehand; ties do not arise.

    Source: Miettinen and Nurminen, Statistics in Medicine 4, 1985, 213-226; Woolf, Annals of Human Genetics
    19, 1955, 251-253.

    Examples
    --------
    >>> share_odds_ratio((7, 34), (1, 34), method="woolf")
    <woolf: n=68, quantity=odds_ratio, estimate=8.55556, low=0.99049, high=73.9003, level=0.95>
    """
    one_of(method, "method", _ODDS_RATIOS)
    counts, result = _two(first, second, _blank(method, "odds_ratio", level, alternative))
    if counts is None:
        return replace(result, low=0, high=inf)
    limits = _ODDS_RATIOS[method](counts, tail_alpha(level, side(alternative)))
    odds = [_quotient(_share(counts, group), 1 - _share(counts, group)) for group in (1, 2)]
    undefined = inf in odds and odds[0] == odds[1]
    return _with_limits(result, nan if undefined else _quotient(*odds), limits, bounds=(0, inf))


def _share(counts: TwoShares, group: int) -> float:
    part, total = (counts.x1, counts.n1) if group == 1 else (counts.x2, counts.n2)
    return float(part[0] / total[0])


def _quotient(above: float, below: float) -> float:
    if below == 0:
        return inf if above > 0 else nan
    return 0.0 if below == inf else above / below


def _blank(method: str, quantity: str, level: float, alternative: Alternative) -> Result:
    return Result(method=method, n=0, quantity=quantity, level=level, alternative=alternative)


def _two(first: Count, second: Count, result: Result) -> tuple[TwoShares | None, Result]:
    """The counts as arrays of one, or None when a group is empty; the result with its people and note."""
    (x1, n1), (x2, n2) = count_of(first, "first"), count_of(second, "second")
    result = replace(result, n=n1 + n2, note=NOBODY if not n1 or not n2 else None)
    if result.note is not None:
        return None, result
    return TwoShares(*(np.array([float(value)]) for value in (x1, n1, x2, n2))), result


def _with_limits(result: Result, estimate: float, limits: Limits, *, bounds: tuple[float, float]) -> Result:
    low, high = float(limits[0][0]), float(limits[1][0])
    return replace(
        result,
        estimate=estimate,
        low=bounds[0] if result.alternative == "less" else low,
        high=bounds[1] if result.alternative == "greater" else high,
        note=ZERO_CELL if bounds[1] == inf and (low == 0 or high == inf) else result.note,
    )


def newcombe_limits(counts: TwoShares, alpha: float, *, method: ShareMethod = "wilson") -> Limits:
    """Newcombe's limits of many differences, from the Wilson limits of each share."""
    one = share_intervals(counts.x1, counts.n1, method=method, level=1 - alpha)
    two = share_intervals(counts.x2, counts.n2, method=method, level=1 - alpha)
    difference = one.estimate - two.estimate
    below = np.hypot(one.estimate - one.low, two.high - two.estimate)
    above = np.hypot(one.high - one.estimate, two.estimate - two.low)
    return difference - below, difference + above


def _around_difference(counts: TwoShares, alpha: float, *, added: float) -> Limits:
    """Wald limits after adding people, half of them of the kind (Agresti and Caffo add two to each group)."""
    n1, n2 = counts.n1 + added, counts.n2 + added
    p1, p2 = (counts.x1 + added / 2) / n1, (counts.x2 + added / 2) / n2
    half = stats.norm.isf(alpha / 2) * np.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    return np.maximum(p1 - p2 - half, -1), np.minimum(p1 - p2 + half, 1)


def _around_log(estimate: FloatArray, variance: FloatArray, alpha: float) -> Limits:
    half = stats.norm.isf(alpha / 2) * np.sqrt(variance)
    return estimate * np.exp(-half), estimate * np.exp(half)


def _katz(counts: TwoShares, alpha: float) -> Limits:
    if not (counts.x1.all() and counts.x2.all()):
        return np.zeros(1), np.full(1, inf)
    variance = 1 / counts.x1 - 1 / counts.n1 + 1 / counts.x2 - 1 / counts.n2
    return _around_log(counts.x1 / counts.n1 * counts.n2 / counts.x2, variance, alpha)


def _woolf(counts: TwoShares, alpha: float, *, added: float = 0.0) -> Limits:
    cells = np.stack([counts.x1, counts.n1 - counts.x1, counts.x2, counts.n2 - counts.x2]) + added
    if not cells.all():
        return np.zeros(1), np.full(1, inf)
    return _around_log(cells[0] * cells[3] / (cells[1] * cells[2]), (1 / cells).sum(axis=0), alpha)


_DIFFERENCES: dict[str, Callable[[TwoShares, float], Limits]] = {
    "newcombe": newcombe_limits,
    "newcombe_cc": partial(newcombe_limits, method="wilson_cc"),
    "miettinen_nurminen": lambda counts, alpha: difference_limits(counts, alpha=alpha, corrected=True),
    "mee": lambda counts, alpha: difference_limits(counts, alpha=alpha, corrected=False),
    "agresti_caffo": partial(_around_difference, added=2.0),
    "wald": partial(_around_difference, added=0.0),
}
_RATIOS: dict[str, Callable[[TwoShares, float], Limits]] = {
    "koopman": lambda counts, alpha: ratio_limits(counts, alpha=alpha, corrected=False),
    "miettinen_nurminen": lambda counts, alpha: ratio_limits(counts, alpha=alpha, corrected=True),
    "katz_log": _katz,
}
_ODDS_RATIOS: dict[str, Callable[[TwoShares, float], Limits]] = {
    "miettinen_nurminen": lambda counts, alpha: odds_ratio_limits(counts, alpha=alpha, corrected=True),
    "score": lambda counts, alpha: odds_ratio_limits(counts, alpha=alpha, corrected=False),
    "woolf": _woolf,
    "woolf_adjusted": partial(_woolf, added=0.5),
}
