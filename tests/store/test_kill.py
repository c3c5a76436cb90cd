"""A process killed in the middle of taking a file in leaves all of that file or nothing.

A driver process forks a victim for each kill. The victim says each statement it sends to the database;
the test kills it (SIGKILL) after a random one of them, the commit included, or a little later.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from etm_workbench.store.engine import connect_engine, transaction
from etm_workbench.store.tables import file_version, person, record_block, recorded_override

PEOPLE = 200
VICTIMS = Path(__file__).with_name("intake_victims.py")


@pytest.fixture
def driver():
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    with subprocess.Popen(
        [sys.executable, VICTIMS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as running:
        yield running
        running.stdin.close()


def hear(driver):
    if not (mark := os.read(driver.stdout.fileno(), 1)):
        pytest.fail("the process that forks victims ended early")
    return mark


def take_in_and_kill(driver, url, organization, *, after=None, delay=0.0):
    """How many statements the victim sent and whether it finished; killed once it sent `after` of them."""
    driver.stdin.write(json.dumps([url, organization, PEOPLE]).encode() + b"\n")
    driver.stdin.flush()
    victim, said = b"", b""
    while not victim.endswith(b" "):
        victim += hear(driver)
    while not said.endswith(b"\n"):
        if after is not None and said.count(b".") >= after:
            time.sleep(delay)
            os.kill(int(victim), signal.SIGKILL)
            after = None
        said += hear(driver)
    return said.count(b"."), b"F" in said


def rows_of(url, organization):
    """Versions, blocks, people and overrides that the database holds of an organization."""
    engine = connect_engine(url)
    try:
        with transaction(engine) as connection:
            return tuple(
                connection.scalar(select(func.count()).where(table.c.organization == organization))
                for table in (file_version, record_block, person, recorded_override)
            )
    finally:
        engine.dispose()


def kill_at_random(driver, url, open_store, times):
    """Kills that many intakes; returns how many left nothing, how many everything."""
    take_in_and_kill(driver, url, "first")  # also stores the key's fingerprint
    statements, _ = take_in_and_kill(driver, url, "second")
    rng, outcomes = random.Random(2026), Counter()
    for number in range(times):
        organization = f"killed {number}"
        after, delay = rng.randint(1, statements), rng.choice([0.0, 0.0, rng.uniform(0, 0.01)])
        take_in_and_kill(driver, url, organization, after=after, delay=delay)
        with open_store(key=bytes(32)) as store:
            held = rows_of(url, organization)
            stands = {version.organization for version in store.versions()}
            outcomes[held] += 1
            assert (organization in stands) == (held == (1, 1, PEOPLE, 2))
    return outcomes


@pytest.mark.parametrize("times", [8, pytest.param(50, marks=pytest.mark.long)])
def test_killed_intake_leaves_all_or_nothing(driver, store_url, open_store, times):
    open_store(key=bytes(32)).close()
    outcomes = kill_at_random(driver, store_url, open_store, times)
    nothing, everything = outcomes[0, 0, 0, 0], outcomes[1, 1, PEOPLE, 2]
    sys.stdout.write(f"\n{times} intakes killed: {nothing} left nothing, {everything} left everything\n")
    assert (times, True) == (nothing + everything, nothing > 0)


def test_killed_file_can_be_taken_in_again(driver, store_url):
    take_in_and_kill(driver, store_url, "first")
    statements, _ = take_in_and_kill(driver, store_url, "second")
    _, finished_when_killed = take_in_and_kill(driver, store_url, "128", after=statements - 2)
    _, finished_again = take_in_and_kill(driver, store_url, "128")
    assert (False, True) == (finished_when_killed, finished_again)


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_killed_sqlite_file_is_sound(driver, store_url, open_store):
    open_store(key=bytes(32)).close()
    kill_at_random(driver, store_url, open_store, 4)
    engine = connect_engine(store_url)
    with transaction(engine) as connection:
        assert ["ok"] == list(connection.scalars(text("PRAGMA integrity_check")))
    engine.dispose()
