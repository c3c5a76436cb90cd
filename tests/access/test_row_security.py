"""On PostgreSQL the database itself holds a reader's connection to their organizations.

Every test goes around the access check of this package, as a fault of ours would.
"""

from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import text

from etm_workbench.access import open_roster, whoami
from etm_workbench.errors import BadEnvironment, BadInput, NotAllowed
from etm_workbench.store import Store
from etm_workbench.store.engine import transaction

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.parametrize("store_url", ["postgresql"], indirect=True),
]
TABLES = ("file_version", "record_block", "person", "recorded_override")


@pytest.fixture
def reading_url(listed, store_url, postgresql_database):
    """The store's address for a database user who owns nothing."""
    role = f"{postgresql_database.info.dbname}_reading"
    postgresql_database.execute(f"CREATE ROLE {role} LOGIN")
    listed.admit_reading_user(role)
    yield store_url.replace("etm@", f"{role}@")
    postgresql_database.execute(f"DROP OWNED BY {role}")
    postgresql_database.execute(f"DROP ROLE {role}")


@pytest.fixture
def read_as(reading_url):
    """Opens a reader's connection: `read_as("delegate")`."""
    opened = []

    def opening(reader):
        opened.append(Store.open(reading_url, key=bytes(range(32)), identity=f"{reader}@example.test"))
        return opened[-1]

    yield opening
    for store in opened:
        store.close()


def organizations_in(store, table):
    with transaction(store._engine) as connection:
        return set(connection.scalars(text(f"SELECT organization FROM {table}")))


@pytest.mark.parametrize("table", ["file_version", "record_block", "person"])
@pytest.mark.parametrize(
    ("reader", "expected"),
    [
        ("delegate", {"128"}),
        ("head", {"128"}),
        ("executive", {"128"}),
        ("ochro", {"123", "126", "128"}),
        ("nobody", set()),
    ],
)
def test_tables_give_rows_of_the_readers_organizations_only(read_as, reader, expected, table):
    assert expected == organizations_in(read_as(reader), table)


def test_records_of_another_organization_do_not_come(read_as):
    cadre = read_as("delegate").cadre(cycles=["2025-26"], organizations=["126", "128"], audience="own_organization")
    assert {"128"} == set(cadre.records["organization"])


def test_names_of_another_organization_do_not_come(read_as):
    rows = read_as("delegate").roster_rows(cycles=["2025-26"], organizations=["126", "123"], columns=["level"])
    assert () == rows


def test_connection_without_identity_gives_nothing(reading_url, listed):
    with psycopg.connect(reading_url) as connection:
        assert [0] * 4 == [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES]


def test_identity_outlasts_a_transaction_that_failed(read_as):
    store = read_as("delegate")
    with pytest.raises(BadEnvironment), transaction(store._engine) as connection:
        connection.execute(text("SELECT * FROM no_such_table"))
    assert {"128"} == organizations_in(store, "person")


def test_access_list_cannot_be_shadowed_by_a_temporary_table(read_as):
    store = read_as("delegate")
    with transaction(store._engine) as connection:
        connection.execute(
            text(
                "CREATE TEMPORARY TABLE access_entry AS SELECT 'delegate@example.test' AS identity, "
                "'*' AS organization, NULL::timestamptz AS revoked_on"
            )
        )
        assert {"128"} == set(connection.scalars(text("SELECT organization FROM person")))


def test_ended_role_gives_nothing_at_once(read_as, listed):
    store = read_as("delegate")
    listed.revoke_access(
        "delegate@example.test", "delegate", by="keeper@example.test", on=datetime(2026, 3, 3, tzinfo=UTC)
    )
    assert set() == organizations_in(store, "person")


def test_reader_opens_the_own_roster_and_is_logged(read_as, listed):
    roster = open_roster(
        read_as("delegate"), reader="", purpose="review", cycles=["2025-26"], organizations=["128"], columns=["level"]
    )
    assert (3, "delegate@example.test") == (len(roster), listed.access_log()[-1].identity)


def test_review_list_is_refused_on_a_readers_connection_rather_than_cut_short(read_as):
    with pytest.raises(NotAllowed, match="1 of the 2 organizations"):
        open_roster(
            read_as("head"),
            reader="head@example.test",
            purpose="review",
            cycles=["2025-26"],
            organizations=["128", "123"],
            columns=["level"],
            levels=["EX-03"],
        )


def test_connection_serves_its_own_reader_only(read_as):
    with pytest.raises(NotAllowed, match="used for another reader"):
        whoami(read_as("delegate"), "ochro@example.test")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM release_entry",
        "UPDATE access_entry SET organization = '*'",
        (
            "INSERT INTO access_entry (identity, role, organization, granted_by, granted_on) "
            "VALUES ('delegate@example.test', 'ochro', '*', 'me', now())"
        ),
        "DELETE FROM person",
        "ALTER TABLE person DISABLE ROW LEVEL SECURITY",
        (
            "INSERT INTO access_log (logged_on, identity, outcome, purpose, detail) "
            "VALUES (now(), 'somebody@example.test', 'allowed', 'x', '{}')"
        ),
    ],
    ids=["ledger", "own rights", "new rights", "people", "row security", "log in another's name"],
)
def test_readers_connection_can_change_nothing(read_as, statement):
    with pytest.raises(BadEnvironment, match="InsufficientPrivilege"), transaction(read_as("delegate")._engine) as c:
        c.execute(text(statement))


def test_reader_sees_own_lines_of_list_and_log_only(read_as, listed):
    for reader in ("delegate", "head"):
        listed.log_access(
            f"{reader}@example.test", "allowed", purpose="x", detail={}, on=datetime(2026, 3, 3, tzinfo=UTC)
        )
    store = read_as("delegate")
    with transaction(store._engine) as connection:
        seen = {
            table: set(connection.scalars(text(f"SELECT identity FROM {table}")))
            for table in ("access_entry", "access_log")
        }
    assert {"access_entry": {"delegate@example.test"}, "access_log": {"delegate@example.test"}} == seen


def test_owner_of_the_store_is_refused_as_a_readers_connection(listed, store_url):
    with pytest.raises(BadEnvironment, match="owns the store"):
        Store.open(store_url, key=bytes(range(32)), identity="delegate@example.test")


def test_reader_without_name_is_refused(listed, reading_url):
    with pytest.raises(BadInput, match="asked for nobody"):
        Store.open(reading_url, key=bytes(range(32)), identity=" ")


def test_sqlite_store_is_refused_a_readers_connection(tmp_path, store_url):
    with pytest.raises(BadInput, match="cannot hold a reader"):
        Store.open(f"sqlite:///{tmp_path / 'own.sqlite'}", key=bytes(32), identity="delegate@example.test")


@pytest.mark.parametrize(("reader", "expected"), [("ochro", 1), ("delegate", 0), ("head", 0)])
def test_ledger_is_read_by_those_alone_who_have_every_organization(listed, read_as, reader, expected):
    meta = {"policy": "service", "bundle": "b", "recorded_on": datetime(2026, 3, 2, tzinfo=UTC)}
    listed.append_release("service", b"facts", meta=meta, expected_head=None)
    assert expected == len(read_as(reader).read_releases())


def test_nobodys_connection_writes_to_the_ledger(read_as):
    meta = {"policy": "service", "bundle": "b", "recorded_on": datetime(2026, 3, 2, tzinfo=UTC)}
    with pytest.raises(BadEnvironment, match="InsufficientPrivilege"):
        read_as("ochro").append_release("service", b"facts", meta=meta, expected_head=None)
