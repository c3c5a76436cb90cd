"""Sentences that reports say again and again, in both languages, with their numbers bound to cells.

Each starts with what it is about and a colon, so that a label fits as it stands in either language.
A comparison is said in one of three ways: higher, lower, or one cannot tell at this size. The last is
never worded as if there were no difference. Which of the three is the adjusted p-value's to say, so it
stands in the sentence with the number of comparisons it was adjusted for.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Literal

from etm_workbench.codebook.bilingual import LANGUAGES, Bilingual
from etm_workbench.errors import BadDefinition
from etm_workbench.presentation.locale import number
from etm_workbench.presentation.parts import Text
from etm_workbench.presentation.tabledata import CellRef, TableData
from etm_workbench.protected import ProtectedTable, Shown
from etm_workbench.sensitive import OPEN_NODES, TOTAL

Direction = Literal["higher", "lower", "unclear"]
_UNTESTED = frozenset({"not_available", "not_applicable"})

_COMPARED: dict[Direction, Bilingual] = {
    "higher": Bilingual(
        "{share}, higher than in the rest of the public service ({rest}).",
        "{share}, une part plus élevée que dans le reste de la fonction publique ({rest}).",
    ),
    "lower": Bilingual(
        "{share}, lower than in the rest of the public service ({rest}).",
        "{share}, une part plus faible que dans le reste de la fonction publique ({rest}).",
    ),
    "unclear": Bilingual(
        "{share} here and {rest} in the rest of the public service; at this size one cannot tell whether they differ.",
        "{share} ici et {rest} dans le reste de la fonction publique; l’effectif est trop petit pour dire si ces parts"
        " diffèrent.",
    ),
}
_VISIBLE = Bilingual(
    " Only a difference of {visible} points or more would have been seen.",
    " Seul un écart d’au moins {visible} points aurait été décelé.",
)
_EVIDENCE = Bilingual(
    " Adjusted p-value: {p}, one of <all> comparisons made.",
    " Valeur p ajustée : {p}, une des <all> comparaisons effectuées.",
)
_ONLY = Bilingual(
    " p-value: {p}, the only comparison made.",
    " Valeur p : {p}, seule comparaison effectuée.",
)
_STATED = Bilingual("{count} of {whole} ({share:share0}).", "{count} sur {whole} ({share:share0}).")
_BOUNDED = Bilingual(
    "between {low} and {high}, whatever the answers still missing turn out to be.",
    "entre {low} et {high}, quelles que soient les réponses qui manquent encore.",
)
_CHANGED: dict[int, Bilingual] = {
    1: Bilingual("{after}, up from {before}.", "{after}, en hausse par rapport à {before}."),
    -1: Bilingual("{after}, down from {before}.", "{after}, en baisse par rapport à {before}."),
    0: Bilingual("{after}, as before ({before}).", "{after}, comme auparavant ({before})."),
}
_WITHHELD = Bilingual(
    "not shown, to protect people in small groups.",
    "donnée non présentée, afin de protéger les personnes des petits groupes.",
)


def direction_of(
    table: ProtectedTable | TableData, codes: Mapping[str, str], *, significance: float
) -> Direction | None:
    """Which way a group differs from the rest, by its adjusted p-value; None when that is withheld.

    Parameters
    ----------
    table : ProtectedTable
        A comparison, with the figures `difference` and `p_adjusted`.
    codes : mapping of variable to code
        The cell: `{"population": "PART", "placement": "READY_ADV"}`.
    significance : float
        The level below which a difference is called one, 0 to 1; from the report's definition.
    """
    data = TableData.of(table)
    key = data.key(codes)
    gap, p_value = data.cell("difference", key), data.cell("p_adjusted", key)
    if not (isinstance(gap, Shown) and isinstance(p_value, Shown)):
        return None
    if p_value.value >= significance or gap.value == 0:
        return "unclear"
    return "higher" if gap.value > 0 else "lower"


def comparisons_of(table: ProtectedTable | TableData, variable: str) -> int:
    """How many comparisons a table's p-values were adjusted for, the withheld ones included.

    Parameters
    ----------
    table : ProtectedTable
        A comparison, with the figure `p_adjusted`.
    variable : str
        The dimension whose categories are compared; others are what they are compared within.

    Raises
    ------
    BadDefinition
        The table has no such dimension, or compares nothing.

    Notes
    -----
    A withheld cell's figures are all withheld for its reason, so a reason alone does not say whether
    there was a comparison: its place in the table does.
    """
    data = TableData.of(table)
    data.codes(variable)
    sides = [_compared_codes(data, name, is_compared=name == variable) for name in data.variables]
    cells = [data.cell("p_adjusted", key) for key in product(*sides)]
    return sum(isinstance(cell, Shown) or cell.reason not in _UNTESTED for cell in cells)


def _compared_codes(data: TableData, variable: str, *, is_compared: bool) -> list[str]:
    if variable == "population":
        return ["PART"]
    left_out = OPEN_NODES if is_compared else OPEN_NODES - {TOTAL}
    return [code for code in data.codes(variable) if code not in left_out]


def compared(
    about: Bilingual, direction: Direction, *, cells: Mapping[str, CellRef], comparisons: int | None = None
) -> Text:
    """A share beside the rest of the public service.

    Parameters
    ----------
    about : Bilingual
        What the share is of: a label.
    direction : {"higher", "lower", "unclear"}
        As the test says.
    cells : mapping of str to CellRef
        `share` and `rest`; `p` for the adjusted p-value; with `unclear` also `visible` where it is known.
    comparisons : int, optional
        How many the p-value was adjusted for, from `comparisons_of`; said with `p`.

    Raises
    ------
    BadDefinition
        A p-value without the number of comparisons: it could not be weighed.
    """
    tail, used = _COMPARED[direction], ["share", "rest"]
    if "p" in cells:
        tail, used = _joined(tail, _evidence(comparisons)), [*used, "p"]
    if direction == "unclear" and "visible" in cells:
        tail, used = _joined(tail, _VISIBLE), [*used, "visible"]
    return _finding(about, tail, {name: cells[name] for name in used})


def stated(about: Bilingual, *, count: CellRef, whole: CellRef, share: CellRef) -> Text:
    """So many of so many, and their share."""
    return _finding(about, _STATED, {"count": count, "whole": whole, "share": share})


def bounded(about: Bilingual, *, low: CellRef, high: CellRef) -> Text:
    """What a figure lies between while returns are incomplete."""
    return _finding(about, _BOUNDED, {"low": low, "high": high})


def changed(about: Bilingual, *, before: CellRef, after: CellRef) -> Text:
    """A figure beside the same one a cycle earlier."""
    first, second = before.value or 0.0, after.value or 0.0
    return _finding(about, _CHANGED[(second > first) - (second < first)], {"before": before, "after": after})


def _finding(about: Bilingual, tail: Bilingual, cells: Mapping[str, CellRef]) -> Text:
    text = Bilingual(f"{_plain(about.en)}: {tail.en}", f"{_plain(about.fr)} : {tail.fr}")
    withheld = Bilingual(f"{_plain(about.en)}: {_WITHHELD.en}", f"{_plain(about.fr)} : {_WITHHELD.fr}")
    return Text(text, cells, withheld, style="finding")


def _evidence(comparisons: int | None) -> Bilingual:
    if comparisons is None:
        raise BadDefinition(
            "A comparison has a p-value without the number of comparisons made.",
            expected="Both, since one is adjusted for the other.",
            remedy="Pass `comparisons=comparisons_of(table, variable)`.",
        )
    if comparisons == 1:
        return _ONLY
    return Bilingual(*(
        _EVIDENCE.in_language(language).replace("<all>", number(comparisons, "count", language))
        for language in LANGUAGES
    ))  # fmt: skip


def _joined(one: Bilingual, other: Bilingual) -> Bilingual:
    return Bilingual(one.en + other.en, one.fr + other.fr)


def _plain(label: str) -> str:
    return label.replace("{", "{{").replace("}", "}}")
