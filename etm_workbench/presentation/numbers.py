"""Every number a document shows, in order, and whether its renderings show the same.

The check reads what a page really says: numbers are taken from the finished HTML by their `data-cell`,
and from the text of the other formats in reading order, and written back from the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from etm_workbench.codebook.bilingual import LANGUAGES, Language
from etm_workbench.presentation.document import Document
from etm_workbench.presentation.fitting import PRINTED, SLIDE, WORD, fitted
from etm_workbench.presentation.tables import Grid
from etm_workbench.presentation.view import ChartBlock, RosterBlock, TableBlock, TextBlock, view_of
from etm_workbench.protected import Cell, Shown

_SPACES = re.compile(r"[\s\u00a0\u202f]+")


@dataclass(frozen=True, slots=True)
class ShownNumber:
    """One number of a document as a reader meets it.

    `part`: the table's or chart's name, or `text` and its place. `identifier`: table, key and figure.
    `text`: as written in the language. `cell`: what it is.
    """

    part: str
    identifier: str
    text: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a rendering does not say what the document does. `where`: language, part and cell."""

    where: str
    expected: str
    found: str


def numbers_of(document: Document, language: Language) -> tuple[ShownNumber, ...]:
    """Every number of the document in reading order, withheld ones included, as one language writes it."""
    return tuple(_numbers(document, language))


def compare_languages(document: Document) -> list[Difference]:
    """Where the two languages do not hold the same cells in each part; empty when they do.

    Within a table the order may differ (a reader's alphabet); cells and their number may not.
    """
    sides = [_by_part(numbers_of(document, language)) for language in LANGUAGES]
    differences = []
    for part in sorted(set(sides[0]) | set(sides[1])):
        one, other = (side.get(part, {}) for side in sides)
        for identifier in sorted(set(one) | set(other)):
            left, right = _amount(one.get(identifier)), _amount(other.get(identifier))
            if left != right:
                differences.append(Difference(f"{part}: {identifier}", left, right))
    return differences


def compare_page(document: Document, language: Language, page: str) -> list[Difference]:
    """Where a finished HTML page does not show the document's numbers, in order; empty when it does."""
    reader = _PageNumbers()
    reader.feed(page)
    expected = [(n.identifier, n.text) for n in numbers_of(document, language)]
    return _in_order(expected, reader.found, language)


def compare_text(document: Document, language: Language, text: str) -> list[Difference]:
    """Where the text of a PDF, Word file or slides lacks a number of the document, part by part.

    Such text has no identifiers, and page furniture stands between; so each part's numbers are looked
    for in order, spaces apart: row by row, or as pages and slides cut a wide table. A part is reported once, at
    the first number that is not found.
    """
    joined = _SPACES.sub(" ", text)
    differences = []
    for part, orders in _runs(document, language):
        missing = [_first_missing(numbers, joined) for numbers in orders]
        if all(missing):
            number = next(filter(None, missing))
            where = f"{language}, {part}: {number.identifier}"
            differences.append(Difference(where, number.text, "nothing"))
    return differences


def _numbers(document: Document, language: Language) -> Iterator[ShownNumber]:
    texts = 0
    for block in view_of(document, language).blocks:
        if isinstance(block, TextBlock):
            for run in block.paragraphs:
                texts += 1
                for piece in run:
                    if piece.ref is not None:
                        yield ShownNumber(f"text {texts}", piece.ref.identifier, piece.text, piece.ref.cell)
        elif isinstance(block, (TableBlock, ChartBlock)):
            yield from _grid_numbers(block.name, block.grid)
        elif isinstance(block, RosterBlock):
            continue  # names and dates of people are not numbers of a release


def _grid_numbers(name: str, grid: Grid) -> Iterator[ShownNumber]:
    for row in grid.rows:
        for body in row.cells:
            yield ShownNumber(name, body.identifier, body.text, body.cell)


def _by_part(numbers: tuple[ShownNumber, ...]) -> dict[str, dict[str, Cell]]:
    parts: dict[str, dict[str, Cell]] = {}
    for number in numbers:
        parts.setdefault(number.part, {})[number.identifier] = number.cell
    return parts


def _runs(document: Document, language: Language) -> Iterator[tuple[str, list[list[ShownNumber]]]]:
    """Each part with its numbers row by row, and as pages and slides cut it."""
    sentences: dict[str, list[ShownNumber]] = {}
    for number in numbers_of(document, language):
        if number.part.startswith("text "):
            sentences.setdefault(number.part, []).append(number)
    for part, numbers in sentences.items():
        yield part, [numbers]
    for block in view_of(document, language).blocks:
        if isinstance(block, (TableBlock, ChartBlock)):
            cuts = [(block.grid,), *(fitted(block.grid, room)[1] for room in (PRINTED, WORD, SLIDE))]
            yield block.name, [[n for grid in cut for n in _grid_numbers(block.name, grid)] for cut in cuts]


def _first_missing(numbers: list[ShownNumber], text: str) -> ShownNumber | None:
    place = 0
    for number in numbers:
        wanted = _SPACES.sub(" ", number.text)
        found = text.find(wanted, place)
        if found < 0:
            return number
        place = found + len(wanted)
    return None


def _amount(cell: Cell | None) -> str:
    if cell is None:
        return "nothing"
    return repr(cell.value) if isinstance(cell, Shown) else cell.reason


def _in_order(expected: list[tuple[str, str]], found: list[tuple[str, str]], language: str) -> list[Difference]:
    differences = []
    for place in range(max(len(expected), len(found))):
        left = expected[place] if place < len(expected) else ("", "nothing")
        right = found[place] if place < len(found) else ("", "nothing")
        if left != right:
            differences.append(Difference(f"{language}, {left[0] or right[0]}", left[1], f"{right[1]} ({right[0]})"))
    return differences


class _PageNumbers(HTMLParser):
    """Collects (identifier, text) of elements with `data-cell`, without what only listeners get."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []
        self._depth = 0
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  HTMLParser's
        given = dict(attrs)
        if self._depth:
            self._depth += 1
            if self._silent or given.get("class") == "vh":
                self._silent += 1
        elif "data-cell" in given:
            self._depth = 1
            self.found.append((given["data-cell"] or "", ""))

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        if self._depth:
            self._depth -= 1
            self._silent = max(0, self._silent - 1)

    def handle_data(self, data: str) -> None:
        if self._depth and not self._silent:
            identifier, text = self.found[-1]
            self.found[-1] = (identifier, text + data)
