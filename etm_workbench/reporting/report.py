"""A report as its notebook says it: each line of the notebook adds a part and shows it.

The notebook chooses what to say and in which order; the words stand in the report's definition, the
numbers in its release. `finish` adds what every report must end with, and saves the document.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

from IPython.display import display

from etm_workbench.bundle import Bundle
from etm_workbench.codebook import LANGUAGES, Bilingual
from etm_workbench.errors import BadDefinition, nearest
from etm_workbench.presentation import charts
from etm_workbench.presentation.display import set_language
from etm_workbench.presentation.document import Document, Provenance
from etm_workbench.presentation.labels import labels_for
from etm_workbench.presentation.layout import Layout
from etm_workbench.presentation.parts import ChartPart, Heading, Note, NoteKind, Part, TablePart, Text, TextStyle
from etm_workbench.presentation.sentences import Direction, compared, comparisons_of, direction_of
from etm_workbench.presentation.tabledata import CellRef
from etm_workbench.presentation.tables import grid_of
from etm_workbench.protected import ProtectedTable, Shown
from etm_workbench.reporting.closing import closing_parts
from etm_workbench.reporting.definitions import BoundText, ParameterValue, ReportDefinition, load_report
from etm_workbench.reporting.session import Workbench

RUN_FOLDER = "ETM_RUN_FOLDER"  # where a run wants its document; a notebook opened by hand has none

_NOT_BESIDE_EARLIER = Bilingual(
    "Beside the numbers released earlier, it cannot be shown without the risk of revealing something about a person.",
    "À côté des nombres déjà diffusés, il ne peut être montré sans risque de révéler quelque chose sur une personne.",
)
_NOTHING_SHOWN = Bilingual(
    "Every number in it is withheld to protect the people counted.",
    "Tous ses nombres sont retenus pour protéger les personnes comptées.",
)


class Report:
    """Collects the parts of one run.

    Parameters
    ----------
    definition : ReportDefinition
        Its words.
    workbench : Workbench
        The session; gives the scope's name, the codebook's labels and the policy.
    parameters : mapping
        As the notebook was given them, language apart.
    """

    def __init__(
        self, definition: ReportDefinition, workbench: Workbench, parameters: Mapping[str, ParameterValue]
    ) -> None:
        self.definition, self.workbench, self.parameters = definition, workbench, dict(parameters)
        self._parts: list[Part] = []
        self._labels = {
            variable: {code: b.text for code, b in codes.items()} for variable, codes in definition.file.labels.items()
        }
        self._labels.setdefault("population", {})["PART"] = workbench.label()
        self._words: dict[str, Bilingual] = {
            "<scope>": workbench.label(),
            "<cycle>": Bilingual(workbench.cycle, workbench.cycle),
        }
        self._words |= {f"<{name}>": Bilingual(str(value), str(value)) for name, value in parameters.items()}
        if len(workbench.cycles) > 1:
            self._words["<previous>"] = Bilingual(workbench.cycles[-2], workbench.cycles[-2])
        set_language(workbench.language)

    def heading(self, key: str, *, level: int = 1) -> None:
        """Adds a heading."""
        self._add(Heading(self._text(key), level))

    def text(self, key: str, *, style: TextStyle = "paragraph", **cells: CellRef) -> None:
        """Adds a sentence; each slot of the text is bound to a cell, and is withheld with it."""
        entry = self._entry(key)
        withheld = self._put(entry.withheld.text) if entry.withheld else None
        self._add(Text(self._put(entry.text), cells, withheld, style))

    def note(self, key: str, *, kind: NoteKind = "method") -> None:
        """Adds a note."""
        self._add(Note(self._text(key), kind))

    def table(
        self, key: str, table: ProtectedTable | None, layout: Layout, *, notes: tuple[Bilingual, ...] = ()
    ) -> None:
        """Adds a table under its caption, with notes below it.

        Where the release had to do without the table, a note says so.
        """
        self._add(self._left_out(key) if table is None else TablePart(key, self._text(key), table, layout, notes))

    def compared(self, key: str, table: ProtectedTable, **codes: str) -> None:
        """Adds how a share differs from the rest of the service, in the words that the test allows.

        Parameters
        ----------
        key : str
            The text that says what the share is of.
        table : ProtectedTable
            With the figures of a comparison; without them nothing is said.
        **codes
            The cell.

        Raises
        ------
        BadDefinition
            The report's file does not say below which `significance` a difference is called one.
        """
        if "rest_share" in {figure.name for figure in table.figures}:
            self._compared(self._text(key), table, codes, self._direction(table, codes))

    def _direction(self, table: ProtectedTable, codes: Mapping[str, str]) -> Direction | None:
        """Which way a cell differs from the rest of the service, at the significance of the report's file."""
        significance = self.definition.file.significance
        if significance is None:
            raise BadDefinition(
                f"Report '{self.definition.name}' compares and declares no significance.",
                expected="The level below which a difference is called one, such as 0.05.",
                remedy="Add `significance` to its file.",
            )
        return direction_of(table, codes, significance=significance)

    def _compared(
        self,
        about: Bilingual,
        table: ProtectedTable,
        codes: Mapping[str, str],
        direction: Direction | None,
        *,
        style: TextStyle = "finding",
    ) -> None:
        cells = {"share": CellRef.of(table, "share", **codes), "rest": CellRef.of(table, "rest_share", **codes)}
        if direction == "unclear":
            cells["visible"] = CellRef.of(table, "visible", **codes)
        if direction:
            cells["p"] = CellRef.of(table, "p_adjusted", **codes)
            variable = next(name for name in codes if name != "population")
            made = comparisons_of(table, variable)
            self._add(replace(compared(about, direction, cells=cells, comparisons=made), style=style))

    def holds(self, table: ProtectedTable, **codes: str) -> bool:
        """Whether anybody is shown in a cell: a part about nobody is left out."""
        cell = table.cell(**codes)
        return isinstance(cell, Shown) and cell.value > 0

    def present(self, table: ProtectedTable, variable: str, **among: Sequence[str]) -> tuple[str, ...]:
        """Codes of `variable` with anybody in one of the cells `among`: rows of nothing but zeros are left out."""
        cells = [dict(zip(among, codes, strict=True)) for codes in product(*among.values())]
        codes = table.dimensions[table.variables.index(variable)].codes
        return tuple(c for c in codes if any(table.cell(**{**at, variable: c}) != Shown(0.0) for at in cells))

    def came_and_went(self, key: str, table: ProtectedTable, *, reading: str, none: str) -> None:
        """Adds the rows of `table` (year × organization × level) that are zero in one year and not in another.

        The text `reading` stands before them; the text `none` stands alone where there is no such row.
        """
        years, organizations = table.dimensions[0].codes, table.dimensions[1].leaves
        gone = tuple(
            organization
            for organization in organizations
            if Shown(0.0) in {table.cell(year=year, organization=organization) for year in years}
        )
        if not gone:
            self.text(none)
            return
        self.text(reading)
        only, order = {"organization": gone}, ("organization",)
        self.table(key, table, Layout(rows=order, columns=("year",), only=only, alphabetical=order))

    def chart(self, key: str, kind: str, table: ProtectedTable | None, **options: Any) -> None:
        """Adds a chart of `etm.charts` under the title `key`; `options` go to the chart's function.

        Where the release had to do without the table, or nothing of the chart may be shown, a note says so.

        Raises
        ------
        BadDefinition
            There is no such chart; the nearest name is offered.
        """
        if kind not in charts.__all__:
            raise BadDefinition(f"There is no chart '{kind}'.", remedy=nearest(kind, charts.__all__))
        if table is None:
            self._add(self._left_out(key))
            return
        labels = labels_for(self.workbench.codebook, [table], extra=self._labels)
        part = getattr(charts, kind)(table, labels, title=self._text(key), name=key, **options)
        grid = grid_of(part.data, part.layout, labels, LANGUAGES[0])
        shows = any(isinstance(body.cell, Shown) for row in grid.rows for body in row.cells)
        self._add(part if shows else self._left_out(key, _NOTHING_SHOWN))

    def finish(self, release: Bundle) -> Document:
        """Ends the report with method, protection and provenance, and saves the document of a run.

        Parameters
        ----------
        release : Bundle
            What the report's numbers come from.
        """
        for part in closing_parts(release, self.workbench.policy):
            self._add(part)
        tables = [p.data for p in self._parts if isinstance(p, (TablePart, ChartPart))]
        file, manifest = self.definition.file, release.manifest
        document = Document(
            title=self._put(file.title.text),
            subtitle=self._put(file.subtitle.text),
            parts=tuple(self._parts),
            provenance=Provenance(
                report=self.definition.name,
                parameters={name: str(value) for name, value in sorted(self.parameters.items())},
                data_version=manifest.data_version,
                code_version=manifest.code_version,
                policy=f"{manifest.policy} ({manifest.policy_hash[:12]})",
                audience=manifest.audience,
                ledger_entry=manifest.ledger_entry,
                definition_hash=self.definition.content_hash,
            ),
            marking=file.marking.text if file.marking else None,
            labels=labels_for(self.workbench.codebook, tables, extra=self._labels),
        )
        _FINISHED[:] = [(document, release)]
        if folder := os.environ.get(RUN_FOLDER):
            _save(Path(folder), self.definition.name, document, release)
        return document

    def _add(self, part: Part) -> None:
        self._parts.append(part)
        display(part)  # type: ignore[no-untyped-call]

    def _left_out(self, key: str, reason: Bilingual = _NOT_BESIDE_EARLIER) -> Note:
        """What stands in the place of a table or chart of which nothing can be shown."""
        title = self._text(key)
        return Note(
            Bilingual(f"Left out: {title.en}. {reason.en}", f"Élément omis : {title.fr}. {reason.fr}"), "protection"
        )

    def _entry(self, key: str) -> BoundText:
        texts = self.definition.file.texts
        if key not in texts:
            raise BadDefinition(f"Report '{self.definition.name}' has no text '{key}'.", remedy=nearest(key, texts))
        return texts[key]

    def _text(self, key: str) -> Bilingual:
        return self._put(self._entry(key).text)

    def _put(self, text: Bilingual) -> Bilingual:
        """The text with the words that name the run's scope and cycles in their places."""
        en, fr = text.en, text.fr
        for mark, word in self._words.items():
            en, fr = en.replace(mark, word.en), fr.replace(mark, word.fr)
        return Bilingual(en, fr)


def open_report(name: str, workbench: Workbench, **parameters: ParameterValue) -> Report:
    """The standard report `name`, ready to be said part by part.

    Raises
    ------
    BadDefinition
        No such report, or parameters that do not fit it.
    """
    definition = load_report(name)
    definition.check(parameters, workbench.codebook)
    return Report(definition, workbench, parameters)


def take_finished() -> tuple[Document, Bundle]:
    """The document and release of the report that has just finished in this process, given once.

    Raises
    ------
    BadDefinition
        None has: the notebook does not end with `report.finish`.
    """
    if not _FINISHED:
        raise BadDefinition("A report ended without a document.", remedy="End its notebook with report.finish.")
    return _FINISHED.pop()


_FINISHED: list[tuple[Document, Bundle]] = []


def _save(folder: Path, name: str, document: Document, release: Bundle) -> None:
    (folder / f"{name}.document.json").write_text(document.to_json(), encoding="utf-8")
    release.write(folder / f"{name}.bundle.json")
