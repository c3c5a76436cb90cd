"""How far each group has come: one bar a group, split into states in their order.

Shares are written in the segments that have room for it. Where a share is withheld the bar is hatched
from the last shown segment on: what is missing is seen, how it divides is not.
"""

from __future__ import annotations

from typing import Unpack

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.presentation import theme
from etm_workbench.presentation.charts.marks import (
    WIDTH,
    Reading,
    Rows,
    Spec,
    category_axis,
    label_width,
    values,
)
from etm_workbench.presentation.charts.plan import Choices, Plan, chosen, drawn
from etm_workbench.presentation.document import Labels
from etm_workbench.presentation.parts import ChartPart
from etm_workbench.presentation.tabledata import TableData
from etm_workbench.protected import ProtectedTable
from etm_workbench.sensitive import OPEN_NODES

_KIND = Bilingual("Bars split into shares", "Barres divisées en parts")
_LEAST_ROOM = 0.075  # of the bar's length, for a share written inside a segment


def completion(
    table: ProtectedTable | TableData, labels: Labels, *, title: Bilingual, **choices: Unpack[Choices]
) -> ChartPart:
    """What is in: one bar a group, split into the states of its questionnaires.

    Parameters
    ----------
    table : ProtectedTable
        A dimension of groups (`down`, `level` unless chosen) × `completion`, with the figures `count`
        and `share` of the group.
    labels : mapping of variable to mapping of code to Bilingual
        Of both dimensions.
    title : Bilingual
        The finding.
    **choices
        See `Choices`: `down="organization"` for one bar an organization, `across` for other states.

    Returns
    -------
    ChartPart
        Every bar is the whole group; groups are in the table's order, their total last.
    """
    plan = chosen(choices, name="completion", down="level", across="completion", totals=("down",))
    return drawn(table, labels, title=title, plan=plan, draw=(split_bars, _KIND))


def split_bars(reading: Reading, plan: Plan) -> Spec:
    """The body of a specification of bars split into shares."""
    across = plan.across or ""
    states = [code for code in plan.columns(reading.table) if code not in OPEN_NODES]
    names = [reading.label(across, code) for code in states]
    groups = reading.axis_labels(plan.down, plan.rows(reading.table), characters=34)
    colours = theme.sequence(len(states))
    width = WIDTH - label_width(groups) - 6
    rows: Rows = []
    for code, group in zip(plan.rows(reading.table), groups, strict=True):
        for place, (state, name) in enumerate(zip(states, names, strict=True)):
            codes = {plan.down: code, across: state}
            entry = {"row": group, "state": name, "place": place, **reading.value(plan.value, codes)}
            entry["text"] = reading.text((plan.value,), codes) if entry.get("value", 0) >= _LEAST_ROOM else ""
            rows.append(entry)
    return {
        "data": values(rows),
        "width": width,
        "height": {"step": 30},
        "encoding": {"y": category_axis(groups)},
        "layer": _layers(names, colours, width),
    }


def _layers(names: list[str], colours: list[str], width: int) -> list[Spec]:
    length = {"field": "value", "type": "quantitative", "stack": "zero", "axis": None, "scale": {"domain": [0, 1]}}
    legend = {"orient": "top", "title": None, "symbolType": "square", "direction": "horizontal", "columns": 2}
    order = {"order": {"field": "place"}}
    colour = {"field": "state", "type": "nominal", "sort": names, "scale": {"domain": names, "range": colours}}
    light = [name for name, fill in zip(names, colours, strict=True) if theme.ink_on(fill) == "#ffffff"]
    hatched = {"type": "bar", "height": 18, "fill": theme.WITHHELD_FILL}
    ink = {
        "condition": {"test": {"field": "state", "oneOf": light}, "value": "#ffffff"},
        "value": theme.colour("text-primary"),
    }
    return [
        {
            "transform": [{"filter": "isValid(datum.symbol)"}],
            "mark": hatched,
            "encoding": {"x": {"value": 0}, "x2": {"value": width}},
        },
        {
            "mark": {"type": "bar", "height": 18, "stroke": "#ffffff", "strokeWidth": 1},
            "encoding": {"x": length, "color": {**colour, "legend": legend}, **order},
        },
        {
            "transform": [{"filter": "isValid(datum.value)"}],
            "mark": {"type": "text", "fontSize": 10.5, "fontWeight": "bold"},
            "encoding": {"x": {**length, "bandPosition": 0.5}, "text": {"field": "text"}, "color": ink, **order},
        },
    ]
