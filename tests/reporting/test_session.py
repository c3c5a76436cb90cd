"""A session: scope, one door, and the ledger behind it."""

from __future__ import annotations

import pytest

import etm_workbench as etm
from etm_workbench.analysis import movement
from etm_workbench.analysis.constructed import with_constructed
from etm_workbench.errors import BadInput, UnprotectedOutput
from etm_workbench.protected import Shown
from etm_workbench.sensitive import open_evidence


@pytest.fixture
def wb(fictional_store):
    with etm.open("2025-26", cluster="central", audience="cluster_review", store=fictional_store) as session:
        yield session


def test_the_scope_is_the_cluster(wb) -> None:
    assert ("Central agencies", 5) == (wb.label().en, len(set(wb.cadre.cadre.records["organization"])))


def test_establishment_counts_are_the_published_ones(wb) -> None:
    release = wb.protect({"levels": wb.cadre.count(rows="level")})
    published = wb.published([2025])
    whole = wb.protect({"published": published})["published"]
    members = wb.organizations
    expected = sum(whole.cell(year="2025", organization=o).value for o in members if o in whole.dimensions[1].codes)
    assert Shown(expected) == release["levels"].cell()


def test_the_same_request_gives_the_recorded_release(wb) -> None:
    first = wb.protect({"map": wb.cadre.count(rows="level", columns="placement")})
    again = wb.protect({"map": wb.cadre.count(rows="level", columns="placement")})
    assert (first.manifest.ledger_entry, first.identifier) == (again.manifest.ledger_entry, again.identifier)


def test_a_sensitive_table_shows_its_shape_only(wb) -> None:
    assert "protect it to see numbers" in repr(wb.cadre.count(rows="level"))


def test_a_sensitive_table_cannot_be_turned_into_numbers(wb) -> None:
    with pytest.raises(UnprotectedOutput):
        list(wb.cadre.count(rows="level"))


def test_the_whole_service_cannot_be_compared_with_itself(fictional_store) -> None:
    with (
        etm.open("2025-26", audience="service", store=fictional_store) as session,
        pytest.raises(BadInput, match="rest of itself"),
    ):
        session.compare("placement")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"cluster": "centrale"}, "Did you mean 'central'"),
        ({"organization": "Employment and Social Developement Canada"}, "Did you mean"),
        ({"organization": "128", "cluster": "central"}, "Both an organization and a cluster"),
        ({"audience": "servce"}, "Did you mean 'service'"),
    ],
)
def test_a_scope_that_does_not_exist_is_refused(given, message, fictional_store) -> None:
    with pytest.raises(BadInput, match=message):
        etm.open("2025-26", store=fictional_store, **given)


def test_names_of_the_package_are_those_it_lists() -> None:
    assert all(getattr(etm, name) is not None for name in etm.__all__)


@pytest.mark.parametrize("table", ["departures", "arrivals", "transitions"])
def test_following_only_its_own_people_an_organization_counts_what_the_whole_service_shows(
    table, fictional_store
) -> None:
    with etm.open("2025-26", organization="326", audience="own_organization", store=fictional_store) as session:
        pair = with_constructed(session.store.cadre(cycles=session.cycles, audience="own_organization"))
        whole = getattr(movement, table)(pair, table, within=("326",))
        own = session.protect({table: getattr(session, table)()})[table]
        assert session.protect({table: whole})[table].to_payload() == own.to_payload()


def test_an_organization_without_anybody_can_be_counted(fictional_store) -> None:
    with etm.open("2025-26", organization="128", audience="service", store=fictional_store) as session:
        tables = session.cadre.count(rows="level", columns="placement"), session.departures(), session.transitions()
        assert [0, 0, 0] == [open_evidence(table).contributors.nnz for table in tables]
