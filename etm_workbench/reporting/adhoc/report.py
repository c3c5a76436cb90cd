"""An ad hoc report as its notebook says it: the definition's own words around one table.

It is a standard report whose definition is somebody's file: the same parts, the same door, the same end.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path

from etm_workbench import settings
from etm_workbench.analysis import benchmark, comparison
from etm_workbench.codebook import Language
from etm_workbench.errors import CannotProtect
from etm_workbench.presentation.document import VARIABLE
from etm_workbench.presentation.layout import Layout
from etm_workbench.presentation.parts import Text
from etm_workbench.presentation.tabledata import CellRef
from etm_workbench.presentation.words import COMMON_CODES
from etm_workbench.protected import ProtectedTable
from etm_workbench.protection.policy import load_policy
from etm_workbench.reporting.adhoc.charts import chart_choices
from etm_workbench.reporting.adhoc.check import check_definition
from etm_workbench.reporting.adhoc.definition import AdhocFile, CellAddress, find_definition
from etm_workbench.reporting.benchmarks import AUDIENCE, COMPARED
from etm_workbench.reporting.definitions import Both, ParameterValue, ReportDefinition, ReportFile
from etm_workbench.reporting.report import Report
from etm_workbench.reporting.session import Workbench, open_workbench
from etm_workbench.sensitive import MISSING, SensitiveTable

_SUBTITLE = Both(en="Ad hoc report: <scope>, <cycles>", fr="Rapport ponctuel : <scope>, <cycles>")
_MARKING = Both(en="Protected B", fr="Protégé B")


@dataclass(frozen=True, slots=True)
class AdhocDefinition(ReportDefinition):
    """An ad hoc definition as a report's: `asked` is what its file holds."""

    asked: AdhocFile

    @property
    def content_hash(self) -> str:
        """SHA-256 of the question and of the notebook and words it runs through; hexadecimal."""
        digest = hashlib.sha256(self.asked.content_hash.encode())
        digest.update(self.notebook.read_bytes())
        digest.update(self.notebook.with_suffix(".toml").read_bytes())
        return digest.hexdigest()


class AdhocReport(Report):
    """Collects the parts of one ad hoc run."""

    definition: AdhocDefinition

    def __init__(
        self, definition: AdhocDefinition, workbench: Workbench, parameters: dict[str, ParameterValue]
    ) -> None:
        super().__init__(definition, workbench, parameters)
        for variable, codes in definition.asked.population.items():  # the line under a table names whom it is about
            entry = workbench.codebook.variable(variable)
            if entry.code_list:
                named = {code: workbench.codebook.label(variable, code) for code in codes}
                self._labels.setdefault(variable, {}).update({VARIABLE: entry.label, **named})

    def count(self) -> SensitiveTable:
        """The question's table, with shares and the comparison where they are asked for."""
        asked, workbench = self.definition.asked, self.workbench
        if asked.comparator == "none":
            return _counted(workbench, asked)
        if asked.audience == "own_organization":
            released = _released(workbench, asked)
            own = _counted(workbench, asked, released.variables)
            return benchmark.beside(own, released, asked.share_of)
        by = [variable for variable in asked.variables if variable != asked.share_of]
        service = workbench.service.where(**asked.population).cadre
        part = workbench.organizations or ()
        return comparison.compare(service, "answer", asked.share_of, part=part, by=by[0] if by else None)

    def glance(self, answer: ProtectedTable) -> None:
        """Adds how many people the question is about, the definition's own findings, and what the comparison tells."""
        asked = self.definition.asked
        for cycle in asked.cycles:
            words = self._entry("people_of_cycle" if len(asked.cycles) > 1 else "people").text
            year = {"cycle": cycle} if len(asked.cycles) > 1 else {}
            named = self._put(words)
            named = type(named)(named.en.replace("<this>", cycle), named.fr.replace("<this>", cycle))
            self._add(Text(named, {"people": self._cell(answer, CellAddress(codes=year))}, style="lead"))
        for finding in asked.findings:
            cells = {slot: self._cell(answer, address) for slot, address in finding.cells.items()}
            withheld = finding.withheld.text if finding.withheld else None
            self._add(Text(self._put(finding.text), cells, withheld, "lead"))
        if "rest_share" in {figure.name for figure in answer.figures}:
            self._differences(answer)

    def _differences(self, answer: ProtectedTable) -> None:
        """Which shares of the whole group differ from the rest of the service, or that none can be said to."""
        variable = self.definition.asked.share_of
        part = {"population": "PART"} if "population" in answer.variables else {}
        codes = answer.dimensions[answer.variables.index(variable)].leaves
        cells = [{**part, variable: code} for code in codes if code != MISSING]
        told = [(cell, direction) for cell in cells if (direction := self._direction(answer, cell))]
        differing = [(cell, direction) for cell, direction in told if direction != "unclear"]
        for cell, direction in differing:
            about = COMMON_CODES.get(cell[variable]) or self.workbench.codebook.label(variable, cell[variable])
            self._compared(about, answer, cell, direction, style="lead")
        if told and not differing:
            self.text("no_difference", style="lead")

    def show(self, answer: ProtectedTable) -> None:
        """Adds the charts asked for, then the whole table."""
        asked = self.definition.asked
        for kind in asked.charts:
            chart, choices = chart_choices(kind, asked, significance=self.definition.file.significance)
            self.chart(f"chart_{kind}", chart, answer, **choices)
        rows = (*(("cycle",) if len(asked.cycles) > 1 else ()), *asked.rows)
        where = {"population": "PART"} if "population" in answer.variables else {}
        known = {figure.name for figure in answer.figures}
        figures = tuple(name for name in asked.figures if name in known)
        self.table("answer_table", answer, Layout(rows=rows, columns=asked.columns, figures=figures, where=where))

    def caution(self) -> None:
        """Adds what not to conclude: the definition's own words, or those for any question."""
        own = self.definition.asked.caution
        if own is None:
            self.note("not_to_conclude", kind="caution")
        else:
            self.note("own_caution", kind="caution")

    def _cell(self, answer: ProtectedTable, address: CellAddress) -> CellRef:
        part = {"population": "PART"} if "population" in answer.variables else {}
        return CellRef.of(answer, address.figure, **part, **address.codes)


def load_adhoc(name: str) -> AdhocDefinition:
    """The checked definition of a file, or of a name in `data/definitions/`.

    Raises
    ------
    BadDefinition
        There is none, or it is wrong; every problem is listed.
    """
    path = find_definition(name)
    asked = check_definition(path).require()
    notebook = settings.project_folder("notebooks") / "adhoc" / "adhoc_report.ipynb"
    return AdhocDefinition(path.stem, notebook, _as_report(asked, _frame(notebook)), asked)


def open_adhoc(name: str, *, language: Language = "en", store: str | None = None) -> AdhocReport:
    """An ad hoc report ready to be said part by part, with its session open.

    Raises
    ------
    BadDefinition
        As of `load_adhoc`.
    BadEnvironment
        The store cannot be opened.
    """
    definition = load_adhoc(name)
    asked = definition.asked
    workbench = open_workbench(
        asked.cycles[-1],
        organization=asked.organization or None,
        cluster=asked.cluster or None,
        audience=asked.audience,
        store=store,
        language=language,
    )
    return AdhocReport(definition, workbench, {"definition": definition.name, "owner": asked.owner})


def _counted(workbench: Workbench, asked: AdhocFile, order: tuple[str, ...] = ()) -> SensitiveTable:
    view = workbench.in_cycles(*asked.cycles).where(**asked.population)
    share_of = asked.share_of if asked.measure == "share" else None
    return view.count(rows=order or asked.dimensions, share_of=share_of)


def _released(workbench: Workbench, asked: AdhocFile) -> ProtectedTable:
    """The same table over the whole service, released to every delegate.

    The benchmarks hold it for the usual questions: a delegate's own store has the service from nowhere else, and
    beside a review they may be all that can be shown of the service.
    """
    if not workbench.holds_others and (known := _benchmark(workbench, asked)) is not None:
        return known
    everyone = Workbench(workbench.store, codebook=workbench.codebook, policy=load_policy(AUDIENCE), organizations=None)
    try:
        return everyone.protect({"service": _counted(everyone, asked)})["service"]
    except CannotProtect:
        if (known := _benchmark(workbench, asked)) is None:
            raise
        return known


def _benchmark(workbench: Workbench, asked: AdhocFile) -> ProtectedTable | None:
    """The table of the released benchmarks that answers the question for the service; None when none does."""
    if asked.population or len(asked.cycles) > 1 or workbench.benchmarks is None:
        return None
    compared = {name for name, pair in COMPARED.items() if pair[0] == asked.share_of}
    tables = (table for name, table in workbench.benchmarks.tables.items() if name in compared)
    return next((table for table in tables if set(table.variables) == set(asked.dimensions)), None)


def _frame(notebook: Path) -> ReportFile:
    """The words that every ad hoc report shares, from the file beside the notebook."""
    return ReportFile.model_validate(tomllib.loads(notebook.with_suffix(".toml").read_text(encoding="utf-8")))


def _as_report(asked: AdhocFile, frame: ReportFile) -> ReportFile:
    """A report's words from the question's and the frame's."""
    cycles = ", ".join(asked.cycles)
    subtitle = Both(
        en=_SUBTITLE.en.replace("<cycles>", f"talent cycle {cycles}" if len(asked.cycles) == 1 else f"cycles {cycles}"),
        fr=_SUBTITLE.fr.replace(
            "<cycles>", f"cycle de gestion des talents {cycles}" if len(asked.cycles) == 1 else f"cycles {cycles}"
        ),
    )
    own = {"purpose": asked.purpose, **({"own_caution": asked.caution} if asked.caution else {})}
    texts = {**frame.texts, **{key: frame.texts["answer"].model_validate(b.model_dump()) for key, b in own.items()}}
    return frame.model_copy(
        update={
            "title": asked.question,
            "subtitle": subtitle,
            "question": asked.question,
            "audience": asked.audience,
            "marking": None if asked.audience == "public" else _MARKING,
            "texts": texts,
        }
    )
