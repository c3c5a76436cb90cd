"""A document as an Excel workbook: cover, findings, a sheet a table, notes, provenance.

Numbers are numbers, rounded as they are shown, so that the file never holds more than the page; symbols
are text, so that a withheld cell can never be added up as zero. Excel writes separators in its user's
own language.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from etm_workbench.codebook.bilingual import Language
from etm_workbench.presentation import theme, words
from etm_workbench.presentation.document import Document
from etm_workbench.presentation.locale import NO_BREAK, Format, rounded, say
from etm_workbench.presentation.package import read_package, write_package
from etm_workbench.presentation.tables import Body, Grid
from etm_workbench.presentation.view import (
    ChartBlock,
    HeadingBlock,
    NoteBlock,
    RosterBlock,
    TableBlock,
    TextBlock,
    View,
    view_of,
)
from etm_workbench.protected import Shown

_NUMBER_FORMATS: dict[Format, str] = {
    "count": "#,##0", "change": "+#,##0;-#,##0;0", "share": "0.0%", "share0": "0%", "points": "+0.0;-0.0;0.0",
    "gap": "0.0", "mean": "#,##0.0", "ratio": "0.00", "p_value": "0.000", "statistic": "0.00",
}  # fmt: skip
_POINTS = frozenset({"points", "gap"})  # written as points: 3.2, not 0.032
_WIDE, _LINE, _NUMBER = 42, 80, 12  # characters of row headings, of a line of text, of a column of numbers
_PORTRAIT_COLUMNS = 7
_INDENT = 2  # characters that a deeper heading is moved to the right by


def render_workbook(document: Document, language: Language) -> bytes:
    """The document as a workbook in one language.

    Parameters
    ----------
    document : Document
        Any kind; the text version of each chart is a sheet like any table.
    language : {"en", "fr"}
        Of labels, titles and notes.

    Returns
    -------
    bytes
        The same document gives the same bytes.
    """
    import xlsxwriter

    view = view_of(document, language)
    stream = BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    book = xlsxwriter.Workbook(stream, options)
    made_on = datetime.fromisoformat(document.provenance.made_on or "2000-01-01").replace(tzinfo=UTC)
    properties = {"title": view.title, "subject": view.subtitle, "created": made_on.replace(tzinfo=None)}
    book.set_properties({**properties, "keywords": document.provenance.definition_hash, "category": view.marking})
    _Writer(book, view).write()
    book.close()
    return write_package(read_package(stream.getvalue()))


@dataclass
class _Writer:
    """Writes the sheets of one view; formats are made once, by their look."""

    book: Any
    view: View
    formats: dict[tuple[tuple[str, Any], ...], Any] = field(default_factory=dict)

    def write(self) -> None:
        tables = [b for b in self.view.blocks if isinstance(b, (TableBlock, ChartBlock, RosterBlock))]
        names = {id(block): self._sheet_name(block) for block in tables}
        self._cover([(names[id(block)], block.title) for block in tables])
        self._findings()
        for block in tables:
            if isinstance(block, RosterBlock):
                self._roster(block, names[id(block)])
            else:
                self._table(block, names[id(block)])
        self._notes()
        self._provenance()

    def _say(self, name: str) -> str:
        return say(getattr(words, name), self.view.language)

    def _sheet_name(self, block: TableBlock | ChartBlock | RosterBlock) -> str:
        return f"{self._say('FIGURE' if isinstance(block, ChartBlock) else 'TABLE')} {block.number}"

    def _look(self, **look: Any) -> Any:
        key = tuple(sorted(look.items()))
        if key not in self.formats:
            usual = {"font_name": theme.OFFICE_FONT, "font_size": 10, "font_color": theme.colour("text-primary")}
            self.formats[key] = self.book.add_format({**usual, "valign": "top", **look})
        return self.formats[key]

    def _sheet(self, name: str, title: str) -> Any:
        sheet = self.book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_portrait()
        sheet.set_paper(1)
        sheet.fit_to_pages(1, 0)
        sheet.set_header(f"&R&B{self.view.marking.replace('&', '&&')}")
        sheet.set_footer("&R&P / &N")
        sheet.write_string(0, 0, title, self._look(bold=True, font_size=14))
        return sheet

    def _cover(self, sheets: Sequence[tuple[str, str]]) -> None:
        sheet = self._sheet(self._say("COVER"), self.view.title)
        sheet.set_column(0, 0, 22)
        sheet.set_column(1, 1, 90)
        quiet = self._look(font_size=12, font_color=theme.colour("text-secondary"))
        sheet.write_string(1, 0, self.view.subtitle, quiet)
        sheet.write_string(2, 0, self.view.marking, self._look(bold=True))
        sheet.write_string(4, 0, self._say("CONTENTS"), self._look(bold=True, font_size=12))
        fixed = [(self._say("FINDINGS"), ""), *sheets, (self._say("NOTES"), ""), (self._say("PROVENANCE_SHEET"), "")]
        link = self._look(font_color=theme.colour("link-default"), underline=1)
        for row, (name, title) in enumerate(fixed, start=5):
            sheet.write_url(row, 0, f"internal:'{name}'!A1", link, name)
            sheet.write_string(row, 1, title, self._look(text_wrap=True))

    def _findings(self) -> None:
        sheet = self._sheet(self._say("FINDINGS"), self._say("FINDINGS"))
        sheet.set_column(0, 0, _LINE)
        row = 2
        if self.view.glance:
            sheet.write_string(row, 0, self._say("GLANCE"), self._look(bold=True, font_size=14))
            row += 1
        heading: HeadingBlock | None = None
        for block in self.view.blocks:
            if isinstance(block, HeadingBlock):
                heading = block
            elif isinstance(block, TextBlock):
                if heading:
                    sheet.write_string(row, 0, heading.text, self._look(bold=True, font_size=15 - heading.level))
                    heading, row = None, row + 1
                for run in block.paragraphs:
                    text = "".join(piece.text for piece in run)
                    sheet.write_string(row, 0, text, self._look(text_wrap=True))
                    sheet.set_row(row, _height(text, _LINE))
                    row += 1

    def _table(self, block: TableBlock | ChartBlock, name: str) -> None:
        grid = block.grid
        sheet = self._sheet(name, f"{name} – {block.title}")
        stubs, top = len(grid.stubs), 2
        sheet.set_column(0, stubs - 1, _stub_width(grid))
        self._heads(sheet, grid, top)
        first = top + len(grid.heads)
        self._rows(sheet, grid, first)
        sheet.freeze_panes(first, stubs)
        sheet.repeat_rows(top, first - 1)
        sheet.set_column(stubs, stubs + grid.width - 1, _NUMBER)
        if grid.width > _PORTRAIT_COLUMNS:
            sheet.set_landscape()
        below = [f"{sign}  {meaning}" for sign, meaning in grid.legend] + [*block.notes, block.base]
        for row, line in enumerate(below, start=first + len(grid.rows) + 1):
            sheet.write_string(row, 0, line, self._look(font_size=9, font_color=theme.colour("text-secondary")))

    def _heads(self, sheet: Any, grid: Grid, top: int) -> None:
        left = self._look(bold=True, bottom=2, text_wrap=True, valign="bottom")
        bottom = top + len(grid.heads) - 1
        for column, stub in enumerate(grid.stubs):
            self._span(sheet, (top, column, bottom, column), stub, left)
        for level, headers in enumerate(grid.heads):
            column = len(grid.stubs)
            heights = [_height(header.text, _NUMBER * header.span) for header in headers]
            if top + level == bottom:
                heights += [_height(stub, _stub_width(grid)) for stub in grid.stubs]
            sheet.set_row(top + level, max(heights))
            for header in headers:
                align = "center" if header.span > 1 else "right"
                look = self._look(
                    bold=True, align=align, text_wrap=True, valign="bottom", bottom=2 if top + level == bottom else 1
                )
                self._span(sheet, (top + level, column, top + level, column + header.span - 1), header.text, look)
                column += header.span

    def _rows(self, sheet: Any, grid: Grid, first: int) -> None:
        for place, height in enumerate(_row_heights(grid), start=first):
            sheet.set_row(place, height)
        for place, row in enumerate(grid.rows, start=first):
            start = len(grid.stubs) - len(row.headers)
            line = {"bottom": 4, "bold": row.is_total, **({"bg_color": "#f2f2f2"} if row.is_total else {})}
            for column, header in enumerate(row.headers, start=start):
                look = self._look(**line, indent=header.depth, text_wrap=True)
                self._span(sheet, (place, column, place + header.span - 1, column), header.text, look)
            for column, body in enumerate(row.cells, start=len(grid.stubs)):
                self._cell(sheet, (place, column), body, line)

    def _cell(self, sheet: Any, at: tuple[int, int], body: Body, line: dict[str, Any]) -> None:
        if isinstance(body.cell, Shown) and body.form in _NUMBER_FORMATS:
            value = rounded(body.cell.value, body.form)
            look = self._look(**line, align="right", num_format=_number_format(body.form, self.view.language))
            sheet.write_number(*at, round(value * 100, 1) if body.form in _POINTS else value, look)
        else:
            sheet.write_string(*at, body.text, self._look(**line, align="right"))

    def _span(self, sheet: Any, area: tuple[int, int, int, int], text: str, look: Any) -> None:
        if area[:2] == area[2:]:
            sheet.write_string(area[0], area[1], text, look)
        else:
            sheet.merge_range(*area, "", look)
            sheet.write_string(area[0], area[1], text, look)

    def _roster(self, block: RosterBlock, name: str) -> None:
        sheet = self._sheet(name, f"{name} – {block.title}")
        sheet.set_column(0, len(block.headers) - 1, 24)
        for column, header in enumerate(block.headers):
            sheet.write_string(2, column, header, self._look(bold=True, bottom=2, text_wrap=True))
        for row, texts in enumerate(block.rows, start=3):
            for column, text in enumerate(texts):
                sheet.write_string(row, column, text, self._look(bottom=4, text_wrap=True))
        sheet.freeze_panes(3, 1)
        sheet.repeat_rows(2)

    def _notes(self) -> None:
        sheet = self._sheet(self._say("NOTES"), self._say("NOTES"))
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, _LINE)
        rows = [(b.title, "\n".join(b.paragraphs)) for b in self.view.blocks if isinstance(b, NoteBlock)]
        signs = {e for b in self.view.blocks if isinstance(b, (TableBlock, ChartBlock)) for e in b.grid.legend}
        for row, (name, text) in enumerate([*rows, *sorted(signs)], start=2):
            sheet.write_string(row, 0, name, self._look(bold=True, text_wrap=True))
            sheet.write_string(row, 1, text, self._look(text_wrap=True))
            sheet.set_row(row, _height(text, _LINE))

    def _provenance(self) -> None:
        sheet = self._sheet(self._say("PROVENANCE_SHEET"), self._say("PROVENANCE"))
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 1, 90)
        for row, (name, value) in enumerate(self.view.provenance, start=2):
            sheet.write_string(row, 0, name, self._look(bold=True))
            sheet.write_string(row, 1, value, self._look(text_wrap=True))


def _number_format(form: Format, language: Language) -> str:
    """How a program writes numbers of this form; its reader's own settings give the separators."""
    pattern = _NUMBER_FORMATS[form]
    return pattern.replace("%", f"{NO_BREAK}%") if language == "fr" else pattern


def _stub_width(grid: Grid) -> int:
    """Characters that row headings are given."""
    longest = max((len(header.text) for row in grid.rows for header in row.headers), default=12)
    return min(max(longest + 2, 14), _WIDE)


def _row_heights(grid: Grid) -> list[float]:
    """The height in points of each row: its headings are seen whole, those that span several rows in all of them."""
    heights, width = [_height("", 1)] * len(grid.rows), _stub_width(grid)
    for place, row in enumerate(grid.rows):
        for header in row.headers:
            share = _height(header.text, width - _INDENT * header.depth) / header.span
            for spanned in range(place, place + header.span):
                heights[spanned] = max(heights[spanned], share)
    return heights


def _height(text: str, characters: float) -> float:
    """The height in points of a row that holds wrapped text: a program that opens the file does not work it out."""
    lines = sum(len(textwrap.wrap(part, round(characters))) or 1 for part in text.split("\n"))
    return 14.0 * lines + 2
