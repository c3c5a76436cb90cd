"""The conditions that single sums impose, known before any attack.

With these alone the first master is within a few percent of the optimum on tables of people.
A sum with one primary cell needs other hidden cells in it, with room enough between them.
A hidden cell alone in a sum hides nothing, so whoever hides it must hide another there.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from etm_workbench.protection.secondary.arrays import Flags, Floats
from etm_workbench.protection.secondary.attacker import TINY
from etm_workbench.protection.secondary.cuts import Cut
from etm_workbench.protection.secondary.reduction import Part


def first_rows(part: Part) -> Iterator[Cut]:
    """Conditions on a pattern of `part`, each from one sum."""
    needs = np.maximum(part.width, part.above + part.below)
    for row in range(part.sums.shape[0]):
        span = slice(part.sums.indptr[row], part.sums.indptr[row + 1])
        cells, signs = part.sums.indices[span], part.sums.data[span]
        order = np.argsort(cells)
        whole = not part.primary[cells].any()
        for place, cell in enumerate(cells):
            if needs[cell] > 0:
                yield from _protecting(part, cells, -signs / signs[place], place)
            elif whole:
                yield Cut(cells[order], np.where(cells != cell, 1.0, -1.0)[order], 0.0)


def _protecting(part: Part, cells: np.ndarray, pull: Floats, place: int) -> Iterator[Cut]:
    """The room that the other cells of a sum must give the cell at `place`, upward, downward and in all."""
    cell, up, down, primary = cells[place], part.up[cells], part.down[cells], part.primary[cells]
    upward = np.where(pull > 0, pull * up, -pull * down)
    downward = np.where(pull > 0, pull * down, -pull * up)
    upward[place] = downward[place] = 0.0
    above, below = upward.copy(), downward.copy()
    above[place], below[place] = down[place], up[place]
    for allowed, need in (
        (above, part.width[cell]),
        (below, part.width[cell]),
        (upward + downward, part.width[cell]),
        (upward, part.above[cell]),
        (downward, part.below[cell]),
    ):
        if need > 0 and (cut := _asking(cells, primary, allowed, float(need))) is not None:
            yield cut


def _asking(cells: np.ndarray, primary: Flags, allowed: Floats, need: float) -> Cut | None:
    """`cut_from` for the cells of one sum."""
    missing = need - float(allowed[primary].sum())
    if not missing > TINY:
        return None
    weights = np.where(primary, 0.0, np.minimum(allowed, missing) / missing)
    order = np.argsort(cells)
    order = order[weights[order] > 0]
    return Cut(cells[order].astype(np.int64), weights[order], 1.0)
