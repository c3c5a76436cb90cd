"""The joint table that agrees with everything released and adds nothing of its own.

Of all joint tables that add up to the released cells, the one of maximum entropy: variables that no table
shows together are independent given what is shown, and a hidden cell holds what its sums leave to it, spread
evenly. Iterative proportional fitting finds it (Deming and Stephan 1940; Csiszár 1975).
"""

from __future__ import annotations

import numpy as np

from etm_workbench.protection.twin.margins import Floats, Margins

ROUNDS = 500
CLOSE = 1e-4  # people by which any released cell may still be missed


def fit(margins: Margins) -> Floats:
    """People expected in each joint cell, shape (joint cells,); they need not be whole.

    Notes
    -----
    Where released cells were rounded they contradict each other a little, and the fit ends near them all.
    """
    size = int(np.prod(margins.shape))
    cells = np.full(size, margins.people / size)
    for part in margins.parts:
        empty = np.flatnonzero(part.values == 0)
        cells[np.isin(part.of, empty) & (part.of >= 0)] = 0.0
    for _ in range(ROUNDS):
        worst = 0.0
        for part in margins.parts:
            sums = part.sums(cells)
            known = ~np.isnan(part.values) & (sums > 0)
            worst = max(worst, float(np.abs(sums - part.values)[known].max(initial=0.0)))
            factor = np.ones(len(part.keys))
            factor[known] = part.values[known] / sums[known]
            inside = part.of >= 0
            cells[inside] *= factor[part.of[inside]]
        if worst < CLOSE:
            break
    return cells
