"""How far each group has come: one bar a group, split into states in their order.

Shares are written in the segments that have room for it. Where a share is withheld the bar is hatched
from the last shown segment on: what is missing is seen, how it divides is not. A group of nobody has its
zero and no bar.
"""

from __future__ import annotations

from typing import Any, Unpack

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.presentation import theme
from etm_workbench.presentation.charts.canvas import (
    LINE,
    WIDTH,
    Rows,
    Spec,
    at,
    beside,
    canvas,
    label_width,
    lines_of,
    only,
    pixel,
    swatches,
    withheld,
)
from etm_workbench.presentation.charts.marks import Reading
from etm_workbench.presentation.charts.plan import Choices, Plan, chosen, drawn
from etm_workbench.presentation.document import Labels
from etm_workbench.presentation.locale import symbol
from etm_workbench.presentation.parts import ChartPart
from etm_workbench.presentation.tabledata import TableData
from etm_workbench.protected import ProtectedTable
from etm_workbench.sensitive import OPEN_NODES

_KIND = Bilingual("Bars split into shares", "Barres divisées en parts")
_ROW, _BAR = 26, 18  # pixels of a row with a label of one line, and of a bar
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
    colours = theme.sequence(len(states))
    groups = plan.rows(reading.table)
    labels = reading.axis_labels(plan.down, groups, characters=34)
    left = label_width(labels)
    key, top = swatches(names, colours, left=left)
    heights = [max(_ROW, LINE * lines_of([label]) + 6) for label in labels]
    tops = [top + sum(heights[:place]) + (height - _ROW) / 2 for place, height in enumerate(heights)]
    rows: Rows = []
    for group, y in zip(groups, tops, strict=True):
        for place, (state, colour) in enumerate(zip(states, colours, strict=True)):
            codes = {plan.down: group, across: state}
            look = {"colour": colour, "ink": theme.ink_on(colour)}
            entry: dict[str, Any] = {"row": group, "state": state, "place": place, "top": y, **look}
            entry |= reading.value(plan.value, codes)
            if entry.get("value", 0) >= _LEAST_ROOM:
                entry["text"] = reading.text((plan.value,), codes)
            rows.append(entry)
        if all(entry.get("symbol") == symbol("not_applicable") for entry in rows[-len(states) :]):
            rows[-len(states)]["nobody"] = reading.text(plan.text[:1], {plan.down: group, across: states[0]})
    layers = [*key, beside(labels, [y + _BAR / 2 for y in tops], left=left), *_layers(left)]
    return canvas(rows, height=top + sum(heights) - 8, layers=layers, transform=_lengths(left))


def _lengths(left: float) -> list[Spec]:
    """Each segment begins where the one before it ends; a withheld one has no length."""
    width = WIDTH - left
    length = {"calculate": "isValid(datum.value) ? datum.value : 0", "as": "length"}
    stack = {"stack": "length", "groupby": ["row"], "sort": [{"field": "place"}], "as": ["from", "to"]}
    formulas = {
        "start": f"{left} + {width} * datum.from",
        "end": f"{left} + {width} * datum.to",
        "middle": f"{left} + {width} * (datum.from + datum.to) / 2",
        "under": f"datum.top + {_BAR}",
        "centre": f"datum.top + {_BAR / 2}",
    }
    return [length, stack, *({"calculate": formula, "as": name} for name, formula in formulas.items())]


def _layers(left: float) -> list[Spec]:
    height = {"y": pixel("top"), "y2": {"field": "under"}}
    fill = {"field": "colour", "type": "nominal", "scale": None}
    ink = {"field": "ink", "type": "nominal", "scale": None}
    segment = {"type": "rect", "stroke": "#ffffff", "strokeWidth": 1}
    span = {"x": pixel("start"), "x2": {"field": "end"}, **height, "fill": fill}
    figure = {"type": "text", "fontSize": 10.5, "fontWeight": "bold", "baseline": "middle"}
    inside = {"x": pixel("middle"), "y": pixel("centre"), "text": {"field": "text"}, "color": ink}
    beginning = {"x": at(left), "y": pixel("centre"), "text": {"field": "nobody"}}
    return [
        withheld({"x": at(left), "x2": at(WIDTH), **height}),
        only("value", {"mark": segment, "encoding": span}),
        only("text", {"mark": figure, "encoding": inside}),
        only("nobody", {"mark": {**figure, "align": "left", "dx": 4}, "encoding": beginning}),
    ]
