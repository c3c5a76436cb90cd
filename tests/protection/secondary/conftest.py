"""What the suppressor's tests share: table instances, an independent attacker, and brute force.

Nothing here uses the suppressor: `widths` asks scipy's solver, one problem a bound, no warm start and no reduction.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from itertools import chain, combinations
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from scipy.optimize import linprog

from etm_workbench.protection.instance import Instance

_BENCHMARKS = Path(__file__).parents[3] / "benchmarks"


@pytest.fixture(scope="session")
def count_tables() -> ModuleType:
    """The benchmark's table shapes, loaded by path."""
    spec = importlib.util.spec_from_file_location("count_tables", _BENCHMARKS / "count_tables.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["count_tables"] = module
    spec.loader.exec_module(module)
    return module


def interval(instance: Instance, hidden: np.ndarray, cell: int, knower: int | None = None) -> tuple[float, float]:
    """The least and the most that an attacker must allow for, as deviations from the true value."""
    moving = np.flatnonzero(hidden)
    sums = instance.relations[:, moving].astype(float)
    bounds = [(float(instance.lower[i] - instance.values[i]), None) for i in moving]
    if knower is not None:
        bounds[int(np.flatnonzero(moving == knower)[0])] = (0.0, 0.0)
    wish = (moving == cell).astype(float)
    ends = []
    for direction in (1.0, -1.0):
        answer = linprog(direction * wish, A_eq=sums, b_eq=np.zeros(sums.shape[0]), bounds=bounds, method="highs")
        ends.append(direction * answer.fun if answer.status == 0 else -direction * np.inf)
    return ends[0], ends[1]


def exposed(instance: Instance, hidden: np.ndarray) -> list[tuple[int, int | None]]:
    """Primary cells that `hidden` does not protect, each with the member who attacks (None: an outsider)."""
    return [pair for pair in _attacks(instance) if _succeeds(instance, hidden, *pair)]


def _attacks(instance: Instance) -> list[tuple[int, int | None]]:
    """Every protected cell with every attacker who may go after it."""
    cells = [int(cell) for cell in np.flatnonzero((instance.width > 0) | (instance.above > 0) | (instance.below > 0))]
    ones = np.flatnonzero((instance.values == 1) & ~instance.fixed) if instance.members_attack else []
    members = [(cell, int(one)) for one in ones for cell in cells if not _same_people(instance, cell, one)]
    return [(cell, None) for cell in cells] + members


def _succeeds(instance: Instance, hidden: np.ndarray, cell: int, knower: int | None) -> bool:
    if knower is not None and not hidden[knower]:
        return False
    low, high = interval(instance, hidden, cell, knower)
    asked = max(instance.width[cell], instance.above[cell] + instance.below[cell])
    if knower is not None:
        return high - low < min(instance.member_width, asked) - 1e-6
    narrow = high - low < instance.width[cell] - 1e-6
    return narrow or high < instance.above[cell] - 1e-6 or -low < instance.below[cell] - 1e-6


def _same_people(instance: Instance, cell: int, knower: int) -> bool:
    """Whether the cell and the member's move together whatever is hidden: his own cell seen again in a margin."""
    moving = np.flatnonzero(~instance.fixed)
    sums = instance.relations[:, moving].toarray().astype(float)
    difference = (moving == cell).astype(float) - (moving == knower).astype(float)
    return np.linalg.matrix_rank(np.vstack([sums, difference])) == np.linalg.matrix_rank(sums)


def cheapest(instance: Instance) -> float:
    """The cost of the cheapest safe pattern by trying them all; infinite when there is none."""
    eligible = np.flatnonzero(~instance.primary & ~instance.fixed)
    attacks = _attacks(instance)
    if any(_succeeds(instance, ~instance.fixed, cell, None) for cell, knower in attacks if knower is None):
        return np.inf
    subsets = chain.from_iterable(combinations(eligible, size) for size in range(eligible.size + 1))
    for subset in sorted(subsets, key=lambda cells: instance.cost[list(cells)].sum()):
        hidden = instance.primary.copy()
        hidden[list(subset)] = True
        successful = next((pair for pair in attacks if _succeeds(instance, hidden, *pair)), None)
        if successful is None:
            return float(instance.cost[list(subset)].sum())
        attacks.remove(successful)  # what worked once is tried first
        attacks.insert(0, successful)
    return np.inf


@pytest.fixture(scope="session")
def attack() -> Callable[..., list[tuple[int, int | None]]]:
    """`exposed`, the independent attacker."""
    return exposed


@pytest.fixture(scope="session")
def brute_force() -> Callable[[Instance], float]:
    """`cheapest`, by enumeration."""
    return cheapest


@pytest.fixture(scope="session", name="interval")
def interval_fixture() -> Callable[..., tuple[float, float]]:
    """`interval`, by scipy's solver."""
    return interval
