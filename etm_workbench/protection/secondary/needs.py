"""The doubt that must be left about each cell, and whether known deviations already leave it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from etm_workbench.protection.secondary.arrays import Flags, Floats, Positions
from etm_workbench.protection.secondary.attacker import TINY
from etm_workbench.protection.secondary.reduction import Part


@dataclass(frozen=True, slots=True)
class Needs:
    """What one kind of attacker must be left with.

    Parameters
    ----------
    cells : ndarray of int, shape (needs,)
        The protected cells of a part.
    width, above, below : ndarray of float, shape (needs,)
        Least interval, least part of it above and below the true value.
    """

    cells: Positions
    width: Floats
    above: Floats
    below: Floats

    @classmethod
    def of_outsider(cls, part: Part) -> Needs:
        """What the instance asks for."""
        cells = part.protected
        return cls(cells, part.width[cells], part.above[cells], part.below[cells])

    @classmethod
    def of_member(cls, part: Part, member_width: float) -> Needs:
        """What the only member of a cell must be left with about others: `member_width`, or less if less is asked."""
        cells = part.protected
        asked = np.maximum(part.width[cells], part.above[cells] + part.below[cells])
        none = np.zeros(cells.size)
        return cls(cells, np.minimum(asked, member_width), none, none)

    @property
    def cap(self) -> Floats:
        """How far either way is enough."""
        return np.maximum(self.up_cap, self.down_cap)

    @property
    def up_cap(self) -> Floats:
        """How far up is enough."""
        return np.maximum(self.width, self.above)

    @property
    def down_cap(self) -> Floats:
        """How far down is enough."""
        return np.maximum(self.width, self.below)

    def unmet(self, high: Floats, low: Floats) -> Flags:
        """Where deviations up to `high` and down to `low` (each shape (..., needs)) do not yet leave the doubt."""
        short = high - low < self.width - TINY
        return np.asarray(short | (high < self.above - TINY) | (-low < self.below - TINY))

    def only(self, some: Flags | Positions) -> Needs:
        """These needs alone."""
        return Needs(self.cells[some], self.width[some], self.above[some], self.below[some])
