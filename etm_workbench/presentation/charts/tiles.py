"""From one state to another: a tile for each pair, darker for more, its number inside.

Placements before stand down, placements after across, in the same order, so that the diagonal is who
stayed where they were; it is outlined.
"""

from __future__ import annotations

from typing import Unpack

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
from etm_workbench.presentation.charts.marks import Reading, wrapped
from etm_workbench.presentation.charts.plan import Choices, Plan, chosen, drawn
from etm_workbench.presentation.document import VARIABLE, Labels
from etm_workbench.presentation.parts import ChartPart
from etm_workbench.presentation.tabledata import TableData
from etm_workbench.protected import ProtectedTable
from etm_workbench.sensitive import OPEN_NODES

_KIND = Bilingual("Tiles, darker for more people", "Tuiles, plus foncées quand il y a plus de personnes")
_MOST = 10
_ROW = 29


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
    labels = reading.axis_labels(plan.down, down, characters=24)
    side = wrapped(reading.label(plan.down, VARIABLE), 24)
    left = label_width([*labels, side])
    tile = round((WIDTH - left) / len(across), 1)
    lefts = [round(left + place * tile, 1) for place in range(len(across))]
    heads = reading.axis_labels(columns_variable, across, characters=max(8, int(tile / 6.6)))
    top = 18 + LINE * lines_of(heads) + 6
    tops = [top + place * _ROW for place in range(len(down))]
    rows: Rows = []
    for code, y in zip(down, tops, strict=True):
        for other, x in zip(across, lefts, strict=True):
            codes = {plan.down: code, columns_variable: other}
            entry = {"row": code, "column": other, "top": y, "left": x, **reading.value(plan.value, codes)}
            entry["text"] = reading.text(plan.text, codes)
            if code == other:
                entry["same"] = 1
            rows.append(entry)
    centres = [x + tile / 2 for x in lefts]
    layers = [
        line(side, top=top - LINE * lines_of([side]) - 4, left=left - 8, align="right"),
        line(reading.label(columns_variable, VARIABLE), top=0, left=left),
        beside(labels, [y + _ROW / 2 for y in tops], left=left),
        above(heads, centres, bottom=top - 4, align="center"),
        *_layers(max((entry["value"] for entry in rows if "value" in entry), default=0)),
    ]
    return canvas(rows, height=top + _ROW * len(down), layers=layers, transform=_edges(tile))


def _edges(tile: float) -> list[Spec]:
    formulas = {
        "right": f"datum.left + {tile}",
        "under": f"datum.top + {_ROW}",
        "middle": f"datum.left + {tile / 2}",
        "centre": f"datum.top + {_ROW / 2}",
    }
    return [{"calculate": formula, "as": name} for name, formula in formulas.items()]


def _layers(most: float) -> list[Spec]:
    ramp = ["#ffffff", theme.colour("blue-100"), theme.colour("blue-300")]  # light enough for dark figures
    shade = {"domain": [0, most or 1], "range": ramp, "type": "linear", "interpolate": "rgb"}
    fill = {"field": "value", "type": "quantitative", "scale": shade, "legend": None}
    box = {"x": pixel("left"), "x2": {"field": "right"}, "y": pixel("top"), "y2": {"field": "under"}}
    middle = {"x": pixel("middle"), "y": pixel("centre")}
    outline = {"type": "rect", "fill": None, "stroke": theme.colour("text-primary"), "strokeWidth": 1.5}
    figure = {"type": "text", "fontSize": 11, "baseline": "middle"}
    ground = {"type": "square", "size": 300, "fill": "#ffffff", "opacity": 1}
    return [
        only("value", {"mark": {"type": "rect", "stroke": "#d0d0d0"}, "encoding": {**box, "fill": fill}}),
        withheld(box),
        only("symbol", {"mark": ground, "encoding": middle}),
        only("same", {"mark": outline, "encoding": box}),
        {"mark": figure, "encoding": {**middle, "text": {"field": "text"}}},
    ]
