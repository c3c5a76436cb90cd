"""Published tables as entries: each row's group in codes, and its number, its hidden mark, or neither."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from etm_workbench.errors import BadDefinition, nearest
from etm_workbench.protection.audit.tables.files import Sheet, read_cells
from etm_workbench.protection.audit.tables.labels import TOTAL, Note, Reader, keep_apart, looks_like_total, readers
from etm_workbench.protection.audit.tables.spec import Hidden, Spec, TableSpec, first_twenty

Group = tuple[tuple[str, str], ...]
"""A group of people: dimension and code, sorted; dimensions over which it is everybody are left out."""

_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One published cell.

    Parameters
    ----------
    line : int
        In the file.
    group : Group
    labels : dict of str to str
        Dimension to label, as published.
    value : float or None
        The number; None where there is a mark.
    hidden : Hidden or None
        What its mark means; None for a number, and for a number that is not available.
    is_margin : bool
        Whether it is everybody's, or several categories', over some dimension of its table.
    """

    line: int
    group: Group
    labels: Mapping[str, str]
    value: float | None
    hidden: Hidden | None
    is_margin: bool


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """One published table."""

    name: str
    spec: TableSpec
    entries: tuple[Entry, ...]


def group_of(codes: Mapping[str, str | None]) -> Group:
    """The group with these codes, without the dimensions over which it is everybody."""
    return tuple(sorted((name, code) for name, code in codes.items() if code))


def read_tables(spec: Spec, folder: Path, files: Sequence[Path]) -> tuple[list[Table], dict[str, Reader], list[Note]]:
    """The tables in these files, the readers of their labels, and notes on what had to be assumed.

    Parameters
    ----------
    spec : Spec
    folder : Path
        Where the spec lies; its files of names are beside it.
    files : sequence of Path
        Published files; the spec names each by its file name.

    Raises
    ------
    BadDefinition
        A file is not in the spec, a column is not in its file, a value is neither a number nor a mark,
        or two rows are the same group with different values. All problems of all files at once.
    """
    sheets = [found for path in files for found in _sheets(spec, path)]
    _check_columns(sheets)
    by_dimension = readers(spec, folder)
    notes = _side_by_side(sheets, by_dimension)
    tables, problems = [], []
    for table, sheet, captured in sheets:
        entries, wrong = _entries(spec, table, sheet, captured, by_dimension)
        problems += wrong
        tables.append(Table(table.name or _name(table, captured), table, tuple(entries)))
    if problems:
        raise BadDefinition(
            f"The files do not fit the spec. {first_twenty(problems)}",
            remedy="Mend the spec: add marks to hidden or not_available, labels to ignore, or the missing dimension.",
        )
    notes += [Note("unlisted", reader.name, len(reader.unknown)) for reader in by_dimension.values() if reader.unknown]
    for name, reader in by_dimension.items():
        if spec.dimension(name).sum and (everybody := looks_like_total(reader)):
            notes.append(Note("looks_like_total", name, len(everybody), everybody[0]))
    return tables, by_dimension, notes


Read = tuple[TableSpec, Sheet, dict[str, str]]


def _sheets(spec: Spec, path: Path) -> Iterator[Read]:
    found = False
    for table in spec.tables:
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(table.file))
        if match := re.fullmatch(pattern, path.name, re.IGNORECASE):
            found = True
            sheet = read_cells(path, encoding=table.encoding, separator=table.separator, skip_rows=table.skip_rows)
            yield table, sheet, match.groupdict()
    if not found:
        names = [table.file for table in spec.tables]
        raise BadDefinition(f"The spec has no table for the file '{path.name}'. {nearest(path.name, names)}")


def _name(table: TableSpec, captured: Mapping[str, str]) -> str:
    return table.file.format_map(captured) if captured else table.file


def _check_columns(sheets: Sequence[Read]) -> None:
    wrong = []
    for table, sheet, _ in sheets:
        numbers = table.wide.columns if table.wide else (table.value,)
        wanted = [column for column in (*table.dimensions.values(), *numbers) if column is not None]
        absent = [column for column in wanted if column not in sheet.columns]
        above = sheet.lines_above(wanted) if absent else None
        if above is not None and above != table.skip_rows:
            wrong.append(f"'{table.file}' has its heading in line {above + 1}: write skip_rows = {above}.")
        else:
            wrong += [f"'{table.file}' has no column '{column}'. {nearest(column, sheet.columns)}" for column in absent]
    if wrong:
        raise BadDefinition(f"The spec names unknown columns. {first_twenty(wrong)}")


def _side_by_side(sheets: Sequence[Read], by_dimension: Mapping[str, Reader]) -> list[Note]:
    """Names that a file of names would merge although a table shows both at one place are kept apart."""
    notes = []
    for name, reader in by_dimension.items():
        places: dict[tuple[object, ...], list[str]] = defaultdict(list)
        for table, sheet, captured in sheets:
            column = table.dimensions.get(name)
            if column is None or not reader.variants:
                continue
            others = [other for dimension, other in table.dimensions.items() if dimension != name]
            for row in sheet.rows:
                places[id(sheet), *captured.items(), *(row[other] for other in others)].append(row[column])
        if apart := keep_apart(reader, places.values()):
            notes.append(Note("side_by_side", name, len(apart)))
    return notes


def _entries(
    spec: Spec, table: TableSpec, sheet: Sheet, captured: Mapping[str, str], by_dimension: Mapping[str, Reader]
) -> tuple[list[Entry], list[str]]:
    entries: list[Entry] = []
    strange: dict[str, list[int]] = defaultdict(list)
    meaning = _meaning(spec, table)
    for line, labels, text in _cells(table, sheet, captured):
        codes = {name: by_dimension[name].code(label) for name, label in labels.items()}
        if None in codes.values():
            continue
        hidden, value = meaning.get(text.strip().casefold()), None
        if hidden is None and text.strip().casefold() not in meaning:
            value = _number(text)
            if value is None:
                strange[text.strip()].append(line)
        group = group_of(codes)
        is_margin = any(code == TOTAL or code in by_dimension[name].parts for name, code in codes.items())
        entries.append(Entry(line, group, labels, value, hidden, is_margin))
    problems = [
        f"'{table.file}': {len(lines)} values are neither numbers nor marks, such as '{text}' in line {lines[0]}."
        for text, lines in strange.items()
    ]
    problems += _unfit(spec, table, entries)
    return _once(table, entries, problems), problems


def _unfit(spec: Spec, table: TableSpec, entries: Sequence[Entry]) -> list[str]:
    """Numbers that the spec says cannot be."""
    shown = [(entry.line, entry.value) for entry in entries if entry.value is not None]
    broken = [line for line, value in shown if spec.whole_numbers and value != round(value)]
    below = [line for line, value in shown if not spec.negative and value < 0]
    problems = []
    if broken:
        problems.append(
            f"'{table.file}': {len(broken)} values are no whole numbers, first in line {broken[0]}; "
            "if they are amounts, write whole_numbers = false."
        )
    if below:
        problems.append(
            f"'{table.file}': {len(below)} values are below zero, first in line {below[0]}; if they can be, "
            "write negative = true."
        )
    return problems


def _cells(table: TableSpec, sheet: Sheet, captured: Mapping[str, str]) -> Iterator[tuple[int, dict[str, str], str]]:
    """Line, labels and text of each published cell; a wide row has several."""
    for line, row in zip(sheet.lines, sheet.rows, strict=True):
        labels = {**table.fixed, **captured, **{name: row[column] for name, column in table.dimensions.items()}}
        if table.wide is None:
            yield line, labels, row[str(table.value)]
        else:
            for column in table.wide.columns:
                yield line, {**labels, table.wide.dimension: column}, row[column]


def _meaning(spec: Spec, table: TableSpec) -> dict[str, Hidden | None]:
    """What each mark means; None for a number that is not available."""
    absent = spec.not_available if table.not_available is None else table.not_available
    hidden = spec.hidden if table.hidden is None else table.hidden
    return {
        **{mark.strip().casefold(): None for mark in absent},
        **{mark.strip().casefold(): rule for rule in hidden for mark in rule.marks},
    }


def _number(text: str) -> float | None:
    """A number with or without separators of thousands, with a decimal point or comma."""
    bare = re.sub(r"[\s\u00a0\u202f]", "", text)
    if _GROUPED.fullmatch(bare):
        bare = bare.replace(",", "")
    elif _DECIMAL_COMMA.fullmatch(bare):
        bare = bare.replace(",", ".")
    try:
        value = float(bare)
    except ValueError:
        return None
    return value if isfinite(value) else None


def _once(table: TableSpec, entries: list[Entry], problems: list[str]) -> list[Entry]:
    """Each group once; the same group twice with different content is a problem."""
    first: dict[Group, Entry] = {}
    repeated = []
    for entry in entries:
        known = first.setdefault(entry.group, entry)
        if (known.value, known.hidden) != (entry.value, entry.hidden):
            repeated.append(entry.line)
    if repeated:
        problems.append(
            f"'{table.file}': {len(repeated)} rows give a group another value than a row above, first in line "
            f"{repeated[0]}; a column that tells them apart may be missing from its dimensions."
        )
    return list(first.values())
