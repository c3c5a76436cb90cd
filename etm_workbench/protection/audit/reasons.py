"""Which published sums determine a cell: the ones to show to whoever must mend the table."""

from __future__ import annotations

import numpy as np

from etm_workbench.protection.audit.bounds import Ends
from etm_workbench.protection.audit.consistency import Ground, Group


def sums_behind(ground: Ground, group: Group, ends: Ends, cell: int) -> set[int]:
    """Positions of the sums that determine a cell of a ring.

    They come from the multipliers of the two linear programs that end at its value, and from what limits the
    cells they rest on. Where only whole-number reasoning or the time limit leaves no such proof: all of the ring's.
    """
    found: set[int] = set()
    for is_upper in (False, True):
        end = ends.extreme(cell, is_upper=is_upper)
        if ends.program.outcome != "optimal" or ends.rounded(end, is_upper=is_upper) != ends.lower[cell]:
            return set(group.sums.tolist())
        rows, columns, at_upper = ends.program.binding()
        found |= set(group.sums[rows].tolist())
        for column, side in zip(group.cells[columns].tolist(), at_upper.tolist(), strict=True):
            found |= ground.limits.sums_behind(ground.system, column, (side,))
    return found | _behind_determined(ground, found)


def _behind_determined(ground: Ground, rows: set[int]) -> set[int]:
    """The sums behind cells that were determined beforehand and stand in these sums."""
    held = np.unique(ground.system.matrix[sorted(rows)].indices)
    limits = ground.limits
    determined = held[limits.lower[held] == limits.upper[held]]
    return {row for cell in determined.tolist() for row in limits.sums_behind(ground.system, cell)}
