"""A store of the small service in which nothing has been released yet, one copy a test."""

from __future__ import annotations

import sqlite3

import pytest


@pytest.fixture
def unreleased_store(fictional_store, tmp_path) -> str:
    """The URL of a copy whose ledger is empty: what a test releases binds no other test."""
    path = tmp_path / "service.sqlite"
    with (
        sqlite3.connect(fictional_store.removeprefix("sqlite:///")) as source,
        sqlite3.connect(path) as copy,
    ):
        source.backup(copy)
        for name, table in copy.execute("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            if table == "release_entry":
                copy.execute(f"DROP TRIGGER {name}")
        copy.execute("DELETE FROM release_entry")
    source.close()
    copy.close()
    return f"sqlite:///{path}"
