"""Many comparisons on one page: no mark should be there only because there were many chances.

A page or pack is one family. Holm keeps the chance of any false mark in the family at most alpha; that is
the default. Benjamini-Hochberg keeps the expected share of false marks among the marks; it finds more, and
suits a screen that somebody will check.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from statsmodels.stats.multitest import multipletests

from etm_workbench.analysis.statistics.inputs import one_of, probability
from etm_workbench.analysis.statistics.result import FloatArray
from etm_workbench.errors import BadInput

Control = Literal["holm", "benjamini_hochberg", "bonferroni", "hochberg", "hommel", "benjamini_yekutieli", "none"]
_FALSE_DISCOVERY = {"benjamini_hochberg", "benjamini_yekutieli"}
_FAMILYWISE = {"holm", "bonferroni", "hochberg", "hommel"}


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """The comparisons of one page or pack, adjusted together.

    Parameters
    ----------
    p_values, adjusted : ndarray of float
        As tested and as adjusted, in the order given; NaN where nothing was tested.
    marked : ndarray of bool
        Adjusted p no larger than `alpha`.
    control : Control
        How they were adjusted.
    alpha : float
        Error allowed to the whole family.
    comparisons : int
        How many tests the family holds, NaN left out.
    """

    p_values: FloatArray
    adjusted: FloatArray
    marked: NDArray[np.bool_]
    control: Control
    alpha: float
    comparisons: int

    @property
    def controls(self) -> Literal["any_false_mark", "share_of_false_marks", "each_test_alone"]:
        """What `alpha` limits."""
        if self.control in _FAMILYWISE:
            return "any_false_mark"
        return "share_of_false_marks" if self.control in _FALSE_DISCOVERY else "each_test_alone"


def adjust(p_values: ArrayLike, *, control: Control = "holm") -> FloatArray:
    """p-values adjusted for being many.

    Holm: running maximum of (m - i + 1) p₍ᵢ₎. Benjamini-Hochberg: running minimum from the top of m p₍ᵢ₎ / i.

    Parameters
    ----------
    p_values : array of float
        In any order and shape; NaN for a test that was not made.
    control : str
        `holm`, `benjamini_hochberg`, `bonferroni`, `hochberg`, `hommel`, `benjamini_yekutieli`, `none`.

    Returns
    -------
    ndarray of float
        Same shape and order, at most 1; NaN stays NaN and does not count.

    Raises
    ------
    BadInput
        A number outside 0 to 1, an unknown control.

    Notes
    -----
    Missing (NaN) p-values do not count. Equal p-values get equal adjusted ones.

    Source: Holm, Scandinavian Journal of Statistics 6, 1979, 65-70; Benjamini and Hochberg, Journal of the Royal
    Statistical Society B 57, 1995, 289-300; Benjamini and Yekutieli, Annals of Statistics 29, 2001, 1165-1188;
    scipy.stats.false_discovery_control, statsmodels.stats.multitest.multipletests (Hommel); checked against R's
    p.adjust.

    Examples
    --------
    >>> adjust([0.01, 0.04, 0.03]).round(3)
    array([0.03, 0.06, 0.06])
    """
    values = np.asarray(p_values, dtype=float)
    one_of(control, "control", get_args(Control))
    tested = ~np.isnan(values)
    if ((values[tested] < 0) | (values[tested] > 1)).any():
        raise BadInput("A p-value is outside 0 to 1.", expected="Numbers from 0 to 1, NaN where nothing was tested.")
    adjusted = np.full(values.shape, nan)
    if tested.any():
        adjusted[tested] = _adjusted(values[tested], control)
    return adjusted


def family(p_values: ArrayLike, *, alpha: float, control: Control = "holm") -> Family:
    """The comparisons of a page as one family, with those that may be marked.

    Parameters
    ----------
    p_values : array of float
        All comparisons of the page, NaN for those that were not tested.
    alpha : float
        Error allowed to the family, between 0 and 1; from the policy of whoever reads.
    control : str
        As for `adjust`.

    Returns
    -------
    Family
        States how many comparisons it holds and what it controls.

    Raises
    ------
    BadInput
        As `adjust`; also an alpha of 0 or 1.

    Notes
    -----
    Missing (NaN) p-values are neither marked nor counted; ties are marked together. Source: as `adjust`.

    Examples
    --------
    >>> page = family([0.001, 0.04, 0.03], alpha=0.05)
    >>> page.marked, page.comparisons, page.controls
    (array([ True, False, False]), 3, 'any_false_mark')
    """
    probability(alpha, "alpha", closed=False)
    values = np.asarray(p_values, dtype=float)
    adjusted = adjust(values, control=control)
    marked = np.nan_to_num(adjusted, nan=1.0) <= alpha
    return Family(values, adjusted, marked, control, alpha, int(np.count_nonzero(~np.isnan(values))))


def largest_marked_p(page: Family) -> FloatArray:
    """For each comparison, the largest p that would have been marked, the others being as they are.

    It turns a family's control into one threshold a comparison, from which the smallest visible difference
    follows. With Holm: alpha / (m - s), s the number of others that are marked before it.

    Parameters
    ----------
    page : Family
        Holm, Bonferroni, Benjamini-Hochberg or none.

    Returns
    -------
    ndarray of float
        Same shape as the p-values; NaN where nothing was tested.

    Raises
    ------
    BadInput
        Another control: Hochberg and Hommel have no such single threshold here.

    Notes
    -----
    Missing (NaN) p-values do not count; ties do not matter. Source: follows from the definitions of Holm (1979)
    and Benjamini and Hochberg (1995); checked by trying p-values on both sides of the threshold.

    Examples
    --------
    >>> largest_marked_p(family([0.001, 0.04, 0.03], alpha=0.05)).round(4)
    array([0.0167, 0.025 , 0.025 ])
    """
    one_of(page.control, "control", ("holm", "bonferroni", "benjamini_hochberg", "none"))
    flat = page.p_values.ravel()
    tested = np.flatnonzero(~np.isnan(flat))
    thresholds = np.full(flat.size, nan)
    if tested.size == 0:
        return thresholds.reshape(page.p_values.shape)
    if page.control == "none":
        thresholds[tested] = page.alpha
    elif page.control == "bonferroni":
        thresholds[tested] = page.alpha / max(tested.size, 1)
    else:
        step = _holm_threshold if page.control == "holm" else _step_up_threshold
        thresholds[tested] = step(flat[tested], page.alpha)
    return thresholds.reshape(page.p_values.shape)


def _adjusted(values: FloatArray, control: Control) -> FloatArray:
    """Adjusted p-values, none missing.

    statsmodels has them all, but collects the whole process's garbage on each call, which took two thirds of a page's
    time; the stepwise ones are two lines.
    """
    if control == "none":
        return values
    if control == "bonferroni":
        return np.minimum(values * values.size, 1.0)
    if control in _FALSE_DISCOVERY:
        method: Literal["bh", "by"] = "bh" if control == "benjamini_hochberg" else "by"
        return np.asarray(stats.false_discovery_control(values, method=method))
    if control == "hommel":
        return np.asarray(multipletests(values, method="hommel")[1])
    ordered, place = _ordered(values)
    stepped = ordered * (values.size - np.arange(values.size))
    if control == "holm":
        return np.minimum(np.maximum.accumulate(stepped), 1.0)[place]
    return np.minimum(np.minimum.accumulate(stepped[::-1])[::-1], 1.0)[place]


def _holm_threshold(values: FloatArray, alpha: float) -> FloatArray:
    """Threshold alpha / (m - s), s how many of the others Holm steps past."""
    ordered, place = _ordered(values)
    count = values.size
    steps = alpha / (count - np.arange(count))
    passed_whole = _run_of_true(ordered <= steps)[0]
    # With one comparison taken out, those above it move down a step.
    passed_above = np.append(_run_of_true(ordered[1:] <= steps[:-1]), 0)
    passed = np.where(place < passed_whole, place + passed_above[place], passed_whole)
    return np.asarray(alpha / (count - passed))


def _step_up_threshold(values: FloatArray, alpha: float) -> FloatArray:
    """Threshold alpha k / m for the largest k such that k - 1 of the others lie at or below it."""
    ordered, place = _ordered(values)
    count = values.size
    ranks = np.arange(1, count + 1)
    steps = alpha * ranks / count
    reached = np.flatnonzero(ordered <= steps)
    last = reached[-1] + 1 if reached.size else 0
    below = np.concatenate([[-1.0], ordered[:-1]]) <= steps
    best_below = np.maximum.accumulate(np.where(below, ranks, 0))
    rank = np.where(place + 2 <= last, last, best_below[place])
    return np.asarray(alpha * rank / count)


def _ordered(values: FloatArray) -> tuple[FloatArray, NDArray[np.intp]]:
    """Values in ascending order, and the place of each among them."""
    order = np.argsort(values, kind="stable")
    place = np.empty(values.size, dtype=np.intp)
    place[order] = np.arange(values.size)
    return values[order], place


def _run_of_true(flags: NDArray[np.bool_]) -> NDArray[np.intp]:
    """How many entries from each position on are true without a break."""
    position = np.arange(flags.size)
    next_false = np.minimum.accumulate(np.where(flags, flags.size, position)[::-1])[::-1]
    return np.asarray(next_false - position)
