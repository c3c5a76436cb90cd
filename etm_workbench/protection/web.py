"""Every cell that was or will be released, the way an intruder would join them: one web of people's groups.

A cell is a condition on sensitive variables, asked of a group of people.
Who belongs to an organization or a level is known to everybody, so two cells with one condition and one
group are one cell, in whichever tables and releases they stand.
Sums within tables and between groups are the web's threads; `threads` adds those between tables.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Condition = tuple[tuple[str, ...], ...]
FIRST, ALSO = "FIRST", "ALSO"  # in a condition: those who gave an answer and none of those before it, or one of them
Rows = NDArray[np.int64]
State = Literal["asked", "shown", "hidden"]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class WebCell:
    """One cell.

    Parameters
    ----------
    condition : tuple of (variable, codes)
        Sorted; empty for a cell that only says how many belong to a group.
    group : int
        Number of the group of people asked.
    row : ndarray of int
        Who is counted: numbers in the web's `ids`, sorted.
    level : int
        Index into `SENSITIVITIES`.
    wholes : mapping of str to int
        For each sensitive variable of the condition, the cell of everybody who could have given the answer.
    tables : frozenset of str
        Tables that hold the cell.
    state : State
        `asked` now; or `shown` or `hidden` by an earlier release.
    virtual : bool
        No table shows it, but subtraction would give it.
    complement : bool
        A virtual cell of the people who did not give one of several answers.
    width, lower : int
        Of a cell hidden earlier: how wide its interval must stay, what is known of it at least.
    revised : bool
        Fewer answers changed since an earlier release than the policy lets show.
    release : int
        Number of the release that first held it; 0 for the one being made.
    filtered : bool
        Its group holds only people who meet a condition, so it is recognised by whom it counts.
    """

    condition: Condition
    group: int
    row: Rows
    level: int
    wholes: Mapping[str, int]
    tables: frozenset[str] = frozenset()
    state: State = "asked"
    virtual: bool = False
    complement: bool = False
    width: int = 0
    lower: int = 0
    revised: bool = False
    release: int = 0
    filtered: bool = False

    def __repr__(self) -> str:
        return f"<WebCell {self.state}>"


class Web:
    """Cells, groups and threads, growing table by table and release by release."""

    def __init__(self) -> None:
        self.ids: NDArray[np.uint64] = np.empty(0, np.uint64)
        self.person: Rows = np.empty(0, np.int64)
        self.groups: list[Rows] = []
        self.cells: list[WebCell] = []
        self.relations: dict[tuple[int, tuple[int, ...]], None] = {}
        self.families: dict[tuple[int, ...], frozenset[str]] = {}
        self._group_of: dict[bytes, int] = {}
        self._cell_of: dict[tuple[Condition, int], int] = {}
        self._by_people: dict[tuple[Condition, bytes], int] = {}
        self._filtered: dict[tuple[Condition, bytes], int] = {}

    def copy(self) -> Self:
        """A web that grows on its own from here; cells and arrays are shared, since nobody changes them."""
        other = type(self)()
        other.ids, other.person = self.ids, self.person
        for name in ("groups", "cells", "relations", "families", "_group_of", "_cell_of", "_by_people", "_filtered"):
            setattr(other, name, getattr(self, name).copy())
        return other

    def number_people(self, ids: NDArray[np.uint64], person: NDArray[np.uint64]) -> Rows:
        """The web's numbers of these identities, in order; `person` says who each belongs to."""
        known = pd.Index(self.ids)
        both = np.unique(np.concatenate([ids, person]))
        fresh = both[known.get_indexer(pd.Index(both)) < 0]
        self.ids = np.concatenate([self.ids, fresh])
        index = pd.Index(self.ids)
        self.person = np.concatenate([self.person, np.full(fresh.size, -1, np.int64)])
        numbers, owners = index.get_indexer(pd.Index(ids)), index.get_indexer(pd.Index(person))
        self.person[numbers] = owners
        self.person[owners] = owners
        return np.asarray(numbers, np.int64)

    def group(self, row: Rows) -> int:
        """The number of the group of these people."""
        key = digest(row)
        if key not in self._group_of:
            self._group_of[key] = len(self.groups)
            self.groups.append(row)
        return self._group_of[key]

    def find(self, condition: Condition, group: int) -> int | None:
        """The cell of a condition over a group, None when there is none."""
        return self._cell_of.get((condition, group))

    def add(self, cell: WebCell) -> int:
        """The number of a cell, which is the known one where it is the same."""
        people = (cell.condition, digest(cell.row))
        known = self._cell_of.get((cell.condition, cell.group))
        if known is None and cell.row.size and cell.condition:
            known = (self._by_people if cell.filtered else self._filtered).get(people)
        if known is not None and np.array_equal(self.cells[known].row, cell.row):
            self._meet(known, cell)
            self._cell_of[cell.condition, cell.group] = known
            return known
        number = len(self.cells)
        self.cells.append(cell)
        self._cell_of[cell.condition, cell.group] = number
        self._by_people.setdefault(people, number)
        if cell.filtered:
            self._filtered.setdefault(people, number)
        return number

    def _meet(self, known: int, cell: WebCell) -> None:
        """The known cell, now also in another table; a cell that a table shows is virtual no more."""
        old = self.cells[known]
        if cell.virtual and not old.virtual:
            return
        virtual = old.virtual and cell.virtual
        state = cell.state if (old.virtual and not old.width) or cell.state == "shown" else old.state
        if (old.virtual, old.state, old.tables, old.wholes) != (virtual, state, old.tables | cell.tables, cell.wholes):
            self.cells[known] = replace(
                old,
                tables=old.tables | cell.tables,
                virtual=virtual,
                complement=old.complement and cell.complement,
                state=state,
                wholes={**cell.wholes, **old.wholes},
            )

    def change(self, number: int, **fields: object) -> None:
        """Replaces fields of a cell."""
        self.cells[number] = replace(self.cells[number], **fields)  # type: ignore[arg-type]

    def relate(self, total: int, parts: Iterable[int]) -> None:
        """Records that parts add up to a total; a sum of cells that say nothing sensitive is known anyway."""
        # Groups of nobody are all one cell, and stand in a sum once.
        parts = tuple(sorted(set(parts)))
        # A group that stands on both sides says that the others are nobody, which the headcounts say too.
        if total not in parts and any(self.cells[cell].condition for cell in (total, *parts)):
            self.relations[total, parts] = None

    def rest(self, total: int, parts: Sequence[int]) -> int | None:
        """The cell of the people of `total`'s group outside the parts' groups, under the same condition.

        Returns
        -------
        int or None
            A known cell or a new virtual one, related to `total` and `parts`; None when answers of the same
            people differ (a revision), so that no sum holds.
        """
        whole = self.cells[total]
        inside = np.concatenate([self.groups[self.cells[part].group] for part in parts])
        outside = np.setdiff1d(self.groups[whole.group], inside, assume_unique=True)
        row = np.setdiff1d(whole.row, inside, assume_unique=True)
        counted = np.concatenate([self.cells[part].row for part in parts])
        if row.size + counted.size != whole.row.size or not np.isin(counted, whole.row, assume_unique=True).all():
            return None
        if outside.size == 0:
            self.relate(total, parts)
            return None
        found = self.find(whole.condition, self.group(outside))
        if found is None or not np.array_equal(self.cells[found].row, row):
            wholes = self._wholes(total, parts)
            cell = WebCell(
                whole.condition, self.group(outside), row, whole.level, wholes, virtual=True, filtered=whole.filtered
            )
            found = self.add(cell)
        self.relate(total, (*parts, found))
        return found

    def _wholes(self, total: int, parts: Sequence[int]) -> dict[str, int]:
        wholes = {}
        for variable, whole in self.cells[total].wholes.items():
            others = [self.cells[part].wholes.get(variable) for part in parts]
            known = [other for other in others if other is not None and other != whole]
            if len(known) == len(parts) and (found := self._rest_of_whole(whole, known)) is not None:
                wholes[variable] = found
        return wholes

    def _rest_of_whole(self, whole: int, parts: Sequence[int]) -> int | None:
        if self.cells[whole].condition:
            return self.rest(whole, parts)
        inside = np.concatenate([self.cells[part].row for part in parts])
        outside = np.setdiff1d(self.cells[whole].row, inside, assume_unique=True)
        return self.add(WebCell((), self.group(outside), outside, 0, {}, virtual=True))


def is_aid(condition: Condition) -> bool:
    """Whether a cell only carries a sum, and says nothing by itself that is to be protected."""
    return any(len(part) > 1 and part[1] in (FIRST, ALSO) for part in condition)


def tells_alone(cell: WebCell) -> bool:
    """Whether an earlier release told somebody that nobody else gave their answer: it showed so, or hid no zero."""
    told = cell.state == "shown" or (cell.state == "hidden" and cell.lower > 0)
    return told and cell.row.size == 1 and bool(cell.condition) and not is_aid(cell.condition)


class Alone:
    """Who was told to be the only one with an answer, and of which cells that follows.

    Whoever is the only one with an answer in a group is the only one with that answer and another, in any part of
    the group. It says nothing of other people, nor of other questions.

    Parameters
    ----------
    web : Web
        Whose cells these are.
    told : iterable of int
        Numbers of cells of one person who knows to be alone there.
    """

    def __init__(self, web: Web, told: Iterable[int]) -> None:
        self._web = web
        self._told: dict[int, list[int]] = {}
        for number in told:
            self._told.setdefault(int(web.person[web.cells[number].row[0]]), []).append(number)
        self._within: dict[tuple[int, frozenset[int]], bool] = {}

    def knows(self, number: int) -> bool:
        """Whether the one person of a cell knows to be alone in it."""
        cell = self._web.cells[number]
        if cell.row.size != 1 or is_aid(cell.condition):
            return False
        answers = set(cell.condition)
        told = (self._web.cells[other] for other in self._told.get(int(self._web.person[cell.row[0]]), ()))
        wholes = frozenset(one.group for one in told if answers.issuperset(one.condition))
        return bool(wholes) and self._is_within(cell.group, wholes)

    def _is_within(self, part: int, wholes: frozenset[int]) -> bool:
        if part in wholes:
            return True
        if (part, wholes) not in self._within:
            groups = self._web.groups
            people = np.concatenate([groups[whole] for whole in wholes])
            self._within[part, wholes] = bool(np.isin(groups[part], people).all())
        return self._within[part, wholes]


def digest(row: Rows) -> bytes:
    """What tells a set of people apart."""
    return hashlib.blake2b(row.tobytes(), digest_size=16).digest()


@lru_cache(maxsize=1 << 18)
def identity(person: str) -> int:
    """A number for a pseudonym, so that the ledger holds none."""
    return int.from_bytes(hashlib.blake2b(person.encode(), digest_size=8, person=b"etm-ledger").digest(), "little")
