"""The published sums as equations in the hidden cells only, and the groups of cells that hang together.

Everything here is numbered by position among the hidden cells and among the sums that hold one;
`System.cells` and `System.sums` lead back to the problem's own numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from etm_workbench.protection.audit.published import Booleans, Contradiction, Floats, Integers, Published

ROUNDING_NOISE = 1e-9
"""Floating-point noise in a sum, relative to the numbers added; a published contradiction is larger."""


@dataclass(frozen=True, slots=True, eq=False)
class System:
    """Equations `matrix @ x = right` with `lower <= x <= upper`, x the hidden cells.

    Parameters
    ----------
    cells : ndarray of int
        The problem's number of each hidden cell.
    sums : ndarray of int
        The problem's number of each sum that holds a hidden cell.
    matrix : csr_array, shape (sums, cells)
    right : ndarray of float, shape (sums,)
    lower, upper : ndarray of float, shape (cells,)
    integer : bool
    """

    cells: Integers
    sums: Integers
    matrix: sparse.csr_array
    right: Floats
    lower: Floats
    upper: Floats
    integer: bool

    @property
    def tolerance(self) -> float:
        """Differences up to this are numerical noise."""
        if self.integer:
            return 1e-6
        limits = np.concatenate([self.right, self.lower, self.upper])
        return ROUNDING_NOISE * max(1.0, float(np.abs(limits[np.isfinite(limits)]).max(initial=0.0)))

    def part(self, cells: Integers, sums: Integers, determined: Floats | None = None) -> System:
        """Only these cells and sums, by position; `determined` gives the values of cells that are left out."""
        matrix = self.matrix[sums]
        right = self.right[sums]
        if determined is not None:
            given = determined.copy()
            given[cells] = 0.0
            right = right - matrix @ given
        return System(
            self.cells[cells],
            self.sums[sums],
            sparse.csr_array(matrix[:, cells]),
            right,
            self.lower[cells],
            self.upper[cells],
            self.integer,
        )

    def without(self, sums: Integers) -> System:
        """All but these sums, by position."""
        kept = np.setdiff1d(np.arange(self.sums.size), sums)
        return self.part(np.arange(self.cells.size), kept)


def equations(problem: Published) -> tuple[System, tuple[Contradiction, ...]]:
    """The problem's equations in its hidden cells, and the sums of published numbers alone that do not add up."""
    hidden = problem.hidden
    relations = sparse.csr_array(problem.relations.astype(np.float64))
    published = np.where(hidden, 0.0, problem.known)
    right = -(relations @ published)
    size = abs(relations) @ np.abs(published)
    matrix = relations[:, np.flatnonzero(hidden)]
    matrix.eliminate_zeros()
    held = np.diff(matrix.indptr) > 0
    noise = 0.5 if problem.integer else ROUNDING_NOISE * np.maximum(1.0, size)
    wrong = ~held & (np.abs(right) > noise)
    lower, upper = problem.lower[hidden], problem.upper[hidden]
    if problem.integer:
        lower, upper = np.ceil(lower), np.floor(upper)
    sums = np.flatnonzero(held)
    system = System(
        np.flatnonzero(hidden), sums, sparse.csr_array(matrix[sums]), right[sums], lower, upper, problem.integer
    )
    return system, tuple(Contradiction(int(row), float(-right[row])) for row in np.flatnonzero(wrong))


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Cells that share sums, directly or by way of others, and those sums.

    Parameters
    ----------
    cells, sums : ndarray of int
        Positions in the system.
    is_tree : bool
        Whether no cell can be reached from another by two ways: then limits passed along sums are exact.
    """

    cells: Integers
    sums: Integers
    is_tree: bool


def pieces(system: System, among: Booleans) -> Iterator[Piece]:
    """Groups of cells (only those in `among`) that share sums, largest last. Cells without a sum are in none."""
    cells = np.flatnonzero(among)
    if not cells.size:
        return
    matrix = system.matrix[:, cells]
    held = np.flatnonzero(np.diff(matrix.indptr))
    entries = matrix[held].tocoo()
    rows, columns = (np.asarray(place) for place in entries.coords)
    size = held.size + cells.size
    shared = sparse.coo_array((np.ones(rows.size), (rows, columns + held.size)), shape=(size, size))
    count, label = connected_components(shared, directed=False)
    joined = np.bincount(label[rows], minlength=count)
    groups = [group for group in _split(label.astype(np.int64), count) if joined[label[group[0]]]]
    for group in sorted(groups, key=len):
        within = cells[group[group >= held.size] - held.size]
        yield Piece(within, held[group[group < held.size]], int(joined[label[group[0]]]) < group.size)


def _split(label: Integers, count: int) -> list[Integers]:
    order = np.argsort(label, kind="stable")
    return np.split(order, np.searchsorted(label[order], np.arange(1, count)))
