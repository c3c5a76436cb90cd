"""Whether whole people, and not only fractions of them, leave the doubt.

The attacker's linear problem allows for half a person; an intruder who knows better may narrow a cell further.
Where sums cross in three or more directions the two can differ, so a pattern is only accepted
when whole deviations were found that leave every doubt.
Joint pushes in whole numbers solve in some forty milliseconds at a thousand hidden cells,
as long as they need not be the best and no cell goes further than a few people.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from etm_workbench.protection.secondary.arrays import Flags, Floats
from etm_workbench.protection.secondary.cuts import Cut
from etm_workbench.protection.secondary.doubt import Doubt, caps
from etm_workbench.protection.secondary.needs import Needs
from etm_workbench.protection.secondary.reduction import Part
from etm_workbench.protection.secondary.solver import every, load_sums, quiet_solver

_JOINT_REACH = 4.0
"""How many times the widest need any cell goes in a joint push."""

_POOR = 2
"""Joint pushes in a row that clear nothing before cells are asked one by one."""

_CHUNKS = 12
"""Groups of cells tried when a condition is strengthened."""


@dataclass(frozen=True, slots=True)
class Effort:
    """What is spent on one push.

    Parameters
    ----------
    nodes : int
        Branches.
    gap : float
        How far from the best it may end, as a share.
    """

    nodes: int
    gap: float


_JOINT = Effort(20, 0.1)
"""Any whole deviation found is good."""

_SINGLE = Effort(2000, 0.0)
"""What is undecided then counts as narrow."""


@dataclass(frozen=True, slots=True)
class Narrow:
    """A cell that whole people leave with less doubt than it needs.

    Parameters
    ----------
    cell : int
        The cell.
    proved : bool
        False when the solver gave up first.
    """

    cell: int
    proved: bool


class WholeAttacker:
    """The attacker's problem in whole people, for one pattern.

    Parameters
    ----------
    part : Part
        The part.
    hidden : ndarray of bool, shape (cells,)
        The pattern.
    """

    def __init__(self, part: Part, hidden: Flags) -> None:
        self.size = part.size
        self._hidden = np.flatnonzero(hidden)
        self._column = np.full(part.size, -1)
        self._column[self._hidden] = np.arange(self._hidden.size)
        self._sums = sparse.csr_array(part.sums[:, self._hidden])
        self._low, self._high = -np.floor(part.down[self._hidden]), np.floor(part.up[self._hidden])
        self._solver = quiet_solver()
        load_sums(self._solver, self._sums)
        self._columns = every(self._solver)
        kind = np.full(self._columns.size, highspy.HighsVarType.kInteger)
        self._solver.changeColsIntegrality(self._columns.size, self._columns, kind)

    def push(self, wish: Floats, cap: Floats, *, effort: Effort, reach: float = np.inf) -> tuple[Floats | None, bool]:
        """A whole deviation that goes far the way of `wish`, and whether none goes farther.

        Parameters
        ----------
        wish : ndarray of float, shape (cells,)
            Signs of the directions, zero where a cell does not matter.
        cap : ndarray of float, shape (cells,)
            How far is far enough; zero for no cap.
        effort : Effort
            What to spend.
        reach : float
            How far cells without a cap may go.
        """
        far = np.where(cap > 0, cap, reach)[self._hidden]
        low, high = np.maximum(self._low, -far), np.minimum(self._high, far)
        self._solver.clearSolver()
        self._solver.changeColsBounds(self._columns.size, self._columns, low, high)
        self._solver.changeColsCost(self._columns.size, self._columns, -wish[self._hidden])
        self._solver.setOptionValue("mip_max_nodes", effort.nodes)
        self._solver.setOptionValue("mip_rel_gap", effort.gap)
        self._solver.run()
        best = self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        if self._solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None, best
        return self._checked(np.round(np.array(self._solver.getSolution().col_value)), low, high), best

    def _checked(self, found: Floats, low: Floats, high: Floats) -> Floats | None:
        """The deviation over all cells, None unless it is possible to the last person."""
        if np.any(self._sums @ found) or (found < low).any() or (found > high).any():
            return None
        deviation = np.zeros(self.size)
        deviation[self._hidden] = found
        return deviation


def narrow_cells(whole: WholeAttacker, doubt: Doubt, rng: np.random.Generator) -> tuple[list[Narrow], list[Floats]]:
    """The cells whose doubt whole people do not leave, and the whole deviations found on the way.

    Parameters
    ----------
    whole : WholeAttacker
        The attacker's problem for the pattern.
    doubt : Doubt
        What whole deviations known before leave.
    rng : numpy.random.Generator
        Draws the directions.
    """
    needs, size = doubt.needs, whole.size
    found: list[Floats] = []
    poor, reach = 0, _JOINT_REACH * float(np.max(needs.cap, initial=1.0))
    while poor < _POOR and (unmet := np.flatnonzero(doubt.unmet())).size:
        wish = np.zeros(size)
        wish[needs.cells[unmet]] = rng.choice([-1.0, 1.0], unmet.size)
        deviation, _ = whole.push(wish, caps(needs, size), effort=_JOINT, reach=reach)
        if deviation is not None:
            found.append(deviation)
            doubt.take(deviation)
        poor = poor + 1 if np.count_nonzero(doubt.unmet()) == unmet.size else 0
    narrow = [_ask(whole, doubt, int(position), found) for position in np.flatnonzero(doubt.unmet())]
    return [one for one in narrow if one is not None], found


def _ask(whole: WholeAttacker, doubt: Doubt, position: int, found: list[Floats]) -> Narrow | None:
    """Push one cell both ways; None when its doubt turns out to be left."""
    cell, settled = int(doubt.needs.cells[position]), True
    for direction, cap in ((1.0, doubt.needs.up_cap[position]), (-1.0, doubt.needs.down_cap[position])):
        if not doubt.unmet()[position]:
            return None
        wish, far = np.zeros(whole.size), np.zeros(whole.size)
        wish[cell], far[cell] = direction, cap
        deviation, best = whole.push(wish, far, effort=_SINGLE)
        settled = settled and best
        if deviation is not None:
            found.append(deviation)
            doubt.take(deviation)
    return Narrow(cell, settled) if doubt.unmet()[position] else None


def condition(part: Part, hidden: Flags, needs: Needs, cell: int) -> Cut:
    """What every pattern that leaves whole people their doubt about `cell` meets, and `hidden` does not.

    No prices explain a lack of whole deviations, so the condition only says: hide one more of these cells.
    Cells that can be hidden as well without helping are left out of it, tried in groups.
    """
    position = int(np.flatnonzero(needs.cells == cell)[0])
    alone = needs.only(np.arange(needs.cells.size) == position)
    useless = hidden | ~_touching(part, hidden, cell)
    for chunk in np.array_split(np.flatnonzero(~useless), _CHUNKS):
        more = useless.copy()
        more[chunk] = True
        if chunk.size and _ask(WholeAttacker(part, more), Doubt(alone), 0, []) == Narrow(cell, proved=True):
            useless = more
    cells = np.flatnonzero(~useless)
    return Cut(cells, np.ones(cells.size), 1.0)


def _touching(part: Part, hidden: Flags, cell: int) -> Flags:
    """Cells in a sum with any hidden cell that hidden sums link to `cell`; hiding others cannot help it."""
    moving = sparse.csr_array(abs(part.sums) @ sparse.diags_array(hidden.astype(float)))
    _, label = csgraph.connected_components(moving.T @ moving, directed=False)
    sums = np.flatnonzero(moving @ (label == label[cell]).astype(float))
    return np.asarray(abs(part.sums[sums]).sum(axis=0) > 0)
