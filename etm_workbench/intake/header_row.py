"""Where the headers are: the row with the most known column names, below any titles."""

from __future__ import annotations

from dataclasses import dataclass, replace

from etm_workbench.intake.columns import Recognition
from etm_workbench.intake.findings import Remarks
from etm_workbench.intake.plain_text import header_form
from etm_workbench.intake.rulebook import Rulebook
from etm_workbench.intake.sheets import Cell, Layout, RawFile, Refused, Sheet, is_blank


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Headed:
    """A sheet cut at its header row: `header` cells, the sheet with only the rows of answers below.

    `above`, `repeated`, `skipped`: row numbers of titles, of headers that come again, of rows that the
    mapping passes over.
    """

    header: tuple[Cell, ...]
    answers: Sheet
    above: tuple[int, ...]
    repeated: tuple[int, ...]
    skipped: tuple[int, ...]


def find_answers(raw: RawFile, *, layout: Layout, recognition: Recognition, remarks: Remarks) -> Headed:
    """The one sheet that holds answers, cut at its header row.

    Raises
    ------
    Refused
        No sheet has a header row, or several do.
    """
    places = {sheet.number: _header_place(sheet, layout, recognition, remarks.rulebook) for sheet in raw.sheets}
    headed = {number: place for number, place in places.items() if place is not None}
    by_number = {sheet.number: sheet for sheet in raw.sheets}
    shown = [n for n in headed if not by_number[n].hidden]
    chosen = [layout.sheet] if layout.sheet in headed else shown or list(headed)
    if not chosen:
        raise Refused("header_missing")
    if len(chosen) > 1:
        raise Refused("sheets_several")
    remarks.note("sheet_hidden", len([n for n in headed if by_number[n].hidden and n not in chosen]))
    return _cut(by_number[chosen[0]], headed[chosen[0]], layout=layout, recognition=recognition)


def _header_place(sheet: Sheet, layout: Layout, recognition: Recognition, rulebook: Rulebook) -> int | None:
    """Position in `sheet.rows` of the header row, or None."""
    if layout.sheet not in (None, sheet.number):
        return None
    if layout.header_row is not None:
        return next((place for place, (number, _) in enumerate(sheet.rows) if number == layout.header_row), None)
    parameters = rulebook["header_missing"].parameters
    head = sheet.rows[: parameters["rows_searched"]]
    known = [len(_columns_named(cells, recognition)) for _, cells in head]
    best = max(known, default=0)
    return known.index(best) if best >= parameters["least_known"] else None


def _columns_named(cells: tuple[Cell, ...], recognition: Recognition) -> set[str]:
    """Different columns that a row names; a list of variables with its labels beside names one a row."""
    named = ((cell, recognition(cell)) for cell in cells)
    return {header_form(cell) if name in ("mapped", "ignored") else name for cell, name in named if name}


def _cut(sheet: Sheet, place: int, *, layout: Layout, recognition: Recognition) -> Headed:
    header = sheet.rows[place][1]
    named = [recognition(cell) for cell in header]
    below = sheet.rows[place + 1 :]
    repeated = {number for number, cells in below if _is_header(cells, named, recognition)}
    skipped = {number for number, _ in below if number in layout.skip_rows} - repeated
    kept = [(number, cells) for number, cells in below if number not in repeated | skipped]
    above = tuple(number for number, _ in sheet.rows[:place])
    return Headed(header, replace(sheet, rows=kept), above, tuple(sorted(repeated)), tuple(sorted(skipped)))


def _is_header(cells: tuple[Cell, ...], named: list[str | None], recognition: Recognition) -> bool:
    """Whether a row says again, in either language, what the header row says in the same columns."""
    pairs = [(cell, name) for cell, name in zip(cells, named, strict=False) if not is_blank(cell) and name]
    if len(pairs) < 2 or recognition(pairs[0][0]) != pairs[0][1]:
        return False
    same = sum(recognition(cell) == name for cell, name in pairs)
    return 2 * same > len(pairs)
