"""On PostgreSQL the database holds a dashboard to its viewer's organization, even where our own checks are gone.

The server of these tests runs with every check of this package taken out: whoever asks for another
organization is let through to the store. What the store's database then gives is all that protects it.
"""

from __future__ import annotations

import json
import re

import pytest

from etm_workbench.store import Store
from tests.dashboards.conftest import ANALYST, CANARY_OF, HEAD, HEADER, ON, OTHER_HEAD, fill, stop
from tests.dashboards.test_builder import VALUES, WORDED

pytestmark = pytest.mark.postgresql

# Whatever is asked for is allowed: the page, the session on an organization, the list of names.
WITHOUT_CHECKS = """
from etm_workbench.access import roster_route
from etm_workbench.access.policy import load_access_policy
from etm_workbench.reporting.dashboards import own
from etm_workbench.reporting.serving.standing import Standing
from etm_workbench.store import AccessEntry

def allow_all(who, asked, held, codebook):
    rule = load_access_policy().roles["delegate"].names[0]
    line = AccessEntry(who.identity, "delegate", asked.organizations[0])
    return {organization: [(line, rule)] for organization in asked.organizations}, None

own.require_own = lambda *_, **__: None
Standing.check = lambda *_, **__: None
roster_route._plan = allow_all
"""
PEOPLE = {"kind": "people", "where": {}, "purpose": "a test"}


@pytest.fixture(scope="module")
def database(postgresql_server, postgresql_database, service_folder):
    """The owner's address of the small service in PostgreSQL, and that of a user made for reading."""
    name = postgresql_database.info.dbname
    owner = f"postgresql://etm@/{name}?host={postgresql_server}"
    reading = f"{name}_reading"
    fill(owner, service_folder)
    postgresql_database.execute(f"CREATE ROLE {reading} LOGIN")
    with Store.open(owner, key_file=service_folder / "pseudonym.key") as store:
        store.admit_reading_user(reading)
    yield owner, owner.replace("etm@", f"{reading}@")
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
    postgresql_database.execute(others, [name])
    postgresql_database.execute(f"DROP OWNED BY {reading}")
    postgresql_database.execute(f"DROP ROLE {reading}")
    postgresql_database.execute("DROP SCHEMA public CASCADE")
    postgresql_database.execute("CREATE SCHEMA public")


@pytest.fixture(scope="module")
def held(database, start_server):
    """A server without our checks, connected as the user whom the database holds to the viewer's rows."""
    server = start_server(store=database[1], before=WITHOUT_CHECKS)
    yield server
    stop(server)


@pytest.fixture(scope="module")
def loose(start_server):
    """The same without a database that holds anybody: a file."""
    return start_server(before=WITHOUT_CHECKS)


def names(server, organization, identity=HEAD):
    return server.ask(f"/view/talent_map/ask?organization={organization}", PEOPLE, identity)


def test_without_our_checks_another_organizations_people_would_come(loose):
    assert CANARY_OF["47"].family_name in names(loose, "47").text


def test_without_our_checks_another_organizations_map_would_come(loose):
    assert 200 == loose.get("/view/talent_map/?organization=47").status_code


def test_database_gives_no_people_of_another_organization(held):
    answer = names(held, "47").text
    assert [] == [string for string in CANARY_OF["47"].strings if string in answer]


def test_database_gives_no_numbers_of_another_organization(held):
    told = held.get("/view/talent_map/?organization=47")
    assert 200 == told.status_code
    payload = json.loads(re.search(r'id="payload">(.*?)</script>', told.text)[1])
    section = payload["sections"][0]
    counted = {cells[0] for cells in section["table"].values()}
    assert ({0}, {""}) == (counted, {profiles["signs"] for profiles in section["profiles"].values()})


def test_database_gives_the_own_organization_whole(held):
    assert CANARY_OF["132"].family_name in names(held, "132").text
    assert 200 == held.get("/view/talent_map/").status_code


def test_each_viewer_has_a_connection_of_their_own(held):
    assert CANARY_OF["47"].family_name in names(held, "47", OTHER_HEAD).text
    assert CANARY_OF["47"].family_name not in names(held, "47", HEAD).text


def ask_builder(server, kind, identity, **values):
    wider = {"scope": "SERVICE", "audience": "service", **values}
    return server.ask("/view/builder/ask", {"kind": kind, "values": {**VALUES, **wider}}, identity).json()


def test_ochros_question_is_held_against_the_ledger(held):
    assert "would be withheld" in ask_builder(held, "preview", ANALYST)["html"][0]


def test_readers_connection_records_no_release(held):
    assert "etm adhoc run" in str(ask_builder(held, "export", ANALYST, **WORDED))


def test_ochro_sees_what_an_organization_submitted(held):
    assert 200 == held.get("/view/talent_map/?organization=47", ANALYST).status_code


def test_role_that_has_ended_gives_nothing_at_the_next_request(database, held, service_folder):
    with Store.open(database[0], key_file=service_folder / "pseudonym.key") as store:
        store.revoke_access(OTHER_HEAD, "deputy_head", by="keeper@example.test", on=ON)
    assert CANARY_OF["47"].family_name not in names(held, "47", OTHER_HEAD).text


def test_owner_of_the_store_may_not_serve_it(database, start_server):
    with pytest.raises(AssertionError, match="owns the store"):
        start_server(store=database[0], arguments=("--behind-proxy", HEADER))
