"""Whether each protected cell keeps its width: two complete solutions that far apart prove it.

Less work than the full interval, and sound in the direction that matters before a release: a cell passes only
if two tables that fit everything published differ by the width there. One solution may serve a thousand cells.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from etm_workbench.protection.audit.bounds import Ends
from etm_workbench.protection.audit.program import Program
from etm_workbench.protection.audit.published import Booleans, Floats

TRIES = 6
"""Objectives that pull on all doubtful cells at once, before each is asked by itself."""


@dataclass(frozen=True, slots=True)
class Narrow:
    """A cell that was not shown to keep its width.

    Parameters
    ----------
    cell : int
        Position in the program.
    lower, upper : float
        Its outer interval.
    proved : bool
        Whether it is really narrower; otherwise time ran out before it was shown either way.
    """

    cell: int
    lower: float
    upper: float
    proved: bool


class Prober:
    """Asks one program about the widths of its cells, for an outsider and for members of cells.

    Parameters
    ----------
    program : Program
    required : ndarray of float, shape (cells,)
        Upper minus lower end, at least; zero for cells that need none.
    """

    def __init__(self, program: Program, required: Floats) -> None:
        self.program = program
        self.required = required.copy()

    def find(self, member: int | None = None, value: float = 1.0) -> list[Narrow]:
        """The cells not shown to keep their width, for one who knows the value of cell `member` (or for anybody).

        Each cell is reported once; later questions leave it out.
        """
        found = self._narrow(member, value)
        self.required[[narrow.cell for narrow in found]] = 0.0
        return found

    def _narrow(self, member: int | None, value: float) -> list[Narrow]:
        known = None if member is None else (member, value)
        if member is not None:
            self.program.hold(member, at=value)
        try:
            doubtful = self._doubtful(known)
            for turn in range(TRIES):
                if not doubtful.any():
                    return []
                if self._late:
                    break
                self.program.solve(self._pull(doubtful, turn))
                doubtful = self._doubtful(known)
            return [found for cell in np.flatnonzero(doubtful) if (found := self._ask(int(cell), known))]
        finally:
            if member is not None:
                self.program.hold(member, at=None)

    @property
    def _late(self) -> bool:
        return self.program.seconds_left <= 0

    def _doubtful(self, known: tuple[int, float] | None) -> Booleans:
        """Cells not yet seen at two values as far apart as required."""
        points = self.program.seen.points
        if known is not None:
            points = points[points[:, known[0]] == known[1]]
        doubtful: Booleans = self.required > 0
        if known is not None:
            doubtful[known[0]] = False
        if len(points):
            spread = points.max(axis=0) - points.min(axis=0)
            doubtful &= spread < self.required - self.program.system.tolerance
        return doubtful

    def _pull(self, doubtful: Booleans, turn: int) -> Floats:
        """Doubtful cells up, then down, each time in another half of them."""
        place = np.cumsum(doubtful) - 1
        sign = np.where((place >> (turn // 2)) % 2 == turn % 2, 1.0, -1.0)
        weight = 1.0 + (place * 7919 + turn * 104729) % 13 / 13
        return np.where(doubtful, sign * weight, 0.0)

    def _ask(self, cell: int, known: tuple[int, float] | None) -> Narrow | None:
        if self._late:
            return Narrow(cell, float(self.program.lower[cell]), float(self.program.upper[cell]), proved=False)
        asked: Booleans = np.zeros(self.required.size, dtype=np.bool_)
        asked[cell] = True
        ends = Ends(self.program, asked)
        lower = ends.rounded(ends.extreme(cell, is_upper=False), is_upper=False)
        endless = self.program.outcome == "unbounded"
        upper = ends.rounded(ends.extreme(cell, is_upper=True), is_upper=True)
        endless |= self.program.outcome == "unbounded"
        need = self.required[cell] - self.program.system.tolerance
        if upper - lower < need:
            return Narrow(cell, lower, upper, proved=True)
        if endless or not self._doubtful(known)[cell]:
            return None
        if self.program.takes_whole_numbers:
            lower, upper = ends.whole(cell, (lower, upper))
        if not self._doubtful(known)[cell]:
            return None
        return Narrow(cell, lower, upper, proved=upper - lower < need)
