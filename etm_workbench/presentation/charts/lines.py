"""How numbers move from year to year: one small panel a group, each from zero on its own scale.

Groups differ tenfold in size, so one scale would flatten the small ones; each panel says its first and
last number instead of an axis. A line breaks where a number is withheld, and an x stands there.
"""

from __future__ import annotations

from itertools import groupby
from math import ceil
from typing import Unpack

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.presentation import theme
from etm_workbench.presentation.charts.canvas import WIDTH, Rows, Spec, above, canvas, label_width, only, pixel
from etm_workbench.presentation.charts.marks import Reading
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
_HEAD, _HEIGHT = 40, 90  # pixels above a panel for its name and numbers, and of the panel
_PITCH = _HEAD + _HEIGHT + 34


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
    groups = plan.columns(reading.table)
    times = plan.rows(reading.table)
    a_row = _panels_a_row(len(groups), [reading.label(plan.down, time) for time in (times[0], times[-1])])
    panel = (WIDTH - _GAP * (a_row - 1)) / a_row
    lefts = [round(place % a_row * (panel + _GAP), 1) for place in range(len(groups))]
    tops = [place // a_row * _PITCH for place in range(len(groups))]
    rows = [
        row
        for group, left, top in zip(groups, lefts, tops, strict=True)
        for row in _rows(reading, plan, group, {"left": left, "top": top})
    ]
    layers = _layers()
    if plan.across:
        names = [reading.label(plan.across, group) for group in groups]
        layers += [above([name], [x], bottom=y + 14) for name, x, y in zip(names, lefts, tops, strict=True)]
    steps = len(times) - 1
    return canvas(rows, height=max(tops) + _PITCH - 14, layers=layers, transform=_places(panel, steps or 1))


def _panels_a_row(panels: int, ends: list[str]) -> int:
    """As many panels as have room for their first and last time side by side, in rows of one length."""
    room = WIDTH // (2 * label_width(ends) + _GAP)
    rows = ceil(panels / max(1, min(_MOST_A_ROW, room)))
    return ceil(panels / rows)


def _rows(reading: Reading, plan: Plan, group: str, corner: Spec) -> Rows:
    """The points of one panel; the first and the last that are shown carry their number as text."""
    times = plan.rows(reading.table)
    rows: Rows = []
    for place, time in enumerate(times):
        codes = {plan.down: time, **({plan.across: group} if plan.across else {})}
        row = {"column": group, "place": place, **corner, **reading.value(plan.value, codes)}
        rows.append({**row, "whole": reading.text(plan.text, codes)})
    _into_runs(rows, group)
    shown = [row for row in rows if "value" in row]
    for row, side in [*((row, "first") for row in shown[:1]), *((row, "last") for row in shown[1:][-1:])]:
        row[side] = row["whole"]
    for row in rows:
        del row["whole"]
    rows[0]["begin"] = reading.label(plan.down, times[0])
    if len(times) > 1:
        rows[-1]["finish"] = reading.label(plan.down, times[-1])
    return rows


def _into_runs(rows: Rows, group: str) -> None:
    """A line for each run of shown points; a point between two withheld ones is marked as alone."""
    for number, (is_shown, run) in enumerate(groupby(rows, key=lambda row: "value" in row)):
        points = list(run)
        for point in points if is_shown else []:
            point["run"] = f"{group} {number}"
            if len(points) == 1:
                point["alone"] = 1


def _places(panel: float, steps: int) -> list[Spec]:
    """From values to pixels: each panel from zero to its own greatest value."""
    greatest = {"joinaggregate": [{"op": "max", "field": "value", "as": "most"}], "groupby": ["column"]}
    inset = 5
    formulas = {
        "across": f"datum.left + {inset} + {panel - 2 * inset} * datum.place / {steps}",
        "ground": f"datum.top + {_HEAD + _HEIGHT}",
        "height": f"datum.ground - {_HEIGHT} * datum.value / max(datum.most, 1e-9)",
        "right": f"datum.left + {panel}",
        "numbers": f"datum.top + {_HEAD - 6}",
        "times": f"datum.top + {_HEAD + _HEIGHT + 5}",
    }
    return [greatest, *({"calculate": formula, "as": name} for name, formula in formulas.items())]


def _layers() -> list[Spec]:
    point = {"x": pixel("across"), "y": pixel("height")}
    colour = theme.colour("blue-700")
    path = {"type": "line", "color": colour, "strokeWidth": 2}
    runs = {"detail": {"field": "run"}, "order": {"field": "place"}}
    dot = {"mark": {"type": "point", "filled": True, "size": 34, "color": colour, "opacity": 1}, "encoding": point}
    base = {"x": pixel("left"), "x2": {"field": "right"}, "y": pixel("ground")}
    return [
        only("begin", {"mark": {"type": "rule", "stroke": theme.colour("border-default")}, "encoding": base}),
        only("value", {"mark": path, "encoding": {**point, **runs}}),
        only("alone", dot),
        only("first", dot),
        only("last", dot),
        _text("first", "left", "left", "numbers"),
        _text("last", "right", "right", "numbers"),
        _text("begin", "left", "left", "times"),
        _text("finish", "right", "right", "times"),
        _text("symbol", "across", "center", "ground"),
    ]


def _text(field: str, x: str, align: str, y: str) -> Spec:
    baseline = "top" if y == "times" else "bottom"
    mark = {"type": "text", "fontSize": 11, "align": align, "baseline": baseline}
    return only(field, {"mark": mark, "encoding": {"x": pixel(x), "y": pixel(y), "text": {"field": field}}})
