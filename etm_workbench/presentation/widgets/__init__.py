"""Dashboards as pages and as one widget: the same board, module and style sheet in both."""

from etm_workbench.presentation.widgets.board import Board, Coordinate, MapSection, Overlay, PartsSection, Section
from etm_workbench.presentation.widgets.form import Action, Field, FieldSet, FormSection
from etm_workbench.presentation.widgets.map_payload import cells_payload
from etm_workbench.presentation.widgets.page import Link, Links, content_hashes, render_page
from etm_workbench.presentation.widgets.payload import board_payload
from etm_workbench.presentation.widgets.widget import BoardWidget

__all__ = [
    "Action",
    "Board",
    "BoardWidget",
    "Coordinate",
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
    "render_page",
]
