"""What goes wrong in the database: nothing half-stored, nothing said of people, writers wait their turn."""

import threading
import traceback

import pytest
from sqlalchemy import func, select

from etm_workbench.errors import BadEnvironment
from etm_workbench.store import taking_in
from etm_workbench.store.engine import connect_engine, transaction
from etm_workbench.store.tables import file_version, person, record_block, recorded_override


@pytest.fixture
def rows_in(store_url):
    """How many rows a table holds."""
    engine = connect_engine(store_url)

    def counted(table):
        with transaction(engine) as connection:
            return connection.scalar(select(func.count()).select_from(table))

    yield counted
    engine.dispose()


@pytest.fixture
def one_pseudonym(monkeypatch):
    """Everybody gets the same pseudonym, which the table of people refuses, quoting the row."""
    with monkeypatch.context() as patched:
        patched.setattr(taking_in, "pseudonyms", lambda identifiers, _: ["canary" for _ in identifiers])
        yield patched


def test_database_error_says_nothing_of_people(store, make_file, day, one_pseudonym, caplog):
    with pytest.raises(BadEnvironment, match="refused with") as refusal:
        store.take_in(make_file("accounts"), received_on=day(1))
    shown = "".join(traceback.format_exception(refusal.value)) + caplog.text
    assert not [value for value in ("canary", "Zoé", "Example-", "@example.test") if value in shown]


def test_failure_halfway_leaves_nothing(store, make_file, day, rows_in, monkeypatch):
    def failing(*_):
        raise OSError("disk full")

    monkeypatch.setattr(taking_in, "_insert_people", failing)
    with pytest.raises(OSError, match="disk full"):
        store.take_in(make_file("accounts"), received_on=day(1))
    assert [0, 0, 0, 0] == [rows_in(table) for table in (file_version, record_block, person, recorded_override)]


def test_store_works_after_a_failure(store, make_file, day, one_pseudonym):
    with pytest.raises(BadEnvironment):
        store.take_in(make_file("accounts"), received_on=day(1))
    one_pseudonym.undo()
    assert "stored" == store.take_in(make_file("accounts"), received_on=day(1)).status


def at_once(jobs):
    """Runs the jobs in threads that start together; their results in any order."""
    start, results = threading.Barrier(len(jobs)), []

    def run(job):
        start.wait()
        results.append(job())

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_same_file_taken_in_at_once_is_stored_once(store, make_file, day):
    receipts = at_once([lambda: store.take_in(make_file("accounts"), received_on=day(1)) for _ in range(5)])
    assert ["stored", *["unchanged"] * 4] == sorted(receipt.status for receipt in receipts)


def test_different_files_of_one_organization_at_once_are_numbered_in_turn(store, make_file, day):
    files = [make_file("accounts", [str(number)]) for number in range(5)]
    at_once([lambda file=file: store.take_in(file, received_on=day(1)) for file in files])
    assert [1, 2, 3, 4, 5] == [version.number for version in store.versions()]


def test_files_of_many_organizations_at_once_are_all_stored(store, make_file, day):
    files = [make_file("accounts", organization=str(number)) for number in range(8)]
    receipts = at_once([lambda file=file: store.take_in(file, received_on=day(1)) for file in files])
    assert ["stored"] * 8 == [receipt.status for receipt in receipts]


def test_override_is_recorded_with_its_reason_and_a_pseudonym(store, store_url, make_file, day):
    overrides = (("sle_valid", "12", "Results were renewed the week before."),)
    store.take_in(make_file("questionnaire", overrides=overrides), received_on=day(1))
    engine = connect_engine(store_url)
    with transaction(engine) as connection:
        (row,) = connection.execute(select(recorded_override)).all()
    engine.dispose()
    assert ("sle_valid", store.pseudonym("12"), overrides[0][2]) == (row.rule, row.person_key, row.reason)


def test_changed_override_is_a_new_version(store, make_file, day):
    store.take_in(make_file("questionnaire"), received_on=day(1))
    decided = make_file("questionnaire", overrides=(("sle_valid", "12", "decided"),))
    assert "new_version" == store.take_in(decided, received_on=day(2)).status
