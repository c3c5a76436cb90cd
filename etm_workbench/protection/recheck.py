"""The attack once more, before a release may leave: on its tables alone, and on all that its readers hold.

The first reads nothing but the published tables, as anybody could. The second reads what the ledger keeps of
every release that the same people may put side by side, those recorded after this one too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from etm_workbench.protected import ProtectedTable, Shown
from etm_workbench.protection.audit import Published, attack, attack_as_members, check_release
from etm_workbench.protection.lattice import lattice_of
from etm_workbench.protection.memory import Memory
from etm_workbench.protection.policy import Policy
from etm_workbench.protection.problem import relation_matrix
from etm_workbench.sensitive import TOTAL, table_relations

Floats = NDArray[np.float64]


def given_away(tables: Mapping[str, ProtectedTable], *, seconds: float) -> int:
    """How many hidden counts of one or more people follow exactly from the tables themselves.

    Parameters
    ----------
    tables : mapping of str to ProtectedTable
        As they would leave; tables of one population are joined wherever they hold the same cell.
    seconds : float
        Time to search; passing limits from sum to sum is always done.
    """
    values, relations = _joined(tables)
    problem = Published(values, relations, np.zeros(values.size), np.full(values.size, np.inf))
    if not problem.hidden.any():
        return 0
    found = attack(problem, seconds=seconds)
    return int((found.exact & (found.lower > 0)).sum())


def narrowed(memory: Memory, policy: Policy, *, seconds: float) -> tuple[int, tuple[int, ...]]:
    """What readers who hold every release of a memory could narrow below the widths their policies promised.

    Returns
    -------
    int, tuple of int
        How many hidden cells are narrowed, or were not shown in time to keep their width; and the releases
        that first held them.
    """
    every = np.arange(len(memory.web.cells), dtype=np.int64)
    if every.size == 0:
        return 0, ()
    lattice = lattice_of(memory.web, {"held": every})
    known = np.array([not condition for condition in lattice.condition], np.bool_) | lattice.shown
    truth = lattice.values.astype(np.float64)
    problem = Published(
        known=np.where(known, truth, np.nan),
        relations=relation_matrix(lattice),
        lower=np.where(known, 0, lattice.earlier_lower).astype(np.float64),
        upper=np.full(truth.size, np.inf),
    )
    width = np.where(known, 0, lattice.earlier_width).astype(np.float64)
    breaches = list(check_release(problem, width, truth=truth, seconds=seconds))
    if policy.attackers.members:
        knowing = lattice.told_alone | lattice.by_themselves
        sure, fractions = np.minimum(width, 1.0), replace(problem, integer=False)
        breaches += attack_as_members(
            fractions, truth, width=sure, seconds=seconds, owner=lattice.owner, attacks=knowing
        )
    cells = sorted({breach.cell for breach in breaches})
    return len(cells), tuple(sorted({int(lattice.release[cell]) for cell in cells}))


def _joined(tables: Mapping[str, ProtectedTable]) -> tuple[Floats, sparse.csr_array]:
    """One list of cells over all tables, and the sums among them."""
    numbers: dict[object, int] = {}
    values: list[float] = []
    rows: list[tuple[int, tuple[int, ...]]] = []
    for table in tables.values():
        places = []
        for key, cell in table.rows():
            value = cell.value if isinstance(cell, Shown) else np.nan
            identity = _identity(table, key)
            place = numbers.setdefault(identity, len(values))
            if place == len(values):
                values.append(value)
            elif np.isnan(values[place]):
                values[place] = value
            places.append(place)
        rows += [(places[t], tuple(places[p] for p in parts)) for t, parts in table_relations(table.dimensions)]
    return np.array(values, np.float64), _matrix(rows, len(values))


def _identity(table: ProtectedTable, key: Iterable[str]) -> object:
    """What makes two cells one: the same answers of the same population."""
    asked = frozenset((v, c) for v, c in zip(table.variables, key, strict=True) if c != TOTAL)
    population = table.population
    return asked, population.cycles, population.universe, population.as_of, population.filters


def _matrix(rows: list[tuple[int, tuple[int, ...]]], cells: int) -> sparse.csr_array:
    matrix = sparse.lil_array((len(rows), cells), dtype=np.int8)
    for number, (total, parts) in enumerate(rows):
        matrix[number, list(parts)] = 1
        matrix[number, total] = -1
    return matrix.tocsr()
