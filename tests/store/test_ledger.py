"""The release ledger: only added to, chained, and safe under two releases at once."""

import threading

import pytest
from sqlalchemy import text

from etm_workbench.errors import BadInput
from etm_workbench.store import LedgerMoved
from etm_workbench.store.engine import connect_engine


@pytest.fixture
def record(store, day):
    """Records a release: `record(audience, payload, head)`; the head of its audience when none is given."""

    def recorded(audience="service", payload=b"facts", head="ask", **given):
        meta = {"policy": f"{audience} v1", "bundle": "b" * 64, "recorded_on": day(1), "report": "cluster_review"}
        expected = store.release_head(audience) if head == "ask" else head
        return store.append_release(audience, payload, meta={**meta, **given}, expected_head=expected)

    return recorded


def change(url, statement):
    """Runs a statement as somebody would who goes around this package."""
    engine = connect_engine(url)
    try:
        with engine.begin() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()


def test_releases_come_back_as_recorded(store, record):
    recorded = [record(payload=b"first"), record("public", payload=bytes(range(256)))]
    assert recorded == store.read_releases()


def test_releases_can_be_asked_by_audience(store, record):
    for audience in ("service", "public", "cluster_review"):
        record(audience)
    assert [1, 2] == [entry.number for entry in store.read_releases("service", "public")]


def test_entries_are_numbered_over_all_audiences(record):
    assert [1, 2, 3] == [record(audience).number for audience in ("service", "public", "service")]


def test_entry_follows_the_one_before_whatever_its_audience(record):
    assert record("service").hash == record("public").previous


def test_first_head_is_none(store):
    assert store.release_head("service") is None


def test_release_against_an_old_head_is_refused(store, record):
    old = store.release_head("service")
    record()
    with pytest.raises(LedgerMoved, match="Another release to 'service'"):
        record(head=old)


def test_refused_release_leaves_nothing(store, record):
    record()
    with pytest.raises(LedgerMoved):
        record(head=None)
    assert 1 == len(store.read_releases())


def test_release_to_another_audience_does_not_move_the_head(store, record):
    head = store.release_head("service")
    record("public")
    assert 2 == record("service", head=head).number


def test_release_to_a_watched_audience_moves_the_head(store, record, day):
    head = store.release_head("service", "public")
    record("public")
    meta = {"policy": "service v1", "bundle": "b" * 64, "recorded_on": day(1)}
    with pytest.raises(LedgerMoved):
        store.append_release("service", b"", meta=meta, expected_head=head, watching=["public"])


def test_of_many_releases_at_once_against_one_head_one_is_recorded(open_store, day):
    meta = {"policy": "service v1", "bundle": "b" * 64, "recorded_on": day(1)}
    start, outcomes = threading.Barrier(6), []

    def release():
        with open_store() as store:
            start.wait()
            try:
                outcomes.append(store.append_release("service", b"", meta=meta, expected_head=None).number)
            except LedgerMoved:
                outcomes.append("moved")

    with open_store():
        racers = [threading.Thread(target=release) for _ in range(6)]
        for racer in racers:
            racer.start()
        for racer in racers:
            racer.join()
    assert [1, *["moved"] * 5] == sorted(outcomes, key=str)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE release_entry SET policy = 'none'",
        "DELETE FROM release_entry",
        "DELETE FROM release_entry WHERE number = 1",
        "UPDATE access_log SET identity = 'nobody'",
        "DELETE FROM access_log",
    ],
)
def test_database_refuses_to_change_what_was_recorded(store, store_url, record, day, statement):
    record()
    store.log_access("delegate@example.test", "allowed", purpose="review", detail={}, on=day(1))
    with pytest.raises(Exception, match="can only be added to"):
        change(store_url, statement)


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_sqlite_refuses_to_replace_an_entry(store, store_url, record):
    record()
    replace = "REPLACE INTO release_entry SELECT number, audience, 'none', recorded_on, bundle, meta, payload, "
    with pytest.raises(Exception, match="can only be added to"):
        change(store_url, replace + "previous, hash FROM release_entry")


def test_whole_chain_holds(store, record):
    for audience in ("service", "public", "service"):
        record(audience)
    assert () == store.broken_releases()


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE release_entry SET policy = 'none' WHERE number = 2", (2,)),
        ("UPDATE release_entry SET payload = previous::bytea WHERE number = 2", (2,)),
        ("DELETE FROM release_entry WHERE number = 2", (3,)),
        ("DELETE FROM release_entry WHERE number = 1", (2,)),
    ],
    ids=["policy changed", "payload changed", "entry removed", "first entry removed"],
)
def test_change_by_somebody_who_lifted_the_triggers_shows(store, store_url, record, statement, broken):
    for number in range(3):
        record(payload=b"facts %d" % number)
    if store.is_embedded:
        change(store_url, "DROP TRIGGER release_entry_no_update")
        change(store_url, "DROP TRIGGER release_entry_no_delete")
        statement = statement.replace("previous::bytea", "CAST(previous AS BLOB)")
    else:
        change(store_url, "DROP TRIGGER release_entry_no_change ON release_entry")
    change(store_url, statement)
    assert broken == store.broken_releases()


@pytest.mark.parametrize("lacking", ["policy", "bundle", "recorded_on"])
def test_release_without_its_provenance_is_refused(record, lacking):
    with pytest.raises(BadInput, match=f"without {lacking}"):
        record(**{lacking: None})


def test_release_with_meta_that_json_cannot_hold_is_refused(record):
    with pytest.raises(BadInput, match="holds what JSON cannot"):
        record(who={1, 2})


def test_entry_shows_no_facts_when_printed(record):
    assert "<LedgerEntry 1 for service>" == repr(record())
