"""The attack: everything that follows about hidden cells from published numbers, sums and common knowledge.

Written apart from the code that chooses what to hide, so that a mistake there is not repeated here.
What it claims: no value outside an interval fits what is published. Where both ends of an interval occur in a
complete solution the interval is proved exact; otherwise it is an outer limit, and says so.
"""

from __future__ import annotations

import time

import numpy as np

from etm_workbench.protection.audit.bounds import Ends
from etm_workbench.protection.audit.consistency import Ground, Group, consistent, drop_contradictions
from etm_workbench.protection.audit.published import Booleans, Contradiction, Intervals, Published
from etm_workbench.protection.audit.reasons import sums_behind
from etm_workbench.protection.audit.system import equations


def attack(problem: Published, *, seconds: float, targets: Booleans | None = None) -> Intervals:
    """The interval of values that each hidden cell can have, for an intruder who uses everything published.

    Parameters
    ----------
    problem : Published
    seconds : float
        Time to search; cells that are still open then keep an outer limit. At least the passing of limits from
        sum to sum is always done.
    targets : ndarray of bool, shape (cells,), optional
        Hidden cells to find the interval of; the others keep the limits passed along sums. All by default.

    Returns
    -------
    Intervals
        One interval a hidden cell, in the unit of the cells (people for counts). Sums that contradict each other
        are left out and listed.

    Notes
    -----
    Limits are passed from sum to sum; each ring of sums is a linear program, asked for the least and greatest
    value of each cell; whole-number programs close what fractions leave open. Checked against the enumeration of
    all tables on small problems and against the published cases named in the tests.

    Examples
    --------
    Three counts add to 15; 10 and 3 are shown, and the two hidden ones are each at least 1.

    >>> import numpy as np
    >>> from scipy import sparse
    >>> sums = sparse.csr_array(np.array([[1, 1, 1, 1, -1]], dtype=np.int8))
    >>> shown = np.array([10, 3, np.nan, np.nan, 15])
    >>> found = attack(Published(shown, sums, np.ones(5), np.full(5, np.inf)), seconds=1)
    >>> found.lower.tolist(), found.upper.tolist()
    ([1.0, 1.0], [1.0, 1.0])
    """
    deadline = time.monotonic() + seconds
    system, contradictions = equations(problem)
    wanted = np.ones(system.cells.size, dtype=np.bool_) if targets is None else targets[system.cells]
    blamed: list[Contradiction] = list(contradictions)
    while True:
        ground = consistent(system, deadline)
        blamed += ground.contradictions
        results = [(group, _search(group, wanted)) for group in ground.groups]
        broken = [group for group, ends in results if ends.no_solution]
        if not broken:
            return _assemble(ground, results, blamed)
        troubled = [(group.cells, group.sums, ground.limits.lower) for group in broken]
        system, found = drop_contradictions(ground.system, troubled)
        blamed += found


def _search(group: Group, wanted: Booleans) -> Ends:
    ends = Ends(group.program, wanted[group.cells])
    ends.find()
    return ends


def _assemble(ground: Ground, results: list[tuple[Group, Ends]], blamed: list[Contradiction]) -> Intervals:
    limits = ground.limits
    lower, upper = limits.lower.copy(), limits.upper.copy()
    inner_lower, inner_upper = lower.copy(), upper.copy()
    reasons: dict[int, set[int]] = {}
    for cell in np.flatnonzero(lower == upper).tolist():
        reasons[cell] = limits.behind(ground.system, cell).sums
    for group, ends in results:
        where = group.cells
        lower[where], upper[where] = ends.lower, ends.upper
        inner_lower[where], inner_upper[where] = ends.inner()
        for local in np.flatnonzero(ends.lower == ends.upper).tolist():
            reasons[int(where[local])] = sums_behind(ground, group, ends, local)
    cells = ground.system.cells
    because = {int(cells[c]): tuple(sorted(ground.system.sums[list(rows)].tolist())) for c, rows in reasons.items()}
    return Intervals(cells, lower, upper, inner_lower, inner_upper, because, tuple(blamed))
