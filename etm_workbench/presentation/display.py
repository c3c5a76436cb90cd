"""How parts show themselves in a notebook: in the session's language, with the session's labels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from etm_workbench.codebook.bilingual import Bilingual, Language
from etm_workbench.presentation.document import Labels, Layout
from etm_workbench.presentation.html import render_block
from etm_workbench.presentation.parts import Part
from etm_workbench.presentation.tabledata import TableData
from etm_workbench.presentation.tables import grid_of
from etm_workbench.presentation.view import TableBlock, base_line, blocks_of
from etm_workbench.protected import ProtectedTable


@dataclass
class _Session:
    language: Language = "en"
    labels: Labels = field(default_factory=dict)


_session = _Session()


def set_language(language: Language) -> None:
    """The language in which this process shows parts and tables."""
    _session.language = language


def set_labels(labels: Labels) -> None:
    """The labels this process shows codes with; a code without one shows as itself."""
    _session.labels = labels


def show(part: object) -> str:
    """A part as HTML; Jupyter calls it."""
    block = next(iter(blocks_of((cast("Part", part),), _session.labels, _session.language)))
    return render_block(block, _session.language)


def show_table(table: ProtectedTable) -> str:
    """A protected table as HTML, in a layout that suits its shape; for `protected.set_renderer`."""
    data = TableData.of(table)
    grid = grid_of(data, usual_layout(data), _session.labels, _session.language)
    title = Bilingual(data.name, data.name).in_language(_session.language)
    base = base_line(data, _session.labels, _session.language)
    return render_block(TableBlock(data.name, 0, title, grid, base, ()), _session.language)


def usual_layout(table: TableData) -> Layout:
    """The first dimension down, the second across, further ones nested down; counts and shares."""
    first, *rest = table.variables
    across = tuple(rest[:1]) if rest and len(table.codes(rest[0])) <= 12 else ()
    figures = tuple(name for name in table.kinds if name in ("count", "share")) or tuple(table.kinds)[:1]
    return Layout((first, *(v for v in rest if v not in across)), across, figures)
