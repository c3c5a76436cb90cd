"""Rows for charts, from protected cells, and the frame every specification shares.

Specifications are plain Vega-Lite: Altair takes fifty milliseconds to build and check what these
functions write in one, and a pack has dozens of charts in two languages. A test holds every chart
against Altair's schema instead.

A row holds what the chart shows and nothing else: a value rounded as it is written, or the symbol of
why there is none. Altair and Vega embed every column they are handed.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from etm_workbench.codebook.bilingual import Bilingual, Language
from etm_workbench.presentation import theme, words
from etm_workbench.presentation.document import Labels
from etm_workbench.presentation.locale import Format, cell_text, chart_number_locale, default_format, rounded, say
from etm_workbench.presentation.tabledata import TableData
from etm_workbench.protected import Cell, Shown

WIDTH = 640  # CSS pixels: the text width of a printed page, so that charts are not shrunk there
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_CHARACTER = 6.1  # mean advance of a character of an 11-pixel label
_LINE = 13  # pixels from line to line of a label
_LINES = "length(split(datum.label, '\\n'))"
Spec = dict[str, Any]
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Reading:
    """A protected table read in one language: labels and cells for a chart's rows.

    Parameters
    ----------
    table : TableData
        Cells.
    labels : mapping of variable to mapping of code to Bilingual
        Of every code drawn.
    language : {"en", "fr"}
        Of labels and numbers.
    where : mapping of variable to code
        Where dimensions that are not drawn stand.
    """

    table: TableData
    labels: Labels
    language: Language
    where: Mapping[str, str]

    def label(self, variable: str, code: str) -> str:
        """The label of a code."""
        label = self.labels.get(variable, {}).get(code) or words.COMMON_CODES.get(code)
        return say(label, self.language) if label else code

    def axis_labels(self, variable: str, codes: Sequence[str], *, characters: int) -> list[str]:
        """Labels in lines of so many characters, each its own even when two codes share a wording."""
        lines = [wrapped(self.label(variable, code), characters) for code in codes]
        return [line if lines.count(line) == 1 else f"{line} ({code})" for line, code in zip(lines, codes, strict=True)]

    def cell(self, figure: str, codes: Mapping[str, str]) -> Cell:
        """One cell of a figure."""
        return self.table.cell(figure, self.table.key({**self.where, **codes}))

    def form(self, figure: str) -> Format:
        """How a figure is written."""
        return default_format(self.table.kinds[figure], figure)

    def text(self, figures: Sequence[str], codes: Mapping[str, str]) -> str:
        """Cells as readers see them: `12 (24.1%)`; one symbol where none is shown."""
        texts = [cell_text(self.cell(figure, codes), self.language, self.form(figure)) for figure in figures]
        first, *others = dict.fromkeys(texts)
        return f"{first} ({', '.join(others)})" if others else first

    def value(self, figure: str, codes: Mapping[str, str]) -> dict[str, Any]:
        """`{"value": …}` rounded as written, or `{"symbol": …}` when there is none."""
        cell = self.cell(figure, codes)
        if isinstance(cell, Shown):
            return {"value": rounded(cell.value, self.form(figure))}
        return {"symbol": cell_text(cell, self.language)}

    def number(self, figure: str, codes: Mapping[str, str]) -> float | None:
        """The value rounded as written; None when it is not shown."""
        return self.value(figure, codes).get("value")

    def say(self, text: Bilingual) -> str:
        """A text in the reading's language."""
        return say(text, self.language)


def frame(language: Language, body: Spec) -> Spec:
    """A complete specification: the body with schema, fonts, colours and the language's separators."""
    return {"$schema": _SCHEMA, "config": _config(language), **body}


def values(rows: Rows) -> Spec:
    """Rows as a specification's data."""
    return {"values": rows}


def wrapped(text: str, characters: int) -> str:
    """A label in lines of about so many characters; no-break spaces hold."""
    return "\n".join(textwrap.wrap(text, characters, break_long_words=False, break_on_hyphens=False)) or text


def label_width(labels: Sequence[str]) -> int:
    """Pixels that the longest line of these labels takes beside an axis."""
    longest = max(len(line) for label in labels for line in label.split("\n"))
    return round(longest * _CHARACTER) + 10


def category_axis(order: Sequence[str]) -> Spec:
    """A vertical axis of categories in this order, long labels in several lines."""
    centred = {"condition": {"test": "true", "expr": f"-{_LINE / 2} * ({_LINES} - 1)"}, "value": 0}
    axis = {"labelExpr": "split(datum.label, '\\n')", "labelLimit": 400, "labelPadding": 6, "labelOffset": centred}
    bare = {"domain": False, "ticks": False}
    return {"field": "row", "type": "nominal", "sort": list(order), "title": None, "axis": {**axis, **bare}}


def top_axis(order: Sequence[str], *, title: str) -> Spec:
    """A horizontal axis of categories above the chart, each label standing on it."""
    standing = {"condition": {"test": "true", "expr": f"6 + {_LINE} * ({_LINES} - 1)"}, "value": 6}
    axis = {"labelExpr": "split(datum.label, '\\n')", "labelLimit": 200, "labelPadding": standing, "labelAngle": 0}
    bare = {"orient": "top", "domain": False, "ticks": False}
    return {"field": "column", "type": "nominal", "sort": list(order), "title": title, "axis": {**axis, **bare}}


def panel_header(order: Sequence[str]) -> Spec:
    """Panels side by side in this order, headed in several lines."""
    return {
        "field": "column",
        "type": "nominal",
        "sort": list(order),
        "header": {"labelExpr": "split(datum.label, '\\n')", "labelLimit": 200},
    }


def withheld_block(height: float, *, offset: float = 0.0, width: float = 16) -> Spec:
    """A layer that draws withheld values: a hatched block of one size, whatever is behind it."""
    look = {"fill": theme.WITHHELD_FILL, "stroke": "#8c8c8c", "strokeWidth": 1}
    return {
        "transform": [{"filter": "isValid(datum.symbol)"}],
        "mark": {"type": "bar", "height": height, "yOffset": offset, **look},
        "encoding": {"x": {"value": 0}, "x2": {"value": width}},
    }


def key_line(text: str) -> Spec:
    """A line above the chart that says what a mark is."""
    quiet = theme.colour("text-secondary")
    return {"text": text, "anchor": "start", "offset": 14, "fontSize": 11, "fontWeight": "normal", "color": quiet}


def _config(language: Language) -> Spec:
    text, secondary = theme.colour("text-primary"), theme.colour("text-secondary")
    border = theme.colour("border-default")
    small = {"labelColor": text, "titleColor": secondary, "labelFontSize": 11, "titleFontSize": 11}
    axis = {"titleFontWeight": "normal", "gridColor": "#e3e3e3", "domainColor": border, "tickColor": border}
    header = {"labelColor": text, "labelFontSize": 11, "labelFontWeight": "bold", "title": None, "labelPadding": 4}
    return {
        "aria": False,
        "background": "#ffffff",
        "font": theme.BODY_FONT,
        "locale": {"number": chart_number_locale(language)},
        "view": {"stroke": None},
        "axis": {**small, **axis},
        "header": header,
        "legend": {**small, "labelLimit": 300},
        "title": {"font": theme.BODY_FONT, "color": text},
        "text": {"color": text, "fontSize": 11},
        "bar": {"color": theme.accent()},
    }
