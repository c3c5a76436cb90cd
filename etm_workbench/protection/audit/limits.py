"""Limits passed along sums: what one sum after another says about each hidden cell.

Interval arithmetic to a fixed point. It is exact where the sums form no ring; elsewhere it gives outer limits
that the linear programs start from. Each step notes the sum that made it, so that a determined cell can be explained.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from etm_workbench.protection.audit.published import Booleans, Floats, Integers
from etm_workbench.protection.audit.system import ROUNDING_NOISE, System

ROUNDS = 200
"""Rings of sums may tighten limits for ever by ever less; the linear programs then take over."""


@dataclass(frozen=True, slots=True)
class Reasons:
    """What a limit follows from.

    Parameters
    ----------
    sums : set of int
        Published sums.
    floors : set of int
        Cells whose own lower limit, known from the start, was used.
    """

    sums: set[int] = field(default_factory=set)
    floors: set[int] = field(default_factory=set)

    def add(self, other: Reasons) -> None:
        """Take other reasons in."""
        self.sums.update(other.sums)
        self.floors.update(other.floors)


@dataclass(slots=True, eq=False)
class Limits:
    """Lower and upper limit of each hidden cell, with the sums behind them.

    Parameters
    ----------
    lower, upper : ndarray of float, shape (cells,)
    settled : bool
        Whether a further round would change nothing.
    conflicts : ndarray of int
        Cells left without any possible value.
    """

    lower: Floats
    upper: Floats
    settled: bool = False
    conflicts: Integers = field(default_factory=lambda: np.array([], dtype=np.int64))
    _steps: dict[tuple[int, bool], list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))

    def note(self, turn: int, cells: Integers, sums: Integers, *, is_upper: bool) -> None:
        """Remember which sum tightened which cells in this round."""
        for cell, row in zip(cells.tolist(), sums.tolist(), strict=True):
            self._steps[cell, is_upper].append((turn, row))

    def set_aside(self, cells: Integers) -> None:
        """Note a conflict at these cells and let nothing follow from them."""
        self.conflicts = np.union1d(self.conflicts, cells)
        self.lower[self.conflicts], self.upper[self.conflicts] = -np.inf, np.inf

    def behind(self, system: System, cell: int, sides: tuple[bool, ...] = (False, True)) -> Reasons:
        """What this cell's limits follow from, lower (False), upper (True) or both; by position in the system."""
        waiting = [(cell, side, ROUNDS + 1) for side in sides]
        visited: set[tuple[int, bool, int]] = set()
        found = Reasons()
        while waiting:
            at, is_upper, before = waiting.pop()
            steps = [step for step in self._steps.get((at, is_upper), ()) if step[0] < before]
            if not steps:
                if not is_upper:
                    found.floors.add(at)
                continue
            if (at, is_upper, steps[-1][0]) in visited:
                continue
            turn, row = steps[-1]
            visited.add((at, is_upper, turn))
            found.sums.add(row)
            waiting += [(other, side, turn) for other, side in _premises(system, row, at, is_upper=is_upper)]
        return found


def propagate(system: System) -> Limits:
    """The tightest limits that passing them from sum to sum gives, or the cells where that ends in conflict."""
    limits = Limits(system.lower.copy(), system.upper.copy())
    matrix = system.matrix.tocoo()
    row, column = (np.asarray(place, dtype=np.int64) for place in matrix.coords)
    is_part = matrix.data > 0
    for turn in range(ROUNDS):
        low, high = _from_each_sum(system, limits, (row, column, is_part))
        if system.integer:
            low, high = np.ceil(low - system.tolerance), np.floor(high + system.tolerance)
        low[np.isin(column, limits.conflicts)], high[np.isin(column, limits.conflicts)] = -np.inf, np.inf
        raised = _tighten(limits, turn, (row, column), -low, is_upper=False)
        lowered = _tighten(limits, turn, (row, column), high, is_upper=True)
        crossed = np.flatnonzero(limits.lower > limits.upper + system.tolerance)
        if crossed.size:
            limits.set_aside(crossed)
        limits.upper = np.maximum(limits.upper, limits.lower)
        if not (raised or lowered):
            limits.settled = True
            break
    return limits


def _from_each_sum(
    system: System, limits: Limits, entries: tuple[Integers, Integers, Booleans]
) -> tuple[Floats, Floats]:
    """What each sum, by itself, leaves to each of its cells."""
    row, column, is_part = entries
    least = np.where(is_part, limits.lower[column], -limits.upper[column])
    most = np.where(is_part, limits.upper[column], -limits.lower[column])
    right = system.right[row]
    from_most = right - _sum_of_others(row, most, system.right.size)
    from_least = right - _sum_of_others(row, least, system.right.size)
    return np.where(is_part, from_most, -from_least), np.where(is_part, from_least, -from_most)


def _sum_of_others(row: Integers, values: Floats, rows: int) -> Floats:
    """For each entry, the sum of its row's other entries; infinite if one of those is."""
    endless = np.isinf(values)
    finite = np.where(endless, 0.0, values)
    total = np.bincount(row, finite, rows)[row] - finite
    endless_others = np.bincount(row, endless, rows)[row] - endless
    if not endless.any():
        return np.asarray(total)
    return np.where(endless_others > 0, np.where(values[endless][0] > 0, np.inf, -np.inf), total)


def _tighten(limits: Limits, turn: int, entries: tuple[Integers, Integers], offered: Floats, *, is_upper: bool) -> bool:
    """Take the best offer to each cell where it is a real gain (lower limits come negated); whether one was taken."""
    row, column = entries
    current = limits.upper if is_upper else -limits.lower
    useful = np.flatnonzero(np.isfinite(offered))
    gain = current[column[useful]] - offered[useful]
    matters = useful[gain > ROUNDING_NOISE * np.maximum(1.0, np.abs(offered[useful]))]
    if not matters.size:
        return False
    best = matters[np.lexsort((offered[matters], column[matters]))]
    cells, first = np.unique(column[best], return_index=True)
    chosen = best[first]
    if is_upper:
        limits.upper[cells] = offered[chosen]
    else:
        limits.lower[cells] = -offered[chosen]
    limits.note(turn, cells, row[chosen], is_upper=is_upper)
    return True


def _premises(system: System, row: int, cell: int, *, is_upper: bool) -> list[tuple[int, bool]]:
    """The limits of the row's other cells that a limit of this cell was computed from."""
    start, end = system.matrix.indptr[row], system.matrix.indptr[row + 1]
    others, signs = system.matrix.indices[start:end], system.matrix.data[start:end]
    own = signs[others == cell][0]
    return [
        (int(other), bool(is_upper) ^ bool(sign == own))
        for other, sign in zip(others, signs, strict=True)
        if other != cell
    ]
