"""Published tables as one problem: cells of different files that are the same group are one cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from etm_workbench.protection.audit.published import Booleans, Published
from etm_workbench.protection.audit.tables.labels import Reader
from etm_workbench.protection.audit.tables.reading import Entry, Group, Table, group_of
from etm_workbench.protection.audit.tables.spec import Hidden, Known, Spec, TableSpec

Key = tuple[str, Group, str]
"""A cell: whose people, which group, and a mark for cells that are one table's own."""

Limits = tuple[float, float]
"""At least and at most; equal for a published number."""

ELSEWHERE = -1
"""Stands for a table's number where the spec itself says what is known."""


@dataclass(frozen=True, slots=True)
class Sum:
    """One sum of one table: cell numbers of its parts and of its total, what it adds over, in which group.

    `is_inner`: its parts are finer cells that no table shows.
    """

    table: int
    over: tuple[str, ...]
    group: Group
    parts: tuple[int, ...]
    total: int
    is_inner: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A problem, its sums in the order of its relations, and where each cell stands in it."""

    problem: Published
    sums: tuple[Sum, ...]
    place: Mapping[int, int]

    def mask(self, cells: Iterable[int]) -> Booleans:
        """These cells, by their place in the problem."""
        chosen: Booleans = np.zeros(self.problem.known.size, dtype=np.bool_)
        chosen[[self.place[cell] for cell in cells]] = True
        return chosen


@dataclass(slots=True, eq=False)
class Linked:
    """All tables' cells and sums.

    Parameters
    ----------
    spec : Spec
    tables : sequence of Table
    said : list of dict of int to (float, float)
        For each cell, what each table (by number) says of it.
    hidden : list of dict of int to Entry
        For each table, its hidden entries by cell.
    sums : list of Sum
    disagreements : list of (int, Entry)
        Entries whose number differs from another file's for the same group, with the table's number.
    """

    spec: Spec
    tables: Sequence[Table]
    said: list[dict[int, Limits]] = field(default_factory=list)
    hidden: list[dict[int, Entry]] = field(default_factory=list)
    sums: list[Sum] = field(default_factory=list)
    disagreements: list[tuple[int, Entry]] = field(default_factory=list)
    _numbers: dict[Key, int] = field(default_factory=dict)

    def cell(self, key: Key) -> int:
        """The number of a cell, a new one for a new key."""
        number = self._numbers.setdefault(key, len(self.said))
        if number == len(self.said):
            self.said.append({})
        return number

    def enter(self, table: int, entry: Entry, limits: Limits) -> int:
        """What a table says of a group; a cell of its own where that cannot be what other tables say."""
        people = self.tables[table].spec.people
        cell = self.cell((people, entry.group, ""))
        said = self.said[cell].values()
        if max((limits[0], *(low for low, _ in said))) > min((limits[1], *(high for _, high in said))):
            cell = self.cell((people, entry.group, f"table {table}"))
            self.disagreements.append((table, entry))
        self.said[cell][table] = limits
        if entry.hidden is not None:
            self.hidden[table][cell] = entry
        return cell

    def shown(self, cell: int) -> Limits:
        """The number that some table shows of a cell, as limits."""
        return next(limits for limits in self.said[cell].values() if limits[0] == limits[1])

    def problem(self, table: int | None = None) -> View:
        """What an intruder holds who has all tables, or one only."""
        sums = [one for one in self.sums if table is None or (one.table == table and not one.is_inner)]
        said = [own if table is None else _only(own, table) for own in self.said]
        used = {cell for one in sums for cell in (*one.parts, one.total)}
        cells = sorted(used.union(number for number, own in enumerate(said) if own))
        place = {cell: position for position, cell in enumerate(cells)}
        floor = -np.inf if self.spec.negative else 0.0
        lower = np.array([max((floor, *(low for low, _ in said[cell].values()))) for cell in cells])
        upper = np.array([min((np.inf, *(high for _, high in said[cell].values()))) for cell in cells])
        shown = np.array([any(low == high for low, high in said[cell].values()) for cell in cells], dtype=np.bool_)
        known = np.where(shown, lower, np.nan)
        relations = _relations(sums, place)
        return View(Published(known, relations, lower, upper, integer=self.spec.whole_numbers), tuple(sums), place)

    def prune(self) -> None:
        """Leave out sums that say nothing: their total is no table's, and no other sum uses it."""
        before = -1
        while before != len(self.sums):
            before = len(self.sums)
            totals = Counter(one.total for one in self.sums)
            parts = {part for one in self.sums for part in one.parts}
            self.sums = [s for s in self.sums if self.said[s.total] or totals[s.total] > 1 or s.total in parts]


def enter_tables(
    spec: Spec, tables: Sequence[Table], by_dimension: Mapping[str, Reader]
) -> tuple[Linked, list[dict[Group, int]]]:
    """All published entries as cells, without sums; and each table's cell numbers by group."""
    linked = Linked(spec, tables, hidden=[{} for _ in tables])
    for fact in spec.known:
        group = group_of({name: by_dimension[name].code(label) for name, label in fact.at.items()})
        linked.said[linked.cell((fact.people, group, ""))][ELSEWHERE] = _known(fact)
    cells = []
    for number, table in enumerate(tables):
        whole = spec.whole_numbers
        cells.append({e.group: linked.enter(number, e, _limits(table.spec, e, whole=whole)) for e in table.entries})
    return linked, cells


def hidden_limits(rule: Hidden) -> Limits:
    """What a hidden mark says."""
    return rule.at_least, np.inf if rule.at_most is None else rule.at_most


def _limits(table: TableSpec, entry: Entry, *, whole: bool) -> Limits:
    """What an entry says of its cell: a number, a rounded number, a hidden mark, or nothing."""
    if entry.hidden is not None:
        return hidden_limits(entry.hidden)
    if entry.value is None:
        return -np.inf, np.inf
    if table.rounded_to is None:
        return entry.value, entry.value
    # To the nearest moves by half the base at most; at random by less than the base.
    reach = table.rounded_to / 2 if table.rounding == "nearest" else table.rounded_to - (1.0 if whole else 0.0)
    return entry.value - reach, entry.value + reach


def _known(fact: Known) -> Limits:
    if fact.value is not None:
        return fact.value, fact.value
    low = -np.inf if fact.at_least is None else fact.at_least
    return low, np.inf if fact.at_most is None else fact.at_most


def _only(said: Mapping[int, Limits], table: int) -> dict[int, Limits]:
    return {number: limits for number, limits in said.items() if number in (table, ELSEWHERE)}


def _relations(sums: Sequence[Sum], place: Mapping[int, int]) -> sparse.csr_array:
    rows = [row for row, one in enumerate(sums) for _ in range(len(one.parts) + 1)]
    columns = [place[cell] for one in sums for cell in (*one.parts, one.total)]
    signs = [sign for one in sums for sign in (*[1] * len(one.parts), -1)]
    return sparse.csr_array((np.array(signs, np.int8), (rows, np.array(columns, int))), shape=(len(sums), len(place)))
