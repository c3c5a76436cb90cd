"""Where every row and column of a file went, and what reading its form brought to light."""

from __future__ import annotations

from etm_workbench.intake.columns import Columns
from etm_workbench.intake.findings import Account, Remarks
from etm_workbench.intake.header_row import Headed


def note_form(headed: Headed, remarks: Remarks) -> None:
    """Write down titles, repeated headers, formulas, hidden and ragged rows, and a file without answers."""
    sheet = headed.answers
    below = {number for number, _ in sheet.rows}
    for rule, rows in sheet.notes:
        inside = [row for row in rows if row in below]
        remarks.note(rule, len(inside) if rows else 1, rows=inside)
    remarks.note("rows_above", len(headed.above), rows=headed.above)
    remarks.note("header_repeated", len(headed.repeated), rows=headed.repeated)
    if not sheet.rows:
        remarks.note("file_empty")
    if sheet.delimited:
        _note_ragged(headed, remarks)


def account_of(headed: Headed, columns: Columns, *, people: int) -> Account:
    """The account of a sheet; `people` is the number of rows kept."""
    rows, headers = len(headed.answers.rows), 1 + len(headed.repeated)
    seen = len(headed.above) + headers + len(headed.skipped) + rows
    left = len(columns.ignored) + len(columns.unknown) + len(columns.blank)
    return Account(
        rows=headed.answers.last_row,
        rows_above=len(headed.above),
        header_rows=headers,
        rows_blank=headed.answers.last_row - seen,
        rows_skipped=len(headed.skipped),
        rows_repeated=rows - people,
        people=people,
        columns=columns.width,
        columns_read=columns.width - left,
        columns_ignored=len(columns.ignored),
        columns_unknown=len(columns.unknown),
        columns_blank=len(columns.blank),
    )


def _note_ragged(headed: Headed, remarks: Remarks) -> None:
    width = len(headed.header)
    rows = headed.answers.rows
    longer = [number for number, cells in rows if any(cells[width:])]
    short = [number for number, cells in rows if len(cells) < width]
    if short and short[-1] == rows[-1][0] and not headed.answers.ends_clean:
        remarks.note("file_cut_short", rows=[short.pop()])
    remarks.note("row_ragged", len(longer), rows=longer)
    remarks.note("row_short", len(short), rows=short)
