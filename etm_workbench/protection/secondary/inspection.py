"""Which cells a pattern leaves without their doubt, for every attacker that the instance names.

Most cells are cleared by deviations that move many of them at once, each cell pushed a random way;
only the few left over get a problem of their own.
On organization by level by placement that is some twenty problems instead of 1,700.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from etm_workbench.protection.secondary.arrays import Flags, Floats, Positions
from etm_workbench.protection.secondary.attacker import TINY, Answer, Attacker, Limits
from etm_workbench.protection.secondary.cuts import Cut, cut_from, room
from etm_workbench.protection.secondary.doubt import Doubt, SharedDoubt, caps
from etm_workbench.protection.secondary.needs import Needs
from etm_workbench.protection.secondary.reduction import Part
from etm_workbench.protection.secondary.whole import WholeAttacker, condition, narrow_cells
from etm_workbench.protection.secondary.witnesses import Witnesses

_FEW = 6
"""So few cells are asked one by one."""

_POOR = 3
"""A joint push that clears fewer cells than this is not worth repeating."""

_CROWDS = 8
"""Joint pushes with half of the people's cells known, before each person attacks alone."""

_GLIMPSE = 0.005
"""Share of shown cells that the second, lifting attacker must allow for: of all prices that explain a leak
it finds those that ask least of the cells not yet hidden, which gives much stronger cuts
(Magnanti and Wong, Operations Research 1981)."""

_NOBODY = np.array([], dtype=np.intp)


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
        self._attacker, self._lifter = Attacker(part), Attacker(part)
        self._outsider = Needs.of_outsider(part)
        self._member = Needs.of_member(part, member_width)
        self._members_attack = member_width > 0
        self._witnesses = Witnesses(part.size)
        self._rng = np.random.default_rng(1)

    def leaks(self, hidden: Flags) -> list[Leak]:
        """Every leak to an outsider; if none, to a member; if none, to an outsider who reckons in whole people.

        Parameters
        ----------
        hidden : ndarray of bool, shape (cells,)
            The pattern, primary cells included.

        Returns
        -------
        list of Leak
            Empty when the pattern is safe.
        """
        return next((found for search in self._searches(hidden) if (found := list(search))), [])

    def is_safe(self, hidden: Flags) -> bool:
        """Whether `leaks` would find nothing; stops at the first."""
        return next(chain.from_iterable(self._searches(hidden)), None) is None

    def fractional_cuts(self, share: Floats) -> list[Cut]:
        """Cuts that a pattern with fractions misses.

        Parameters
        ----------
        share : ndarray of float, shape (cells,)
            Hidden share of each cell.
        """
        leaks = self._interrogate(Doubt(self._outsider), self._see(share), _NOBODY)
        return [cut for leak in leaks for cut in leak.cuts if cut.lacks(share) > 1e-3]

    def _searches(self, hidden: Flags) -> Iterator[Iterator[Leak]]:
        yield self._leaks_to_outsider(hidden)
        yield self._leaks_to_members(hidden)
        yield self._leaks_in_whole_people(hidden)

    def _see(self, share: Floats) -> Floats:
        reach = float(np.max(self._outsider.cap, initial=1.0))
        self._attacker.see(Limits.seen(self._part, share, reach=reach))
        self._lifter.see(Limits.seen(self._part, np.maximum(share, _GLIMPSE), reach=reach))
        return share

    def _leaks_to_outsider(self, hidden: Flags) -> Iterator[Leak]:
        doubt = Doubt(self._outsider)
        doubt.take(self._witnesses.possible(hidden))
        yield from self._interrogate(doubt, self._see(hidden.astype(float)), _NOBODY)

    def _leaks_to_members(self, hidden: Flags) -> Iterator[Leak]:
        people = self._attacking(hidden)
        doubt = SharedDoubt(self._member, people, self._concerned(people, hidden))
        doubt.take(self._witnesses.possible(hidden))
        share = self._see(hidden.astype(float))
        for _ in range(_CROWDS):
            self._push_in_a_crowd(doubt, people)
        for person in np.flatnonzero(doubt.unmet().any(axis=1)):
            yield from self._interrogate(_OnePerson(doubt, int(person)), share, _own(people, int(person)))

    def _leaks_in_whole_people(self, hidden: Flags) -> Iterator[Leak]:
        doubt = Doubt(self._outsider)
        doubt.take(self._witnesses.possible(hidden, whole=True))
        if not doubt.unmet().any():
            return
        narrow, deviations = narrow_cells(WholeAttacker(self._part, hidden), doubt, self._rng)
        for deviation in deviations:
            self._witnesses.add(deviation)
        for one in narrow:
            yield Leak(one.cell, (condition(self._part, hidden, self._outsider, one.cell),), one.proved)

    def _attacking(self, hidden: Flags) -> sparse.csr_array:
        """The people with a hidden cell of their own."""
        known = self._part.people.astype(np.int8) @ hidden.astype(np.int8)
        return sparse.csr_array(self._part.people[np.flatnonzero(known) if self._members_attack else []])

    def _concerned(self, people: sparse.csr_array, hidden: Flags) -> Flags:
        """The cells that hidden sums link to a person's own, by people; their own cells are no secret to them."""
        moving = sparse.csr_array(self._part.sums @ sparse.diags_array(hidden.astype(float)))
        moving.eliminate_zeros()
        count, label = csgraph.connected_components(moving.T @ moving, directed=False)
        own = people.toarray()[:, self._member.cells]
        circles = np.zeros((people.shape[0], count), dtype=bool)
        person, cell = people.nonzero()
        circles[person, label[cell]] = True
        return np.asarray(circles[:, label[self._member.cells]] & ~own)

    def _push_in_a_crowd(self, doubt: SharedDoubt, people: sparse.csr_array) -> None:
        """One deviation that leaves half of the people's own cells alone, and so counts for all of them."""
        if not (unmet := doubt.unmet()).any():
            return
        crowd = self._rng.random(people.shape[0]) < 0.5
        known = np.unique(people[np.flatnonzero(crowd)].nonzero()[1])
        wanted = np.flatnonzero(unmet[crowd].any(axis=0))
        self._attacker.know(known)
        self._push(doubt, np.setdiff1d(self._member.cells[wanted], known))
        self._attacker.forget(known)

    def _interrogate(self, doubt: Doubt | _OnePerson, share: Floats, own: Positions) -> Iterator[Leak]:
        for attacker in (self._attacker, self._lifter):
            attacker.know(own)
        try:
            self._push_jointly(doubt)
            for position in np.flatnonzero(doubt.unmet()):
                if doubt.unmet()[position]:
                    yield from self._ask_about(doubt, int(position), share, own)
        finally:
            for attacker in (self._attacker, self._lifter):
                attacker.forget(own)

    def _push_jointly(self, doubt: Doubt | _OnePerson) -> None:
        poor = 0
        while poor < 2 and (open_before := np.flatnonzero(doubt.unmet())).size > _FEW:
            self._push(doubt, doubt.needs.cells[open_before])
            poor += int(open_before.size - np.count_nonzero(doubt.unmet()) < _POOR)

    def _push(self, doubt: Doubt | SharedDoubt | _OnePerson, cells: Positions) -> None:
        wish = np.zeros(self._part.size)
        wish[cells] = self._rng.choice([-1.0, 1.0], cells.size)
        self._remember(self._attacker.push_many(wish, caps(doubt.needs, self._part.size)), doubt)

    def _ask_about(self, doubt: Doubt | _OnePerson, position: int, share: Floats, own: Positions) -> Iterator[Leak]:
        needs, cell = doubt.needs, int(doubt.needs.cells[position])
        up = self._attacker.push(cell, 1, float(needs.up_cap[position]))
        self._remember(up.deviation, doubt)
        if not doubt.unmet()[position]:
            return
        down = self._attacker.push(cell, -1, float(needs.down_cap[position]))
        self._remember(down.deviation, doubt)
        if not doubt.unmet()[position]:
            return
        above = self._lifter.push(cell, 1, float(needs.up_cap[position]))
        below = self._lifter.push(cell, -1, float(needs.down_cap[position]))
        cuts = chain(self._cuts(needs, position, (up, down), own), self._cuts(needs, position, (above, below), own))
        yield Leak(cell, tuple(cut for cut in cuts if cut.lacks(share) > TINY))

    def _cuts(self, needs: Needs, position: int, answers: tuple[Answer, Answer], own: Positions) -> Iterator[Cut]:
        """The conditions that the prices of the two directions give, for whichever needs are not met."""
        up, down = answers
        upward, downward = room(self._part, up.price), room(self._part, down.price)
        upward[own] = downward[own] = 0.0
        for reach, allowed, need in (
            (up.reach + down.reach, upward + downward, needs.width[position]),
            (up.reach, upward, needs.above[position]),
            (down.reach, downward, needs.below[position]),
        ):
            if reach < need - TINY and (cut := cut_from(self._part, allowed, float(need))) is not None:
                yield cut

    def _remember(self, deviation: Floats, doubt: Doubt | SharedDoubt | _OnePerson) -> None:
        self._witnesses.add(deviation)
        doubt.take(deviation)


class _OnePerson:
    """One person's view of the shared doubt."""

    def __init__(self, shared: SharedDoubt, person: int) -> None:
        self.needs = shared.needs
        self._shared, self._person = shared, person

    def take(self, deviations: Floats) -> None:
        self._shared.take(deviations)

    def unmet(self) -> Flags:
        return self._shared.unmet(self._person)


def _own(people: sparse.csr_array, person: int) -> Positions:
    return np.asarray(people.indices[people.indptr[person] : people.indptr[person + 1]])
