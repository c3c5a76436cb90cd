"""Dates as files write them: date cells, ISO text, day numbers, month names, and numbers with slashes.

`03/04/2026` is a day in April or one in March. The column decides: if some other date in it can only be read
one way, all are read that way; if none can, none is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Literal

from babel.dates import get_month_names

from etm_workbench.codebook import LANGUAGES
from etm_workbench.intake.plain_text import answer_form
from etm_workbench.intake.sheets import Cell

Order = Literal["day_first", "month_first"]
Read = tuple[date | None, str | None]

_CLOCK = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[ap]\.?m\.?|z|[+-]\d{2}:?\d{2})?)?\Z"
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})" + _CLOCK, re.IGNORECASE)
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})\Z")
_NUMERIC = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})" + _CLOCK, re.IGNORECASE)
_DAY_MONTH = re.compile(r"(\d{1,2})(?:er|st|nd|rd|th)?[- ]([^\d\s-]+)[- ](\d{4})\Z")
_MONTH_DAY = re.compile(r"([^\d\s-]+)[- ](\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\Z")
_SERIAL = re.compile(r"\d{4,6}(?:[.,]\d+)?\Z")


@dataclass(frozen=True, slots=True)
class DateRules:
    """`order`: declared by a mapping, or None. `first`, `last`: day numbers that are dates. `epoch`: day 0."""

    order: Order | None
    first: int
    last: int
    epoch: date = date(1899, 12, 30)


def read_date(cell: Cell, order: Order | None, rules: DateRules) -> Read:
    """The date in a cell, and a rule to write down.

    Returns
    -------
    date or None, str or None
        None when the cell cannot be read as a date, with `value_type` or `date_ambiguous`; with a date,
        `date_order_inferred`, `date_serial` or None.
    """
    if isinstance(cell, date):  # a datetime is one too
        return date(cell.year, cell.month, cell.day), None
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _from_serial(float(cell), rules)
    text = answer_form(cell) if isinstance(cell, str) else ""
    if found := _COMPACT.match(text) or _YEAR_FIRST.match(text):
        return _certain(int(found[1]), int(found[2]), int(found[3]))
    if _SERIAL.match(text):
        return _from_serial(float(text.replace(",", ".")), rules)
    if found := _NUMERIC.match(text):
        return _numeric(int(found[1]), int(found[2]), int(found[3]), order)
    return _with_month_name(text)


def order_in(cells: Iterable[Cell]) -> Order | None:
    """The order that a column's own dates make certain; None when none does, or when they disagree."""
    seen: set[Order] = set()
    for cell in cells:
        found = _NUMERIC.match(answer_form(cell)) if isinstance(cell, str) else None
        if found and int(found[1]) > 12 >= int(found[2]):
            seen.add("day_first")
        elif found and int(found[2]) > 12 >= int(found[1]):
            seen.add("month_first")
    return seen.pop() if len(seen) == 1 else None


def _numeric(first: int, second: int, year: int, order: Order | None) -> Read:
    if first == second:
        return _certain(year, second, first)
    if first > 12:
        return _certain(year, second, first, note="date_order_inferred")
    if second > 12:
        return _certain(year, first, second, note="date_order_inferred")
    if order is None:
        return None, "date_ambiguous"
    day, month = (first, second) if order == "day_first" else (second, first)
    return _certain(year, month, day, note="date_order_inferred")


def _with_month_name(text: str) -> Read:
    if found := _DAY_MONTH.match(text):
        return _certain(int(found[3]), _months().get(found[2].rstrip("."), 0), int(found[1]))
    if found := _MONTH_DAY.match(text):
        return _certain(int(found[3]), _months().get(found[1].rstrip("."), 0), int(found[2]))
    return None, "value_type"


def _certain(year: int, month: int, day: int, note: str | None = None) -> Read:
    try:
        return date(year, month, day), note
    except ValueError:
        return None, "value_type"


def _from_serial(number: float, rules: DateRules) -> Read:
    if not rules.first <= number <= rules.last:
        return None, "value_type"
    return rules.epoch + timedelta(days=int(number)), "date_serial"


@cache
def _months() -> dict[str, int]:
    """Month names and their short forms in both languages, as answers are compared."""
    return {
        answer_form(name).rstrip("."): number
        for language in LANGUAGES
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, locale=language).items()
    }
