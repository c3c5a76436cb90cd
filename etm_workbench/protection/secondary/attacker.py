"""The attacker's problem: how far a hidden cell can lie from its true value, given what is shown.

One linear problem over the deviations of all cells is kept warm.
Between questions only the objective and the bounds change, so the last basis stays usable.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from etm_workbench.errors import BadEnvironment
from etm_workbench.protection.secondary.arrays import Floats, Positions
from etm_workbench.protection.secondary.reduction import Part
from etm_workbench.protection.secondary.solver import every, load_sums, quiet_solver

TINY = 1e-6
"""Below this a solver's figure is zero; deviations of people are whole or simple fractions."""

_GRAIN = 5040.0
"""Multipliers of sums of people are simple fractions; rounding them to this grain removes solver noise."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How far a cell goes in one direction.

    Parameters
    ----------
    reach : float
        The distance, at most the cap that was asked for.
    deviation : ndarray of float, shape (cells,)
        Deviations of all cells that bring it there.
    price : ndarray of float, shape (cells,)
        Positive where a cell's upper limit holds the distance down, negative where its lower limit does.
    """

    reach: float
    deviation: Floats
    price: Floats


@dataclass(frozen=True, slots=True)
class Limits:
    """How far an attacker must allow each cell to lie below and above its true value.

    Parameters
    ----------
    down, up : ndarray of float, shape (cells,)
        Zero for a cell that is shown.
    """

    down: Floats
    up: Floats

    @classmethod
    def seen(cls, part: Part, hidden: Floats, *, reach: float = 0.0) -> Limits:
        """The limits when these shares of the cells are hidden.

        Parameters
        ----------
        part : Part
            The part, with the limits of each cell when hidden.
        hidden : ndarray of float, shape (cells,)
            1 hidden, 0 shown; between them while the pattern is still being looked for.
        reach : float
            Limits of cells that are hidden in part only are cut to this first.
        """
        whole = hidden >= 1
        down = np.where(whole, part.down, np.minimum(part.down, reach) * hidden)
        up = np.where(whole, part.up, np.minimum(part.up, reach) * hidden)
        return cls(down, up)


class Attacker:
    """A warm linear problem for one part.

    Parameters
    ----------
    part : Part
        What is linked to what.
    """

    def __init__(self, part: Part) -> None:
        self._size = part.size
        self._sums_by_cell = sparse.csc_array(part.sums)
        self._solver = quiet_solver()
        self._solver.setOptionValue("simplex_strategy", 4)
        self._solver.setOptionValue("presolve", "off")
        self._solver.setOptionValue("simplex_primal_edge_weight_strategy", 1)
        self._solver.setOptionValue("primal_simplex_bound_perturbation_multiplier", 0.0)
        load_sums(self._solver, part.sums)
        self._cells = every(self._solver)
        self._low = np.zeros(part.size)
        self._high = np.zeros(part.size)

    def see(self, limits: Limits) -> None:
        """Set what the attacker must allow for."""
        self._low, self._high = -limits.down, limits.up.copy()
        self._solver.changeColsBounds(self._size, self._cells, self._low, self._high)

    def know(self, cells: Positions) -> None:
        """The attacker knows these cells' values, until `forget`."""
        zeros = np.zeros(cells.size)
        self._solver.changeColsBounds(cells.size, cells.astype(np.int32), zeros, zeros)

    def forget(self, cells: Positions) -> None:
        """Undo `know`."""
        self._solver.changeColsBounds(cells.size, cells.astype(np.int32), self._low[cells], self._high[cells])

    def push(self, cell: int, direction: int, cap: float) -> Answer:
        """How far `cell` goes up (`direction` 1) or down (-1), looking no further than `cap`."""
        low, high = self._low[cell], self._high[cell]
        if (high if direction > 0 else low) == 0:
            return self._stuck(cell, direction)
        capped = (low, min(high, cap)) if direction > 0 else (max(low, -cap), high)
        self._solver.changeColBounds(cell, *capped)
        self._solver.changeColCost(cell, -float(direction))
        answer = self._solve()
        self._solver.changeColCost(cell, 0.0)
        self._solver.changeColBounds(cell, low, high)
        deviation = np.array(answer.col_value)
        price = self._price(cell, direction, np.array(answer.row_dual))
        return Answer(direction * float(deviation[cell]), deviation, price)

    def _stuck(self, cell: int, direction: int) -> Answer:
        """A cell that its own limit holds down."""
        price = np.zeros(self._size)
        price[cell] = direction
        return Answer(0.0, np.zeros(self._size), price)

    def push_many(self, wish: Floats, cap: Floats) -> Floats:
        """One deviation that moves many cells at once, each the way of its `wish` and no further than its `cap`.

        Parameters
        ----------
        wish, cap : ndarray of float, shape (cells,)
            Zero wish where a cell does not matter.

        Returns
        -------
        ndarray of float, shape (cells,)
            A deviation that the attacker must allow for.
        """
        asked = np.flatnonzero(wish).astype(np.int32)
        low, high = self._low[asked], self._high[asked]
        self._solver.changeColsBounds(asked.size, asked, np.maximum(low, -cap[asked]), np.minimum(high, cap[asked]))
        self._solver.changeColsCost(asked.size, asked, -wish[asked])
        deviation = np.array(self._solve().col_value)
        self._solver.changeColsCost(asked.size, asked, np.zeros(asked.size))
        self._solver.changeColsBounds(asked.size, asked, low, high)
        return deviation

    def _solve(self) -> highspy.HighsSolution:
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            # The primal simplex now and then ends with status "unknown", cold starts too; the dual one does not.
            self._solver.clearSolver()
            self._solver.setOptionValue("simplex_strategy", 1)
            self._solver.run()
            self._solver.setOptionValue("simplex_strategy", 4)
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise BadEnvironment(
                "The solver gave up on an attacker's problem.",
                expected="An optimum: no deviation at all is always possible.",
                remedy="Report the versions of highspy and numpy.",
            )
        return self._solver.getSolution()

    def _price(self, cell: int, direction: int, row_dual: Floats) -> Floats:
        """Reduced costs from rounded multipliers: any multipliers give a valid cut, rounded ones an exact one."""
        multiplier = np.round(-row_dual * _GRAIN) / _GRAIN
        price = -(self._sums_by_cell.T @ multiplier)
        price[cell] += direction
        price[np.abs(price) < 0.5 / _GRAIN] = 0.0
        return np.asarray(price)
