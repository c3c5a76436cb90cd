"""What a report is made of: headings, sentences, tables, charts, notes, and rosters of names.

Parts are language-neutral: each holds both languages, so that one document is rendered in either.
A part holds protected numbers only (`TableData`, `CellRef`); a roster has its own part, which an
aggregate document refuses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isnan
from typing import Annotated, Any, Literal

from pydantic import Discriminator, PlainSerializer, PlainValidator

from etm_workbench.codebook.bilingual import LANGUAGES, Bilingual, Language
from etm_workbench.errors import BadDefinition
from etm_workbench.presentation.layout import Layout
from etm_workbench.presentation.tabledata import CellRef, TableData
from etm_workbench.presentation.texts import Piece, check_slots, sentence
from etm_workbench.protected import ProtectedTable
from etm_workbench.roster import Roster

NoteKind = Literal["method", "protection", "reading", "caution", "source"]
TextStyle = Literal["paragraph", "finding", "lead"]
AnyTable = Annotated[
    ProtectedTable | TableData,
    PlainValidator(lambda value: value if isinstance(value, TableData) else TableData(value)),
    PlainSerializer(lambda table: table.payload, return_type=dict[str, Any]),
]
Spec = dict[str, Any]


class _Shows:
    """A part shows itself in a notebook, in the session's language."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        from etm_workbench.presentation.display import show

        return show(self)


@dataclass(frozen=True, slots=True)
class Heading(_Shows):
    """A heading of level 1 to 3; the contents page lists levels 1 and 2."""

    text: Bilingual
    level: int = 1
    part: Literal["heading"] = "heading"

    def __post_init__(self) -> None:
        if self.level not in (1, 2, 3):
            raise BadDefinition(f"A heading has level {self.level}.", expected="Levels are 1, 2 and 3.")


@dataclass(frozen=True, slots=True)
class Text(_Shows):
    """A sentence or paragraph with its numbers bound to cells.

    Parameters
    ----------
    text : Bilingual
        With slots such as `{ready:share0}`.
    cells : mapping of str to CellRef
        A cell for each slot.
    withheld : Bilingual, optional
        What to say when a cell is withheld; an honest default when not given.
    style : {"paragraph", "finding", "lead"}
        `lead`: the lines at a glance; `finding`: what a chart or table shows.

    Raises
    ------
    BadDefinition
        Slots and cells disagree, in either language.
    """

    text: Bilingual
    cells: Mapping[str, CellRef] = field(default_factory=dict)
    withheld: Bilingual | None = None
    style: TextStyle = "paragraph"
    part: Literal["text"] = "text"

    def __post_init__(self) -> None:
        check_slots(self.text, self.cells)
        if self.withheld is not None:
            check_slots(self.withheld, {})

    def pieces(self, language: Language) -> tuple[Piece, ...]:
        """The sentence in the language, or its replacement when a cell is withheld."""
        return sentence(self.text, self.cells, language, withheld=self.withheld)


@dataclass(frozen=True, slots=True)
class TablePart(_Shows):
    """A protected table with its layout.

    Parameters
    ----------
    name : str
        Unique in the document; anchors and sheet names come from it.
    title : Bilingual
        The caption.
    table : ProtectedTable
        Kept as its read-only view.
    layout : Layout
        Which dimensions are rows and columns, which figures are shown.
    notes : tuple of Bilingual
        Under the table.
    """

    name: str
    title: Bilingual
    table: AnyTable
    layout: Layout
    notes: tuple[Bilingual, ...] = ()
    part: Literal["table"] = "table"

    def __post_init__(self) -> None:
        object.__setattr__(self, "table", TableData.of(self.table))
        self.layout.check(self.data)

    @property
    def data(self) -> TableData:
        """The table as renderers read it."""
        return TableData.of(self.table)


@dataclass(frozen=True, slots=True)
class ChartPart(_Shows):
    """A chart, the table it was drawn from, and words for those who do not see it.

    Parameters
    ----------
    name : str
        Unique in the document.
    title : Bilingual
        States the finding.
    alt : Bilingual
        What kind of chart, of what; the text version holds the numbers.
    spec : mapping of language to Vega-Lite specification
        One for each language, made from the protected table only.
    table, layout
        The text version.
    source : Bilingual, optional
        Under the chart.

    Raises
    ------
    BadDefinition
        A language's specification is missing, or its alternative text has no words.
    """

    name: str
    title: Bilingual
    alt: Bilingual
    spec: Mapping[Language, Spec]
    table: AnyTable
    layout: Layout
    source: Bilingual | None = None
    notes: tuple[Bilingual, ...] = ()
    part: Literal["chart"] = "chart"

    def __post_init__(self) -> None:
        object.__setattr__(self, "table", TableData.of(self.table))
        self.layout.check(self.data)
        if missing := [language for language in LANGUAGES if language not in self.spec]:
            raise BadDefinition(f"Chart '{self.name}' has no specification in '{missing[0]}'.")
        if not all(any(map(str.isalpha, self.alt.in_language(language))) for language in LANGUAGES):
            raise BadDefinition(
                f"Chart '{self.name}' has no alternative text.",
                expected="What kind of chart, of what, in both languages.",
                remedy="Leave `alt` out to have it written.",
            )

    @property
    def data(self) -> TableData:
        """The table as renderers read it."""
        return TableData.of(self.table)


@dataclass(frozen=True, slots=True)
class Note(_Shows):
    """A note on method, protection, sources, how to read what stands above it, or what not to conclude."""

    text: Bilingual
    kind: NoteKind = "method"
    part: Literal["note"] = "note"


@dataclass(frozen=True, slots=True)
class PageBreak(_Shows):
    """What follows starts on a new page or slide."""

    part: Literal["page_break"] = "page_break"


@dataclass(frozen=True, slots=True)
class RosterPart(_Shows):
    """Named people, for a document of the roster kind only.

    Parameters
    ----------
    name, title
        As of a table.
    columns : tuple of str
        Codebook variables, in display order.
    rows : tuple of tuple of str
        One a person; codes, dates as ISO, or text. Empty where nothing is known.
    """

    name: str
    title: Bilingual
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[Bilingual, ...] = ()
    part: Literal["roster"] = "roster"

    @classmethod
    def of(cls, roster: Roster, name: str, title: Bilingual) -> RosterPart:
        """The rows of a roster, which proves that access was checked and logged."""
        rows = tuple(tuple(_plain(row.get(column)) for column in roster.columns) for row in roster.rows)
        return cls(name, title, roster.columns, rows)


Part = Annotated[
    Heading | Text | TablePart | ChartPart | Note | PageBreak | RosterPart,
    Discriminator("part"),
]


def _plain(value: object) -> str:
    if value is None or (isinstance(value, float) and isnan(value)):
        return ""
    if isinstance(value, (list, tuple, set, frozenset)):
        return "; ".join(sorted(map(_plain, value)))
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
