"""Small bars: categories down, groups across, each bar's number above it, a tick to compare with.

One group alone is drawn by `long_bars`, which has room for the numbers at the bars' ends.

Bars are on one scale over the whole chart, so that they compare in both directions; the tick marks where
the comparator stands, so that the two are never told apart by colour.
"""

from __future__ import annotations

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.errors import BadDefinition
from etm_workbench.presentation import theme
from etm_workbench.presentation.charts.canvas import (
    LINE,
    WIDTH,
    Rows,
    Spec,
    above,
    beside,
    canvas,
    label_width,
    line,
    lines_of,
    only,
    pixel,
    withheld,
)
from etm_workbench.presentation.charts.marks import Reading
from etm_workbench.presentation.charts.plan import Plan

SMALL_BARS = Bilingual("Small bars, one column a group", "Petites barres, une colonne par groupe")
_ROW, _GAP, _BAR = 35, 10, 11
_MOST_PANELS = 8


def small_bars(reading: Reading, plan: Plan) -> Spec:
    """The body of a specification of small bars.

    Raises
    ------
    BadDefinition
        More groups across than a page holds.
    """
    down, across = plan.rows(reading.table), plan.columns(reading.table)
    if len(across) > _MOST_PANELS:
        raise BadDefinition(
            f"Chart '{plan.name}' would have {len(across)} columns.",
            expected=f"At most {_MOST_PANELS} fit a page.",
            remedy="Choose some with `only`, or put that dimension down.",
        )
    names = reading.axis_labels(plan.down, down, characters=22)
    left = label_width(names)
    panel = (WIDTH - left - _GAP * (len(across) - 1)) / len(across)
    lefts = [round(left + place * (panel + _GAP), 1) for place in range(len(across))]
    heads = reading.axis_labels(plan.across or "", across, characters=int(panel / 6.2))
    top = (20 if plan.marker else 0) + LINE * lines_of(heads) + 6
    tops = [top + place * _ROW for place in range(len(down))]
    layers = [
        beside(names, [y + 20 for y in tops], left=left),
        *_layers(plan),
        above(heads, lefts, bottom=top - 2),
    ]
    if plan.marker:
        layers.append(line(f"|  {reading.say(plan.marker_label)}", top=0))
    rows = _rows(reading, plan, tops, lefts)
    return canvas(rows, height=top + _ROW * len(down), layers=layers, transform=_lengths(rows, panel))


def _rows(reading: Reading, plan: Plan, tops: list[int], lefts: list[float]) -> Rows:
    result: Rows = []
    for code, top in zip(plan.rows(reading.table), tops, strict=True):
        for other, left in zip(plan.columns(reading.table), lefts, strict=True):
            codes = {plan.down: code, plan.across or "": other}
            entry = {"row": code, "column": other, "top": top, "left": left, **reading.value(plan.value, codes)}
            entry["text"] = reading.text(plan.text, codes)
            if plan.marker and (mark := reading.number(plan.marker, codes)) is not None:
                entry["marker"] = mark
            result.append(entry)
    return result


def _lengths(rows: Rows, panel: float) -> list[Spec]:
    """From values to pixels; the longest bar or marker fills its column."""
    most = max((row.get(field, 0) for row in rows for field in ("value", "marker")), default=0) or 1
    formulas = {
        "end": f"datum.left + {panel} * datum.value / {most}",
        "tick": f"datum.left + {panel} * datum.marker / {most}",
        "full": f"datum.left + {panel}",
        "stub": "datum.left + 16",
        "over": "datum.top + 17",
        "under": f"datum.top + {17 + _BAR}",
        "rise": "datum.top + 16",
        "drop": f"datum.top + {20 + _BAR}",
    }
    return [{"calculate": formula, "as": name} for name, formula in formulas.items()]


def _layers(plan: Plan) -> list[Spec]:
    start, height = {"x": pixel("left")}, {"y": pixel("over"), "y2": {"field": "under"}}
    ground = {**start, "x2": {"field": "full"}, "y": pixel("under")}
    bar = {"type": "rect", "fill": theme.accent()}
    text = {"type": "text", "align": "left", "baseline": "bottom", "fontSize": 10.5, "dy": -2}
    layers: list[Spec] = [
        {"mark": {"type": "rule", "stroke": "#c8c8c8"}, "encoding": ground},
        only("value", {"mark": bar, "encoding": {**start, "x2": {"field": "end"}, **height}}),
        withheld({**start, "x2": {"field": "stub"}, **height}),
        {"mark": text, "encoding": {**start, "y": pixel("over"), "text": {"field": "text"}}},
    ]
    if plan.marker:
        tick = {"type": "rule", "strokeWidth": 2.5, "stroke": theme.SERVICE_MARK}
        place = {"x": pixel("tick"), "y": pixel("rise"), "y2": {"field": "drop"}}
        layers.append(only("marker", {"mark": tick, "encoding": place}))
    return layers
