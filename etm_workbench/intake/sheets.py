"""Sheets of cells: what every reader of a questionnaire file gives, whatever the file was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from etm_workbench.errors import BadQuestionnaire

# A known header's variable, or None; how readers tell headers from answers.
Recogniser = Callable[[object], str | None]
Cell = Any


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


def is_blank(cell: Cell) -> bool:
    """Whether a cell says nothing: empty, or only spaces."""
    return cell is None or (isinstance(cell, str) and not cell.strip(" \t\r\n\xa0\u200b\u202f\ufeff"))
