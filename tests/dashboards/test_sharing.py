"""A page is made once for readers of the same rights, never given to those of others, and lost with the right."""

from __future__ import annotations

import gzip

import pytest

from etm_workbench import settings
from etm_workbench.access import whoami
from etm_workbench.codebook import LANGUAGES
from etm_workbench.errors import NotAllowed
from etm_workbench.presentation.widgets import draw
from etm_workbench.reporting import dashboards
from etm_workbench.reporting.dashboards import Viewing, open_board, own
from etm_workbench.reporting.serving.ahead import Ahead, readers_of_each_kind, releases_nothing
from etm_workbench.reporting.serving.desk import Desk
from etm_workbench.reporting.serving.limits import load_limits
from etm_workbench.reporting.serving.standing import Standing
from etm_workbench.store import AccessEntry, Store
from tests.dashboards.conftest import ANALYST, CANARY_OF, DELEGATE, HEAD, NOBODY, ON, OTHER_HEAD, READERS

SECOND = "second.head@example.test"


@pytest.fixture
def made(monkeypatch):
    """The boards that were made, by name and viewer."""
    made = []

    def noted(name, viewing):
        made.append((name, viewing.viewer))
        return open_board(name, viewing)

    monkeypatch.setattr(dashboards, "open_board", noted)
    return made


@pytest.fixture
def desk(service_url):
    with Store.open(service_url) as store:
        store.grant_access([AccessEntry(SECOND, "deputy_head", "132")], by="keeper", on=ON)
    desk = Desk(load_limits().requests, view="/view/")
    yield desk
    desk.close()


@pytest.fixture
def page(desk, service_url):
    """The page that somebody is given now."""

    def given(viewer, name="talent_map", **wishes):
        viewing = Viewing(viewer, store=service_url, **wishes)
        return gzip.decompress(desk.make(name, viewing, Standing.of(viewing))).decode()

    return given


def test_page_is_made_once_for_readers_of_the_same_rights(page, made):
    assert page(HEAD) == page(SECOND)
    assert [("talent_map", HEAD)] == made


def test_shared_page_is_what_each_would_have_been_given_alone(page, service_url):
    boards = [draw(open_board("talent_map", Viewing(who, store=service_url))).payload for who in (HEAD, SECOND)]
    assert boards[0] == boards[1]
    assert [] == [who for who in (HEAD, SECOND) if who in page(HEAD)]


@pytest.mark.parametrize("name", ["talent_map", "cadre", "cycle_desk", "builder"])
def test_board_is_made_once_for_both_languages(page, made, name, service_url):
    english, french = (page(HEAD, name, language=language) for language in LANGUAGES)
    assert [(name, HEAD)] == made
    assert ('<html lang="en-CA">', '<html lang="fr-CA">') == tuple(p.split("\n")[1] for p in (english, french))
    payloads = {draw(open_board(name, Viewing(HEAD, language=lang, store=service_url))).payload for lang in LANGUAGES}
    assert 1 == len(payloads)


def test_reader_of_another_organization_gets_a_page_of_their_own(page, made):
    pages = {who: page(who) for who in (HEAD, OTHER_HEAD)}
    assert [HEAD, OTHER_HEAD] == [viewer for _, viewer in made]
    assert pages[HEAD] != pages[OTHER_HEAD]


def test_reader_in_another_role_gets_a_page_of_their_own(page, made):
    page(HEAD), page(DELEGATE)
    assert [HEAD, DELEGATE] == [viewer for _, viewer in made]


def test_page_of_one_organization_is_refused_to_readers_of_another_while_it_is_kept(page):
    page(HEAD, organization="132")
    for viewer in (OTHER_HEAD, NOBODY):
        with pytest.raises(NotAllowed):
            page(viewer, organization="132")


def test_reader_who_has_lost_the_right_is_refused_at_once(page, service_url):
    before = page(HEAD)
    with Store.open(service_url) as store:
        store.revoke_access(HEAD, "deputy_head", by="keeper", on=ON)
    with pytest.raises(NotAllowed):
        page(HEAD)
    assert before == page(SECOND)


def test_right_more_makes_another_page(page, made, service_url):
    page(HEAD)
    with Store.open(service_url) as store:
        store.grant_access([AccessEntry(HEAD, "deputy_head", "47")], by="keeper", on=ON)
    page(HEAD)
    assert 2 == len(made)


def test_what_is_imported_beside_the_store_makes_another_page(page, made):
    page(HEAD)
    imported = settings.user_folder() / "benchmarks" / "1999-00.json"
    imported.parent.mkdir(parents=True)
    imported.write_text("{}", encoding="utf-8")
    page(HEAD)
    assert 2 == len(made)


@pytest.fixture
def unreleased(monkeypatch):
    """A process that has not worked out any benchmarks."""
    monkeypatch.setattr(own, "_BENCHMARKS", {})


def test_ahead_nothing_is_made_before_the_benchmarks_are_released(unreleased, service_url, page):
    assert not releases_nothing(service_url)
    page(HEAD)
    assert releases_nothing(service_url)


def test_each_set_of_rights_in_an_organization_is_made_for_once(desk, service_url):
    found = {viewing.viewer for viewing in readers_of_each_kind(service_url)}
    assert {DELEGATE, OTHER_HEAD} <= found
    assert 1 == len(found & {HEAD, SECOND})
    assert ANALYST not in found


def test_pages_made_ahead_are_those_that_are_asked_for(unreleased, desk, page, made, service_url):
    page(HEAD)
    Ahead(desk, service_url)._make()
    before = len(made)
    for entry in (entry for entry in READERS if entry.role in ("deputy_head", "delegate")):
        for name in ("talent_map", "cadre", "cycle_desk"):
            for language in LANGUAGES:
                page(entry.identity, name, language=language)
    assert (9, 9) == (before, len(made))


def test_ahead_the_ledger_stays_as_it_is(unreleased, desk, page, service_url):
    page(HEAD)
    with Store.open(service_url) as store:
        head = store.release_head()
    Ahead(desk, service_url)._make()
    with Store.open(service_url) as store:
        assert head == store.release_head()


def test_nobody_elses_planted_person_is_in_a_page(page):
    pages = {"132": page(HEAD), "47": page(OTHER_HEAD)}
    found = [o for o, text in pages.items() for other in CANARY_OF if other != o
             for string in CANARY_OF[other].strings if string in text]  # fmt: skip
    assert [] == found


def test_standing_holds_no_name(service_url):
    with Store.open(service_url) as store:
        assert whoami(store, HEAD).entries
    assert HEAD not in repr(Standing.of(Viewing(HEAD, store=service_url)))
