"""A document as a tagged PDF (PDF/UA-1): contents, page numbers, the marking on every page.

One Typst template, which reads the blocks as JSON. Typst refuses to write the standard when a title or
an alternative text is missing, so a report that lacks one fails here and not at its reader.
A table too wide for the page is set smaller, then cut into parts that repeat its row headings.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from etm_workbench.codebook.bilingual import Language
from etm_workbench.errors import BadDefinition
from etm_workbench.presentation import theme, words
from etm_workbench.presentation.charts.drawing import draw_svg, size_of
from etm_workbench.presentation.charts.marks import WIDTH
from etm_workbench.presentation.document import Document
from etm_workbench.presentation.locale import say
from etm_workbench.presentation.tables import Grid
from etm_workbench.presentation.view import (
    Block,
    BreakBlock,
    ChartBlock,
    HeadingBlock,
    NoteBlock,
    RosterBlock,
    TableBlock,
    TextBlock,
    View,
    view_of,
)

_TEMPLATE = Path(__file__).resolve().parent / "templates" / "document.typ"
_FIXED = date(2000, 1, 1)  # where a document does not say when it was made, so that its bytes do not change
_PAGE = 493.0  # points between the margins
_SIZES = (8.5, 7.5)  # of table text, in points: the usual one, and the smallest
_ADVANCE = 0.56  # mean advance of a character of Noto Sans, in its size
_INSET = 10.5
_TYPES: dict[type, str] = {  # the template's name of each kind of block
    HeadingBlock: "heading", TextBlock: "text", NoteBlock: "note", RosterBlock: "roster",
    TableBlock: "table", ChartBlock: "chart", BreakBlock: "page-break",
}  # fmt: skip
_STUB = (62.0, 150.0)  # least and most width of row headings, in points


def render_pdf(document: Document, language: Language) -> bytes:
    """The document as PDF/UA-1 in one language.

    Parameters
    ----------
    document : Document
        Any kind.
    language : {"en", "fr"}
        Of the file.

    Returns
    -------
    bytes
        The same document gives the same bytes.

    Raises
    ------
    BadDefinition
        The standard cannot be met: a title or alternative text is missing. The message is Typst's.
    """
    import typst

    view = view_of(document, language)
    made_on = date.fromisoformat(document.provenance.made_on) if document.provenance.made_on else _FIXED
    stamp = datetime(made_on.year, made_on.month, made_on.day, tzinfo=UTC)
    try:
        result = _compiler().compile(
            format="pdf",
            sys_inputs={"document": json.dumps(_payload(view, document), ensure_ascii=False)},
            pdf_standards=["ua-1"],
            timestamp=stamp,
        )
    except typst.TypstError as problem:
        raise BadDefinition(
            f"The PDF of '{view.title}' does not meet PDF/UA-1: {problem.message}.",
            remedy="Give every chart an alternative text; write with the letters of the two languages.",
        ) from problem
    return bytes(result)


@cache
def _compiler() -> Any:
    """Compiling starts threads, so a process that will fork must not render a PDF first."""
    import typst

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[theme.FONTS])
    return typst.Compiler(input=_TEMPLATE, font_paths=fonts)


def _payload(view: View, document: Document) -> dict[str, Any]:
    language = view.language
    source = document.provenance
    return {
        "title": view.title,
        "subtitle": view.subtitle,
        "language": language,
        "marking": view.marking,
        "keywords": [source.report, source.definition_hash, source.data_version, source.policy],
        "fonts": {"body": theme.BODY_FONT, "heading": theme.HEADING_FONT},
        "colours": {
            "ink": theme.colour("text-primary"),
            "quiet": theme.colour("text-secondary"),
            "deep": theme.colour("bg-primary"),
            "accent": theme.accent(),
            "danger": theme.colour("danger"),
            "link": theme.colour("link-default"),
        },
        "words": {
            "contents": say(words.CONTENTS, language),
            "page": say(words.PAGE, language),
            "symbols": say(words.SYMBOLS, language),
            "provenance": say(words.PROVENANCE, language),
        },
        "blocks": [_block(block, language) for block in view.blocks],
        "provenance": view.provenance,
    }


def _block(block: Block, language: Language) -> dict[str, Any]:
    match block:
        case HeadingBlock():
            content: dict[str, Any] = {"text": block.text, "level": block.level, "anchor": block.anchor}
        case TextBlock():
            paragraphs = [[piece.text for piece in run] for run in block.paragraphs]
            content = {"style": block.style, "paragraphs": paragraphs}
        case NoteBlock():
            content = {"title": block.title, "paragraphs": block.paragraphs}
        case RosterBlock():
            content = {
                "title": _title(block, language),
                "headers": block.headers,
                "rows": block.rows,
                "notes": block.notes,
            }
        case TableBlock():
            content = {"title": _title(block, language), **_table(block, language), "notes": [*block.notes, block.base]}
        case ChartBlock():
            content = _chart(block, language)
        case BreakBlock():
            content = {}
    return {"type": _TYPES[type(block)], **content}


def _chart(block: ChartBlock, language: Language) -> dict[str, Any]:
    svg = draw_svg(block.spec, prefix=f"chart-{block.name}")
    figure = words.FIGURE.in_language(language)
    return {
        "title": _title(block, language),
        "alt": block.alt,
        "svg": svg,
        "width": round(100 * size_of(svg)[0] / WIDTH, 2),
        "text-version": f"{figure} {block.number} – {say(words.TEXT_VERSION, language)}",
        **_table(block, language),
        "notes": [*block.notes, block.base],
    }


def _title(block: TableBlock | ChartBlock | RosterBlock, language: Language) -> str:
    word = words.FIGURE if isinstance(block, ChartBlock) else words.TABLE
    return f"{word.in_language(language)} {block.number} – {block.title}"


def _table(block: TableBlock | ChartBlock, language: Language) -> dict[str, Any]:
    size, grids = fitted(block.grid)
    parts = []
    for place, grid in enumerate(grids, start=1):
        suffix = ""
        if len(grids) > 1:
            part, of = say(words.PART, language), say(words.OF, language)
            suffix = f" ({part} {place} {of} {len(grids)})"
        parts.append({**_grid(grid), "suffix": suffix, "widths": _widths(grid, size)})
    return {"size": size, "grids": parts, "legend": block.grid.legend}


def fitted(grid: Grid) -> tuple[float, tuple[Grid, ...]]:
    """The text size in points at which a grid fits the page, and the grid in as many parts as it needs."""
    for size in _SIZES:
        if sum(_widths(grid, size)) <= _PAGE:
            return size, (grid,)
    size = _SIZES[0]
    most = grid.width
    while most > 1 and any(sum(_widths(part, size)) > _PAGE for part in grid.split(most)):
        most -= 1
    parts = len(grid.split(most))
    while most > 1 and len(grid.split(most - 1)) == parts:
        most -= 1  # parts of about equal width
    return size, grid.split(most)


def _widths(grid: Grid, size: float) -> list[float]:
    """The width of each column in points, row headings first."""
    least, most = _STUB
    stubs = [_INSET + _words_width([name], size) for name in grid.stubs]
    for row in grid.rows:
        offset = len(grid.stubs) - len(row.headers)
        for place, header in enumerate(row.headers, start=offset):
            stubs[place] = max(stubs[place], _INSET + header.depth * 9 + len(header.text) * size * _ADVANCE)
    columns = [0.0] * grid.width
    for row in grid.rows:
        columns = [max(width, len(cell.text) * size * _ADVANCE) for width, cell in zip(columns, row.cells, strict=True)]
    for level in grid.heads:
        _widen(columns, level, size)
    return [*(min(max(width, least), most) for width in stubs), *(width + _INSET for width in columns)]


def _widen(columns: list[float], level: Sequence[Any], size: float) -> None:
    """Make room for column headers, whose words may stand on several lines."""
    place = 0
    for header in level:
        wanted = _words_width([header.text], size) + (header.span - 1) * -_INSET
        lacking = max(0.0, wanted - sum(columns[place : place + header.span])) / header.span
        for column in range(place, place + header.span):
            columns[column] += lacking
        place += header.span


def _words_width(texts: Sequence[str], size: float) -> float:
    longest = max((len(word) for text in texts for word in text.split(" ")), default=0)
    return longest * size * _ADVANCE * 1.1  # bold is wider


def _grid(grid: Grid) -> Mapping[str, Any]:
    return {
        "stubs": grid.stubs,
        "heads": [[{"text": head.text, "span": head.span} for head in level] for level in grid.heads],
        "rows": [
            {
                "headers": [{"text": h.text, "span": h.span, "depth": h.depth} for h in row.headers],
                "cells": [cell.text for cell in row.cells],
                "total": row.is_total,
            }
            for row in grid.rows
        ],
    }
