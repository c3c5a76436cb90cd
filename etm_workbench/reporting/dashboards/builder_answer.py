"""An answer while its question is being put together: protected, and recorded nowhere.

It is counted and protected just as the report will be. Two things differ. Nothing is released, so the
ledger is read and not written; and the public service is compared with only where its numbers have been
released already, since a preview may not make a release of the service by the way.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from etm_workbench.analysis import benchmark, comparison
from etm_workbench.bundle import Bundle
from etm_workbench.errors import CannotProtect
from etm_workbench.presentation.document import Labels
from etm_workbench.presentation.parts import Part
from etm_workbench.protected import ProtectedTable, Withheld
from etm_workbench.protection.policy import load_policy
from etm_workbench.reporting.adhoc.definition import AdhocFile
from etm_workbench.reporting.adhoc.report import AdhocReport, load_adhoc
from etm_workbench.reporting.benchmarks import AUDIENCE, COMPARED, benchmark_tables, imported_benchmarks
from etm_workbench.reporting.release import recorded, rehearse
from etm_workbench.reporting.session import Workbench
from etm_workbench.sensitive import SensitiveTable

ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Cut:
    """The question without one of its variables: cells it would have, and those withheld; None where it is refused."""

    without: str
    cells: int
    withheld: int | None


class DraftReport(AdhocReport):
    """An ad hoc report that keeps its parts for a page instead of showing them in a notebook."""

    @property
    def parts(self) -> tuple[Part, ...]:
        """What was said so far."""
        return tuple(self._parts)

    @property
    def labels(self) -> Labels:
        """Words for codes that the codebook does not know."""
        return self._labels

    def _add(self, part: Part) -> None:
        self._parts.append(part)


def draft(path: Path, workbench: Workbench) -> DraftReport:
    """The report of a saved definition, ready to be said part by part.

    Raises
    ------
    BadDefinition
        The definition is wrong.
    """
    definition = load_adhoc(str(path))
    return DraftReport(definition, workbench, {"definition": definition.name, "owner": definition.asked.owner})


def counted(workbench: Workbench, asked: AdhocFile) -> SensitiveTable:
    """The question's table; beside the service where `comparable` says so.

    Raises
    ------
    BadInput
        A group with nobody in it, or with nobody to compare with.
    """
    plain = _plain(workbench, asked, asked.variables)
    if asked.comparator == "none":
        return plain
    if asked.audience == "own_organization":
        released = _benchmark(workbench, asked)
        return benchmark.beside(plain, released, asked.share_of) if released else plain
    by = [variable for variable in asked.variables if variable != asked.share_of]
    service = workbench.service.where(**asked.population).cadre
    return comparison.compare(
        service, ANSWER, asked.share_of, part=workbench.organizations or (), by=by[0] if by else None
    )


def comparable(workbench: Workbench, asked: AdhocFile) -> AdhocFile:
    """The question, without its comparison where the service's numbers for it have not been released."""
    needs = asked.comparator == "service" and asked.audience == "own_organization"
    if not needs or _benchmark(workbench, asked) is not None:
        return asked
    return asked.model_copy(update={"comparator": "none"})


def preview(workbench: Workbench, asked: AdhocFile) -> ProtectedTable:
    """The answer as its readers would see it, beside everything released before; nothing is recorded.

    Raises
    ------
    CannotProtect
        No safe form exists.
    """
    return _rehearsed(workbench, counted(workbench, asked))[ANSWER]


def coarser_cuts(workbench: Workbench, asked: AdhocFile) -> tuple[Cut, ...]:
    """The question without each of its variables, fewest cells withheld first.

    The variable that shares are of stays: without it nothing would be asked.
    """
    cuts = []
    for variable in asked.variables:
        others = tuple(v for v in asked.variables if v != variable)
        if variable == asked.share_of or not others:
            continue
        table = _plain(workbench, asked, others)
        try:
            withheld: int | None = withheld_cells(_rehearsed(workbench, table)[ANSWER])
        except CannotProtect:
            withheld = None
        cuts.append(Cut(variable, len(table.cells), withheld))
    return tuple(sorted(cuts, key=lambda cut: cut.cells if cut.withheld is None else cut.withheld))


def withheld_cells(table: ProtectedTable) -> int:
    """How many cells of a table are withheld: readers see the pattern anyway."""
    return sum(isinstance(cell, Withheld) for cell in table.figure().cells)


def _plain(workbench: Workbench, asked: AdhocFile, variables: tuple[str, ...]) -> SensitiveTable:
    cycles = ("cycle",) if len(asked.cycles) > 1 else ()
    view = workbench.in_cycles(*asked.cycles).where(**asked.population)
    return view.count(rows=(*cycles, *variables), share_of=asked.share_of if asked.measure == "share" else None)


def _benchmark(workbench: Workbench, asked: AdhocFile) -> ProtectedTable | None:
    """The released table of the service that counts the same; None where there is none."""
    if asked.population or len(asked.cycles) > 1:
        return None
    for name, (variable, by) in COMPARED.items():
        if variable == asked.share_of and asked.variables == ((variable, by) if by else (variable,)):
            released = _released_service(workbench)
            return released[name] if released else None
    return None


def _released_service(workbench: Workbench) -> Bundle | None:
    """The benchmarks if they were released or imported; none are released for a preview's sake."""
    if not workbench.holds_others:
        return imported_benchmarks(workbench.cycle)
    store, cycle = workbench.store, workbench.cycle
    place = (cycle, store.data_version((cycle,)), store.release_head(AUDIENCE))
    if place not in _RELEASED:
        _RELEASED.clear()
        _RELEASED[place] = _recorded_benchmarks(workbench)
    return _RELEASED[place]


def _recorded_benchmarks(workbench: Workbench) -> Bundle | None:
    everyone = Workbench(workbench.store, codebook=workbench.codebook, policy=load_policy(AUDIENCE), organizations=None)
    tables = benchmark_tables(everyone.service)
    made = recorded(workbench.store, tables, policy=everyone.policy, scope=everyone._scope_of(tables))
    return made or imported_benchmarks(workbench.cycle)


# The same for every viewer while the files and the ledger stay as they are.
_RELEASED: dict[tuple[str, str, str | None], Bundle | None] = {}


def _rehearsed(workbench: Workbench, table: SensitiveTable) -> Bundle:
    tables = {ANSWER: table}
    return rehearse(workbench.store, tables, policy=workbench.policy, scope=workbench._scope_of(tables))
