"""The cheapest pattern that meets all conditions known so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import highspy
import numpy as np

from etm_workbench.protection.secondary.arrays import Flags, Floats
from etm_workbench.protection.secondary.cuts import Cut
from etm_workbench.protection.secondary.reduction import Part
from etm_workbench.protection.secondary.solver import INFINITY, every, quiet_solver

_STATUS = highspy.HighsModelStatus


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the master found.

    Parameters
    ----------
    hidden : ndarray of float, shape (cells,)
        The pattern, primary cells included; shares between 0 and 1 from `relaxed`.
    bound : float
        No pattern that meets the conditions costs less.
    proved : bool
        Whether `hidden` is the cheapest such pattern.
    """

    hidden: Floats
    bound: float
    proved: bool


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
        self._known: set[tuple[bytes, bytes, float]] = set()
        self._solver = quiet_solver()
        self._solver.addVars(self._free.size, np.zeros(self._free.size), np.ones(self._free.size))
        self._solver.changeColsCost(self._free.size, every(self._solver), part.cost[self._free])
        self._solver.setOptionValue("mip_rel_gap", 0.0)
        self._solver.setOptionValue("mip_abs_gap", 1e-6)

    def add(self, cuts: Iterable[Cut]) -> int:
        """Add conditions; returns how many were new."""
        fresh = 0
        for cut in cuts:
            if cut.key not in self._known:
                self._known.add(cut.key)
                columns = self._column[cut.cells]
                self._solver.addRow(cut.floor, INFINITY, columns.size, columns, cut.weights)
                fresh += 1
        return fresh

    def show(self, cells: Flags) -> None:
        """Never hide these cells."""
        columns = self._column[cells]
        columns = columns[columns >= 0]
        self._solver.changeColsBounds(columns.size, columns, np.zeros(columns.size), np.zeros(columns.size))

    def relaxed(self) -> Proposal:
        """The cheapest pattern with fractions."""
        self._integral(highspy.HighsVarType.kContinuous)
        self._solver.setOptionValue("time_limit", INFINITY)
        self._solver.run()
        return self._proposal(float(self._solver.getInfo().objective_function_value))

    def cheapest(self, seconds: float) -> Proposal | None:
        """The cheapest whole pattern, or the best known when the time is up; None when there is no pattern yet."""
        self._integral(highspy.HighsVarType.kInteger)
        self._solver.setOptionValue("time_limit", self._solver.getRunTime() + max(seconds, 0.01))
        self._solver.run()
        info = self._solver.getInfo()
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        return self._proposal(float(info.mip_dual_bound))

    def start_from(self, hidden: Flags) -> None:
        """Tell the solver of a pattern that meets all conditions."""
        solution = highspy.HighsSolution()
        solution.col_value = hidden[self._free].astype(float)
        self._solver.setSolution(solution)

    def _integral(self, kind: highspy.HighsVarType) -> None:
        columns = every(self._solver)
        self._solver.changeColsIntegrality(columns.size, columns, np.full(columns.size, kind))

    def _proposal(self, bound: float) -> Proposal:
        hidden = np.ones(self._part.size)
        hidden[self._free] = np.clip(self._solver.getSolution().col_value, 0.0, 1.0)
        return Proposal(hidden, bound, self._solver.getModelStatus() == _STATUS.kOptimal)
