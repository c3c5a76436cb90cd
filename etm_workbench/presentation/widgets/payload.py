"""A board as plain JSON in both languages: what the page's module reads.

Sentences, tables and charts come as finished HTML, drawn by the renderer of the reports, so that both
say the same. The talent map comes as numbers (`map_payload`), since the browser filters it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from etm_workbench.codebook.bilingual import LANGUAGES, Bilingual, Language
from etm_workbench.presentation.document import Document, Labels
from etm_workbench.presentation.html import environment, usual_names
from etm_workbench.presentation.locale import say
from etm_workbench.presentation.parts import Heading, PageBreak, Part
from etm_workbench.presentation.view import Block, BreakBlock, blocks_of, view_of
from etm_workbench.presentation.widgets.board import Board, MapSection, PartsSection, Section
from etm_workbench.presentation.widgets.form import FormSection, form_payload
from etm_workbench.presentation.widgets.map_payload import map_payload

Both = list[str]  # English, French


def board_payload(board: Board) -> dict[str, Any]:
    """The board as JSON values; each text is a pair, English then French.

    Parameters
    ----------
    board : Board
        Of any kind.

    Returns
    -------
    dict
        `name`, `title`, `subtitle`, `marking`, `findings`, `sections` and `provenance`. A section of parts
        has its `html`; the map has its numbers. No withheld value is in it, only the symbol that stands for one.
    """
    drawn = {language: _drawn(board, language) for language in LANGUAGES}
    parts = iter(zip(drawn["en"][1:], drawn["fr"][1:], strict=True))
    return {
        "name": board.name,
        "title": both(board.title),
        "subtitle": both(board.subtitle),
        "marking": both(board.marking) if board.marking else None,
        "findings": [drawn["en"][0], drawn["fr"][0]],
        "sections": [_section(section, board, parts) for section in board.sections],
        "provenance": [_provenance(board, language) for language in LANGUAGES],
    }


def both(text: Bilingual) -> Both:
    """The text as a pair, each with its language's typography."""
    return [say(text, language) for language in LANGUAGES]


def parts_html(parts: Sequence[Part], labels: Labels) -> Both:
    """Parts that answer a question of the page, as HTML in both languages; a roster may be among them."""
    lowered = tuple(_lowered(part) for part in parts)
    return [_html(list(blocks_of(lowered, labels, language)), language) for language in LANGUAGES]


def _section(section: Section, board: Board, parts: Any) -> dict[str, Any]:
    head = {"anchor": section.anchor, "title": both(section.title)}
    if isinstance(section, MapSection):
        return {"kind": "map", **head, **map_payload(section, board.labels)}
    if isinstance(section, FormSection):
        return {"kind": "form", **head, **form_payload(section)}
    return {"kind": "parts", **head, "choice": section.choice, "html": list(next(parts))}


def _drawn(board: Board, language: Language) -> list[str]:
    """The findings and each section of parts as HTML; tables and figures are numbered through the board."""
    runs: list[tuple[Part, ...]] = [tuple(replace(text, style="lead") for text in board.findings)]
    runs += [section.parts for section in board.sections if isinstance(section, PartsSection)]
    flat: list[Part] = []
    for run in runs:
        flat += [*(_lowered(part) for part in run if not isinstance(part, PageBreak)), PageBreak()]
    return [_html(blocks, language) for blocks in _runs(flat, board.labels, language)]


def _lowered(part: Part) -> Part:
    """The section's own title is the page's second level, so headings inside begin at the third."""
    return Heading(part.text, 2) if isinstance(part, Heading) and part.level == 1 else part


def _runs(parts: Sequence[Part], labels: Labels, language: Language) -> list[list[Block]]:
    runs: list[list[Block]] = [[]]
    for block in blocks_of(tuple(parts), labels, language):
        if isinstance(block, BreakBlock):
            runs.append([])
        else:
            runs[-1].append(block)
    return runs[:-1]


def _html(blocks: Sequence[Block], language: Language) -> str:
    if not blocks:
        return ""
    template = environment().get_template("board_parts.html.j2")
    return template.render(blocks=blocks, **usual_names(language)).strip()


def _provenance(board: Board, language: Language) -> list[list[str]]:
    document = Document(board.title, board.subtitle, (), board.provenance)
    return [list(entry) for entry in view_of(document, language).provenance]
