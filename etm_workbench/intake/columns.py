"""Which column of a file is which variable: by the codebook's labels and known headers, in either language."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from difflib import get_close_matches

from etm_workbench.codebook import Codebook
from etm_workbench.intake.findings import Remarks
from etm_workbench.intake.mapping import Mapping
from etm_workbench.intake.plain_text import header_form
from etm_workbench.intake.sheets import Cell, Sheet, is_blank

_BETWEEN_LANGUAGES = re.compile(r"\s*[/|\n]\s*")
# Longest header worth comparing; beyond it a cell is an answer.
_LONGEST = 300


class Headers:
    """Known headers: names, labels and earlier headers of a codebook's variables, alone or in both languages."""

    def __init__(self, codebook: Codebook) -> None:
        self._known: dict[str, str] = {}
        # What we work out from answers is in nobody's file: a column of that name is somebody else's.
        for variable in (v for v in codebook.variables.values() if v.section != "constructed"):
            en, fr = header_form(variable.en), header_form(variable.fr)
            for header in (variable.name, *variable.headers, en, fr, f"{en} {fr}", f"{fr} {en}"):
                self._known[header_form(header)] = variable.name

    def variable_of(self, cell: Cell) -> str | None:
        """The variable that a header cell names, or None."""
        if not isinstance(cell, str) or is_blank(cell) or len(cell) > _LONGEST:
            return None
        if known := self._known.get(header_form(cell)):
            return known
        named = {self._known.get(header_form(part)) for part in _BETWEEN_LANGUAGES.split(cell.strip())}
        return named.pop() if len(named) == 1 else None

    def nearest(self, cell: Cell) -> str:
        """The variable whose header is closest to an unknown one, or empty."""
        if not isinstance(cell, str) or len(cell) > _LONGEST:
            return ""
        close = get_close_matches(header_form(cell), self._known, n=1, cutoff=0.8)
        return self._known[close[0]] if close else ""


class Recognition:
    """Recognises header cells under a mapping: columns it names or leaves out are known too."""

    def __init__(self, headers: Headers, mapping: Mapping) -> None:
        self.headers = headers
        self.ignored = {header_form(header) for header in mapping.ignore}
        self.sources = {header_form(h) for made in mapping.derivations.values() for h in made.headers}

    def __call__(self, cell: Cell) -> str | None:
        """The variable, or `mapped` or `ignored` for a header that the mapping names; None when unknown."""
        form = header_form(cell) if isinstance(cell, str) and len(cell) <= _LONGEST else ""
        if form and form in self.ignored:
            return "ignored"
        if form and form in self.sources:
            return "mapped"
        return self.headers.variable_of(cell)


@dataclass(frozen=True, slots=True)
class Columns:
    """Positions (from 0) of a sheet's columns.

    `of_variable`: columns read as they are. `of_source`: columns that the mapping draws on, by header form.
    `ignored`, `unknown`, `blank`: the others. `width`: how many there are.
    """

    of_variable: MappingOf[str, int]
    of_source: MappingOf[str, int]
    ignored: tuple[int, ...]
    unknown: tuple[int, ...]
    blank: tuple[int, ...]
    width: int


def place_columns(
    header: tuple[Cell, ...], answers: Sheet, *, recognition: Recognition, mapping: Mapping, remarks: Remarks
) -> Columns:
    """What each column of a sheet is; unknown, repeated and missing ones are written down.

    Parameters
    ----------
    header : tuple
        Cells of the header row.
    answers : Sheet
        The rows below it.
    """
    width = max([len(header), *(len(cells) for _, cells in answers.rows)])
    found: dict[str, list[int]] = defaultdict(list)
    sources: dict[str, list[int]] = defaultdict(list)
    ignored, unknown, blank = [], [], []
    made = mapping.derivations
    for position in range(width):
        cell = header[position] if position < len(header) else None
        known = recognition(cell)
        if known == "ignored" or known in made:
            ignored.append(position)
        elif known == "mapped":
            sources[header_form(cell)].append(position)
        elif known:
            found[known].append(position)
        elif is_blank(cell) and not _has_answers(answers, position):
            blank.append(position)
        else:
            unknown.append(position)
    _note_doubles(found, sources, remarks)
    remarks.note("column_ignored", len(ignored), letters=tuple(map(letter_of, ignored)))
    _note_unknown(unknown, header, recognition.headers, remarks)
    return Columns(
        {name: places[0] for name, places in found.items()},
        {name: places[0] for name, places in sources.items()},
        tuple(ignored),
        tuple(unknown),
        tuple(blank),
        width,
    )


def letter_of(position: int) -> str:
    """The letter of a column as spreadsheets show it.

    Examples
    --------
    >>> letter_of(0), letter_of(27)
    ('A', 'AB')
    """
    letters, left = "", position + 1
    while left:
        left, digit = divmod(left - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def _has_answers(answers: Sheet, position: int) -> bool:
    return any(position < len(cells) and not is_blank(cells[position]) for _, cells in answers.rows)


def _note_doubles(found: MappingOf[str, list[int]], sources: MappingOf[str, list[int]], remarks: Remarks) -> None:
    for variable, places in found.items():
        if len(places) > 1:
            remarks.note("column_twice", len(places), variables=(variable,), letters=tuple(map(letter_of, places)))
    for places in sources.values():
        if len(places) > 1:
            remarks.note("column_twice", len(places), letters=tuple(map(letter_of, places)))


def _note_unknown(unknown: list[int], header: tuple[Cell, ...], headers: Headers, remarks: Remarks) -> None:
    strange = []
    for position in unknown:
        close = headers.nearest(header[position]) if position < len(header) else ""
        if close:
            remarks.note("column_unknown", letters=(letter_of(position),), nearest=close)
        else:
            strange.append(letter_of(position))
    remarks.note("column_unknown", len(strange), letters=tuple(strange))
