"""The talent map's numbers as the page's module reads them.

Values are rounded to what the page shows, and withheld ones leave as the name of their reason: the page
holds no more than its reader may see.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from etm_workbench.codebook.bilingual import LANGUAGES, Bilingual
from etm_workbench.presentation.document import VARIABLE, Labels
from etm_workbench.presentation.locale import Format, rounded, say
from etm_workbench.presentation.sentences import direction_of
from etm_workbench.presentation.tabledata import TableData
from etm_workbench.presentation.view import base_line
from etm_workbench.presentation.widgets.board import Coordinate, MapSection, Overlay
from etm_workbench.presentation.words import COMMON_CODES
from etm_workbench.protected import Cell, ProtectedTable, Shown
from etm_workbench.sensitive import OPEN_NODES, TOTAL

JOIN = "|"
# In the order in which the module reads them.
_FIGURES: tuple[tuple[str, Format], ...] = (
    ("count", "count"),
    ("share", "share"),
    ("rest_share", "share"),
    ("difference", "points"),
    ("low", "points"),
    ("high", "points"),
    ("p_adjusted", "p_value"),
    ("visible", "gap"),
)
# The signs of numbers from 0; the module reads them back by their place in the same text.
_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
_DIRECTIONS = {"higher": 1, "lower": -1, "unclear": 0}


def map_payload(section: MapSection, labels: Labels) -> dict[str, Any]:
    """The section's numbers and words as JSON values."""
    placements, levels = section.table.dimensions
    return {
        "placements": [
            [code, *_pair(_label(labels, "placement", code)), *_pair(section.definitions.get(code))]
            for code in placements.leaves
            if code not in OPEN_NODES
        ],
        "levels": [[code, *_pair(_label(labels, "level", code))] for code in (*levels.leaves, TOTAL)],
        "placement_title": _pair(labels["placement"][VARIABLE]),
        "level_title": _pair(labels["level"][VARIABLE]),
        "table": cells_payload(section.table, section.significance),
        "base": [base_line(TableData.of(section.table), labels, language) for language in LANGUAGES],
        "coordinates": [_coordinate(coordinate) for coordinate in section.coordinates],
        "signs": _SIGNS,
        "profiles": {
            cycle: _profiles(table, section.profiled[cycle], section.coordinates)
            for cycle, table in section.profiles.items()
        },
        "overlays": [_overlay(overlay) for overlay in section.overlays],
        "names": section.names,
        "purposes": [_pair(purpose) for purpose in section.purposes],
    }


def cells_payload(table: ProtectedTable, significance: float) -> dict[str, list[float | str | None]]:
    """Each cell of a map: its figures in the module's order, then the direction of the difference.

    Parameters
    ----------
    table : ProtectedTable
        `placement` × `level`.
    significance : float
        The adjusted p-value below which a difference is called one.

    Returns
    -------
    dict of `placement|level` to list
        Count, share, the rest's share, difference, its limits, adjusted p, smallest visible difference;
        then 1 (higher), -1 (lower), 0 (one cannot tell) or None (not compared). A withheld figure is its
        reason's name, an absent one None.
    """
    data = TableData.of(table)
    named = {figure.name: figure for figure in table.figures}
    compared = {"difference", "p_adjusted"} <= set(named)
    payload: dict[str, list[float | str | None]] = {}
    for position, (placement, level) in enumerate(table.keys):
        values = [_value(named[n].cells[position], form) if n in named else None for n, form in _FIGURES]
        direction = None
        if compared and placement not in OPEN_NODES:
            found = direction_of(data, {"placement": placement, "level": level}, significance=significance)
            direction = _DIRECTIONS[found] if found else None
        row = [*values, direction]
        while row[-1] is None and len(row) > 1:
            row.pop()
        payload[f"{placement}{JOIN}{level}"] = row
    return payload


def _value(cell: Cell, form: Format) -> float | str | None:
    if isinstance(cell, Shown):
        value = rounded(cell.value, form)
        return int(value) if form == "count" else value
    return None if cell.reason in ("not_available", "not_applicable") else cell.reason


def _coordinate(coordinate: Coordinate) -> dict[str, Any]:
    return {
        "name": coordinate.variable,
        "title": _pair(coordinate.title),
        "codes": [[code, *_pair(label)] for code, label in coordinate.codes.items()],
        "filter": coordinate.is_filter,
        "axis": coordinate.is_axis,
    }


def _profiles(table: ProtectedTable, variables: Sequence[str], coordinates: tuple[Coordinate, ...]) -> dict[str, Any]:
    """Profiles as one text of signs: for each the number of people, then the place of its code in each coordinate.

    A number and a place are one sign each, so that hundreds of profiles take little room.
    """
    known = {coordinate.variable: coordinate for coordinate in coordinates}
    places = [{code: _SIGNS[place] for place, code in enumerate(known[variable].codes)} for variable in variables]
    most, signs = len(_SIGNS) - 1, []
    for (profile,), cell in table.rows():
        if profile == TOTAL or not isinstance(cell, Shown):
            continue
        row = "".join(place[code] for place, code in zip(places, profile.split(JOIN), strict=True))
        whole, left = divmod(int(cell.value), most)
        signs += [_SIGNS[most] + row] * whole + ([_SIGNS[left] + row] if left else [])
    return {"by": list(variables), "signs": "".join(signs)}


def _overlay(overlay: Overlay) -> dict[str, Any]:
    where = {variable: list(codes) for variable, codes in overlay.where.items()}
    words = {"title": _pair(overlay.title), "meaning": _pair(overlay.meaning)}
    return {"name": overlay.name, "symbol": overlay.symbol, **words, "where": where}


def _label(labels: Labels, variable: str, code: str) -> Bilingual:
    return labels.get(variable, {}).get(code) or COMMON_CODES[code]


def _pair(text: Bilingual | None) -> list[str]:
    return [say(text, language) for language in LANGUAGES] if text else ["", ""]
