"""A safe pattern near an unsafe one: complete it at least cost, then show again what is not needed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from etm_workbench.protection.secondary.arrays import Flags
from etm_workbench.protection.secondary.inspection import Inspector
from etm_workbench.protection.secondary.master import Master
from etm_workbench.protection.secondary.reduction import Part

_NEAR = 0.01
"""How far above the least cost a completion may be, as a share; the next round mends it again."""


def complete(master: Master, inspector: Inspector, hidden: Flags, *, seconds_left: Callable[[], float]) -> Flags | None:
    """A safe pattern that hides at least `hidden`; None when the time was up before there was one.

    Parameters
    ----------
    master : Master
        Learns the conditions found on the way.
    inspector : Inspector
        Finds the leaks.
    hidden : ndarray of bool, shape (cells,)
        The pattern to complete.
    seconds_left : callable
        How much time is left.
    """
    while seconds_left() > 0:
        proposal = master.cheapest(within=_NEAR, seconds=seconds_left(), keep=hidden)
        if proposal is None:
            return None
        completed = proposal.hidden > 0.5
        leaks = inspector.leaks(completed)
        if not leaks:
            return completed
        master.add(cut for leak in leaks for cut in leak.cuts)
    return None


def thin(
    part: Part, master: Master, inspector: Inspector, hidden: Flags, *, seconds_left: Callable[[], float]
) -> Flags:
    """Show again, dearest first, each cell that a safe pattern does not need; stops when the time is up.

    Parameters
    ----------
    part : Part
        The part.
    master : Master
        Its conditions say at once that most cells are needed.
    inspector : Inspector
        Settles the others.
    hidden : ndarray of bool, shape (cells,)
        A safe pattern.
    seconds_left : callable
        How much time is left.
    """
    hidden = hidden.copy()
    tried = np.zeros(part.size, dtype=bool)
    while seconds_left() > 0 and (idle := np.flatnonzero(master.idle(hidden) & ~tried)).size:
        cell = idle[np.argmax(part.cost[idle])]
        tried[cell] = True
        hidden[cell] = False
        hidden[cell] = not inspector.is_safe(hidden)
    return hidden
