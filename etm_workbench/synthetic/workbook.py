"""Excel workbooks of the fictional service, the same bytes each time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

# Workbooks carry the day they were made; a fixed one keeps them identical.
_MADE_ON = datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def write_workbook(
    path: Path, above: Sequence[Sequence[str]], *, headings: Sequence[str], columns: Sequence[Any]
) -> None:
    """Write one sheet: rows of text above, a row of headings, then the columns.

    Dates become real Excel dates. Numbers stay numbers, text stays text (an account number never becomes
    a number). Blank cells are not written.
    """
    options = {"in_memory": True}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": _MADE_ON, "title": above[0][0] if above else ""})
        sheet = book.add_worksheet("Export")
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for row, texts in enumerate(above):
            for column, text in enumerate(texts):
                if text:
                    sheet.write_string(row, column, text, bold)
        first = len(above)
        sheet.write_row(first, 0, headings, bold)
        sheet.freeze_panes(first + 1, 0)
        sheet.set_column(0, len(headings) - 1, 18)
        for row, cells in enumerate(zip(*columns, strict=True), start=first + 1):
            for place, cell in enumerate(cells):
                if isinstance(cell, str):
                    sheet.write_string(row, place, cell)
                elif isinstance(cell, date):
                    sheet.write_datetime(row, place, cell, day)
                elif cell is not None:
                    sheet.write_number(row, place, cell)
