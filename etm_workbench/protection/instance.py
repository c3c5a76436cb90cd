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
from scipy.sparse import csgraph

from etm_workbench.errors import BadInput

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
    member_width : int
        How wide an interval such a member must be left with for every other primary cell; a cell whose own
        `width` is smaller keeps that. 1 means "not exactly".
    owner : ndarray of int, shape (cells,), optional
        For each cell of one person, who that is: nobody learns from a cell of their own. Below zero where nobody
        attacks. When left out: a cell of one person and its total of one person are the same person's, all others
        different people's.
    attacks : ndarray of bool, shape (cells,), optional
        Cells of one person who can know to be alone there. Everywhere with an owner when left out.
    above, below : ndarray of int, shape (cells,), optional
        For each primary cell, how far above and below the true value the deduced interval must reach at
        least (upper and lower protection levels). Zero everywhere when left out.
    unseen : ndarray of bool, shape (cells,), optional
        Primary cells that no table shows and whose value is nobody's secret: they start hidden, and no other
        cell need be hidden with them. Nowhere when left out.

    Raises
    ------
    BadInput
        When an array has another length, a sum does not add up, or a hidden cell may lie below `lower`.
    """

    values: NDArray[np.int64]
    relations: sparse.csr_array
    primary: NDArray[np.bool_]
    width: NDArray[np.int64]
    cost: NDArray[np.float64]
    fixed: NDArray[np.bool_]
    lower: NDArray[np.int64]
    members_attack: bool = False
    member_width: int = 1
    owner: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    attacks: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    above: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    below: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    unseen: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))

    def __post_init__(self) -> None:
        if self.owner.size == 0:
            object.__setattr__(self, "owner", _owners(self.values, self.relations))
        attacking = (self.values == 1) & (self.owner >= 0)
        object.__setattr__(self, "attacks", attacking & self.attacks if self.attacks.size else attacking)
        for side in ("above", "below"):
            if getattr(self, side).size == 0:
                object.__setattr__(self, side, np.zeros_like(self.values))
        if self.unseen.size == 0:
            object.__setattr__(self, "unseen", np.zeros_like(self.primary))
        _check(self)

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


def _owners(values: NDArray[np.int64], relations: sparse.csr_array) -> NDArray[np.int64]:
    """One number a person: a total of one is made up by whoever makes up its part of one."""
    ones = values == 1
    with_one = np.asarray((relations < 0).astype(np.int64) @ ones.astype(np.int64)) > 0
    within = abs(relations[np.flatnonzero(with_one)]).multiply(ones).tocsr()
    _, owner = csgraph.connected_components(within.T @ within, directed=False)
    return owner.astype(np.int64)


def _check(instance: Instance) -> None:
    """Refuse what cannot be solved; the messages count cells and never name a value."""
    cells = instance.values.size
    arrays = ("primary", "width", "cost", "fixed", "lower", "above", "below")
    short = [name for name in arrays if getattr(instance, name).shape != (cells,)]
    if short or instance.relations.shape[1] != cells:
        names = ", ".join(short) or "relations"
        raise BadInput(
            f"The protection problem has arrays of another length: {names}.", expected=f"{cells} cells each."
        )
    if (broken := np.count_nonzero(instance.relations.astype(np.int64) @ instance.values)) > 0:
        raise BadInput(f"{broken} sums of the protection problem do not add up.", expected="Parts that make up totals.")
    impossible = ~instance.fixed & (instance.values < instance.lower)
    if impossible.any():
        raise BadInput(
            f"{np.count_nonzero(impossible)} cells that may be hidden lie below what an attacker is said to know.",
            expected="`lower` at most the value, or the cell fixed.",
            remedy="Fix empty cells where hidden means at least one.",
        )
    if (instance.cost < 0).any():
        raise BadInput("The protection problem has negative costs.", expected="Costs of zero or more.")
