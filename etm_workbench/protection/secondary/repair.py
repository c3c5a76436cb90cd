"""A safe pattern near an unsafe one: hide what is missing at little cost, then show again what is not needed."""

from __future__ import annotations

import numpy as np

from etm_workbench.protection.secondary.arrays import Flags
from etm_workbench.protection.secondary.cuts import Cut
from etm_workbench.protection.secondary.inspection import Inspector
from etm_workbench.protection.secondary.reduction import Part


def repair(part: Part, inspector: Inspector, hidden: Flags, largest: Flags) -> Flags:
    """Add cells of `largest`, a safe pattern, until `hidden` is safe.

    Parameters
    ----------
    part : Part
        The part.
    inspector : Inspector
        Finds the leaks.
    hidden, largest : ndarray of bool, shape (cells,)
        The pattern to mend, and one that is safe.

    Returns
    -------
    ndarray of bool, shape (cells,)
        A safe pattern within `largest`; `largest` itself if nothing smaller was found.
    """
    hidden = hidden & largest
    while leaks := inspector.leaks(hidden):
        before = hidden.copy()
        for leak in leaks:
            if leak.cut is None:
                return largest
            _meet(part, leak.cut, hidden, largest)
        if (before == hidden).all():
            return largest
    return hidden


def thin(part: Part, inspector: Inspector, hidden: Flags) -> Flags:
    """Show again, dearest first, each cell that a safe pattern does not need."""
    hidden = hidden.copy()
    candidates = np.flatnonzero(hidden & ~part.primary)
    for cell in candidates[np.argsort(-part.cost[candidates], kind="stable")]:
        hidden[cell] = False
        if inspector.leaks(hidden):
            hidden[cell] = True
    return hidden


def _meet(part: Part, cut: Cut, hidden: Flags, largest: Flags) -> None:
    """Hide the cells of `largest` that meet one condition for the least cost a unit."""
    missing = cut.lacks(hidden.astype(float))
    useful = (cut.weights > 0) & ~hidden[cut.cells] & largest[cut.cells]
    order = np.argsort(part.cost[cut.cells[useful]] / cut.weights[useful], kind="stable")
    for position in np.flatnonzero(useful)[order]:
        if missing <= 0:
            return
        hidden[cut.cells[position]] = True
        missing -= cut.weights[position]
