"""The part of the web that a release can change, as arrays: what the rules and the suppressor read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from etm_workbench.protection.steadiness import hidden_last_cycle
from etm_workbench.protection.tables_in import add_table
from etm_workbench.protection.threads import add_threads
from etm_workbench.protection.web import Alone, Condition, Web, is_aid, tells_alone
from etm_workbench.sensitive import SensitiveTable, Sensitivity

Flags = NDArray[np.bool_]
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Lattice:
    """Distinct cells of linked tables, with the earlier ones that they touch.

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
    virtual : ndarray of bool, shape (cells,)
        Cells that no table shows but subtraction would give.
    complement : ndarray of bool, shape (cells,)
        Virtual cells of those who did not give one of several answers.
    shown, dark : ndarray of bool, shape (cells,)
        Shown, or hidden, by an earlier release.
    earlier_width, earlier_lower : ndarray of int, shape (cells,)
        What an earlier release asked for a cell that it hid.
    revised : ndarray of bool, shape (cells,)
        Cells whose change since an earlier release is too small to be seen.
    owner : ndarray of int, shape (cells,)
        Who makes up a cell of one person; another number for each other cell.
    told_alone : ndarray of bool, shape (cells,)
        Cells of one person whom earlier releases told that nobody else there gave this answer, or part of it.
    release : ndarray of int, shape (cells,)
        The earlier release that held the cell first; 0 for none.
    hidden_before : ndarray of bool, shape (cells,)
        Cells whose counterpart was hidden when their table last left, in another cycle.
    web_cell : ndarray of int, shape (cells,)
        Its number in the web.
    """

    values: Counts
    sensitivity: Counts
    condition: tuple[Condition, ...]
    groups: tuple[tuple[int, ...], ...]
    relations: tuple[tuple[int, tuple[int, ...]], ...]
    places: dict[str, Counts]
    virtual: Flags
    complement: Flags
    shown: Flags
    dark: Flags
    earlier_width: Counts
    earlier_lower: Counts
    revised: Flags
    owner: Counts
    told_alone: Flags
    release: Counts
    hidden_before: Flags
    web_cell: Counts

    @property
    def asked(self) -> Flags:
        """Whether each cell is in a table of this release; shape (cells,)."""
        asked = np.zeros(self.values.size, bool)
        for of_table in self.places.values():
            asked[of_table] = True
        return asked

    @property
    def by_themselves(self) -> Flags:
        """Answers of somebody who is a whole group, which everybody can see from its headcount; shape (cells,)."""
        return np.array(
            [any(self.values[g] == 1 and not self.condition[g] for g in groups) for groups in self.groups], bool
        )

    def __repr__(self) -> str:
        return f"<Lattice of {self.values.size} cells in {len(self.places)} tables>"


def add_release(
    web: Web,
    tables: Sequence[SensitiveTable],
    *,
    thresholds: Mapping[Sensitivity, int],
    lasting: Collection[str] = (),
) -> dict[str, Counts]:
    """The tables of a release put into the web, with the threads that join them to what is there.

    Returns
    -------
    dict
        Table name to the web's cell of each of its cells.
    """
    # Tables of a population that is itself a judgement come last: their cells are those of the table of everybody.
    ordered = sorted(tables, key=lambda table: table.sensitivity != "establishment")
    places = {table.name: _add(web, table, thresholds=thresholds, lasting=lasting) for table in ordered}
    since = {int(cell) for cells in places.values() for cell in cells if web.cells[cell].condition}
    add_threads(web, thresholds, since=since)
    return places


def _add(web: Web, table: SensitiveTable, *, thresholds: Mapping[Sensitivity, int], lasting: Collection[str]) -> Counts:
    """A table's cells in the web, with those of the table that it is cut from where anything is protected."""
    few = max(thresholds.values(), default=0)
    if table.cut_from is None or not any(thresholds.values()):
        return add_table(web, table, lasting=lasting, few=few)
    whole = table.cut_from()
    places = add_table(web, whole.table, lasting=lasting, few=few, virtual=True)
    given = np.where(whole.cells < 0, -1, places[whole.cells])
    return add_table(web, table, lasting=lasting, few=few, given=given)


def lattice_of(web: Web, places: Mapping[str, Counts]) -> Lattice:
    """The web's cells that the tables at `places` hold, or that hidden sums connect to them.

    Cells that an earlier release showed, and cells known to everybody, stand in sums but connect nothing.
    """
    asked = np.zeros(len(web.cells), bool)
    for of_table in places.values():
        asked[of_table] = True
    relations = list(web.relations)
    chosen = _connected(web, relations, asked)
    kept = asked.copy()
    for row in np.flatnonzero(chosen):
        total, parts = relations[row]
        kept[[total, *parts]] = True
    for number in np.flatnonzero(kept):
        kept[list(web.cells[number].wholes.values())] = True
    numbers = np.flatnonzero(kept)
    place = np.full(len(web.cells), -1, np.int64)
    place[numbers] = np.arange(numbers.size)
    cells = [web.cells[number] for number in numbers]
    states = np.array([cell.state for cell in cells])
    return Lattice(
        values=np.array([cell.row.size for cell in cells], np.int64),
        sensitivity=np.array([cell.level for cell in cells], np.int64),
        condition=tuple(cell.condition for cell in cells),
        groups=tuple(tuple(sorted({int(place[w]) for w in cell.wholes.values()})) for cell in cells),
        relations=tuple(
            (int(place[total]), tuple(int(place[p]) for p in parts))
            for total, parts in (relations[row] for row in np.flatnonzero(chosen))
        ),
        places={name: place[of_table] for name, of_table in places.items()},
        virtual=np.array([cell.virtual for cell in cells], bool),
        complement=np.array([cell.complement for cell in cells], bool),
        shown=states == "shown",
        dark=states == "hidden",
        earlier_width=np.array([cell.width for cell in cells], np.int64),
        earlier_lower=np.array([cell.lower for cell in cells], np.int64),
        revised=np.array([cell.revised for cell in cells], bool),
        owner=_owners(web, numbers),
        told_alone=_told_alone(web, numbers),
        release=np.array([cell.release for cell in cells], np.int64),
        hidden_before=hidden_last_cycle(web, numbers),
        web_cell=numbers,
    )


def build_lattice(
    tables: Sequence[SensitiveTable], *, thresholds: Mapping[Sensitivity, int], lasting: Collection[str] = ()
) -> Lattice:
    """The lattice of tables that are released together, with nothing released before.

    Parameters
    ----------
    tables : sequence of SensitiveTable
        With distinct names.
    thresholds : mapping
        For each class, the smallest group that may be seen: differences of nested groups smaller than
        it become cells to protect.
    lasting : collection of str
        Variables whose answers stay with a person from cycle to cycle.
    """
    web = Web()
    return lattice_of(web, add_release(web, tables, thresholds=thresholds, lasting=lasting))


def _connected(web: Web, relations: Sequence[tuple[int, tuple[int, ...]]], asked: Flags) -> Flags:
    """Which sums hold a cell asked now, or share a cell that may be hidden with one that does."""
    if not relations:
        return np.zeros(0, bool)
    rows = np.repeat(np.arange(len(relations)), [1 + len(parts) for _, parts in relations])
    columns = np.array([cell for total, parts in relations for cell in (total, *parts)], np.int64)
    free = np.array([bool(cell.condition) and cell.state != "shown" for cell in web.cells])
    loose = free[columns]
    count = len(relations)
    links = sparse.csr_array(
        (np.ones(int(loose.sum())), (rows[loose], columns[loose] + count)), shape=(count + len(web.cells),) * 2
    )
    _, label = csgraph.connected_components(links, directed=False)
    reached = np.unique(label[rows[asked[columns]]])
    return np.asarray(np.isin(label[:count], reached))


def _owners(web: Web, numbers: Counts) -> Counts:
    """Who makes up each cell of one person; past all people for the others."""
    owner = web.ids.size + np.arange(numbers.size)
    for position, number in enumerate(numbers):
        row = web.cells[number].row
        if row.size == 1 and not is_aid(web.cells[number].condition):
            owner[position] = web.person[row[0]]
    return owner.astype(np.int64)


def _told_alone(web: Web, numbers: Counts) -> Flags:
    """Cells of one person who was told, anywhere in the web, to be alone there or where it follows from."""
    alone = Alone(web, (number for number, cell in enumerate(web.cells) if tells_alone(cell)))
    return np.array([alone.knows(number) for number in numbers.tolist()], bool)
