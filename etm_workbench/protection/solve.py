"""The cheapest pattern that keeps a lattice's sensitive cells, and that the independent attack cannot break."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from etm_workbench.errors import UnprotectedOutput
from etm_workbench.protection.instance import Instance, Pattern
from etm_workbench.protection.lattice import Lattice
from etm_workbench.protection.policy import Policy
from etm_workbench.protection.primary import Primary, groups_of, primary_rules, widen
from etm_workbench.protection.problem import attack_release, build_instance
from etm_workbench.protection.secondary import suppress

ATTACK_SECONDS = 60.0  # for the attack on one release; what is in doubt after that does not leave
MAXIMUM_ROUNDS = 12  # of mending what the attack narrows before the release is given up


@dataclass(frozen=True, slots=True, repr=False)
class Solution:
    """Primary rules and a pattern; `pattern.exposed` says which cells nothing protects when there is none."""

    primary: Primary
    pattern: Pattern

    @property
    def is_safe(self) -> bool:
        """Whether a pattern was found."""
        return self.pattern.status != "infeasible"

    def with_hidden(self, cells: Collection[int], cost: NDArray[np.float64]) -> Solution:
        """The solution with these cells hidden too, at this cost of each cell; the bound stays what it was."""
        if not cells:
            return self
        pattern, more = self.pattern, list(cells)
        hidden = pattern.hidden.copy()
        hidden[more] = True
        dearer = pattern.cost + float(cost[more].sum())
        return replace(self, pattern=replace(pattern, hidden=hidden, cost=dearer, status="bounded"))

    def __repr__(self) -> str:
        return f"<Solution {self.pattern.status}>"


def solve(
    lattice: Lattice,
    policy: Policy,
    *,
    forced: NDArray[np.bool_] | None = None,
    closed: frozenset[int] = frozenset(),
    seconds: float | None = None,
) -> Solution:
    """Primary rules and the cheapest pattern that the attack cannot break.

    Where shown zeros leave hidden people nowhere to be, their groups are closed too. The suppressor
    answers attackers who reckon in fractions; one who knows that people are whole may narrow a cell a
    little further: its width is then raised or, where no pattern is that wide, its neighbours are hidden.

    Parameters
    ----------
    lattice : Lattice
        What may leave.
    policy : Policy
        Of the audience.
    forced : ndarray of bool, shape (cells,), optional
        Cells to hide whatever it costs.
    closed : frozenset of int
        Groups of which no answer may be seen, beside those that the rules close.
    seconds : float, optional
        Time shared by all rounds; the policy's when left out.

    Raises
    ------
    UnprotectedOutput
        The attack narrows a cell that suppression called safe, round after round: a fault of ours.
    """
    end = monotonic() + (policy.suppression.seconds if seconds is None else seconds)
    raised = np.zeros(lattice.values.size, np.int64)
    also = np.zeros(lattice.values.size, bool) if forced is None else forced.copy()
    breached: list[int] = []
    for _ in range(MAXIMUM_ROUNDS):
        primary, pattern, instance, closed = _feasible(
            lattice, policy, closed=closed, raised=raised, forced=also, seconds=end - monotonic()
        )
        if pattern.status == "infeasible" and breached:
            raised[breached] = 0
            also |= _neighbours(lattice, breached)
            breached = []
            continue
        if pattern.status == "infeasible":
            return Solution(primary, pattern)
        breaches = attack_release(instance, pattern, primary.width, seconds=ATTACK_SECONDS)
        if not breaches:
            return Solution(primary, pattern)
        breached = sorted({breach.cell for breach in breaches})
        raised[breached] += 1
    raise _breached(len(breached), policy)


def sketch(
    lattice: Lattice, policy: Policy, *, forced: NDArray[np.bool_], closed: frozenset[int] = frozenset()
) -> Solution:
    """Some pattern that protects the lattice, if there is one, without looking for a cheap one."""
    nothing = np.zeros(lattice.values.size, np.int64)
    primary, pattern, _, _ = _feasible(lattice, policy, closed=closed, raised=nothing, forced=forced, seconds=0.0)
    return Solution(primary, pattern)


def _feasible(
    lattice: Lattice,
    policy: Policy,
    *,
    closed: frozenset[int],
    raised: NDArray[np.int64],
    forced: NDArray[np.bool_],
    seconds: float,
) -> tuple[Primary, Pattern, Instance, frozenset[int]]:
    """The pattern once as many groups are closed as it takes; infeasible when closing more does not help."""
    while True:
        primary = primary_rules(lattice, policy, also_closed=closed)
        instance = build_instance(lattice, primary, policy, raised=raised, forced=forced)
        pattern = _suppress(instance, max(seconds, 0.0))
        if pattern.status != "infeasible":
            return primary, pattern, instance, closed
        wider = closed | widen(lattice, primary, pattern.exposed)
        if wider == closed:
            # Those who know to be alone with their answer may be what exposes the others.
            knowing = np.flatnonzero(primary.alone & primary.sensitive).tolist()
            wider = closed | groups_of(lattice, (*pattern.exposed, *knowing))
        if wider == closed:
            return primary, pattern, instance, closed
        closed = wider


def _suppress(instance: Instance, seconds: float) -> Pattern:
    if instance.fixed.all() or not instance.primary.any():
        return Pattern(instance.primary.copy(), "optimal", 0.0, 0.0)
    return suppress(instance, seconds=seconds)


def _neighbours(lattice: Lattice, cells: list[int]) -> NDArray[np.bool_]:
    """Everything in the sums of these cells."""
    near = np.zeros(lattice.values.size, bool)
    chosen = set(cells)
    for total, parts in lattice.relations:
        if not chosen.isdisjoint((total, *parts)):
            near[[total, *parts]] = True
    return near


def _breached(cells: int, policy: Policy) -> UnprotectedOutput:
    return UnprotectedOutput(
        f"The attack narrows {cells} hidden cells below the policy's width.",
        expected=f"Policy {policy.identifier} keeps every hidden cell wider.",
        remedy="Nothing was released. Report this as a fault of the workbench.",
    )
