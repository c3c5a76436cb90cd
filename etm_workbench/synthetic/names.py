"""Plainly fictional names: invented given names, family names of weather, stones and plants.

Nobody is called so; a name of this kind in an output can only come from the fictional service. Both
languages are there with their accents, because sorting, matching and rendering must bear them.
"""

from __future__ import annotations

import unicodedata

import numpy as np

from etm_workbench.synthetic.draws import Codes

_STARTS = ("Zél", "Or", "Miv", "Tal", "Bré", "Quin", "Ysa", "Dov", "Ël", "Fen", "Gwé", "Hul", "Iv", "Jor", "Kel", "Çav")
_MIDDLES = ("a", "e", "i", "o", "ou", "é", "ia", "ê")
_ENDS = ("ndril", "vane", "mique", "rond", "ssor", "théa", "lune", "brix", "quor", "mène", "dax", "nëlle")
_ENGLISH = (
    ("Frost", "Amber", "Thistle", "Quartz", "Lantern", "Willow", "Cobalt", "Drizzle", "Maple", "Granite", "Heron"),
    ("whistle", "pebble", "feather", "meadow", "thimble", "kettle", "harbour", "button", "acorn", "ripple"),
)
_FRENCH = (
    ("Brume", "Givre", "Écume", "Érable", "Luciole", "Ardoise", "Cèdre", "Étoile", "Rosée", "Grêle", "Fougère"),
    ("-d’Argent", "-du-Soir", "-de-Lune", "-des-Îles", "-à-Plume", "-Tournesol", "-Boréal", "-Nacré", "-Perlé"),
)


def given_names(rng: np.random.Generator, count: int) -> Codes:
    """`count` invented given names, independent of sex and language."""
    parts = [rng.choice(np.array(pieces, dtype=object), size=count) for pieces in (_STARTS, _MIDDLES, _ENDS)]
    names: Codes = parts[0] + parts[1] + parts[2]
    return names


def family_names(rng: np.random.Generator, first_language: Codes) -> Codes:
    """One family name a person, in the person's first official language (`EN` or `FR`)."""
    names = np.full(len(first_language), "", dtype=object)
    for language, pieces in (("EN", _ENGLISH), ("FR", _FRENCH)):
        here = np.flatnonzero(first_language == language)
        first, second = (rng.choice(np.array(piece, dtype=object), size=len(here)) for piece in pieces)
        names[here] = first + second
    return names


def plain(name: str) -> str:
    """A name as an email address spells it: no accents, spaces or capitals."""
    letters = unicodedata.normalize("NFKD", name.replace("’", "").replace(" ", ""))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).lower()
