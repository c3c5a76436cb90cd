"""The talent map's colours and signs in a real browser: only what adjusted exact evidence supports is coloured."""

from __future__ import annotations

import pytest

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.presentation.document import Provenance
from etm_workbench.presentation.widgets import Board, MapSection, render_page
from etm_workbench.sensitive import Dimension

pytestmark = pytest.mark.chromium

PLACEMENTS, LEVELS = ("READY_ADV", "WELL_PLACED", "DEVELOP"), ("EX-01", "EX-02")
NAN = float("nan")
# Rows READY_ADV, WELL_PLACED, DEVELOP, TOTAL; columns EX-01, EX-02, TOTAL.
COUNTS = [20, 4, 24, 20, 10, 30, 10, 6, 16, 50, 20, 70]
DIFFERENCE = [0.2, 0.1, 0.1, -0.2, -0.1, NAN, 0.0, NAN, 0.1, NAN, NAN, NAN]
ADJUSTED = [0.001, 0.9, 0.05, 0.01, 0.049, NAN, 1.0, NAN, 0.06, NAN, NAN, NAN]
#        ┌───────────┬───────────┬───────────┐
#        │ EX-01     │ EX-02     │ TOTAL     │
# ready  │ higher    │ unclear   │ unclear   │   0.05 itself is not below 0.05
# well   │ lower     │ lower     │ (none)    │   the service's number is not released
# develop│ unclear   │ withheld  │ unclear   │
#        └───────────┴───────────┴───────────┘
EXPECTED = ["higher", "unclear", "unclear", "lower", "lower", "plain", "unclear", "withheld", "unclear"]


@pytest.fixture(params=["en", "fr"])
def shown(request, build, labels, open_page, tmp_path):
    dimensions = (Dimension.flat("placement", PLACEMENTS), Dimension.flat("level", LEVELS))
    shares = [count / COUNTS[9 + place % 3] for place, count in enumerate(COUNTS)]
    rest = [NAN if gap != gap else share - gap for share, gap in zip(shares, DIFFERENCE, strict=True)]
    figures = {
        "share": ("share", shares), "rest_share": ("share", rest), "difference": ("difference", DIFFERENCE),
        "low": ("bound", DIFFERENCE), "high": ("bound", DIFFERENCE), "p_adjusted": ("p_value", ADJUSTED),
    }  # fmt: skip
    table = build("map", dimensions, COUNTS, hidden=[("DEVELOP", "EX-02")], figures=figures)
    title = Bilingual("Map", "Tableau")
    source = Provenance("test", {}, "data", "code", "policy", "service", None, "hash")
    board = Board("map", title, title, (MapSection("map", title, table, 0.05),), labels, source)
    path = tmp_path / "map.html"
    path.write_text(render_page(board, request.param), encoding="utf-8")
    page = open_page(path)
    page.wait_for_selector(".map-grid")
    return page


def test_cells_are_coloured_where_the_evidence_says_so(shown):
    kinds = shown.locator(".map-grid tbody tr.placement .cell").evaluate_all("cells => cells.map(c => c.className)")
    assert EXPECTED == [kind.split()[1] for kind in kinds]


def test_colour_is_never_alone(shown):
    cells = shown.locator(".map-grid .cell.higher, .map-grid .cell.lower, .map-grid .cell.unclear")
    assert [] == [text for text in cells.locator(".verdict").all_inner_texts() if not text.strip()]


def test_withheld_cell_shows_its_sign_and_says_why(shown):
    withheld = shown.locator(".map-grid .cell.withheld")
    said = withheld.get_attribute("aria-label")
    assert ("x", True) == (withheld.locator("b").inner_text(), "confidential" in said)


def test_undecided_cells_have_a_pattern_and_no_colour(shown):
    look = "cells => cells.map(c => getComputedStyle(c).backgroundImage.includes('gradient'))"
    fills = shown.locator(".map-grid .unclear .fill").evaluate_all(look)
    coloured = shown.locator(".map-grid .higher .fill, .map-grid .lower .fill").evaluate_all(look)
    assert ({True}, {False}) == (set(fills), set(coloured))


def test_map_without_records_has_no_filters(shown):
    assert 0 == shown.locator(".filter, .what-if:visible, #movement").count()


def test_axe_finds_nothing_wrong_with_every_kind_of_cell(shown, faults):
    assert [] == faults(shown)


def test_cell_says_the_difference_in_words(shown):
    shown.locator(".map-grid .cell.higher").click()
    assert shown.locator("dialog .figures div").count() == 3
