"""A dashboard as its module says it: sections of parts, in order, with the words of its file.

The same words, charts and sentences as a report's, collected into a board instead of a document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from etm_workbench.bundle import Bundle
from etm_workbench.codebook import Bilingual
from etm_workbench.presentation.charts.organizations import organizations
from etm_workbench.presentation.document import Provenance
from etm_workbench.presentation.labels import labels_for
from etm_workbench.presentation.parts import ChartPart, Part, TablePart, Text
from etm_workbench.presentation.sentences import direction_of
from etm_workbench.presentation.tabledata import CellRef
from etm_workbench.presentation.widgets import Board, MapSection, PartsSection, Section
from etm_workbench.protected import ProtectedTable
from etm_workbench.reporting.closing import closing_parts
from etm_workbench.reporting.dashboards.definition import load_dashboard
from etm_workbench.reporting.report import Report
from etm_workbench.reporting.session import Workbench


class Pages(Report):
    """Collects the sections of one board.

    Parameters
    ----------
    name : str
        Of the dashboard.
    workbench : Workbench
        The session; gives the scope's name, the codebook's labels and the policy.
    words : mapping of str to Bilingual, optional
        What stands in the texts for marks such as `<availability_on>`.
    """

    def __init__(self, name: str, workbench: Workbench, *, words: Mapping[str, Bilingual] | None = None) -> None:
        super().__init__(load_dashboard(name), workbench, {"cycle": workbench.cycle})
        self._words |= words or {}
        self._sections: list[Section] = []
        self._findings: list[Text] = []
        self._tables: list[ProtectedTable] = []

    @contextmanager
    def section(self, key: str, *, choice: str | None = None) -> Iterator[None]:
        """What is added inside stands under the title `section_KEY`; alternatives share a `choice`."""
        before, self._parts = self._parts, []
        yield
        parts, self._parts = tuple(self._parts), before
        self._sections.append(PartsSection(key.replace("_", "-"), self._text(f"section_{key}"), parts, choice))

    def add_section(self, section: Section) -> None:
        """Adds a section of another kind."""
        self._sections.append(section)

    def name_codes(self, variable: str, codes: Mapping[str, Bilingual]) -> None:
        """Words for the codes of a variable that the codebook does not know."""
        self._labels.setdefault(variable, {}).update(codes)

    def title(self, key: str) -> Bilingual:
        """A text of the dashboard's file."""
        return self._text(key)

    def finding(self, key: str, **cells: CellRef) -> None:
        """Adds a sentence to those on top."""
        before, self._parts = self._parts, []
        self.text(key, style="lead", **cells)
        self._findings += [part for part in self._parts if isinstance(part, Text)]
        self._parts = before

    def answered(self, table: ProtectedTable, variable: str) -> None:
        """Adds how many of the people answered: what stands beside every result."""
        if "ANSWERED" in next(d for d in table.dimensions if d.variable == variable).codes:
            self.text("answered", answered=CellRef.of(table, **{variable: "ANSWERED"}), people=CellRef.of(table))
        else:
            self.text("on_file", people=CellRef.of(table))

    def verdict(self, key: str, table: ProtectedTable, cells: Sequence[str], **codes: str) -> None:
        """Adds the sentence `KEY_higher`, `KEY_lower` or `KEY_unclear`, as the table's adjusted test says.

        Parameters
        ----------
        key : str
            Stem of the three texts.
        table : ProtectedTable
            With the figures `difference` and `p_adjusted`.
        cells : sequence of str
            Figures that each text has a slot for.
        **codes
            The cell.
        """
        direction = direction_of(table, codes, significance=self.definition.file.significance or 0.0)
        if direction:
            named = {figure: CellRef.of(table, figure, **codes) for figure in cells}
            self.text(f"{key}_{direction}", style="finding", **named)

    def organizations(self, key: str, table: ProtectedTable, *, of: dict[str, str], own: str = "") -> None:
        """Adds organizations' shares by size, between the limits of chance."""
        labels = labels_for(self.workbench.codebook, [table], extra=self._labels)
        self._add(organizations(table, labels, title=self._text(key), of=of, own=own, name=key))

    def method(self, release: Bundle) -> None:
        """Adds the section that ends a board: how it was counted, and how people are protected."""
        with self.section("method"):
            self._parts += closing_parts(release, self.workbench.policy)[1:]

    def board(self, release: Bundle | None, *, also: Sequence[Bundle] = ()) -> Board:
        """The board of what was collected.

        Parameters
        ----------
        release : Bundle, optional
            What its numbers come from; None where it shows none yet.
        also : sequence of Bundle
            Others whose tables it shows.
        """
        parts = [part for s in self._sections if isinstance(s, PartsSection) for part in s.parts]
        shown = [part.data for part in parts if isinstance(part, (TablePart, ChartPart))]
        maps = [section.table for section in self._sections if isinstance(section, MapSection)]
        file = self.definition.file
        return Board(
            name=self.definition.name,
            title=self._put(file.title.text),
            subtitle=self._put(file.subtitle.text),
            sections=tuple(self._sections),
            labels=labels_for(self.workbench.codebook, [*shown, *maps], extra=self._labels),
            provenance=self._provenance(release, also),
            marking=file.marking.text if file.marking else None,
            findings=tuple(self._findings),
        )

    def _provenance(self, release: Bundle | None, also: Sequence[Bundle]) -> Provenance:
        manifest = release.manifest if release else None
        entries = [b.manifest.ledger_entry for b in (*([release] if release else []), *also)]
        policy = manifest.policy if manifest else self.workbench.policy.identifier
        return Provenance(
            report=self.definition.name,
            parameters={name: str(value) for name, value in sorted(self.parameters.items())},
            data_version=manifest.data_version if manifest else "",
            code_version=manifest.code_version if manifest else "",
            policy=policy,
            audience=manifest.audience if manifest else self.workbench.policy.audience,
            ledger_entry=next((entry for entry in entries if entry is not None), None),
            definition_hash=self.definition.content_hash,
        )

    def _add(self, part: Part) -> None:
        self._parts.append(part)
