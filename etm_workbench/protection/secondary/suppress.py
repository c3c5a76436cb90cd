"""Complementary suppression of a whole instance: reduced, split, each part solved, the answer attacked once more."""

from __future__ import annotations

from time import monotonic

import numpy as np

from etm_workbench.errors import UnprotectedOutput
from etm_workbench.protection.instance import Instance, Pattern, Status
from etm_workbench.protection.secondary.clock import Clock
from etm_workbench.protection.secondary.inspection import Inspector
from etm_workbench.protection.secondary.reduction import Part, reduce_instance
from etm_workbench.protection.secondary.search import search


def suppress(instance: Instance, *, seconds: float) -> Pattern:
    """The cheapest pattern that protects every primary cell against every attacker that the instance names.

    Parameters
    ----------
    instance : Instance
        Cells, sums, and what must not be worked out.
    seconds : float
        Processor time to spend looking for a cheaper pattern; a safe one is returned whatever it is.

    Returns
    -------
    Pattern
        `optimal` when no safe pattern costs less, `bounded` when the time was up first (`gap` says how far it may be
        from the cheapest), `infeasible` when some cells cannot be protected whatever is hidden (`exposed`).
        The same on every run unless the time is up.

    Raises
    ------
    UnprotectedOutput
        If the last check of the pattern finds a leak. Always a fault of this package.

    Notes
    -----
    Fischetti and Salazar's cutting planes (Journal of the American Statistical Association 2000).
    An outsider is taken to know that people are not negative (or at least `lower`) and whole; a member of a cell
    of one to know the former only, since asking every member in whole numbers takes too long.
    """
    start, clock = monotonic(), Clock(seconds)
    if not instance.primary.any():
        return Pattern(instance.primary.copy(), "optimal", 0.0, 0.0, seconds=monotonic() - start)
    reduction = reduce_instance(instance)
    member_width = float(instance.member_width) if instance.members_attack else 0.0
    inspectors = [Inspector(part, member_width) for part in reduction.parts]
    exposed = set(reduction.exposed)
    for part, inspector in zip(reduction.parts, inspectors, strict=True):
        exposed.update(_exposed(part, inspector))
    if exposed:
        nothing = np.zeros(instance.values.size, dtype=bool)
        return Pattern(
            nothing, "infeasible", np.inf, np.inf, exposed=tuple(sorted(exposed)), seconds=monotonic() - start
        )
    hidden, bound, rounds = instance.primary.copy(), reduction.base_cost, 0
    weights = np.cumsum([part.size for part in reduction.parts][::-1])[::-1]
    for part, inspector, rest in zip(reduction.parts, inspectors, weights, strict=True):
        found = search(part, inspector, clock.left * part.size / rest)
        if inspector.recheck(found.hidden):
            raise UnprotectedOutput(
                "The suppressor's own last check found a cell that can be worked out.",
                expected="A safe pattern.",
                remedy="Release nothing, and report the versions of highspy and numpy.",
            )
        hidden |= np.asarray(part.origin.T @ found.hidden.astype(float) > 0)
        bound += found.bound
        rounds += found.rounds
    cost = float(instance.cost[hidden & ~instance.primary].sum())
    status: Status = "optimal" if cost - bound <= 1e-6 * max(1.0, cost) else "bounded"
    return Pattern(hidden, status, cost, min(bound, cost), rounds=rounds, seconds=monotonic() - start)


def _exposed(part: Part, inspector: Inspector) -> list[int]:
    """The cells of the instance that are not protected even when all of the part is hidden."""
    lost = sorted({leak.cell for leak in inspector.leaks(np.ones(part.size, dtype=bool), thorough=True)})
    needy = np.zeros(part.size)
    needy[lost] = 1.0
    return [int(cell) for cell in np.flatnonzero(part.origin.T.astype(float) @ needy)]
