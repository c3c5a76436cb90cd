"""One setting of the protection benchmark: what is asked of which table, what came out, and how good it is.

Each function is whole in itself, so that it can run in a process of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import process_time
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.count_tables import RECORDS, SHAPES, CountTable, count_table, hr_instance
from benchmarks.protection_peer import tau_argus
from etm_workbench.protection.audit import Published, attack, attack_as_members, check_release
from etm_workbench.protection.instance import Instance, Pattern
from etm_workbench.protection.secondary import suppress

LEVEL, PLACEMENT = "organization × level", "organization × level × placement"
CLUSTERS, NINE_BOX = "clusters × level × placement", "organization × level × nine-box"
SHORT, RUNS = 1.0, 5
T = TypeVar("T")


@dataclass(frozen=True)
class Case:
    """What is asked of a table.

    Parameters
    ----------
    shape : str
        A key of `SHAPES`.
    width : int
        The interval to be left.
    kind : str
        What hiding costs.
    lower : int
        What an intruder knows of a hidden cell at the least.
    members : bool
        Whether members of a cell of one attack.
    seconds : float
        Processor time for ours.
    """

    shape: str
    width: int
    kind: str
    lower: int = 0
    members: bool = False
    seconds: float = 60.0

    def __str__(self) -> str:
        members = ", members attack" if self.members else ""
        least = ", hidden means at least 1" if self.lower else ""
        return f"{self.shape}, width {self.width}, cost {self.kind}{least}{members}, {self.seconds:.0f} s"

    def instance(self) -> Instance:
        """The protection problem."""
        _, table = _table(self.shape)
        return hr_instance(table, width=self.width, kind=self.kind, lower=self.lower, members=self.members)


@dataclass(frozen=True)
class Outcome:
    """What a pattern hides, what an intruder still narrows, and how good it is proved to be (`gap`, if it is told)."""

    seconds: float
    cells: int
    people: int
    narrowed: int
    gap: float | None = None

    def __str__(self) -> str:
        proof = "" if self.gap is None else f"; gap {100 * self.gap:.1f} %{'' if self.gap else ', optimum proved'}"
        return (
            f"{self.seconds:.2f} s, {self.cells} complementary cells, {self.people} people in them, "
            f"{self.narrowed} cells narrowed below the width{proof}"
        )


@dataclass(frozen=True)
class Intervals:
    """Seconds in which the audit proved the intervals of so many of the hidden cells."""

    seconds: float
    proved: int
    hidden: int

    def __str__(self) -> str:
        return f"{self.proved} of {self.hidden} intervals proved in {self.seconds:.2f} s"


def solved(case: Case) -> Outcome:
    """Ours, attacked by the audit, which shares no code with what hides cells."""
    instance = case.instance()
    pattern, seconds = _timed(lambda: suppress(instance, seconds=case.seconds))
    return _outcome(instance, pattern.hidden, seconds, gap=_gap(pattern))


def solved_by_tau_argus(shape: str) -> Outcome:
    """Theirs, at width 1 and by people, attacked by the same audit; starting their library is not counted."""
    import pytauargus  # noqa: F401

    records, table = _table(shape)
    hidden, seconds = _timed(lambda: tau_argus(records, table, SHAPES[shape]))
    return _outcome(Case(shape, 1, "value").instance(), hidden, seconds, gap=None)


def intervals(shape: str) -> Intervals:
    """The audit asked for the interval of every hidden cell of a pattern of width 1."""
    instance = Case(shape, 1, "value").instance()
    problem = _published(instance, suppress(instance, seconds=60.0).hidden)
    found, seconds = _timed(lambda: attack(problem, seconds=300.0))
    return Intervals(seconds, int(np.count_nonzero(found.proved)), found.cells.size)


def _timed(solve: Callable[[], T]) -> tuple[T, float]:
    """What it gives, and its processor seconds; of five runs the median where one takes less than a second."""
    taken = []
    while len(taken) < (1 if taken and taken[0] >= SHORT else RUNS):
        start = process_time()
        given = solve()
        taken.append(process_time() - start)
    return given, float(np.median(taken))


def _table(shape: str) -> tuple[pd.DataFrame, CountTable]:
    records = pd.read_csv(RECORDS)
    return records, count_table(records, SHAPES[shape])


def _gap(pattern: Pattern) -> float:
    return 0.0 if pattern.status == "optimal" else pattern.gap


def _outcome(instance: Instance, hidden: NDArray[np.bool_], seconds: float, *, gap: float | None) -> Outcome:
    extra = hidden & ~instance.primary
    return Outcome(
        seconds=seconds,
        cells=int(np.count_nonzero(extra)),
        people=int(instance.values[extra].sum()),
        narrowed=_narrowed(instance, hidden),
        gap=gap,
    )


def _narrowed(instance: Instance, hidden: NDArray[np.bool_]) -> int:
    """Protected cells that the independent attacker narrows."""
    problem, values = _published(instance, hidden), instance.values.astype(float)
    width = instance.width.astype(float)
    breaches = check_release(problem, width, truth=values, seconds=300.0)
    if instance.members_attack:
        certain = np.minimum(width, instance.member_width)
        inside = replace(problem, integer=False)
        breaches += attack_as_members(
            inside, values, width=certain, seconds=300.0, owner=instance.owner, attacks=instance.attacks
        )
    return len({breach.cell for breach in breaches})


def _published(instance: Instance, hidden: NDArray[np.bool_]) -> Published:
    values = instance.values.astype(float)
    return Published(
        known=np.where(hidden, np.nan, values),
        relations=instance.relations,
        lower=instance.lower.astype(float),
        upper=np.full(values.size, np.inf),
    )
