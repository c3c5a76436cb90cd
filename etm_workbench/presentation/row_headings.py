"""Row headings of a PDF's tables, tagged as headings.

Typst can tag them itself, but only behind a feature that its Python wheel has no switch for
(`pdf.header-cell`, `a11y-extras`); without it they are cells like any other, and somebody who listens to a
table hears a number's column but not its row. So they are tagged in the finished file: each becomes a
heading with the scope of its row, and each number of the row is told of it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pikepdf

_GROUPS = frozenset({"/TBody", "/TFoot"})


def tag_row_headings(file: bytes, widths: Sequence[int]) -> bytes:
    """The same PDF with `TH` for every row heading.

    Parameters
    ----------
    file : bytes
        A tagged PDF, as Typst writes it: column headings have identifiers, and cells name theirs.
    widths : sequence of int
        How many columns of numbers each table has, in their order in the file. What stands before them in a row
        is its heading, or several; one that covers several rows stands in the first of them.

    Returns
    -------
    bytes
        The same file and widths give the same bytes.
    """
    with _readable(file) as source, pikepdf.open(source) as pdf:
        tables = list(_tables(pdf.Root.StructTreeRoot))
        headings: dict[str, Any] = {}
        for place, (table, width) in enumerate(zip(tables, widths, strict=True), start=1):
            _tag_table(table, width, headings, f"row-{place}")
        if headings:
            _name(pdf.Root.StructTreeRoot, headings)
        stream = BytesIO()
        pdf.save(stream, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return stream.getvalue()


@contextmanager
def _readable(file: bytes) -> Iterator[str | BytesIO]:
    """What the PDF library reads soonest: where the system has files in memory, no read is a call to Python."""
    if not hasattr(os, "memfd_create"):
        yield BytesIO(file)
        return
    with os.fdopen(os.memfd_create("report"), "wb", buffering=0) as held:
        held.write(file)
        yield f"/proc/self/fd/{held.fileno()}"


def _name(root: Any, headings: Mapping[str, Any]) -> None:
    """Make headings known by their names; the tree of names is written anew, since adding to it one by one is slow."""
    known = {**{str(name): element for name, element in pikepdf.NameTree(root.IDTree).items()}, **headings}
    pairs = [part for name in sorted(known) for part in (pikepdf.String(name), known[name])]
    root.IDTree = pikepdf.Dictionary(Names=pikepdf.Array(pairs))


def _tag_table(table: Any, width: int, headings: dict[str, Any], stem: str) -> None:
    covering: list[tuple[int, pikepdf.String]] = []  # rows still to come, and the heading that covers them
    for number, row in enumerate(_rows(table)):
        cells = _children(row)
        covering = [(left - 1, name) for left, name in covering if left > 1]
        above = [name for _, name in covering]
        first = max(0, len(cells) - width)  # a line that names a group of rows holds no numbers
        for place, cell in enumerate(cells[:first]):
            name = f"{stem}-{number}-{place}"
            heading = pikepdf.String(name)
            above.append(heading)
            covering.append((int(_of_table(cell).get("/RowSpan", 1)), heading))
            _head(cell, heading)
            headings[name] = cell
        for cell in cells[first:]:
            _add_headers(cell, above)


def _head(cell: Any, name: pikepdf.String) -> None:
    attributes = _of_table(cell)
    if "/Headers" in attributes:  # a column's own heading says what a row heading is; numbers need it, headings do not
        del attributes["/Headers"]
    attributes["/Scope"] = pikepdf.Name("/Row")
    cell.S, cell.ID = pikepdf.Name("/TH"), name


def _add_headers(cell: Any, names: Sequence[pikepdf.String]) -> None:
    if cell.S != "/TD":
        return
    attributes = _of_table(cell)
    known = attributes.get("/Headers")
    if known is None:
        attributes["/Headers"] = pikepdf.Array(names)
    else:
        known.extend(names)


def _of_table(cell: Any) -> Any:
    """The cell's attributes as part of a table, made when it has none."""
    given = cell.get("/A")
    entries = given.as_list() if isinstance(given, pikepdf.Array) else [] if given is None else [given]
    for entry in entries:
        if entry.O == "/Table":
            return entry
    made = pikepdf.Dictionary(O=pikepdf.Name("/Table"))
    cell.A = pikepdf.Array([*entries, made])
    return cell.A[-1]


def _rows(table: Any) -> Iterator[Any]:
    for part in _children(table):
        if str(part.S) in _GROUPS:
            yield from (row for row in _children(part) if row.S == "/TR")


def _tables(node: Any) -> Iterator[Any]:
    for child in _children(node):
        if child.S == "/Table":
            yield child
        else:
            yield from _tables(child)


def _children(node: Any) -> list[Any]:
    found = node.get("/K", [])
    found = found.as_list() if isinstance(found, pikepdf.Array) else [found]
    return [child for child in found if isinstance(child, pikepdf.Dictionary) and "/S" in child]
