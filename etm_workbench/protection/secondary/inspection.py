"""Which cells a pattern leaves without their doubt, for every attacker that the instance names.

Most cells are cleared by deviations that move many of them at once, each cell pushed a random way;
only the few left over get a problem of their own.
On organization by level by placement that is some twenty problems instead of 1,700.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from etm_workbench.protection.secondary.arrays import Flags, Floats, Positions
from etm_workbench.protection.secondary.attacker import TINY, Attacker
from etm_workbench.protection.secondary.cuts import Cut, cut_from, room
from etm_workbench.protection.secondary.needs import Needs
from etm_workbench.protection.secondary.reduction import Part
from etm_workbench.protection.secondary.witnesses import Witnesses

_FEW = 6
"""So few cells are asked one by one."""

_POOR = 3
"""A joint push that clears fewer cells than this is not worth repeating."""


@dataclass(frozen=True, slots=True)
class Leak:
    """A protected cell that a pattern does not protect.

    Parameters
    ----------
    cell : int
        The cell.
    knower : int or None
        The cell whose only member is the attacker; None for an outsider.
    cut : Cut or None
        What every safe pattern meets and this one does not; None when nothing that can be hidden would help.
    """

    cell: int
    knower: int | None
    cut: Cut | None


class Inspector:
    """Finds the leaks of patterns of one part, remembering what earlier patterns taught.

    Parameters
    ----------
    part : Part
        The part.
    member_width : float
        What members of a cell of one must be left with; 0 when they do not attack.
    """

    def __init__(self, part: Part, member_width: float) -> None:
        self._part = part
        self._attacker = Attacker(part)
        self._outsider = Needs.of_outsider(part)
        self._member = Needs.of_member(part, member_width)
        self._members_attack = member_width > 0
        self._witnesses = Witnesses(part.size)
        self._rng = np.random.default_rng(1)

    def leaks(self, hidden: Flags) -> list[Leak]:
        """Every leak to an outsider; when there is none, every leak to a member.

        Parameters
        ----------
        hidden : ndarray of bool, shape (cells,)
            The pattern, primary cells included.

        Returns
        -------
        list of Leak
            Empty when the pattern is safe.
        """
        self._attacker.see(hidden.astype(float))
        found = list(self._leaks_to(hidden, self._outsider, None))
        if found or not self._members_attack:
            return found
        return [leak for knower in self._knowers(hidden) for leak in self._leaks_to_member(hidden, knower)]

    def fractional_cuts(self, share: Floats) -> list[Cut]:
        """Cuts that a pattern with fractions misses.

        Parameters
        ----------
        share : ndarray of float, shape (cells,)
            Hidden share of each cell.
        """
        self._attacker.see(share, reach=float(np.max(self._outsider.up_cap, initial=1.0)))
        leaks = self._interrogate(self._outsider, _Found(self._outsider), None)
        return [leak.cut for leak in leaks if leak.cut is not None and leak.cut.lacks(share) > 1e-3]

    def _leaks_to(self, hidden: Flags, needs: Needs, knower: int | None) -> Iterator[Leak]:
        found = _Found(needs)
        found.take(self._witnesses.possible(hidden, needs.cells))
        yield from self._interrogate(needs, found, knower)

    def _knowers(self, hidden: Flags) -> list[int]:
        return [int(cell) for cell in np.flatnonzero(self._part.ones & hidden)]

    def _leaks_to_member(self, hidden: Flags, knower: int) -> list[Leak]:
        needs = self._within_reach(hidden, knower)
        if needs.cells.size == 0:
            return []
        own = self._own(knower)
        unknown = hidden.copy()
        unknown[own] = False
        found = _Found(needs)
        found.take(self._witnesses.possible(unknown, needs.cells))
        for cell in own:
            self._attacker.know(int(cell))
        leaks = list(self._interrogate(needs, found, knower))
        for cell in own:
            self._attacker.forget(int(cell))
        return leaks

    def _own(self, knower: int) -> Positions:
        """Every cell that the knower alone makes up: the same person stands in several tables and margins."""
        return np.flatnonzero(self._part.ones & (self._part.owner == self._part.owner[knower]))

    def _within_reach(self, hidden: Flags, knower: int) -> Needs:
        """The member's needs for cells that hidden sums link to his own."""
        moving = sparse.csr_array(self._part.sums @ sparse.diags_array(hidden.astype(float)))
        moving.eliminate_zeros()
        _, label = csgraph.connected_components(moving.T @ moving, directed=False)
        near = (label[self._member.cells] == label[knower]) & ~np.isin(self._member.cells, self._own(knower))
        return self._member.only(near)

    def _interrogate(self, needs: Needs, found: _Found, knower: int | None) -> Iterator[Leak]:
        self._push_jointly(needs, found)
        for position in np.flatnonzero(found.unmet()):
            if found.unmet()[position]:
                yield from self._ask_about(needs, found, int(position), knower)

    def _push_jointly(self, needs: Needs, found: _Found) -> None:
        cap = np.zeros(self._part.size)
        cap[needs.cells] = np.maximum(needs.up_cap, needs.down_cap)
        poor = 0
        while poor < 2 and (open_before := np.flatnonzero(found.unmet())).size > _FEW:
            wish = np.zeros(self._part.size)
            wish[needs.cells[open_before]] = self._rng.choice([-1.0, 1.0], open_before.size)
            self._remember(self._attacker.push_many(wish, cap), found)
            poor += int(open_before.size - np.count_nonzero(found.unmet()) < _POOR)

    def _ask_about(self, needs: Needs, found: _Found, position: int, knower: int | None) -> Iterator[Leak]:
        cell = int(needs.cells[position])
        up = self._attacker.push(cell, 1, float(needs.up_cap[position]))
        self._remember(up.deviation, found)
        if not found.unmet()[position]:
            return
        down = self._attacker.push(cell, -1, float(needs.down_cap[position]))
        self._remember(down.deviation, found)
        upward, downward = room(self._part, up.price), room(self._part, down.price)
        if knower is not None:
            upward[self._own(knower)] = downward[self._own(knower)] = 0.0
        for short, allowed, need in (
            (up.reach + down.reach < needs.width[position] - TINY, upward + downward, needs.width[position]),
            (up.reach < needs.above[position] - TINY, upward, needs.above[position]),
            (down.reach < needs.below[position] - TINY, downward, needs.below[position]),
        ):
            if short:
                yield Leak(cell, knower, cut_from(self._part, allowed, float(need), knower=knower))

    def _remember(self, deviation: Floats, found: _Found) -> None:
        self._witnesses.add(deviation)
        found.take(deviation[found.cells][None])


class _Found:
    """The widest deviations seen of the cells of some needs."""

    def __init__(self, needs: Needs) -> None:
        self._needs = needs
        self.cells = needs.cells
        self._high = np.zeros(needs.cells.size)
        self._low = np.zeros(needs.cells.size)

    def take(self, deviations: Floats) -> None:
        self._high = np.maximum(self._high, deviations.max(axis=0, initial=0.0))
        self._low = np.minimum(self._low, deviations.min(axis=0, initial=0.0))

    def unmet(self) -> Flags:
        return self._needs.unmet(self._high, self._low)
