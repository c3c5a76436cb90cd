"""A whole page of comparisons at once: every organization, placement and level against the rest.

A page is one family, so its comparisons are made, adjusted and read together. Thousands of exact tests take
one pass over arrays: the outcomes that each test could have had are laid end to end, and p-values, marks
and the smallest visible differences are read off them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from etm_workbench.analysis.statistics.conditional_odds import TIE
from etm_workbench.analysis.statistics.inputs import one_of, probability, same_length, whole_counts
from etm_workbench.analysis.statistics.multiplicity import Control, Family, family, largest_marked_p
from etm_workbench.analysis.statistics.result import FloatArray, IntArray
from etm_workbench.analysis.statistics.score_limits import TwoShares, difference_limits
from etm_workbench.analysis.statistics.two_shares import newcombe_limits
from etm_workbench.errors import BadInput


@dataclass(frozen=True, slots=True)
class Rule:
    """How a page is tested and read; its numbers come from the policy of whoever reads.

    Parameters
    ----------
    alpha : float
        Error allowed to the whole page, between 0 and 1.
    control : Control
        How it is kept: `holm`, `bonferroni`, `benjamini_hochberg` or `none`.
    level : float
        Confidence level of each interval alone.
    interval : {"newcombe", "miettinen_nurminen"}
        Interval for the difference.
    mid_p : bool
        Count outcomes as probable as the observed one by half.

    Raises
    ------
    BadInput
        A number outside its range, an unknown name.
    """

    alpha: float = 0.05
    control: Control = "holm"
    level: float = 0.95
    interval: Literal["newcombe", "miettinen_nurminen"] = "newcombe"
    mid_p: bool = False

    def __post_init__(self) -> None:
        probability(self.alpha, "alpha", closed=False)
        probability(self.level, "level", closed=False)
        one_of(self.interval, "interval", ("newcombe", "miettinen_nurminen"))
        one_of(self.control, "control", ("holm", "bonferroni", "benjamini_hochberg", "none"))


DEFAULT_RULE = Rule()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Page:
    """Comparisons of parts with the rest, one entry a comparison, in the order given.

    Parameters
    ----------
    totals : ndarray of int
        People in each part.
    share, rest_share, difference : ndarray of float
        Shares from 0 to 1 and part minus rest; NaN where one of them is empty.
    low, high : ndarray of float
        Interval of each difference alone, at the rule's level.
    family : Family
        p-values, adjusted p-values and marks of the whole page.
    visible_higher, visible_lower : ndarray of float
        The smallest difference above zero, and the nearest below zero, that would have been marked with
        everything else on the page as it is; NaN when none could be.
    rule : Rule
        What was applied.
    """

    totals: IntArray
    share: FloatArray
    rest_share: FloatArray
    difference: FloatArray
    low: FloatArray
    high: FloatArray
    family: Family
    visible_higher: FloatArray
    visible_lower: FloatArray
    rule: Rule

    @property
    def p_value(self) -> FloatArray:
        """Exact p of each comparison alone."""
        return self.family.p_values

    @property
    def p_adjusted(self) -> FloatArray:
        """P adjusted for all comparisons of the page."""
        return self.family.adjusted

    @property
    def comparisons(self) -> int:
        """How many comparisons the page holds, empty ones left out."""
        return self.family.comparisons

    @property
    def smallest_visible(self) -> FloatArray:
        """Size of the smallest difference in either direction that would have been marked, 1 where none would."""
        return np.fmin(np.fmin(self.visible_higher, -self.visible_lower), 1.0)


def compare_many(
    successes: ArrayLike,
    totals: ArrayLike,
    rest_successes: ArrayLike,
    rest_totals: ArrayLike,
    *,
    rule: Rule = DEFAULT_RULE,
) -> Page:
    """Every comparison of a page: exact p-values, adjusted together, with intervals and what could be seen.

    Each is the test of `part_of_whole`: given the margins, hypergeometric, two-sided by probability. A
    difference is visible when the outcome that gives it would have been marked.

    Parameters
    ----------
    successes, totals : array of int, one entry a comparison
        People of the kind and all people in the part.
    rest_successes, rest_totals : array of int, same length
        The same in the rest: the whole without the part.
    rule : Rule
        Error, control, level, interval.

    Returns
    -------
    Page
        A comparison with an empty part or rest has p = NaN and is not counted. One with nobody or everybody of
        the kind has p = 1: whatever the part, it could not have been marked.

    Raises
    ------
    BadInput
        Not counts, or arrays of different lengths.

    Notes
    -----
    Missing answers are left out beforehand. Ties in probability count within a relative 1e-7.

    Source: Fisher 1935 and Newcombe 1998 as in `part_of_whole`, Holm 1979 as in `multiplicity.adjust`. Checked
    against a loop of scipy.stats.fisher_exact to 1e-9.

    Examples
    --------
    >>> page = compare_many([8, 3], [20, 12], [1882, 2240], [8980, 8988])
    >>> page.family.p_values.round(4), page.visible_higher.round(3)
    (array([0.0507, 1.    ]), array([0.241, 0.335]))
    """
    cells = _Margins.of(successes, totals, rest_successes, rest_totals)
    outcomes = _Outcomes.of(cells, mid_p=rule.mid_p)
    p_values = outcomes.observed_p_values(cells)
    tested = family(p_values, alpha=rule.alpha, control=rule.control)
    higher, lower = outcomes.visible(cells, largest_marked_p(tested))
    share, rest_share = _share(cells.x1, cells.n1), _share(cells.x2, cells.n2)
    low, high = _limits(cells, rule)
    return Page(
        totals=cells.n1,
        share=share,
        rest_share=rest_share,
        difference=share - rest_share,
        low=low,
        high=high,
        family=tested,
        visible_higher=higher,
        visible_lower=lower,
        rule=rule,
    )


def every_outcome(
    part_people: int, rest_people: int, *, rest_from: int, rest_to: int
) -> tuple[IntArray, IntArray, FloatArray]:
    """Exact two-sided p of every pair of counts of a part and a rest, for power.

    Returns counts of the part, counts of the rest (from `rest_from` to `rest_to`) and p-values, arrays of one length.
    """
    kinds = np.arange(rest_from, rest_to + part_people + 1)
    least = np.maximum(0, kinds - rest_people)
    margins = _Margins(least, np.full_like(kinds, part_people), kinds - least, np.full_like(kinds, rest_people))
    outcomes = _Outcomes.of(margins, mid_p=False)
    other = kinds[outcomes.cell] - outcomes.count
    wanted = (other >= rest_from) & (other <= rest_to)
    p_values = _two_sided(outcomes.cell, outcomes.chance, mid_p=False)
    return outcomes.count[wanted], other[wanted], p_values[wanted]


def visible_differences(part_people: int, whole: tuple[int, int], alpha: float) -> tuple[float, float]:
    """Nearest differences above and below zero that one comparison at `alpha` would mark; NaN when none."""
    kind, people = whole
    least = max(0, kind - (people - part_people))
    counts = (least, part_people, kind - least, people - part_people)
    margins = _Margins(*(np.array([count]) for count in counts))
    higher, lower = _Outcomes.of(margins, mid_p=False).visible(margins, np.array([alpha]))
    return float(higher[0]), float(lower[0])


@dataclass(frozen=True, slots=True, eq=False)
class _Margins:
    """Counts of part (1) and rest (2) of each comparison."""

    x1: IntArray
    n1: IntArray
    x2: IntArray
    n2: IntArray

    @classmethod
    def of(cls, *arrays: ArrayLike) -> _Margins:
        names = ("successes", "totals", "rest_successes", "rest_totals")
        counts = {name: whole_counts(array, name).ravel() for name, array in zip(names, arrays, strict=True)}
        same_length(dict(counts))
        margins = cls(*counts.values())
        if (margins.x1 > margins.n1).any() or (margins.x2 > margins.n2).any():
            raise BadInput("More people of the kind than people.", expected="successes <= totals, rest included.")
        return margins


@dataclass(frozen=True, slots=True, eq=False)
class _Outcomes:
    """Every outcome of every comparison that has more than one, end to end.

    `cell`: which comparison. `count`: people of the kind in the part. `chance`: hypergeometric probability.
    `observed`: where the outcomes that did happen lie.
    """

    cell: NDArray[np.intp]
    count: IntArray
    chance: FloatArray
    observed: NDArray[np.intp]
    mid_p: bool

    @classmethod
    def of(cls, margins: _Margins, *, mid_p: bool) -> _Outcomes:
        """Outcomes that the margins allow; none for a comparison that the margins decide."""
        kind = margins.x1 + margins.x2
        first, last = np.maximum(0, kind - margins.n2), np.minimum(margins.n1, kind)
        sizes = np.where(last > first, last - first + 1, 0)
        cell = np.repeat(np.arange(sizes.size), sizes)
        starts = np.cumsum(sizes) - sizes
        count = np.arange(cell.size) - starts[cell] + first[cell]
        observed = (starts + margins.x1 - first)[sizes > 0]
        return cls(cell, count, _chances(margins, cell, count), observed, mid_p)

    def observed_p_values(self, margins: _Margins) -> FloatArray:
        """Two-sided p of each comparison; 1 where the margins decide it, NaN where a side is empty.

        Summed comparison by comparison, so that very small p-values keep their digits.
        """
        p_values = np.where((margins.n1 > 0) & (margins.n2 > 0), 1.0, nan)
        if self.observed.size:
            tested = self.cell[self.observed]
            seen = np.repeat(self.chance[self.observed], np.bincount(self.cell)[tested])
            starts = np.searchsorted(self.cell, tested)
            counted = np.where(self.chance <= seen * (1 + TIE), self.chance, 0.0)
            if self.mid_p:
                counted[np.abs(self.chance - seen) <= seen * TIE] /= 2
            p_values[tested] = np.minimum(np.add.reduceat(counted, starts), 1.0)
        return p_values

    def visible(self, margins: _Margins, thresholds: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Smallest difference above zero and nearest below it whose outcome would be marked."""
        kind = (margins.x1 + margins.x2)[self.cell]
        n1, n2 = margins.n1[self.cell], margins.n2[self.cell]
        difference = self.count / n1 - (kind - self.count) / n2
        marked = _two_sided(self.cell, self.chance, mid_p=self.mid_p) <= thresholds[self.cell]
        higher, lower = np.full(margins.n1.size, np.inf), np.full(margins.n1.size, -np.inf)
        above, below = marked & (difference > 0), marked & (difference < 0)
        np.minimum.at(higher, self.cell[above], difference[above])
        np.maximum.at(lower, self.cell[below], difference[below])
        return np.where(np.isinf(higher), nan, higher), np.where(np.isinf(lower), nan, lower)


def _chances(margins: _Margins, cell: NDArray[np.intp], count: IntArray) -> FloatArray:
    """Hypergeometric probability of each outcome, from one table of log factorials."""
    largest = int((margins.n1 + margins.n2).max(initial=0))
    log_factorial = special.gammaln(np.arange(largest + 1) + 1.0)

    def log_choose(total: IntArray, chosen: IntArray) -> FloatArray:
        return np.asarray(log_factorial[total] - log_factorial[chosen] - log_factorial[total - chosen])

    kind = margins.x1 + margins.x2
    constant = log_choose(margins.n1 + margins.n2, kind)
    logs = log_choose(margins.n1[cell], count) + log_choose(margins.n2[cell], kind[cell] - count) - constant[cell]
    return np.asarray(np.exp(logs))


def _two_sided(cell: NDArray[np.intp], chance: FloatArray, *, mid_p: bool) -> FloatArray:
    """p-value of every outcome as if it had been observed, within its own comparison."""
    if not cell.size:
        return np.zeros(0)
    order = np.lexsort((chance, cell))
    sorted_cell, sorted_chance = cell[order], chance[order]
    starts = np.concatenate([[True], sorted_cell[1:] != sorted_cell[:-1]])
    total = np.cumsum(sorted_chance)
    first = np.flatnonzero(starts)
    before = np.repeat(total[first] - sorted_chance[first], np.diff(np.append(first, cell.size)))
    # Outcomes as probable as one another form a run; each gets the total up to the end of its run.
    run_starts = starts | np.concatenate([[True], sorted_chance[1:] > sorted_chance[:-1] * (1 + TIE)])
    run = np.cumsum(run_starts) - 1
    run_first = np.flatnonzero(run_starts)
    run_last = np.append(run_first[1:], cell.size) - 1
    up_to = total[run_last][run] - before
    if mid_p:
        up_to -= np.add.reduceat(sorted_chance, run_first)[run] / 2
    p_value = np.empty(cell.size)
    p_value[order] = np.minimum(up_to, 1.0)
    return p_value


def _share(part: IntArray, total: IntArray) -> FloatArray:
    return np.asarray(np.divide(part, total, out=np.full(total.size, nan), where=total > 0))


def _limits(margins: _Margins, rule: Rule) -> tuple[FloatArray, FloatArray]:
    low, high = np.full(margins.n1.size, -1.0), np.full(margins.n1.size, 1.0)
    some = (margins.n1 > 0) & (margins.n2 > 0)
    if some.any():
        counts = TwoShares(*(a[some].astype(float) for a in (margins.x1, margins.n1, margins.x2, margins.n2)))
        if rule.interval == "newcombe":
            low[some], high[some] = newcombe_limits(counts, 1 - rule.level)
        else:
            low[some], high[some] = difference_limits(counts, alpha=1 - rule.level, corrected=True)
    return low, high
