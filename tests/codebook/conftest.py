"""A data folder of one's own, to break."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from etm_workbench import settings
from etm_workbench.codebook import Codebook, load_codebook


@pytest.fixture(scope="session")
def codebook() -> Codebook:
    return load_codebook("2025-26")


@pytest.fixture
def data(tmp_path) -> Path:
    for name in ("codebook", "reference"):
        shutil.copytree(settings.data_folder() / name, tmp_path / name)
    return tmp_path
