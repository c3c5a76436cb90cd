"""A document as a tagged PDF (PDF/UA-1): contents, page numbers, the marking on every page.

One Typst template, which reads the blocks as JSON. Typst refuses to write the standard when a title or
an alternative text is missing, so a report that lacks one fails here and not at its reader.
A table too wide for the page is set smaller, then cut into parts that repeat its row headings.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

from etm_workbench.codebook.bilingual import Language
from etm_workbench.errors import BadDefinition
from etm_workbench.presentation import theme, words
from etm_workbench.presentation.charts.canvas import WIDTH
from etm_workbench.presentation.charts.drawing import draw_svg, size_of
from etm_workbench.presentation.document import Document
from etm_workbench.presentation.fitting import PRINTED, column_widths, fitted, roster_shares
from etm_workbench.presentation.locale import say
from etm_workbench.presentation.row_headings import tag_row_headings
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
_FONTS = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[theme.FONTS])
_HIGHEST = 1.15  # of a chart, in widths of the text: its heading and notes still fit on its page
_FIXED = date(2000, 1, 1)  # where a document does not say when it was made, so that its bytes do not change
_TYPES: dict[type, str] = {  # the template's name of each kind of block
    HeadingBlock: "heading", TextBlock: "text", NoteBlock: "note", RosterBlock: "roster",
    TableBlock: "table", ChartBlock: "chart", BreakBlock: "page-break",
}  # fmt: skip


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
    view = view_of(document, language)
    made_on = date.fromisoformat(document.provenance.made_on) if document.provenance.made_on else _FIXED
    stamp = datetime(made_on.year, made_on.month, made_on.day, tzinfo=UTC)
    payload = _payload(view, document)
    try:
        result = _compiler().compile(
            format="pdf",
            sys_inputs={"document": json.dumps(payload, ensure_ascii=False)},
            pdf_standards=["ua-1"],
            timestamp=stamp,
        )
    except typst.TypstError as problem:
        raise BadDefinition(
            f"The PDF of '{view.title}' does not meet PDF/UA-1: {problem.message}.",
            remedy="Give every chart an alternative text; write with the letters of the two languages.",
        ) from problem
    return tag_row_headings(bytes(result), tuple(_table_widths(payload)))


def _share_of_width(width: float, height: float) -> float:
    """How wide a chart is drawn, in percent of the text: no higher than leaves room for its heading and notes."""
    drawn = min(width, WIDTH)
    return round(100 * drawn / WIDTH * min(1.0, _HIGHEST * WIDTH / (height * drawn / width)), 2)


def _table_widths(payload: Mapping[str, Any]) -> Iterator[int]:
    """How many columns each printed table has beside its row headings."""
    for block in payload["blocks"]:
        for grid in block.get("grids", ()):
            yield len(grid["rows"][0]["cells"])
        if block["type"] == _TYPES[RosterBlock]:
            yield len(block["headers"]) - 1


@cache
def _compiler() -> Any:
    """Compiling starts threads, so a process that will fork must not render a PDF first."""
    return typst.Compiler(input=_TEMPLATE, font_paths=_FONTS)


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
            "glance": say(words.GLANCE, language),
            "contents": say(words.CONTENTS, language),
            "page": say(words.PAGE, language),
            "symbols": say(words.SYMBOLS, language),
            "provenance": say(words.PROVENANCE, language),
        },
        "glance": [_block(block, language) for block in view.glance],
        "blocks": [_block(block, language) for block in view.body],
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
                "headers": block.group_headers,
                "groups": [{"name": name, "rows": rows} for name, rows in block.groups],
                "shares": roster_shares(block.group_headers, [row for _, rows in block.groups for row in rows]),
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
        "width": _share_of_width(*size_of(svg)),
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
        parts.append({**_grid(grid), "suffix": suffix, "widths": column_widths(grid, size, PRINTED)})
    return {"size": size, "grids": parts, "legend": block.grid.legend}


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
