"""What is wrong with something that somebody wrote, in both languages: where, what, and what to do about it.

People who write definitions and parameters read these, so both languages say the same and the nearest valid name
is offered in each.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from etm_workbench.codebook import Bilingual, Codebook
from etm_workbench.errors import a_few, closest, nearest
from etm_workbench.intake.plain_text import answer_form

MOST_SHOWN = 20  # problems said at once
MOST_MEANT = 4  # organizations offered at once
MOST_LISTED = 12  # names, as `a_few` gives


def problem(en: str, fr: str, *, at: str = "", offer: Bilingual | None = None) -> Bilingual:
    """One problem: its place in the file when it has one, what is wrong, and what could be written instead."""
    more = (f" {offer.en}", f" {offer.fr}") if offer else ("", "")
    before = (f"{at}: ", f"{at} : ") if at else ("", "")
    return Bilingual(f"{before[0]}{en}{more[0]}", f"{before[1]}{fr}{more[1]}")


def at(place: str, what: Bilingual) -> Bilingual:
    """The same problem with the place where it stands."""
    return problem(what.en, what.fr, at=place)


def offered(name: str, names: Iterable[str]) -> Bilingual:
    """The closest valid name, or a few of them when none is close."""
    known = tuple(names)
    close = closest(name, known)
    french = f"Vouliez-vous dire « {close} »?" if close else f"Noms connus : {a_few(known)}."
    return Bilingual(nearest(name, known), french)


def listed(name: str, names: Iterable[str]) -> Bilingual:
    """All valid names where they are few, since the closest need not be the one that is meant; else as `offered`."""
    known = tuple(names)
    if len(known) > MOST_LISTED:
        return offered(name, known)
    return Bilingual(f"Known names: {a_few(known)}.", f"Noms connus : {a_few(known)}.")


def organization_offered(given: str, codebook: Codebook) -> Bilingual:
    """The identifier of the organization whose acronym, or a title like it, was given in its place.

    Identifiers are numbers and acronyms are short: one that looks like another tells nothing.
    """
    entries, asked = codebook.organizations.values(), answer_form(given)
    acronyms = {answer_form(name): entry for entry in entries for name in (entry.acronym_en, entry.acronym_fr) if name}
    titles = {answer_form(title): entry for entry in entries for title in (entry.title.en, entry.title.fr)}
    # Whoever writes "finance" means a title that holds the word rather than one that is spelled alike.
    holding = {titles[title].identifier: titles[title] for title in titles if {*asked.split()} <= {*title.split()}}
    named = {**titles, **acronyms}
    if asked in named:
        meant = [named[asked]]
    elif 0 < len(holding) <= MOST_MEANT:
        meant = list(holding.values())
    else:
        meant = [titles[close]] if (close := closest(asked, titles)) else []
    if not meant:
        entry = next(iter(entries))
        return Bilingual(
            f"Identifiers are numbers, such as '{entry.identifier}' for {entry.title.en}.",
            f"Les identificateurs sont des nombres, comme « {entry.identifier} » pour {entry.title.fr}.",
        )
    english = " or ".join(f"'{entry.identifier}' ({entry.title.en})" for entry in meant)
    french = " ou ".join(f"« {entry.identifier} » ({entry.title.fr})" for entry in meant)
    return Bilingual(f"Did you mean {english}?", f"Vouliez-vous dire {french}?")


def numbered(problems: Sequence[Bilingual]) -> Bilingual:
    """The first twenty, numbered where there are several, and how many others there are."""
    if len(problems) == 1:
        return problems[0]
    rest = len(problems) - MOST_SHOWN
    more = (f" And {rest} more.", f" Et {rest} de plus.") if rest > 0 else ("", "")
    shown = problems[:MOST_SHOWN]
    return Bilingual(
        " ".join(f"({number}) {one.en}" for number, one in enumerate(shown, start=1)) + more[0],
        " ".join(f"({number}) {one.fr}" for number, one in enumerate(shown, start=1)) + more[1],
    )
