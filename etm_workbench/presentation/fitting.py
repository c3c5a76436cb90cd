"""How a table fits the width it is given: text size, column widths, and the parts it is cut into.

Widths are worked out from the number of characters, since Word and PowerPoint are not asked how wide a
text will be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from etm_workbench.presentation.tables import Grid, Header

ADVANCE = 0.56  # mean advance of a character of Noto Sans, in its size
_BOLD = 1.1  # how much wider bold is
_STUB = (7.3, 17.6, 32.0)  # least and usual most width of row headings, and most with room, in text sizes
INSET = 1.24  # between columns, in text sizes
_MOST_WRITTEN = 42.0  # characters of a roster's widest column
_STEP = 0.1  # points: how closely a width is filled
_INDENT = 1.06  # of a member under its group, in text sizes


@dataclass(frozen=True, slots=True)
class Room:
    """What a table may take: width in points, and text sizes in points, the usual one first."""

    width: float
    sizes: tuple[float, ...]


WORD = Room(493.0, (7.5,))  # its table style has one size
PRINTED = Room(493.0, (8.5, 7.5))  # between the margins of a letter page
SLIDE = Room(873.0, (14.0, 12.0))


def fitted(grid: Grid, room: Room = PRINTED) -> tuple[float, tuple[Grid, ...]]:
    """The text size in points at which a grid fits, and the grid in as many parts as it needs.

    A grid that does not fit is cut between its column groups into parts of about equal width; it is set
    smaller only where that makes fewer parts.
    """
    cuts = [(size, _cut(grid, size, room)) for size in room.sizes]
    return min(cuts, key=lambda cut: len(cut[1]))


def _cut(grid: Grid, size: float, room: Room) -> tuple[Grid, ...]:
    most = grid.width
    while most > 1 and any(sum(column_widths(part, size)) > room.width for part in grid.split(most)):
        most -= 1
    parts = len(grid.split(most))
    while most > 1 and len(grid.split(most - 1)) == parts:
        most -= 1
    return grid.split(most)


def column_widths(grid: Grid, size: float, room: Room | None = None) -> list[float]:
    """The width of each column in points at a text size, row headings first.

    Parameters
    ----------
    grid : Grid
        Laid out in one language.
    size : float
        Of the text, in points.
    room : Room, optional
        Columns are no wider than numbers and single words need, unless there is room to spare: row headings
        are given it first, since each that needs a second line makes a row higher, then column headings.
    """
    tight = _widths(grid, size, whole=False)
    if room is None:
        return tight
    easy, stubs = _widths(grid, size, whole=True), len(grid.stubs)
    first = _levelled(tight[:stubs], easy[:stubs], room.width - sum(tight[stubs:]))
    return [*first, *_levelled(tight[stubs:], easy[stubs:], room.width - sum(first))]


def _levelled(tight: Sequence[float], easy: Sequence[float], width: float) -> list[float]:
    """Widths from `tight` to `easy` that fit a width, as equal as these allow."""
    level, step = 0.0, max(easy)
    while step > _STEP:
        filled = sum(max(least, min(most, level + step)) for least, most in zip(tight, easy, strict=True))
        level += step if filled <= width else 0.0
        step /= 2
    return [max(least, min(most, level)) for least, most in zip(tight, easy, strict=True)]


def roster_shares(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> list[float]:
    """The share of the width that each column of a roster is given, by how much is written in it; adds up to 1."""
    written = []
    for place, header in enumerate(headers):
        lengths = [len(row[place]) for row in rows] or [0]
        texts = [header, *(row[place] for row in rows)]
        longest_word = max(len(word) for text in texts for word in text.split(" "))
        written.append(max(_BOLD * longest_word + 3, min(_MOST_WRITTEN, 1.3 * sum(lengths) / len(lengths))))
    return [width / sum(written) for width in written]


def _widths(grid: Grid, size: float, *, whole: bool) -> list[float]:
    inset = INSET * size
    stubs = [inset + _heading_width(name, size, whole=whole) for name in grid.stubs]
    for row in grid.rows:
        offset = len(grid.stubs) - len(row.headers)
        for place, header in enumerate(row.headers, start=offset):
            wanted = inset + header.depth * _INDENT * size + len(header.text) * size * ADVANCE
            stubs[place] = max(stubs[place], wanted)
    columns = [0.0] * grid.width
    for row in grid.rows:
        bold = _BOLD if row.is_total else 1.0
        wide = [len(cell.text) * size * ADVANCE * bold for cell in row.cells]
        columns = [max(pair) for pair in zip(columns, wide, strict=True)]
    for level in reversed(grid.heads):
        _widen(columns, level, size, whole=whole)
    least, usual, widest = (limit * size for limit in _STUB)
    most = widest if whole else usual
    return [*(min(max(width, least), most) for width in stubs), *(width + inset for width in columns)]


def _widen(columns: list[float], level: Sequence[Header], size: float, *, whole: bool) -> None:
    """Make room for column headers: each whole, or its longest word."""
    place = 0
    for header in level:
        wanted = _heading_width(header.text, size, whole=whole) - (header.span - 1) * INSET * size
        lacking = max(0.0, wanted - sum(columns[place : place + header.span])) / header.span
        for column in range(place, place + header.span):
            columns[column] += lacking
        place += header.span


def _heading_width(text: str, size: float, *, whole: bool) -> float:
    characters = len(text) if whole else max(len(word) for word in text.split(" "))
    return characters * size * ADVANCE * _BOLD
