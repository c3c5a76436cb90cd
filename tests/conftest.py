"""Stores for every test: each test that asks for `store` runs against SQLite and against PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from etm_workbench.store import Store

KEY = bytes(range(32))


@pytest.fixture(params=["sqlite"])
def store_url(request, tmp_path) -> str:
    """The address of an empty store."""
    return f"sqlite:///{tmp_path / 'store.sqlite'}"


@pytest.fixture
def open_store(store_url) -> Callable[..., Store]:
    """Opens the store of `store_url`, with the tests' key unless told otherwise."""

    def opened(**options: object) -> Store:
        return Store.open(store_url, **{"key": KEY, **options})

    return opened


@pytest.fixture
def store(open_store) -> Iterator[Store]:
    """An empty store."""
    with open_store() as opened:
        yield opened
