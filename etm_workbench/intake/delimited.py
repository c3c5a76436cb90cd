"""Delimited text (CSV and its kin): encoding and separator are found, not asked.

The separator is the one under which the most known headers come out of one row: counting characters fails
on files of one column, and on answers that hold commas.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

from etm_workbench.intake.rulebook import Rulebook
from etm_workbench.intake.sheets import Cell, Layout, Recogniser, Refused, Sheet, is_blank

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATORS = (",", ";", "\t", "|")
_DECLARED_SEPARATOR = re.compile(r"\A\ufeff?sep=(.)\r?\n", re.IGNORECASE)
# Characters that nobody writes: programs leave one here and there, a file full of them is not text.
_CONTROL = re.compile("[\x01-\x08\x0e-\x1f\x7f\ufffe\uffff]")


def read_delimited(content: bytes, layout: Layout, *, recogniser: Recogniser, rulebook: Rulebook) -> Sheet:
    """The rows of a delimited text.

    Raises
    ------
    Refused
        Not text, or too many rows or columns, or one cell larger than a file may be.
    """
    text, guessed = _decode(content, layout.encoding)
    share = rulebook["file_unreadable"].parameters["control_characters_share"]
    if "\x00" in text or len(_CONTROL.findall(text)) > share * len(text):
        raise Refused("file_unreadable")
    searched = rulebook["header_missing"].parameters["rows_searched"]
    separator = layout.delimiter or _separator(text, recogniser, searched)
    limits = rulebook["file_too_large"].parameters
    rows: list[tuple[int, tuple[Cell, ...]]] = []
    number = 0
    try:
        for number, cells in enumerate(_records(text, separator), start=1):
            if all(map(is_blank, cells)):
                continue
            rows.append((number, tuple(cells)))
            if len(rows) > limits["rows"] or len(cells) > limits["columns"]:
                raise Refused("file_too_large")
    except csv.Error:
        # The only thing the reader refuses is a cell beyond its limit of 131,072 characters.
        raise Refused("value_too_long") from None
    return Sheet(
        number=1,
        rows=rows,
        last_row=number,
        delimited=True,
        ends_clean=text.endswith(("\n", "\r")),
        notes=(("encoding_guessed", ()),) if guessed else (),
    )


def _decode(content: bytes, declared: str | None) -> tuple[str, bool]:
    """The text, and whether its encoding was a guess."""
    encoding = declared or _encoding_by_mark(content) or _encoding_by_zeros(content) or "utf-8"
    try:
        # A file cut in the middle of a letter is still of its encoding.
        return codecs.getincrementaldecoder(encoding)().decode(content), False
    except LookupError:
        raise Refused("file_unreadable") from None
    except UnicodeDecodeError:
        if declared or encoding != "utf-8":
            raise Refused("file_unreadable") from None
    return _decode_western(content), True


def _decode_western(content: bytes) -> str:
    """Windows-1252, for what is not UTF-8. Mostly UTF-8 with a few wrong bytes is neither."""
    read = content.decode("utf-8", errors="replace")
    wrong = read.count("\ufffd")
    if sum(letter > "\x7f" for letter in read) - wrong > wrong:
        raise Refused("encoding_mixed")
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        raise Refused("file_unreadable") from None


def _encoding_by_mark(content: bytes) -> str | None:
    return next((encoding for mark, encoding in _MARKS if content.startswith(mark)), None)


def _encoding_by_zeros(content: bytes) -> str | None:
    """UTF-16 without its mark: Western text then has a zero in every other byte."""
    head = content[:4000]
    if len(head) < 2 or len(content) % 2:
        return None
    even, odd = head[0::2].count(0) / len(head[0::2]), head[1::2].count(0) / len(head[1::2])
    mostly, hardly = 0.7, 0.1
    if odd > mostly and even < hardly:
        return "utf-16-le"
    return "utf-16-be" if even > mostly and odd < hardly else None


def _separator(text: str, recogniser: Recogniser, searched: int) -> str:
    if declared := _DECLARED_SEPARATOR.match(text):
        return declared[1]
    # A piece of the file is enough; a cell cut at its end does no harm.
    head = text[:200_000]
    return max(_SEPARATORS, key=lambda separator: _known_headers(head, separator, recogniser, searched))


def _known_headers(head: str, separator: str, recogniser: Recogniser, searched: int) -> int:
    try:
        rows = list(islice(_records(head, separator), searched))
    except csv.Error:
        return 0
    return max((sum(recogniser(cell) is not None for cell in row) for row in rows), default=0)


def _records(text: str, separator: str) -> Iterator[list[str]]:
    # newline="" leaves line ends inside quotation marks alone.
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)
