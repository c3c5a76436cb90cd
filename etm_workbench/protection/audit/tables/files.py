"""Published text files as they come: with or without a byte order mark, any separator, UTF-8 or older."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from etm_workbench.errors import BadInput

OLDER_ENCODING = "cp1252"
SEPARATORS = ",;\t|"
OPENING = 40  # lines among which a heading that was not found is looked for


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A file's cells.

    Parameters
    ----------
    columns : tuple of str
        Headings, without surrounding spaces.
    rows : list of dict
        Column to text, one a row.
    lines : list of int
        Each row's line in the file.
    opening : tuple of str
        The file's first lines as they are.
    """

    columns: tuple[str, ...]
    rows: list[dict[str, str]]
    lines: list[int]
    opening: tuple[str, ...] = ()

    def lines_above(self, headings: Collection[str]) -> int | None:
        """How many lines stand above the one that has all these headings; None where no early line has them."""
        return next((at for at, line in enumerate(self.opening) if all(name in line for name in headings)), None)


def read_cells(path: Path, *, encoding: str | None = None, separator: str | None = None, skip_rows: int = 0) -> Sheet:
    """The cells of a text file.

    Parameters
    ----------
    path : Path
    encoding : str, optional
        UTF-8 by default, Windows-1252 where that does not fit.
    separator : str, optional
        By default the one that is commonest in the heading.
    skip_rows : int
        Lines above the heading.

    Raises
    ------
    BadInput
        The file is not there, is empty, or is not in that encoding.
    """
    text = _text(path, encoding)
    whole = text.splitlines(keepends=True)
    lines = whole[skip_rows:]
    if not lines:
        raise BadInput(f"The file '{path.name}' has no heading.", expected="A heading, then one row a cell.")
    mark = separator or max(SEPARATORS, key=lines[0].count)
    reader = csv.reader(io.StringIO("".join(lines), newline=""), delimiter=mark)
    columns = tuple(heading.strip() for heading in next(reader))
    rows, places = [], []
    for cells in reader:
        if any(cell.strip() for cell in cells):
            rows.append(dict(zip(columns, [*cells, *[""] * (len(columns) - len(cells))], strict=False)))
            places.append(reader.line_num + skip_rows)
    return Sheet(columns, rows, places, tuple(whole[:OPENING]))


def _text(path: Path, encoding: str | None) -> str:
    try:
        raw = path.read_bytes()
    except OSError as problem:
        raise BadInput(f"The file '{path}' cannot be read: {problem.strerror}.") from problem
    for attempt in (encoding,) if encoding else ("utf-8-sig", OLDER_ENCODING):
        try:
            return raw.decode(attempt)
        except (UnicodeDecodeError, LookupError):
            continue
    raise BadInput(
        f"The file '{path.name}' cannot be read as {encoding or 'UTF-8 or Windows-1252'}.",
        remedy='Say its encoding in the spec, for example encoding = "latin-1".',
    )
