"""Published sums that contradict one another: found, named and left out, so that the attack can go on.

Real files do contradict themselves (a total typed wrong, two files of different dates). Which sum to blame is
the least change that makes all of them hold: a linear program with a slack on each sum, least total slack.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy import optimize, sparse

from etm_workbench.protection.audit.limits import Limits, propagate
from etm_workbench.protection.audit.program import Program
from etm_workbench.protection.audit.published import Booleans, Contradiction, Floats, Integers
from etm_workbench.protection.audit.system import System, pieces


@dataclass(slots=True, eq=False)
class Group:
    """A connected group of undetermined cells whose sums form a ring, with its program.

    Parameters
    ----------
    cells, sums : ndarray of int
        Positions in the system.
    program : Program
    """

    cells: Integers
    sums: Integers
    program: Program


@dataclass(slots=True, eq=False)
class Ground:
    """A system that has solutions, ready to be searched.

    Parameters
    ----------
    system : System
        Without the sums that were left out.
    limits : Limits
        Exact for every cell outside `groups`.
    groups : list of Group
    contradictions : list of Contradiction
    """

    system: System
    limits: Limits
    groups: list[Group]
    contradictions: list[Contradiction]


def consistent(system: System, deadline: float, *, trees: bool = False, solvable: bool = False) -> Ground:
    """The system without its contradictions, limits passed along its sums, and a program for each ring of sums.

    With `trees`, groups without a ring get a program too, for questions that change what is known. A system that is
    `solvable`, because a solution is at hand, is not asked for another one.
    """
    left_out: list[Contradiction] = []
    while True:
        limits = propagate(system)
        if limits.conflicts.size:
            troubled = _touching(system, limits.conflicts)
            groups = []
        else:
            groups = _groups(system, limits, deadline, trees=trees)
            asked = () if solvable else groups
            troubled = [(g.cells, g.sums) for g in asked if g.program.solve(np.zeros(g.cells.size)) == "infeasible"]
        if not troubled:
            return Ground(system, limits, groups, left_out)
        determined = None if limits.conflicts.size else limits.lower
        system, blamed = drop_contradictions(system, [(c, s, determined) for c, s in troubled])
        left_out += blamed


def drop_contradictions(
    system: System, troubled: Iterable[tuple[Integers, Integers, Floats | None]]
) -> tuple[System, list[Contradiction]]:
    """Leave out, in each troubled group, the sums whose change by the least total amount would mend it."""
    dropped: list[int] = []
    found: list[Contradiction] = []
    for cells, sums, determined in troubled:
        part = system.part(cells, sums, determined)
        off_by = _least_change(part)
        wrong = np.flatnonzero(np.abs(off_by) > part.tolerance)
        if not wrong.size:
            wrong = np.arange(sums.size)
        dropped += sums[wrong].tolist()
        found += [Contradiction(int(system.sums[sums[row]]), float(off_by[row])) for row in wrong]
    return system.without(np.array(dropped, dtype=np.int64)), found


def _groups(system: System, limits: Limits, deadline: float, *, trees: bool) -> list[Group]:
    found = []
    for piece in pieces(system, limits.lower < limits.upper):
        if limits.settled and piece.is_tree and not trees:
            continue
        cells, sums = piece.cells, piece.sums
        own = Limits(limits.lower[cells], limits.upper[cells])
        found.append(Group(cells, sums, Program(system.part(cells, sums, limits.lower), own, deadline)))
    return found


def _touching(system: System, cells: Integers) -> list[tuple[Integers, Integers]]:
    everywhere: Booleans = np.ones(system.cells.size, dtype=np.bool_)
    return [(p.cells, p.sums) for p in pieces(system, everywhere) if np.isin(p.cells, cells).any()]


def _least_change(part: System) -> Floats:
    """How far each sum is off in a nearest consistent set of sums; whole numbers only if fractions agree."""
    rows, columns = part.matrix.shape
    unit = sparse.eye_array(rows)
    matrix = sparse.csc_array(sparse.hstack([part.matrix, -unit, unit]))
    sums = optimize.LinearConstraint(matrix, part.right, part.right)
    bounds = optimize.Bounds(
        np.concatenate([part.lower, np.zeros(2 * rows)]), np.concatenate([part.upper, np.full(2 * rows, np.inf)])
    )
    cost = np.concatenate([np.zeros(columns), np.ones(2 * rows)])
    off_by = np.zeros(rows)
    for whole in (0, 1) if part.integer else (0,):
        integrality = np.concatenate([np.full(columns, whole), np.zeros(2 * rows)])
        answer = optimize.milp(
            cost, integrality=integrality, bounds=bounds, constraints=sums, options={"time_limit": 10.0}
        )
        if answer.x is None:
            continue
        off_by = answer.x[columns : columns + rows] - answer.x[columns + rows :]
        if (np.abs(off_by) > part.tolerance).any():
            break
    return np.asarray(off_by)
