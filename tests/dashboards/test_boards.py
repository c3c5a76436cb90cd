"""The cadre, the cycle desk and the public service as boards: what each says, to whom, and what it says of absences."""

from __future__ import annotations

import shutil

import pytest

from etm_workbench.codebook import LANGUAGES
from etm_workbench.errors import BadInput, NotAllowed
from etm_workbench.presentation.parts import ChartPart, TablePart, Text
from etm_workbench.presentation.widgets import FormSection, PartsSection, board_payload
from etm_workbench.protected import Shown
from etm_workbench.reporting.dashboards import Viewing, answer, open_board
from etm_workbench.reporting.dashboards.service_release import keep_service, measures, service_release, service_tables
from etm_workbench.reporting.session import open_workbench
from tests.dashboards.conftest import ANALYST, CYCLES, DELEGATE, HEAD, OTHER_HEAD

OWN = "132"


@pytest.fixture
def seen(service_url):
    """Opens a dashboard: `seen("cadre", HEAD)`."""

    def opened(name, viewer=HEAD, **wishes):
        return open_board(name, Viewing(viewer, store=service_url, **wishes))

    return opened


@pytest.fixture(scope="module")
def made(service_folder, tmp_path_factory):
    """The release of the service that `etm dashboards build` makes, made once."""
    store = shutil.copy(service_folder / "service.sqlite", tmp_path_factory.mktemp("made") / "service.sqlite")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ETM_KEY_FILE", str(service_folder / "pseudonym.key"))
        with open_workbench(CYCLES[-1], audience="service", store=f"sqlite:///{store}") as workbench:
            return workbench.protect(service_tables(workbench))


@pytest.fixture
def released(made, service_url):
    """The release, where dashboards look for it."""
    keep_service(made)
    return made


def texts(board, anchor=None):
    """The English sentences of a board, or of one section."""
    sections = [s for s in board.sections if isinstance(s, PartsSection) and anchor in (None, s.anchor)]
    return [part.text.en for section in sections for part in section.parts if isinstance(part, Text)]


def tables(board, anchor):
    (section,) = [s for s in board.sections if s.anchor == anchor]
    return [part for part in section.parts if isinstance(part, (TablePart, ChartPart))]


@pytest.mark.parametrize("name", ["cadre", "cycle_desk", "builder"])
def test_another_organization_is_refused(seen, name):
    with pytest.raises(NotAllowed):
        seen(name, HEAD, organization="47")


@pytest.mark.parametrize("viewer", [HEAD, DELEGATE, OTHER_HEAD])
def test_service_is_for_ochro(seen, viewer):
    with pytest.raises(NotAllowed, match="whole service"):
        seen("service", viewer)


def test_every_section_has_both_languages(seen, released):
    for name, viewer in (("cadre", HEAD), ("cycle_desk", DELEGATE), ("service", ANALYST), ("builder", HEAD)):
        for section in board_payload(seen(name, viewer))["sections"]:
            pairs = [section["title"], *([section["html"]] if section["kind"] == "parts" else section["intro"])]
            assert [] == [pair for pair in pairs if not all(pair)]


def test_completeness_stands_beside_every_result_of_the_cadre(seen):
    board = seen("cadre")
    anchors = ("shape-age", "shape-eligibility", "representation-sex", "retirement", "language", "learning")
    counted = [any("counted here" in text for text in texts(board, anchor)) for anchor in anchors]
    assert [True] * len(anchors) == counted


def test_women_are_held_against_availability_with_its_date(seen):
    (section,) = [s for s in seen("cadre").sections if s.anchor == "representation-availability"]
    figures = {figure for part in section.parts if isinstance(part, TablePart) for figure in part.layout.figures}
    said = " ".join(part.text.en for part in section.parts if not isinstance(part, (TablePart, ChartPart)))
    assert {"availability", "difference", "low", "high", "gap_people", "p_adjusted"} <= figures
    assert "March 31, 2016" in said


def test_cadre_says_that_no_release_of_the_service_is_at_hand(seen):
    assert any("etm dashboards build" in text for text in texts(seen("cadre"), "funnels"))


def test_cadre_stands_among_organizations_once_they_are_released(seen, released):
    anchors = [section.anchor for section in seen("cadre").sections]
    expected = [f"funnels-{one.table.replace('_', '-')}" for one in measures().measured]
    assert expected == [anchor for anchor in anchors if anchor.startswith("funnels-")]


def test_own_organization_is_marked_among_the_others(seen, released):
    (part,) = tables(seen("cadre"), "funnels-by-completion")
    mine = [row for row in part.spec["en"]["data"]["values"] if row.keys() & {"mine", "mine_left"}]
    assert [OWN] == [row["organization"] for row in mine]


def test_service_says_plainly_when_nothing_was_built(seen):
    board = seen("service", ANALYST)
    anchors, said = [section.anchor for section in board.sections], " ".join(texts(board))
    assert (["not-built"], True) == (anchors, "etm dashboards build" in said)


def test_service_counts_every_organization(seen, released):
    (part,) = tables(seen("service", ANALYST), "completeness-organization")
    assert {"132", "47", "12"} <= set(part.layout.codes(part.data, "organization"))


def test_service_names_organizations_that_sent_nothing(seen, released):
    tables_of_it = tables(seen("service", ANALYST), "completeness-missing")
    missing = [part for part in tables_of_it if part.name == "missing_organizations"]
    assert "128" in missing[0].layout.only["organization"]


def test_released_limits_hold_around_the_services_share(released):
    table = released["by_sex"]
    low, target, high = (table.cell(f, organization=OWN, sex="F") for f in ("low_95", "target", "high_95"))
    assert all(isinstance(cell, Shown) for cell in (low, target, high))
    assert low.value <= target.value <= high.value


def test_small_organizations_are_counted_together(service_url, monkeypatch):
    few = measures().model_copy(update={"smallest": 50})
    monkeypatch.setattr("etm_workbench.reporting.dashboards.service_release.measures", lambda: few)
    with open_workbench(CYCLES[-1], audience="service", store=service_url) as workbench:
        table = service_tables(workbench)["by_sex"]
    assert {"47", "132", "OTHERS", "TOTAL"} == set(table.dimensions[0].codes)


def test_release_is_read_back_as_it_was_made(released):
    assert released.identifier == service_release(CYCLES[-1]).identifier


def test_another_bundle_is_not_put_in_place(released):
    with pytest.raises(BadInput, match="service dashboard"):
        keep_service(type(released)({"sex": released["sex"]}, released.manifest))


def test_desk_counts_open_questions_by_level(seen):
    (part,) = tables(seen("cycle_desk", DELEGATE), "missing")
    open_ones, whole = (
        part.data.cell("count", part.data.key({"question": "placement", **answer_of}))
        for answer_of in ({"answer": "OPEN"}, {})
    )
    assert 0 < open_ones.value < whole.value


def test_desk_lists_the_findings_of_the_files_that_stand(seen):
    named = {part.name for part in tables(seen("cycle_desk", DELEGATE), "findings")}
    assert {"files_table", "findings_table"} == named


def test_desk_asks_for_names_through_a_form(seen):
    forms = [section for section in seen("cycle_desk", DELEGATE).sections if isinstance(section, FormSection)]
    assert ["people"] == [action.kind for form in forms for action in form.actions]


def reminded(service_url, viewer=DELEGATE, **values):
    given = {"who": "either", "level": "", "purpose": "Reminder", **values}
    viewing = Viewing(viewer, organization=OWN, store=service_url)
    return answer("cycle_desk", viewing, {"kind": "people", "values": given})


def test_people_to_remind_have_a_section_open(service_url):
    html = reminded(service_url)["html"]
    assert [True, True] == [word in text for text, word in zip(html, ("In progress", "En cours"), strict=True)]


def test_list_of_reminders_is_logged_with_its_purpose(service_url):
    reminded(service_url, purpose="Second reminder")
    with Viewing(DELEGATE, store=service_url).open_store() as store:
        line = store.access_log()[-1]
    assert (DELEGATE, "allowed", "Second reminder") == (line.identity, line.outcome, line.purpose)


@pytest.mark.parametrize("values", [{"purpose": " "}, {"who": "all"}, {"level": "EX-09"}])
def test_wrong_reminder_is_refused_in_both_languages(service_url, values):
    refused = reminded(service_url, **values)
    assert (False, set(LANGUAGES)) == (refused["ok"], set(refused["message"]))


def test_analyst_gets_no_reminders_of_an_organization(service_url):
    assert reminded(service_url, ANALYST)["ok"] is False
