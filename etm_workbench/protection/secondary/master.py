"""The cheapest pattern that meets all conditions known so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from etm_workbench.protection.secondary.arrays import Flags, Floats
from etm_workbench.protection.secondary.clock import Clock
from etm_workbench.protection.secondary.cuts import Cut
from etm_workbench.protection.secondary.reduction import Part
from etm_workbench.protection.secondary.solver import INFINITY, every, quiet_solver

EXACT = 1e-6
"""Costs closer than this are equal."""

ANY_NODES = int(highspy.kHighsIInf)
"""No limit on branches."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the master found.

    Parameters
    ----------
    hidden : ndarray of float, shape (cells,)
        The pattern, primary cells included; shares between 0 and 1 from `relaxed`.
    bound : float
        No pattern that meets the conditions costs less.
    """

    hidden: Floats
    bound: float

    @property
    def is_whole(self) -> bool:
        """Whether no cell is hidden in part."""
        return bool((np.minimum(self.hidden, 1.0 - self.hidden) < EXACT).all())


class Master:
    """A growing set of conditions on one part, and the cheapest pattern under them.

    Parameters
    ----------
    part : Part
        The part.
    """

    def __init__(self, part: Part) -> None:
        self._part = part
        self._free = np.flatnonzero(~part.primary)
        self._column = np.full(part.size, -1, dtype=np.int32)
        self._column[self._free] = np.arange(self._free.size)
        self._known: dict[tuple[bytes, bytes, float], Cut] = {}
        self._solver = quiet_solver()
        self._solver.addVars(self._free.size, np.zeros(self._free.size), np.ones(self._free.size))
        self._columns = every(self._solver)
        self._solver.changeColsCost(self._free.size, self._columns, part.cost[self._free])
        self._solver.setOptionValue("mip_abs_gap", EXACT)
        self._clock = Clock(0.0)
        self._solver.cbMipInterrupt.subscribe(self._stop_in_time)

    def add(self, cuts: Iterable[Cut]) -> int:
        """Add conditions; returns how many were new."""
        fresh = {key: cut for cut in cuts if (key := cut.key) not in self._known}
        self._known |= fresh
        if fresh:
            rows = list(fresh.values())
            starts = np.cumsum([0, *(cut.cells.size for cut in rows)], dtype=np.int32)
            self._solver.addRows(
                len(rows),
                np.array([cut.floor for cut in rows]),
                np.full(len(rows), INFINITY),
                int(starts[-1]),
                starts[:-1],
                self._column[np.concatenate([cut.cells for cut in rows])],
                np.concatenate([cut.weights for cut in rows]),
            )
        return len(fresh)

    def relaxed(self) -> Proposal:
        """The cheapest pattern with fractions."""
        self._set(highspy.HighsVarType.kContinuous, None)
        self._solver.run()
        return self._proposal(float(self._solver.getInfo().objective_function_value))

    def cheapest(
        self,
        *,
        within: float,
        seconds: float,
        nodes: int = ANY_NODES,
        start: Flags | None = None,
        keep: Flags | None = None,
    ) -> Proposal | None:
        """The cheapest whole pattern, or one not far from it.

        Parameters
        ----------
        within : float
            How far above its bound the pattern's cost may be, as a share.
        seconds : float
            Processor time to spend; the best known pattern is returned then.
        nodes : int
            Branches to spend, for the same end.
        start : ndarray of bool, optional
            A pattern that meets all conditions.
        keep : ndarray of bool, optional
            Cells to be hidden besides the primary ones; the bound then holds for such patterns only.

        Returns
        -------
        Proposal or None
            None when the time was up before any pattern was found.
        """
        self._set(highspy.HighsVarType.kInteger, keep)
        self._solver.setOptionValue("mip_rel_gap", within)
        self._solver.setOptionValue("mip_max_nodes", nodes)
        self._clock = Clock(max(seconds, 0.01))
        if start is not None:
            self._start_from(start)
        self._solver.run()
        info = self._solver.getInfo()
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        return self._proposal(float(info.mip_dual_bound))

    def idle(self, hidden: Flags) -> Flags:
        """Hidden cells that no known condition needs, one at a time."""
        idle = hidden & ~self._part.primary
        for cut in self._known.values():
            spare = -cut.lacks(hidden.astype(float))
            idle[cut.cells[cut.weights > spare + EXACT]] = False
        return idle

    def patched(self, hidden: Flags) -> Flags:
        """The pattern with cells added, cheapest for their weight, until all known conditions are met."""
        hidden = hidden.copy()
        for cut in self._known.values():
            missing = cut.lacks(hidden.astype(float))
            useful = np.flatnonzero((cut.weights > 0) & ~hidden[cut.cells])
            for position in useful[np.argsort(self._part.cost[cut.cells[useful]] / cut.weights[useful], kind="stable")]:
                if missing <= EXACT:
                    break
                hidden[cut.cells[position]] = True
                missing -= cut.weights[position]
        return hidden

    def _stop_in_time(self, event: Any) -> None:
        if self._clock.left < 0:
            event.interrupt()

    def _start_from(self, hidden: Flags) -> None:
        solution = highspy.HighsSolution()
        solution.col_value = hidden[self._free].astype(float)
        self._solver.setSolution(solution)

    def _set(self, kind: highspy.HighsVarType, keep: Flags | None) -> None:
        low = np.zeros(self._free.size) if keep is None else keep[self._free].astype(float)
        self._solver.changeColsBounds(self._free.size, self._columns, low, np.ones(self._free.size))
        self._solver.changeColsIntegrality(self._free.size, self._columns, np.full(self._free.size, kind))

    def _proposal(self, bound: float) -> Proposal:
        hidden = np.ones(self._part.size)
        hidden[self._free] = np.clip(self._solver.getSolution().col_value, 0.0, 1.0)
        return Proposal(hidden, bound)
