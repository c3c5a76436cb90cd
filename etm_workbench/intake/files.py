"""Questionnaire files as they come, turned into sheets of cells. What a file is, its bytes say, not its name.

Nothing in a file is ever run: formulas give the result saved with them, and text that begins with `=` in a
CSV is text. A file that cannot be read is refused by a rule of `rules.toml`, without quoting it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from etm_workbench.errors import BadInput, BadQuestionnaire
from etm_workbench.intake.rulebook import Rulebook

# A known header's variable, or None; how readers tell headers from answers.
Recogniser = Callable[[object], str | None]
Cell = Any

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PAGES = (b"<!doctype html", b"<html", b"<table", b"<?xml", b"%pdf", b"{\\rtf")


class Refused(BadQuestionnaire):
    """A file that cannot be read at all; `rule` says why."""

    def __init__(self, rule: str) -> None:
        super().__init__(f"The file breaks the rule '{rule}'.", remedy="See the findings.")
        self.rule = rule

    def __reduce__(self) -> tuple[object, ...]:
        return (Refused, (self.rule,))


@dataclass(frozen=True, slots=True)
class Layout:
    """What a mapping file may say of a file's form; nothing by default.

    `sheet`, `header_row` and `skip_rows` count from 1.
    """

    sheet: int | None = None
    header_row: int | None = None
    skip_rows: tuple[int, ...] = ()
    delimiter: str | None = None
    encoding: str | None = None
    date_order: Literal["day_first", "month_first"] | None = None


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Sheet:
    """Rows that hold something: number (from 1) and cells. `notes`: rule and rows found while reading.

    `last_row`: the last row of the sheet, blank or not. `delimited`: whether it comes from text, where a
    row's number of cells means something. `ends_clean`: whether the text ends with the end of a line.
    """

    number: int
    rows: list[tuple[int, tuple[Cell, ...]]]
    last_row: int
    hidden: bool = False
    delimited: bool = False
    ends_clean: bool = True
    notes: tuple[tuple[str, tuple[int, ...]], ...] = ()

    def __repr__(self) -> str:
        return f"<Sheet {self.number}: {len(self.rows)} rows>"


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class RawFile:
    """A file's sheets, the hash of its bytes, and whether its day numbers count from 1904."""

    sheets: tuple[Sheet, ...]
    sha256: str
    from_1904: bool = False

    def __repr__(self) -> str:
        return f"<RawFile of {len(self.sheets)} sheets>"


def read_file(path: Path, *, layout: Layout, recogniser: Recogniser, rulebook: Rulebook) -> RawFile:
    """The sheets of the file at `path`.

    Parameters
    ----------
    path : Path
        A workbook (.xlsx, .xlsm) or delimited text, whatever its name ends with.
    layout : Layout
        What a mapping file says of its form.
    recogniser : Recogniser
        Tells known headers, to choose among separators.
    rulebook : Rulebook
        Limits of size.

    Raises
    ------
    Refused
        The file is damaged, protected, too large, or in a format that is not read.
    BadInput
        There is no such file, or it cannot be opened.
    """
    content = _bytes_of(path, limit=rulebook["file_too_large"].parameters["megabytes"] * 1_000_000)
    digest = hashlib.sha256(content).hexdigest()
    if content.startswith(_OLE):
        raise Refused("file_protected" if _ENCRYPTED in content else "file_format")
    if content.startswith(b"PK"):
        from etm_workbench.intake.workbooks import read_workbook

        sheets, from_1904 = read_workbook(content, rulebook)
        return RawFile(sheets, digest, from_1904)
    if content.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(_PAGES):
        raise Refused("file_format")
    from etm_workbench.intake.delimited import read_delimited

    return RawFile((read_delimited(content, layout, recogniser=recogniser, rulebook=rulebook),), digest)


def is_blank(cell: Cell) -> bool:
    """Whether a cell says nothing: empty, or only spaces."""
    return cell is None or (isinstance(cell, str) and not cell.strip(" \t\r\n\xa0\u200b\u202f\ufeff"))


def _bytes_of(path: Path, limit: int) -> bytes:
    try:
        if path.stat().st_size > limit:
            raise Refused("file_too_large")
        return path.read_bytes()
    except OSError as problem:
        raise BadInput(
            f"The file '{path.name}' cannot be opened: {problem.strerror}.", remedy="Check the path and your rights."
        ) from problem
