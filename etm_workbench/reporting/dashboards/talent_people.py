"""The people in a cell of the talent map, by name: the roster route, one logged list at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from etm_workbench.codebook import LANGUAGES, Bilingual, Codebook
from etm_workbench.errors import BadInput
from etm_workbench.presentation.document import ROSTER_MARKING
from etm_workbench.presentation.labels import roster_labels
from etm_workbench.presentation.locale import say
from etm_workbench.presentation.parts import RosterPart
from etm_workbench.presentation.view import RosterBlock, blocks_of
from etm_workbench.reporting.dashboards.definition import load_dashboard
from etm_workbench.reporting.dashboards.own_names import LONGEST_PURPOSE, open_names
from etm_workbench.reporting.dashboards.viewing import Viewing
from etm_workbench.reporting.organizations import reporting_codebook
from etm_workbench.roster import Roster
from etm_workbench.sensitive import MISSING

_NAME = Bilingual("Name", "Nom")


def people(viewing: Viewing, question: Mapping[str, Any]) -> dict[str, Any]:
    """The people whom a question of the map's page asks for.

    Parameters
    ----------
    viewing : Viewing
        Settled; the organization must be the viewer's own.
    question : mapping
        `where`: variable to codes, of those that the map counts by; `purpose`: in words.

    Returns
    -------
    dict
        `columns` and `rows` as pairs of texts, English and French; `marking`, `purpose` and `reader`.

    Raises
    ------
    NotAllowed
        The viewer's roles do not allow the list; the refusal is in the access log.
    BadInput
        No purpose, or a question that the page does not ask.
    """
    file = load_dashboard("talent_map").file
    wanted = chosen_codes(question.get("where"), ("placement", *file.filters, *file.axes))
    purpose = question.get("purpose")
    if not isinstance(purpose, str) or len(purpose) > LONGEST_PURPOSE:
        raise BadInput("A list of names was asked for without a purpose.", remedy="Say in words what it is for.")
    codebook = reporting_codebook(viewing.cycle)
    columns = tuple(dict.fromkeys((*file.people, *wanted)))
    roster = open_names(viewing, codebook, purpose=purpose, columns=columns)
    return _answer(roster, codebook, wanted, ("name", *file.people))


def chosen_codes(where: Any, allowed: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The codes that a question asks for by variable, once they are what questions may ask for.

    Raises
    ------
    BadInput
        The question names another variable, or its codes are not a list of texts.
    """
    if not isinstance(where, Mapping) or not all(
        variable in allowed and isinstance(codes, list) and codes and all(isinstance(code, str) for code in codes)
        for variable, codes in where.items()
    ):
        raise BadInput(
            "A dashboard was asked for people by something else than what it counts by.",
            expected=f"Codes of {', '.join(allowed)}.",
            remedy="Ask from the dashboard's page.",
        )
    return {variable: tuple(codes) for variable, codes in where.items()}


def _answer(
    roster: Roster, codebook: Codebook, wanted: Mapping[str, tuple[str, ...]], columns: tuple[str, ...]
) -> dict[str, Any]:
    part = RosterPart.of(roster, "people", _NAME)
    inside = [all((row.get(v) or MISSING) in codes for v, codes in wanted.items()) for row in roster.rows]
    places = [part.columns.index(column) for column in columns]
    kept = tuple(tuple(row[p] for p in places) for row, is_in in zip(part.rows, inside, strict=True) if is_in)
    shown = RosterPart(part.name, part.title, columns, kept)
    blocks = [next(iter(blocks_of((shown,), roster_labels(codebook, columns), language))) for language in LANGUAGES]
    en, fr = (block for block in blocks if isinstance(block, RosterBlock))
    return {
        "ok": True,
        "columns": [list(pair) for pair in zip(en.headers, fr.headers, strict=True)],
        "rows": [[list(pair) for pair in zip(*rows, strict=True)] for rows in zip(en.rows, fr.rows, strict=True)],
        "marking": [say(ROSTER_MARKING, language) for language in LANGUAGES],
        "purpose": roster.purpose,
        "reader": roster.reader,
    }
