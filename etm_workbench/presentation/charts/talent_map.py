"""The talent map: how many executives stand in each placement, by level, beside the service.

The official map is an ordered list of categories with definitions, not a grid of two axes; so it is
drawn as a list. Each level is a column, each placement a row, and the bar is the placement's share of
that level. A dark tick marks the share elsewhere, so that the two are compared by position, not colour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from etm_workbench.codebook.bilingual import Bilingual, Language
from etm_workbench.presentation import theme
from etm_workbench.presentation.charts.marks import (
    WIDTH,
    Reading,
    Rows,
    Spec,
    category_axis,
    chart_part,
    frame,
    in_both,
    usual_alt,
    values,
    withheld_block,
    wrapped,
)
from etm_workbench.presentation.document import Labels
from etm_workbench.presentation.layout import Layout
from etm_workbench.presentation.locale import say
from etm_workbench.presentation.parts import ChartPart
from etm_workbench.presentation.tabledata import TableData
from etm_workbench.protected import ProtectedTable, Shown
from etm_workbench.sensitive import OPEN_NODES

_KIND = Bilingual("Small bars, one column a category: shares", "Petites barres, une colonne par catégorie : parts")
_MARKER = Bilingual("Dark tick: the rest of the public service", "Trait foncé : le reste de la fonction publique")
_LABEL_WIDTH = 132
_ROW = 40


def talent_map(
    table: ProtectedTable | TableData,
    labels: Labels,
    *,
    title: Bilingual,
    name: str = "talent_map",
    placement: str = "placement",
    by: str = "level",
    marker: str | None = None,
    marker_label: Bilingual = _MARKER,
    where: Mapping[str, str] | None = None,
    alt: Bilingual | None = None,
) -> ChartPart:
    """The talent map as small bars, placements down and levels across.

    Parameters
    ----------
    table : ProtectedTable
        With the dimensions `placement` and `by`, and the figures `count` and `share`.
    labels : mapping of variable to mapping of code to Bilingual
        Of both dimensions.
    title : Bilingual
        The finding.
    marker : str, optional
        A figure of shares to mark beside each bar: `rest_share` of a comparison.
    where : mapping of variable to code, optional
        Where other dimensions stand: `{"population": "PART"}`.

    Returns
    -------
    ChartPart
        Its text version shows count, share and marker.
    """
    data = TableData.of(table)
    where = where or {}
    rows = tuple(code for code in data.codes(placement) if code not in OPEN_NODES)
    figures = ("count", "share", *([marker] if marker else []))

    def draw(language: Language) -> Spec:
        reading = Reading(data, labels, language, where)
        return _spec(reading, (placement, rows), (by, data.codes(by)), marker=marker, marker_label=marker_label)

    return chart_part(
        name,
        title,
        alt=alt or usual_alt(_KIND, (placement, by), labels),
        specs=in_both(draw),
        text_version=(data, Layout((placement,), (by,), figures, where=where, only={placement: rows})),
    )


def _spec(
    reading: Reading,
    down: tuple[str, Sequence[str]],
    across: tuple[str, Sequence[str]],
    *,
    marker: str | None,
    marker_label: Bilingual,
) -> Spec:
    rows, columns = _labels(reading, *down, 20), _labels(reading, *across, 14)
    panel = (WIDTH - _LABEL_WIDTH) / len(columns) - 8
    body: Spec = {
        "data": values(_rows(reading, down, across, marker)),
        "facet": {
            "column": {
                "field": "column",
                "type": "nominal",
                "sort": columns,
                "header": {"labelExpr": "split(datum.label, '\\n')"},
            }
        },
        "spacing": 8,
        "spec": {
            "width": round(panel),
            "height": {"step": _ROW},
            "encoding": {"y": {"field": "row", **category_axis(rows, limit=_LABEL_WIDTH)}},
            "layer": _layers(round(panel), marker),
        },
    }
    if marker:
        body["title"] = _key(say(marker_label, reading.language))
    return frame(reading.language, body)


def _labels(reading: Reading, variable: str, codes: Sequence[str], characters: int) -> list[str]:
    return [wrapped(reading.label(variable, code), characters) for code in codes]


def _rows(
    reading: Reading, down: tuple[str, Sequence[str]], across: tuple[str, Sequence[str]], marker: str | None
) -> Rows:
    rows: Rows = []
    for code, label in zip(down[1], _labels(reading, *down, 20), strict=True):
        for column, heading in zip(across[1], _labels(reading, *across, 14), strict=True):
            codes = {down[0]: code, across[0]: column}
            row = {"row": label, "column": heading, **reading.value("share", **codes)}
            row["text"] = _cell_words(reading, codes)
            if marker and isinstance(reading.cell(marker, **codes), Shown):
                row["marker"] = reading.value(marker, **codes)["value"]
            rows.append(row)
    return rows


def _cell_words(reading: Reading, codes: Mapping[str, str]) -> str:
    count, share = reading.text("count", **codes), reading.text("share", **codes)
    return count if count == share else f"{count} ({share})"


def _layers(panel: int, marker: str | None) -> list[Spec]:
    scale = {"scale": {"domainMin": 0, "range": [0, panel]}, "axis": None, "type": "quantitative"}
    start = {"x": {"value": 0}}
    bar = {"type": "bar", "height": 11, "yOffset": 9}
    label = {"type": "text", "align": "left", "yOffset": -6, "fontSize": 10.5}
    ground = {"type": "rule", "yOffset": 15, "stroke": "#c8c8c8"}
    layers: list[Spec] = [
        {"mark": ground, "encoding": {**start, "x2": {"value": panel}}},
        {"mark": bar, "encoding": {"x": {"field": "value", **scale}}},
        *withheld_block(11, dy=9),
        {"mark": label, "encoding": {**start, "text": {"field": "text"}}},
    ]
    if marker:
        tick = {"type": "tick", "size": 17, "thickness": 2.5, "yOffset": 9, "color": theme.SERVICE_MARK, "opacity": 1}
        layers.append({"mark": tick, "encoding": {"x": {"field": "marker", **scale}}})
    return layers


def _key(text: str) -> Spec:
    return {
        "text": f"|  {text}",
        "anchor": "start",
        "offset": 14,
        "fontSize": 11,
        "fontWeight": "normal",
        "color": theme.colour("text-secondary"),
    }
