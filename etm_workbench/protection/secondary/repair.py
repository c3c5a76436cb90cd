"""A safe pattern near an unsafe one: complete it at least cost, then show again what is not needed."""

from __future__ import annotations

import numpy as np

from etm_workbench.protection.secondary.arrays import Flags
from etm_workbench.protection.secondary.clock import Clock
from etm_workbench.protection.secondary.inspection import Inspector
from etm_workbench.protection.secondary.master import Master
from etm_workbench.protection.secondary.reduction import Part

_TRIES = 16
"""Completions at least cost; each costs less than a proposal, since most cells are settled."""

_NEAR = 0.01
"""How far above the least cost a completion may be, as a share; the next round mends it again."""


def complete(master: Master, inspector: Inspector, hidden: Flags, *, clock: Clock) -> Flags:
    """A safe pattern that hides at least `hidden`.

    The master completes it at least cost a few times, learning from each try; what then still leaks is
    mended cell by cell, which always ends. When the time is up it is mended at once.

    Parameters
    ----------
    master : Master
        Learns the conditions found on the way.
    inspector : Inspector
        Finds the leaks.
    hidden : ndarray of bool, shape (cells,)
        The pattern to complete.
    clock : Clock
        How much time is left.
    """
    keep = hidden
    for _ in range(_TRIES):
        proposal = master.cheapest(within=_NEAR, nodes=1, seconds=clock.left, keep=keep)
        if proposal is None:
            break
        hidden = proposal.hidden > 0.5
        if not (leaks := inspector.leaks(hidden)):
            return hidden
        master.add(cut for leak in leaks for cut in leak.cuts)
        if clock.left < 0:
            break
    while leaks := inspector.leaks(hidden):
        master.add(cut for leak in leaks for cut in leak.cuts)
        more = master.patched(hidden)
        hidden = more if (more & ~hidden).any() else np.ones_like(hidden)
    return hidden


def thin(part: Part, master: Master, inspector: Inspector, hidden: Flags, *, clock: Clock) -> Flags:
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
    clock : Clock
        How much time is left.
    """
    hidden = hidden.copy()
    tried = np.zeros(part.size, dtype=bool)
    while clock.left > 0 and (idle := np.flatnonzero(master.idle(hidden) & ~tried)).size:
        cell = idle[np.argmax(part.cost[idle])]
        tried[cell] = True
        hidden[cell] = False
        hidden[cell] = not inspector.is_safe(hidden)
    return hidden
