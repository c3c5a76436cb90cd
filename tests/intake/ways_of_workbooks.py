"""Ways of spoiling a workbook: its archive, its XML, its sheets."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import xlsxwriter
from openpyxl.utils.datetime import CALENDAR_MAC_1904

Rng = np.random.Generator


def _rewrite(path: Path, change: Callable[[str, bytes], bytes | None]) -> None:
    """Parts of an archive changed one by one; None leaves a part out."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            if (kept := change(name, content)) is not None:
                archive.writestr(name, kept)


def _openpyxl(change: Callable[[Any, Rng], None]) -> Callable[[Path, Rng], None]:
    def way(path: Path, rng: Rng) -> None:
        workbook = openpyxl.load_workbook(path)
        change(workbook, rng)
        workbook.save(path)

    return way


def _truncate(path: Path, rng: Rng) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: int(rng.integers(0, len(content)))])


def _flip_bytes(path: Path, rng: Rng) -> None:
    content = bytearray(path.read_bytes())
    for at in rng.integers(0, len(content), size=int(rng.integers(1, 40))):
        content[int(at)] ^= int(rng.integers(1, 256))
    path.write_bytes(bytes(content))


def _drop_part(path: Path, rng: Rng) -> None:
    with zipfile.ZipFile(path) as archive:
        victim = archive.namelist()[int(rng.integers(len(archive.namelist())))]
    _rewrite(path, lambda name, content: None if name == victim else content)


def _damage_xml(path: Path, rng: Rng) -> None:
    def change(name: str, content: bytes) -> bytes:
        if not name.endswith(".xml") or rng.random() < 0.6:
            return content
        at = int(rng.integers(len(content)))
        return content[:at] + b"<" + content[at + int(rng.integers(20)) :]

    _rewrite(path, change)


def _replace_in_sheet(*pairs: tuple[bytes, bytes]) -> Callable[[Path, Rng], None]:
    def way(path: Path, rng: Rng) -> None:
        old, new = pairs[int(rng.integers(len(pairs)))]
        _rewrite(path, lambda name, c: c.replace(old, new) if "sheet1.xml" in name else c)

    return way


def _entities(path: Path, rng: Rng) -> None:
    declared = b'?><!DOCTYPE x [<!ENTITY a "ZQX"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    _rewrite(path, lambda name, c: c.replace(b"?>", declared, 1) if name.endswith((".xml", ".rels")) else c)


def _bomb(path: Path, rng: Rng) -> None:
    """An archive that says it unpacks to more than a file may; a reader must not try."""
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/media/zqx.bin", bytes(10))
        archive.filelist[-1].file_size = 3_000_000_000


def _formatted_blank_rows(path: Path, rng: Rng) -> None:
    """100,000 rows formatted and empty below the answers, as a fill dragged to the bottom leaves."""
    workbook = openpyxl.load_workbook(path)
    cells = [[cell.value for cell in row] for row in workbook.active.iter_rows()]
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as written:
        sheet, filled = written.add_worksheet(), written.add_format({"bg_color": "yellow"})
        for at, row in enumerate(cells):
            for column, cell in enumerate(row):
                sheet.write(at, column, cell if isinstance(cell, (str, int, float)) else None)
        for at in range(len(cells), len(cells) + 100_000):
            sheet.set_row(at, None, filled)
            sheet.write_blank(at, 0, None, filled)


def _merge(workbook: Any, rng: Rng) -> None:
    sheet = workbook.active
    for _ in range(3):
        row, column = int(rng.integers(1, sheet.max_row + 1)), int(rng.integers(1, sheet.max_column + 1))
        sheet.merge_cells(start_row=row, end_row=row + 2, start_column=column, end_column=column + 1)


def _another_sheet(workbook: Any, rng: Rng) -> None:
    copied = workbook.copy_worksheet(workbook.active)
    copied.sheet_state = str(rng.choice(["visible", "hidden", "veryHidden"]))


def _formulas(workbook: Any, rng: Rng) -> None:
    for _ in range(5):
        row = int(rng.integers(1, workbook.active.max_row + 1))
        column = int(rng.integers(1, workbook.active.max_column + 1))
        workbook.active.cell(row, column).value = str(rng.choice(["=A1", '="ZQX"', "=NOW()", "=1/0", "=[1]x!A1"]))


def _far_cell(workbook: Any, rng: Rng) -> None:
    workbook.active.cell(int(rng.choice([1, 5, 1_048_576])), int(rng.choice([1, 900, 16_384]))).value = "ZQX"


def _hide_rows(workbook: Any, rng: Rng) -> None:
    for row in range(1, workbook.active.max_row + 1, 2):
        workbook.active.row_dimensions[row].hidden = True


def _other_day_zero(workbook: Any, rng: Rng) -> None:
    workbook.epoch = CALENDAR_MAC_1904


def _no_answers_sheet(workbook: Any, rng: Rng) -> None:
    workbook.create_sheet("ZQX")
    del workbook[workbook.sheetnames[0]]


BOOK_WAYS: tuple[tuple[str, Callable[[Path, Rng], None]], ...] = (
    ("truncated archive", _truncate),
    ("flipped bytes", _flip_bytes),
    ("missing part", _drop_part),
    ("damaged XML", _damage_xml),
    ("wrong row numbers", _replace_in_sheet((b'r="3"', b'r="99999999999"'), (b'r="3"', b'r="-1"'), (b'r="3"', b""))),
    ("wrong cell places", _replace_in_sheet((b'r="A3"', b'r="ZZZZZ3"'), (b'r="B2"', b'r="2B"'), (b'r="B2"', b'r=""'))),
    ("wrong string numbers", _replace_in_sheet((b"<v>1</v>", b"<v>99999</v>"), (b"<v>1</v>", b"<v>x</v>"))),
    ("wrong cell kinds", _replace_in_sheet((b't="s"', b't="d"'), (b't="s"', b't="b"'), (b't="s"', b't="zqx"'))),
    ("days beyond reckoning", _replace_in_sheet((b"<v>45", b"<v>9945"), (b"<v>45", b"<v>-45"), (b"<v>45", b"<v>1e45"))),
    ("entities", _entities),
    ("unpacks beyond the limit", _bomb),
    ("100,000 formatted blank rows", _formatted_blank_rows),
    ("merged cells", _openpyxl(_merge)),
    ("second sheet", _openpyxl(_another_sheet)),
    ("formulas", _openpyxl(_formulas)),
    ("cell far away", _openpyxl(_far_cell)),
    ("hidden rows", _openpyxl(_hide_rows)),
    ("days from 1904", _openpyxl(_other_day_zero)),
    ("no sheet of answers", _openpyxl(_no_answers_sheet)),
)
