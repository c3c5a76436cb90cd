"""Cells turned into values: codes, dates, numbers, yes or no, text. What cannot be turned is counted, not kept.

Each different cell of a column is read once, whatever the number of people who gave that answer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etm_workbench.codebook import Codebook, Variable
from etm_workbench.intake.answer_lists import AnswerList
from etm_workbench.intake.dates import DateRules, order_in, read_date
from etm_workbench.intake.plain_text import cleaned
from etm_workbench.intake.rulebook import Rulebook
from etm_workbench.intake.sheets import Cell, is_blank

# What spreadsheet programs show for a formula that failed.
_CELL_ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"})
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?\Z")
_SPACES = re.compile(r"[\s\xa0\u202f']")

Reading = tuple[Any, str | None]
"""A value, None when there is none, and the rule that the cell breaks or makes worth noting."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Cast:
    """A column of values, shape (rows,).

    `unreadable`: where a cell says something that could not be read. `noted`: rule to the rows it concerns.
    """

    values: pd.Series[Any]
    unreadable: NDArray[np.bool_]
    noted: Mapping[str, NDArray[np.bool_]]


@dataclass(frozen=True, slots=True)
class Casting:
    """What casting needs beside the cells: the codebook, the rules, how dates are written, the organization."""

    codebook: Codebook
    rulebook: Rulebook
    dates: DateRules
    organization: str


def cast(cells: Sequence[Cell], variable: Variable, *, casting: Casting) -> Cast:
    """The values of one column.

    Parameters
    ----------
    cells : sequence
        One cell a row, as read.
    variable : Variable
        What they are answers to.
    casting : Casting
        Codebook, rules and date order.

    Returns
    -------
    Cast
        Codes are text, several answers a tuple in the codebook's order, dates `datetime64`, whole and
        other numbers `float64`, yes or no nullable booleans. Missing is None, NaT or NaN.
    """
    read = _reader(variable, cells, casting)
    known: dict[tuple[type, Cell], Reading] = {}
    readings = []
    for cell in cells:
        key = (type(cell), cell)
        if key not in known:
            known[key] = (None, None) if is_blank(cell) else read(cell)
        readings.append(known[key])
    broken = {rule for _, rule in readings if rule is not None}
    noted = {rule: np.array([r == rule for _, r in readings], dtype=bool) for rule in broken}
    blank = np.array([is_blank(cell) for cell in cells], dtype=bool)
    missing = np.array([value is None for value, _ in readings], dtype=bool)
    return Cast(_series([value for value, _ in readings], variable), missing & ~blank, noted)


def _reader(variable: Variable, cells: Sequence[Cell], casting: Casting) -> Callable[[Cell], Reading]:
    if variable.type == "date":
        order = casting.dates.order or order_in(cells)
        return lambda cell: _date(cell, order, casting)
    if variable.type in ("integer", "number"):
        return lambda cell: _number(cell, variable)
    if variable.type == "text":
        longest = casting.rulebook["value_too_long"].parameters["characters"]
        return lambda cell: _text(cell, longest)
    answers = AnswerList(variable, casting.codebook, casting.organization)
    if variable.type == "boolean":
        return lambda cell: _boolean(cell, answers)
    return answers.several if variable.type == "codes" else answers.one


def as_number(cell: Cell) -> float | None:
    """The number in a cell, with decimal point or comma and spaces between thousands; None when it is none.

    `1,234` is None: in English it is a thousand and more, in French a little over one.

    Examples
    --------
    >>> as_number("12,5"), as_number("1 234"), as_number("1,234")
    (12.5, 1234.0, None)
    """
    if isinstance(cell, bool):
        return None
    if isinstance(cell, (int, float)):
        return float(cell) if math.isfinite(cell) else None
    text = _SPACES.sub("", cell) if isinstance(cell, str) else ""
    if not _NUMBER.match(text) or len(text) > 30 or re.fullmatch(r"[+-]?\d{1,3},\d{3}", text):
        return None
    return float(text.replace(",", "."))


def as_text(cell: Cell) -> str:
    """A cell as text: whole numbers without `.0`, dates as ISO, text cleaned."""
    if isinstance(cell, str):
        return cleaned(cell)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    return str(cell)


def _text(cell: Cell, longest: int) -> Reading:
    text = as_text(cell)
    if text in _CELL_ERRORS:
        return None, "value_type"
    if len(text) > longest:
        return None, "value_too_long"
    return text or None, None


def _number(cell: Cell, variable: Variable) -> Reading:
    number = as_number(cell)
    if number is None or (variable.type == "integer" and not number.is_integer()):
        return None, "value_type"
    low, high = variable.minimum, variable.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        return None, "value_range"
    return number, None


def _date(cell: Cell, order: Any, casting: Casting) -> Reading:
    found, note = read_date(cell, order, casting.dates)
    possible = casting.rulebook["value_range"].parameters
    if found is not None and not possible["earliest_date"] <= found <= possible["latest_date"]:
        return None, "value_range"
    return found, note


def _boolean(cell: Cell, answers: AnswerList) -> Reading:
    if isinstance(cell, bool):
        return cell, None
    code, note = answers.one(cell)
    return (None if code is None else code == "true"), ("value_type" if note else None)


def _series(values: list[Any], variable: Variable) -> pd.Series[Any]:
    if variable.type == "date":
        return pd.Series(np.array(values, dtype="datetime64[us]"))
    if variable.type in ("integer", "number"):
        return pd.Series(values, dtype="float64")
    if variable.type == "boolean":
        return pd.Series(values, dtype="boolean")
    return pd.Series(np.fromiter(values, dtype=object, count=len(values)), dtype=object)
