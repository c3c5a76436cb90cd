"""The last look at a release: all that readers will hold, attacked together.

The suppressor works with sums of two groups, which is quick and nearly always enough. This look misses nothing
that follows from the released numbers. Where it narrows a hidden cell, numbers of the new release are named that
the finding rests on, to be hidden as well; where there are none, the release cannot be made safe.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from etm_workbench.errors import CannotProtect
from etm_workbench.protection.audit import Check, Met, Published
from etm_workbench.protection.audit.program import INTERIOR_POINT, LARGE
from etm_workbench.protection.joint import Joint, join
from etm_workbench.protection.lattice import Lattice
from etm_workbench.protection.policy import Policy
from etm_workbench.protection.primary import Primary
from etm_workbench.protection.secondary.clock import Clock
from etm_workbench.protection.web import Web

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

PATIENCE = 2.0  # how many times the seconds left one question may take by the clock on the wall
SINGLY = 3  # rounds in which a narrow cell has one new number hidden for it, then two, four, eight; where each question
# takes seconds the first alone
SIMPLEX = {"solver": "simplex", "presolve": "off"}
PRICED = 1e-7  # multipliers up to this are zero (the solver's own tolerance)


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
    """

    hide: tuple[int, ...] = ()
    exposed: tuple[int, ...] = ()
    close: tuple[int, ...] = ()
    is_safe: bool = True


def look_together(web: Web, lattice: Lattice, *, primary: Primary, hidden: Flags, policy: Policy) -> Found:
    """What must be hidden as well, with all that readers hold.

    Hiding more tells nobody more, so only cells found too narrow are asked again while more is hidden.
    All are asked once more of what is hidden in the end.

    Parameters
    ----------
    web : Web
        Every release they hold, and the new one.
    lattice, primary
        The new one, and the rules' word on it.
    hidden : ndarray of bool, shape (cells of the lattice,)
        What it hides.
    policy : Policy
        Of the audience; its seconds are for the whole look.

    Raises
    ------
    CannotProtect
        The time was up before the release was shown to be safe.
    """
    asked = {int(cell) for cell in lattice.web_cell if web.cells[cell].state == "asked" and web.cells[cell].condition}
    view = _View.of(web, lattice, primary=primary, hidden=hidden, asked=asked)
    view.clock = Clock(policy.suppression.seconds)
    while True:
        before = len(view.hidden_now)
        for members in (False, True) if policy.attackers.members else (False,):
            if (unsafe := _hide_until_wide(view, members=members)) is not None:
                return unsafe
        if len(view.hidden_now) == before:  # so that what leaves was attacked whole, as it leaves
            return Found(hide=view.places(view.hidden_now))


def _hide_until_wide(view: _View, *, members: bool) -> Found | None:
    """Hides new numbers until these attackers narrow nothing; what they narrow all the same, where nothing helps."""
    narrow = view.narrow(view.width, view.known, members=members)
    before, tries = np.where(view.fresh, np.nan, view.known), 0
    singly = 0 if view.is_large else SINGLY
    if narrow and (still := view.narrow(view.only(narrow), before, members=members, by=narrow.values())):
        return Found(exposed=view.exposed(narrow), close=view.floors_behind(still), is_safe=False)
    while narrow:
        behind = [view.behind(cell, member) for cell, member in narrow.items()]
        if not all(behind):
            return Found(exposed=view.exposed(narrow), is_safe=False)
        open_ = [some for one in behind if (some := {c for c in one if view.value[c] > 0})]
        chosen = view.chosen(open_)
        for _ in range(2 ** max(0, tries - singly) - 1):  # what still gives it away is many numbers together
            if not (left := [rest for one in open_ if (rest := one - chosen)]):
                break
            chosen |= view.chosen(left)
        if not chosen:
            zeros = view.places({cell for one in behind for cell in one})
            return Found(exposed=view.exposed(narrow), close=zeros, is_safe=False)
        tries += 1
        view.hide(chosen)
        narrow = view.narrow(view.only(narrow), view.known, members=members, by=narrow.values())
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
    owner: NDArray[np.int64]
    fresh: Flags  # shown by the new release, and by no earlier one
    new: Flags  # asked by the new release first
    hidden_now: set[int] = field(default_factory=set)
    clock: Clock = field(default_factory=lambda: Clock(0.0))
    _asked: tuple[Check, NDArray[np.int64]] | None = None  # for all widths, as long as nothing more is hidden
    _last: tuple[tuple[Met, ...], NDArray[np.int64]] = ((), np.empty(0, np.int64))  # of the one before, and its cells
    _kept: list[highspy.Highs] = field(default_factory=list)
    _rows: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))  # the model's cells: shown ones,
    _shown: int = 0  # of which there are so many, and those told to be one person at least

    @classmethod
    def of(cls, web: Web, lattice: Lattice, *, primary: Primary, hidden: Flags, asked: Collection[int]) -> _View:
        joint = join(web, asked)
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
        owner = np.full(place.size, -1, np.int64)
        attackers = np.isin(lattice.owner, lattice.owner[primary.alone]) & (lattice.values == 1)
        owner[inside] = np.where(attackers, lattice.owner, -1)[place[inside]]
        new = np.array([cell.state == "asked" for cell in cells], bool)
        return cls(joint, place, value, np.where(shown | now, value, np.nan), width, lower, floor, owner, now, new)

    @property
    def is_large(self) -> bool:
        """Whether each question takes seconds."""
        return self.joint.truth.size > LARGE

    def places(self, cells: Iterable[int]) -> tuple[int, ...]:
        """Where these are in the lattice; those that are not in it are left out."""
        return tuple(sorted({int(self.place[cell]) for cell in cells} - {-1}))

    def exposed(self, narrow: Mapping[int, int | None]) -> tuple[int, ...]:
        """Places of the narrow cells, or of the new numbers about the same people where those are in no new sum."""
        return self.places(narrow) or self.places({new for cell in narrow for new in self._near(cell)})

    def only(self, cells: Iterable[int]) -> Floats:
        """The widths of these cells alone."""
        width = np.zeros(self.width.size)
        width[list(cells)] = self.width[list(cells)]
        return width

    def hide(self, cells: set[int]) -> None:
        """New numbers that will not be shown after all."""
        chosen = list(cells)
        self.known[chosen], self.fresh[chosen], self.lower[chosen] = np.nan, False, self.floor[chosen]
        if self._asked is not None:
            self._last, self._asked = (self._asked[0].solutions(), self._asked[1]), None
        self.hidden_now.update(chosen)
        for solver in self._kept:
            for row, least in zip(
                np.searchsorted(self._rows[: self._shown], chosen).tolist(), self.floor[chosen], strict=True
            ):
                solver.changeRowBounds(row, float(least), highspy.kHighsInf)

    def chosen(self, behind: list[set[int]]) -> set[int]:
        """A new number for each narrow cell: the least information lost for the most cells."""
        chosen: set[int] = set()
        while behind := [one for one in behind if not one & chosen]:
            worth = Counter(cell for one in behind for cell in one)
            chosen.add(min(worth, key=lambda c: (np.log1p(self.value[c]) / worth[c], c)))
        return chosen

    def narrow(
        self, width: Floats, known: Floats, *, members: bool, by: Iterable[int | None] = ()
    ) -> dict[int, int | None]:
        """Cells that an outsider, or the only member of a hidden cell, narrows below the width; that member's cell.

        `by`: the only members asked, told by a cell of theirs; all when none is named.
        """
        if not width.any():
            return {}
        if width is not self.width or known is not self.known:
            asked = [cell for cell in by if cell is not None]
            check, cells = self._check(known, width, np.isin(self.owner, self.owner[asked]) | (not asked))
        else:
            self._asked = self._asked or self._check(known, width, np.ones(width.size, bool))
            check, cells = self._asked
        found = check.by_members(at_most=1.0) if members else check.by_anybody()
        if check.is_late and not all(breach.proved for breach in found):
            raise _late()
        return {int(cells[b.cell]): None if b.member is None else int(cells[b.member]) for b in found}

    def _check(self, known: Floats, width: Floats, asking: Flags) -> tuple[Check, NDArray[np.int64]]:
        problem, cells, truth = self._problem(known, width)
        wanted = np.zeros(truth.size)
        wanted[: cells.size] = width[cells]
        owner = np.full(truth.size, -1, np.int64)
        owner[: cells.size] = np.where(asking, self.owner, -1)[cells]
        met = self._met(cells, truth.size - cells.size)
        return Check(problem, wanted, truth, self._seconds, owner=owner, met=met), cells

    def _met(self, cells: NDArray[np.int64], others: int) -> Iterator[Met]:
        """Solutions met when as much was shown or more, in the numbers of a problem of these cells and others."""
        solutions, before = self._last if self._asked is None else (self._asked[0].solutions(), self._asked[1])
        place, to = np.full(self.width.size, -1), np.full(before.size + others, -1)
        place[cells] = np.arange(cells.size)
        to[: before.size] = place[before]
        yield from (met.renumbered(to) for met in solutions)

    def _problem(self, known: Floats, width: Floats) -> tuple[Published, NDArray[np.int64], Floats]:
        """Cells that say something, then the answers of small groups, then the numbers of those who answered.

        What members know of themselves says something whichever widths are asked.
        Solutions in fractions: whole numbers are reckoned with in the attack on the release by itself.
        """
        joint = self.joint
        cells = np.flatnonzero(~np.isnan(known) | (width > 0) | (self.lower > 0) | (self.owner >= 0))
        answers, identities = joint.truth.size, joint.answered.size
        counts = np.unique(joint.answered[joint.answered > 0])
        rows = np.flatnonzero(joint.answered > 0)
        given = sparse.csr_array(
            (-np.ones(rows.size), (rows, np.searchsorted(counts, joint.answered[rows]))),
            shape=(identities, counts.size),
        )
        blocks: Any = [[-sparse.eye_array(cells.size), joint.sums[cells], None], [None, joint.exclusive, given]]
        sums = sparse.csr_array(sparse.block_array(blocks))
        nothing, endless = np.zeros(answers + counts.size), np.full(cells.size, np.inf)
        problem = Published(
            known=np.concatenate([known[cells], np.full(answers, np.nan), counts]),
            relations=sums,
            lower=np.concatenate([self.lower[cells], nothing]),
            upper=np.concatenate([endless, joint.people, counts]),
            integer=False,
        )
        return problem, cells, np.concatenate([self.value[cells], joint.truth, counts])

    def behind(self, cell: int, member: int | None) -> set[int]:
        """New numbers that a limit of the cell rests on: those with a price in one of two linear programs."""
        return self._priced(cell, member, among=self.fresh) or self._near(cell)

    def floors_behind(self, narrow: Mapping[int, int | None]) -> tuple[int, ...]:
        """Places of cells that are told to be one person at least, which narrows these with every new number hidden.

        The new numbers are let go of, so this is the last question asked.
        """
        model, hidden = self._model(), self.new & ~self.fresh
        for row in np.flatnonzero(self.fresh[self._rows[: self._shown]]).tolist():
            model.changeRowBounds(row, 0.0, highspy.kHighsInf)
        found = {floor for cell, member in narrow.items() for floor in self._priced(cell, member, among=hidden)}
        return self.places(found or {cell for cell in narrow if self.new[cell]})

    def _priced(self, cell: int, member: int | None, *, among: Flags) -> set[int]:
        """Cells, shown or told to be one person at least, that a limit of this one rests on."""
        model, sums = self._model(), self.joint.sums
        own = [] if member is None else np.flatnonzero(self.owner == self.owner[member]).tolist()
        for mine in own:
            row = sums[[mine]]
            model.addRow(1.0, 1.0, row.nnz, row.indices.astype(np.int32), row.data.astype(float))
        cost = sums[[cell]].toarray()[0].astype(float)
        size, others = self._rows.size, self.joint.exclusive.shape[0]
        at = np.concatenate([np.arange(self._shown), others + np.arange(self._shown, size)])
        found = set[int]()
        for sign in (-1.0, 1.0):
            model.changeColsCost(cost.size, np.arange(cost.size, dtype=np.int32), sign * cost)
            if self.is_large:  # the way from the last answer is longer than a new one
                model.clearSolver()
                self._run(model, INTERIOR_POINT)
            self._run(model)
            priced = self._rows[np.abs(np.array(model.getSolution().row_dual)[at]) > PRICED]
            found |= set(priced[among[priced]].tolist())
            if found and self.is_large:
                break  # one end that may move is enough
        if own:
            last = model.getNumRow()
            model.deleteRows(len(own), np.arange(last - len(own), last, dtype=np.int32))
        return found

    def _model(self) -> highspy.Highs:
        """All that is known of the small groups' answers, ready to be asked."""
        if not self._kept:
            joint, floors = self.joint, np.flatnonzero(self.lower > 0)
            shown = np.flatnonzero(~np.isnan(self.known))
            self._rows, self._shown = np.concatenate([shown, floors]), shown.size
            matrix = sparse.csr_array(sparse.vstack([joint.sums[shown], joint.exclusive, joint.sums[floors]]))
            exact = np.concatenate([self.value[shown], joint.exclusive @ joint.truth])
            lp = highspy.HighsLp()
            lp.num_row_, lp.num_col_ = matrix.shape
            lp.col_cost_ = lp.col_lower_ = np.zeros(lp.num_col_)
            lp.col_upper_ = joint.people
            lp.row_lower_ = np.concatenate([exact, self.lower[floors]])
            lp.row_upper_ = np.concatenate([exact, np.full(floors.size, highspy.kHighsInf)])
            lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
            lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.indptr, matrix.indices
            lp.a_matrix_.value_ = matrix.data.astype(float)
            solver = highspy.Highs()  # type: ignore[no-untyped-call]
            # Only the objective changes between two questions: in a small model each starts from the last answer.
            for option, setting in (
                ("output_flag", False),
                ("threads", 1),
                ("presolve", "off"),
                ("simplex_strategy", 4),
            ):
                solver.setOptionValue(option, setting)
            solver.passModel(lp)
            self._kept.append(solver)
        return self._kept[0]

    def _run(self, model: highspy.Highs, options: Mapping[str, str | int] = SIMPLEX) -> None:
        for option, setting in options.items():
            model.setOptionValue(option, setting)
        model.setOptionValue("time_limit", model.getRunTime() + self._seconds)
        model.run()
        if model.getModelStatus() == highspy.HighsModelStatus.kTimeLimit:
            raise _late()

    @property
    def _seconds(self) -> float:
        return PATIENCE * max(0.0, self.clock.left)

    def _near(self, cell: int) -> set[int]:
        """New numbers about the same answers of some of the same people."""
        shared = (self.joint.sums @ self.joint.sums[[cell]].T).toarray().ravel() > 0
        return set(np.flatnonzero(shared & self.fresh).tolist())


def _late() -> CannotProtect:
    return CannotProtect(
        "The time was up before this release was shown to be safe with all that its readers hold.",
        expected="The last look at a release ends within the policy's seconds; what is in doubt does not leave.",
        remedy="Ask for fewer tables at once, or again when the machine is less busy.",
    )
