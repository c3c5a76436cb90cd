"""One linear program kept warm: the solutions that fit what is published, asked for its extremes again and again.

Only the objective changes between two questions, so that each answer starts from the last one.
Every answer is a complete solution and says something about all cells; `Seen` keeps what they said.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import highspy
import numpy as np
from numpy.typing import NDArray

from etm_workbench.protection.audit.limits import Limits
from etm_workbench.protection.audit.published import Booleans, Floats, Integers
from etm_workbench.protection.audit.system import ROUNDING_NOISE, System

Outcome = Literal["optimal", "unbounded", "infeasible", "stopped"]

SAFETY = 1e-4
"""How far a linear program's optimum is trusted, in its own unit: limits are widened by so much before rounding."""
LARGEST = 1e6
"""Numbers beyond this are scaled down to it, or the solver's absolute tolerances would be below the noise."""
LARGE = 5000
"""With more cells than this the first optimum comes from an interior point: the simplex takes minutes to find one,
even from a corner at hand."""
WEIGHTLESS = 1e-7
"""Multipliers up to this are zero (the solver's own tolerance)."""
INSIDE = 1e-5
"""The same inside, where multipliers come near to zero only."""
NOISE = 1e-6
"""How far an optimum found inside may be from a bound that multipliers prove, and a width from what is asked."""
STEPS = 5000
"""Where the simplex needs more steps to a corner, or from one to the next, a solution inside is found sooner."""
NO_LIMIT = int(highspy.kHighsIInf)
INTERIOR_POINT: dict[str, str | int] = {"solver": "ipx", "presolve": "on", "presolve_rule_off": 1 << 10}
"""Without the search for sums that follow from others, which takes half the time of a large program."""
EXACT = 1e-7
"""How far a sum or a limit may be missed by a solution (the solver's own tolerance)."""

_OUTCOMES: dict[highspy.HighsModelStatus, Outcome] = {
    highspy.HighsModelStatus.kOptimal: "optimal",
    highspy.HighsModelStatus.kUnbounded: "unbounded",
    highspy.HighsModelStatus.kUnboundedOrInfeasible: "unbounded",
    highspy.HighsModelStatus.kInfeasible: "infeasible",
}


@dataclass(slots=True, eq=False)
class Seen:
    """Smallest and largest value of each cell over the solutions met, and whole solutions in the cells watched.

    Parameters
    ----------
    lower, upper : ndarray of float, shape (cells,)
        Over all solutions, fractions included.
    inner_lower, inner_upper : ndarray of float, shape (cells,)
        Over the solutions that fit the problem wholly: whole numbers where it asks for them.
    """

    lower: Floats
    upper: Floats
    inner_lower: Floats
    inner_upper: Floats
    _place: Integers
    _kept: NDArray[Any]
    _count: int = 0

    @classmethod
    def nothing(cls, cells: int, *, small_whole: bool) -> Seen:
        """Before the first solution: empty intervals. Small whole numbers are kept in half the memory."""
        high, low = np.full(cells, np.inf), np.full(cells, -np.inf)
        kept = np.empty((64, 0), dtype=np.int32 if small_whole else np.float64)
        return cls(high, low, high.copy(), low.copy(), np.full(cells, -1), kept)

    def watch(self, cells: Booleans) -> None:
        """Keep the solutions met from now on, in these cells."""
        self._place[cells] = np.arange(int(cells.sum()))
        self._kept, self._count = np.empty((64, int(cells.sum())), dtype=self._kept.dtype), 0

    @property
    def watched(self) -> Integers:
        """The cells in which solutions are kept."""
        return np.flatnonzero(self._place >= 0)

    @property
    def kept(self) -> NDArray[Any]:
        """The complete solutions met, one a row, in the watched cells."""
        return self._kept[: self._count]

    def take(self, points: NDArray[Any]) -> None:
        """Keep complete solutions that are known from elsewhere, in the watched cells."""
        self._kept = np.concatenate([self.kept, points.astype(self._kept.dtype), self._kept[self._count :]])
        self._count += len(points)

    def add(self, solution: Floats, *, complete: bool) -> None:
        """Take a solution in; a complete one fits the problem wholly."""
        np.minimum(self.lower, solution, out=self.lower)
        np.maximum(self.upper, solution, out=self.upper)
        if complete:
            np.minimum(self.inner_lower, solution, out=self.inner_lower)
            np.maximum(self.inner_upper, solution, out=self.inner_upper)
            self._keep(solution)

    def points(self, cells: Integers, *, holding: Integers, at: float, tolerance: float) -> NDArray[Any]:
        """The values of cells that are watched in the complete solutions that hold others at a value, one a row."""
        points = self.kept
        if holding.size:
            points = points[(np.abs(points[:, self._place[holding]] - at) <= tolerance).all(axis=1)]
        return points[:, self._place[cells]]

    def _keep(self, solution: Floats) -> None:
        if self._count == len(self._kept):
            self._kept = np.concatenate([self._kept, np.empty_like(self._kept)])
        self._kept[self._count] = solution[self._place >= 0]
        self._count += 1

    def add_endless(self, cell: int, *, is_upper: bool) -> None:
        """A cell was found to have no end on one side."""
        for ends in (self.upper, self.inner_upper) if is_upper else (self.lower, self.inner_lower):
            ends[cell] = np.inf if is_upper else -np.inf


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """What an optimum rests on.

    Parameters
    ----------
    sums : ndarray of int
        Positions of sums.
    cells : ndarray of int
        Positions of cells at one of their limits.
    at_upper : ndarray of bool, shape (cells,)
        Whether that is the upper one.
    """

    sums: Integers
    cells: Integers
    at_upper: Booleans


class Program:
    """The solutions of one connected group of cells.

    Parameters
    ----------
    system : System
        The group's equations; published and determined cells already taken out.
    limits : Limits
        What is known of each cell.
    deadline : float
        On the clock of `time.monotonic`; no question is worked on after it.
    """

    def __init__(self, system: System, limits: Limits, deadline: float) -> None:
        self.system = system
        self.lower, self.upper = limits.lower, limits.upper
        self.deadline = deadline
        self.last = np.full(system.cells.size, np.nan)
        self.outcome: Outcome = "stopped"
        self._base = np.where(np.isfinite(self.lower), self.lower, 0.0)
        right = system.right - system.matrix @ self._base
        reach = np.concatenate([right, self._base, self.upper - self._base, self.lower - self._base])
        self.unit = max(1.0, float(np.abs(reach[np.isfinite(reach)]).max(initial=0.0)) / LARGEST)
        self.seen = Seen.nothing(system.cells.size, small_whole=self.takes_whole_numbers)
        self._model = _model(system, right / self.unit, self._scaled(self.lower), self._scaled(self.upper))
        self._solver = _solver({"presolve": "off", "simplex_strategy": 4})
        self._solver.passModel(self._model)
        self._start: Floats | None = None
        self._whole: highspy.Highs | None = None
        self._inside: highspy.Highs | None = None
        self._answered = self._solver
        self._has_corner = True  # worth its way, as far as is known
        self._held: tuple[Integers, float] = (np.array([], dtype=np.int64), 0.0)
        self._columns = np.arange(system.cells.size, dtype=np.int32)

    @property
    def takes_whole_numbers(self) -> bool:
        """Whether the whole-number program applies: people, and numbers small enough for its tolerances."""
        return self.system.integer and self.unit == 1.0

    @property
    def is_large(self) -> bool:
        """Whether each question far from the last one starts from an interior point."""
        return self._columns.size > LARGE

    @property
    def looks_inside(self) -> bool:
        """Whether solutions that need not be corners serve, and are found sooner."""
        return self.is_large and not self.system.integer

    @property
    def seconds_left(self) -> float:
        """Until the deadline, never negative."""
        return max(0.0, self.deadline - time.monotonic())

    def start_from(self, solution: Floats) -> None:
        """Take in a complete solution that is known; the first question starts from a corner beside it."""
        self.seen.add(solution, complete=True)
        self._start = (solution - self._base) / self.unit

    def solve(self, cost: Floats, *, afar: bool = False) -> Outcome:
        """Go to a solution of least cost; fractions allowed. What was seen on the way is in `seen`.

        `afar`: the question is unlike the last one, so that a large program does better to start anew.
        """
        if not self.looks_inside:
            return self._solve_at_corner(cost, afar=afar)
        if afar or not self._has_corner:
            return self._solve_inside(cost)
        self._has_corner = self._solve_at_corner(cost, afar=False, steps=STEPS) in ("optimal", "unbounded")
        return self.outcome if self._has_corner else self._solve_inside(cost)

    def _solve_inside(self, cost: Floats) -> Outcome:
        """Go to a solution of least cost that need not be a corner: that would take as long again, or far longer."""
        if self._inside is None:
            self._inside = _solver({**INTERIOR_POINT, "run_crossover": "off"})
            self._inside.passModel(self._model)
            self._fix(self._inside)
        self._inside.clearSolver()
        self._inside.changeColsCost(self._columns.size, self._columns, cost)
        self._run(self._inside)
        self.outcome, found = "stopped", self._inside.getSolution()
        if found.value_valid:
            solution = np.clip(self._base + self.unit * np.asarray(found.col_value), self.lower, self.upper)
            off = np.abs(self.system.matrix @ solution - self.system.right).max(initial=0.0)
            if off <= EXACT * self.unit:
                self._take(solution)
                if found.dual_valid and cost @ solution - self._bound(found, cost) <= NOISE * self.unit:
                    self.outcome, self.last, self._answered = "optimal", solution, self._inside
        return self.outcome

    def _bound(self, found: highspy.HighsSolution, cost: Floats) -> float:
        """A cost that no solution is below, whatever multipliers are used: the weighted sums, and limits for the rest.

        Source: Neumaier and Shcherbina, Safe bounds in linear and mixed-integer linear programming (2004).
        """
        weight = np.asarray(found.row_dual)
        rest = cost - weight @ self.system.matrix
        cells, at = self._held
        lower, upper = self.lower.copy(), self.upper.copy()
        lower[cells] = upper[cells] = at
        limit = np.where(rest > 0, lower, upper)
        return float(weight @ self.system.right + np.where(np.abs(rest) > ROUNDING_NOISE, rest * limit, 0.0).sum())

    def _solve_at_corner(self, cost: Floats, *, afar: bool, steps: int = NO_LIMIT) -> Outcome:
        if afar and self.is_large:
            self._solver.clearSolver()
        self._solver.changeColsCost(self._columns.size, self._columns, cost)
        self._solver.setOptionValue("simplex_iteration_limit", steps)
        if not self._solver.getBasis().valid:
            self._begin()
        self._run(self._solver, {"solver": "simplex", "presolve": "off"})
        self.outcome, self._answered = _OUTCOMES.get(self._solver.getModelStatus(), "stopped"), self._solver
        if self.outcome == "optimal":
            self.last = self._base + self.unit * np.asarray(self._solver.getSolution().col_value)
            self._take(self.last)
        return self.outcome

    def _begin(self) -> None:
        """Find a corner to start from. From a known solution one is near; from nowhere the way is ten times as long."""
        if self.is_large:
            self._run(self._solver, INTERIOR_POINT)
        elif self._start is not None:
            known = highspy.HighsSolution()
            known.col_value, known.row_value = self._start, self.system.matrix @ self._start
            # The solver makes its threads' ground ready when it is first run, and stops the process without.
            self._run(self._solver, {"solver": "simplex", "simplex_iteration_limit": 0})
            self._solver.setOptionValue("simplex_iteration_limit", NO_LIMIT)
            self._solver.crossover(known)

    def _run(self, solver: highspy.Highs, options: Mapping[str, str | int] = MappingProxyType({})) -> None:
        """Ask in this way; the simplex starts from where any question before ended, and has the last word."""
        for name, value in options.items():
            solver.setOptionValue(name, value)
        # The solver's clock runs on over all questions.
        solver.setOptionValue("time_limit", solver.getRunTime() + self.seconds_left)
        solver.run()

    def solve_whole(self, cost: Floats, seconds: float, *, gap: float = 0.0) -> tuple[Outcome, float]:
        """Go to a whole-number solution of least cost; also a cost that none is below."""
        solver = self._whole_numbers()
        solver.setOptionValue("mip_rel_gap", gap)
        return self._run_whole(solver, cost, seconds), float(solver.getInfo().mip_dual_bound + cost @ self._base)

    def solve_near(self, cost: Floats, seconds: float) -> None:
        """Look for a whole-number solution of little cost around the last solution.

        Each cell moves by one from its value there at most: a small search that mostly succeeds where a large
        whole-number program finds nothing (measured on four-way tables).
        """
        solver = self._whole_numbers()
        lower, upper = np.maximum(self.lower, np.floor(self.last) - 1), np.minimum(self.upper, np.ceil(self.last) + 1)
        self._set_limits(solver, lower, upper)
        self._fix(solver)
        solver.setOptionValue("mip_rel_gap", 0.0)
        self._run_whole(solver, cost, seconds)
        self._set_limits(solver, self.lower, self.upper)
        self._fix(solver)

    def _whole_numbers(self) -> highspy.Highs:
        if self._whole is None:
            self._model.integrality_ = [highspy.HighsVarType.kInteger] * self._columns.size
            self._whole = _solver({"mip_abs_gap": 0.99})
            self._whole.passModel(self._model)
            self._fix(self._whole)
        return self._whole

    def _run_whole(self, solver: highspy.Highs, cost: Floats, seconds: float) -> Outcome:
        solver.setOptionValue("time_limit", min(seconds, self.seconds_left))
        solver.changeColsCost(self._columns.size, self._columns, cost)
        solver.run()
        if solver.getInfo().primal_solution_status == highspy.kSolutionStatusFeasible:
            self._take(self._base + np.rint(solver.getSolution().col_value))
        return _OUTCOMES.get(solver.getModelStatus(), "stopped")

    def _set_limits(self, solver: highspy.Highs, lower: Floats, upper: Floats) -> None:
        solver.changeColsBounds(self._columns.size, self._columns, self._scaled(lower), self._scaled(upper))

    def hold(self, cells: Integers, *, at: float) -> None:
        """Fix these cells at a value and let the ones held before go; none for no cells."""
        solvers = [solver for solver in (self._solver, self._whole, self._inside) if solver is not None]
        for solver in solvers:
            self._free(solver)
        self._has_corner = True
        if self.is_large:
            self._solver.clearSolver()  # from a corner that no longer fits the way back takes longer than a new one
        self._held = cells, at
        for solver in solvers:
            self._fix(solver)

    def binding(self) -> Binding:
        """What the last optimum rests on, beside the cells that are held."""
        answer = self._answered.getSolution()
        least = WEIGHTLESS if self._answered is self._solver else INSIDE
        pressed = np.asarray(answer.col_dual)
        pressed[self._held[0]] = 0.0
        cells = np.flatnonzero(np.abs(pressed) > least)
        sums = np.flatnonzero(np.abs(np.asarray(answer.row_dual)) > least)
        return Binding(sums, cells, pressed[cells] < 0)

    def _fix(self, solver: highspy.Highs) -> None:
        cells, at = self._held
        for cell in cells.tolist():
            fixed = (at - self._base[cell]) / self.unit
            solver.changeColBounds(cell, fixed, fixed)

    def _free(self, solver: highspy.Highs) -> None:
        for cell in self._held[0].tolist():
            base = self._base[cell]
            solver.changeColBounds(cell, (self.lower[cell] - base) / self.unit, (self.upper[cell] - base) / self.unit)

    def _take(self, solution: Floats) -> None:
        if self.system.integer:
            nearest = np.rint(solution)
            complete = bool(
                np.array_equal(self.system.matrix @ nearest, self.system.right)
                and (nearest >= self.lower).all()
                and (nearest <= self.upper).all()
            )
            self.seen.add(nearest if complete else solution, complete=complete)
        else:
            self.seen.add(np.clip(solution, self.lower, self.upper), complete=True)

    def _scaled(self, limit: Floats) -> Floats:
        return np.asarray((limit - self._base) / self.unit)


def _solver(options: dict[str, str | int | float]) -> highspy.Highs:
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in {"output_flag": False, "threads": 1, **options}.items():
        solver.setOptionValue(name, value)
    return solver


def _model(system: System, right: Floats, lower: Floats, upper: Floats) -> highspy.HighsLp:
    model = highspy.HighsLp()
    rows, columns = system.matrix.shape
    by_column = system.matrix.tocsc()
    model.num_row_, model.num_col_ = rows, columns
    model.col_cost_ = np.zeros(columns)
    model.col_lower_, model.col_upper_ = lower, upper
    model.row_lower_ = model.row_upper_ = right
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = by_column.indptr
    model.a_matrix_.index_ = by_column.indices
    model.a_matrix_.value_ = by_column.data
    return model
