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

from etm_workbench.codebook.bilingual import LANGUAGES, Bilingual, Language
from etm_workbench.presentation import theme, words
from etm_workbench.presentation.document import VARIABLE, Labels
from etm_workbench.presentation.layout import Layout
from etm_workbench.presentation.locale import Format, cell_text, chart_number_locale, default_format, rounded, say
from etm_workbench.presentation.parts import ChartPart
from etm_workbench.presentation.tabledata import TableData
from etm_workbench.protected import Cell, Shown

WIDTH = 640  # CSS pixels: the text width of a printed page, so that charts are not shrunk there
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
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

    def cell(self, figure: str, **codes: str) -> Cell:
        """One cell of a figure."""
        return self.table.cell(figure, self.table.key({**self.where, **codes}))

    def form(self, figure: str) -> Format:
        """How a figure is written."""
        return default_format(self.table.kinds[figure], figure)

    def text(self, figure: str, **codes: str) -> str:
        """A cell as readers see it."""
        return cell_text(self.cell(figure, **codes), self.language, self.form(figure))

    def value(self, figure: str, **codes: str) -> dict[str, Any]:
        """`{"value": …}` rounded as written, or `{"symbol": …}` when there is none."""
        cell = self.cell(figure, **codes)
        if isinstance(cell, Shown):
            return {"value": rounded(cell.value, self.form(figure))}
        return {"symbol": cell_text(cell, self.language)}


def chart_part(
    name: str,
    title: Bilingual,
    *,
    alt: Bilingual,
    specs: Mapping[str, Spec],
    text_version: tuple[TableData, Layout],
) -> ChartPart:
    """A chart part with its text version."""
    table, layout = text_version
    return ChartPart(name, title, alt, specs, table, layout)


def in_both(draw: Any) -> dict[str, Spec]:
    """What `draw(language)` gives in each language."""
    return {language: draw(language) for language in LANGUAGES}


def frame(language: Language, body: Spec) -> Spec:
    """A complete specification: the body with schema, fonts, colours and the language's separators."""
    return {"$schema": _SCHEMA, "config": _config(language), **body}


def values(rows: Rows) -> Spec:
    """Rows as a specification's data."""
    return {"values": rows}


def wrapped(text: str, characters: int) -> str:
    """A label in lines of about so many characters; no-break spaces hold."""
    return "\n".join(textwrap.wrap(text, characters, break_long_words=False)) or text


def category_axis(order: Sequence[str], *, title: str | None = None, limit: int = 190) -> Spec:
    """A vertical axis of categories in this order, long labels in several lines."""
    return {
        "type": "nominal",
        "sort": list(order),
        "title": title,
        "axis": {
            "labelExpr": "split(datum.label, '\\n')",
            "labelLimit": limit,
            "labelPadding": 6,
            "domain": False,
            "ticks": False,
        },
    }


def withheld_block(height: float, *, dy: float = 0.0) -> list[Spec]:
    """Layers that draw withheld values: a hatched block of one size, whatever is behind it."""
    only = [{"filter": "isValid(datum.symbol)"}]
    return [
        {
            "transform": only,
            "mark": {"type": "bar", "height": height, "fill": theme.WITHHELD_FILL, "stroke": "#8c8c8c", "yOffset": dy},
            "encoding": {"x": {"value": 0}, "x2": {"value": 16}},
        }
    ]


def usual_alt(kind: Bilingual, variables: Sequence[str], labels: Labels) -> Bilingual:
    """What kind of chart, of which variables, and that the text version holds the numbers."""

    def names(language: Language) -> str:
        labelled = [labels.get(v, {}).get(VARIABLE) for v in dict.fromkeys(variables)]
        between = words.BY.in_language(language)
        return between.join(say(label, language) for label in labelled if label)

    return Bilingual(
        *(
            f"{kind.in_language(language)}{words.COLON.in_language(language)} {names(language)}. "
            f"{words.SAME_NUMBERS.in_language(language)}"
            for language in LANGUAGES
        )
    )


def _config(language: Language) -> Spec:
    text, secondary = theme.colour("text-primary"), theme.colour("text-secondary")
    border = theme.colour("border-default")
    small = {"labelColor": text, "titleColor": secondary, "labelFontSize": 11, "titleFontSize": 11}
    return {
        "aria": False,
        "background": "#ffffff",
        "font": theme.BODY_FONT,
        "locale": {"number": chart_number_locale(language)},
        "view": {"stroke": None},
        "axis": {
            **small,
            "titleFontWeight": "normal",
            "gridColor": "#e3e3e3",
            "domainColor": border,
            "tickColor": border,
        },
        "header": {
            "labelColor": text,
            "labelFontSize": 11,
            "labelFontWeight": "bold",
            "title": None,
            "labelPadding": 4,
        },
        "legend": {**small, "labelLimit": 260, "symbolStrokeWidth": 2},
        "title": {"font": theme.BODY_FONT, "color": text},
        "text": {"color": text, "fontSize": 11},
        "bar": {"color": theme.accent()},
    }
