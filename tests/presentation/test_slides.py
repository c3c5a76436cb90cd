"""How a table is shared out over slides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from etm_workbench.presentation.document import Layout, TableData
from etm_workbench.presentation.slides import _chunks
from etm_workbench.presentation.tables import grid_of


@pytest.fixture
def shared_out(table, labels):
    """How many rows stand on each slide of a table of eighteen rows with headings of a text."""
    grid = grid_of(TableData.of(table), Layout(("placement",), ("level",)), labels, "en")
    row = grid.rows[0]

    def rows_of(text: str) -> list[int]:
        named = replace(row, headers=(replace(row.headers[0], text=text),))
        return [len(rows) for rows in _chunks(replace(grid, rows=(named,) * 18), 14)]

    return rows_of


def test_short_rows_leave_no_few_for_the_last_slide(shared_out):
    assert [10, 8] == shared_out("Short")  # thirteen fit; five would be left


def test_rows_of_two_lines_stand_on_more_slides(shared_out):
    assert len(shared_out("A title of an organization that is much too long for its column " * 2)) > 2
