"""All the tables of a release as one web of cells, the way an intruder would join them.

Two cells with the same condition on sensitive variables, asked of the same group of people, are one cell,
in whichever tables they stand: who belongs to an organization or a level is known to everybody. Sums
within tables, differences of nested groups between tables, and the people outside an answer that allows
several, are the web's threads.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from etm_workbench.sensitive import (
    OPEN_NODES,
    SENSITIVITIES,
    TOTAL,
    Evidence,
    SensitiveTable,
    Sensitivity,
    open_evidence,
    table_relations,
)

Condition = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Lattice:
    """Distinct cells of linked tables.

    Parameters
    ----------
    values : ndarray of int, shape (cells,)
        People in each.
    sensitivity : ndarray of int, shape (cells,)
        Index into `SENSITIVITIES`.
    condition : tuple, length cells
        The sensitive codes that define the cell; empty for establishment cells.
    groups : tuple of tuple of int, length cells
        Cells that hold the whole group this cell is an answer of, one for each of its sensitive dimensions.
    relations : tuple of (int, tuple of int)
        A total and its parts.
    places : dict
        Table name to the lattice cell of each of its cells.
    members : csr_array
        Cells × people.
    virtual : ndarray of bool, shape (cells,)
        Cells that no table shows but subtraction would give.
    """

    values: NDArray[np.int64]
    sensitivity: NDArray[np.int64]
    condition: tuple[Condition, ...]
    groups: tuple[tuple[int, ...], ...]
    relations: tuple[tuple[int, tuple[int, ...]], ...]
    places: dict[str, NDArray[np.int64]]
    members: sparse.csr_array
    people: NDArray[np.str_]
    virtual: NDArray[np.bool_]

    def __repr__(self) -> str:
        return f"<Lattice of {self.values.size} cells in {len(self.places)} tables>"


class _Builder:
    """Collects cells of tables under their identity."""

    def __init__(self, people: NDArray[np.str_]) -> None:
        self.people = people
        self.index: dict[tuple[Condition, object], int] = {}
        self.by_people: dict[tuple[Condition, bytes], int] = {}
        self.rows: list[NDArray[np.int64]] = []
        self.sensitivity: list[int] = []
        self.condition: list[Condition] = []
        self.groups: list[set[int]] = []
        self.virtual: list[bool] = []
        self.tables: list[set[str]] = []
        self.relations: dict[tuple[int, tuple[int, ...]], None] = {}

    def cell(self, condition: Condition, group: object, row: NDArray[np.int64], level: int) -> int:
        key = (condition, group)
        if key not in self.index:
            self.index[key] = len(self.rows)
            self.by_people.setdefault((condition, _digest(row)), len(self.rows))
            self.rows.append(row)
            self.sensitivity.append(level)
            self.condition.append(condition)
            self.groups.append(set())
            self.virtual.append(False)
            self.tables.append(set())
        return self.index[key]

    def relate(self, total: int, parts: Sequence[int]) -> None:
        # A group that stands on both sides says that the others are nobody, which the headcounts say too.
        if total not in parts:
            self.relations[total, tuple(sorted(set(parts)))] = None

    def finish(self, places: dict[str, NDArray[np.int64]]) -> Lattice:
        lengths = [row.size for row in self.rows]
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        columns = np.concatenate(self.rows) if self.rows else np.empty(0, np.int64)
        shape = (len(self.rows), self.people.size)
        members = sparse.csr_array((np.ones(columns.size, np.int32), columns, starts), shape=shape)
        return Lattice(
            values=np.array(lengths, np.int64),
            sensitivity=np.array(self.sensitivity, np.int64),
            condition=tuple(self.condition),
            groups=tuple(tuple(sorted(groups)) for groups in self.groups),
            relations=tuple(self.relations),
            places=places,
            members=members,
            people=self.people,
            virtual=np.array(self.virtual, bool),
        )


def build_lattice(tables: Sequence[SensitiveTable], *, thresholds: dict[Sensitivity, int]) -> Lattice:
    """The web of cells of tables that are released together.

    Parameters
    ----------
    tables : sequence of SensitiveTable
        With distinct names.
    thresholds : dict
        For each class, the smallest group that may be seen: differences of nested groups smaller than
        it become cells to protect.
    """
    evidence = [open_evidence(table) for table in tables]
    people = np.unique(np.concatenate([e.people for e in evidence])) if evidence else np.empty(0, np.str_)
    builder = _Builder(people)
    places = {}
    # Tables of a population that is itself a judgement come last: their cells are recognised by their people.
    for table, shown in sorted(
        zip(tables, evidence, strict=True), key=lambda pair: pair[0].sensitivity != "establishment"
    ):
        places[table.name] = _add_table(builder, table, shown)
    _add_differences(builder, thresholds)
    return builder.finish(places)


def _add_table(builder: _Builder, table: SensitiveTable, evidence: Evidence) -> NDArray[np.int64]:
    columns = np.searchsorted(builder.people, evidence.people)
    base = _base_condition(table)
    contributors = evidence.contributors
    bounds = contributors.indptr
    rows = [np.sort(columns[contributors.indices[i:j]]).astype(np.int64) for i, j in pairwise(bounds)]
    asked = _asked_groups(table)
    places = np.empty(len(rows), np.int64)
    for position, key in enumerate(table.cells):
        condition, level = _condition(table, key, base)
        known = builder.by_people.get((condition, _digest(rows[position]))) if base and rows[position].size else None
        group = (
            ("within", table.name, position) if base else _digest(rows[position if not condition else asked[position]])
        )
        cell = builder.cell(condition, group, rows[position], level) if known is None else known
        builder.tables[cell].add(table.name)
        builder.virtual[cell] = False
        places[position] = cell
    for total, parts in table_relations(table.dimensions):
        builder.relate(int(places[total]), [int(p) for p in places[list(parts)]])
    _add_groups(builder, table, places)
    _add_complements(builder, table, places)
    return places


def _base_condition(table: SensitiveTable) -> Condition:
    """Filters on sensitive variables define every cell of the table."""
    if table.sensitivity == "establishment":
        return ()
    return tuple((variable, *codes) for variable, codes in table.population.filters)


def _condition(table: SensitiveTable, key: tuple[str, ...], base: Condition) -> tuple[Condition, int]:
    level = SENSITIVITIES.index(table.sensitivity)
    codes: list[tuple[str, ...]] = []
    for dimension, code in zip(table.dimensions, key, strict=True):
        if dimension.sensitivity != "establishment" and code not in OPEN_NODES:
            codes.append((dimension.variable, code))
            level = max(level, SENSITIVITIES.index(dimension.sensitivity))
    return (*base, *sorted(codes)), level


def _asked_groups(table: SensitiveTable) -> NDArray[np.int64]:
    """For each cell, the position of the cell of everybody who was asked: its sensitive answers at TOTAL."""
    grid = np.arange(len(table.cells)).reshape(table.shape)
    for axis, dimension in enumerate(table.dimensions):
        if dimension.sensitivity != "establishment" and TOTAL in dimension.codes:
            whole = dimension.codes.index(TOTAL)
            asked = [index if code in OPEN_NODES else whole for index, code in enumerate(dimension.codes)]
            grid = np.take(grid, asked, axis=axis)
    return grid.ravel()


def _digest(row: NDArray[np.int64]) -> bytes:
    return hashlib.blake2b(row.tobytes(), digest_size=16).digest()


def _add_groups(builder: _Builder, table: SensitiveTable, places: NDArray[np.int64]) -> None:
    """For each sensitive dimension, the cell that holds everyone who could have given the answer."""
    shape = table.shape
    grid = places.reshape(shape)
    for axis, dimension in enumerate(table.dimensions):
        if dimension.sensitivity == "establishment" or dimension.base is None:
            continue
        whole = np.take(grid, dimension.codes.index(dimension.base), axis=axis)
        for index, code in enumerate(dimension.codes):
            if code not in OPEN_NODES:
                for cell, group in zip(np.take(grid, index, axis=axis).flat, whole.flat, strict=True):
                    builder.groups[int(cell)].add(int(group))


def _add_complements(builder: _Builder, table: SensitiveTable, places: NDArray[np.int64]) -> None:
    """Where people may give several answers, those who did not give one are a cell too."""
    grid = places.reshape(table.shape)
    for axis, dimension in enumerate(table.dimensions):
        rootless = {n.code for n in dimension.nodes if n.parent is None} - {"TOTAL"}
        if dimension.base is None or not rootless or "TOTAL" not in dimension.codes:
            continue
        whole = np.take(grid, dimension.codes.index(dimension.base), axis=axis)
        for code in sorted(rootless - OPEN_NODES):
            inside = np.take(grid, dimension.codes.index(code), axis=axis)
            for part, total in zip(inside.flat, whole.flat, strict=True):
                _complement(builder, int(part), int(total), (dimension.variable, "NOT", code))


def _complement(builder: _Builder, part: int, total: int, condition: tuple[str, ...]) -> None:
    rest = np.setdiff1d(builder.rows[total], builder.rows[part], assume_unique=True)
    level = builder.sensitivity[part]
    key = (*builder.condition[total], condition)
    before = len(builder.rows)
    cell = builder.cell(key, ("rest of", part, total), rest, level)
    if len(builder.rows) > before:
        builder.virtual[cell] = True
    builder.groups[cell].add(total)
    builder.relate(total, (part, cell))


def _add_differences(builder: _Builder, thresholds: dict[Sensitivity, int]) -> None:
    """Nested groups of different tables under one condition, whose difference is small.

    Within one table the sums already say what subtraction gives, and the width that hidden cells must
    keep covers it.
    """
    by_condition: dict[Condition, list[int]] = {}
    for cell, condition in enumerate(builder.condition):
        if condition and builder.rows[cell].size:
            by_condition.setdefault(condition, []).append(cell)
    known = {frozenset((total, *parts)) for total, parts in builder.relations}
    for condition, cells in sorted(by_condition.items()):
        threshold = thresholds[SENSITIVITIES[builder.sensitivity[cells[0]]]]
        for inner, outer in _nested(builder, cells, threshold):
            if builder.tables[inner] & builder.tables[outer]:
                continue
            rest = np.setdiff1d(builder.rows[outer], builder.rows[inner], assume_unique=True)
            known_cell = builder.by_people.get((condition, _digest(rest)))
            if known_cell is None:
                cell = builder.cell(condition, ("between", inner, outer), rest, builder.sensitivity[inner])
                builder.virtual[cell] = True
            else:
                cell = known_cell
            if frozenset((outer, inner, cell)) not in known:
                builder.relate(outer, (inner, cell))


def _nested(builder: _Builder, cells: list[int], threshold: int) -> list[tuple[int, int]]:
    """Pairs (inner, outer) among `cells` whose difference holds 1 to `threshold` - 1 people."""
    if len(cells) < 2 or threshold <= 1:
        return []
    lengths = np.array([builder.rows[c].size for c in cells])
    columns = np.concatenate([builder.rows[c] for c in cells])
    starts = np.concatenate([[0], np.cumsum(lengths)])
    matrix = sparse.csr_array(
        (np.ones(columns.size, np.int32), columns, starts), shape=(len(cells), builder.people.size)
    )
    common = (matrix @ matrix.T).tocoo()
    inside = common.data == lengths[common.row]
    gap = lengths[common.col] - lengths[common.row]
    chosen = inside & (gap > 0) & (gap < threshold)
    return sorted((cells[i], cells[j]) for i, j in zip(common.row[chosen], common.col[chosen], strict=True))
