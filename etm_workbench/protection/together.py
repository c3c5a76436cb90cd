"""The last look at a release: all that readers will hold, attacked together.

The suppressor works with sums of two groups, which is quick and nearly always enough. This look misses nothing
that follows from the released numbers. Where it narrows a hidden cell, numbers of the new release are named that
the finding rests on, to be hidden as well; where there are none, the release cannot be made safe.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from etm_workbench.errors import CannotProtect
from etm_workbench.protection.audit import Breach, Check, Met, Published
from etm_workbench.protection.audit.program import LARGE
from etm_workbench.protection.joint import Joint, join
from etm_workbench.protection.lattice import Lattice
from etm_workbench.protection.policy import Policy
from etm_workbench.protection.primary import Primary
from etm_workbench.protection.secondary.clock import Clock
from etm_workbench.protection.web import Alone, Web, tells_alone

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


PATIENCE = 2.0  # how many times the seconds left one question may take by the clock on the wall
SINGLY = 3  # rounds in which a narrow cell has one new number hidden for it, then two, four, eight; where each
# question takes seconds the first alone
AT_ONCE = 12  # narrow cells that are mended before others are asked for, where each question takes seconds


@dataclass(frozen=True, slots=True)
class Found:
    """What the last look found.

    Parameters
    ----------
    hide : tuple of int
        Cells of the lattice to hide as well, so that no hidden cell is too narrow any more.
    exposed : tuple of int
        Cells of the lattice that stay too narrow all the same; where only cells that an earlier release hid do,
        and that the lattice does not reach, the new numbers that make them so.
    close : tuple of int
        Cells of the lattice that make them so: zeros that are shown, or hidden answers that are known to be one
        person at least. Their groups might be closed.
    is_safe : bool
        Whether no hidden cell, of this release or an earlier one, stays too narrow.
    on_the_way : tuple of int
        Where a large release is not safe: cells hidden before that was seen, to begin the next look with.
    """

    hide: tuple[int, ...] = ()
    exposed: tuple[int, ...] = ()
    close: tuple[int, ...] = ()
    is_safe: bool = True
    on_the_way: tuple[int, ...] = ()


class Look:
    """The last look at one release, once or several times while more of it is hidden.

    Hiding more tells nobody more: what was seen to be wide before is not asked again.

    Parameters
    ----------
    web : Web
        Every release they hold, and the new one.
    lattice : Lattice
        The new one.
    policy : Policy
        Of the audience; its seconds are for all looks together.
    """

    def __init__(self, web: Web, lattice: Lattice, policy: Policy) -> None:
        self._web, self._lattice, self._policy = web, lattice, policy
        asked = {n for n in lattice.web_cell.tolist() if web.cells[n].state == "asked" and web.cells[n].condition}
        self._joint = join(web, asked)
        self._clock = Clock(policy.suppression.seconds)
        self._view: _View | None = None

    def at(self, primary: Primary, hidden: Flags) -> Found:
        """What must be hidden as well, with all that readers hold.

        Only cells found too narrow are asked again while more is hidden; all are asked once more of what is hidden
        in the end.

        Parameters
        ----------
        primary : Primary
            The rules' word on the release.
        hidden : ndarray of bool, shape (cells of the lattice,)
            What it hides.

        Raises
        ------
        CannotProtect
            The time was up before the release was shown to be safe.
        """
        before = self._view
        self._view = view = _View.of(
            self._web, self._lattice, joint=self._joint, primary=primary, hidden=hidden, clock=self._clock
        )
        if before is not None and view.tells_no_more_than(before):
            view.met = before.solutions()
        count = -1
        while len(view.hidden_now) > count:  # so that what leaves was attacked whole, as it leaves
            count = len(view.hidden_now)
            for members in (False, True) if self._policy.attackers.members else (False,):
                if (unsafe := _hide_until_wide(view, members=members)) is not None:
                    return replace(unsafe, on_the_way=view.places(view.hidden_now) if view.is_large else ())
                if view.is_large and len(view.hidden_now) > count:
                    break  # what is hidden for some may settle what others narrow
        return Found(hide=view.places(view.hidden_now))


@dataclass(frozen=True, slots=True)
class _Narrow:
    """A cell that somebody narrows too far.

    Parameters
    ----------
    member : int or None
        A cell of the member who does; None for an outsider.
    behind : frozenset of int
        Shown cells that the finding rests on.
    floors : frozenset of int
        Cells it rests on that are known to be one person at least.
    """

    member: int | None
    behind: frozenset[int]
    floors: frozenset[int]


def _hide_until_wide(view: _View, *, members: bool) -> Found | None:
    """Hides new numbers until these attackers narrow nothing; what they narrow all the same, where nothing helps."""
    narrow, tries = view.narrow(members=members), 0
    if narrow and (still := view.narrow_with_all_hidden(narrow, members=members)):
        return Found(exposed=view.exposed(narrow), close=view.floors_behind(still), is_safe=False)
    while narrow:
        behind = [view.hideable(cell, one) for cell, one in narrow.items()]
        if not all(behind):
            return Found(exposed=view.exposed(narrow), is_safe=False)
        open_ = [some for one in behind if (some := {c for c in one if view.value[c] > 0})]
        chosen = view.chosen(open_)
        for _ in range(2 ** max(0, tries - (0 if view.is_large else SINGLY)) - 1):
            # What still gives it away is many numbers together.
            if not (left := [rest for one in open_ if (rest := one - chosen)]):
                break
            chosen |= view.chosen(left)
        if not chosen:
            zeros = view.places({cell for one in behind for cell in one})
            return Found(exposed=view.exposed(narrow), close=zeros, is_safe=False)
        tries += 1
        view.hide(chosen)
        narrow = view.narrow(narrow, members=members)
    return None


@dataclass(slots=True, repr=False, eq=False)
class _View:
    """Joint cells with what is known of each, and their places in the lattice."""

    joint: Joint
    place: NDArray[np.int64]  # in the lattice, -1 outside
    value: Floats
    known: Floats
    width: Floats
    lower: Floats
    floor: Floats  # the lower end that readers may take for granted where the new release hides a number
    owner: NDArray[np.int64]  # who makes up a cell of one person, -1 for the others
    attacks: Flags  # cells of one person who knows to be alone there
    fresh: Flags  # shown by the new release, and by no earlier one
    new: Flags  # asked by the new release first
    clock: Clock
    hidden_now: set[int] = field(default_factory=set)
    met: tuple[Met, ...] = ()  # when as much was told or more
    _asked: Check | None = None  # as long as nothing more is hidden

    @classmethod
    def of(cls, web: Web, lattice: Lattice, *, joint: Joint, primary: Primary, hidden: Flags, clock: Clock) -> _View:
        at = np.full(len(web.cells), -1, np.int64)
        at[lattice.web_cell] = np.arange(lattice.web_cell.size)
        place = at[joint.cells]
        cells = [web.cells[number] for number in joint.cells.tolist()]
        value = np.array([cell.row.size for cell in cells], float)
        shown = np.array([cell.state == "shown" for cell in cells], bool)
        width = np.array([cell.width if cell.state == "hidden" else 0 for cell in cells], float)
        lower = np.array([cell.lower if cell.state == "hidden" else 0 for cell in cells], float)
        inside = place >= 0
        dark = np.zeros(place.size, bool)
        dark[inside] = hidden[place[inside]]
        width[inside] = np.where(dark[inside], primary.width[place[inside]], 0)
        floor = np.zeros(place.size)
        floor[inside] = primary.lower[place[inside]]
        lower[inside] = np.where(dark, floor, 0)[inside]
        now = inside & ~dark & ~shown
        owner = np.array([web.person[cell.row[0]] if cell.row.size == 1 else -1 for cell in cells], np.int64)
        attacks = np.zeros(place.size, bool)
        attacks[inside] = primary.attacks[place[inside]]
        _add_implied(attacks, web, joint)
        new = np.array([cell.state == "asked" for cell in cells], bool)
        known = np.where(shown | now, value, np.nan)
        return cls(joint, place, value, known, width, lower, floor, owner, attacks, now, new, clock)

    @property
    def is_large(self) -> bool:
        """Whether each round takes seconds."""
        return self.joint.truth.size > LARGE

    def tells_no_more_than(self, other: _View) -> bool:
        """Whether solutions of the other one's problem are solutions of this one's."""
        told = np.where(np.isnan(other.known), other.lower, other.value)
        return not (~np.isnan(self.known) & np.isnan(other.known) | (self.lower > told)).any()

    def places(self, cells: Iterable[int]) -> tuple[int, ...]:
        """Where these are in the lattice; those that are not in it are left out."""
        return tuple(sorted({int(self.place[cell]) for cell in cells} - {-1}))

    def exposed(self, narrow: Collection[int]) -> tuple[int, ...]:
        """Places of the narrow cells, or of the new numbers about the same people where those are in no new sum."""
        return self.places(narrow) or self.places({new for cell in narrow for new in self._near(cell)})

    def hide(self, cells: set[int]) -> None:
        """New numbers that will not be shown after all."""
        chosen = list(cells)
        self.met = self.solutions()
        self._asked = None
        self.known[chosen], self.fresh[chosen], self.lower[chosen] = np.nan, False, self.floor[chosen]
        self.hidden_now.update(chosen)

    def chosen(self, behind: list[set[int]]) -> set[int]:
        """A new number for each narrow cell: the least information lost for the most cells."""
        chosen: set[int] = set()
        while behind := [one for one in behind if not one & chosen]:
            worth = Counter(cell for one in behind for cell in one)
            chosen.add(min(worth, key=lambda c: (np.log1p(self.value[c]) / worth[c], c)))
        return chosen

    def hideable(self, cell: int, found: _Narrow) -> set[int]:
        """New numbers that the finding rests on."""
        return {number for number in found.behind if self.fresh[number]} or self._near(cell)

    def floors_behind(self, narrow: Mapping[int, _Narrow]) -> tuple[int, ...]:
        """Places of new numbers known to be one person at least that narrow these with every new number hidden."""
        hidden = self.new & ~self.fresh
        found = {floor for one in narrow.values() for floor in one.floors if hidden[floor]}
        return self.places(found or {cell for cell in narrow if self.new[cell]})

    def narrow(self, among: Mapping[int, _Narrow] | None = None, *, members: bool) -> dict[int, _Narrow]:
        """Cells that an outsider, or the only member of a hidden cell, narrows below the width.

        `among`: only these are asked, of the members who narrowed them.
        """
        self._asked = self._asked or self._check(self.known)
        return self._found(self._asked, among=among, members=members)

    def narrow_with_all_hidden(self, among: Mapping[int, _Narrow], *, members: bool) -> dict[int, _Narrow]:
        """What of these would stay narrow with every new number hidden."""
        return self._found(self._check(np.where(self.fresh, np.nan, self.known)), among=among, members=members)

    def solutions(self) -> tuple[Met, ...]:
        """What was met until now."""
        return self.met if self._asked is None else self._asked.solutions()

    def _found(self, check: Check, *, among: Mapping[int, _Narrow] | None, members: bool) -> dict[int, _Narrow]:
        width = self.width.copy()
        if among is not None:
            width[np.setdiff1d(np.arange(width.size), list(among))] = 0
        if not width.any():
            return {}
        check.ask(self._padded(width))
        only = [one.member for one in (among or {}).values() if one.member is not None]
        most = AT_ONCE if among is None and self.is_large else np.inf
        found = check.by_members(at_most=1.0, only=only, most=most) if members else check.by_anybody(most=most)
        if check.is_late and not all(breach.proved for breach in found):
            raise _late()
        return {breach.cell: self._explained(check, breach) for breach in found}

    def _explained(self, check: Check, breach: Breach) -> _Narrow:
        reasons = check.reasons(breach.cell)
        # The sum that makes a cell of small groups has the cell's number.
        sums = np.array([row for row in sorted(reasons.sums) if row < self.known.size], np.int64)
        floors = np.array([cell for cell in sorted(reasons.floors) if cell < self.known.size], np.int64)
        return _Narrow(
            member=breach.member,
            behind=frozenset(sums[~np.isnan(self.known[sums])].tolist()),
            floors=frozenset(floors[self.lower[floors] > 0].tolist()),
        )

    def _check(self, known: Floats) -> Check:
        problem, truth = self._problem(known)
        width, owner = self._padded(self.width), self._padded(self.owner, -1)
        attacks, watch = (self._padded(flags).astype(bool) for flags in (self.attacks, np.isnan(known)))
        met = self.solutions()
        return Check(problem, width, truth, self._seconds, owner=owner, attacks=attacks, met=met, watch=watch)

    def _padded(self, values: NDArray[Any], rest: int = 0) -> NDArray[Any]:
        """Values of the cells in the problem, of which the small groups' answers and the rest have another."""
        others = self.joint.truth.size + np.unique(self.joint.answered[self.joint.answered > 0]).size
        return np.concatenate([values, np.full(others, rest)])

    def _problem(self, known: Floats) -> tuple[Published, Floats]:
        """Cells, then the answers of small groups, then the numbers of those who answered.

        Solutions in fractions: whole numbers are reckoned with in the attack on the release by itself.
        """
        joint = self.joint
        answers, identities = joint.truth.size, joint.answered.size
        counts = np.unique(joint.answered[joint.answered > 0])
        rows = np.flatnonzero(joint.answered > 0)
        given = sparse.csr_array(
            (-np.ones(rows.size), (rows, np.searchsorted(counts, joint.answered[rows]))),
            shape=(identities, counts.size),
        )
        blocks: Any = [[-sparse.eye_array(known.size), joint.sums, None], [None, joint.exclusive, given]]
        nothing, endless = np.zeros(answers + counts.size), np.full(known.size, np.inf)
        problem = Published(
            known=np.concatenate([known, np.full(answers, np.nan), counts]),
            relations=sparse.csr_array(sparse.block_array(blocks)),
            lower=np.concatenate([self.lower, nothing]),
            upper=np.concatenate([endless, joint.people, counts]),
            integer=False,
        )
        return problem, np.concatenate([self.value, joint.truth, counts])

    @property
    def _seconds(self) -> float:
        return PATIENCE * max(0.0, self.clock.left)

    def _near(self, cell: int) -> set[int]:
        """New numbers about the same answers of some of the same people."""
        shared = (self.joint.sums @ self.joint.sums[[cell]].T).toarray().ravel() > 0
        return set(np.flatnonzero(shared & self.fresh).tolist())


def _add_implied(attacks: Flags, web: Web, joint: Joint) -> None:
    """Whoever knows to be alone somewhere knows it wherever it follows, in earlier releases too."""
    numbers = joint.cells.tolist()
    told = [number for number, knows in zip(numbers, attacks, strict=True) if knows or tells_alone(web.cells[number])]
    alone = Alone(web, told)
    attacks |= np.array([alone.knows(number) for number in numbers], bool)


def _late() -> CannotProtect:
    return CannotProtect(
        "The time was up before this release was shown to be safe with all that its readers hold.",
        expected="The last look at a release ends within the policy's seconds; what is in doubt does not leave.",
        remedy="Ask for fewer tables at once, or again when the machine is less busy.",
    )
