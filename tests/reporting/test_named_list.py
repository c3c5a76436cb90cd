"""The named list: apart from the pack, logged, marked on every page."""

from __future__ import annotations

import pymupdf
import pytest

from etm_workbench.errors import BadInput, NotAllowed
from etm_workbench.reporting.named_list import named_list, write_named_list
from etm_workbench.roster import Roster
from etm_workbench.store import Store

# Workers share the store, and so its log: these tests read it one after another.
pytestmark = pytest.mark.xdist_group("named_list")


@pytest.fixture
def store(fictional_store):
    with Store.open(fictional_store) as opened:
        yield opened


@pytest.fixture
def listed(store):
    return named_list(store, "operations_services", cycle="2025-26", reader="", purpose="Test of the route")


def test_every_reading_is_logged(store) -> None:
    before = len(store.access_log())
    named_list(store, "central", cycle="2025-26", reader="", purpose="Test of the log")
    entries = store.access_log()[before:]
    assert ["Test of the log"] == [entry.purpose for entry in entries]


def test_every_page_is_marked(listed, tmp_path) -> None:
    files = write_named_list(listed, tmp_path, stem="names", languages=("fr",))
    pdf = next(path for path in files if path.suffix == ".pdf")
    with pymupdf.open(pdf) as document:
        assert all("Protégé B" in page.get_text() for page in document)


def test_only_ex_03_and_above_are_listed(listed) -> None:
    roster = next(part for part in listed.parts if part.part == "roster")
    level = roster.columns.index("level")
    assert {row[level] for row in roster.rows} <= {"EX-03", "EX-04", "EX-05"}


def test_a_list_without_a_purpose_is_refused(store) -> None:
    with pytest.raises(BadInput):
        named_list(store, "central", cycle="2025-26", reader="", purpose="")


def test_a_roster_cannot_be_made_without_the_route() -> None:
    with pytest.raises(NotAllowed, match="without an access check"):
        Roster(("name",), ({"name": "x"},), "reader", "purpose")
