"""The audit of published files: what of their hidden cells can be worked out, within one file and from all together."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from etm_workbench.protection.audit.attack import attack
from etm_workbench.protection.audit.published import Intervals
from etm_workbench.protection.audit.tables.labels import Note, Reader
from etm_workbench.protection.audit.tables.links import ELSEWHERE, Linked, Sum, View
from etm_workbench.protection.audit.tables.reading import Entry, Group, read_tables
from etm_workbench.protection.audit.tables.spec import load_spec
from etm_workbench.protection.audit.tables.sums import link

Means = Literal["one table", "linking", ""]


@dataclass(frozen=True, slots=True)
class Reason:
    """A published sum in words' parts: its table, what it adds over, in which group (labels).

    `borrowed`: other tables that show numbers of this sum that its own table does not. `is_inner`: the sum is of
    finer cells that no table shows.
    """

    table: str
    over: tuple[str, ...]
    group: Mapping[str, str]
    borrowed: tuple[str, ...] = ()
    is_inner: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One hidden cell of one file.

    Parameters
    ----------
    table : str
    entry : Entry
    lower, upper : float
        Its feasibility interval from all tables together.
    proved : bool
        Whether the interval is exact; otherwise it is an outer limit.
    means : {"one table", "linking", ""}
        For an exactly recoverable cell: whether its own table is enough.
    reasons : tuple of Reason
        The sums that determine it.
    """

    table: str
    entry: Entry
    lower: float
    upper: float
    proved: bool
    means: Means
    reasons: tuple[Reason, ...]

    @property
    def is_exact(self) -> bool:
        """Whether only one value is possible."""
        return self.lower == self.upper


@dataclass(frozen=True, slots=True)
class Problem:
    """A contradiction: a sum that does not hold (`off_by`: parts minus total), or files that disagree on a line."""

    reason: Reason
    off_by: float | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Audit:
    """The findings on each hidden cell, by table; contradictions; and notes on what was assumed."""

    tables: tuple[tuple[str, int], ...]
    findings: tuple[Finding, ...]
    contradictions: tuple[Problem, ...]
    notes: tuple[Note, ...]

    def count(self, table: str | None = None, *, margins: bool = False, means: Means | None = None) -> int:
        """Hidden cells, or hidden margins; of one table, or recoverable by some means, if asked."""
        return sum(
            found.entry.is_margin == margins
            and (table is None or found.table == table)
            and (means is None or found.means == means)
            for found in self.findings
        )

    def __repr__(self) -> str:
        return f"<Audit of {len(self.tables)} tables, {len(self.findings)} hidden cells>"


def audit_files(files: Sequence[Path], spec_file: Path, *, seconds: float) -> Audit:
    """What can be worked out of the hidden cells of published files.

    Parameters
    ----------
    files : sequence of Path
        Delimited texts. The spec names each by its file name.
    spec_file : Path
        A TOML file; files of names that it mentions lie beside it.
    seconds : float
        Time to search; intervals still open then are outer limits.

    Raises
    ------
    BadInput
        A file is not there or cannot be read.
    BadDefinition
        The spec is wrong or does not fit the files.
    """
    deadline = time.monotonic() + seconds
    spec = load_spec(spec_file)
    tables, by_dimension, notes = read_tables(spec, spec_file.parent, files)
    linked, left_out = link(spec, tables, by_dimension)
    view = linked.problem()
    asked = view.mask(cell for hidden in linked.hidden for cell in hidden)
    joint = attack(view.problem, seconds=max(0.0, deadline - time.monotonic()), targets=asked)
    wording = _Wording(by_dimension, linked)
    within = [_exact_within(linked, number, deadline) for number in range(len(tables))]
    return Audit(
        tuple((table.name, len(table.entries)) for table in tables),
        tuple(_findings(linked, _Joint(view, joint), within, wording)),
        tuple(_problems(linked, _Joint(view, joint), wording)),
        (*notes, *left_out),
    )


@dataclass(frozen=True, slots=True)
class _Joint:
    """The attack on all tables together."""

    view: View
    found: Intervals


def _exact_within(linked: Linked, number: int, deadline: float) -> set[int]:
    """Hidden cells of a table that the table alone gives away."""
    hidden = linked.hidden[number]
    if not hidden:
        return set()
    view = linked.problem(number)
    found = attack(view.problem, seconds=max(0.0, deadline - time.monotonic()), targets=view.mask(hidden))
    exact = set(found.cells[found.exact].tolist()) | set(np.flatnonzero(~view.problem.hidden).tolist())
    return {cell for cell in hidden if view.place[cell] in exact}


def _findings(linked: Linked, joint: _Joint, within: Sequence[set[int]], wording: _Wording) -> list[Finding]:
    found, view = joint.found, joint.view
    position = {cell: at for at, cell in enumerate(found.cells.tolist())}
    findings = []
    for number, hidden in enumerate(linked.hidden):
        for cell, entry in hidden.items():
            place = view.place[cell]
            if place in position:
                at = position[place]
                low, high, proved = float(found.lower[at]), float(found.upper[at]), bool(found.proved[at])
            else:  # another table shows it
                low, high, proved = *linked.shown(cell), True
            means: Means = "one table" if cell in within[number] else "linking" if low == high else ""
            reasons = tuple(wording.of(view.sums[row]) for row in found.because.get(place, ()))
            findings.append(Finding(linked.tables[number].name, entry, low, high, proved, means, reasons))
    return findings


def _problems(linked: Linked, joint: _Joint, wording: _Wording) -> list[Problem]:
    wrong = [Problem(wording.of(joint.view.sums[c.relation]), off_by=c.off_by) for c in joint.found.contradictions]
    for number, entry in linked.disagreements:
        wrong.append(Problem(Reason(linked.tables[number].name, (), dict(entry.labels)), line=entry.line))
    return wrong


class _Wording:
    """Groups in the labels that the files use."""

    def __init__(self, by_dimension: Mapping[str, Reader], linked: Linked) -> None:
        self.by_dimension, self.linked, self.tables = by_dimension, linked, linked.tables

    def of(self, one: Sum) -> Reason:
        lenders = [self._lenders(one.table, cell) for cell in (*one.parts, one.total)]
        borrowed = tuple(dict.fromkeys(self.tables[table].name for own in lenders for table in own))
        return Reason(self.tables[one.table].name, one.over, self.labels(one.group), borrowed, one.is_inner)

    def _lenders(self, table: int, cell: int) -> list[int]:
        """Tables that show a cell's number, if its own table does not."""
        shown = [number for number, (low, high) in self.linked.said[cell].items() if low == high]
        return [] if table in shown else [number for number in shown[:1] if number != ELSEWHERE]

    def labels(self, group: Group) -> dict[str, str]:
        return {name: self.by_dimension[name].shown.get(code, code) for name, code in group}
