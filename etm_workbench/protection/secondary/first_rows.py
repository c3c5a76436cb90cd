"""The conditions that single sums impose, known before any attack.

With these alone the first master is within a few percent of the optimum on tables of people.
A sum with one primary cell needs other hidden cells in it, with room enough between them.
A hidden cell alone in a sum hides nothing, so whoever hides it must hide another there.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from etm_workbench.protection.secondary.cuts import Cut, cut_from, room
from etm_workbench.protection.secondary.reduction import Part


def first_rows(part: Part) -> Iterator[Cut]:
    """Conditions on a pattern of `part`, each from one sum."""
    needs = np.maximum(part.width, part.above + part.below)
    for row in range(part.sums.shape[0]):
        span = slice(part.sums.indptr[row], part.sums.indptr[row + 1])
        cells, signs = part.sums.indices[span], part.sums.data[span]
        for cell, sign in zip(cells, signs, strict=True):
            others = cells != cell
            if needs[cell] > 0:
                yield from _protecting(part, int(cell), cells[others], -signs[others] / sign)
            elif not part.primary[cells].any():
                order = np.argsort(cells)
                yield Cut(cells[order], np.where(others, 1.0, -1.0)[order], 0.0)


def _protecting(part: Part, cell: int, others: np.ndarray, pull: np.ndarray) -> Iterator[Cut]:
    """The room that the other cells of a sum must give a protected cell, upward, downward and in all."""
    upward, downward = np.zeros(part.size), np.zeros(part.size)
    upward[others], downward[others] = pull, -pull
    own_up, own_down = np.zeros(part.size), np.zeros(part.size)
    own_up[cell], own_down[cell] = 1.0, -1.0
    rooms = {name: room(part, price) for name, price in (("up", upward), ("down", downward))}
    limits = {name: room(part, price) for name, price in (("up", own_up), ("down", own_down))}
    for allowed, need in (
        (rooms["up"] + limits["down"], part.width[cell]),
        (limits["up"] + rooms["down"], part.width[cell]),
        (rooms["up"] + rooms["down"], part.width[cell]),
        (rooms["up"], part.above[cell]),
        (rooms["down"], part.below[cell]),
    ):
        if need > 0 and (cut := cut_from(part, allowed, float(need))) is not None:
            yield cut
