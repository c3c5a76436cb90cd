"""What an intruder holds: published numbers, hidden marks, the sums among them, and what is known besides.

It knows nothing of people, tables or languages, and nothing of how the hidden cells were chosen.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from etm_workbench.errors import BadInput

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Published:
    """Cells, some of them hidden, linked by sums.

    Parameters
    ----------
    known : ndarray of float, shape (cells,)
        The published value, or NaN where it is hidden.
    relations : csr_array of +1 and -1, shape (sums, cells)
        One row a sum: +1 for its parts, -1 for its total. On the true values, `relations @ values` is zero.
    lower, upper : ndarray of float, shape (cells,)
        What the intruder knows besides of a hidden cell: at least, at most (infinity for no limit).
        Not read for published cells.
    integer : bool
        Whether the values are whole numbers (people), which an intruder can use.

    Raises
    ------
    BadInput
        If the shapes differ, a relation holds another number than +1 and -1,
        a published value is infinite, or knowledge about a hidden cell is empty (lower above upper).
    """

    known: Floats
    relations: sparse.csr_array
    lower: Floats
    upper: Floats
    integer: bool = True

    def __post_init__(self) -> None:
        sizes = {self.known.size, self.lower.size, self.upper.size, self.relations.shape[1]}
        if len(sizes) != 1:
            raise BadInput(
                f"The problem's parts cover different numbers of cells: {', '.join(map(str, sorted(sizes)))}.",
                expected="Known values, lower and upper limits and relations each cover every cell.",
            )
        if not np.isin(self.relations.data, (-1, 1)).all():
            raise BadInput("A relation holds another factor than +1 and -1.", expected="Parts are +1, the total is -1.")
        if np.isinf(self.known).any():
            raise BadInput("A published value is infinite.", expected="Numbers, and NaN for hidden cells.")
        empty = np.flatnonzero(self.hidden & ~(self.lower <= self.upper))
        if empty.size:
            raise BadInput(
                f"The knowledge about {empty.size} hidden cells is empty, first at cell {empty[0]}.",
                expected="The lower limit is not above the upper one.",
            )

    @property
    def hidden(self) -> Booleans:
        """Which cells are hidden, shape (cells,)."""
        return np.isnan(self.known)

    def __repr__(self) -> str:
        return f"<Published: {self.known.size} cells, {int(self.hidden.sum())} hidden, {self.relations.shape[0]} sums>"


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A published sum that cannot hold; the attack left it out.

    Parameters
    ----------
    relation : int
        Row of `Published.relations`.
    off_by : float
        How far parts minus total is from zero at the least, in the unit of the cells.
        Zero where no single sum is at fault: fractions would satisfy them all and whole numbers do not.
    """

    relation: int
    off_by: float


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Intervals:
    """What an intruder can work out of each hidden cell.

    Parameters
    ----------
    cells : ndarray of int, shape (hidden,)
        The hidden cells, in their order in the problem.
    lower, upper : ndarray of float, shape (hidden,)
        The feasibility interval: no smaller or larger value fits what is published.
    inner_lower, inner_upper : ndarray of float, shape (hidden,)
        Smallest and largest value seen in complete solutions of the whole problem. The true interval lies
        between the inner and the outer one. NaN where no solution was found in time.
    because : dict of int to tuple of int
        For each hidden cell whose value is determined, the relations that determine it.
    contradictions : tuple of Contradiction
        Published sums that cannot hold, left out of the attack.
    """

    cells: Integers
    lower: Floats
    upper: Floats
    inner_lower: Floats
    inner_upper: Floats
    because: dict[int, tuple[int, ...]] = field(default_factory=dict)
    contradictions: tuple[Contradiction, ...] = ()

    @property
    def exact(self) -> Booleans:
        """Which hidden cells have only one possible value, shape (hidden,)."""
        return np.asarray(self.lower == self.upper)

    @property
    def proved(self) -> Booleans:
        """Whether the interval itself is exact: both its ends occur in a solution; otherwise it is an outer bound."""
        return np.asarray((self.lower == self.inner_lower) & (self.upper == self.inner_upper))

    @property
    def width(self) -> Floats:
        """Upper minus lower end, shape (hidden,)."""
        return self.upper - self.lower

    def __repr__(self) -> str:
        return f"<Intervals of {self.cells.size} hidden cells, {int(self.proved.sum())} of them proved>"
