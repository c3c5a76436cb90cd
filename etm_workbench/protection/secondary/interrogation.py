"""Questions to the attacker about the cells of one pattern, and what the answers prove.

A deviation found is remembered, since it clears cells of later patterns too.
A cell that cannot move as far as it needs gives a condition on patterns.
Those come from a second attacker, who must allow a little for shown cells as well: of all prices that explain
a leak this one's ask least of the cells not yet hidden, which makes much stronger conditions
(Magnanti and Wong, Operations Research 1981).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from etm_workbench.protection.secondary.arrays import Flags, Floats, Positions
from etm_workbench.protection.secondary.attacker import TINY, Answer, Attacker, Limits
from etm_workbench.protection.secondary.cuts import Cut, cut_from, room
from etm_workbench.protection.secondary.doubt import caps
from etm_workbench.protection.secondary.needs import Needs
from etm_workbench.protection.secondary.reduction import Part
from etm_workbench.protection.secondary.witnesses import Witnesses

NOBODY: Positions = np.array([], dtype=np.intp)
"""The cells that an outsider knows besides what is shown."""

_FEW = 6
"""So few cells are asked one by one."""

_POOR = 3
"""A joint push that clears fewer cells than this is not worth repeating."""

_GLIMPSE = 0.005
"""Share of the cells not hidden that the lifting attacker must allow for."""


@dataclass(frozen=True, slots=True)
class Leak:
    """A protected cell that a pattern does not protect.

    Parameters
    ----------
    cell : int
        The cell.
    cuts : tuple of Cut
        What every safe pattern meets and this one does not.
    proved : bool
        False when the cell could not be shown to be protected, nor the opposite, in whole people.
    """

    cell: int
    cuts: tuple[Cut, ...]
    proved: bool = True


class Open(Protocol):
    """Doubt that may still be unmet."""

    needs: Needs

    def take(self, deviations: NDArray[np.floating]) -> None:
        """Note deviations."""

    def unmet(self) -> Flags:
        """The needs not yet met."""


class Interrogator:
    """The attackers of one part, and what they taught so far.

    Parameters
    ----------
    part : Part
        The part.
    witnesses : Witnesses
        Deviations known before.
    """

    def __init__(self, part: Part, witnesses: Witnesses) -> None:
        self.part, self.witnesses = part, witnesses
        self.rng = np.random.default_rng(1)
        self._attacker, self._share = Attacker(part), np.zeros(part.size)
        self._lifter: Attacker | None = None  # made for the first leak: most patterns of small tables have none
        self._glimpse: Limits | None = None
        self._circle: Positions | None = None

    def see(self, share: Floats, reach: float) -> None:
        """Set what the attackers see.

        Parameters
        ----------
        share : ndarray of float, shape (cells,)
            Hidden share of each cell, 1 wholly.
        reach : float
            How far cells hidden in part only can matter.
        """
        self._share = share
        self._attacker.see(Limits.seen(self.part, share, reach=reach))
        self._glimpse = Limits.seen(self.part, np.maximum(share, _GLIMPSE), reach=reach)
        self._circle = None

    @property
    def circle(self) -> Positions:
        """For each cell, a number that it shares with the cells that hidden sums link it to."""
        if self._circle is None:
            moving = sparse.csr_array(self.part.sums @ sparse.diags_array((self._share > 0).astype(float)))
            moving.eliminate_zeros()
            _, self._circle = csgraph.connected_components(moving.T @ moving, directed=False)
        return self._circle

    def interrogate(self, doubt: Open, own: Positions = NOBODY, *, thorough: bool = False) -> Iterator[Leak]:
        """Leaks among the needs of `doubt`, to somebody who knows the cells `own`; none only if there is none.

        Unless `thorough`, a cell held down by the same sums as one that leaks is passed over: the same
        condition will mend both.
        """
        explained = np.zeros(self.part.size, dtype=bool)
        self._attacker.know(own)
        try:
            self.push_jointly(doubt)
            for position in np.flatnonzero(doubt.unmet()):
                if doubt.unmet()[position] and not explained[doubt.needs.cells[position]]:
                    yield from self._ask_about(doubt, int(position), own, explained)
                    explained &= not thorough
        finally:
            self._attacker.forget(own)

    def push_jointly(self, doubt: Open) -> None:
        """Push all cells with unmet needs at once, random ways, for as long as that clears some."""
        poor = 0
        while poor < 2 and (before := np.flatnonzero(doubt.unmet())).size > _FEW:
            self._push(doubt, doubt.needs.cells[before])
            poor += int(before.size - np.count_nonzero(doubt.unmet()) < _POOR)

    def push_knowing(self, doubt: Open, cells: Positions, known: Positions) -> None:
        """Push `cells` once, with the cells `known` held."""
        self._attacker.know(known)
        self._push(doubt, np.setdiff1d(cells, known))
        self._attacker.forget(known)

    def remember(self, deviation: Floats, doubt: Open) -> None:
        """Note a deviation, and apart from it its parts in whole people, for later patterns and for `doubt`."""
        self.witnesses.add(deviation)
        doubt.take(deviation)
        fraction = np.abs(deviation - np.round(deviation)) > TINY
        if fraction.any():
            whole = np.where(np.isin(self.circle, self.circle[fraction]), 0.0, deviation)
            if whole.any():
                self.witnesses.add(whole)
                doubt.take(whole)

    def _push(self, doubt: Open, cells: Positions) -> None:
        wish = np.zeros(self.part.size)
        wish[cells] = self.rng.choice([-1.0, 1.0], cells.size)
        self.remember(self._attacker.push_many(wish, caps(doubt.needs, self.part.size)), doubt)

    def _ask_about(self, doubt: Open, position: int, own: Positions, explained: Flags) -> Iterator[Leak]:
        """Push one cell; the lifting attacker, who allows for more, is asked for cuts before the plain one."""
        cell = int(doubt.needs.cells[position])
        up = self._push_one(self._attacker, doubt, position, 1)
        self.remember(up.deviation, doubt)
        if not doubt.unmet()[position]:
            return
        lifter = self._lifting()
        lifter.know(own)
        lifted = [self._push_one(lifter, doubt, position, direction) for direction in (1, -1)]
        lifter.forget(own)
        if cuts := self._cuts(doubt.needs, position, lifted, own):
            explained |= (lifted[0].price != 0) | (lifted[1].price != 0)
            yield Leak(cell, cuts)
            return
        down = self._push_one(self._attacker, doubt, position, -1)
        self.remember(down.deviation, doubt)
        if doubt.unmet()[position]:
            yield Leak(cell, self._cuts(doubt.needs, position, (up, down), own))

    def _lifting(self) -> Attacker:
        """The lifting attacker, who sees what the plain one does."""
        if self._lifter is None:
            self._lifter = Attacker(self.part)
        if self._glimpse is not None:
            self._lifter.see(self._glimpse)
            self._glimpse = None
        return self._lifter

    def _push_one(self, attacker: Attacker, doubt: Open, position: int, direction: int) -> Answer:
        cap = doubt.needs.up_cap if direction > 0 else doubt.needs.down_cap
        return attacker.push(int(doubt.needs.cells[position]), direction, float(cap[position]))

    def _cuts(self, needs: Needs, position: int, answers: Sequence[Answer], own: Positions) -> tuple[Cut, ...]:
        """The conditions that the prices of the two directions give for needs not met, those that are missed."""
        up, down = answers
        upward, downward = room(self.part, up.price), room(self.part, down.price)
        upward[own] = downward[own] = 0.0
        asked = (
            (up.reach + down.reach, upward + downward, needs.width[position]),
            (up.reach, upward, needs.above[position]),
            (down.reach, downward, needs.below[position]),
        )
        cuts = (cut_from(self.part, allowed, float(need)) for reach, allowed, need in asked if reach < need - TINY)
        return tuple(cut for cut in cuts if cut is not None and cut.lacks(self._share) > TINY)
