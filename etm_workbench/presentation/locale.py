"""Numbers, dates, lists, order and typography in English and French as Canada writes them.

The only place that knows a language. Babel's `en_CA` and `fr_CA` decide separators and patterns;
collation is our own, since Babel has none: Canadian French compares accents from the end of the word
(cote, côte, coté, côté), as the CLDR's fr-CA collation does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Literal, get_args

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal

from etm_workbench.codebook.bilingual import Bilingual, Language
from etm_workbench.errors import BadDefinition, nearest
from etm_workbench.presentation import words
from etm_workbench.protected import Cell, Reason, Shown
from etm_workbench.sensitive import FigureKind

Format = Literal[
    "count", "change", "share", "share0", "points", "gap", "mean", "ratio", "p_value", "statistic", "verdict"
]
FORMATS: tuple[Format, ...] = get_args(Format)
NO_BREAK, THIN = "\u00a0", "\u202f"
LANGUAGE_TAGS = {"en": "en-CA", "fr": "fr-CA"}
_LOCALES = {"en": Locale("en", "CA"), "fr": Locale("fr", "CA")}
# Asking for the signs reads what the languages hold: once, here, and not in every process that is forked later.
_SIGNS = {language: locale.number_symbols["latn"] for language, locale in _LOCALES.items()}
_DEFAULTS: dict[FigureKind, Format] = {
    "count": "count", "share": "share", "mean": "mean", "median": "mean", "difference": "points",
    "bound": "count", "p_value": "p_value", "test": "statistic", "ratio": "ratio", "sum": "mean", "extreme": "mean",
}  # fmt: skip
# Bounds of a difference of shares are differences of shares.
_NAMED: dict[str, Format] = {"low": "points", "high": "points", "visible": "gap"}
_PATTERNS: dict[Format, str] = {
    "count": "#,##0", "change": "+#,##0;-#,##0", "share": "#,##0.0", "share0": "#,##0", "points": "+#,##0.0;-#,##0.0",
    "gap": "#,##0.0", "mean": "#,##0.0", "ratio": "#,##0.00", "p_value": "0.000", "statistic": "#,##0.00",
}  # fmt: skip
_SYMBOLS: dict[Reason, str] = {"too_unreliable": "F", "not_available": "..", "not_applicable": "..."}
_PERCENTS = frozenset({"share", "share0", "points", "gap"})
_SMALLEST_P = 0.001


def cell_text(cell: Cell, language: Language, form: Format | None = None) -> str:
    """A cell as readers see it: its number, or the symbol of why there is none.

    Parameters
    ----------
    cell : Shown or Withheld
        From a protected table.
    language : {"en", "fr"}
        Whose separators.
    form : Format, optional
        How to write it; what suits the figure's kind when not given.
    """
    if isinstance(cell, Shown):
        return number(cell.value, form or default_format(cell.kind), language)
    return symbol(cell.reason)


def default_format(kind: FigureKind, figure: str = "") -> Format:
    """How a figure of this kind, or of this well-known name, is written when nothing else is asked."""
    return _NAMED.get(figure) or _DEFAULTS[kind]


@lru_cache(maxsize=16384)
def number(value: float, form: Format, language: Language) -> str:
    """A number in words and signs of the language; shares (0-1) become percentages here and only here.

    Raises
    ------
    BadDefinition
        The format does not exist; the nearest is offered.
    """
    if form == "verdict":
        return words.VERDICTS[int(value)].in_language(language)
    if form not in _PATTERNS:
        raise BadDefinition(f"There is no number format '{form}'.", remedy=nearest(form, FORMATS))
    if form == "p_value" and value < _SMALLEST_P:
        return f"<{NO_BREAK}{_decimal(_SMALLEST_P, form, language)}"
    if form == "share0" and (near := _near_the_end(value)):
        return f"{near}{_percent(_decimal(99 if near == '>' else 1, form, language), language)}"
    scaled = abs(value) if form == "gap" else value
    text = _decimal(scaled * 100 if form in _PERCENTS else scaled, form, language)
    return _percent(text, language) if form in ("share", "share0") else text


def rounded(value: float, form: Format) -> float:
    """The value with no more digits than `form` shows, so that a file never holds more than the page.

    Shares stay proportions: 0.2468 as a percentage with one decimal is 0.247.
    """
    decimals = _PATTERNS.get(form, "0").partition(".")[2].partition(";")[0].count("0")
    return round(value, decimals + (2 if form in _PERCENTS else 0))


def symbol(reason: Reason) -> str:
    """The table symbol of a reason: `x` withheld, `F` too unreliable, `..` not available, `...` not applicable."""
    return _SYMBOLS.get(reason, "x")


def symbol_meaning(sign: str, language: Language) -> str:
    """What a table symbol means, for legends and for people who listen."""
    return typography(words.SYMBOL_MEANINGS[sign].in_language(language), language)


def date_text(day: date | str, language: Language) -> str:
    """A date written out: March 31, 2025; 31 mars 2025, on one line. French writes the first of the month `1er`."""
    moment = date.fromisoformat(day) if isinstance(day, str) else day
    text = format_date(moment, "long", locale=_LOCALES[language])
    return re.sub(r"^1 ", "1er ", text).replace(" ", NO_BREAK) if language == "fr" else text


def join(items: Sequence[str], language: Language) -> str:
    """A list in a sentence: a, b and c; a, b et c."""
    return format_list(list(items), locale=_LOCALES[language])


def plural(count: float, one: str, many: str, language: Language) -> str:
    """`one` or `many`, as the language counts: French says zero in the singular."""
    return one if _LOCALES[language].plural_form(count) == "one" else many


def collation_key(text: str, language: Language) -> tuple[str, tuple[str, ...], str]:
    """Sort key: letters first, then accents (from the end in French), then case."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    letters = "".join(c for c in decomposed if c.isalnum() or c.isspace())
    accents: list[str] = []
    for character in decomposed:
        if unicodedata.combining(character) and accents:
            accents[-1] += character
        else:
            accents.append("")
    return letters, tuple(reversed(accents) if language == "fr" else accents), text


def typography(text: str, language: Language) -> str:
    """The text with the language's spaces and apostrophes.

    French gets a no-break space before `: %` and inside « », and none before `; ! ?`, as the Government of
    Canada writes it; a colon inside a word, a time or an address is left alone.
    """
    if language == "en":
        text = re.sub(r"(?<![\w.,;:!?)\]’”])'(?=[\w{<].*')", "‘", text)
    text = text.replace("'", "’")
    if language == "en":
        return text
    text = re.sub(rf"[ {NO_BREAK}{THIN}]*([:])(?=\s|$)", rf"{NO_BREAK}\1", text)
    text = re.sub(rf"[ {NO_BREAK}{THIN}]*([;!?])(?=[\s{NO_BREAK}»)]|$)", r"\1", text)
    text = re.sub(rf"(?<=[\d}}])[ {NO_BREAK}{THIN}]*%", f"{NO_BREAK}%", text)
    text = re.sub(rf"«[ {NO_BREAK}{THIN}]*", f"«{NO_BREAK}", text)
    return re.sub(rf"[ {NO_BREAK}{THIN}]*»", f"{NO_BREAK}»", text)


def say(text: Bilingual, language: Language) -> str:
    """A text in the language, with its typography."""
    return typography(text.in_language(language), language)


def chart_number_locale(language: Language) -> dict[str, object]:
    """Separators for chart axes, as Vega's `config.locale.number` wants them."""
    symbols = _SIGNS[language]
    money = ["$", ""] if language == "en" else ["", f"{NO_BREAK}$"]
    percent = "%" if language == "en" else f"{NO_BREAK}%"
    return {
        "decimal": symbols["decimal"],
        "thousands": symbols["group"],
        "grouping": [3],
        "currency": money,
        "percent": percent,
    }


def _decimal(value: float, form: Format, language: Language) -> str:
    text: str = format_decimal(value, format=_PATTERNS[form], locale=_LOCALES[language])
    if not any(character in "123456789" for character in text):
        text = text.lstrip("+-")
    return text.replace("-", "\u2212")


def _percent(text: str, language: Language) -> str:
    return f"{text}%" if language == "en" else f"{text}{NO_BREAK}%"


def _near_the_end(share: float) -> str:
    """A share that whole percents would round to nothing or to everything says so."""
    if 0 < share < 0.005:
        return "<"
    return ">" if 0.995 < share < 1 else ""


def plain_number(text: str, language: Language) -> str:
    """A number as a page shows it, without its language: so that two pages can be compared.

    Parameters
    ----------
    text : str
        As `number` or `cell_text` wrote it; a sign such as `x` comes back as it is.
    language : {"en", "fr"}
        Of the page.

    Examples
    --------
    >>> plain_number("1\\u00a0234,5\\u00a0%", "fr"), plain_number("1,234.5%", "en")
    ('1234.5%', '1234.5%')
    """
    spaceless = re.sub(r"\s", "", text)
    return spaceless.replace(",", ".") if language == "fr" else spaceless.replace(",", "")
