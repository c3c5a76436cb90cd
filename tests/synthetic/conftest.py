"""A small fictional service with its files, and the full one, each made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from etm_workbench.synthetic import FictionalService, make_service, write_files

CYCLES = ("2023-24", "2024-25", "2025-26")
# One English and one French export of middling size, one of one person, one that only begins in 2024.
SMALL = ("122", "141", "250", "561")
SEED = 7


@pytest.fixture(scope="session")
def full() -> FictionalService:
    return make_service(CYCLES, seed=SEED)


@pytest.fixture(scope="session")
def small() -> FictionalService:
    return make_service(CYCLES, seed=SEED, organizations=SMALL)


@pytest.fixture(scope="session")
def folder(small, tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("files")
    write_files(small, place)
    return place
