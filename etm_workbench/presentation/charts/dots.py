"""How a group differs from the rest of the service, and how sure one may be.

A dot is the difference, the line its interval, zero the rest of the service. A filled dot is a
difference by the test that the report's sentences go by: its p-value, adjusted for every comparison
made. A hollow one says that one cannot tell at this size, not that there is no difference. An interval
is of one difference taken by itself, so it may leave zero out beside a hollow dot.
"""

from __future__ import annotations

from typing import Unpack

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.presentation import theme, words
from etm_workbench.presentation.charts.canvas import (
    LINE,
    WIDTH,
    Spec,
    at,
    beside,
    canvas,
    label_width,
    line,
    only,
    pixel,
    withheld,
)
from etm_workbench.presentation.charts.marks import Reading
from etm_workbench.presentation.charts.plan import Choices, Plan, chosen, drawn
from etm_workbench.presentation.document import Labels
from etm_workbench.presentation.locale import number
from etm_workbench.presentation.parts import ChartPart
from etm_workbench.presentation.sentences import comparisons_of, direction_of
from etm_workbench.presentation.tabledata import TableData
from etm_workbench.protected import ProtectedTable

_TOP, _ROW, _NUMBERS = 36, 28, 46  # pixels above, of a row, and for the numbers at the right
_KIND = Bilingual("Dots with intervals around zero", "Points avec intervalles autour de zéro")


def difference(
    table: ProtectedTable | TableData, labels: Labels, *, title: Bilingual, **choices: Unpack[Choices]
) -> ChartPart:
    """Differences from the rest of the service in percentage points, with their intervals.

    Parameters
    ----------
    table : ProtectedTable
        With the figures `difference`, `low` and `high` (of shares, -1 to 1), such as a comparison of
        `placement` at `where={"population": "PART"}`; with `p_adjusted` where `significance` is chosen.
    labels : mapping of variable to mapping of code to Bilingual
        Of the dimension drawn.
    title : Bilingual
        The finding.
    **choices
        See `Choices`: `down` is `placement` unless chosen. Without a `significance` every dot is
        hollow, and nothing is said of which are differences.

    Returns
    -------
    ChartPart
        Its text version shows difference, interval and, where dots are filled by it, adjusted p-value.
    """
    text = ("difference", "low", "high", *(("p_adjusted",) if choices.get("significance") else ()))
    plan = chosen(choices, name="difference", down="placement", value="difference", text=text)
    return drawn(table, labels, title=title, plan=plan, draw=(dots, _KIND))


def dots(reading: Reading, plan: Plan) -> Spec:
    """The body of a specification of dots with intervals."""
    codes = plan.rows(reading.table)
    labels = reading.axis_labels(plan.down, codes, characters=34)
    left = label_width(labels)
    centres = [_TOP + (place + 0.5) * _ROW for place in range(len(codes))]
    rows = [_row(reading, plan, code, centre) for code, centre in zip(codes, centres, strict=True)]
    layers = [
        _ground(),
        *_key(reading, plan),
        beside(labels, centres, left=left),
        *_layers(reading, [left, WIDTH - _NUMBERS], bottom=_TOP + _ROW * len(codes)),
    ]
    return canvas(rows, height=_TOP + _ROW * len(codes), layers=layers)


def _row(reading: Reading, plan: Plan, code: str, centre: float) -> Spec:
    codes = {plan.down: code}
    row = {"row": code, "centre": centre, **_points(reading, plan.value, codes)}
    low, high = (_points(reading, bound, codes).get("value") for bound in ("low", "high"))
    if low is not None and high is not None:
        row |= {"low": low, "high": high}
    if plan.significance is not None and "value" in row:
        verdict = direction_of(reading.table, {**reading.where, **codes}, significance=plan.significance)
        row["clear"] = int(verdict in ("higher", "lower"))
    return {**row, "text": reading.text((plan.value,), codes)}


def _ground() -> Spec:
    """White under the key, over the axis' grid lines."""
    whole = {"x": at(0), "x2": at(WIDTH), "y": at(-2), "y2": at(_TOP - 6)}
    return {"data": {"values": [{}]}, "mark": {"type": "rect", "fill": "#ffffff"}, "encoding": whole}


def _key(reading: Reading, plan: Plan) -> list[Spec]:
    said = [reading.say(words.INTERVAL_KEY)]
    if plan.significance is not None:
        made = number(comparisons_of(reading.table, plan.down), "count", reading.language)
        said.insert(0, reading.say(words.DOTS_KEY).replace("{n}", made))
    return [line(text, top=LINE * place) for place, text in enumerate(said)]


def _points(reading: Reading, figure: str, codes: dict[str, str]) -> Spec:
    """A difference of shares in points, as it is written."""
    value = reading.value(figure, codes)
    return {"value": round(value["value"] * 100, 1)} if "value" in value else value


def _layers(reading: Reading, span: list[float], *, bottom: float) -> list[Spec]:
    axis = {"grid": True, "tickCount": 7, "domain": False, "gridColor": "#e3e3e3"}
    scale = {"range": span, "nice": True}
    title = reading.say(words.DIFFERENCE_AXIS)
    x = {"field": "value", "type": "quantitative", "title": title, "axis": axis, "scale": scale}
    y = {"y": pixel("centre")}
    colour = theme.colour("blue-700")
    filled = {"condition": {"test": "datum.clear == 1", "value": colour}, "value": "#ffffff"}
    zero = {"type": "rule", "strokeWidth": 1.5, "color": theme.SERVICE_MARK}
    interval = {"type": "rule", "strokeWidth": 3, "color": theme.colour("blue-300")}
    dot = {"type": "point", "size": 80, "stroke": colour, "strokeWidth": 2, "opacity": 1}
    figure = {"type": "text", "align": "right", "baseline": "middle"}
    box = {"x": at(span[0]), "x2": at(span[0] + 16), "y": pixel("over"), "y2": {"field": "under"}}
    edges = [{"calculate": "datum.centre - 6", "as": "over"}, {"calculate": "datum.centre + 6", "as": "under"}]
    hatched = withheld(box)
    return [
        {"mark": zero, "encoding": {"x": {"datum": 0, "type": "quantitative"}, "y": at(_TOP), "y2": at(bottom)}},
        only("low", {"mark": interval, "encoding": {**y, "x": {**x, "field": "low"}, "x2": {"field": "high"}}}),
        only("value", {"mark": dot, "encoding": {**y, "x": x, "fill": filled}}),
        {**hatched, "transform": [*hatched["transform"], *edges]},
        {"mark": figure, "encoding": {**y, "x": at(WIDTH), "text": {"field": "text"}}},
    ]
