"""Exact distributions of rank statistics, ties and all.

Ties are the rule with five placements, and scipy's exact tables assume there are none. Given which answers
were given, a rank sum is the sum of the scores of a group drawn at random; its distribution is built up one
distinct answer at a time (the shift algorithm of Streitberg and Röhmel, EDV in Medizin und Biologie 18, 1987,
12-19). A signed rank sum is built up one person at a time.

Scores are whole numbers here: midranks are doubled by the caller.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np
from scipy import special

from etm_workbench.analysis.statistics.result import Alternative, FloatArray, IntArray

_CLOSE = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class ScoreSum:
    """Distribution of a sum of scores: `chances[i]` is the probability of `lowest` + i."""

    lowest: int
    chances: FloatArray

    @property
    def mean(self) -> float:
        """Expected sum."""
        return float(self.lowest + np.arange(self.chances.size) @ self.chances)

    def p_value(self, value: float, alternative: Alternative) -> float:
        """Probability of a sum as far as `value`; two-sided by distance from the mean."""
        sums = self.lowest + np.arange(self.chances.size)
        if alternative == "greater":
            reached = sums >= value - _CLOSE
        elif alternative == "less":
            reached = sums <= value + _CLOSE
        else:
            mean = self.mean
            reached = np.abs(sums - mean) >= abs(value - mean) - _CLOSE * max(1.0, abs(mean))
        return min(1.0, float(self.chances[reached].sum()))


def subset_sum_steps(scores: IntArray, people: IntArray, drawn: int) -> float:
    """Work that `subset_sum` takes: sums times group sizes, for each distinct score."""
    span = int((scores.max() - scores.min()) * drawn) + 1
    return float(span * sum((min(int(n), drawn) + 1) * (drawn + 1) for n in people))


def subset_sum(scores: IntArray, people: IntArray, drawn: int) -> ScoreSum:
    """Distribution of the sum of scores of `drawn` people taken at random, all at once.

    Parameters
    ----------
    scores : ndarray of int
        Distinct scores.
    people : ndarray of int
        How many people have each.
    drawn : int
        How many are drawn, at most all of them.

    Returns
    -------
    ScoreSum
        Exact up to rounding.
    """
    shifted = scores - scores.min()
    span = int(shifted.max() * drawn) + 1
    ways = np.zeros((drawn + 1, span))
    ways[0, 0] = 1.0
    seen = 0
    for score, count in zip(shifted.tolist(), people.tolist(), strict=True):
        # ways holds probabilities given how many of the people seen so far are drawn, so nothing overflows.
        new = np.zeros_like(ways)
        for total in range(min(drawn, seen + count) + 1):
            for taken in range(max(0, total - seen), min(count, total) + 1):
                chance = _hypergeometric(taken, count, total, seen)
                shift = score * taken
                new[total, shift:] += chance * ways[total - taken, : span - shift]
        ways, seen = new, seen + count
    return ScoreSum(int(scores.min()) * drawn, ways[drawn])


def signed_sum(scores: IntArray) -> ScoreSum:
    """Distribution of the sum of those scores whose sign falls positive, each with probability one half."""
    chances = np.ones(1)
    for score in scores.tolist():
        longer = np.zeros(chances.size + score)
        longer[: chances.size] += chances / 2
        longer[score:] += chances / 2
        chances = longer
    return ScoreSum(0, chances)


def _hypergeometric(taken: int, count: int, total: int, seen: int) -> float:
    """Chance that `total` people drawn from `seen` + `count` include `taken` of the `count`."""
    logs = _log_choose(count, taken) + _log_choose(seen, total - taken) - _log_choose(seen + count, total)
    return float(np.exp(logs))


def _log_choose(total: int, chosen: int) -> float:
    if total < 60:
        return float(np.log(comb(total, chosen)))
    return float(special.gammaln(total + 1) - special.gammaln(chosen + 1) - special.gammaln(total - chosen + 1))
