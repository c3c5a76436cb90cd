"""The protection problem, free of tables: cells, sums among them, what must not be worked out.

The suppressor solves an `Instance`; nothing in it knows about people, codes or languages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Status = Literal["optimal", "bounded", "infeasible"]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Instance:
    """Cells linked by sums, some of which must be protected.

    Parameters
    ----------
    values : ndarray of int, shape (cells,)
        People in each cell. Non-negative.
    relations : csr_array of int8, shape (sums, cells)
        One row a sum: +1 for its parts, -1 for its total. `relations @ values` is zero.
    primary : ndarray of bool, shape (cells,)
        Sensitive cells: hidden, and protected.
    width : ndarray of int, shape (cells,)
        For each primary cell, how wide the interval that any attacker can deduce must be
        (upper minus lower bound, at least). Zero elsewhere.
    cost : ndarray of float, shape (cells,)
        What hiding a cell that is not primary loses.
    fixed : ndarray of bool, shape (cells,)
        Cells that everybody knows already and that cannot be hidden.
    lower : ndarray of int, shape (cells,)
        What an attacker knows of a hidden cell at the least: 0, or 1 where zeros are never hidden.
    members_attack : bool
        Whether the only member of a hidden cell of one person attacks too, knowing that cell's value.
    """

    values: NDArray[np.int64]
    relations: sparse.csr_array
    primary: NDArray[np.bool_]
    width: NDArray[np.int64]
    cost: NDArray[np.float64]
    fixed: NDArray[np.bool_]
    lower: NDArray[np.int64]
    members_attack: bool = False

    def __repr__(self) -> str:
        return f"<Instance of {self.values.size} cells in {self.relations.shape[0]} sums>"


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Pattern:
    """Which cells are hidden, and how good that is.

    Parameters
    ----------
    hidden : ndarray of bool, shape (cells,)
        Primary and complementary cells. Empty when infeasible.
    status : Status
        `optimal` (proved), `bounded` (safe, with a gap), `infeasible` (no pattern protects).
    cost : float
        Sum of the costs of complementary cells.
    bound : float
        No safe pattern costs less than this.
    exposed : tuple of int
        When infeasible: primary cells that cannot be protected whatever is hidden.
    """

    hidden: NDArray[np.bool_]
    status: Status
    cost: float
    bound: float
    exposed: tuple[int, ...] = ()
    rounds: int = 0
    seconds: float = field(default=0.0, compare=False)

    @property
    def gap(self) -> float:
        """How far above the bound the cost is, as a share of the cost: 0 when proved optimal."""
        return 0.0 if self.cost <= 0 else max(0.0, (self.cost - self.bound) / self.cost)

    def __repr__(self) -> str:
        return f"<Pattern {self.status}, gap {self.gap:.3f}>"


Suppressor = Callable[[Instance, float], Pattern]
"""Solves an instance within so many seconds."""
