"""The cells behind tables that overlap in a ring: nobody published them, but everybody knows they are people.

Two tables that share a margin can always come from one finer table. Three that overlap pairwise (organization by
level, level by sex, sex by organization) need not: that a finer table of non-negative counts exists narrows their
hidden cells further. So the finer cells are added as unknowns, where the tables form such a ring.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence

from etm_workbench.protection.audit.tables.labels import Note
from etm_workbench.protection.audit.tables.links import Linked, Sum
from etm_workbench.protection.audit.tables.reading import Group, Table

Shape = frozenset[str]


def ring(shapes: Collection[Shape]) -> set[Shape]:
    """The shapes that overlap in a ring; none if the tables can be joined one after another.

    Notes
    -----
    Graham's reduction: drop dimensions that only one shape has and shapes within another, until nothing changes.

    Examples
    --------
    >>> sorted(map(sorted, ring([Shape("ab"), Shape("bc"), Shape("ca"), Shape("ad")])))
    [['a', 'b'], ['a', 'c'], ['b', 'c']]
    >>> ring([Shape("ab"), Shape("bc"), Shape("cd")])
    set()
    """
    left = {shape: set(shape) for shape in shapes}
    while True:
        seen = Counter(name for rest in left.values() for name in rest)
        kept = {shape: {name for name in rest if seen[name] > 1} for shape, rest in left.items()}
        order = sorted(kept, key=lambda shape: (len(kept[shape]), sorted(shape)))
        inside = {
            shape for at, shape in enumerate(order) if any(kept[shape] <= kept[other] for other in order[at + 1 :])
        }
        if kept == left and not inside:
            return set(left) if len(left) > 1 else set()
        left = {shape: rest for shape, rest in kept.items() if shape not in inside}


def add_inner_cells(
    linked: Linked, cells: Sequence[Mapping[Group, int]], wider: Mapping[str, Collection[str]]
) -> list[Note]:
    """Add the finer cells behind rings of tables, at most as many as the spec allows; notes on rings left out.

    Parameters
    ----------
    linked : Linked
    cells : sequence of dict of Group to int
        Each table's cell numbers.
    wider : dict of str to codes
        For each dimension, codes that add up others; finer cells are told apart by the others.
    """
    notes: list[Note] = []
    if linked.spec.negative:
        return notes
    for people in sorted({table.spec.people for table in linked.tables}):
        own = [number for number, table in enumerate(linked.tables) if table.spec.people == people]
        core = ring({_finest(linked.tables[number]) for number in own})
        if not core:
            continue
        numbers = [number for number in own if _finest(linked.tables[number]) in core]
        joined = _inner_groups(linked, {n: _leaves(cells[n], _finest(linked.tables[n]), wider) for n in numbers})
        if joined is None:
            notes.append(Note("no_inner_cells", ", ".join(sorted(set().union(*core))), len(numbers)))
            continue
        for number in numbers:
            _record(linked, number, cells[number], joined)
    return notes


def _inner_groups(linked: Linked, groups: Mapping[int, Sequence[Group]]) -> list[Group] | None:
    """The finer groups behind these tables; None where they cannot be told, or are too many."""
    specs = [linked.tables[number].spec for number in groups]
    dimensions = {name for spec in specs for name in spec.all_dimensions}
    fixed = {name for name in dimensions if not linked.spec.dimension(name).sum}
    if any(spec.incomplete or not fixed <= set(spec.all_dimensions) for spec in specs):
        return None
    return _join(list(groups.values()), linked.spec.inner_cells) if _same_codes(groups.values()) else None


def _finest(table: Table) -> Shape:
    return Shape(table.spec.all_dimensions)


def _leaves(cells: Mapping[Group, int], finest: Shape, wider: Mapping[str, Collection[str]]) -> list[Group]:
    return [g for g in cells if len(g) == len(finest) and not any(code in wider[name] for name, code in g)]


def _same_codes(tables: Collection[Sequence[Group]]) -> bool:
    """Whether tables that share a dimension know the same codes of it; otherwise finer cells would be lost."""
    codes: dict[str, set[frozenset[str]]] = defaultdict(set)
    for groups in tables:
        own: dict[str, set[str]] = defaultdict(set)
        for group in groups:
            for name, code in group:
                own[name].add(code)
        for name, known in own.items():
            codes[name].add(frozenset(known))
    return all(len(different) == 1 for different in codes.values())


def _join(tables: Sequence[Sequence[Group]], most: int) -> list[Group] | None:
    """Every group that all the tables allow; None if there are more than that."""
    joined: list[dict[str, str]] = [{}]
    for groups in sorted(tables, key=len):
        names = {name for group in groups[:1] for name, _ in group}
        shared = sorted(names & set(joined[0] if joined else ()))
        partners: dict[tuple[str, ...], list[Group]] = defaultdict(list)
        for group in groups:
            partners[tuple(dict(group)[name] for name in shared)].append(group)
        joined = [
            {**first, **dict(group)} for first in joined for group in partners[tuple(first[name] for name in shared)]
        ]
        if len(joined) > most:
            return None
    return [tuple(sorted(group.items())) for group in joined]


def _record(linked: Linked, number: int, cells: Mapping[Group, int], joined: Sequence[Group]) -> None:
    """Each cell of the table as a sum of finer ones."""
    table = linked.tables[number]
    finest = _finest(table)
    parts: dict[Group, list[int]] = defaultdict(list)
    for group in joined:
        cell = linked.cell((table.spec.people, group, "inner"))
        parts[tuple(item for item in group if item[0] in finest)].append(cell)
    over = tuple(sorted({name for group in joined[:1] for name, _ in group} - finest))
    for group, members in sorted(parts.items()):
        linked.sums.append(Sum(number, over, group, tuple(members), cells[group], is_inner=True))
