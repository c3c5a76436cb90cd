"""A document resolved into one language: numbered tables and figures, laid-out grids, written sentences.

Every renderer walks these blocks in order, which is why all formats and both languages say the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from etm_workbench.codebook.bilingual import Bilingual, Language
from etm_workbench.presentation import words
from etm_workbench.presentation.document import VARIABLE, Document, Labels
from etm_workbench.presentation.locale import date_text, join, say
from etm_workbench.presentation.parts import (
    ChartPart,
    Heading,
    Note,
    NoteKind,
    PageBreak,
    Part,
    RosterPart,
    TablePart,
    Text,
    TextStyle,
)
from etm_workbench.presentation.tabledata import TableData
from etm_workbench.presentation.tables import Grid, grid_of
from etm_workbench.presentation.texts import Piece

_MOST_CODES = 6
_GROUPED_BY = "organization"  # full titles are long, and rosters stand organization by organization


@dataclass(frozen=True, slots=True)
class HeadingBlock:
    """A heading with its anchor, unique in the document."""

    text: str
    level: int
    anchor: str


@dataclass(frozen=True, slots=True)
class TextBlock:
    """One paragraph or several of one style: each a run of pieces."""

    style: TextStyle
    paragraphs: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table: `number` counts the document's tables, `base` says whom it is about."""

    name: str
    number: int
    title: str
    grid: Grid
    base: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChartBlock:
    """A chart with its text version: `number` counts the document's figures."""

    name: str
    number: int
    title: str
    alt: str
    spec: Mapping[str, Any]
    grid: Grid
    base: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoteBlock:
    """A note under its usual title."""

    kind: NoteKind
    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RosterBlock:
    """Named people; `grouped_by`: the column whose value stands over a group of rows where space is scarce."""

    name: str
    number: int
    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    grouped_by: int | None = None

    @property
    def group_headers(self) -> tuple[str, ...]:
        """The columns' headers without the one that rows are grouped by."""
        return self._without(self.headers)

    @property
    def groups(self) -> tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]:
        """Rows in their order, in groups under the value they share; one group without a name where none is."""
        at = self.grouped_by
        runs = groupby(self.rows, key=lambda row: "" if at is None else row[at])
        return tuple((value, tuple(self._without(row) for row in rows)) for value, rows in runs)

    def _without(self, row: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(text for place, text in enumerate(row) if place != self.grouped_by)


@dataclass(frozen=True, slots=True)
class BreakBlock:
    """A new page or slide."""


Block = HeadingBlock | TextBlock | TableBlock | ChartBlock | NoteBlock | RosterBlock | BreakBlock


@dataclass(frozen=True, slots=True)
class View:
    """A document in one language."""

    language: Language
    title: str
    subtitle: str
    marking: str
    blocks: tuple[Block, ...]
    provenance: tuple[tuple[str, str], ...]

    @property
    def glance(self) -> tuple[TextBlock, ...]:
        """The findings a document opens with; they stand before its contents."""
        first = self.blocks[:1]
        return tuple(b for b in first if isinstance(b, TextBlock) and b.style == "lead")

    @property
    def body(self) -> tuple[Block, ...]:
        """What follows the findings at the opening."""
        return self.blocks[len(self.glance) :]

    @property
    def contents(self) -> tuple[HeadingBlock, ...]:
        """The headings a contents page lists."""
        return tuple(b for b in self.blocks if isinstance(b, HeadingBlock) and b.level <= 2)


def view_of(document: Document, language: Language) -> View:
    """The document in one language, for renderers."""
    return View(
        language=language,
        title=say(document.title, language),
        subtitle=say(document.subtitle, language),
        marking=say(document.marking, language) if document.marking else "",
        blocks=tuple(blocks_of(document.parts, document.labels, language)),
        provenance=_provenance(document, language),
    )


def blocks_of(parts: tuple[Part, ...], labels: Labels, language: Language) -> Iterator[Block]:
    """Parts as blocks; sentences of one style, and notes of one kind, that follow one another become one block."""
    numbers = _Numbers()
    for _, group in groupby(parts, key=_alike):
        alike = list(group)
        texts = [part for part in alike if isinstance(part, Text)]
        notes = [part for part in alike if isinstance(part, Note)]
        if texts:
            yield TextBlock(texts[0].style, tuple(text.pieces(language) for text in texts))
        elif notes:
            paragraphs = tuple(line for note in notes for line in say(note.text, language).split("\n\n"))
            yield NoteBlock(notes[0].kind, say(words.NOTE_TITLES[notes[0].kind], language), paragraphs)
        else:
            yield from (_block(part, labels, language, numbers) for part in alike)


def _alike(part: Part) -> str:
    return part.style if isinstance(part, Text) else part.kind if isinstance(part, Note) else ""


class _Numbers:
    """Counts tables and figures, and keeps anchors unique."""

    def __init__(self) -> None:
        self.tables = self.figures = 0
        self.anchors: set[str] = set()

    def table(self) -> int:
        self.tables += 1
        return self.tables

    def figure(self) -> int:
        self.figures += 1
        return self.figures

    def anchor(self, text: str) -> str:
        letters = unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode().lower()
        stem = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:60] or "section"
        anchor, place = stem, 2
        while anchor in self.anchors:
            anchor, place = f"{stem}-{place}", place + 1
        self.anchors.add(anchor)
        return anchor


def _block(part: Part, labels: Labels, language: Language, numbers: _Numbers) -> Block:
    if isinstance(part, Heading):
        return HeadingBlock(say(part.text, language), part.level, numbers.anchor(part.text.en))
    if isinstance(part, TablePart):
        grid = grid_of(part.data, part.layout, labels, language)
        base = base_line(part.data, labels, language)
        return TableBlock(
            part.name, numbers.table(), say(part.title, language), grid, base, _said(part.notes, language)
        )
    if isinstance(part, ChartPart):
        return _chart(part, labels, language, numbers)
    if isinstance(part, RosterPart):
        return _roster(part, labels, language, numbers)
    if isinstance(part, PageBreak):
        return BreakBlock()
    raise TypeError(f"{type(part).__name__} is not a part of a document")


def _chart(part: ChartPart, labels: Labels, language: Language, numbers: _Numbers) -> ChartBlock:
    source = f"{words.SOURCE.in_language(language)}{say(words.COLON, language)} "
    notes = (*_said(part.notes, language), *([source + say(part.source, language)] if part.source else []))
    return ChartBlock(
        part.name,
        numbers.figure(),
        say(part.title, language),
        say(part.alt, language),
        part.spec[language],
        grid_of(part.data, part.layout, labels, language),
        base_line(part.data, labels, language),
        notes,
    )


def _roster(part: RosterPart, labels: Labels, language: Language, numbers: _Numbers) -> RosterBlock:
    headers = tuple(_label(labels, column, VARIABLE, language) or column for column in part.columns)
    rows = tuple(
        tuple(_roster_cell(labels, column, value, language) for column, value in zip(part.columns, row, strict=True))
        for row in part.rows
    )
    return RosterBlock(
        part.name,
        numbers.table(),
        say(part.title, language),
        headers,
        rows,
        _said(part.notes, language),
        grouped_by=part.columns.index(_GROUPED_BY) if _GROUPED_BY in part.columns else None,
    )


def _roster_cell(labels: Labels, column: str, value: str, language: Language) -> str:
    texts = []
    for item in value.split("; "):
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", item):
            texts.append(date_text(item, language))
        else:
            texts.append(_label(labels, column, item, language) or item)
    return "; ".join(texts)


def _label(labels: Labels, variable: str, code: str, language: Language) -> str:
    label = labels.get(variable, {}).get(code) or words.COMMON_CODES.get(code)
    return say(label, language) if label else ""


def _said(texts: tuple[Bilingual, ...], language: Language) -> tuple[str, ...]:
    return tuple(say(text, language) for text in texts)


def base_line(table: TableData, labels: Labels, language: Language) -> str:
    """Whom a table is about: source of the records, cycles, date, filters."""
    population = table.payload["population"]
    universe = words.UNIVERSES.get(population["universe"])
    cycles = list(population["cycles"])
    cycle_word = words.CYCLES if len(cycles) > 1 else words.CYCLE
    pieces = [universe.in_language(language) if universe else str(population["universe"])]
    if cycles:
        pieces.append(f"{cycle_word.in_language(language)} {join(cycles, language)}")
    pieces.append(f"{words.AS_OF.in_language(language)} {_day(population['as_of'], language)}")
    kept = ", ".join(_filter(variable, codes, labels, language) for variable, codes in population["filters"])
    only = f"; {words.SUBSET.in_language(language)}{say(words.COLON, language)} {kept}" if kept else ""
    return ", ".join(pieces) + only + "."


def _day(as_of: str, language: Language) -> str:
    try:
        date.fromisoformat(as_of)
    except ValueError:
        return as_of
    return date_text(as_of, language)


def _filter(variable: str, codes: list[str], labels: Labels, language: Language) -> str:
    name = _label(labels, variable, VARIABLE, language) or variable
    if len(codes) > _MOST_CODES:
        kept = words.COUNTED_CODES.in_language(language).format(n=len(codes))
    else:
        kept = join([_label(labels, variable, code, language) or code for code in codes], language)
    return f"{name} ({kept})"


def _provenance(document: Document, language: Language) -> tuple[tuple[str, str], ...]:
    source = document.provenance
    made_on = date_text(source.made_on, language) if source.made_on else ""
    audience = words.AUDIENCES.get(source.audience)
    given: dict[str, str] = {
        "report": source.report,
        "parameters": ", ".join(f"{name} = {value}" for name, value in sorted(source.parameters.items())),
        "data_version": source.data_version,
        "code_version": source.code_version,
        "policy": source.policy,
        "audience": say(audience, language) if audience else source.audience,
        "ledger_entry": str(source.ledger_entry) if source.ledger_entry is not None else "–",
        "definition_hash": source.definition_hash,
        "made_on": made_on,
        "language": words.LANGUAGE_NAMES[language].in_language(language),
    }
    return tuple((say(words.PROVENANCE_FIELDS[key], language), value) for key, value in given.items() if value)
