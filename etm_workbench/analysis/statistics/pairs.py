"""Every two of several groups: which ones differ.

With all organizations there are thousands of pairs, and a funnel says more; pairs are for a handful of groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import nan, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from etm_workbench.analysis.statistics.equal_shares import compare_shares
from etm_workbench.analysis.statistics.groups import answers_of_groups
from etm_workbench.analysis.statistics.inputs import probability, same_length, whole_counts
from etm_workbench.analysis.statistics.multiplicity import Control, adjust
from etm_workbench.analysis.statistics.result import FloatArray, IntArray
from etm_workbench.errors import BadInput


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Pairs:
    """Every pair of groups compared, adjusted as one family.

    `pairs`: positions of first and second group. `difference`: of shares or mean ranks, second minus first. `z`: it
    standardized, NaN where the test has none. `p_values`, `adjusted`: before and after adjustment. `control`: how.
    """

    pairs: tuple[tuple[int, int], ...]
    difference: FloatArray
    z: FloatArray
    p_values: FloatArray
    adjusted: FloatArray
    control: Control

    def matrix(self) -> FloatArray:
        """Adjusted p-values, second group by row and first by column, NaN above the diagonal."""
        size = max(second for _, second in self.pairs)
        laid_out = np.full((size, size), nan)
        for (first, second), p_value in zip(self.pairs, self.adjusted, strict=True):
            laid_out[second - 1, first] = p_value
        return laid_out


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Ranges:
    """Differences of every pair of shares against what chance allows to all pairs at once.

    `difference`: second minus first, from -1 to 1. `critical`: the range it must exceed. `marked`: whether it does.
    """

    pairs: tuple[tuple[int, int], ...]
    difference: FloatArray
    critical: FloatArray
    marked: NDArray[np.bool_]


def dunn(groups: Sequence[ArrayLike], *, control: Control = "holm") -> Pairs:
    """Which groups differ on an ordered answer: Dunn's comparisons of mean ranks, adjusted.

    z = (mean rank of second - mean rank of first) / sqrt((N(N+1)/12 - Σ(t³ - t)/(12(N - 1))) (1/n₁ + 1/n₂)).

    Parameters
    ----------
    groups : sequence of arrays
        One number a person, one array a group, none empty.
    control : Control
        Adjustment over all pairs.

    Returns
    -------
    Pairs
        Pairs in the order (0, 1), (0, 2), …, (1, 2), ….

    Raises
    ------
    BadInput
        Fewer than two groups, an empty group, an infinite answer.

    Notes
    -----
    Missing answers (NaN) are left out; ties are corrected for. Everybody alike gives p = 1 throughout.

    Source: Dunn, Technometrics 6, 1964, 241-252; checked against R's rstatix::dunn_test.

    Examples
    --------
    >>> dunn([[1, 2, 2], [2, 3, 3], [3, 4, 4]]).adjusted.round(3)
    array([0.43 , 0.039, 0.43 ])
    """
    kept, _ = answers_of_groups(groups)
    if len(kept) != len(groups):
        raise BadInput(
            "A group is empty.",
            expected="Every group with at least one answer.",
            remedy="Leave empty groups out: they cannot be compared.",
        )
    ranks = stats.rankdata(np.concatenate(kept))
    sizes = np.array([group.size for group in kept])
    means = np.array([part.mean() for part in np.split(ranks, np.cumsum(sizes)[:-1])])
    ties = np.unique(ranks, return_counts=True)[1].astype(float)
    spread = ranks.size * (ranks.size + 1) / 12 - (ties**3 - ties).sum() / (12 * max(ranks.size - 1, 1))
    pairs = tuple(combinations(range(len(kept)), 2))
    scale = [sqrt(max(spread, 0) * (1 / sizes[i] + 1 / sizes[j])) or np.inf for i, j in pairs]
    z = np.array([means[j] - means[i] for i, j in pairs]) / scale
    p_values = np.asarray(2 * stats.norm.sf(np.abs(z)))
    return Pairs(
        pairs=pairs,
        difference=np.array([means[j] - means[i] for i, j in pairs]),
        z=z,
        p_values=p_values,
        adjusted=adjust(p_values, control=control),
        control=control,
    )


def pairwise_shares(
    successes: ArrayLike, totals: ArrayLike, *, control: Control = "holm", correct: bool = True
) -> Pairs:
    """Which shares differ: each two compared as by `compare_shares`, adjusted.

    Parameters
    ----------
    successes, totals : array of int, one entry a group
        People of one kind and all people, no group empty.
    control : Control
        Adjustment over all pairs.
    correct : bool
        Continuity correction.

    Returns
    -------
    Pairs
        Pairs in the order (0, 1), (0, 2), …, (1, 2), ….

    Raises
    ------
    BadInput
        Not counts, fewer than two groups, an empty group.

    Notes
    -----
    Missing answers are left out beforehand; ties do not arise. Source: as `compare_shares` and
    `multiplicity.adjust`; checked against R's pairwise.prop.test.

    Examples
    --------
    >>> pairwise_shares([83, 90, 129, 70], [86, 93, 136, 82]).matrix().round(3)
    array([[1.   ,   nan,   nan],
           [1.   , 1.   ,   nan],
           [0.119, 0.093, 0.124]])
    """
    part, total = _groups_of_counts(successes, totals)
    pairs = tuple(combinations(range(total.size), 2))
    found = [compare_shares(part[list(pair)], total[list(pair)], correct=correct) for pair in pairs]
    p_values = np.array([result.p_value for result in found])
    return Pairs(
        pairs=pairs,
        difference=np.array([-result.estimate for result in found]),
        z=np.array([-result.z for result in found]),
        p_values=p_values,
        adjusted=adjust(p_values, control=control),
        control=control,
    )


def marascuilo(successes: ArrayLike, totals: ArrayLike, *, level: float = 0.95) -> Ranges:
    """Which shares differ, with one critical range a pair that holds for all pairs at once.

    |p₁ - p₂| against sqrt(χ²) sqrt(p₁(1 - p₁)/n₁ + p₂(1 - p₂)/n₂), χ² the quantile on groups - 1 degrees of freedom.

    Parameters
    ----------
    successes, totals : array of int, one entry a group
        People of one kind and all people, no group empty.
    level : float
        Confidence level of all pairs together.

    Returns
    -------
    Ranges
        Pairs in the order (0, 1), (0, 2), …, (1, 2), ….

    Raises
    ------
    BadInput
        Not counts, fewer than two groups, an empty group.

    Notes
    -----
    Missing answers are left out beforehand; ties do not arise. A share of 0 or 1 has no spread here: with small groups
    use `pairwise_shares` or exact tests adjusted by `multiplicity.adjust`.

    Source: Marascuilo, Psychological Bulletin 65, 1966, 280-290; NIST/SEMATECH e-Handbook of Statistical
    Methods, 7.4.7.4.

    Examples
    --------
    >>> marascuilo([36, 46, 42, 63, 38], [300] * 5).critical.round(3)[:4]
    array([0.086, 0.085, 0.093, 0.083])
    """
    probability(level, "level", closed=False)
    part, total = _groups_of_counts(successes, totals)
    share = part / total
    pairs = tuple(combinations(range(total.size), 2))
    spread = share * (1 - share) / total
    factor = sqrt(float(stats.chi2.ppf(level, total.size - 1)))
    critical = np.array([factor * sqrt(spread[i] + spread[j]) for i, j in pairs])
    difference = np.array([share[j] - share[i] for i, j in pairs])
    return Ranges(pairs=pairs, difference=difference, critical=critical, marked=np.abs(difference) > critical)


def _groups_of_counts(successes: ArrayLike, totals: ArrayLike) -> tuple[IntArray, IntArray]:
    part, total = whole_counts(successes, "successes").ravel(), whole_counts(totals, "totals").ravel()
    same_length({"successes": part, "totals": total})
    if total.size < 2 or not total.all() or (part > total).any():
        raise BadInput(
            "There are fewer than two groups, an empty one, or more people of the kind than people.",
            expected="At least two groups with people, successes <= totals.",
            remedy="Leave empty groups out: they cannot be compared.",
        )
    return part, total
