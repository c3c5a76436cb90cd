"""One setting of the protection benchmark: what is asked, what came out, and how it stands beside GaussSuppression."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from time import process_time

import numpy as np
from numpy.typing import NDArray

from benchmarks.count_tables import CountTable, hr_instance
from etm_workbench.protection.audit import Published, attack_as_members, check_release
from etm_workbench.protection.instance import Instance, Pattern
from etm_workbench.protection.secondary import suppress

LEVEL, PLACEMENT = "organization × level", "organization × level × placement"
CLUSTERS, NINE_BOX = "clusters × level × placement", "organization × level × nine-box"

GAUSS: Mapping[str, str] = {
    LEVEL: "41 cells, 303 people by default; 38, 283 without singletons; 49, 415 at width 5; 0.2 s",
    PLACEMENT: "231 cells, 2,009 people by default; 207, 1,805 without singletons; 292, 2,613 at width 5; 2 s",
    CLUSTERS: "358 cells, 3,292 people by default; 269, 2,613 without singletons; width 5 not in 400 s; 2 s",
    NINE_BOX: "225 cells, 1,664 people by default; 154, 1,050 without singletons",
}
"""Complementary cells and the people in them; GaussSuppression 1.2.3 on these tables, measured in November 2026."""

GAUSS_PLAIN = {PLACEMENT: 207, CLUSTERS: 269, NINE_BOX: 154}
GAUSS_DEFAULT, GAUSS_WIDTH_5 = {PLACEMENT: 231}, {PLACEMENT: 292}


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
        return f"{self.shape}, width {self.width}, cost {self.kind}{least}{members}"

    def instance(self, table: CountTable) -> Instance:
        """The protection problem."""
        return hr_instance(table, width=self.width, kind=self.kind, lower=self.lower, members=self.members)


EASY = (
    Case(LEVEL, 5, "log"),
    Case(LEVEL, 3, "log", lower=1, members=True),
    Case(PLACEMENT, 1, "log"),
    Case(CLUSTERS, 1, "log"),
    Case(NINE_BOX, 1, "log"),
    Case(PLACEMENT, 5, "log"),
)
HARD = (
    Case(PLACEMENT, 1, "log", members=True),
    Case(PLACEMENT, 3, "log", lower=1, members=True),
    Case(CLUSTERS, 5, "value", seconds=120),
    Case(CLUSTERS, 5, "log", seconds=120),
    Case(CLUSTERS, 3, "log", lower=1, members=True, seconds=120),
)


@dataclass(frozen=True)
class Outcome:
    """What a pattern hides, what an intruder still narrows, and how good it is proved to be."""

    seconds: float
    cells: int
    people: int
    narrowed: int
    audit_seconds: float
    pattern: Pattern | None = None

    def __str__(self) -> str:
        proof = "" if self.pattern is None else f"; {_proof(self.pattern)}"
        return (
            f"{self.seconds:7.2f} s, {self.cells:4d} complementary cells, {self.people:5d} people in them, "
            f"{self.narrowed} cells narrowed below the width{proof}"
        )


def solved(table: CountTable, case: Case) -> Outcome:
    """Ours."""
    instance = case.instance(table)
    start = process_time()
    pattern = suppress(instance, seconds=case.seconds)
    return _outcome(instance, pattern.hidden, process_time() - start, pattern)


def judged(table: CountTable, case: Case, hidden: NDArray[np.bool_], *, seconds: float) -> Outcome:
    """Somebody else's pattern."""
    return _outcome(case.instance(table), hidden, seconds, None)


def gauss_ratios(ours: Mapping[Case, Outcome]) -> Iterator[str]:
    """Complementary cells of ours over GaussSuppression's, where a target names it."""
    plain = [ours[Case(shape, 1, "log")].cells / cells for shape, cells in GAUSS_PLAIN.items()]
    yield f"cells over Gauss without singletons, width 1, three-way: ratio {np.mean(plain):.3f} (bar 0.80)"
    yield f"  largest of them: ratio {max(plain):.3f} (bar 0.88)"
    for name, case, cells, bar in (
        ("Gauss default, members attack both", Case(PLACEMENT, 1, "log", members=True), GAUSS_DEFAULT, 0.95),
        ("Gauss at width 5", Case(PLACEMENT, 5, "log"), GAUSS_WIDTH_5, 0.80),
        ("Gauss at width 5, ours strongest", Case(PLACEMENT, 3, "log", lower=1, members=True), GAUSS_WIDTH_5, 1.0),
    ):
        if case in ours:
            yield f"cells over {name}: ratio {ours[case].cells / cells[PLACEMENT]:.3f} (bar {bar:.2f})"


def _outcome(instance: Instance, hidden: NDArray[np.bool_], seconds: float, pattern: Pattern | None) -> Outcome:
    extra = hidden & ~instance.primary
    start = process_time()
    narrowed = _narrowed(instance, hidden)
    return Outcome(
        seconds=seconds,
        cells=int(np.count_nonzero(extra)),
        people=int(instance.values[extra].sum()),
        narrowed=narrowed,
        audit_seconds=process_time() - start,
        pattern=pattern,
    )


def _narrowed(instance: Instance, hidden: NDArray[np.bool_]) -> int:
    """Protected cells that the independent attacker, who shares no code with the suppressor, narrows."""
    values = instance.values.astype(float)
    problem = Published(
        known=np.where(hidden, np.nan, values),
        relations=instance.relations,
        lower=instance.lower.astype(float),
        upper=np.full(values.size, np.inf),
    )
    width = instance.width.astype(float)
    breaches = check_release(problem, width, truth=values, seconds=300.0)
    if instance.members_attack:
        certain = np.minimum(width, instance.member_width)
        inside = replace(problem, integer=False)
        breaches += attack_as_members(inside, values, width=certain, seconds=300.0, owner=instance.owner)
    return len({breach.cell for breach in breaches})


def _proof(pattern: Pattern) -> str:
    return "gap 0.0 %, optimum proved" if pattern.status == "optimal" else f"gap {100 * pattern.gap:.1f} %"
