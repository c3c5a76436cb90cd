"""Whether each protected cell keeps its width: two complete solutions that far apart prove it.

Less work than the full interval, and sound in the direction that matters before a release: a cell passes only
if two tables that fit everything published differ by the width there. One solution may serve a thousand cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from etm_workbench.protection.audit.bounds import Ends
from etm_workbench.protection.audit.program import NOISE, Binding, Program
from etm_workbench.protection.audit.published import Booleans, Floats, Integers

TRIES = 6
"""Objectives that pull on all doubtful cells at once, before each is asked by itself."""
FEW, WORTH, FIRST = 20, 3, 2
"""A large program's objectives are asked while more cells than a few are in doubt: the first ones, and more while each
settles its worth, since the time it takes suffices for so many cells by themselves."""
PATIENCE = 1.0
"""Seconds that one whole-number question about many cells may take."""

NOBODY = np.array([], dtype=np.int64)
"""The own cells of an outsider."""


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
    optima : tuple of Binding
        What the ends of its interval rest on; none where fractions do not show it.
    """

    cell: int
    lower: float
    upper: float
    proved: bool
    optima: tuple[Binding, ...] = ()


class Prober:
    """Asks one program about the widths of its cells, for an outsider and for members of cells.

    Parameters
    ----------
    program : Program
    required : ndarray of float, shape (cells,)
        Upper minus lower end, at least; zero for cells that need none.
    owner : ndarray of int, shape (cells,)
        Who makes up each cell of one person, and so learns nothing from it; below zero for the others.
    """

    def __init__(self, program: Program, required: Floats, owner: Integers) -> None:
        self.program, self._owner = program, owner
        self._theirs: tuple[Integers, Integers] = NOBODY, NOBODY
        self.required = required.copy()
        self._ends = Ends(program, np.ones(required.size, dtype=np.bool_))

    def find(self, own: Integers = NOBODY, *, most: float = np.inf) -> list[Narrow]:
        """The cells not shown to keep their width, for the only member of each of the `own` cells (or for anybody).

        Each cell is reported once; later questions leave it out. No more is asked once `most` are found.
        """
        if not self.doubts(own):
            return []
        with self._alone(own):
            found = self._narrow(own, most)
        self.required[[narrow.cell for narrow in found]] = 0.0
        return found

    def doubts(self, own: Integers) -> bool:
        """Whether the only member of these cells may narrow something, as far as was seen."""
        return bool(self._doubtful(own).any())

    def look_ahead(self, own: Integers) -> None:
        """Look for solutions in which several people are alone with their answer; each solution serves all of them."""
        with self._alone(own):
            self._pull_together(own, whole=False)

    def ask_ahead(self, members: Sequence[Integers]) -> None:
        """Ask for a few people at once what is in doubt for any of them: what stays wide does so for each."""
        doubtful = np.logical_or.reduce([self._doubtful(own) for own in members])
        together = np.concatenate(members)
        with self._alone(together):
            for cell in np.flatnonzero(doubtful).tolist():
                if not self._late and self._doubtful(together)[cell]:
                    self._linear(cell, together)

    @contextmanager
    def _alone(self, own: Integers) -> Iterator[None]:
        """Questions of those who know that each of these cells is themselves."""
        self.program.hold(own, at=1.0)
        try:
            yield
        finally:
            self.program.hold(NOBODY, at=1.0)

    def _narrow(self, own: Integers, most: float) -> list[Narrow]:
        if not self._pull_together(own, whole=False):
            return []
        found, wide = self._ask_each(own, most)
        asks_whole = wide and len(found) < most
        if asks_whole and (not self.program.takes_whole_numbers or self._pull_together(own, whole=True)):
            found += self._ask_each_whole(own, wide)
        return [narrow for narrow in found if narrow.proved or self._doubtful(own)[narrow.cell]]

    def _pull_together(self, own: Integers, *, whole: bool) -> bool:
        """Look for solutions far apart in many cells at once; whether doubt is left."""
        doubtful, turn, gained = self._doubtful(own), 0, WORTH
        few, tries = (FEW, FIRST) if self.program.looks_inside else (0, TRIES)
        while doubtful.sum() > few and not self._late and (turn < tries or (few and gained >= WORTH)):
            cost = self._pull(doubtful, turn)
            if self.program.solve(cost, afar=True) == "optimal" and whole:
                self.program.solve_near(cost, PATIENCE)
            left = self._doubtful(own)
            doubtful, turn, gained = left, turn + 1, int(doubtful.sum() - left.sum())
        return bool(doubtful.any())

    def _pull(self, doubtful: Booleans, turn: int) -> Floats:
        """Doubtful cells up, then down, each time in another half of them."""
        place = np.cumsum(doubtful) - 1
        sign = np.where((place >> (turn // 2)) % 2 == turn % 2, 1.0, -1.0)
        weight = 1.0 + (place * 7919 + turn * 104729) % 13 / 13
        # What has no limit that way would run off and tell nothing of the others.
        limit = np.where(sign > 0, self.program.lower, self.program.upper)
        return np.where(doubtful & np.isfinite(limit), sign * weight, 0.0)

    def _ask_each(self, own: Integers, most: float) -> tuple[list[Narrow], dict[int, tuple[float, float]]]:
        """Linear programs for doubtful cells: those too narrow even with fractions, and the others' intervals."""
        found: list[Narrow] = []
        wide: dict[int, tuple[float, float]] = {}
        for cell in np.flatnonzero(self._doubtful(own)).tolist():
            if len(found) >= most:
                break
            if self._late:
                found.append(
                    Narrow(cell, float(self.program.lower[cell]), float(self.program.upper[cell]), proved=False)
                )
            elif self._doubtful(own)[cell]:
                low, high, endless, optima = self._linear(cell, own)
                if self._is_narrow(cell, low, high):
                    found.append(Narrow(cell, low, high, proved=True, optima=optima))
                elif not endless:
                    wide[cell] = low, high
        return found, wide

    def _linear(self, cell: int, own: Integers) -> tuple[float, float, bool, tuple[Binding, ...]]:
        """One cell's interval with fractions, rounded inwards; whether it has no end on a side; what the ends rest on.

        Where one end suffices to see that the cell is wide, the other one is not asked.
        """
        ends, endless = [float(self.program.lower[cell]), float(self.program.upper[cell])], False
        optima: list[Binding] = []
        for side in (False, True):
            if self._doubtful(own)[cell]:
                ends[side] = self._ends.rounded(self._ends.extreme(cell, is_upper=side), is_upper=side)
                endless |= self.program.outcome == "unbounded"
                optima += [self.program.binding()] if self.program.outcome == "optimal" else []
        return ends[0], ends[1], endless, tuple(optima)

    def _ask_each_whole(self, own: Integers, wide: Mapping[int, tuple[float, float]]) -> list[Narrow]:
        """Whole-number programs for cells that fractions leave wide: those too narrow for people, or still in doubt."""
        found = []
        for cell in [cell for cell in np.flatnonzero(self._doubtful(own)).tolist() if cell in wide]:
            for side in (False, True):
                if self.program.takes_whole_numbers and not self._late and self._doubtful(own)[cell]:
                    self._ends.look_near(cell, is_upper=side)
            if self._doubtful(own)[cell]:
                found.append(self._ask_whole(cell, wide[cell]))
        return found

    def _ask_whole(self, cell: int, interval: tuple[float, float]) -> Narrow:
        low, high = interval
        if self.program.takes_whole_numbers and not self._late:
            low, high = self._ends.whole(cell, interval)
        return Narrow(cell, low, high, proved=self._is_narrow(cell, low, high))

    def _no_secret(self, own: Integers) -> Integers:
        """All cells of the people who know that they are alone in these."""
        if self._theirs[0] is not own:
            people = self._owner[own]
            self._theirs = own, np.union1d(own, np.flatnonzero(np.isin(self._owner, people[people >= 0])))
        return self._theirs[1]

    def _is_narrow(self, cell: int, low: float, high: float) -> bool:
        return bool(high - low < self.required[cell] - self._noise)

    @property
    def _noise(self) -> float:
        return max(self.program.system.tolerance, NOISE * self.program.unit)

    @property
    def _late(self) -> bool:
        return self.program.seconds_left <= 0

    def _doubtful(self, own: Integers) -> Booleans:
        """Cells not yet seen at two values as far apart as required."""
        doubtful: Booleans = self.required > 0
        doubtful[self._no_secret(own)] = False
        asked = np.flatnonzero(doubtful)
        if asked.size:
            values = self.program.seen.points(asked, holding=own, at=1.0, tolerance=self._noise)
            if len(values):
                doubtful[asked] = values.max(axis=0) - values.min(axis=0) < self.required[asked] - self._noise
        return doubtful
