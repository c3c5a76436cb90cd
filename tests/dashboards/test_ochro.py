"""What OCHRO sees: the whole service as it was released, an organization as it was submitted, and nobody by name."""

from __future__ import annotations

import pytest

from etm_workbench.errors import NotAllowed
from etm_workbench.presentation.widgets import MapSection, board_payload
from etm_workbench.protected import Shown, Withheld
from etm_workbench.reporting.dashboards import Viewing, answer, open_board
from etm_workbench.reporting.dashboards.opening import links_of
from etm_workbench.reporting.dashboards.viewing import SERVICE
from etm_workbench.sensitive import OPEN_NODES
from etm_workbench.store import Store
from tests.dashboards.conftest import ANALYST, CYCLES, DELEGATE, HEAD
from tests.dashboards.test_builder import VALUES, WORDED

PEOPLE = {"kind": "people", "where": {}, "purpose": "a test"}
SUBMITTED = ("EX-03", "EX-04", "EX-05")


@pytest.fixture
def seen(service_url):
    """Opens the talent map: `seen(ANALYST, organization="132")`."""

    def opened(viewer=ANALYST, **wishes):
        return open_board("talent_map", Viewing(viewer, store=service_url, **wishes))

    return opened


@pytest.fixture
def records(service_url):
    """The records of an organization and whether both sections are complete, straight from the store."""
    with Store.open(service_url) as store:
        held = store.cadre(cycles=[CYCLES[-1]], organizations=["132"], audience="own_organization").records
    complete = (held["executive_status"] == "COMPLETED") & (held["manager_status"] == "COMPLETED")
    return held.assign(complete=complete & held["has_questionnaire"].astype(bool))


def the_map(board):
    (section,) = [section for section in board.sections if isinstance(section, MapSection)]
    return section


def test_whole_service_is_what_opens_first(seen):
    assert "The public service, talent cycle 2025-26" == seen().subtitle.en


def test_map_of_the_service_is_protected_and_holds_no_profiles(seen):
    section = the_map(seen())
    table = section.table
    placed = [cell for (code, _), cell in table.rows() if code in table.dimensions[0].leaves and code not in OPEN_NODES]
    assert ({}, False) == (dict(section.profiles), section.names)
    assert any(isinstance(cell, Withheld) for cell in placed)
    assert [] == [cell for cell in placed if isinstance(cell, Shown) and 0 < cell.value < 10]


def test_map_of_the_service_counts_every_organization(seen, service_url):
    with Store.open(service_url) as store:
        everyone = len(store.cadre(cycles=[CYCLES[-1]], audience="service").records)
    assert everyone == the_map(seen()).table.cell("count", placement="TOTAL", level="TOTAL").value


def test_earlier_cycle_of_the_service_can_be_seen(seen):
    assert "talent cycle 2024-25" in seen(cycle=CYCLES[0]).subtitle.en


@pytest.mark.parametrize("viewer", [HEAD, DELEGATE])
def test_whole_service_is_refused_to_an_organizations_readers(seen, viewer):
    with pytest.raises(NotAllowed, match="whole service"):
        seen(viewer, organization=SERVICE)


def test_every_executive_of_the_submitted_levels_is_counted(seen, records):
    table = the_map(seen(organization="132")).table
    expected = [int((records["level"] == level).sum()) for level in SUBMITTED]
    assert expected == [table.cell("count", placement="TOTAL", level=level).value for level in SUBMITTED]


def test_of_other_levels_only_complete_questionnaires_are_counted(seen, records):
    table = the_map(seen(organization="132")).table
    levels = ("EX-01", "EX-02")
    expected = [int(((records["level"] == level) & records["complete"]).sum()) for level in levels]
    assert expected == [table.cell("count", placement="TOTAL", level=level).value for level in levels]
    assert sum(expected) < int(records["level"].isin(levels).sum())


def test_profiles_hold_the_submitted_people_alone(seen, records):
    table = the_map(seen(organization="132")).profiles[CYCLES[-1]]
    submitted = records["level"].isin(SUBMITTED) | records["complete"]
    assert int(submitted.sum()) == table.cell("count", profile="TOTAL").value


def test_board_says_whose_records_it_counts(seen):
    said = str(board_payload(seen(organization="132")))
    assert ("whose questionnaires are submitted" in said, "dont les questionnaires sont soumis" in said) == (True, True)


@pytest.mark.parametrize("organization", ["132", SERVICE])
def test_nobody_is_listed_behind_a_cell(seen, service_url, organization):
    viewing = Viewing(ANALYST, organization=organization, store=service_url)
    told = answer("talent_map", viewing, PEOPLE)
    assert (False, False) == (the_map(seen(organization=organization)).names, told["ok"])


def test_list_that_was_refused_to_ochro_is_logged(service_url):
    answer("talent_map", Viewing(ANALYST, organization="132", store=service_url), PEOPLE)
    with Store.open(service_url) as store:
        (line,) = store.access_log()
    assert (ANALYST, "refused") == (line.identity, line.outcome)


def test_filtered_group_is_compared_of_the_submitted_alone(seen, service_url, records):
    asked = {"kind": "cut", "where": {"level": ["EX-01"]}}
    told = answer("talent_map", Viewing(ANALYST, organization="132", store=service_url), asked)
    expected = int(((records["level"] == "EX-01") & records["complete"]).sum())
    assert expected == told["cells"]["TOTAL|EX-01"][0]


def test_analyst_may_choose_the_service_and_each_organization(service_url):
    viewing = Viewing(ANALYST, store=service_url).settled()
    links = links_of("talent_map", viewing, view="/view/").organizations
    assert ["The whole public service"] == [link.text.en for link in links if link.current]
    assert 4 == len(links)


def test_head_is_offered_no_service_to_choose(service_url):
    viewing = Viewing(HEAD, store=service_url).settled()
    assert 1 == len(links_of("talent_map", viewing, view="/view/").organizations)


@pytest.fixture
def ask(service_url):
    """Sends a question of the builder's page as OCHRO: `ask("preview", scope="132")`."""

    def asked(kind, *, viewer=ANALYST, organization=None, **values):
        viewing = Viewing(viewer, organization=organization, store=service_url)
        wider = {"audience": "service", "scope": "SERVICE", "population": {}}
        return answer("builder", viewing, {"kind": kind, "values": {**VALUES, **wider, **values}})

    return asked


def fields(service_url, organization=None):
    (form,) = open_board("builder", Viewing(ANALYST, organization=organization, store=service_url)).sections
    return {field.name: [code for code, _ in field.options] for fields in form.sets for field in fields.fields}


def test_builder_offers_ochro_the_service_first_and_each_organization(service_url):
    assert ["SERVICE", "12", "132", "47"] == sorted(
        fields(service_url)["scope"], key=lambda code: (code.isdigit(), code)
    )
    assert "SERVICE" == fields(service_url)["scope"][0]


def test_builder_starts_with_the_organization_that_was_chosen(service_url):
    assert ["47", "SERVICE"] == fields(service_url, "47")["scope"]


def test_builder_offers_ochro_no_unprotected_audience(service_url):
    assert ["service", "cluster_review", "public"] == fields(service_url)["audience"]


@pytest.mark.parametrize("scope", ["SERVICE", "132", "47"])
def test_ochros_question_is_previewed_protected(ask, scope):
    told = ask("preview", scope=scope)
    assert told["ok"], told
    assert "would be withheld" in told["html"][0]


def test_ochro_cannot_ask_for_an_organizations_own_audience(ask):
    assert "Placement" not in str(ask("preview", scope="132", audience="own_organization"))


def test_question_of_an_organization_that_was_not_chosen_is_no_question_of_the_page(ask):
    assert ask("preview", organization="47", scope="132") == ask("preview", scope="999")


def test_head_cannot_ask_of_the_service(ask):
    assert ask("preview", viewer=HEAD) == ask("preview", viewer=HEAD, scope="999")
    assert ask("preview", viewer=HEAD, organization=SERVICE)["ok"] is False


def test_ochros_definition_is_saved(ask):
    assert ask("save", **WORDED)["files"][0]["name"] == "where_they_stand.toml"
