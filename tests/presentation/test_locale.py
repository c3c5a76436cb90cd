"""Numbers, dates, order and typography in both languages."""

from __future__ import annotations

import pytest

from etm_workbench.errors import BadDefinition
from etm_workbench.presentation.locale import (
    cell_text,
    collation_key,
    date_text,
    join,
    number,
    plural,
    rounded,
    symbol,
    typography,
)
from etm_workbench.protected import REASONS, Shown, Withheld


@pytest.mark.parametrize(
    ("value", "form", "en", "fr"),
    [
        (1234567, "count", "1,234,567", "1\u00a0234\u00a0567"),
        (0.125, "share", "12.5%", "12,5\u00a0%"),
        (0.0, "share", "0.0%", "0,0\u00a0%"),
        (0.004, "share0", "<1%", "<1\u00a0%"),
        (0.997, "share0", ">99%", ">99\u00a0%"),
        (1.0, "share0", "100%", "100\u00a0%"),
        (-0.0321, "points", "\u22123.2", "\u22123,2"),
        (0.0321, "points", "+3.2", "+3,2"),
        (-0.0001, "points", "0.0", "0,0"),
        (-0.0321, "gap", "3.2", "3,2"),
        (-12, "change", "\u221212", "\u221212"),
        (0.0004, "p_value", "<\u00a00.001", "<\u00a00,001"),
        (0.0412, "p_value", "0.041", "0,041"),
        (54.25, "mean", "54.2", "54,2"),
        (2, "verdict", "cannot tell at this size", "effectif trop petit pour conclure"),
    ],
)
def test_number_is_written_as_the_language_writes_it(value, form, en, fr):
    assert (en, fr) == (number(value, form, "en"), number(value, form, "fr"))


def test_unknown_format_is_refused_with_the_nearest():
    with pytest.raises(BadDefinition, match="Did you mean 'share'"):
        number(0.5, "shares", "en")


def test_withheld_and_zero_are_different_symbols():
    assert ("0", "x") == (cell_text(Shown(0.0), "fr"), cell_text(Withheld("too_few"), "fr"))


def test_every_reason_has_a_symbol_of_the_published_set():
    assert {symbol(reason) for reason in REASONS} == {"x", "F", "..", "..."}


def test_rounding_keeps_no_digit_that_is_not_shown():
    assert [0.247, 0.25, 12.0, 0.041] == [
        rounded(0.24681, "share"),
        rounded(0.24681, "share0"),
        rounded(12.2, "count"),
        rounded(0.04123, "p_value"),
    ]


@pytest.mark.parametrize(("day", "en", "fr"), [
    ("2025-03-31", "March 31, 2025", "31\u00a0mars\u00a02025"),
    ("2025-07-01", "July 1, 2025", "1er\u00a0juillet\u00a02025"),
])  # fmt: skip
def test_date_is_written_out(day, en, fr):
    assert (en, fr) == (date_text(day, "en"), date_text(day, "fr"))


def test_list_ends_with_the_word_for_and():
    assert ("a, b and c", "a, b et c") == (join(["a", "b", "c"], "en"), join(["a", "b", "c"], "fr"))


def test_french_counts_zero_in_the_singular():
    assert ("cadre", "executives") == (plural(0, "cadre", "cadres", "fr"), plural(0, "executive", "executives", "en"))


def test_french_compares_accents_from_the_end():
    names = ["côté", "coté", "côte", "cote"]
    assert ["cote", "côte", "coté", "côté"] == sorted(names, key=lambda n: collation_key(n, "fr"))


def test_english_compares_accents_from_the_start():
    names = ["côté", "coté", "côte", "cote"]
    assert ["cote", "coté", "côte", "côté"] == sorted(names, key=lambda n: collation_key(n, "en"))


def test_accented_capitals_sort_with_their_letter():
    names = ["Finances", "Évaluation", "Emploi", "Prêt"]
    assert ["Emploi", "Évaluation", "Finances", "Prêt"] == sorted(names, key=lambda n: collation_key(n, "fr"))


@pytest.mark.parametrize(("typed", "set_"), [
    ("Constat: rien", "Constat\u00a0: rien"),
    ("Constat : rien", "Constat\u00a0: rien"),
    ("Vraiment ?", "Vraiment?"),
    ("oui ; non", "oui; non"),
    ("« prêt »", "«\u00a0prêt\u00a0»"),
    ("12 %", "12\u00a0%"),
    ("à 10:30, voir https://canada.ca", "à 10:30, voir https://canada.ca"),
    ("l'effectif", "l’effectif"),
])  # fmt: skip
def test_french_spaces_do_not_break(typed, set_):
    assert set_ == typography(typed, "fr")


def test_english_keeps_its_spaces():
    assert "Finding: 12% (why?)" == typography("Finding: 12% (why?)", "en")


@pytest.mark.parametrize(
    ("straight", "set_"),
    [
        ("'who_is_ready' can run.", "‘who_is_ready’ can run."),
        ("Did you mean '124' (Department of Finance Canada)?", "Did you mean ‘124’ (Department of Finance Canada)?"),
        ("The executives' answers, and the service's.", "The executives’ answers, and the service’s."),
        ("There is no variable 'x'; 'level' is one.", "There is no variable ‘x’; ‘level’ is one."),
    ],
)
def test_english_quotes_open_and_close(straight, set_) -> None:
    assert set_ == typography(straight, "en")
