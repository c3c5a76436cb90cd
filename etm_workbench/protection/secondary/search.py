"""The cheapest safe pattern of one part: propose, attack, learn, until nothing leaks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from etm_workbench.protection.secondary.arrays import Flags
from etm_workbench.protection.secondary.clock import Clock
from etm_workbench.protection.secondary.first_rows import first_rows
from etm_workbench.protection.secondary.inspection import Inspector
from etm_workbench.protection.secondary.master import ANY_NODES, EXACT, Master, Proposal
from etm_workbench.protection.secondary.reduction import Part
from etm_workbench.protection.secondary.repair import complete, thin

_RELAXED_ROUNDS = 12
"""Rounds of cuts from fractional patterns before the first whole one."""

_EVERY = 5
"""Every so many rounds a leaking proposal is completed, so that a safe pattern is at hand when the time is up."""

_WORTHWHILE = 0.001
"""Share of the bound that a round must add for another to follow."""

_EFFORTS = ((0.01, 1), (0.002, 50), (0.0, 1000), (0.0, ANY_NODES))
"""How near its bound each proposal should be, and after how many branches it is taken anyway:
loosely while patterns leak, exactly to prove."""

_RESERVE = 0.2
"""Share of the time kept for completing the last proposal."""


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


def search(part: Part, inspector: Inspector, seconds: float) -> Found:
    """The cheapest safe pattern, or the best found in so many seconds.

    Parameters
    ----------
    part : Part
        The part; hiding all of it is safe.
    inspector : Inspector
        Finds the leaks.
    seconds : float
        Processor time to spend.
    """
    return _Search(part, inspector, seconds).run()


class _Search:
    def __init__(self, part: Part, inspector: Inspector, seconds: float) -> None:
        self._part, self._inspector = part, inspector
        self._clock, self._reserve = Clock(seconds), _RESERVE * seconds
        self._master = Master(part)
        self._best = np.ones(part.size, dtype=bool)
        self._bound = 0.0
        self._rounds = 0
        self._doubtful = False  # a condition that may not be necessary came in: the bound stays as it is

    def run(self) -> Found:
        self._master.add(first_rows(self._part))
        relaxed = self._relaxed_rounds()
        if relaxed.is_whole:
            self._rounds += 1
            self._learn(relaxed.hidden > 0.5)
        last = None
        for within, nodes in _EFFORTS:
            while not self._closed() and self._clock.left > self._reserve:
                proposal = self._propose(within, nodes)
                if proposal is None:
                    break
                last = proposal.hidden > 0.5
                if self._learn(last):
                    break
        if last is not None and not self._closed():
            self._complete(last)
            self._best = thin(self._part, self._master, self._inspector, self._best, clock=self._clock)
        return Found(self._best, self._bound, self._rounds)

    def _relaxed_rounds(self) -> Proposal:
        """Conditions from patterns with fractions, for as long as they raise the bound; the last of these patterns."""
        for _ in range(_RELAXED_ROUNDS):
            proposal, before = self._master.relaxed(), self._bound
            self._bound = proposal.bound
            if self._clock.left <= 0 or proposal.bound - before <= _WORTHWHILE * proposal.bound:
                break
            if not self._master.add(self._inspector.fractional_cuts(proposal.hidden)):
                break
        return proposal

    def _propose(self, within: float, nodes: int) -> Proposal | None:
        seconds = self._clock.left - self._reserve
        proposal = self._master.cheapest(within=within, nodes=nodes, seconds=seconds, start=self._best)
        if proposal is not None:
            self._rounds += 1
            if not self._doubtful:
                self._bound = max(self._bound, proposal.bound)
        return proposal

    def _learn(self, hidden: Flags) -> bool:
        """Whether the pattern is safe; its leaks become conditions if not."""
        leaks = self._inspector.leaks(hidden)
        if not leaks:
            self._keep(hidden)
            return True
        self._doubtful |= not all(leak.proved for leak in leaks)
        self._master.add(cut for leak in leaks for cut in leak.cuts)
        if self._rounds % _EVERY == 0:
            self._complete(hidden)
            if (hidden & ~self._best).any():
                self._complete(hidden & self._best)
        return False

    def _complete(self, hidden: Flags) -> None:
        """Make a safe pattern of an unsafe one; it is kept if it beats the best so far."""
        self._keep(complete(self._master, self._inspector, hidden, clock=self._clock))

    def _keep(self, hidden: Flags) -> None:
        if self._cost(hidden) < self._cost(self._best):
            self._best = hidden

    def _cost(self, hidden: Flags) -> float:
        return float(self._part.cost @ hidden)

    def _closed(self) -> bool:
        return self._cost(self._best) <= self._bound + EXACT
