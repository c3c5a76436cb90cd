"""The grid of a protected table: headers, cells as text, legend. Every format is drawn from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise, product

from etm_workbench.codebook.bilingual import Language
from etm_workbench.presentation import words
from etm_workbench.presentation.document import VARIABLE, Labels
from etm_workbench.presentation.layout import Layout
from etm_workbench.presentation.locale import (
    Format,
    cell_text,
    collation_key,
    default_format,
    say,
    symbol,
    symbol_meaning,
)
from etm_workbench.presentation.tabledata import Key, TableData, cell_identifier
from etm_workbench.protected import Cell, Shown
from etm_workbench.sensitive import ANSWERED, OPEN_NODES, TOTAL, Dimension

_TOTALS = frozenset({TOTAL, ANSWERED})


@dataclass(frozen=True, slots=True)
class Header:
    """A header cell; `span` counts the rows or columns it covers, `depth` how far it stands in a tree."""

    text: str
    span: int = 1
    depth: int = 0
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """A body cell: as text, and as what it is.

    `meaning`: what its symbol means, empty for a number. `form`: how the number is written.
    """

    text: str
    meaning: str
    cell: Cell
    form: Format
    identifier: str


@dataclass(frozen=True, slots=True)
class Row:
    """Headers that start in this row (a spanning one stands in its first row only), then its cells."""

    headers: tuple[Header, ...]
    cells: tuple[Body, ...]
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table laid out in one language.

    Parameters
    ----------
    stubs : tuple of str
        Names of the row variables, over the row headers.
    heads : tuple of tuple of Header
        Column headers from the outermost level in; empty when there is one unnamed figure.
    rows : tuple of Row
        In order.
    legend : tuple of (str, str)
        Each symbol that stands in the table, with its meaning.
    """

    stubs: tuple[str, ...]
    heads: tuple[tuple[Header, ...], ...]
    rows: tuple[Row, ...]
    legend: tuple[tuple[str, str], ...]

    @property
    def width(self) -> int:
        """Number of body columns."""
        return len(self.rows[0].cells)

    def split(self, most: int) -> tuple[Grid, ...]:
        """Grids of at most `most` body columns each, cut between outermost column headers where possible."""
        if self.width <= most:
            return (self,)
        edges = [0]
        for header in self.heads[0]:
            edges.append(edges[-1] + header.span)
        cuts = _cuts(edges if max(h.span for h in self.heads[0]) <= most else list(range(self.width + 1)), most)
        return tuple(self._columns(start, end) for start, end in pairwise(cuts))

    def _columns(self, start: int, end: int) -> Grid:
        heads = tuple(tuple(_clip(level, start, end)) for level in self.heads)
        rows = tuple(replace(row, cells=row.cells[start:end]) for row in self.rows)
        return replace(self, heads=heads, rows=rows)


def grid_of(table: TableData, layout: Layout, labels: Labels, language: Language) -> Grid:
    """A protected table as rows and columns in one language.

    Parameters
    ----------
    table : TableData
        Cells.
    layout : Layout
        Checked against the table.
    labels : mapping of variable to mapping of code to Bilingual
        Of every code shown.
    language : {"en", "fr"}
        Of labels, numbers and legend.

    Returns
    -------
    Grid
        Rows are the product of the row variables' codes, columns of the column variables' codes and the
        figures, in the table's order unless the layout asks for the alphabet.
    """
    label = _Labeller(labels, language)
    row_codes = [_ordered(table, layout, variable, label) for variable in layout.rows]
    column_codes = [_ordered(table, layout, variable, label) for variable in layout.columns]
    columns = [
        (dict(zip(layout.columns, codes, strict=True)), figure)
        for codes in product(*column_codes)
        for figure in layout.figures
    ]
    rows = tuple(_rows(table, layout, label, row_codes, columns))
    return Grid(
        stubs=tuple(label.variable(variable) for variable in layout.rows),
        heads=tuple(_heads(table, layout, label, column_codes)),
        rows=rows,
        legend=_legend(rows, language),
    )


@dataclass(frozen=True, slots=True)
class _Labeller:
    labels: Labels
    language: Language

    def __call__(self, variable: str, code: str) -> str:
        label = self.labels.get(variable, {}).get(code) or words.COMMON_CODES.get(code)
        return say(label, self.language) if label else code

    def variable(self, variable: str) -> str:
        return self(variable, VARIABLE) if VARIABLE in self.labels.get(variable, {}) else variable


def figure_heading(table: TableData, layout: Layout, figure: str, language: Language) -> str:
    """The column heading of a figure: the layout's, the usual one of its name, or of its kind."""
    heading = layout.headings.get(figure) or words.FIGURES.get(figure) or words.FIGURE_KINDS[table.kinds[figure]]
    return say(heading, language)


def _ordered(table: TableData, layout: Layout, variable: str, label: _Labeller) -> tuple[str, ...]:
    codes = layout.codes(table, variable)
    if variable not in layout.alphabetical:
        return codes
    return tuple(sorted(codes, key=lambda c: (c in OPEN_NODES, collation_key(label(variable, c), label.language))))


def _rows(
    table: TableData,
    layout: Layout,
    label: _Labeller,
    row_codes: Sequence[tuple[str, ...]],
    columns: Sequence[tuple[Mapping[str, str], str]],
) -> Iterator[Row]:
    spans = _spans([len(codes) for codes in row_codes])
    depths = {variable: _depths(table, variable) for variable in layout.rows}
    for place, codes in enumerate(product(*row_codes)):
        headers = tuple(
            Header(label(variable, code), span, depths[variable][code], code in _TOTALS)
            for variable, code, span in zip(layout.rows, codes, spans, strict=True)
            if place % span == 0
        )
        own = dict(zip(layout.rows, codes, strict=True))
        cells = tuple(
            _body(table, layout, layout.key(table, {**own, **other}), figure, label.language)
            for other, figure in columns
        )
        yield Row(headers, cells, not _TOTALS.isdisjoint(codes))


def _body(table: TableData, layout: Layout, key: Key, figure: str, language: Language) -> Body:
    cell = table.cell(figure, key)
    form = layout.formats.get(figure) or default_format(table.kinds[figure], figure)
    meaning = "" if isinstance(cell, Shown) else symbol_meaning(symbol(cell.reason), language)
    return Body(cell_text(cell, language, form), meaning, cell, form, cell_identifier(table.name, key, figure))


def _heads(
    table: TableData, layout: Layout, label: _Labeller, column_codes: Sequence[tuple[str, ...]]
) -> Iterator[tuple[Header, ...]]:
    sizes = [len(codes) for codes in column_codes] + [len(layout.figures)]
    spans = _spans(sizes)
    for level, (variable, codes) in enumerate(zip(layout.columns, column_codes, strict=True)):
        times = _product(sizes[:level])
        yield tuple(Header(label(variable, c), spans[level], is_total=c in _TOTALS) for c in codes) * times
    if len(layout.figures) > 1 or not layout.columns:
        figures = tuple(Header(figure_heading(table, layout, f, label.language)) for f in layout.figures)
        yield figures * _product(sizes[:-1])


def _spans(sizes: Sequence[int]) -> list[int]:
    return [_product(sizes[place + 1 :]) for place in range(len(sizes))]


def _product(sizes: Sequence[int]) -> int:
    result = 1
    for size in sizes:
        result *= size
    return result


def _depths(table: TableData, variable: str) -> Mapping[str, int]:
    """How far each code is indented: members of a group under it; what adds into the total is not."""
    dimension: Dimension = next(d for d in table.dimensions if d.variable == variable)
    parents = {node.code: node.parent for node in dimension.nodes}

    def depth(code: str) -> int:
        parent = parents[code]
        return 0 if parent is None or parent in OPEN_NODES else 1 + depth(parent)

    return {code: depth(code) for code in parents}


def _legend(rows: Sequence[Row], language: Language) -> tuple[tuple[str, str], ...]:
    signs = {body.text for row in rows for body in row.cells if body.meaning}
    if signs and any(
        isinstance(b.cell, Shown) and b.cell.value == 0 and b.form == "count" for r in rows for b in r.cells
    ):
        signs.add("0")
    return tuple((sign, symbol_meaning(sign, language)) for sign in words.SYMBOL_MEANINGS if sign in signs)


def _cuts(edges: Sequence[int], most: int) -> list[int]:
    cuts = [0]
    for edge, following in zip(edges, [*edges[1:], None], strict=True):
        if following is None or following - cuts[-1] > most:
            cuts.append(edge)
    return list(dict.fromkeys(cuts))


def _clip(level: Sequence[Header], start: int, end: int) -> Iterator[Header]:
    place = 0
    for header in level:
        covered = min(place + header.span, end) - max(place, start)
        if covered > 0:
            yield replace(header, span=covered)
        place += header.span


def grouped_legend(grids: Sequence[Grid]) -> tuple[tuple[str, str], ...]:
    """The symbols of several grids, each once, in the usual order."""
    every = sorted(
        {entry for grid in grids for entry in grid.legend}, key=lambda e: list(words.SYMBOL_MEANINGS).index(e[0])
    )
    return tuple(entry for entry, _ in groupby(every))
