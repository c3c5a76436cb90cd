"""The talent map's board and answers: what its page holds, and what it gets when it asks."""

from __future__ import annotations

import json
import logging
from collections import Counter

import pytest

import etm_workbench as etm
from etm_workbench.analysis import benchmark
from etm_workbench.errors import BadInput, NotAllowed
from etm_workbench.presentation.widgets import board_payload, cells_payload
from etm_workbench.reporting.dashboards import NAMES, Viewing, answer, open_board, page, talent_map
from etm_workbench.reporting.dashboards.own import open_own
from etm_workbench.store import Store
from tests.dashboards.conftest import HEAD, HOSTILE, NOBODY, OTHER_HEAD

PURPOSE = "Talent review discussion"


@pytest.fixture
def viewing(service_url) -> Viewing:
    return Viewing(HEAD, store=service_url)


@pytest.fixture
def board(viewing):
    return open_board("talent_map", viewing)


@pytest.fixture
def whole(service_url):
    with etm.open("2025-26", organization="132", store=service_url, viewer=HEAD, audience="own_organization") as opened:
        yield opened


def profiles_of(board, cycle="2025-26"):
    """People by their codes in each coordinate."""
    section = board.sections[0]
    rows = [(key[0].split("|"), int(cell.value)) for key, cell in section.profiles[cycle].rows() if key != ("TOTAL",)]
    return [(dict(zip(section.profiled[cycle], codes, strict=True)), people) for codes, people in rows]


def ask(viewing, **question):
    return answer("talent_map", viewing, question)


def list_people(viewing, purpose=PURPOSE, **where):
    return ask(viewing, kind="people", purpose=purpose, where={name: [code] for name, code in where.items()})


def names_in(store_url, organization):
    with Store.open(store_url) as store:
        rows = store.roster_rows(cycles=["2025-26"], organizations=[organization], columns=["level"])
    return [row["name"] for row in rows]


def test_profiles_add_up_to_every_cell_of_the_map(board):
    counted = Counter()
    for codes, people in profiles_of(board):
        for level in (codes["level"], "TOTAL"):
            counted[codes["placement"], level] += people
    table = board.sections[0].table
    keys = [key for key in table.keys if key[0] not in ("ANSWERED", "TOTAL")]
    shown = {key: table.cell(placement=key[0], level=key[1]).value for key in keys}
    assert shown == {key: counted[key] for key in keys}


def test_profiles_follow_the_organizations_own_people_as_reports_do(board, viewing):
    counted = Counter()
    for codes, people in profiles_of(board):
        counted[codes["placement_before"], codes["placement"]] += people
    with open_own(viewing.settled()) as own:
        table = own.protect({"moved": own.transitions()})["moved"]
    leaves = [key for key in table.keys if not {"TOTAL", "ANSWERED"} & set(key)]
    expected = {key: table.cell(placement_before=key[0], placement=key[1]).value for key in leaves}
    assert expected == {key: counted[key] for key in leaves}


def test_those_new_are_those_who_arrived_or_were_transferred_in(board, whole):
    new = sum(people for codes, people in profiles_of(board) if codes["placement_before"] == "ABSENT")
    table = whole.protect({"new": whole.arrivals()})["new"]
    assert new == sum(table.cell(movement=move).value for move in ("ARRIVED", "TRANSFERRED_IN"))


def test_those_gone_are_those_who_left_the_organization(board, whole):
    gone = sum(people for codes, people in profiles_of(board, "2024-25") if codes["placement_next"] == "ABSENT")
    table = whole.protect({"gone": whole.departures()})["gone"]
    assert gone == sum(table.cell(movement=move).value for move in ("LEFT", "TRANSFERRED_OUT"))


def test_people_without_a_placement_have_a_reason(board):
    reasons = {codes["not_placed"] for codes, _ in profiles_of(board) if codes["placement"] == "MISSING"}
    assert reasons
    assert not reasons & {"PLACED"}


def test_overlays_ask_of_codes_that_exist(board):
    section = board.sections[0]
    known = {coordinate.variable: set(coordinate.codes) for coordinate in section.coordinates}
    asked = [(variable, code) for o in section.overlays for variable, codes in o.where.items() for code in codes]
    assert [] == [pair for pair in asked if pair[1] not in known[pair[0]]]


def test_page_holds_no_names(viewing, service_url):
    made = page("talent_map", viewing)
    assert [] == [name for name in names_in(service_url, "132") if name in made]


def test_page_is_the_same_twice(viewing):
    assert page("talent_map", viewing) == page("talent_map", viewing)


def test_both_languages_hold_the_same_payload(viewing, service_url):
    french = Viewing(HEAD, language="fr", store=service_url)
    assert board_payload(open_board("talent_map", viewing)) == board_payload(open_board("talent_map", french))


def test_page_of_the_largest_organization_stays_small(viewing):
    payload = len(json.dumps(board_payload(open_board("talent_map", viewing)), ensure_ascii=False))
    people = sum(people for _, people in profiles_of(open_board("talent_map", viewing)))
    # Of 250 kB at 819 executives, 180 kB are the module, the style and the fonts.
    assert payload < 24_000 + 60 * people


def test_first_cycle_has_nothing_before_it(viewing, service_url):
    board = open_board("talent_map", Viewing(HEAD, cycle="2024-25", store=service_url))
    assert ["2024-25"] == list(board.sections[0].profiles)


def test_viewer_gets_their_own_organization_when_they_name_none(service_url):
    settled = Viewing(OTHER_HEAD, store=service_url).settled()
    assert ("47", "2025-26") == (settled.organization, settled.cycle)


@pytest.mark.parametrize(("viewer", "organization"), [(HEAD, "47"), (NOBODY, "132"), (NOBODY, None)])
def test_board_of_another_organization_is_refused(service_url, viewer, organization):
    with pytest.raises(NotAllowed):
        open_board("talent_map", Viewing(viewer, organization=organization, store=service_url))


def test_wished_cycle_must_be_held(service_url):
    with pytest.raises(BadInput, match="2023-24"):
        open_board("talent_map", Viewing(HEAD, cycle="2023-24", store=service_url))


def test_dashboard_that_does_not_exist_is_named_with_the_nearest(viewing):
    with pytest.raises(BadInput, match="Did you mean 'talent_map'"):
        open_board("talent_maps", viewing)


@pytest.mark.parametrize("code", ["READY_ADV", "WELL_PLACED", "MISSING"])
def test_list_has_as_many_people_as_its_cell(viewing, board, code):
    listed = list_people(viewing, placement=code, level="EX-01")
    assert board.sections[0].table.cell(placement=code, level="EX-01").value == len(listed["rows"])


def test_list_is_marked_and_says_its_purpose(viewing):
    listed = list_people(viewing, placement="READY_ADV")
    assert (["Protected B", "Protégé B"], PURPOSE, HEAD) == (listed["marking"], listed["purpose"], listed["reader"])


def test_list_is_in_the_access_log(viewing, service_url):
    list_people(viewing, placement="READY_ADV")
    with Store.open(service_url) as store:
        last = store.access_log()[-1]
    assert (HEAD, "allowed", PURPOSE) == (last.identity, last.outcome, last.purpose)


def test_refused_list_is_in_the_access_log_too(service_url):
    asked = Viewing(HEAD, organization="47", store=service_url)
    assert not list_people(asked, placement="READY_ADV")["ok"]
    with Store.open(service_url) as store:
        assert "refused" == store.access_log()[-1].outcome


def test_names_that_try_to_be_scripts_stay_texts(viewing):
    rows = [row for code in ("READY_ADV", "READY_LAT", "WELL_PLACED", "DEVELOP", "NEW_IN_ROLE", "TRANSITION")
            for row in list_people(viewing, placement=code)["rows"]]  # fmt: skip
    assert any(HOSTILE in row[0][0] for row in rows)


@pytest.mark.parametrize(
    "question",
    [
        {"kind": "people", "where": {"email": ["x"]}, "purpose": PURPOSE},
        {"kind": "people", "where": {"placement": "READY_ADV"}, "purpose": PURPOSE},
        {"kind": "people", "where": {"placement": []}, "purpose": PURPOSE},
        {"kind": "people", "where": {"placement": ["READY_ADV"]}, "purpose": "  "},
        {"kind": "people", "where": {"placement": ["READY_ADV"]}, "purpose": "x" * 300},
        {"kind": "people", "where": {"placement": ["READY_ADV"]}},
        {"kind": "people", "where": ["placement"], "purpose": PURPOSE},
        {"kind": "cut", "where": {"placement": ["READY_ADV"]}},
        {"kind": "cut"},
        {"kind": "everything"},
        {"kind": ["cut"]},
        {},
    ],
    ids=str,
)
def test_questions_that_the_page_does_not_ask_are_refused_plainly(viewing, question):
    given = answer("talent_map", viewing, question)
    assert (False, {"en", "fr"}) == (given["ok"], set(given["message"]))


def test_cut_compares_the_group_as_a_report_would(viewing, whole):
    group = whole.cadre.where(first_official_language="F").count(
        rows="placement", columns="level", share_of="placement"
    )
    beside = benchmark.beside(group, whole.benchmarks["placement"], "placement")
    expected = cells_payload(whole.protect({"cut": beside})["cut"], 0.05)
    assert expected == ask(viewing, kind="cut", where={"first_official_language": ["F"]})["cells"]


def test_cut_counts_what_the_page_counts(viewing, board):
    cells = ask(viewing, kind="cut", where={"branch": ["POLICY", "PROGRAMS"], "region": ["NCR"]})["cells"]
    kept = [
        (codes, people)
        for codes, people in profiles_of(board)
        if codes["branch"] in ("POLICY", "PROGRAMS") and codes["region"] == "NCR"
    ]
    counted = Counter()
    for codes, people in kept:
        counted[codes["placement"]] += people
    assert dict(counted) == {code: cells[f"{code}|TOTAL"][0] for code in counted}


def test_failure_is_answered_plainly_and_logged_by_its_kind_alone(viewing, monkeypatch, caplog):
    def fail(*_: object) -> dict[str, object]:
        raise RuntimeError("the secret of somebody")

    monkeypatch.setattr(talent_map, "ANSWERS", {"cut": fail})
    with caplog.at_level(logging.ERROR):
        given = answer("talent_map", viewing, {"kind": "cut"})
    assert (False, ["dashboard talent_map failed to answer: RuntimeError"]) == (given["ok"], caplog.messages)


def test_every_dashboard_has_a_module():
    assert ("talent_map", "cadre", "cycle_desk", "service", "builder") == NAMES
