"""Questionnaire files as they come, turned into sheets of cells. What a file is, its bytes say, not its name.

Nothing in a file is ever run: formulas give the result saved with them, and text that begins with `=` in a
CSV is text. A file that cannot be read is refused by a rule of `rules.toml`, without quoting it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from etm_workbench.errors import BadInput
from etm_workbench.intake.delimited import read_delimited
from etm_workbench.intake.rulebook import Rulebook
from etm_workbench.intake.sheets import Layout, RawFile, Recogniser, Refused
from etm_workbench.intake.workbooks import read_workbook

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PAGES = (b"<!doctype html", b"<html", b"<table", b"<?xml", b"%pdf", b"{\\rtf")


def read_file(path: Path, *, layout: Layout, recogniser: Recogniser, rulebook: Rulebook) -> RawFile:
    """The sheets of the file at `path`.

    Parameters
    ----------
    path : Path
        A workbook (.xlsx, .xlsm) or delimited text, whatever its name ends with.
    layout : Layout
        What a mapping file says of its form.
    recogniser : Recogniser
        Tells known headers, to choose among separators.
    rulebook : Rulebook
        Limits of size.

    Raises
    ------
    Refused
        The file is damaged, protected, too large, or in a format that is not read.
    BadInput
        There is no such file, or it cannot be opened.
    """
    content = _bytes_of(path, limit=rulebook["file_too_large"].parameters["megabytes"] * 1_000_000)
    digest = hashlib.sha256(content).hexdigest()
    if content.startswith(_OLE):
        raise Refused("file_protected" if _ENCRYPTED in content else "file_format")
    if content.startswith(b"PK"):
        sheets, from_1904 = read_workbook(content, rulebook)
        return RawFile(sheets, digest, from_1904)
    if content.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(_PAGES):
        raise Refused("file_format")
    return RawFile((read_delimited(content, layout, recogniser=recogniser, rulebook=rulebook),), digest)


def _bytes_of(path: Path, limit: int) -> bytes:
    try:
        if path.stat().st_size > limit:
            raise Refused("file_too_large")
        return path.read_bytes()
    except OSError as problem:
        raise BadInput(
            f"The file '{path.name}' cannot be opened: {problem.strerror}.", remedy="Check the path and your rights."
        ) from problem
