"""Budgets for exact enumeration and simulation, so that no table can make a report hang.

An exact method first asks whether its work fits the budget; if not, it simulates, and the result
carries the standard error of its p-value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np

from etm_workbench.analysis.statistics.result import FloatArray
from etm_workbench.errors import BadInput


@dataclass(frozen=True, slots=True)
class Budget:
    """How much work one p-value may cost.

    Parameters
    ----------
    steps : int
        Elementary outcomes an exact method may visit. Ten million take about one second.
    draws : int
        Random draws of a simulation. The standard error of its p-value is at most 0.5 / sqrt(draws).

    Raises
    ------
    BadInput
        A number below one.
    """

    steps: int = 10_000_000
    draws: int = 100_000

    def __post_init__(self) -> None:
        if self.steps < 0 or self.draws < 1:
            raise BadInput(
                "A budget allows no work.",
                expected="Steps from zero up and at least one draw.",
                remedy="Write Budget(steps=0) to simulate at once.",
            )


DEFAULT_BUDGET = Budget()
_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Simulated:
    """A simulated p-value, its standard error and the draws it took."""

    p_value: float
    error: float
    draws: int


def need_rng(rng: np.random.Generator | None, what: str) -> np.random.Generator:
    """`rng`, or a refusal that says why one is needed."""
    if rng is None:
        raise BadInput(
            f"{what} is too large for exact enumeration within the budget.",
            expected="A random generator for the simulation.",
            remedy="Pass rng=np.random.default_rng(seed), or a larger budget.",
        )
    return rng


def simulate(draw: Callable[[int], FloatArray], *, at_least: float, draws: int) -> Simulated:
    """Share of random outcomes whose statistic is at least the observed one.

    p = (1 + hits) / (1 + draws), which keeps the test's level (Phipson and Smyth, Statistical
    Applications in Genetics and Molecular Biology 9(1), 2010, article 39).

    Parameters
    ----------
    draw : callable
        Given a number of draws, that many statistics under the null hypothesis.
    at_least : float
        The observed statistic, already lowered by whatever tolerance ties need.
    draws : int
        How many in all.

    Returns
    -------
    Simulated
        Its error is sqrt(p (1 - p) / draws).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> simulate(lambda size: rng.random(size), at_least=0.9, draws=10_000)
    Simulated(p_value=0.103989601039896, error=0.003052470539013592, draws=10000)
    """
    hits = 0
    for start in range(0, draws, _BATCH):
        hits += int(np.count_nonzero(draw(min(_BATCH, draws - start)) >= at_least))
    p_value = (1 + hits) / (1 + draws)
    return Simulated(p_value, sqrt(p_value * (1 - p_value) / draws), draws)
