"""One quick pass over a worksheet's XML before it is parsed: where its answers end, which rows hold formulas.

People format whole columns, which leaves a hundred thousand rows of empty cells below the last answer, or
between answers. Parsing them took 17 s for 45 columns; this scan reads the same sheet in about two, and the
parser then stops at the last row that holds something, or is given the sheet without its empty cells.
It also sees formulas that have no saved result, which a parser that asks for results shows as empty cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from etm_workbench.intake.sheets import Refused

# The last row a spreadsheet program can write. A damaged number beyond it would be counted up to.
_LAST_POSSIBLE_ROW = 1_048_576
_CHUNK = 4_000_000
_PREFIX = rb"<(?:[A-Za-z][\w.-]*:)?"
_TOKEN = re.compile(
    _PREFIX
    + rb"""(?:
        (?P<row>row\b[^>]*>)
      | (?P<formula>f\b(?:[^>]*/>|[^>]*>[^<]*</[^>]*>))(?P<result>\s*"""
    + _PREFIX
    + rb"""v\b[^>/]*>[^<])?
      | (?P<value>[vt]\b[^>/]*>[^<])
    ) | (?P<declaration><!(?:DOCTYPE|ENTITY))""",
    re.VERBOSE,
)
_NUMBER = re.compile(rb"""\br=["'](\d+)["']""")
# Formatted cells and rows without content. One without its place (r="…") counts for those after it, and stays.
_EMPTY_CELL = re.compile(_PREFIX + rb"""c\b[^<>]*\br=["'][A-Z]+\d+["'][^<>]*(?:/>|(?<!/)></[^<>]*>)""")
_EMPTY_ROW = re.compile(_PREFIX + rb"""row\b[^<>]*\br=["']\d+["'][^<>]*(?:/>|(?<!/)>\s*</[^<>]*>)""")
_HIDDEN = re.compile(rb"""\bhidden=["'](?:1|true)["']""")


@dataclass(slots=True)
class Scan:
    """What the pass saw; row numbers count from 1. `last_answer` is 0 when no cell holds anything.

    `empty_tags`: tags without content up to the last answer; empty formatted cells are such tags.
    """

    last_row: int = 0
    last_answer: int = 0
    empty_tags: int = 0
    formulas: set[int] = field(default_factory=set)
    without_result: set[int] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)


def scan_worksheet(stream: IO[bytes]) -> Scan:
    """Where the rows of a worksheet end and what they hold.

    Raises
    ------
    Refused
        The XML declares entities, which no spreadsheet program does, or counts rows beyond the last possible.
    """
    scan = Scan()
    seen = 0
    for piece in _pieces(stream):
        answered, seen = scan.last_answer, seen + piece.count(b"/>")
        for token in _TOKEN.finditer(piece):
            _take(token, scan)
        scan.empty_tags = seen if scan.last_answer > answered else scan.empty_tags
    scan.hidden = {row for row in scan.hidden if row <= scan.last_answer}
    return scan


def without_empty_cells(stream: IO[bytes]) -> Iterator[bytes]:
    """The XML of a worksheet without its empty cells and rows, in pieces; the others keep their places."""
    for piece in _pieces(stream):
        yield _EMPTY_ROW.sub(b"", _EMPTY_CELL.sub(b"", piece))


def _take(token: re.Match[bytes], scan: Scan) -> None:
    if row := token["row"]:
        number = _NUMBER.search(row)
        scan.last_row = int(number[1]) if number else scan.last_row + 1
        if scan.last_row > _LAST_POSSIBLE_ROW:
            raise Refused("file_unreadable")
        if _HIDDEN.search(row):
            scan.hidden.add(scan.last_row)
        return
    if token["declaration"]:
        raise Refused("file_unreadable")
    scan.last_answer = max(scan.last_answer, scan.last_row)
    if token["formula"]:
        (scan.formulas if token["result"] else scan.without_result).add(scan.last_row)


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """The stream in pieces cut where a row ends, so that no token lies across two."""
    kept = b""
    while chunk := stream.read(_CHUNK):
        joined = kept + chunk
        cut = joined.rfind(b"<row") if b"<row" in chunk else joined.rfind(b":row ")
        cut = joined.rfind(b"<", 0, cut + 1) if cut > 0 else -1
        if cut > 0:
            yield joined[:cut]
            kept = joined[cut:]
        else:
            kept = joined
    yield kept
