"""What could be seen: power, people needed, and the smallest difference that counts of this size can show.

Two questions are kept apart. *Visible*: the smallest difference that, if it were observed, would be marked.
*Detectable*: the smallest true difference that would be marked with a given probability. Below the first nothing
can ever be said; between the two it is luck.
"""

from __future__ import annotations

from math import nan, sqrt
from typing import Literal

import numpy as np
from scipy import optimize, stats

from etm_workbench.analysis.statistics.inputs import Count, count_of, one_of, probability
from etm_workbench.analysis.statistics.many import every_outcome, visible_differences
from etm_workbench.errors import BadInput

Sides = Literal["two-sided", "one-sided"]
_FAR = 8.0  # standard deviations of the rest's count beyond which nothing is added up


def power_of_shares(
    share: float, other: float, *, n: float, alpha: float = 0.05, alternative: Sides = "two-sided"
) -> float:
    """Chance that the large-sample test of two groups of n people each marks a true difference.

    Φ((sqrt(n) |p₁ - p₂| - z sqrt((p₁ + p₂)(1 - (p₁ + p₂)/2)))/sqrt(p₁(1 - p₁) + p₂(1 - p₂))), z at alpha/2, or alpha
    one-sided.

    Parameters
    ----------
    share, other : float
        The true shares, 0 to 1.
    n : float
        People in each group.
    alpha : float
        Error allowed to the test.
    alternative : {"two-sided", "one-sided"}
        Sides tested.

    Returns
    -------
    float
        From 0 to 1; marks on the wrong side are not counted.

    Raises
    ------
    BadInput
        A share or alpha outside its range, a negative n.

    Notes
    -----
    Missing answers lower n. Ties do not arise. For a part of a whole use `power_of_part`, which is exact.

    Source: Fleiss, Statistical Methods for Rates and Proportions, 2nd ed., 1981, 3.2; checked against R's
    power.prop.test.

    Examples
    --------
    >>> round(power_of_shares(0.5, 0.75, n=76.7), 3)
    0.9
    """
    p, q = probability(share, "share"), probability(other, "other")
    if n < 0:
        raise BadInput("'n' is negative.", expected="People in each group.")
    z = _critical(alpha, alternative)
    spread = sqrt(p * (1 - p) + q * (1 - q))
    margin = sqrt(n) * abs(p - q) - z * sqrt((p + q) * (1 - (p + q) / 2))
    return float(stats.norm.cdf(margin / spread)) if spread else float(margin > 0)


def needed_people(
    share: float, other: float, *, power: float = 0.8, alpha: float = 0.05, alternative: Sides = "two-sided"
) -> float:
    """People needed in each of two groups to mark a true difference with a given probability.

    n = (z sqrt((p₁ + p₂)(1 - (p₁ + p₂)/2)) + z_power sqrt(p₁(1 - p₁) + p₂(1 - p₂)))²/(p₁ - p₂)².

    Parameters
    ----------
    share, other, alpha, alternative
        As for `power_of_shares`; the shares must differ.
    power : float
        Wanted chance of a mark, between 0 and 1.

    Returns
    -------
    float
        Not rounded up.

    Raises
    ------
    BadInput
        Equal shares, a number outside its range.

    Notes
    -----
    Missing answers: divide by the share expected to answer. Ties do not arise. Source: as `power_of_shares`.

    Examples
    --------
    >>> round(needed_people(0.5, 0.75, power=0.9), 4)
    76.7069
    """
    p, q = probability(share, "share"), probability(other, "other")
    if p == q:
        raise BadInput("The shares are equal.", expected="Two different shares.", remedy="No n shows no difference.")
    z, beyond = _critical(alpha, alternative), float(stats.norm.ppf(probability(power, "power", closed=False)))
    root = z * sqrt((p + q) * (1 - (p + q) / 2)) + beyond * sqrt(p * (1 - p) + q * (1 - q))
    return max(root, 0.0) ** 2 / (p - q) ** 2


def detectable_share(
    share: float, *, n: float, power: float = 0.8, alpha: float = 0.05, alternative: Sides = "two-sided"
) -> float:
    """The smallest share above `share` that two groups of n people each would tell from it.

    Parameters
    ----------
    share, n, alpha, alternative
        As for `power_of_shares`.
    power : float
        Wanted chance of a mark, between 0 and 1.

    Returns
    -------
    float
        From `share` to 1; NaN when not even 1 would be told.

    Raises
    ------
    BadInput
        A number outside its range.

    Notes
    -----
    Missing answers lower n. Ties do not arise. Source: as `power_of_shares`, solved for the other share.

    Examples
    --------
    >>> round(detectable_share(0.5, n=76.7069, power=0.9), 3)
    0.75
    """
    probability(power, "power", closed=False)

    def lacking(other: float) -> float:
        return power_of_shares(share, other, n=n, alpha=alpha, alternative=alternative) - power

    if lacking(share) >= 0:
        return share
    return float(optimize.brentq(lacking, share, 1.0)) if lacking(1.0) >= 0 else nan


def power_of_part(share: float, rest_share: float, *, part_people: int, rest_people: int, alpha: float) -> float:
    """Chance that the exact test of a part against the rest marks a true difference, on the right side.

    Σ over counts x of the part and y of the rest of binomial(x) binomial(y) where Fisher's exact two-sided p is at
    most alpha and x/n - y/m has the sign of the true difference. Counts of the rest are added up to 8 standard
    deviations from their mean.

    Parameters
    ----------
    share, rest_share : float
        The true shares, 0 to 1. Equal shares give the chance of a false mark on either side.
    part_people, rest_people : int
        People in the part and in the rest.
    alpha : float
        Error allowed to this one test: the page's divided by its comparisons.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    BadInput
        Not counts, a number outside its range.

    Notes
    -----
    Missing answers lower the counts. Ties in probability count within a relative 1e-7.

    Source: definition of power, summed in full; checked by simulation.

    Examples
    --------
    >>> round(power_of_part(0.5, 0.21, part_people=20, rest_people=9000, alpha=0.05), 3)
    0.796
    """
    p, q = probability(share, "share"), probability(rest_share, "rest_share")
    probability(alpha, "alpha", closed=False)
    middle, spread = rest_people * q, sqrt(rest_people * q * (1 - q))
    low, high = max(0, int(middle - _FAR * spread)), min(rest_people, int(np.ceil(middle + _FAR * spread)))
    count, other, p_values = every_outcome(part_people, rest_people, rest_from=low, rest_to=high)
    difference = count / max(part_people, 1) - other / max(rest_people, 1)
    right = difference * np.sign(p - q) > 0 if p != q else difference != 0
    chance = stats.binom.pmf(count, part_people, p) * stats.binom.pmf(other, rest_people, q)
    return float(min(1.0, chance[(p_values <= alpha) & right].sum()))


def visible_difference(part_people: int, whole: Count, *, alpha: float) -> tuple[float, float]:
    """The nearest differences of part and rest, above and below zero, that would be marked at this size.

    Given how many of the whole are of the kind, every count the part could have has an exact p; those with p at most
    alpha would be marked.

    Parameters
    ----------
    part_people : int
        People in the part.
    whole : (int, int)
        People of one kind and all people, the part included.
    alpha : float
        Error allowed to this one test: the page's divided by its comparisons.

    Returns
    -------
    (float, float)
        Part minus rest, as shares: the smallest above zero, the nearest below; NaN when none would be marked.

    Raises
    ------
    BadInput
        Not counts, a part larger than the whole.

    Notes
    -----
    Missing answers lower the counts. Ties in probability count within a relative 1e-7. Source: as
    `many.compare_many`.

    Examples
    --------
    >>> [round(limit, 3) for limit in visible_difference(20, (1890, 9000), alpha=0.05)]
    [0.241, -0.21]
    """
    kind, people = count_of(whole, "whole")
    probability(alpha, "alpha", closed=False)
    if not 0 <= part_people <= people:
        raise BadInput("The part is larger than the whole.", expected="part_people from 0 to all people.")
    return visible_differences(part_people, (kind, people), alpha)


def detectable_difference(
    part_people: int, rest_people: int, *, rest_share: float, alpha: float, power: float = 0.8
) -> tuple[float, float]:
    """The smallest true differences of part and rest that the exact test would mark with a given probability.

    Parameters
    ----------
    part_people, rest_people : int
        People in the part and in the rest.
    rest_share : float
        True share of the rest, 0 to 1.
    alpha : float
        Error allowed to this one test: the page's divided by its comparisons.
    power : float
        Wanted chance of a mark, between 0 and 1.

    Returns
    -------
    (float, float)
        Part minus rest, above and below zero; NaN where not even a share of 1, or 0, would do.

    Raises
    ------
    BadInput
        Not counts, a number outside its range.

    Notes
    -----
    Missing answers lower the counts. Ties as in `power_of_part`, which this solves for the share of the part.
    Source: the same.

    Examples
    --------
    >>> [round(limit, 2) for limit in detectable_difference(20, 9000, rest_share=0.21, alpha=0.05)]
    [0.29, -0.2]
    """
    probability(power, "power", closed=False)

    def lacking(share: float) -> float:
        if share == rest_share:
            return -power
        found = power_of_part(share, rest_share, part_people=part_people, rest_people=rest_people, alpha=alpha)
        return found - power

    def smallest(end: float) -> float:
        if end == rest_share or lacking(end) < 0:
            return nan
        return float(optimize.brentq(lacking, rest_share, end, xtol=1e-6)) - rest_share

    return smallest(1.0), smallest(0.0)


def _critical(alpha: float, alternative: Sides) -> float:
    probability(alpha, "alpha", closed=False)
    sides = 2 if one_of(alternative, "alternative", ("two-sided", "one-sided")) == "two-sided" else 1
    return float(stats.norm.isf(alpha / sides))
