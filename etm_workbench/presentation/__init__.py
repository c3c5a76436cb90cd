"""Documents, tables, charts and sentences in both languages, and their renderings."""

from etm_workbench.presentation.display import set_labels, set_language, show_table
from etm_workbench.presentation.document import (
    CellRef,
    ChartPart,
    Document,
    Heading,
    Labels,
    Layout,
    Note,
    PageBreak,
    Provenance,
    RosterPart,
    TableData,
    TablePart,
    Text,
)
from etm_workbench.presentation.html import render_html
from etm_workbench.presentation.labels import labels_for
from etm_workbench.presentation.pdf import render_pdf

__all__ = [
    "CellRef",
    "ChartPart",
    "Document",
    "Heading",
    "Labels",
    "Layout",
    "Note",
    "PageBreak",
    "Provenance",
    "RosterPart",
    "TableData",
    "TablePart",
    "Text",
    "labels_for",
    "render_html",
    "render_pdf",
    "set_labels",
    "set_language",
    "show_table",
]
