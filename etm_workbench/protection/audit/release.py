"""The last check before a release leaves: whether anybody can narrow a protected cell below its width."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from etm_workbench.errors import BadInput
from etm_workbench.protection.audit.consistency import Group, consistent
from etm_workbench.protection.audit.limits import Reasons
from etm_workbench.protection.audit.published import Booleans, Floats, Integers, Published
from etm_workbench.protection.audit.reasons import behind_optima, with_determined
from etm_workbench.protection.audit.system import equations
from etm_workbench.protection.audit.widths import Narrow, Prober

FEW = 3
"""So many members are asked one by one; of more, several at once first."""
TOGETHER = 5
"""In a large program so many members are asked at once about what is left in doubt."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A hidden cell that an intruder can narrow below its width, or that was not shown to be wide enough.

    Parameters
    ----------
    cell : int
        The problem's number of the cell.
    lower, upper : float
        What the intruder can deduce: outer limits.
    required : float
        The width it should keep.
    proved : bool
        True if it is narrower. False if time ran out before either was shown: not safe to release either.
    member : int or None
        A cell of one person whose only member attacks, the first found; None for an outsider.
    """

    cell: int
    lower: float
    upper: float
    required: float
    proved: bool
    member: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Met:
    """Complete solutions met in one group of cells. They stay solutions where less is published.

    Parameters
    ----------
    cells : ndarray of int, shape (cells,)
        The problem's numbers of the cells that were watched, ascending.
    points : ndarray, shape (solutions, cells)
        Their values. Outside the group a solution is the truth.
    hidden : ndarray of int
        Every cell of the group.
    """

    cells: Integers
    points: NDArray[Any]
    hidden: Integers

    def in_cells(self, cells: Integers, truth: Floats) -> NDArray[Any]:
        """The solutions in other cells, of which the truth is given; none where they say too little."""
        known = np.isin(cells, self.cells)
        if not known.any() or np.isin(cells[~known], self.hidden).any():
            return np.empty((0, cells.size))
        points = np.tile(truth, (len(self.points), 1))
        points[:, known] = self.points[:, np.searchsorted(self.cells, cells[known])]
        return points


def check_release(
    problem: Published, width: Floats, *, truth: Floats | None = None, members: bool = False, seconds: float = 60.0
) -> tuple[Breach, ...]:
    """The cells that must not leave like this; none if every protected cell keeps its width against every attacker.

    Parameters
    ----------
    problem : Published
    width : ndarray, shape (cells,)
        Upper minus lower end that each cell must keep, at least; zero where nothing is asked. Not read for
        published cells.
    truth : ndarray, shape (cells,), optional
        The true values, which the defender has: they say whose cells count one person, and save time.
    members : bool
        Whether the only member of a hidden cell of one person attacks too. Needs `truth`.
    seconds : float
        Cells still in doubt after so long are breaches that are not proved.

    Raises
    ------
    BadInput
        If `members` is asked without `truth`, the truth does not fit the sums or the published values,
        or the published sums contradict one another.
    """
    check = Check(problem, width, truth, seconds)
    return (*check.by_anybody(), *(check.by_members() if members else ()))


def attack_as_members(
    problem: Published,
    truth: Floats,
    *,
    width: Floats,
    seconds: float,
    owner: Integers | None = None,
    attacks: Booleans | None = None,
) -> tuple[Breach, ...]:
    """The cells that the only member of some hidden cell of one person can narrow, and an outsider cannot.

    Parameters
    ----------
    problem, width, seconds
        As for `check_release`.
    truth : ndarray, shape (cells,)
        The true values.
    owner : ndarray of int, shape (cells,), optional
        For each cell of one person, who that is: they learn nothing from their own cells.
        Below zero where nobody attacks. Each cell is another person's when left out.
    attacks : ndarray of bool, shape (cells,), optional
        Cells of one person who can know to be alone there. Everywhere with an owner when left out.

    Raises
    ------
    BadInput
        As for `check_release`.
    """
    return Check(problem, width, truth, seconds, owner=owner, attacks=attacks).by_members()


class Check:
    """One problem asked first for any outsider and then for members; `check_release` asks once.

    Parameters
    ----------
    problem, width, truth, seconds
        As for `check_release`.
    owner, attacks
        As for `attack_as_members`.
    met : iterable of Met
        Solutions of the same problem with more published (see `solutions`).
    watch : ndarray of bool, shape (cells,), optional
        Cells whose values in the solutions are kept for later checks, beside those that are asked here.
    """

    def __init__(
        self,
        problem: Published,
        width: Floats,
        truth: Floats | None,
        seconds: float,
        *,
        owner: Integers | None = None,
        attacks: Booleans | None = None,
        met: Iterable[Met] = (),
        watch: Booleans | None = None,
    ) -> None:
        self._owner, self._attacks = owner, attacks
        self._met = tuple(met)
        self.truth = _fitting(problem, truth)
        self._watched = (np.asarray(width) > 0) | (False if watch is None else watch)
        system, contradictions = equations(problem)
        self.ground = consistent(system, time.monotonic() + seconds, trees=True, solvable=self.truth is not None)
        if contradictions or self.ground.contradictions:
            raise BadInput(
                f"{len(contradictions) + len(self.ground.contradictions)} published sums contradict each other.",
                expected="Every part and total of a release comes from the same people.",
            )
        for group in self.ground.groups:
            self._set_out(group)
        self.ask(width)

    def ask(self, width: Floats) -> None:
        """Ask for these widths from now on: those of the start, or some of them."""
        self.width = np.asarray(width, dtype=np.float64)
        cells = self.ground.system.cells
        self.probers = [
            Prober(group.program, self.width[cells[group.cells]], self._owners(group)) for group in self.ground.groups
        ]
        self._outside: tuple[Breach, ...] | None = None
        self._narrow: dict[int, tuple[Group, Narrow]] = {}

    @property
    def is_late(self) -> bool:
        """Whether the time is up: what was not shown until now is in doubt."""
        return any(prober.program.seconds_left <= 0 for prober in self.probers)

    def solutions(self) -> tuple[Met, ...]:
        """What was met until now, group by group."""
        cells = self.ground.system.cells
        return tuple(
            Met(cells[group.cells][group.program.seen.watched], group.program.seen.kept, cells[group.cells])
            for group in self.ground.groups
        )

    def by_anybody(self, *, most: float = np.inf) -> tuple[Breach, ...]:
        """Breaches by an outsider; each is found once. No more is asked once `most` are found."""
        if self._outside is None:
            self._outside = self._find_outside(most)
        return self._outside

    def by_members(
        self, *, at_most: float = np.inf, only: Collection[int] = (), most: float = np.inf
    ) -> tuple[Breach, ...]:
        """What the only members of cells of one person narrow besides; one of them for each cell.

        Parameters
        ----------
        at_most : float
            Widths above this are not asked of members.
        only : collection of int
            Cells of the members who are asked; all are when it is empty.
        most : float
            No more is asked once so many are found.
        """
        if self.truth is None:
            raise BadInput("Members can only attack with the true values given.", remedy="Pass truth=.")
        breaches: list[Breach] = []
        self.by_anybody()
        for group, prober in zip(self.ground.groups, self.probers, strict=True):
            np.minimum(prober.required, at_most, out=prober.required)
            members = [own for own in self._members(group, only) if prober.doubts(own)]
            for several in _coalitions(members):
                prober.look_ahead(several)
            left = [own for own in members if prober.doubts(own)]
            for first in range(0, len(left), TOGETHER):
                some = left[first : first + TOGETHER]
                if group.program.looks_inside and len(breaches) < most:
                    # The first question of each takes longest.
                    prober.ask_ahead(some)
                for own in some:
                    if len(breaches) < most:
                        found = prober.find(own, most=most - len(breaches))
                        breaches += [self._breach(group, narrow, int(own[0])) for narrow in found]
        return tuple(breaches)

    def reasons(self, cell: int) -> Reasons:
        """What the finding at a cell rests on, in the problem's numbers: sums, and cells whose own lower limit does.

        Where fractions do not show it, all sums of the cell's group.
        """
        system = self.ground.system
        if cell not in self._narrow:
            place = int(np.searchsorted(system.cells, cell))
            found = with_determined(self.ground, self.ground.limits.behind(system, place))
        else:
            group, narrow = self._narrow[cell]
            found = behind_optima(self.ground, group, narrow.optima)
            if not narrow.optima:
                found.sums.update(group.sums.tolist())
        return Reasons(
            {int(system.sums[row]) for row in found.sums}, {int(system.cells[place]) for place in found.floors}
        )

    def _find_outside(self, most: float) -> tuple[Breach, ...]:
        ground, inside = self.ground, np.zeros(self.ground.system.cells.size, dtype=np.bool_)
        breaches: list[Breach] = []
        for group, prober in zip(ground.groups, self.probers, strict=True):
            inside[group.cells] = True
            if len(breaches) >= most:
                continue
            if group.program.is_large and (alone := self._alone(group)).size:
                # What all members together leave wide is wide for anybody, and for each of them.
                prober.look_ahead(alone)
            breaches += [self._breach(group, found, None) for found in prober.find(most=most - len(breaches))]
        cells, limits = ground.system.cells, ground.limits
        low, high = limits.lower, limits.upper
        for place in np.flatnonzero(~inside & (high - low < self.width[cells] - ground.system.tolerance)).tolist():
            cell = int(cells[place])
            breaches.append(Breach(cell, float(low[place]), float(high[place]), float(self.width[cell]), proved=True))
        return tuple(sorted(breaches, key=lambda breach: breach.cell))

    def _alone(self, group: Group) -> Integers:
        """The cells of which somebody is the only member and attacks."""
        owners = self._owners(group)
        if self._attacks is not None:
            owners[~self._attacks[self.ground.system.cells[group.cells]]] = -1
        return np.flatnonzero(owners >= 0)

    def _owners(self, group: Group) -> Integers:
        """Who makes up each cell of one person; -1 for the others."""
        cells = self.ground.system.cells[group.cells]
        if self.truth is None:
            return np.full(cells.size, -1, dtype=np.int64)
        return np.where(self.truth[cells] == 1.0, self._people(cells), -1)

    def _people(self, cells: Integers) -> Integers:
        return cells if self._owner is None else self._owner[cells]

    def _members(self, group: Group, only: Collection[int]) -> list[Integers]:
        """The own cells of each person who is alone with an answer."""
        alone, cells = self._alone(group), self.ground.system.cells[group.cells]
        people = self._people(cells[alone])
        asked = self._people(np.array(sorted(only), dtype=np.int64)) if only else people
        return [alone[people == person] for person in np.unique(people[np.isin(people, asked)])]

    def _set_out(self, group: Group) -> None:
        """Take in the solutions that are known."""
        cells = self.ground.system.cells[group.cells]
        watched = self._watched[cells]
        watched[self._alone(group)] = True
        group.program.seen.watch(watched)
        if self.truth is not None:
            group.program.start_from(self.truth[cells])
            here = cells[group.program.seen.watched]
            for met in self._met:
                group.program.seen.take(met.in_cells(here, self.truth[here]))

    def _breach(self, group: Group, found: Narrow, member: int | None) -> Breach:
        cells = self.ground.system.cells[group.cells]
        cell = int(cells[found.cell])
        self._narrow[cell] = group, found
        by = None if member is None else int(cells[member])
        return Breach(cell, found.lower, found.upper, float(self.width[cell]), found.proved, by)


def _coalitions(members: Sequence[Integers]) -> Iterator[Integers]:
    """Own cells of several members at once: of any two, some hold the first one's and not the second one's.

    Who knows what several members know together narrows more than each of them; what keeps its width all the same
    keeps it for each.
    """
    if len(members) > FEW:
        yield np.concatenate(members)
        for bit in range((len(members) - 1).bit_length()):
            for value in (0, 1):
                yield np.concatenate([own for number, own in enumerate(members) if number >> bit & 1 == value])


def _fitting(problem: Published, truth: Floats | None) -> Floats | None:
    """The true values as floats, once they are seen to fit."""
    if truth is None:
        return None
    values = np.asarray(truth, dtype=np.float64)
    noise = 1e-9 * max(1.0, float(np.abs(values).max(initial=0.0)))
    if np.abs(problem.relations @ values).max(initial=0.0) > noise * values.size:
        raise BadInput("The true values do not add up in the problem's sums.")
    if np.abs(values - problem.known)[~problem.hidden].max(initial=0.0) > noise:
        raise BadInput("A published value differs from the true one.")
    return values
