"""Long bars: one a category, its number at its end, a tick to compare with.

For one group; with several, `panels.small_bars` puts a column beside a column.
"""

from __future__ import annotations

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.presentation import theme
from etm_workbench.presentation.charts.canvas import (
    WIDTH,
    Rows,
    Spec,
    beside,
    canvas,
    label_width,
    line,
    only,
    pixel,
    withheld,
)
from etm_workbench.presentation.charts.marks import Reading
from etm_workbench.presentation.charts.plan import Plan

BARS = Bilingual("Horizontal bars", "Barres horizontales")
_ROW, _BAR = 25, 13
_STUB = 16  # pixels of the hatched box that stands for a withheld bar


def long_bars(reading: Reading, plan: Plan) -> Spec:
    """The body of a specification of long bars."""
    codes = plan.rows(reading.table)
    names = reading.axis_labels(plan.down, codes, characters=44)
    texts = [reading.text(plan.text, {plan.down: code}) for code in codes]
    left, top = label_width(names), 20 if plan.marker else 0
    room = WIDTH - left - label_width(texts) - 4
    tops = [top + place * _ROW for place in range(len(codes))]
    rows = [_row(reading, plan, code, y) for code, y in zip(codes, tops, strict=True)]
    layers = [beside(names, [y + _ROW / 2 for y in tops], left=left), *_layers()]
    if plan.marker:
        layers.append(_ticks())
        layers.append(line(f"|  {reading.say(plan.marker_label)}", top=0))
    height = top + _ROW * len(codes)
    return canvas(rows, height=height, layers=layers, transform=_places(rows, left, room))


def _row(reading: Reading, plan: Plan, code: str, top: float) -> Spec:
    codes = {plan.down: code}
    row = {"row": code, "top": top, **reading.value(plan.value, codes), "text": reading.text(plan.text, codes)}
    mark = reading.number(plan.marker, codes) if plan.marker else None
    return row if mark is None else {**row, "marker": mark}


def _places(rows: Rows, left: float, room: float) -> list[Spec]:
    """From values to pixels; the longest bar or marker takes the room there is, texts stand after both."""
    most = max((row.get(field, 0) for row in rows for field in ("value", "marker")), default=0) or 1
    formulas = {
        "start": f"{left}",
        "end": f"{left} + {room} * datum.value / {most}",
        "tick": f"{left} + {room} * datum.marker / {most}",
        "stub": f"{left + _STUB}",
        "over": f"datum.top + {(_ROW - _BAR) / 2}",
        "under": f"datum.top + {(_ROW + _BAR) / 2}",
        "middle": f"datum.top + {_ROW / 2}",
        "rise": "datum.over - 3",
        "drop": "datum.under + 3",
        "after": "max(isValid(datum.value) ? datum.end : datum.stub, isValid(datum.marker) ? datum.tick : 0) + 6",
    }
    return [{"calculate": formula, "as": name} for name, formula in formulas.items()]


def _ticks() -> Spec:
    tick = {"type": "rule", "strokeWidth": 2.5, "stroke": theme.SERVICE_MARK}
    place = {"x": pixel("tick"), "y": pixel("rise"), "y2": {"field": "drop"}}
    return only("marker", {"mark": tick, "encoding": place})


def _layers() -> list[Spec]:
    height = {"y": pixel("over"), "y2": {"field": "under"}}
    axis = {"x": pixel("start"), "y": pixel("top"), "y2": {"field": "bottom"}}
    text = {"type": "text", "align": "left", "baseline": "middle", "fontSize": 11}
    ground = [{"calculate": f"datum.top + {_ROW}", "as": "bottom"}]
    return [
        {"mark": {"type": "rule", "stroke": "#8c8c8c"}, "encoding": axis, "transform": ground},
        only("value", {"mark": {"type": "rect", "fill": theme.accent()},
                       "encoding": {"x": pixel("start"), "x2": {"field": "end"}, **height}}),
        withheld({"x": pixel("start"), "x2": {"field": "stub"}, **height}),
        {"mark": text, "encoding": {"x": pixel("after"), "y": pixel("middle"), "text": {"field": "text"}}},
    ]  # fmt: skip
