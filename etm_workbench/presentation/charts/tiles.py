"""From one state to another: a tile for each pair, darker for more, its number inside.

Placements before stand down, placements after across, in the same order, so that the diagonal is who
stayed where they were; it is outlined.
"""

from __future__ import annotations

from typing import Unpack

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.errors import BadDefinition
from etm_workbench.presentation import theme
from etm_workbench.presentation.charts.marks import (
    WIDTH,
    Reading,
    Rows,
    Spec,
    category_axis,
    label_width,
    top_axis,
    values,
)
from etm_workbench.presentation.charts.plan import Choices, Plan, chosen, drawn
from etm_workbench.presentation.document import VARIABLE, Labels
from etm_workbench.presentation.parts import ChartPart
from etm_workbench.presentation.tabledata import TableData
from etm_workbench.protected import ProtectedTable
from etm_workbench.sensitive import OPEN_NODES

_KIND = Bilingual("Tiles, darker for more people", "Tuiles, plus foncées quand il y a plus de personnes")
_MOST = 10


def movement(
    table: ProtectedTable | TableData, labels: Labels, *, title: Bilingual, **choices: Unpack[Choices]
) -> ChartPart:
    """Placements of the same people in two cycles, as tiles.

    Parameters
    ----------
    table : ProtectedTable
        `placement_before` × `placement` with the figure `count`.
    labels : mapping of variable to mapping of code to Bilingual
        Of both dimensions.
    title : Bilingual
        The finding.
    **choices
        See `Choices`: `down="level", across="movement"` for moves by level.

    Returns
    -------
    ChartPart
        Tiles in the table's order, totals left out; its text version is the same matrix.
    """
    plan = chosen(choices, name="movement", down="placement_before", across="placement", value="count", text=("count",))
    return drawn(table, labels, title=title, plan=plan, draw=(matrix, _KIND))


def matrix(reading: Reading, plan: Plan) -> Spec:
    """The body of a specification of tiles.

    Raises
    ------
    BadDefinition
        Nothing is across, or more than a page holds.
    """
    columns_variable = plan.across or ""
    across = [code for code in plan.columns(reading.table) if code not in OPEN_NODES]
    if not 0 < len(across) <= _MOST or not columns_variable:
        raise BadDefinition(
            f"Chart '{plan.name}' would have {len(across)} columns of tiles.",
            expected=f"Between 1 and {_MOST}.",
            remedy="Choose another dimension across, or some of its codes with `only`.",
        )
    down = plan.rows(reading.table)
    row_labels = reading.axis_labels(plan.down, down, characters=24)
    left = label_width(row_labels) + 22
    tile = (WIDTH - left) // len(across)
    heads = reading.axis_labels(columns_variable, across, characters=max(8, int(tile / 6.4)))
    rows: Rows = []
    for code, row in zip(down, row_labels, strict=True):
        for other, column in zip(across, heads, strict=True):
            codes = {plan.down: code, columns_variable: other}
            entry = {"row": row, "column": column, **reading.value(plan.value, codes)}
            entry["text"] = reading.text(plan.text, codes)
            if code == other:
                entry["same"] = 1
            rows.append(entry)
    most = max((entry["value"] for entry in rows if "value" in entry), default=0)
    return {
        "data": values(rows),
        "width": tile * len(across),
        "height": {"step": 34},
        "encoding": {
            "y": _titled(category_axis(row_labels), reading, plan.down),
            "x": top_axis(heads, title=reading.label(columns_variable, VARIABLE)),
        },
        "layer": _layers(most),
    }


def _titled(axis: Spec, reading: Reading, variable: str) -> Spec:
    return {**axis, "title": reading.label(variable, VARIABLE)}


def _layers(most: float) -> list[Spec]:
    ramp = ["#ffffff", theme.colour("blue-100"), theme.colour("blue-300")]  # light enough for dark figures
    shade = {"domain": [0, most or 1], "range": ramp, "type": "linear", "interpolate": "rgb"}
    fill = {"field": "value", "type": "quantitative", "scale": shade, "legend": None}
    outline = {"type": "rect", "fill": None, "stroke": theme.colour("text-primary"), "strokeWidth": 1.5}
    withheld = {"transform": [{"filter": "isValid(datum.symbol)"}]}
    return [
        {"mark": {"type": "rect", "stroke": "#d0d0d0"}, "encoding": {"fill": fill}},
        {**withheld, "mark": {"type": "rect", "fill": theme.WITHHELD_FILL, "stroke": "#d0d0d0"}},
        {**withheld, "mark": {"type": "rect", "fill": "#ffffff", "width": 18, "height": 16}},
        {"transform": [{"filter": "isValid(datum.same)"}], "mark": outline},
        {"mark": {"type": "text", "fontSize": 11}, "encoding": {"text": {"field": "text"}}},
    ]
