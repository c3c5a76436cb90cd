"""The cheapest safe pattern of one part: propose, attack, learn, until nothing leaks."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from etm_workbench.protection.secondary.arrays import Flags
from etm_workbench.protection.secondary.first_rows import first_rows
from etm_workbench.protection.secondary.inspection import Inspector
from etm_workbench.protection.secondary.master import Master
from etm_workbench.protection.secondary.reduction import Part
from etm_workbench.protection.secondary.repair import repair, thin

_RELAXED_ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Found:
    """The pattern found for one part.

    Parameters
    ----------
    hidden : ndarray of bool, shape (cells,)
        A safe pattern.
    bound : float
        No safe pattern costs less.
    rounds : int
        Proposals attacked.
    """

    hidden: Flags
    bound: float
    rounds: int


def search(part: Part, inspector: Inspector, *, largest: Flags, seconds: float) -> Found:
    """The cheapest safe pattern within `largest`, or the best found in so many seconds.

    Parameters
    ----------
    part : Part
        The part.
    inspector : Inspector
        Finds the leaks.
    largest : ndarray of bool, shape (cells,)
        A safe pattern that every safe pattern lies within.
    seconds : float
        Time to spend.
    """
    end = monotonic() + seconds
    master = Master(part)
    master.add(first_rows(part))
    master.show(~largest)
    bound = _relaxed_rounds(master, inspector, end)
    best, rounds = largest, 0
    while monotonic() < end:
        proposal = master.cheapest(end - monotonic())
        if proposal is None:
            break
        rounds += 1
        bound = max(bound, proposal.bound)
        hidden = proposal.hidden > 0.5
        leaks = inspector.leaks(hidden)
        if not leaks and part.cost @ hidden <= part.cost @ best:
            best = hidden
        if not leaks and proposal.proved:
            break
        master.add(leak.cut for leak in leaks if leak.cut is not None)
    if part.cost @ best > bound + 1e-6 and rounds:
        mended = thin(part, inspector, repair(part, inspector, hidden, largest=largest))
        best = min(best, mended, key=lambda pattern: float(part.cost @ pattern))
    return Found(best, bound, rounds)


def _relaxed_rounds(master: Master, inspector: Inspector, end: float) -> float:
    bound = 0.0
    for _ in range(_RELAXED_ROUNDS):
        proposal = master.relaxed()
        bound = max(bound, proposal.bound)
        if monotonic() > end or not master.add(inspector.fractional_cuts(proposal.hidden)):
            break
    return bound
