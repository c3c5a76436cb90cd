"""Sentences with numbers bound to protected cells.

A slot names a cell and may say how to write it: `{ready}`, `{ready:share0}`, or with the noun that
follows it in the singular and plural, `{ready:count|executive|executives}`. When a cell of a sentence is
withheld the sentence is replaced, never shown with a hole: a hole next to its neighbours can be read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import cast

from etm_workbench.codebook.bilingual import LANGUAGES, Bilingual, Language
from etm_workbench.errors import BadDefinition, a_few, nearest
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
    for problem in slot_problems(text, cells):
        raise BadDefinition(problem.en)


def slot_problems(text: Bilingual, slots: Collection[str]) -> Iterator[Bilingual]:
    """What is wrong with a sentence whose cells fill these slots; nothing when both languages agree with them."""
    for language in LANGUAGES:
        try:
            pieces = list(_parse(text.in_language(language)))
        except ValueError:
            yield Bilingual(
                f"A sentence has an unfinished slot: '{text.in_language(language)[:60]}'. "
                "Close each '{' with '}'; write '{{' for a brace.",
                f"Une phrase contient une case inachevée : « {text.in_language(language)[:60]} ». "
                "Fermez chaque « { » par « } »; écrivez « {{ » pour une accolade.",
            )
            return
        for literal, slot, spec in pieces:
            yield from _piece_problems(literal, slot, spec, slots)
        if unused := sorted(set(slots) - {slot for _, slot, _ in pieces}):
            name = words.LANGUAGE_NAMES[language]
            yield Bilingual(
                f"The cell '{unused[0]}' is not used in the {name.en} sentence. "
                "Both languages hold the same numbers. Add the slot, or leave the cell out.",
                f"La cellule « {unused[0]} » ne sert pas dans la phrase en {name.fr.lower()}. "
                "Les deux langues contiennent les mêmes nombres. Ajoutez la case, ou enlevez la cellule.",
            )


def _piece_problems(literal: str, slot: str | None, spec: str, slots: Collection[str]) -> Iterator[Bilingual]:
    if _BARE_PERCENT.search(literal):
        yield Bilingual(
            f"A sentence holds a percentage as text: '{literal.strip()[:60]}'. Numbers in sentences are bound to "
            "protected cells. Write a slot such as {ready:share0} and pass its cell.",
            f"Une phrase contient un pourcentage en texte : « {literal.strip()[:60]} ». Les nombres des phrases sont "
            "liés à des cellules protégées. Écrivez une case comme {ready:share0} et donnez sa cellule.",
        )
    if slot is None:
        return
    if slot not in slots:
        yield Bilingual(
            f"A sentence has the slot '{slot}' without a cell. {nearest(slot, slots)}",
            f"Une phrase contient la case « {slot} » sans cellule. Cellules connues : {a_few(slots)}.",
        )
    form, *nouns = spec.split("|")
    if form and form not in FORMATS:
        yield Bilingual(
            f"There is no number format '{form}'. {nearest(form, FORMATS)}",
            f"Il n’y a pas de format de nombre « {form} ». Formats connus : {a_few(FORMATS)}.",
        )
    if len(nouns) not in (0, 2):
        yield Bilingual(
            f"The slot format '{spec}' has {len(nouns)} nouns. A singular and a plural. "
            "Write {n:count|executive|executives}.",
            f"Le format de case « {spec} » a {len(nouns)} noms. Il faut un singulier et un pluriel. "
            "Écrivez {n:count|cadre|cadres}.",
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
    for literal, slot, spec, _ in Formatter().parse(text):
        yield literal, slot, spec or ""


def _written(ref: CellRef, spec: str, language: Language) -> str:
    form, *nouns = spec.split("|")
    value = cast("float", ref.value)
    chosen = cast("Format", form) if form else default_format(ref.kind, ref.figure)
    text = number(value, chosen, language)
    if not nouns:
        return text
    one, many = nouns
    return f"{text}{NO_BREAK}{plural(rounded(abs(value), chosen), one, many, language)}"
