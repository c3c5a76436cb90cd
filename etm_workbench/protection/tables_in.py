"""A sensitive table's cells put into the web."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from etm_workbench.protection.web import ALSO, FIRST, Condition, Rows, Web, WebCell, identity
from etm_workbench.sensitive import (
    EITHER,
    OPEN_NODES,
    SENSITIVITIES,
    TOTAL,
    Evidence,
    SensitiveTable,
    open_evidence,
    table_relations,
)

Places = NDArray[np.int64]


def add_table(
    web: Web,
    table: SensitiveTable,
    *,
    lasting: Collection[str],
    few: int = 0,
    virtual: bool = False,
    given: Places | None = None,
) -> Places:
    """The web's cells of a table, one a cell in the table's order; new ones are added.

    Parameters
    ----------
    web : Web
        Grows.
    table : SensitiveTable
        Any.
    lasting : collection of str
        Variables whose answers stay with a person from cycle to cycle: people are recognised across cycles
        in cells that only ask for these.
    few : int
        Where people gave so many answers more than there are people, that everybody gave one says nothing.
    virtual : bool
        Nobody is shown the table; other tables are cut from it.
    given : ndarray of int, optional
        The web's cell of each cell of the table, or -1 where it is not known yet.
    """
    return _Adding(web, table, frozenset(lasting), few=few, virtual=virtual).places(given)


class _Adding:
    def __init__(self, web: Web, table: SensitiveTable, lasting: frozenset[str], *, few: int, virtual: bool) -> None:
        self._web, self._table, self._lasting, self._few, self._virtual = web, table, lasting, few, virtual
        evidence = open_evidence(table)
        self._one_cycle = len(table.population.cycles) == 1
        self._base: Condition = ()
        if table.sensitivity != "establishment":
            # Who was filtered by headcount variables is the group asked; only answers are a condition.
            kept = table.answer_filters
            self._base = tuple(
                (variable, *sorted(codes))
                for variable, codes in table.population.filters
                if kept is None or variable in kept
            )
        bounds, columns = evidence.contributors.indptr, evidence.contributors.indices
        self._own = [np.sort(columns[i:j]).astype(np.int64) for i, j in pairwise(bounds)]
        self._asked = _asked(table, self._own)
        self._in_cycle, self._for_life = self._numbers(evidence)

    def places(self, given: Places | None) -> Places:
        table, web = self._table, self._web
        known = np.full(len(table.cells), -1, np.int64) if given is None else given
        places = np.array(
            [
                self._cell(position, key) if number < 0 else self._same(int(number))
                for position, (key, number) in enumerate(zip(table.cells, known, strict=True))
            ],
            np.int64,
        )
        for total, parts in table_relations(table.dimensions):
            web.relate(int(places[total]), [int(p) for p in places[list(parts)]])
        self._link_wholes(places)
        self._add_complements(places)
        for family in () if self._virtual else self._families(places):
            web.families[family] = web.families.get(family, frozenset()) | {table.name}
        return places

    def _same(self, number: int) -> int:
        """A cell that the table everybody is in has already, now in this table too."""
        return self._web.add(
            replace(self._web.cells[number], tables=frozenset({self._table.name}), virtual=False, state="asked")
        )

    def _numbers(self, evidence: Evidence) -> tuple[Rows, Rows]:
        """The web's number of each person in the cycle, and for life."""
        ids = np.array([identity(one) for one in evidence.people], np.uint64)
        people = np.array([identity(one.rpartition("@")[0] or one) for one in evidence.people], np.uint64)
        in_cycle = self._web.number_people(ids, people)
        return in_cycle, self._web.person[in_cycle]

    def _cell(self, position: int, key: tuple[str, ...]) -> int:
        condition, level = self._condition(key)
        number = self._for_life if self._lasts(condition) else self._in_cycle
        row = np.sort(number[self._own[position]])
        asked = np.sort(number[self._asked[position]]) if condition else row
        tables = frozenset(() if self._virtual else {self._table.name})
        return self._web.add(
            WebCell(
                condition,
                self._web.group(asked),
                row,
                level,
                {},
                tables,
                virtual=self._virtual and bool(condition),
                filtered=bool(self._base),
            )
        )

    def _lasts(self, condition: Condition) -> bool:
        """Whether people keep their answers from cycle to cycle, so that they are known for life."""
        return bool(condition) and self._one_cycle and all(name in self._lasting for name, *_ in condition)

    def _condition(self, key: tuple[str, ...]) -> tuple[Condition, int]:
        level = SENSITIVITIES.index(self._table.sensitivity)
        codes: list[tuple[str, ...]] = list(self._base)
        for dimension, code in zip(self._table.dimensions, key, strict=True):
            if dimension.sensitivity != "establishment" and code not in OPEN_NODES:
                codes.append((dimension.variable, *code.split(EITHER)))
                level = max(level, SENSITIVITIES.index(dimension.sensitivity))
        return tuple(sorted(codes)), level

    def _link_wholes(self, places: Places) -> None:
        """For each sensitive dimension, the cell that holds everyone who could have given the answer."""
        grid = places.reshape(self._table.shape)
        found: dict[int, dict[str, int]] = {}
        for axis, dimension in enumerate(self._table.dimensions):
            if dimension.sensitivity == "establishment" or dimension.base is None:
                continue
            whole = np.take(grid, dimension.codes.index(dimension.base), axis=axis)
            for index, code in enumerate(dimension.codes):
                if code not in OPEN_NODES:
                    for cell, group in zip(np.take(grid, index, axis=axis).flat, whole.flat, strict=True):
                        found.setdefault(int(cell), {})[dimension.variable] = self._whole(int(cell), int(group))
        for cell, wholes in found.items():
            if not wholes.keys() <= self._web.cells[cell].wholes.keys():
                self._web.change(cell, wholes={**wholes, **self._web.cells[cell].wholes})

    def _whole(self, cell: int, group: int) -> int:
        """The cell of a whole group, its people known for life where the answers are."""
        web = self._web
        if web.cells[group].condition or not self._lasts(web.cells[cell].condition):
            return group
        people = np.sort(web.person[web.cells[group].row])
        return web.add(WebCell((), web.group(people), people, 0, {}, virtual=True))

    def _add_complements(self, places: Places) -> None:
        """Where people may give several answers, those who did not give one are a cell too."""
        grid = np.arange(places.size).reshape(self._table.shape)
        for axis, dimension in enumerate(self._table.dimensions):
            rootless = {n.code for n in dimension.nodes if n.parent is None} - OPEN_NODES
            if dimension.base is None or not rootless:
                continue
            whole = np.take(grid, dimension.codes.index(dimension.base), axis=axis)
            for code in sorted(rootless):
                inside = np.take(grid, dimension.codes.index(code), axis=axis)
                for part, position in zip(inside.flat, whole.flat, strict=True):
                    negation = (dimension.variable, "NOT", code)
                    self._complement(int(places[part]), int(places[position]), negation, everybody=self._own[position])
            answers = [c for c in dimension.codes if c in rootless]
            inside = np.take(grid, [dimension.codes.index(c) for c in answers], axis=axis)
            for line, position in zip(np.moveaxis(inside, axis, -1).reshape(-1, len(answers)), whole.flat, strict=True):
                named = [(dimension.variable, FIRST, *answers[i::-1]) for i in range(len(answers))]
                self._firsts(places[line].tolist(), int(places[position]), named)

    def _firsts(self, given: list[int], total: int, named: list[tuple[str, ...]]) -> None:
        """Everybody counted once, with the first of their answers: who answered gave one of them."""
        web = self._web
        surplus = sum(web.cells[cell].row.size for cell in given) - web.cells[total].row.size
        if surplus >= self._few:
            return
        parts, counted = [given[0]], web.cells[given[0]].row
        for cell, first in zip(given[1:], named[1:], strict=True):
            inside, also = web.cells[cell], (first[0], ALSO, *first[2:])
            rows = np.setdiff1d(inside.row, counted), np.intersect1d(inside.row, counted)
            conditions = (tuple(sorted((*web.cells[total].condition, name))) for name in (first, also))
            one, other = (
                web.add(WebCell(condition, inside.group, row, inside.level, {}, virtual=True, filtered=inside.filtered))
                for condition, row in zip(conditions, rows, strict=True)
            )
            web.relate(cell, (one, other))
            parts.append(one)
            counted = np.union1d(counted, inside.row)
        web.relate(total, parts)

    def _complement(self, part: int, total: int, negation: tuple[str, ...], *, everybody: Rows) -> None:
        web = self._web
        inside, whole = web.cells[part], web.cells[total]
        # Answers that last are counted by person for life, others by person and cycle.
        number = self._for_life if self._lasts(inside.condition) else self._in_cycle
        row = np.setdiff1d(number[everybody], inside.row, assume_unique=True)
        condition = tuple(sorted((*whole.condition, negation)))
        wholes = {**whole.wholes, negation[0]: self._whole(part, total)}
        at = (condition, inside.group, row, inside.level, wholes)
        cell = WebCell(*at, virtual=True, complement=True, filtered=inside.filtered)
        web.relate(total, (part, web.add(cell)))

    def _families(self, places: Places) -> set[tuple[int, ...]]:
        """The smallest groups asked, which share nobody: for each sensitive answer, the leaves of the others."""
        grid = places.reshape(self._table.shape)
        axes = [a for a, d in enumerate(self._table.dimensions) if d.sensitivity != "establishment"]
        for axis, dimension in enumerate(self._table.dimensions):
            if axis not in axes:
                grid = np.take(grid, [dimension.codes.index(leaf) for leaf in dimension.leaves], axis=axis)
        answers = np.moveaxis(grid, axes, range(len(axes))).reshape(-1, grid[(0,) * len(axes)].size if axes else 1)
        families = set()
        for line in answers if axes else [grid.ravel()]:
            cells = [self._web.cells[int(cell)] for cell in line]
            if cells[0].condition:
                family = {cell.group for cell in cells if self._web.groups[cell.group].size}
                families.add(tuple(sorted(family)))
        return families


def _asked(table: SensitiveTable, own: list[Rows]) -> list[Rows]:
    """For each cell, everybody who was asked: its sensitive answers at `TOTAL`, or all of them together."""
    grid = np.arange(len(own)).reshape(table.shape)
    lines: list[list[list[int]]] = []
    for dimension in table.dimensions:
        codes = dimension.codes
        closed = [i for i, code in enumerate(codes) if code not in OPEN_NODES]
        whole = [codes.index(TOTAL)] if TOTAL in codes else closed
        sensitive = dimension.sensitivity != "establishment"
        lines.append([whole if sensitive and i in closed else [i] for i in range(len(codes))])
    asked: dict[tuple[int, ...], Rows] = {}
    out = []
    for key in np.ndindex(*table.shape):
        cells = tuple(grid[np.ix_(*(line[i] for line, i in zip(lines, key, strict=True)))].ravel().tolist())
        if cells not in asked:
            asked[cells] = own[cells[0]] if len(cells) == 1 else np.unique(np.concatenate([own[c] for c in cells]))
        out.append(asked[cells])
    return out
