"""How numbers move from year to year: one small panel a group, each from zero on its own scale.

Groups differ tenfold in size, so one scale would flatten the small ones; each panel says its first and
last number instead of an axis. A line breaks where a number is withheld, and an x stands there.
"""

from __future__ import annotations

from typing import Unpack

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.presentation import theme
from etm_workbench.presentation.charts.marks import WIDTH, Reading, Rows, Spec, values, wrapped
from etm_workbench.presentation.charts.plan import Choices, Plan, chosen, drawn
from etm_workbench.presentation.document import Labels
from etm_workbench.presentation.parts import ChartPart
from etm_workbench.presentation.tabledata import TableData
from etm_workbench.protected import ProtectedTable

_KIND = Bilingual(
    "Lines, one small panel a group, each from zero", "Lignes, un petit panneau par groupe, chacun depuis zéro"
)
_MOST_A_ROW = 6
_GAP = 26
_MARGIN = 24
_HEIGHT = 96


def trend(
    table: ProtectedTable | TableData, labels: Labels, *, title: Bilingual, **choices: Unpack[Choices]
) -> ChartPart:
    """A figure over cycles or years, one panel a group.

    Parameters
    ----------
    table : ProtectedTable
        A dimension of time (`down`, `cycle` unless chosen) × a dimension of groups (`across`, `level`),
        with the figure `count`, or another as `value`.
    labels : mapping of variable to mapping of code to Bilingual
        Of both dimensions.
    title : Bilingual
        The finding.
    **choices
        See `Choices`; `across=None` draws one wide panel.

    Returns
    -------
    ChartPart
        Scales start at zero and differ from panel to panel.
    """
    plan = chosen(
        choices, name="trend", down="cycle", across="level", value="count", text=("count",), totals=("across",)
    )
    return drawn(table, labels, title=title, plan=plan, draw=(small_lines, _KIND))


def small_lines(reading: Reading, plan: Plan) -> Spec:
    """The body of a specification of small lines."""
    times = [reading.label(plan.down, time) for time in plan.rows(reading.table)]
    groups = plan.columns(reading.table)
    names = [wrapped(reading.label(plan.across, g), 22) if plan.across else "" for g in groups]
    a_row = min(len(groups), _MOST_A_ROW)
    rows = [row for group, name in zip(groups, names, strict=True) for row in _rows(reading, plan, group, name)]
    panel = (WIDTH - _MARGIN - _GAP * (a_row - 1)) // a_row
    inner = {
        "width": panel,
        "height": _HEIGHT,
        "encoding": {"x": _time_axis(times)},
        "layer": _layers(panel),
    }
    body: Spec = {"data": values(rows)}
    if plan.across is None:
        return {**body, **inner, "padding": {"top": 20, "left": 5, "right": 5, "bottom": 5}}
    header = {"labelExpr": "split(datum.label, '\\n')", "labelAnchor": "start", "labelPadding": 20}
    facet = {"field": "column", "type": "nominal", "sort": names, "header": header}
    independent = {"resolve": {"scale": {"y": "independent"}}}
    return {**body, **independent, "facet": facet, "columns": a_row, "spacing": _GAP, "spec": inner}


def _rows(reading: Reading, plan: Plan, group: str, name: str) -> Rows:
    """The points of one panel; the first and the last that are shown carry their number as text."""
    rows: Rows = []
    for place, time in enumerate(plan.rows(reading.table)):
        codes = {plan.down: time, **({plan.across: group} if plan.across else {})}
        row = {"time": reading.label(plan.down, time), "place": place, "column": name}
        rows.append({**row, **reading.value(plan.value, codes), "whole": reading.text(plan.text, codes)})
    shown = [row for row in rows if "value" in row]
    for row, side in [*((row, "first") for row in shown[:1]), *((row, "last") for row in shown[1:][-1:])]:
        row[side] = row["whole"]
    for row in rows:
        del row["whole"]
    return rows


def _time_axis(times: list[str]) -> Spec:
    look = {"labelAngle": 0, "grid": False, "values": [times[0], times[-1]], "labelOverlap": False}
    ends = {"condition": {"test": f"datum.label == {times[0]!r}", "value": "left"}, "value": "right"}
    axis = {**look, "labelAlign": ends if len(times) > 1 else "center"}
    scale = {"type": "point", "padding": 0.1}
    return {"field": "time", "type": "ordinal", "sort": times, "title": None, "axis": axis, "scale": scale}


def _layers(width: int) -> list[Spec]:
    y = {"field": "value", "type": "quantitative", "axis": None, "scale": {"zero": True, "nice": False}}
    colour = theme.colour("blue-700")
    line = {"type": "line", "color": colour, "strokeWidth": 2, "invalid": "break-paths-show-domains"}
    end = {"type": "point", "filled": True, "size": 34, "color": colour, "opacity": 1}
    text = {"type": "text", "fontSize": 11, "baseline": "bottom"}
    return [
        {"mark": line, "encoding": {"y": y, "order": {"field": "place"}}},
        {
            "transform": [{"filter": "isValid(datum.first) || isValid(datum.last)"}],
            "mark": end,
            "encoding": {"y": y},
        },
        _above({**text, "align": "left"}, "first", {"value": 0}),
        _above({**text, "align": "right"}, "last", {"value": width}),
        {
            "transform": [{"filter": "isValid(datum.symbol)"}],
            "mark": text,
            "encoding": {"y": {"value": _HEIGHT}, "text": {"field": "symbol"}},
        },
    ]


def _above(mark: Spec, field: str, x: Spec) -> Spec:
    """A number in the line above the panel, where no line can run through it."""
    encoding = {"x": x, "y": {"value": -4}, "text": {"field": field}}
    return {"transform": [{"filter": f"isValid(datum.{field})"}], "mark": mark, "encoding": encoding}
