"""What a finding rests on: published sums, and what is known of single cells.

Whoever must mend a table is shown the sums that determine a cell; whoever protects one hides what a finding rests on.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from etm_workbench.protection.audit.bounds import Ends
from etm_workbench.protection.audit.consistency import Ground, Group
from etm_workbench.protection.audit.limits import Reasons
from etm_workbench.protection.audit.program import Binding


def sums_behind(ground: Ground, group: Group, ends: Ends, cell: int) -> set[int]:
    """Positions of the sums that determine a cell of a ring.

    They come from the multipliers of the two linear programs that end at its value, and from what limits the
    cells they rest on. Where only whole-number reasoning or the time limit leaves no such proof: all of the ring's.
    """
    optima = []
    for is_upper in (False, True):
        end = ends.extreme(cell, is_upper=is_upper)
        if ends.program.outcome != "optimal" or ends.rounded(end, is_upper=is_upper) != ends.lower[cell]:
            return set(group.sums.tolist())
        optima.append(ends.program.binding())
    return behind_optima(ground, group, optima).sums


def behind_optima(ground: Ground, group: Group, optima: Iterable[Binding]) -> Reasons:
    """What optima of a group's program rest on, and what limits the cells they rest on; positions in the system."""
    found = Reasons()
    for binding in optima:
        found.sums.update(group.sums[binding.sums].tolist())
        for column, side in zip(group.cells[binding.cells].tolist(), binding.at_upper.tolist(), strict=True):
            found.add(ground.limits.behind(ground.system, column, (side,)))
    return with_determined(ground, found)


def with_determined(ground: Ground, found: Reasons) -> Reasons:
    """These reasons, and those of the cells in these sums that were determined beforehand."""
    held = np.unique(ground.system.matrix[sorted(found.sums)].indices)
    limits = ground.limits
    for cell in held[limits.lower[held] == limits.upper[held]].tolist():
        found.add(limits.behind(ground.system, cell))
    return found
