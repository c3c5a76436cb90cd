"""A document as PowerPoint slides: what each section says, then a slide a chart or table, each with its title.

Tables are native. Charts are pictures at three times their size, with their alternative text: a native
bar chart has no way to tell a withheld value from zero.
A department's template is honoured: its first layout is the title's, and the first with a title and
nothing else is every other slide's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from io import BytesIO
from math import ceil
from pathlib import Path
from typing import Any, Literal

from etm_workbench.codebook.bilingual import Language
from etm_workbench.presentation import theme, words
from etm_workbench.presentation.charts.drawing import draw_png, draw_svg, size_of
from etm_workbench.presentation.document import Document
from etm_workbench.presentation.fitting import ADVANCE, INSET, SLIDE, column_widths, fitted, roster_shares
from etm_workbench.presentation.locale import LANGUAGE_TAGS, say
from etm_workbench.presentation.package import dated, read_package, write_package
from etm_workbench.presentation.tables import Grid, Row
from etm_workbench.presentation.view import (
    Block,
    ChartBlock,
    HeadingBlock,
    NoteBlock,
    RosterBlock,
    TableBlock,
    TextBlock,
    View,
    view_of,
)

_INCH = 914400
_POINT = 12700
_WIDTH, _HEIGHT = 13.333, 7.5  # inches
_LEFT, _TOP, _BOTTOM = 0.6, 1.55, 6.55
_MORE_LINES = 0.6  # of a row's height, each line of its heading after the first
_MOST_ROWS, _MOST_PEOPLE = 13, 8  # of a table, and of a roster, whose texts take two lines
_STRETCH = 1.35  # of columns, where the slide has room
_MOST_LINES = 6
_RULE = (  # left, top, width, height, colour
    '<p:sp xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><p:nvSpPr><p:cNvPr id="99" name="Rule"/>'
    '<p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr><a:xfrm><a:off x="{}" y="{}"/><a:ext cx="{}" cy="{}"/>'
    '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:srgbClr val="{}"/></a:solidFill>'
    "<a:ln><a:noFill/></a:ln></p:spPr></p:sp>"
)


def render_slides(document: Document, language: Language, *, template: Path | None = None) -> bytes:
    """The document as slides in one language.

    Parameters
    ----------
    document : Document
        Any kind.
    language : {"en", "fr"}
        Of the file.
    template : Path, optional
        A department's `.pptx`; a plain white one when not given.

    Returns
    -------
    bytes
        The same document and template give the same bytes.
    """
    from pptx import Presentation

    view = view_of(document, language)
    deck = Presentation(str(template)) if template else _plain(Presentation())
    _Deck(deck, view).write()
    properties = deck.core_properties
    properties.title, properties.subject, properties.language = view.title, view.subtitle, LANGUAGE_TAGS[language]
    properties.keywords = document.provenance.definition_hash
    stream = BytesIO()
    deck.save(stream)
    parts = read_package(stream.getvalue())
    parts["docProps/core.xml"] = dated(parts["docProps/core.xml"], document.provenance.made_on)
    return write_package(parts)


def _plain(deck: Any) -> Any:
    """The library's white template on a wide page, in our fonts, with a short rule under each title."""
    from pptx.enum.text import MSO_ANCHOR

    deck.slide_width, deck.slide_height = round(_WIDTH * _INCH), round(_HEIGHT * _INCH)
    title = deck.slide_layouts[0]
    for layout in deck.slide_layouts:
        for shape in layout.placeholders:
            if shape.placeholder_format.idx == 0:
                _place(shape, _LEFT, 0.45, _WIDTH - 2 * _LEFT, 0.95)
                shape.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
                _underline(layout, 3.62 if layout is title else 1.42)
            elif shape.placeholder_format.idx == 1:
                _place(shape, _LEFT, _TOP, _WIDTH - 2 * _LEFT, _BOTTOM - _TOP)
    for shape in title.placeholders:
        if shape.placeholder_format.idx == 0:
            _place(shape, _LEFT, 2.2, _WIDTH - 2 * _LEFT, 1.4)
        elif shape.placeholder_format.idx == 1:
            _place(shape, _LEFT, 3.7, _WIDTH - 2 * _LEFT, 0.8)
    return deck


def _underline(layout: Any, top: float) -> None:
    """A short coloured rule on a layout, which readers who listen are not told of."""
    from pptx.oxml import parse_xml

    left, width, height = (round(inches * _INCH) for inches in (_LEFT + 0.1, 0.65, 0.045))
    colour = theme.colour("danger").removeprefix("#")
    layout.shapes._spTree.append(parse_xml(_RULE.format(left, round(top * _INCH), width, height, colour)))


def _place(shape: Any, left: float, top: float, width: float, height: float) -> None:
    shape.left, shape.top = round(left * _INCH), round(top * _INCH)
    shape.width, shape.height = round(width * _INCH), round(height * _INCH)


@dataclass(frozen=True)
class _Look:
    """How a text is set: size in points, weight, side, colour, font."""

    size: int
    bold: bool = False
    side: Literal["left", "center", "right"] = "left"
    quiet: bool = False
    font: str = theme.OFFICE_FONT


@dataclass
class _Deck:
    """Writes the slides of one view."""

    deck: Any
    view: View

    def write(self) -> None:
        self._title()
        self._lines(self._say("GLANCE"), self._said(self.view.glance), size=24)
        for heading, blocks in self._sections():
            self._lines(heading, self._said(blocks), size=18)
            for block in blocks:
                self._block(block)
        rows = [f"{name}{self._say('COLON')} {value}" for name, value in self.view.provenance]
        self._lines(self._say("PROVENANCE"), rows, size=13, most=12)
        for number, slide in enumerate(self.deck.slides, start=1):
            self._mark(slide, number)

    def _say(self, name: str) -> str:
        return say(getattr(words, name), self.view.language)

    def _sections(self) -> Iterator[tuple[str, list[Block]]]:
        """What stands under each heading: what is said there goes on one slide, before what it is said of."""
        heading, blocks = self.view.title, list[Block]()
        for block in self.view.body:
            if isinstance(block, HeadingBlock):
                yield heading, blocks
                heading, blocks = block.text, []
            else:
                blocks.append(block)
        yield heading, blocks

    def _said(self, blocks: Sequence[Block]) -> list[str]:
        """The sentences of these blocks, then their notes, each note under its title."""
        texts = [run for block in blocks if isinstance(block, TextBlock) for run in block.paragraphs]
        notes = [(b.title, text) for b in blocks if isinstance(b, NoteBlock) for text in b.paragraphs]
        colon = self._say("COLON")
        return ["".join(piece.text for piece in run) for run in texts] + [f"{t}{colon} {text}" for t, text in notes]

    def _block(self, block: Block) -> None:
        if isinstance(block, ChartBlock):
            self._chart(block)
            self._tables(block, f"{self._say('FIGURE')} {block.number} – {self._say('TEXT_VERSION')}")
        elif isinstance(block, TableBlock):
            self._tables(block, f"{self._say('TABLE')} {block.number} – {block.title}")
        elif isinstance(block, RosterBlock):
            self._roster(block)

    @cached_property
    def _bare(self) -> Any:
        """The first layout with a title and nothing else to fill; the first of all when there is none."""
        layouts = list(self.deck.slide_layouts)
        places = {id(one): {p.placeholder_format.idx for p in one.placeholders} & set(range(10)) for one in layouts}
        return next((one for one in layouts if places[id(one)] == {0}), layouts[0])

    def _slide(self, title: str) -> Any:
        slide = self.deck.slides.add_slide(self._bare)
        self._write(slide.shapes.title.text_frame, [title], _Look(26, bold=True, font=theme.OFFICE_FONT))
        return slide

    def _title(self) -> None:
        slide = self.deck.slides.add_slide(self.deck.slide_layouts[0])
        self._write(slide.shapes.title.text_frame, [self.view.title], _Look(40, bold=True, font=theme.OFFICE_FONT))
        for shape in slide.placeholders:
            if shape.placeholder_format.idx == 1:
                self._write(shape.text_frame, [self.view.subtitle], _Look(22, quiet=True))

    def _mark(self, slide: Any, number: int) -> None:
        """Marking and number, last: shapes are read in their order, and these interrupt nothing."""
        self._box(slide, [self.view.marking], (_WIDTH - _LEFT - 4, 0.15, 4, 0.35), _Look(12, bold=True, side="right"))
        self._box(slide, [str(number)], (_WIDTH - _LEFT - 1, 7.0, 1, 0.35), _Look(11, side="right", quiet=True))

    def _lines(self, title: str, lines: Sequence[str], *, size: int, most: int = _MOST_LINES) -> None:
        for start in range(0, len(lines), most):
            slide = self._slide(title + self._part(start // most + 1, ceil(len(lines) / most)))
            area = (_LEFT, _TOP, _WIDTH - 2 * _LEFT, _BOTTOM - _TOP)
            self._box(slide, lines[start : start + most], area, _Look(size))

    def _chart(self, block: ChartBlock) -> None:
        slide = self._slide(f"{self._say('FIGURE')} {block.number} – {block.title}")
        width, height = size_of(draw_svg(block.spec))
        scale = min((_WIDTH - 2 * _LEFT) / width, (_BOTTOM - _TOP) / height)
        picture = slide.shapes.add_picture(
            BytesIO(draw_png(block.spec, scale=3)),
            round((_WIDTH - width * scale) / 2 * _INCH),
            round(_TOP * _INCH),
            width=round(width * scale * _INCH),
        )
        picture._element.nvPicPr.cNvPr.set("descr", block.alt)
        self._below(slide, [*block.notes, block.base])

    def _tables(self, block: TableBlock | ChartBlock, title: str) -> None:
        legend = [f"{sign}  {meaning}" for sign, meaning in block.grid.legend]
        size, grids = fitted(block.grid, SLIDE)
        pieces = [replace(grid, rows=tuple(rows)) for grid in grids for rows in _chunks(grid, round(size))]
        for place, grid in enumerate(pieces, start=1):
            slide = self._slide(title + self._part(place, len(pieces)))
            self._grid(slide, grid, _Look(round(size)), title)
            self._below(slide, [" · ".join(legend), *block.notes, block.base])

    def _grid(self, slide: Any, grid: Grid, plain: _Look, title: str) -> None:
        stubs, levels = len(grid.stubs), len(grid.heads)
        widths = [width / 72 for width in _widths(grid, plain.size)]
        table = self._table(slide, levels + len(grid.rows), widths, title)
        for column, text in enumerate(grid.stubs):
            self._cell(table, (0, column, levels, 1), text, replace(plain, bold=True))
        for level, headers in enumerate(grid.heads):
            column = stubs
            for header in headers:
                look = replace(plain, bold=True, side="center" if header.span > 1 else "right")
                self._cell(table, (level, column, 1, header.span), header.text, look)
                column += header.span
        for place, row in enumerate(grid.rows, start=levels):
            for column, header in enumerate(row.headers, start=stubs - len(row.headers)):
                span = min(header.span, levels + len(grid.rows) - place)
                text = "\u2003" * header.depth + header.text
                self._cell(table, (place, column, span, 1), text, replace(plain, bold=row.is_total))
            for column, body in enumerate(row.cells, start=stubs):
                self._cell(table, (place, column, 1, 1), body.text, replace(plain, bold=row.is_total, side="right"))

    def _part(self, place: int, parts: int) -> str:
        """What tells slides of one title apart."""
        return f" ({self._say('PART')} {place} {self._say('OF')} {parts})" if parts > 1 else ""

    def _roster(self, block: RosterBlock) -> None:
        headers = block.group_headers
        shares = roster_shares(headers, [row for _, rows in block.groups for row in rows])
        for name, group in block.groups:
            title = f"{self._say('TABLE')} {block.number} – {name or block.title}"
            for start in range(0, len(group), _MOST_PEOPLE):
                rows = group[start : start + _MOST_PEOPLE]
                slide = self._slide(title + self._part(start // _MOST_PEOPLE + 1, ceil(len(group) / _MOST_PEOPLE)))
                table = self._table(slide, len(rows) + 1, [share * (_WIDTH - 2 * _LEFT) for share in shares], title)
                for row, texts in enumerate([headers, *rows]):
                    for column, text in enumerate(texts):
                        self._cell(table, (row, column, 1, 1), text, _Look(11, bold=row == 0))

    def _table(self, slide: Any, rows: int, widths: Sequence[float], title: str) -> Any:
        left, top, width, height = (round(v * _INCH) for v in (_LEFT, _TOP, sum(widths), 0.3 * rows))
        frame = slide.shapes.add_table(rows, len(widths), left, top, width, height)
        frame._element.nvGraphicFramePr.cNvPr.set("descr", title)
        table = frame.table
        table.first_row, table.first_col, table.horz_banding = True, True, False
        for column, inches in zip(table.columns, widths, strict=True):
            column.width = round(inches * _INCH)
        for row in table.rows:
            row.height = round(0.3 * _INCH)
        return table

    def _cell(self, table: Any, area: tuple[int, int, int, int], text: str, look: _Look) -> None:
        row, column, down, across = area
        cell = table.cell(row, column)
        if down > 1 or across > 1:
            cell.merge(table.cell(row + down - 1, column + across - 1))
        cell.margin_top = cell.margin_bottom = 2 * _POINT
        cell.margin_left = cell.margin_right = 4 * _POINT
        cell.fill.solid()
        cell.fill.fore_color.rgb = _rgb("#f2f2f2" if look.bold else "#ffffff")
        self._write(cell.text_frame, [text], look)

    def _below(self, slide: Any, lines: Sequence[str]) -> None:
        shown = [line for line in lines if line]
        self._box(slide, shown, (_LEFT, _BOTTOM + 0.05, _WIDTH - 2 * _LEFT - 1, 0.8), _Look(10, quiet=True))

    def _box(self, slide: Any, lines: Sequence[str], at: tuple[float, float, float, float], look: _Look) -> None:
        if not any(lines):
            return
        box = slide.shapes.add_textbox(*(round(inches * _INCH) for inches in at))
        self._write(box.text_frame, lines, look)

    def _write(self, frame: Any, lines: Sequence[str], look: _Look) -> None:
        from pptx.enum.text import PP_ALIGN
        from pptx.util import Pt

        colour = _rgb(theme.colour("text-secondary" if look.quiet else "text-primary"))
        frame.word_wrap = True
        for place, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
            paragraph.alignment = getattr(PP_ALIGN, look.side.upper())
            paragraph.space_after = Pt(look.size * 0.45 if len(lines) > 1 else 0)
            run = paragraph.add_run()
            run.text = line
            run.font.size, run.font.bold, run.font.name = Pt(look.size), look.bold, look.font
            run.font.color.rgb = colour
            run._r.get_or_add_rPr().set("lang", LANGUAGE_TAGS[self.view.language])


def _rgb(code: str) -> Any:
    from pptx.dml.color import RGBColor

    make: Any = RGBColor
    return make(*bytes.fromhex(code[1:]))


def _widths(grid: Grid, size: float) -> list[float]:
    """The columns' widths in points, where a table that leaves room is stretched."""
    points = column_widths(grid, size, SLIDE)
    stretch = min(_STRETCH, SLIDE.width / sum(points))
    return [width * stretch for width in points]


def _chunks(grid: Grid, size: float) -> list[list[Row]]:
    """Rows of one slide each, about as many on all, by the lines that their headings take; groups are not cut."""
    taken = _heights(grid, size)
    most = min(_MOST_ROWS, sum(taken) / ceil(sum(taken) / _MOST_ROWS) + 1)
    chunks: list[list[Row]] = [[]]
    filled = 0.0
    for row, height in zip(grid.rows, taken, strict=True):
        starts_group = row.headers and row.headers[0].span >= 1 and len(row.headers) == len(grid.rows[0].headers)
        if chunks[-1] and starts_group and filled + max(height, row.headers[0].span) > most:
            chunks.append([])
            filled = 0.0
        chunks[-1].append(row)
        filled += height
    return chunks


def _heights(grid: Grid, size: float) -> list[float]:
    """How many usual rows each row is as high as."""
    room = _widths(grid, size)[len(grid.stubs) - 1] - INSET * size
    lines = (ceil(len(row.headers[-1].text) * ADVANCE * size / room) if row.headers else 1 for row in grid.rows)
    return [1 + _MORE_LINES * (count - 1) for count in lines]
