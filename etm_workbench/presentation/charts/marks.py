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
from etm_workbench.presentation.charts.canvas import Spec
from etm_workbench.presentation.document import Labels
from etm_workbench.presentation.locale import (
    Format,
    cell_text,
    chart_number_locale,
    default_format,
    rounded,
    say,
    symbol,
)
from etm_workbench.presentation.tabledata import TableData
from etm_workbench.protected import Cell, Shown

_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"


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
        """Cells as readers see them: `12 (24.1%)`; one symbol where none is shown; `0` where a share has no meaning."""
        texts = [cell_text(self.cell(figure, codes), self.language, self.form(figure)) for figure in figures]
        first, *others = dict.fromkeys(texts)
        others = [text for text in others if text != symbol("not_applicable")]
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


def wrapped(text: str, characters: int) -> str:
    """A label in lines of about so many characters; no-break spaces hold."""
    return "\n".join(textwrap.wrap(text, characters, break_long_words=False, break_on_hyphens=False)) or text


def _config(language: Language) -> Spec:
    text, secondary = theme.colour("text-primary"), theme.colour("text-secondary")
    border = theme.colour("border-default")
    small = {"labelColor": text, "titleColor": secondary, "labelFontSize": 11, "titleFontSize": 11}
    axis = {"titleFontWeight": "normal", "gridColor": "#e3e3e3", "domainColor": border, "tickColor": border}
    return {
        "aria": False,
        "background": "#ffffff",
        "font": theme.BODY_FONT,
        "locale": {"number": chart_number_locale(language)},
        "view": {"stroke": None},
        "axis": {**small, **axis},
        "text": {"color": text, "fontSize": 11},
    }
