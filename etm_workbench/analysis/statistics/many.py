"""A whole page of comparisons at once: parts of the service, each against the rest of it.

A page of 89 organizations, six placements and five levels is 2,670 exact tests. They are one family, and
are made together: every hypergeometric distribution of the page lies end to end in one array.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from etm_workbench.analysis.statistics.inputs import probability, same_length, whole_counts
from etm_workbench.analysis.statistics.multiplicity import Control, adjust
from etm_workbench.analysis.statistics.result import FloatArray, IntArray
from etm_workbench.analysis.statistics.score_limits import TwoShares, difference_limits
from etm_workbench.errors import BadInput

# R's and scipy's tolerance for "as likely as what was seen": ties must not depend on rounding.
_AS_LIKELY = 1 + 1e-7
_HALVINGS = 60


@dataclass(frozen=True, slots=True, eq=False)
class Comparisons:
    """The comparisons of one page; arrays of one length, in the order given.

    Parameters
    ----------
    difference : ndarray of float
        Share in the part less share in the rest, -1 to 1.
    low, high : ndarray of float
        Its confidence limits (Miettinen and Nurminen), each at `level`.
    p_value, p_adjusted : ndarray of float
        Fisher's exact test, two-sided; adjusted over the page. NaN where a side is empty.
    smallest_visible : ndarray of float
        Smallest difference that the adjusted test would mark with probability `power`.
    comparisons : int
        How many the family holds.
    """

    difference: FloatArray
    low: FloatArray
    high: FloatArray
    p_value: FloatArray
    p_adjusted: FloatArray
    smallest_visible: FloatArray
    comparisons: int
    control: Control
    level: float
    power: float


def compare_many(
    part: ArrayLike,
    part_total: ArrayLike,
    rest: ArrayLike,
    rest_total: ArrayLike,
    *,
    control: Control = "holm",
    level: float = 0.95,
    power: float = 0.8,
) -> Comparisons:
    """Shares in parts against shares in the rest, as one family.

    Parameters
    ----------
    part, part_total : array of int, shape (tests,)
        People of the kind in the part, and all people in the part.
    rest, rest_total : array of int, shape (tests,)
        The same for everybody else.
    control : Control
        How the page's p-values are adjusted.
    level : float
        Confidence level of each interval; 1 - `level` is the family's error.
    power : float
        Probability with which `smallest_visible` would be marked.

    Returns
    -------
    Comparisons
        Shares 0 to 1. Missing answers are the caller's to leave out of the totals.

    Raises
    ------
    BadInput
        Lengths differ, a count is negative or larger than its total.

    Notes
    -----
    Given the margins, the part's count is hypergeometric; the two-sided p sums every outcome no likelier
    than the one seen (Fisher, *Statistical Methods for Research Workers*, 1934; Irwin, Metron 12, 1935).
    Checked against `scipy.stats.fisher_exact`, test by test.

    Examples
    --------
    >>> page = compare_many([8, 3], [20, 20], [210, 400], [1000, 1000])
    >>> [round(float(p), 4) for p in page.p_value]
    [0.0521, 0.0348]
    """
    x, n, y, m = (whole_counts(v, name) for v, name in ((part, "part"), (part_total, "part_total"),
                                                        (rest, "rest"), (rest_total, "rest_total")))  # fmt: skip
    same_length({"part": x, "part_total": n, "rest": y, "rest_total": m})
    if np.any(x > n) or np.any(y > m):
        raise BadInput("More people of a kind than people.", expected="Each count is at most its total.")
    alpha = 1 - probability(level, "level", closed=False)
    some = (n > 0) & (m > 0)
    blank = np.full(x.size, np.nan)
    low, high, p_value, difference, visible = (blank.copy() for _ in range(5))
    kept = TwoShares(*(values[some].astype(float) for values in (x, n, y, m)))
    difference[some] = kept.x1 / kept.n1 - kept.x2 / kept.n2
    low[some], high[some] = difference_limits(kept, alpha=alpha, corrected=True)
    p_value[some] = fisher_p_values(x[some], n[some], y[some], m[some])
    tests = int(some.sum())
    visible[some] = smallest_visible(kept, alpha=alpha / max(1, tests), power=power)
    adjusted = adjust(p_value, control=control)
    return Comparisons(difference, low, high, p_value, adjusted, visible, tests, control, level, power)


def fisher_p_values(x: IntArray, n: IntArray, y: IntArray, m: IntArray) -> FloatArray:
    """Two-sided exact p of each test: x of n against y of m, arrays of one length.

    Notes
    -----
    Tests with the same margins share one distribution, and all distributions lie end to end.
    """
    margins, which = np.unique(np.stack([n, m, x + y]), axis=1, return_inverse=True)
    first, second, marked = margins
    lowest = np.maximum(0, marked - second)
    sizes = np.minimum(first, marked) - lowest + 1
    starts = np.concatenate([[0], np.cumsum(sizes)])[:-1]
    owner = np.repeat(np.arange(sizes.size), sizes)
    value = np.arange(sizes.sum()) - starts[owner] + lowest[owner]
    chance = np.exp(_log_chance(value, first[owner], second[owner], marked[owner]))
    seen = chance[starts[which] + x - lowest[which]]
    result = np.empty(x.size)
    for test in np.unique(which):
        mine = np.flatnonzero(which == test)
        spread = np.sort(chance[starts[test] : starts[test] + sizes[test]])
        total = np.concatenate([[0.0], np.cumsum(spread)])
        result[mine] = total[np.searchsorted(spread, seen[mine] * _AS_LIKELY, side="right")]
    return np.minimum(result, 1.0)


def smallest_visible(counts: TwoShares, *, alpha: float, power: float) -> FloatArray:
    """Smallest difference from the rest's share that a two-sided test at `alpha` marks with probability `power`.

    Parameters
    ----------
    counts : TwoShares
        `x1` is not read: what could be seen does not depend on what was.

    Returns
    -------
    ndarray of float
        0 to 1, looking upward or downward, whichever is shorter; 1 where none could be seen.

    Notes
    -----
    Normal approximation with unequal variances (Fleiss, Levin and Paik, *Statistical Methods for Rates
    and Proportions*, 3rd edition 2003, section 4.3), solved by bisection.
    """
    z_test, z_power = stats.norm.isf(alpha / 2), stats.norm.isf(1 - power)
    share = counts.x2 / counts.n2

    def enough(gap: FloatArray, sign: float) -> FloatArray:
        other = np.clip(share + sign * gap, 0.0, 1.0)
        pooled = (counts.n1 * other + counts.n2 * share) / (counts.n1 + counts.n2)
        null = np.sqrt(pooled * (1 - pooled) * (1 / counts.n1 + 1 / counts.n2))
        actual = np.sqrt(other * (1 - other) / counts.n1 + share * (1 - share) / counts.n2)
        return np.asarray(gap - z_test * null - z_power * actual)

    shortest = np.ones(share.size)
    for sign, furthest in ((1.0, 1 - share), (-1.0, share)):
        near, far = np.zeros(share.size), furthest.copy()
        reachable = enough(far, sign) >= 0
        for _ in range(_HALVINGS):
            middle = (near + far) / 2
            reached = enough(middle, sign) >= 0
            near, far = np.where(reached, near, middle), np.where(reached, middle, far)
        shortest = np.where(reachable, np.minimum(shortest, far), shortest)
    return shortest


def _log_chance(value: IntArray, first: IntArray, second: IntArray, marked: IntArray) -> FloatArray:
    """Log probability that `value` of the `marked` people are among the `first`."""
    log = special.gammaln
    inside = log(first + 1) - log(value + 1) - log(first - value + 1)
    outside = log(second + 1) - log(marked - value + 1) - log(second - marked + value + 1)
    both = first + second
    return np.asarray(inside + outside - log(both + 1) + log(marked + 1) + log(both - marked + 1))
