"""The last look at a release: all that readers will hold, attacked together.

The suppressor works with sums of two groups, which is quick and nearly always enough. This look misses nothing
that follows from the released numbers. Where it narrows a hidden cell, numbers of the new release are named that
the finding rests on, to be hidden as well; where there are none, the release cannot be made safe.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from etm_workbench.protection.audit import Breach, Published, attack_as_members, check_release
from etm_workbench.protection.joint import Joint, join
from etm_workbench.protection.lattice import Lattice
from etm_workbench.protection.policy import Policy
from etm_workbench.protection.primary import Primary
from etm_workbench.protection.web import Web

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LOOK_SECONDS = 60.0  # what is in doubt after that does not leave
PRICED = 1e-7  # multipliers up to this are zero (the solver's own tolerance)


@dataclass(frozen=True, slots=True)
class Found:
    """What the last look found.

    Parameters
    ----------
    narrow : tuple of int
        Cells of the lattice that are too narrow; those of earlier releases that it does not hold are left out.
    hide : tuple of int
        Cells of the lattice to hide as well; empty, like `close`, when nothing new could help.
    close : tuple of int
        Zeros of the lattice whose groups must be closed, since nothing else can be hidden.
    """

    narrow: tuple[int, ...]
    hide: tuple[int, ...]
    close: tuple[int, ...]


def look_together(web: Web, lattice: Lattice, *, primary: Primary, hidden: Flags, policy: Policy) -> Found | None:
    """What readers could narrow with all they hold; None when every hidden cell keeps its width.

    Parameters
    ----------
    web : Web
        Every release they hold, and the new one.
    lattice, primary
        The new one, and the rules' word on it.
    hidden : ndarray of bool, shape (cells of the lattice,)
        What it hides.
    policy : Policy
        Of the audience.
    """
    asked = {int(cell) for cell in lattice.web_cell if web.cells[cell].state == "asked" and web.cells[cell].condition}
    view = _View.of(web, lattice, primary=primary, hidden=hidden, asked=asked)
    return view.found(policy) if view.width.any() else None


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class _View:
    """Joint cells with what is known of each, and their places in the lattice."""

    joint: Joint
    place: NDArray[np.int64]  # in the lattice, -1 outside
    value: Floats
    known: Floats
    width: Floats
    lower: Floats
    owner: NDArray[np.int64]
    fresh: Flags  # shown by the new release, and by no earlier one
    _kept: list[highspy.Highs] = field(default_factory=list)

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
        lower[inside] = np.where(dark[inside], primary.lower[place[inside]], 0)
        now = inside & ~dark & ~shown
        owner = np.full(place.size, -1, np.int64)
        attackers = np.isin(lattice.owner, lattice.owner[primary.alone]) & (lattice.values == 1)
        owner[inside] = np.where(attackers, lattice.owner, -1)[place[inside]]
        return cls(joint, place, value, np.where(shown | now, value, np.nan), width, lower, owner, now)

    def found(self, policy: Policy) -> Found | None:
        narrow = self._narrow(self.width, self.known, policy)
        if not narrow:
            return None
        places = tuple(sorted({int(self.place[cell]) for cell in narrow} - {-1}))
        # What is narrow without the new numbers too stays so whatever is hidden.
        focus = np.zeros(self.width.size)
        focus[narrow] = self.width[narrow]
        if self._narrow(focus, np.where(self.fresh, np.nan, self.known), policy):
            return Found(places, (), ())
        chosen = self._chosen([self._behind(cell) or self._near(cell) for cell in narrow])
        hide = tuple(sorted(int(self.place[cell]) for cell in chosen if self.value[cell] > 0))
        close = tuple(sorted(int(self.place[cell]) for cell in chosen if self.value[cell] == 0))
        return Found(places, hide, close)

    def _chosen(self, behind: list[set[int]]) -> set[int]:
        """A new number for each narrow cell, the fewest people lost for the most cells; zeros only where need be."""
        open_ = [with_people if (with_people := {c for c in one if self.value[c] > 0}) else one for one in behind]
        chosen: set[int] = set()
        while open_ := [one for one in open_ if one and not one & chosen]:
            worth = Counter(cell for one in open_ for cell in one)
            chosen.add(min(worth, key=lambda c: (np.log1p(self.value[c]) / worth[c], c)))
        return chosen

    def _narrow(self, width: Floats, known: Floats, policy: Policy) -> list[int]:
        """Cells that an outsider or, if none, the only member of a hidden cell narrows below the width."""
        problem, cells, truth = self._problem(known, width)
        wanted = np.zeros(truth.size)
        wanted[: cells.size] = width[cells]
        found: Sequence[Breach] = check_release(problem, wanted, truth=truth, seconds=LOOK_SECONDS)
        if policy.attackers.members and not found:
            owner = np.full(truth.size, -1, np.int64)
            owner[: cells.size] = self.owner[cells]
            certain = np.minimum(wanted, 1.0)
            found = attack_as_members(problem, truth, width=certain, seconds=LOOK_SECONDS, owner=owner)
        return sorted({int(cells[breach.cell]) for breach in found})

    def _problem(self, known: Floats, width: Floats) -> tuple[Published, NDArray[np.int64], Floats]:
        """Cells that say something, then the answers of small groups, then the numbers of those who answered.

        Solutions in fractions: whole numbers are reckoned with in the attack on the release by itself.
        """
        joint = self.joint
        cells = np.flatnonzero(~np.isnan(known) | (width > 0) | (self.lower > 0))
        answers, identities = joint.truth.size, joint.answered.size
        counts = np.unique(joint.answered[joint.answered > 0])
        rows = np.flatnonzero(joint.answered > 0)
        given = sparse.csr_array(
            (-np.ones(rows.size), (rows, np.searchsorted(counts, joint.answered[rows]))),
            shape=(identities, counts.size),
        )
        own = -sparse.eye_array(cells.size)
        sums = sparse.csr_array(
            sparse.block_array([[own, joint.sums[cells], None], [None, joint.exclusive, given]]), dtype=np.int8
        )
        nothing, endless = np.zeros(answers + counts.size), np.full(cells.size, np.inf)
        problem = Published(
            known=np.concatenate([known[cells], np.full(answers, np.nan), counts]),
            relations=sums,
            lower=np.concatenate([self.lower[cells], nothing]),
            upper=np.concatenate([endless, joint.people, counts]),
            integer=False,
        )
        return problem, cells, np.concatenate([self.value[cells], joint.truth, counts])

    def _behind(self, cell: int) -> set[int]:
        """New numbers that a limit of the cell rests on: those with a price in one of two linear programs."""
        model = self._model()
        cost = self.joint.sums[[cell]].toarray()[0].astype(float)
        shown = np.flatnonzero(~np.isnan(self.known))
        found: set[int] = set()
        for sign in (1.0, -1.0):
            model.changeColsCost(cost.size, np.arange(cost.size, dtype=np.int32), sign * cost)
            model.run()
            price = np.array(model.getSolution().row_dual)[: shown.size]
            priced = shown[np.abs(price) > PRICED]
            found |= set(priced[self.fresh[priced]].tolist())
        return found

    def _model(self) -> highspy.Highs:
        """All that is known of the small groups' answers, ready to be asked."""
        if not self._kept:
            joint, shown, floors = self.joint, np.flatnonzero(~np.isnan(self.known)), np.flatnonzero(self.lower > 0)
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
            for option, setting in (("output_flag", False), ("threads", 1), ("random_seed", 1)):
                solver.setOptionValue(option, setting)
            solver.passModel(lp)
            self._kept.append(solver)
        return self._kept[0]

    def _near(self, cell: int) -> set[int]:
        """New numbers about the same answers of some of the same people."""
        shared = (self.joint.sums @ self.joint.sums[[cell]].T).toarray().ravel() > 0
        return set(np.flatnonzero(shared & self.fresh).tolist())
