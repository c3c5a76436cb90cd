"""From an attacker's success to a condition that every safe pattern meets.

If prices show that `cell` cannot move by what it needs, then the cells whose limits hold it down
must between them give more room: the sum of (price times room) over hidden cells is at least the need
(Fischetti and Salazar, Journal of the American Statistical Association 2000, section 4).
Primary cells are always hidden, so their room moves to the right side, and no cell counts for more than is missing.

What a member of a cell of one imposes holds whether or not that cell is hidden: if it is shown,
the member knows no more than an outsider, who must be left with at least as much doubt.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from etm_workbench.protection.secondary.arrays import Floats, Positions
from etm_workbench.protection.secondary.attacker import TINY
from etm_workbench.protection.secondary.reduction import Part


@dataclass(frozen=True, slots=True)
class Cut:
    """The condition `weights @ hidden[cells] >= floor`.

    Parameters
    ----------
    cells : ndarray of int, shape (terms,)
        Ascending, none of them primary.
    weights : ndarray of float, shape (terms,)
        At most 1; -1 for a cell that may only be hidden with another.
    floor : float
        1, or 0 where a cell has weight -1.
    """

    cells: Positions
    weights: Floats
    floor: float

    @property
    def key(self) -> tuple[bytes, bytes, float]:
        """Equal for equal cuts."""
        return self.cells.tobytes(), self.weights.round(9).tobytes(), self.floor

    def lacks(self, hidden: Floats) -> float:
        """By how much a pattern misses the condition; negative when it meets it."""
        return float(self.floor - self.weights @ hidden[self.cells])


def room(part: Part, price: Floats) -> Floats:
    """What each cell's limits allow at these prices; infinite where a limit without end is priced."""
    allowed = np.zeros(part.size)
    upper, lower = price > 0, price < 0
    allowed[upper] = price[upper] * part.up[upper]
    allowed[lower] = -price[lower] * part.down[lower]
    return allowed


def cut_from(part: Part, allowed: Floats, need: float) -> Cut | None:
    """The condition that `allowed` (from `room`) and a need imply, None when primary cells meet it alone.

    Parameters
    ----------
    part : Part
        The part attacked.
    allowed : ndarray of float, shape (cells,)
        Room that each cell gives when hidden; none where the attacker knows the cell.
    need : float
        What is to be reached.
    """
    missing = need - float(allowed[part.primary].sum())
    if not missing > TINY:
        return None
    weights = np.where(part.primary, 0.0, np.minimum(allowed, missing) / missing)
    cells = np.flatnonzero(weights > 0)
    return Cut(cells, weights[cells], 1.0)
