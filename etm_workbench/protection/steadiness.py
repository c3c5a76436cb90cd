"""Which cells the last cycle's same table hid: hidden again they cost less, so that a table can be followed.

A cell knows whom it counts, not the names of organizations and levels. Its counterpart of another cycle is
therefore found by its people: the cell of the same answers, in a table of the same name, whose group is for the
most part the same people. That also follows an organization that changed its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from etm_workbench.protection.web import Condition, Web

Flags = NDArray[np.bool_]
Question = tuple[str, Condition]
ALIKE = 0.5  # share of two groups' people, taken together, above which they are one group a cycle apart


def hidden_last_cycle(web: Web, cells: Sequence[int] | NDArray[np.int64]) -> Flags:
    """Which of these cells were hidden when their table last left, in another cycle.

    Parameters
    ----------
    web : Web
        All that the readers hold, and what is asked now.
    cells : sequence of int
        Numbers of cells in the web.

    Returns
    -------
    ndarray of bool, shape (cells,)
        False also for cells that have no counterpart; where several earlier releases hold one, the latest counts.
    """
    found = np.zeros(len(cells), np.bool_)
    if not _several_cycles(web):
        return found
    asked = _by_question(web, (int(cell) for cell in cells), released=False)
    before = _by_question(web, range(len(web.cells)), released=True)
    shared = {question: before[question] for question in asked.keys() & before.keys()}
    groups = sorted({web.cells[cell].group for cells in (*shared.values(), *asked.values()) for cell in cells})
    alike = _alike(web, groups) if shared else set()
    place = {int(cell): index for index, cell in enumerate(cells)}
    for question, earlier in shared.items():
        for cell in asked[question]:
            same = [other for other in earlier if (web.cells[cell].group, web.cells[other].group) in alike]
            last = max(same, key=lambda other: (web.cells[other].release, other), default=None)
            found[place[cell]] |= last is not None and web.cells[last].state == "hidden"
    return found


def _several_cycles(web: Web) -> bool:
    """Whether somebody has two numbers of their own beside the one for life."""
    own = np.flatnonzero(web.person != np.arange(web.person.size))
    return bool(np.unique(web.person[own]).size < own.size)


def _by_question(web: Web, cells: Iterable[int], *, released: bool) -> Mapping[Question, list[int]]:
    """The cells that ask for answers, by table and answers: those that were released, or those asked now."""
    found: dict[Question, list[int]] = {}
    for number in cells:
        cell = web.cells[number]
        if cell.condition and not cell.virtual and (cell.state != "asked") == released:
            for table in cell.tables:
                found.setdefault((table, cell.condition), []).append(number)
    return found


def _alike(web: Web, groups: Sequence[int]) -> set[tuple[int, int]]:
    """Pairs of groups of for the most part the same people, that hold no number of the same cycle."""
    rows = [web.groups[group] for group in groups]
    people = _membership([web.person[row] for row in rows], web.person.size)
    cycle = _membership([row[web.person[row] != row] for row in rows], web.person.size)
    common = sparse.coo_array(people @ people.T)
    size = np.array([row.size for row in rows])
    one, other = common.coords
    close = common.data > ALIKE * (size[one] + size[other] - common.data)
    apart = np.asarray((cycle @ cycle.T).toarray() == 0)[one, other]
    number = np.asarray(groups)
    return set(zip(number[one[close & apart]].tolist(), number[other[close & apart]].tolist(), strict=True))


def _membership(rows: Sequence[NDArray[np.int64]], columns: int) -> sparse.csr_array:
    ends = np.cumsum([0, *(row.size for row in rows)])
    at = np.concatenate(rows) if rows else np.empty(0, np.int64)
    return sparse.csr_array((np.ones(at.size, np.int32), at, ends), shape=(len(rows), columns))
