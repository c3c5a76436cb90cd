"""What the intake tests share: a store in memory, and a folder's files checked in one call."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from etm_workbench.intake import Checked, check_file
from etm_workbench.store import Store

# The builders of fictional files lie beside the tests.
sys.path.insert(0, str(Path(__file__).parent))

from questionnaire_files import CODEBOOK, ORGANIZATION, grid, write_xlsx


@pytest.fixture
def quick_store() -> Iterator[Store]:
    """An empty store in memory, for tests in numbers; those about storing ask for `store`."""
    with Store.open("sqlite://", key=bytes(32)) as opened:
        yield opened


@pytest.fixture
def check(tmp_path: Path) -> Callable[..., Checked]:
    """Rows or a path in, findings and records out."""

    def checked(given: Path | list[dict[str, Any]], **options: Any) -> Checked:
        path = given if isinstance(given, Path) else write_xlsx(tmp_path / "questionnaire.xlsx", grid(given))
        return check_file(path, organization=ORGANIZATION, codebook=CODEBOOK, **options)

    return checked
