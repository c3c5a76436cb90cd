"""Dashboards as pages and as one widget: the same board, module and style sheet in both."""

from etm_workbench.presentation.widgets.board import Board, Coordinate, MapSection, Overlay, PartsSection, Section
from etm_workbench.presentation.widgets.form import Action, Field, FieldSet, FormSection
from etm_workbench.presentation.widgets.map_payload import cells_payload
from etm_workbench.presentation.widgets.page import (
    Drawn,
    Link,
    Links,
    content_hashes,
    draw,
    render_live_page,
    render_page,
)
from etm_workbench.presentation.widgets.payload import board_payload
from etm_workbench.presentation.widgets.widget import AnswersWidget, BoardWidget

__all__ = [
    "Action",
    "AnswersWidget",
    "Board",
    "BoardWidget",
    "Coordinate",
    "Drawn",
    "Field",
    "FieldSet",
    "FormSection",
    "Link",
    "Links",
    "MapSection",
    "Overlay",
    "PartsSection",
    "Section",
    "board_payload",
    "cells_payload",
    "content_hashes",
    "draw",
    "render_live_page",
    "render_page",
]
