"""Sentences with numbers bound to protected cells.

A slot names a cell and may say how to write it: `{ready}`, `{ready:share0}`, or with the noun that
follows it in the singular and plural, `{ready:count|executive|executives}`. When a cell of a sentence is
withheld the sentence is replaced, never shown with a hole: a hole next to its neighbours can be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import cast

from etm_workbench.codebook.bilingual import LANGUAGES, Bilingual, Language
from etm_workbench.errors import BadDefinition, nearest
from etm_workbench.presentation import words
from etm_workbench.presentation.locale import (
    FORMATS,
    NO_BREAK,
    Format,
    default_format,
    number,
    plural,
    rounded,
    typography,
)
from etm_workbench.presentation.tabledata import CellRef

_BARE_PERCENT = re.compile(r"\d[\d.,\s\u00a0\u202f]*%")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a sentence: plain words, or a number with the cell it comes from."""

    text: str
    ref: CellRef | None = None


def check_slots(text: Bilingual, cells: Mapping[str, CellRef]) -> None:
    """Refuse a sentence whose slots and cells do not agree in both languages.

    Raises
    ------
    BadDefinition
        A slot has no cell or a format that does not exist, a cell is not used in one of the languages,
        or a percentage is typed into the words.
    """
    for language in LANGUAGES:
        used = set()
        for literal, slot, spec in _parse(text.in_language(language)):
            if _BARE_PERCENT.search(literal):
                raise BadDefinition(
                    f"A sentence holds a percentage as text: '{literal.strip()[:60]}'.",
                    expected="Numbers in sentences are bound to protected cells.",
                    remedy="Write a slot such as {ready:share0} and pass its cell.",
                )
            if slot is None:
                continue
            used.add(slot)
            if slot not in cells:
                raise BadDefinition(f"A sentence has the slot '{slot}' without a cell.", remedy=nearest(slot, cells))
            _check_format(spec)
        if unused := sorted(set(cells) - used):
            raise BadDefinition(
                f"The cell '{unused[0]}' is not used in the {words.LANGUAGE_NAMES[language].en} sentence.",
                expected="Both languages hold the same numbers.",
                remedy="Add the slot, or leave the cell out.",
            )


def fill(text: Bilingual, cells: Mapping[str, CellRef], language: Language) -> tuple[Piece, ...]:
    """The sentence in pieces, numbers written in the language; every cell must be shown."""
    pieces: list[Piece] = []
    for literal, slot, spec in _parse(text.in_language(language)):
        if literal:
            pieces.append(Piece(typography(literal, language)))
        if slot is not None:
            ref = cells[slot]
            pieces.append(Piece(_written(ref, spec, language), ref))
    return tuple(pieces)


def sentence(
    text: Bilingual, cells: Mapping[str, CellRef], language: Language, *, withheld: Bilingual | None = None
) -> tuple[Piece, ...]:
    """The sentence in pieces, or what is said in its place when one of its cells is withheld.

    Parameters
    ----------
    text : Bilingual
        With slots.
    cells : mapping of str to CellRef
        A cell for each slot.
    language : {"en", "fr"}
        Which of the two.
    withheld : Bilingual, optional
        Without slots; an honest default when not given.
    """
    if all(ref.value is not None for ref in cells.values()):
        return fill(text, cells, language)
    return (Piece(typography((withheld or words.WITHHELD_SENTENCE).in_language(language), language)),)


def _parse(text: str) -> Iterator[tuple[str, str | None, str]]:
    try:
        for literal, slot, spec, _ in Formatter().parse(text):
            yield literal, slot, spec or ""
    except ValueError as problem:
        raise BadDefinition(
            f"A sentence has an unfinished slot: '{text[:60]}'.",
            remedy="Close each '{' with '}'; write '{{' for a brace.",
        ) from problem


def _check_format(spec: str) -> None:
    form, *nouns = spec.split("|")
    if form and form not in FORMATS:
        raise BadDefinition(f"There is no number format '{form}'.", remedy=nearest(form, FORMATS))
    if len(nouns) not in (0, 2):
        raise BadDefinition(
            f"The slot format '{spec}' has {len(nouns)} nouns.", expected="A singular and a plural.",
            remedy="Write {n:count|executive|executives}.",
        )  # fmt: skip


def _written(ref: CellRef, spec: str, language: Language) -> str:
    form, *nouns = spec.split("|")
    value = cast("float", ref.value)
    chosen = cast("Format", form) if form else default_format(ref.kind, ref.figure)
    text = number(value, chosen, language)
    if not nouns:
        return text
    one, many = nouns
    return f"{text}{NO_BREAK}{plural(rounded(abs(value), chosen), one, many, language)}"
