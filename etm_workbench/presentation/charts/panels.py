"""Small bars: categories down, groups across, each bar's number above it, a tick to compare with.

Bars are compared within a column by length and across columns by position; the tick marks where the
comparator stands, so that the two are never told apart by colour.
"""

from __future__ import annotations

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.errors import BadDefinition
from etm_workbench.presentation import theme
from etm_workbench.presentation.charts.marks import (
    WIDTH,
    Reading,
    Rows,
    Spec,
    category_axis,
    key_line,
    label_width,
    panel_header,
    values,
    withheld_block,
)
from etm_workbench.presentation.charts.plan import Plan

SMALL_BARS = Bilingual("Small bars, one column a group", "Petites barres, une colonne par groupe")
BARS = Bilingual("Horizontal bars", "Barres horizontales")
_ROW = 40
_MOST_PANELS = 8
_GAP = 8


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
    rows = reading.axis_labels(plan.down, down, characters=22 if plan.across else 44)
    panel = (WIDTH - label_width(rows)) // len(across) - _GAP
    columns = reading.axis_labels(plan.across, across, characters=panel // 6) if plan.across else [""]
    inner = {
        "width": panel,
        "height": {"step": _ROW},
        "encoding": {"y": category_axis(rows)},
        "layer": _layers(panel, plan),
    }
    body: Spec = {"data": values(_rows(reading, plan, rows, columns))}
    if plan.marker:
        body["title"] = key_line(f"|  {reading.say(plan.marker_label)}")
    if plan.across is None:
        return {**body, **inner}
    return {**body, "facet": {"column": panel_header(columns)}, "spacing": _GAP, "spec": inner}


def _rows(reading: Reading, plan: Plan, rows: list[str], columns: list[str]) -> Rows:
    result: Rows = []
    for code, row in zip(plan.rows(reading.table), rows, strict=True):
        for other, column in zip(plan.columns(reading.table), columns, strict=True):
            codes = {plan.down: code, **({plan.across: other} if plan.across else {})}
            entry = {"row": row, "column": column, **reading.value(plan.value, codes)}
            entry["text"] = reading.text(plan.text, codes)
            if plan.marker and (mark := reading.number(plan.marker, codes)) is not None:
                entry["marker"] = mark
            result.append(entry)
    return result


def _layers(panel: int, plan: Plan) -> list[Spec]:
    scale = {"scale": {"domainMin": 0, "range": [0, panel]}, "axis": None, "type": "quantitative"}
    start = {"x": {"value": 0}}
    ground = {"type": "rule", "yOffset": 15, "stroke": "#c8c8c8"}
    label = {"type": "text", "align": "left", "yOffset": -6, "fontSize": 10.5}
    layers: list[Spec] = [
        {"mark": ground, "encoding": {**start, "x2": {"value": panel}}},
        {"mark": {"type": "bar", "height": 11, "yOffset": 9}, "encoding": {"x": {"field": "value", **scale}}},
        withheld_block(11, offset=9),
        {"mark": label, "encoding": {**start, "text": {"field": "text"}}},
    ]
    if plan.marker:
        look = {"thickness": 2.5, "color": theme.SERVICE_MARK, "opacity": 1}
        tick = {"type": "tick", "size": 17, "yOffset": 9, **look}
        layers.append({"mark": tick, "encoding": {"x": {"field": "marker", **scale}}})
    return layers
