"""Where things stand in a chart, in pixels: labels beside and above, marks between.

Charts are laid out here rather than by Vega's axes, headers and legends, for two reasons: labels of two
languages wrap where we say, and each text is measured once. Measuring is most of what drawing costs (a
millisecond a text); Vega's axes measure a label eight times, its panels' headers four times.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from etm_workbench.presentation import theme

WIDTH = 630  # pixels, with the padding around the text width of a printed page: charts are not shrunk there
LINE = 13  # pixels from line to line of a label
_CHARACTER = 6.2  # mean advance of a character of an 11-pixel label
_PAD = 8
_HATCHED = ("x", "F")  # withheld, and too unreliable: there is something to know, and it is not shown
Spec = dict[str, Any]
Rows = list[dict[str, Any]]


def pixel(field: str) -> Spec:
    """A position in pixels, from the left or the top, that a field holds."""
    return {"field": field, "type": "quantitative", "scale": None, "axis": None}


def at(value: float) -> Spec:
    """A fixed position in pixels."""
    return {"value": value}


def canvas(rows: Rows, *, height: float, layers: Sequence[Spec], transform: Sequence[Spec] = ()) -> Spec:
    """The body of a specification of `WIDTH` by `height` pixels."""
    body: Spec = {"data": {"values": rows}, "width": WIDTH, "height": height, "layer": list(layers)}
    return {**body, "transform": list(transform)} if transform else body


def only(field: str, layer: Spec) -> Spec:
    """A layer for the rows that have a value in `field`; the layer's own steps come after."""
    steps = [{"filter": f"isValid(datum.{field})"}, *layer.get("transform", [])]
    return {**layer, "transform": steps}


def label_width(labels: Sequence[str]) -> int:
    """Pixels that labels take at the left, with the space to what follows."""
    longest = max(len(line) for label in labels for line in label.split("\n"))
    return round(longest * _CHARACTER) + _PAD


def lines_of(labels: Sequence[str]) -> int:
    """The most lines that any of these labels has."""
    return max(label.count("\n") + 1 for label in labels)


def beside(labels: Sequence[str], centres: Sequence[float], *, left: float) -> Spec:
    """Labels of rows, ending before `left`, centred on their rows."""
    rows = [
        {"label": label, "middle": centre - LINE / 2 * label.count("\n")}
        for label, centre in zip(labels, centres, strict=True)
    ]
    mark = {"align": "right", "baseline": "middle"}
    return _texts(rows, mark, {"x": at(left - _PAD), "y": pixel("middle")})


def above(labels: Sequence[str], places: Sequence[float], *, bottom: float, align: str = "left") -> Spec:
    """Bold headings of columns, standing on `bottom`."""
    rows = [
        {"label": label, "place": place, "base": bottom - LINE * label.count("\n")}
        for label, place in zip(labels, places, strict=True)
    ]
    mark = {"align": align, "baseline": "bottom", "fontWeight": "bold"}
    return _texts(rows, mark, {"x": pixel("place"), "y": pixel("base")})


def line(text: str, *, top: float, left: float = 0.0, align: str = "left") -> Spec:
    """One quiet line of words: what a mark is, what a side shows."""
    quiet = {"align": align, "baseline": "top", "color": theme.colour("text-secondary")}
    return _texts([{"label": text}], quiet, {"x": at(left), "y": at(top)})


def swatches(names: Sequence[str], colours: Sequence[str], *, left: float) -> tuple[list[Spec], float]:
    """A key of colours in their order, and the height it takes."""
    rows: Rows = []
    x, y = left, 0.0
    for name, colour in zip(names, colours, strict=True):
        width = 18 + len(name) * _CHARACTER + 16
        if x > left and x + width > WIDTH:
            x, y = left, y + 18
        rows.append({"label": name, "place": x, "from": y, "to": y + 10, "end": x + 10, "colour": colour})
        x += width
    fill = {"field": "colour", "type": "nominal", "scale": None}
    box = {"x": pixel("place"), "x2": {"field": "end"}, "y": pixel("from"), "y2": {"field": "to"}, "fill": fill}
    mark = {"type": "rect", "stroke": theme.colour("border-default"), "strokeWidth": 0.5}
    squares = {"data": {"values": rows}, "mark": mark, "encoding": box}
    texts = _texts(rows, {"align": "left", "baseline": "top", "dx": 16}, {"x": pixel("place"), "y": pixel("from")})
    return [squares, texts], y + 28


def withheld(encoding: Spec) -> Spec:
    """A layer of hatched boxes where the value is withheld; where there is none to withhold, nothing is drawn."""
    mark = {"type": "rect", "fill": theme.WITHHELD_FILL, "stroke": theme.colour("border-default"), "strokeWidth": 1}
    hatched = " || ".join(f"datum.symbol === '{sign}'" for sign in _HATCHED)
    return {"transform": [{"filter": hatched}], "mark": mark, "encoding": encoding}


def _texts(rows: Rows, mark: Spec, encoding: Spec) -> Spec:
    look = {"type": "text", "fontSize": 11, "lineBreak": "\n", "lineHeight": LINE, **mark}
    return {"data": {"values": rows}, "mark": look, "encoding": {**encoding, "text": {"field": "label"}}}
