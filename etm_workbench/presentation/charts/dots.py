"""How a group differs from the rest of the service, and how sure one may be.

A dot is the difference, the line its interval, zero the rest of the service. A filled dot's interval
leaves zero out; a hollow one's does not, which says that one cannot tell at this size, not that there
is no difference.
"""

from __future__ import annotations

from typing import Unpack

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.presentation import theme, words
from etm_workbench.presentation.charts.marks import (
    WIDTH,
    Reading,
    Rows,
    Spec,
    category_axis,
    key_line,
    label_width,
    values,
)
from etm_workbench.presentation.charts.plan import Choices, Plan, chosen, drawn
from etm_workbench.presentation.document import Labels
from etm_workbench.presentation.parts import ChartPart
from etm_workbench.presentation.tabledata import TableData
from etm_workbench.protected import ProtectedTable

_KIND = Bilingual("Dots with intervals around zero", "Points avec intervalles autour de zéro")


def difference(
    table: ProtectedTable | TableData, labels: Labels, *, title: Bilingual, **choices: Unpack[Choices]
) -> ChartPart:
    """Differences from the rest of the service in percentage points, with their intervals.

    Parameters
    ----------
    table : ProtectedTable
        With the figures `difference`, `low` and `high` (of shares, -1 to 1), such as a comparison of
        `placement` at `where={"population": "PART"}`.
    labels : mapping of variable to mapping of code to Bilingual
        Of the dimension drawn.
    title : Bilingual
        The finding.
    **choices
        See `Choices`: `down` is `placement` unless chosen.

    Returns
    -------
    ChartPart
        Its text version shows difference and interval.
    """
    plan = chosen(choices, name="difference", down="placement", value="difference", text=("difference", "low", "high"))
    return drawn(table, labels, title=title, plan=plan, draw=(dots, _KIND))


def dots(reading: Reading, plan: Plan) -> Spec:
    """The body of a specification of dots with intervals."""
    labels = reading.axis_labels(plan.down, plan.rows(reading.table), characters=34)
    rows: Rows = []
    for code, label in zip(plan.rows(reading.table), labels, strict=True):
        codes = {plan.down: code}
        entry = {"row": label, **_points(reading, plan.value, codes)}
        low, high = (_points(reading, bound, codes).get("value") for bound in ("low", "high"))
        if low is not None and high is not None:
            entry |= {"low": low, "high": high, "clear": int(low > 0 or high < 0)}
        entry["text"] = reading.text((plan.value,), codes)
        rows.append(entry)
    return {
        "data": values(rows),
        "title": key_line(reading.say(words.DOTS_KEY)),
        "width": WIDTH - label_width(labels) - 70,
        "height": {"step": 30},
        "layer": _layers(reading, {"y": category_axis(labels)}),
    }


def _points(reading: Reading, figure: str, codes: dict[str, str]) -> Spec:
    """A difference of shares in points, as it is written."""
    value = reading.value(figure, codes)
    return {"value": round(value["value"] * 100, 1)} if "value" in value else value


def _layers(reading: Reading, y: Spec) -> list[Spec]:
    axis = {"grid": True, "tickCount": 7, "domain": False}
    x = {"field": "value", "type": "quantitative", "title": reading.say(words.DIFFERENCE_AXIS), "axis": axis}
    colour = theme.colour("blue-700")
    filled = {"condition": {"test": "datum.clear == 1", "value": colour}, "value": "#ffffff"}
    right = {"x": {"value": {"expr": "width + 8"}}}
    return [
        {"mark": {"type": "rule", "strokeWidth": 1.5, "color": theme.SERVICE_MARK}, "encoding": {"x": {"datum": 0}}},
        {
            "transform": [{"filter": "isValid(datum.low)"}],
            "mark": {"type": "rule", "strokeWidth": 3, "color": theme.colour("blue-300")},
            "encoding": {**y, "x": {**x, "field": "low"}, "x2": {"field": "high"}},
        },
        {
            "transform": [{"filter": "isValid(datum.value)"}],
            "mark": {"type": "point", "size": 80, "stroke": colour, "strokeWidth": 2, "opacity": 1},
            "encoding": {**y, "x": x, "fill": filled},
        },
        {"mark": {"type": "text", "align": "left"}, "encoding": {**y, **right, "text": {"field": "text"}}},
    ]
