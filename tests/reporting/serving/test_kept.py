"""What is kept is made once, bounded, and gone when making it failed."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from etm_workbench.reporting.serving.kept import Kept


def test_what_is_kept_is_made_once():
    made, kept = [], Kept(100)
    for _ in range(3):
        kept.get("a", lambda: made.append(1) or b"page")
    assert [1] == made


def test_of_several_who_ask_at_once_one_makes_it():
    made, kept, begin = [], Kept(100), threading.Barrier(8)

    def make():
        made.append(1)
        time.sleep(0.05)
        return b"page"

    def ask(_):
        begin.wait()
        return kept.get("a", make)

    with ThreadPoolExecutor(8) as pool:
        assert {b"page"} == set(pool.map(ask, range(8)))
    assert [1] == made


def test_what_was_not_asked_for_longest_goes_first():
    kept = Kept(10)
    for key in ("a", "b"):
        kept.get(key, lambda: b"1234")
    kept.get("a", lambda: b"1234")
    kept.get("c", lambda: b"1234")
    assert [True, False, True] == [key in kept for key in "abc"]


def test_what_is_too_large_is_given_and_not_kept():
    kept = Kept(3)
    assert (b"1234", False) == (kept.get("a", lambda: b"1234"), "a" in kept)


def test_failure_reaches_who_asked_and_keeps_nothing():
    kept = Kept(10)

    def fail():
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        kept.get("a", fail)
    assert b"page" == kept.get("a", lambda: b"page")


def test_what_two_made_at_once_is_counted_once():
    kept, begun, fails, goes_on = Kept(10), threading.Event(), threading.Event(), threading.Event()

    def fail():
        begun.set()
        fails.wait()
        raise ValueError("no")

    def slow():
        begun.set()
        goes_on.wait()
        return b"second"

    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(kept.get, "a", fail)
        begun.wait()
        begun.clear()
        second = pool.submit(kept.get, "a", slow)  # waits for the first
        time.sleep(0.2)
        fails.set()
        begun.wait()
        wait([pool.submit(kept.get, "a", lambda: b"third!")], timeout=5)
        goes_on.set()
        assert (b"second", ValueError) == (second.result(), type(first.exception()))
    assert (True, False) == ("a" in kept, kept.is_full)
