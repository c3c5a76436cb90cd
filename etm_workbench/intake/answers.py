"""The answers of a file, one row a person, while they are being checked. They never leave intake as they are."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etm_workbench.intake.columns import Columns, letter_of
from etm_workbench.intake.findings import Remarks
from etm_workbench.intake.mapping import Derivation, Mapping
from etm_workbench.intake.plain_text import header_form
from etm_workbench.intake.sheets import Cell, Sheet, is_blank
from etm_workbench.intake.values import Casting, as_number, as_text, cast


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Answers:
    """Typed answers, shape (rows, variables read).

    Parameters
    ----------
    table : DataFrame
        One column a variable read; codes, tuples, dates, numbers, booleans, text.
    unreadable : mapping of str to ndarray of bool, shape (rows,)
        Where a cell says something that could not be read.
    row_numbers : ndarray of int, shape (rows,)
        Row of the file, from 1.
    letters : mapping of str to str
        The file's column a variable was read from; variables made by a mapping are absent.
    """

    table: pd.DataFrame
    unreadable: MappingOf[str, NDArray[np.bool_]]
    row_numbers: NDArray[np.int64]
    letters: MappingOf[str, str]

    def __len__(self) -> int:
        return len(self.row_numbers)

    def __repr__(self) -> str:
        return f"<Answers to {len(self.table.columns)} questions>"

    def has(self, *variables: str) -> bool:
        """Whether the file has all these variables."""
        return all(variable in self.table.columns for variable in variables)

    def column(self, variable: str) -> pd.Series[Any]:
        """Answers to one question; all missing when the file lacks it."""
        if variable in self.table.columns:
            return self.table[variable]
        return pd.Series([None] * len(self), dtype=object)

    def given(self, variable: str) -> NDArray[np.bool_]:
        """Who answered a question, readably."""
        return self.column(variable).notna().to_numpy(dtype=bool)

    def is_one_of(self, variable: str, codes: Sequence[str]) -> NDArray[np.bool_]:
        """Who gave one of these codes."""
        return self.column(variable).isin(list(codes)).to_numpy(dtype=bool)

    def keep(self, mask: NDArray[np.bool_]) -> Answers:
        """The rows where `mask` is true."""
        return Answers(
            self.table[mask].reset_index(drop=True),
            {variable: flags[mask] for variable, flags in self.unreadable.items()},
            self.row_numbers[mask],
            self.letters,
        )


def read_answers(sheet: Sheet, columns: Columns, *, mapping: Mapping, casting: Casting, remarks: Remarks) -> Answers:
    """Every variable of a sheet's rows, as the columns and the mapping say; problems of cells are written down."""
    numbers = np.array([number for number, _ in sheet.rows], dtype=np.int64)
    cells = {name: _column(sheet, place) for name, place in columns.of_variable.items()}
    letters = {name: letter_of(place) for name, place in columns.of_variable.items()}
    absent = []
    for name, derivation in mapping.derivations.items():
        forms = [header_form(header) for header in derivation.headers]
        places = [columns.of_source[form] for form in forms if form in columns.of_source]
        if len(places) < len(forms):
            absent.append(name)
            continue
        cells[name] = _derive(derivation, [_column(sheet, place) for place in places], len(numbers))
        if len(places) == 1:
            letters[name] = letter_of(places[0])
    remarks.note("mapping_column_absent", len(absent), variables=tuple(absent))
    table, unreadable = {}, {}
    for name, column in cells.items():
        done = cast(column, casting.codebook.variables[name], casting=casting)
        table[name], unreadable[name] = done.values, done.unreadable
        about = {"variables": (name,), "letters": (letters[name],) if name in letters else ()}
        for rule, mask in sorted(done.noted.items()):
            remarks.note_rows(rule, mask, numbers, **about)
    return Answers(pd.DataFrame(table, index=range(len(numbers))), unreadable, numbers, letters)


def _column(sheet: Sheet, place: int) -> list[Cell]:
    return [cells[place] if place < len(cells) else None for _, cells in sheet.rows]


def _derive(derivation: Derivation, sources: list[list[Cell]], rows: int) -> list[Cell]:
    if derivation.constant is not None:
        return [derivation.constant] * rows
    blank = {text.strip() for text in derivation.blank}
    columns = [[None if is_blank(c) or as_text(c) in blank else c for c in column] for column in sources]
    if derivation.columns:
        joined = [
            derivation.join.join(as_text(c) for c in cells if c is not None) for cells in zip(*columns, strict=True)
        ]
        return [derivation.prefix + text if text else None for text in joined]
    return [None if cell is None else _changed(cell, derivation) for cell in columns[0]]


def _changed(cell: Cell, derivation: Derivation) -> Cell:
    """A cell after the mapping's one step. What the step cannot read stays as it is, for the checks to find."""
    if derivation.codes:
        cell = derivation.codes.get(as_text(cell), cell)
    elif (number := as_number(cell)) is not None:
        cell = _computed(cell, number, derivation)
    return derivation.prefix + as_text(cell) if derivation.prefix else cell


def _computed(cell: Cell, number: float, derivation: Derivation) -> Cell:
    if derivation.ranges:
        return next((part.code for part in derivation.ranges if part.holds(number)), cell)
    if derivation.subtract_from is not None:
        return derivation.subtract_from - number
    earlier = derivation.years_before
    if earlier is not None and number.is_integer() and 0 <= number < earlier.year:
        # 29 February becomes 28 February in years without one.
        day = 28 if (earlier.month, earlier.day) == (2, 29) else earlier.day
        return earlier.replace(year=earlier.year - int(number), day=day)
    return cell
