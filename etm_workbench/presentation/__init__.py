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
from etm_workbench.presentation.slides import render_slides
from etm_workbench.presentation.word import render_word
from etm_workbench.presentation.workbook import render_workbook

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
    "render_slides",
    "render_word",
    "render_workbook",
    "set_labels",
    "set_language",
    "show_table",
]
