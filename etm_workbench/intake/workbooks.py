"""Workbooks (.xlsx, .xlsm) through openpyxl's streaming reader, behind a guard.

The guard looks at the archive before anything is unpacked: how large it would be, and whether it is a
workbook at all. openpyxl fails in many ways on damaged files; each ends as one refusal, without the message,
which may quote the file.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from typing import Any

import openpyxl

from etm_workbench.intake.rulebook import Rulebook
from etm_workbench.intake.sheets import Cell, Refused, Sheet, is_blank
from etm_workbench.intake.worksheet_scan import Scan, scan_worksheet, without_empty_cells

# Above this, writing the sheet without its empty cells is quicker than parsing them.
_MANY_EMPTY_CELLS = 200_000


def read_workbook(content: bytes, rulebook: Rulebook) -> tuple[tuple[Sheet, ...], bool]:
    """The sheets of a workbook, and whether its day numbers count from 1904.

    Raises
    ------
    Refused
        Damaged, too large once unpacked, or another program's format.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        _guard(archive, rulebook)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of features that it leaves out; none are answers
            return _read(content, archive, rulebook)
    except Refused:
        raise
    except Exception:  # noqa: BLE001  see the module's docstring
        raise Refused("file_unreadable") from None


def _guard(archive: zipfile.ZipFile, rulebook: Rulebook) -> None:
    limits = rulebook["file_too_large"].parameters
    parts = archive.infolist()
    names = {part.filename.lower() for part in parts}
    if any(part.flag_bits & 0x1 for part in parts):
        raise Refused("file_protected")
    if "mimetype" in names or "xl/workbook.bin" in names or "word/document.xml" in names:
        raise Refused("file_format")
    strings = sum(part.file_size for part in parts if "sharedstrings" in part.filename.lower())
    if (
        len(parts) > limits["parts"]
        or sum(part.file_size for part in parts) > limits["unpacked_megabytes"] * 1_000_000
        or strings > limits["strings_megabytes"] * 1_000_000
    ):
        raise Refused("file_too_large")
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            with archive.open(part) as stream:
                if b"<!DOCTYPE" in stream.read(4096):
                    raise Refused("file_unreadable")


def _read(content: bytes, archive: zipfile.ZipFile, rulebook: Rulebook) -> tuple[tuple[Sheet, ...], bool]:
    workbook = _load(content)
    try:
        scans = {path: _scan(archive, path) for path in map(_path_of, workbook.worksheets)}
        crowded = {path for path, scan in scans.items() if scan.empty_tags > _MANY_EMPTY_CELLS}
        if crowded:
            workbook.close()
            workbook = _load(_without_empty_cells(archive, crowded))
        sheets = tuple(
            _sheet(worksheet, number, scan=scans[_path_of(worksheet)], rulebook=rulebook)
            for number, worksheet in enumerate(workbook.worksheets, start=1)
        )
        return sheets, workbook.epoch.year == 1904
    finally:
        workbook.close()


def _load(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)


def _path_of(worksheet: Any) -> str:
    # The path of a streamed worksheet has no public name in openpyxl.
    return str(worksheet._worksheet_path)


def _scan(archive: zipfile.ZipFile, path: str) -> Scan:
    with archive.open(path) as stream:
        return scan_worksheet(stream)


def _without_empty_cells(archive: zipfile.ZipFile, crowded: set[str]) -> bytes:
    """The workbook again, the worksheets of these paths without their empty cells."""
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as written:
        for name in archive.namelist():
            with archive.open(name) as stream, written.open(name, "w") as part:
                part.writelines(without_empty_cells(stream) if name in crowded else stream)
    return copy.getvalue()


def _sheet(worksheet: Any, number: int, *, scan: Scan, rulebook: Rulebook) -> Sheet:
    rows = _rows(worksheet, scan, rulebook) if scan.last_answer else []
    return Sheet(
        number=number,
        rows=rows,
        last_row=max(scan.last_row, rows[-1][0] if rows else 0),
        hidden=worksheet.sheet_state != "visible",
        notes=tuple(
            (rule, tuple(sorted(found)))
            for rule, found in (
                ("formula_read", scan.formulas),
                ("formula_without_result", scan.without_result),
                ("rows_hidden", scan.hidden),
            )
            if found
        ),
    )


def _rows(worksheet: Any, scan: Scan, rulebook: Rulebook) -> list[tuple[int, tuple[Cell, ...]]]:
    limits = rulebook["file_too_large"].parameters
    worksheet.reset_dimensions()  # what a file declares of its size is often wrong
    rows: list[tuple[int, tuple[Cell, ...]]] = []
    for number, cells in enumerate(worksheet.iter_rows(values_only=True, max_row=scan.last_answer), start=1):
        filled = len(cells)
        while filled and is_blank(cells[filled - 1]):
            filled -= 1
        if not filled:
            continue
        rows.append((number, tuple(cells[:filled])))
        if filled > limits["columns"] or len(rows) > limits["rows"]:
            raise Refused("file_too_large")
    return rows
