"""The conditions that single sums impose, known before any attack.

With these alone the first master is within a few percent of the optimum on tables of people.
A sum with one primary cell needs other hidden cells in it, with room enough between them.
A hidden cell alone in a sum hides nothing, so whoever hides it must hide another there.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from etm_workbench.protection.secondary.arrays import Flags, Floats, Positions
from etm_workbench.protection.secondary.attacker import TINY
from etm_workbench.protection.secondary.cuts import Cut
from etm_workbench.protection.secondary.reduction import Part


def first_rows(part: Part) -> Iterator[Cut]:
    """Conditions on a pattern of `part`, each from one sum."""
    needy = np.maximum(part.width, part.above + part.below) > 0
    for row in range(part.sums.shape[0]):
        span = slice(part.sums.indptr[row], part.sums.indptr[row + 1])
        order = np.argsort(part.sums.indices[span])
        cells, signs = part.sums.indices[span][order], part.sums.data[span][order]
        if part.primary[cells].any():
            limits = part.primary[cells], part.up[cells], part.down[cells]
            for place in np.argsort(order)[needy[part.sums.indices[span]]].tolist():
                yield from _protecting(part, cells, signs, place, limits)
        else:
            weights = 1.0 - 2.0 * np.eye(cells.size)
            for place in np.argsort(order).tolist():
                yield Cut(cells, weights[place], 0.0)


def _protecting(
    part: Part, cells: Positions, signs: Floats, place: int, limits: tuple[Flags, Floats, Floats]
) -> Iterator[Cut]:
    """The room that the other cells of a sum must give the cell at `place`, upward, downward and in all."""
    primary, up, down = limits
    against = signs * signs[place] < 0
    size = np.abs(signs / signs[place])
    upward, downward = size * np.where(against, up, down), size * np.where(against, down, up)
    upward[place] = downward[place] = 0.0
    width = float(part.width[cells[place]])
    if width > 0:
        above, below = upward.copy(), downward.copy()
        above[place], below[place] = down[place], up[place]
        for allowed in (above, below, upward + downward):
            yield from _asking(cells, primary, allowed, width)
    for allowed, need in ((upward, float(part.above[cells[place]])), (downward, float(part.below[cells[place]]))):
        if need > 0:
            yield from _asking(cells, primary, allowed, need)


def _asking(cells: Positions, primary: Flags, allowed: Floats, need: float) -> Iterator[Cut]:
    """`cut_from` for the cells of one sum."""
    missing = need - float(allowed[primary].sum())
    if missing > TINY:
        useful = ~primary & (allowed > 0)
        yield Cut(cells[useful].astype(np.int64), np.minimum(allowed[useful], missing) / missing, 1.0)
