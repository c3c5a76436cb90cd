"""Everything that readers hold, told in the smallest groups of people that they can tell apart.

Sums between two groups are in the web; an intruder also adds and subtracts three, four or more.
Who belongs to a group is known to everybody, so people who stand in the same groups are one small group, and
each cell is the sum of its small groups. Nothing that follows from the released numbers is missing here.

Answers that no sum ties to one another say nothing of one another. So each family of answers has small groups of
its own, told apart only by the groups that were counted by those answers: a fifth of the numbers, or fewer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from etm_workbench.protection.merging import ANSWER, ELSEWHERE, NOBODY, NONE, PEOPLE, Key, Sum, merge, nowhere
from etm_workbench.protection.web import Rows, Web

Floats = NDArray[np.float64]
Entries = tuple[NDArray[Any], NDArray[Any]]  # rows and columns of a matrix
Identity = tuple[int, tuple[int, ...]]  # a cell of the web, and those whose sum it is


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Joint:
    """Cells as sums of small groups' answers.

    Parameters
    ----------
    cells : ndarray of int, shape (cells,)
        Numbers in the web, ascending: everything that was released or asked about these questions.
    sums : csr_array, shape (cells, answers)
        1 where a small group's answer is part of a cell.
    exclusive : csr_array of +1 and -1, shape (identities, answers)
        Answers of a small group that add up to another, or to those who answered.
    answered : ndarray of float, shape (identities,)
        What they add up to: people who answered, 0 where they add up to another answer.
    truth, people : ndarray of float, shape (answers,)
        How many gave each answer, and how many could have.
    """

    cells: Rows
    sums: sparse.csr_array
    exclusive: sparse.csr_array
    answered: Floats
    truth: Floats
    people: Floats

    def __repr__(self) -> str:
        return f"<Joint of {self.cells.size} cells and {self.truth.size} answers of small groups>"


def join(web: Web, asked: Collection[int]) -> Joint:
    """What is known of the questions that these cells ask, from all releases.

    Parameters
    ----------
    web : Web
        All cells, with those asked now.
    asked : collection of int
        Cells whose answers matter. Answers that sums tie to them come along.
    """
    return _stacked([_Joining(web, *family).joint() for family in _families(web, asked)])


def _families(web: Web, asked: Collection[int]) -> Iterator[tuple[list[int], list[Identity]]]:
    """Cells whose answers are tied by sums, and those sums, for each family in which something is asked."""
    known = {number for number, cell in enumerate(web.cells) if cell.condition and not cell.filtered}
    identities = list(_identities(web, known))
    conditions = {condition: place for place, condition in enumerate({web.cells[n].condition for n in sorted(known)})}
    of = {number: conditions[web.cells[number].condition] for number in known}
    tied = [(of[total if total in of else parts[0]], of[part]) for total, parts in identities for part in parts]
    ends = np.array(tied, np.int64).reshape(-1, 2)
    ties = sparse.coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(len(conditions), len(conditions)))
    _, family = connected_components(ties, directed=False)
    wanted = {int(family[of[number]]) for number in asked if number in of}
    cells, sums = defaultdict(list), defaultdict(list)
    for number in known:
        cells[int(family[of[number]])].append(number)
    for total, parts in identities:
        sums[int(family[of[parts[0]]])].append((total, parts))
    for number in sorted(wanted, key=lambda one: min(cells[one])):
        yield cells[number], sums[number]


def _identities(web: Web, known: set[int]) -> Iterator[Identity]:
    """Sums over the answers of one group, other than sums over groups."""
    for total, parts in web.relations:
        whole = web.cells[total]
        if known.issuperset(parts) and (not whole.condition or total in known):
            groups = {web.cells[part].group for part in parts}
            conditions = {web.cells[part].condition for part in parts}
            if len(groups) == 1 and len(conditions) == len(parts) and conditions != {whole.condition}:
                yield total, parts


def _stacked(families: Sequence[Joint]) -> Joint:
    """Families side by side, their cells in the web's order."""
    if not families:
        nothing = np.empty(0)
        empty = _matrix([], [], shape=(0, 0))
        return Joint(np.empty(0, np.int64), empty, empty, nothing, nothing, nothing)
    cells = np.concatenate([one.cells for one in families])
    order = np.argsort(cells)
    return Joint(
        cells=cells[order],
        sums=sparse.csr_array(sparse.block_diag([one.sums for one in families], format="csr"))[order],
        exclusive=sparse.csr_array(sparse.block_diag([one.exclusive for one in families], format="csr")),
        answered=np.concatenate([one.answered for one in families]),
        truth=np.concatenate([one.truth for one in families]),
        people=np.concatenate([one.people for one in families]),
    )


class _Joining:
    """One family of answers."""

    def __init__(self, web: Web, cells: list[int], identities: list[Identity]) -> None:
        self._web = web
        self._cells = sorted(cells, key=lambda n: (web.cells[n].release or 2**31, n))
        self._identities = identities
        self._atom, self._size = self._smallest_groups()
        self._inside = {number: self._atoms(web.groups[web.cells[number].group]) for number in cells}
        self._key: dict[int, Key] = {}
        self._given: dict[Key, Floats] = {}
        for number in self._cells:
            self._key[number] = self._take(number)

    def joint(self) -> Joint:
        sums = self._sums()
        standing = merge(sums, self._given, marks=self._marks())
        column: dict[Key, Rows] = {}
        truth, people, count = [], [], 0
        for key, given in self._given.items():
            known = np.flatnonzero(~np.isnan(given))
            first, block = np.unique(standing[key][known], return_inverse=True)
            column[key] = np.full(given.size, -1, np.int64)
            column[key][known] = count + block
            count += first.size
            truth.append(np.bincount(block, given[known], first.size))
            people.append(np.bincount(block, self._size[known], first.size))
        numbers = np.array(sorted(self._cells), np.int64)
        parts = [np.unique(column[self._key[n]][self._inside[n]]) for n in numbers.tolist()]
        rows = np.repeat(np.arange(numbers.size), [len(part) for part in parts])
        exclusive = [self._rows_of(one, column, standing[one.parts[0]]) for one in sums]
        ends = np.cumsum([0, *(answered.size for _, _, answered in exclusive)])
        return Joint(
            cells=numbers,
            sums=_matrix([(rows, np.concatenate(parts))] if parts else [], [], shape=(numbers.size, count)),
            exclusive=_matrix(
                [(end + row, at) for end, (plus, _, _) in zip(ends, exclusive, strict=False) for row, at in plus],
                [(end + row, at) for end, (_, (row, at), _) in zip(ends, exclusive, strict=False)],
                shape=(int(ends[-1]), count),
            ),
            answered=np.concatenate([answered for _, _, answered in exclusive]) if exclusive else np.empty(0),
            truth=np.concatenate(truth) if truth else np.empty(0),
            people=np.concatenate(people) if people else np.empty(0),
        )

    def _rows_of(self, one: Sum, column: Mapping[Key, Rows], standing: Rows) -> tuple[list[Entries], Entries, Floats]:
        """A sum's rows, one for each block of small groups: its parts, what they add up to, and people who answered."""
        groups = np.flatnonzero(one.kind != NONE)
        blocks, row = np.unique(standing[groups], return_inverse=True)
        plus = [(np.arange(blocks.size), column[key][blocks]) for key in one.parts]
        answers = (one.kind[groups] == ANSWER) | (one.kind[groups] == ELSEWHERE)
        minus = np.empty((2, 0), np.int64)
        if one.whole is not None:
            pairs = np.stack([row[answers], column[one.whole][one.same[groups[answers]]]])
            minus = np.unique(pairs, axis=1)
        answered = np.bincount(row, np.where(one.kind[groups] == PEOPLE, self._size[groups], 0.0), blocks.size)
        return plus, (minus[0], minus[1]), np.asarray(answered, np.float64)

    def _marks(self) -> dict[Key, NDArray[np.uint64]]:
        """For each answer, small groups told apart by the cells that count them by it."""
        dice = np.random.default_rng(len(self._cells)).integers(1, 2**63, len(self._cells), dtype=np.uint64)
        marks = {key: np.zeros(self._size.size, np.uint64) for key in self._given}
        for number, die in zip(self._cells, dice, strict=True):
            marks[self._key[number]][self._inside[number]] += die
        return marks

    def _sums(self) -> list[Sum]:
        """Sums over the answers of small groups."""
        sums: dict[tuple[Key | None, tuple[Key, ...]], Sum] = {}
        for total, parts in self._identities:
            keys = tuple(sorted(self._key[part] for part in parts))
            whole = self._key[total] if self._web.cells[total].condition else None
            one = sums.setdefault((whole, keys), nowhere(whole, keys, self._size.size))
            inside = np.zeros(self._size.size, bool)
            inside[self._atoms(self._whole_row(total, parts))] = True
            groups = self._inside[parts[0]]
            groups = groups[one.kind[groups] == NONE]
            same = np.where(inside[groups] | (self._for_life[groups] < 0), groups, self._for_life[groups])
            answers = PEOPLE if whole is None else np.where(same == groups, ANSWER, ELSEWHERE)
            one.kind[groups], one.same[groups] = np.where(inside[same], answers, NOBODY), same
        return list(sums.values())

    def _whole_row(self, total: int, parts: tuple[int, ...]) -> Rows:
        """Who answered, in the numbers by which the answers count people: in the cycle, or for life."""
        web = self._web
        if web.cells[total].condition:
            return web.groups[web.cells[total].group]
        row, group = web.cells[total].row, web.groups[web.cells[parts[0]].group]
        return np.unique(web.person[row]) if np.array_equal(web.person[group], group) else row

    def _smallest_groups(self) -> tuple[Rows, Floats]:
        """For each person the number of their small group (-1 outside), and its size."""
        web = self._web
        groups = {web.cells[number].group for number in self._cells}
        rows = [web.groups[group] for group in sorted(groups)]
        rows += [self._whole_row(total, parts) for total, parts in self._identities if not web.cells[total].condition]
        marks = np.random.default_rng(len(rows)).integers(1, 2**63, len(rows), dtype=np.uint64)
        mark = np.zeros(web.ids.size, np.uint64)
        for row, own in zip(rows, marks, strict=True):
            mark[row] += own
        # A person's numbers in the cycles and for life are told apart together.
        person, by_life = web.person, np.zeros(web.ids.size, np.uint64)
        np.add.at(by_life, person, mark * mark)
        atom = np.full(web.ids.size, -1, np.int64)
        people = np.flatnonzero((mark > 0) | (by_life > 0))
        for_life = (person[people] == people).astype(np.uint64)
        told = np.stack([mark[people], by_life[person[people]], for_life])
        _, atom[people] = np.unique(told, axis=1, return_inverse=True)
        size = np.bincount(atom[people])
        life = np.full(size.size, -1, np.int64)
        life[atom[people]] = atom[person[people]]
        self._for_life = np.where(size == size[life], life, -1)
        return atom, size.astype(float)

    def _atoms(self, row: Rows) -> Rows:
        return np.unique(self._atom[row])

    def _take(self, number: int) -> Key:
        """The state of the records that a cell was counted in: the first whose counts it does not contradict."""
        cell, inside = self._web.cells[number], self._inside[number]
        counts = np.bincount(self._atom[cell.row], minlength=self._size.size)[inside].astype(float)
        state = 0
        while True:
            given = self._given.setdefault((cell.condition, state), np.full(self._size.size, np.nan))
            if not (np.abs(given[inside] - counts) > 0).any():
                given[inside] = counts
                return cell.condition, state
            state += 1


def _matrix(plus: list[Entries], minus: list[Entries], *, shape: tuple[int, int]) -> sparse.csr_array:
    """A matrix with +1 and -1 at these rows and columns."""
    rows = [np.asarray(row, np.int64) for row, _ in (*plus, *minus)]
    columns = [np.asarray(column, np.int64) for _, column in (*plus, *minus)]
    signs = [np.full(len(row), sign, np.int8) for sign, part in ((1, plus), (-1, minus)) for row, _ in part]
    if not rows:
        rows, columns, signs = [np.empty(0, np.int64)], [np.empty(0, np.int64)], [np.empty(0, np.int8)]
    entries = np.concatenate(signs), (np.concatenate(rows), np.concatenate(columns))
    return sparse.csr_array(entries, shape=shape)
