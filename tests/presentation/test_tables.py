"""Grids: what stands where, in which order, with which legend."""

from __future__ import annotations

import pytest

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.presentation.document import Layout, TableData
from etm_workbench.presentation.tables import grid_of
from etm_workbench.sensitive import Dimension


@pytest.fixture
def grid(table, labels):
    return grid_of(TableData.of(table), Layout(("placement",), ("level",), ("count", "share")), labels, "fr")


def test_figures_stand_side_by_side_under_each_column(grid):
    assert (["EX-01", "EX-02"], ["Nombre", "Part", "Nombre", "Part"]) == (
        [header.text for header in grid.heads[0][:2]],
        [header.text for header in grid.heads[1][:4]],
    )


def test_row_holds_its_cells_in_order(grid):
    assert ["31", "14,6\u00a0%", "22", "16,4\u00a0%"] == [cell.text for cell in grid.rows[0].cells[:4]]


def test_withheld_cell_shows_its_symbol_and_says_what_it_means(grid):
    cell = grid.rows[4].cells[0]
    assert ("x", "donnée retenue pour protéger la confidentialité") == (cell.text, cell.meaning)


def test_legend_lists_only_the_symbols_that_stand_in_the_table(grid):
    assert ["x", "0"] == [sign for sign, _ in grid.legend]


def test_table_without_symbols_has_no_legend(table, labels):
    shown = Layout(("level",), only={"level": ("EX-01", "EX-02")})
    assert () == grid_of(TableData.of(table), shown, labels, "en").legend


def test_total_is_marked(grid):
    assert [False] * 6 + [True] == [row.is_total for row in grid.rows]


def test_nested_rows_span_their_group(table, labels):
    grid = grid_of(TableData.of(table), Layout(("level", "placement")), labels, "en")
    assert [(("EX-01", 7), ("Ready for Advancement", 1)), (("Ready for Lateral Movement", 1),)] == [
        tuple((header.text, header.span) for header in row.headers) for row in grid.rows[:2]
    ]


def test_wide_table_is_cut_between_column_groups(grid):
    assert [4, 4, 4] == [part.width for part in grid.split(5)]


def test_cut_table_keeps_every_cell_once(grid):
    parts = grid.split(5)
    assert [c.identifier for c in grid.rows[2].cells] == [c.identifier for p in parts for c in p.rows[2].cells]


def test_cut_table_keeps_its_headers(grid):
    assert [["EX-01", "EX-02"], ["EX-03", "EX-04"], ["EX-05", "Tous les niveaux"]] == [
        [header.text for header in part.heads[0]] for part in grid.split(5)
    ]


def test_reader_alphabet_orders_categories_with_the_total_last(build):
    table = build("t", [Dimension.flat("organization", ("1", "2", "3"))], [5, 6, 7, 18])
    labels = {
        "organization": {
            "@variable": Bilingual("Organization", "Organisme"),
            "1": Bilingual("Treasury", "Trésor"),
            "2": Bilingual("Environment", "Environnement"),
            "3": Bilingual("Statistics", "Écoles"),
        }
    }
    layout = Layout(("organization",), alphabetical=("organization",))
    orders = [[r.headers[0].text for r in grid_of(TableData.of(table), layout, labels, lg).rows] for lg in ("en", "fr")]
    assert [
        ["Environment", "Statistics", "Treasury", "Total"],
        ["Écoles", "Environnement", "Trésor", "Total"],
    ] == orders


def test_members_of_a_group_are_indented(build):
    dimension = Dimension.tree("cluster", {"A": ["1", "2"], "B": ["3"]})
    table = build("t", [dimension], [3, 1, 2, 4, 4, 7])
    grid = grid_of(TableData.of(table), Layout(("cluster",)), {}, "en")
    assert [("A", 0), ("1", 1), ("2", 1), ("B", 0), ("3", 1), ("Total", 0)] == [
        (row.headers[0].text, row.headers[0].depth) for row in grid.rows
    ]
