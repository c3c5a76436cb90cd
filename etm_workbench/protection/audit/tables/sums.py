"""The sums that published tables let anybody make.

From each table's finest cells to every margin that some table publishes or that two tables share, and from
categories to the wider ones the spec says they add up to. Margins of one table and cells of another meet there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from etm_workbench.protection.audit.tables.inner import add_inner_cells
from etm_workbench.protection.audit.tables.labels import Note, Reader
from etm_workbench.protection.audit.tables.links import Linked, Sum, enter_tables, hidden_limits
from etm_workbench.protection.audit.tables.reading import Entry, Group, Table
from etm_workbench.protection.audit.tables.spec import Spec

Shape = frozenset[str]
"""The dimensions by which groups are told apart."""


def link(spec: Spec, tables: Sequence[Table], by_dimension: Mapping[str, Reader]) -> tuple[Linked, list[Note]]:
    """One problem of all the tables and of what the spec knows from elsewhere; and notes on what was left out."""
    linked, cells = enter_tables(spec, tables, by_dimension)
    wider = {name: _used_parts(name, reader, tables) for name, reader in by_dimension.items()}
    for number, table in enumerate(tables):
        summing = Summing(linked, number, cells[number], wider)
        summing.fill_missing()
        summing.add(_shapes(table) | _wanted(table, tables, spec))
    linked.prune()
    codes = {name: reader.parts for name, reader in by_dimension.items()}
    return linked, add_inner_cells(linked, cells, codes)


class Summing:
    """Makes the sums of one table.

    Parameters
    ----------
    linked : Linked
        Gets the sums, and cells for margins that no file shows.
    number : int
        The table's.
    cells : dict of Group to int
        The table's cells.
    wider : dict of str to dict
        For each dimension, code of a sum of categories to the codes it adds up.
    """

    def __init__(
        self, linked: Linked, number: int, cells: dict[Group, int], wider: Mapping[str, Mapping[str, tuple[str, ...]]]
    ) -> None:
        self.linked, self.number, self.cells, self.wider = linked, number, cells, wider
        self.table = linked.tables[number]
        self.finest = Shape(self.table.spec.all_dimensions)

    def fill_missing(self) -> None:
        """A cell for each row that is not there, where the spec says that such rows are not zero."""
        if self.table.spec.missing == "zero":
            return
        for name in sorted(filter(self._adds_up, self.finest)):
            own = [group for group in self.cells if _shape(group) == self.finest]
            codes = {dict(group)[name] for group in own} - self.wider[name].keys()
            for rest in {_without(group, {name}) for group in own}:
                for code in sorted(codes):
                    self._missing(_with(rest, name, code))

    def add(self, shapes: Iterable[Shape]) -> None:
        """All sums between these shapes, from the finest to the coarsest."""
        done: list[Shape] = []
        for shape in sorted(shapes, key=lambda shape: (-len(shape), sorted(shape))):
            for finer in done:
                over = finer - shape
                between = any(shape < other < finer for other in done)
                if shape < finer and not between and all(map(self._adds_up, over)):
                    self._sum_over(finer, over)
            self._sum_to_wider(shape)
            done.append(shape)

    def _sum_over(self, finer: Shape, over: Shape) -> None:
        lines: dict[Group, list[Group]] = defaultdict(list)
        present = {group for group in self.cells if _shape(group) == finer}
        for group in sorted(present):
            if not any(self._is_within_another(group, name, present) for name in over):
                lines[_without(group, over)].append(group)
        for total, parts in lines.items():
            self._record(tuple(sorted(over)), total, parts, self._others(total, over))

    def _sum_to_wider(self, shape: Shape) -> None:
        """Sums of categories to the wider categories they make up, the innermost first."""
        for name in sorted(shape):
            for code in sorted(self.wider[name], key=lambda code: len(self._leaves(name, code))):
                lines: dict[Group, list[Group]] = defaultdict(list)
                for group in sorted(self.cells):
                    if _shape(group) == shape and dict(group)[name] in self.wider[name][code]:
                        lines[_with(_without(group, {name}), name, code)].append(group)
                for total, parts in lines.items():
                    self._record((name,), total, parts, self._others(total, {name}))

    def _record(self, over: tuple[str, ...], total: Group, parts: Sequence[Group], others: Sequence[int]) -> None:
        members = (*(self.cells[part] for part in parts), *others)
        self.linked.sums.append(Sum(self.number, over, total, members, self._own(total)))

    def _own(self, group: Group) -> int:
        """The table's cell for a group; a shared one if it shows none itself."""
        if group not in self.cells:
            self.cells[group] = self.linked.cell((self.table.spec.people, group, ""))
        return self.cells[group]

    def _missing(self, group: Group) -> None:
        if group in self.cells:
            return
        cell = self._own(group)
        rule = (self.table.spec.hidden or self.linked.spec.hidden)[0]
        if self.table.spec.missing == "hidden" and cell not in self.linked.hidden[self.number]:
            self.linked.said[cell].setdefault(self.number, hidden_limits(rule))
            self.linked.hidden[self.number][cell] = Entry(0, group, dict(group), None, rule, is_margin=False)

    def _others(self, total: Group, over: Iterable[str]) -> list[int]:
        """A cell for the people whom the table's categories leave out, where the spec says so."""
        incomplete = sorted(set(over) & set(self.table.spec.incomplete))
        mark = f"others of table {self.number} by {', '.join(sorted(over))}"
        return [self.linked.cell((self.table.spec.people, total, mark))] if incomplete else []

    def _adds_up(self, name: str) -> bool:
        return self.linked.spec.dimension(name).sum

    def _is_within_another(self, group: Group, name: str, present: set[Group]) -> bool:
        """Whether a wider category that contains this one stands in the same line."""
        code, rest = dict(group)[name], _without(group, {name})
        holders = [wide for wide in self.wider[name] if code in self._leaves(name, wide)]
        return any(_with(rest, name, wide) in present for wide in holders)

    def _leaves(self, name: str, code: str) -> set[str]:
        """Every category within a wider one, at any depth."""
        parts = set(self.wider[name].get(code, ()))
        return parts.union(*(self._leaves(name, part) for part in parts))


def _used_parts(name: str, reader: Reader, tables: Sequence[Table]) -> dict[str, tuple[str, ...]]:
    """Sums of categories that matter: shown in some table, or met from different categories by two tables."""
    codes = [{dict(e.group).get(name) for e in table.entries} for table in tables]
    return {
        wide: parts
        for wide, parts in reader.parts.items()
        if any(wide in own for own in codes) or len({frozenset(own & set(parts)) for own in codes} - {frozenset()}) > 1
    }


def _shapes(table: Table) -> set[Shape]:
    return {Shape(table.spec.all_dimensions), *(_shape(entry.group) for entry in table.entries)}


def _wanted(table: Table, tables: Sequence[Table], spec: Spec) -> set[Shape]:
    """Margins of the table that some table of the same people publishes, or that it shares with another."""
    finest = Shape(table.spec.all_dimensions)
    published = {shape for other in tables if other.spec.people == table.spec.people for shape in _shapes(other)}
    published |= {Shape(fact.at) for fact in spec.known if fact.people == table.spec.people}
    shared = {one & other for one, other in combinations(published, 2)}
    return {shape for shape in published | shared if shape < finest}


def _shape(group: Group) -> Shape:
    return Shape(name for name, _ in group)


def _without(group: Group, names: Iterable[str]) -> Group:
    return tuple(item for item in group if item[0] not in names)


def _with(group: Group, name: str, code: str) -> Group:
    return tuple(sorted((*group, (name, code))))
