"""The feasibility intervals of one connected group of cells.

Three steps, each on what the one before left open. Spread: objectives that pull many open ends at once.
Single: one linear program an end. Whole: whole-number programs until each end occurs in a solution.
"""

from __future__ import annotations

import numpy as np

from etm_workbench.protection.audit.program import SAFETY, Program
from etm_workbench.protection.audit.published import Booleans, Floats, Integers

SPREADS = 20
"""Pulling on many ends at once seldom settles more after so many tries (measured on three-way tables)."""
PATIENCE = 3
"""After so many whole-number questions in a row without an answer in time, only the quick search goes on."""
LONGEST_SEARCH = 1.0
"""Seconds that one whole-number question may take before the end stays an outer limit."""


class Ends:
    """The outer interval of each cell of a program, tightened until solutions are seen at both ends.

    Parameters
    ----------
    program : Program
        What is still open at its deadline keeps its outer limit.
    wanted : ndarray of bool, shape (cells,)
        The cells asked about.
    """

    def __init__(self, program: Program, wanted: Booleans) -> None:
        self.program = program
        self.wanted = wanted
        self.no_solution = False
        self._stops = 0
        self.lower, self.upper = program.lower.copy(), program.upper.copy()

    def find(self) -> None:
        """Run the three steps."""
        self._spread()
        self._single()
        if self.program.takes_whole_numbers:
            self._spread_whole()
            self._single_whole()
        if self.program.system.integer:
            self.no_solution |= bool((self.lower > self.upper).any())
        else:
            self.lower = np.where(self.lower > self.upper - self._margin, self.upper, self.lower)

    def inner(self) -> tuple[Floats, Floats]:
        """Ends over the complete solutions seen, those within noise of an outer end put on it; NaN where none was."""
        seen, margin = self.program.seen, self._margin
        low = np.where(np.isposinf(seen.inner_lower), np.nan, seen.inner_lower)
        high = np.where(np.isneginf(seen.inner_upper), np.nan, seen.inner_upper)
        low = np.where(low <= self.lower + margin, self.lower, low)
        return low, np.where(high >= self.upper - margin, self.upper, high)

    def extreme(self, cell: int, *, is_upper: bool) -> float:
        """The linear program's end for one cell, or the limit known before if it finds none in time."""
        outcome = self.program.solve(self._towards(cell, is_upper=is_upper))
        if outcome == "unbounded":
            self.program.seen.add_endless(cell, is_upper=is_upper)
        if outcome != "optimal":
            return float(self.upper[cell] if is_upper else self.lower[cell])
        return float(self.program.last[cell])

    def rounded(self, end: float, *, is_upper: bool) -> float:
        """An end as a safe outer limit: for whole numbers rounded inwards, after a margin."""
        if not self.program.system.integer:
            return end
        return float(np.floor(end + self._margin) if is_upper else np.ceil(end - self._margin))

    @property
    def _margin(self) -> float:
        return SAFETY * self.program.unit if self.program.system.integer else self.program.system.tolerance

    @property
    def _late(self) -> bool:
        return self.program.seconds_left <= 0

    def _open(self, *, whole: bool) -> tuple[Booleans, Booleans]:
        """Ends at which no solution was seen yet."""
        seen = self.program.seen
        if whole:
            low, high = seen.inner_lower > self.lower, seen.inner_upper < self.upper
        else:
            margin = self._margin
            low, high = seen.lower > self.lower + margin, seen.upper < self.upper - margin
        return low & self.wanted, high & self.wanted

    def _pull(self, low: Booleans, high: Booleans, turn: int) -> Floats:
        """A cost that pulls open ends; a cell with both open goes up and down in turn."""
        both_down = turn % 2 == 0
        down = low & (~high | both_down)
        up = high & (~low | (not both_down)) & np.isfinite(self.upper)
        down &= np.isfinite(self.lower)
        # Uneven weights, the same in each run, so that the next turn reaches another corner.
        weight = 1.0 + (np.arange(low.size) * 7919 + turn * 104729) % 13 / 13
        return np.where(down, weight, 0.0) - np.where(up, weight, 0.0)

    def _spread(self) -> None:
        for turn in range(SPREADS):
            cost = self._pull(*self._open(whole=False), turn)
            if self._late or not cost.any() or self.program.solve(cost) != "optimal":
                return

    def _single(self) -> None:
        for cell in range(self.lower.size):
            for is_upper in (False, True):
                if self._late:
                    return
                if self._open(whole=False)[is_upper][cell]:
                    self._set(cell, self.extreme(cell, is_upper=is_upper), is_upper=is_upper)

    def whole(self, cell: int, interval: tuple[float, float]) -> tuple[float, float]:
        """The whole-number interval of one cell, at most as wide as the one given; the outer one stays as it was."""
        before = self.lower[cell], self.upper[cell]
        self.lower[cell], self.upper[cell] = interval
        for is_upper in (False, True):
            self._bound_whole(cell, is_upper=is_upper)
        found = float(self.lower[cell]), float(self.upper[cell])
        self.lower[cell], self.upper[cell] = before
        return found

    def _set(self, cell: int, end: float, *, is_upper: bool) -> None:
        end = self.rounded(end, is_upper=is_upper)
        if is_upper:
            self.upper[cell] = min(self.upper[cell], end)
        else:
            self.lower[cell] = max(self.lower[cell], end)

    def _spread_whole(self) -> None:
        """Whole-number solutions that pull on many open ends: around a fractional one first, then anywhere."""
        for near in (True, False):
            gained, turn = True, 0
            while gained:
                low, high = self._open(whole=True)
                cost = np.rint(self._pull(low, high, turn))
                if self._late or not cost.any():
                    return
                if near:
                    self.program.solve(cost)
                    self.program.solve_near(cost, LONGEST_SEARCH)
                else:
                    self.program.solve_whole(cost, LONGEST_SEARCH, gap=0.05)
                gained = self._count_open() < int(low.sum() + high.sum())
                turn += 1

    def _count_open(self) -> int:
        return sum(int(ends.sum()) for ends in self._open(whole=True))

    def _single_whole(self) -> None:
        for cell in self._narrowest_first():
            for is_upper in (False, True):
                if self._late:
                    return
                if self._open(whole=True)[is_upper][cell]:
                    self._prove_whole(int(cell), is_upper=is_upper)

    def _prove_whole(self, cell: int, *, is_upper: bool) -> None:
        """See a whole-number solution at an end, or move the end to where one is."""
        self.look_near(cell, is_upper=is_upper)
        if self._stops < PATIENCE and self._open(whole=True)[is_upper][cell]:
            self._bound_whole(cell, is_upper=is_upper)

    def look_near(self, cell: int, *, is_upper: bool) -> None:
        """A whole-number solution close to the linear program's end, if there is one."""
        cost = self._towards(cell, is_upper=is_upper)
        if self.program.solve(cost) == "optimal":
            self.program.solve_near(cost, LONGEST_SEARCH)

    def _bound_whole(self, cell: int, *, is_upper: bool) -> None:
        outcome, bound = self.program.solve_whole(self._towards(cell, is_upper=is_upper), LONGEST_SEARCH)
        self._stops = self._stops + 1 if outcome == "stopped" else 0
        self.no_solution |= outcome == "infeasible"
        if outcome in ("optimal", "stopped") and np.isfinite(bound):
            self._set(cell, -bound if is_upper else bound, is_upper=is_upper)

    def _towards(self, cell: int, *, is_upper: bool) -> Floats:
        cost = np.zeros(self.lower.size)
        cost[cell] = -1.0 if is_upper else 1.0
        return cost

    def _narrowest_first(self) -> Integers:
        return np.argsort(self.upper - self.lower, kind="stable")
