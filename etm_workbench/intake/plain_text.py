"""How headers and answers are compared: without accents, case, punctuation marks or double spaces.

Two strengths. Headers are compared by letters and digits alone, since they drift. Answers keep their
signs (`2` and `2+` are different ratings).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_NOT_LETTERS = re.compile(r"[^0-9a-z]+")
_DASHES = re.compile("\\s*[\u2010-\u2015\u2212-]\\s*")
_QUOTES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u201c": '"', "\u201d": '"'})
# Marks that programs leave behind and nobody sees, and control characters that no database takes.
_INVISIBLE = re.compile("[\u200b-\u200f\u2028\u2029\u2060\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# How spreadsheet files write characters that XML does not take.
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def cleaned(text: str) -> str:
    """The text as it is kept: letters and accents joined (NFC), nothing invisible, no space at its ends.

    Examples
    --------
    >>> cleaned("  Zoe\\u0308\\u200b Tremblay ")
    'Zoë Tremblay'
    """
    if "_x" in text:
        text = _ESCAPED.sub(lambda escaped: chr(int(escaped[1], 16)), text)
    return _INVISIBLE.sub("", unicodedata.normalize("NFC", text)).replace("\xa0", " ").replace("\u202f", " ").strip()


@lru_cache(maxsize=65536)
def header_form(text: str) -> str:
    """The form in which headers are compared.

    Examples
    --------
    >>> header_form("Niveau d’attache :") == header_form("NIVEAU  D'ATTACHE")
    True
    """
    return _NOT_LETTERS.sub(" ", _without_accents(text)).strip()


@lru_cache(maxsize=65536)
def answer_form(text: str) -> str:
    """The form in which answers are compared.

    Examples
    --------
    >>> answer_form("Prêt dans 1 – 2 ans") == answer_form("pret dans 1-2 ans")
    True
    >>> answer_form("2+") == answer_form("2")
    False
    """
    plain = _DASHES.sub("-", _without_accents(text.translate(_QUOTES)))
    return " ".join(plain.split())


def _without_accents(text: str) -> str:
    # œ and æ are letters to Unicode, not accented ones.
    folded = text.casefold().replace("œ", "oe").replace("æ", "ae")
    return "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
