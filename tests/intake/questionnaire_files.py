"""Small fictional questionnaire files, as a delegate's export would hold them."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from etm_workbench.codebook import load_codebook

CODEBOOK = load_codebook("2025-26")
ORGANIZATION = "128"
RECEIVED = datetime(2025, 6, 30, 12, 0, tzinfo=UTC)

COLUMNS = (
    "person_id",
    "organization",
    "level",
    "acting_level",
    "position_bilingual",
    "sle_reading",
    "sle_reading_expires_on",
    "sle_writing",
    "sle_writing_expires_on",
    "sle_oral",
    "sle_oral_expires_on",
    "mobility",
    "learning_needs",
    "executive_completed_on",
    "placement",
    "readiness",
    "sle_override_reason",
    "performance_rating",
    "manager_completed_on",
    "feedback_given_on",
    "manager_comments",
)


def person(number: int = 1, **answers: Any) -> dict[str, Any]:
    """One fictional executive's answers, valid under every rule."""
    base = {
        "person_id": f"T-{number:05d}",
        "organization": "Employment and Social Development Canada",
        "level": "EX-01",
        "acting_level": None,
        "position_bilingual": "Yes",
        "sle_reading": "C",
        "sle_reading_expires_on": date(2027, 3, 31),
        "sle_writing": "B",
        "sle_writing_expires_on": date(2027, 3, 31),
        "sle_oral": "C",
        "sle_oral_expires_on": date(2027, 3, 31),
        "mobility": "Another organization; Another region",
        "learning_needs": "Mentorship",
        "executive_completed_on": date(2025, 5, 1),
        "placement": "Well-Placed in Role",
        "readiness": "Ready in 1–2 years",
        "sle_override_reason": None,
        "performance_rating": 4,
        "manager_completed_on": date(2025, 5, 20),
        "feedback_given_on": date(2025, 6, 20),
        "manager_comments": None,
    }
    return base | answers


def people(count: int = 3) -> list[dict[str, Any]]:
    """So many different people."""
    return [person(number) for number in range(1, count + 1)]


def headers(language: str = "both", columns: tuple[str, ...] = COLUMNS) -> list[str]:
    """Header cells in `en`, `fr` or `both` languages."""
    labels = [CODEBOOK.variables[name] for name in columns]
    if language == "both":
        return [f"{v.en} / {v.fr}" for v in labels]
    return [getattr(v, language) for v in labels]


def grid(rows: list[dict[str, Any]], language: str = "both", columns: tuple[str, ...] = COLUMNS) -> list[list[Any]]:
    """Header row and rows of answers."""
    return [list(headers(language, columns)), *([row.get(name) for name in columns] for row in rows)]


def write_xlsx(path: Path, *sheets: list[list[Any]], hidden: tuple[int, ...] = ()) -> Path:
    """A workbook with one sheet a grid; dates as date cells."""
    with xlsxwriter.Workbook(path) as workbook:
        as_date = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for place, cells in enumerate(sheets):
            sheet = workbook.add_worksheet()
            if place in hidden:
                sheet.hide()
            for at, row in enumerate(cells):
                for column, cell in enumerate(row):
                    if isinstance(cell, (date, datetime)):
                        sheet.write_datetime(at, column, cell, as_date)
                    elif isinstance(cell, str):
                        sheet.write_string(at, column, cell)
                    elif cell is not None:
                        sheet.write(at, column, cell)
    return path


def write_csv(path: Path, cells: list[list[Any]], *, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    """Delimited text; dates as ISO."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows(cells)
    path.write_bytes(stream.getvalue().encode(encoding))
    return path
