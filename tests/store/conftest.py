"""Small checked files of fictional people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pandas as pd
import pytest

from etm_workbench.store import CheckedFile

PLACEMENTS = ("READY_ADV", "WELL_PLACED", "DEVELOP")


def _people(identifiers: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "person_id": list(identifiers),
            "given_name": [f"Zoé-{identifier}" for identifier in identifiers],
            "family_name": [f"Example-{identifier}" for identifier in identifiers],
            "email": [f"{identifier}@example.test" for identifier in identifiers],
            "position_title": [f"Director {identifier}" for identifier in identifiers],
        }
    )


def _records(kind: str, identifiers: Sequence[str]) -> pd.DataFrame:
    identified = pd.DataFrame({"person_id": list(identifiers)})
    places = range(len(identified))
    if kind == "questionnaire":
        return identified.assign(
            placement=[PLACEMENTS[place % 3] if place else None for place in places],
            learning_needs=[("coaching", "finance") if place % 2 else None for place in places],
        )
    if kind == "equity":
        return identified.assign(is_woman=[place % 2 == 0 for place in places])
    return identified.assign(
        level=[f"EX-0{1 + place % 5}" for place in places],
        position_bilingual=[bool(place % 2) for place in places],
        appointed_to_level_on=pd.to_datetime(["2024-06-01"] * len(identified)),
    )


@pytest.fixture
def make_file() -> Callable[..., CheckedFile]:
    """Makes a checked file: `make_file("accounts", ["1", "2"], cycle=…, organization=…)`."""

    def made(kind: str, identifiers: Sequence[str] = ("11", "12", "13"), **given: object) -> CheckedFile:
        plain = {
            "cycle": "2025-26",
            "organization": "128",
            "source_name": f"{kind}.xlsx",
            "sha256": "0" * 64,
            "mapping_hash": "0" * 64,
            "records": _records(kind, identifiers),
            "people": _people(identifiers),
        }
        return CheckedFile(kind=kind, **{**plain, **given})

    return made


@pytest.fixture
def day() -> Callable[[int], datetime]:
    """Midday of a day in March 2026."""
    return lambda number: datetime(2026, 3, number, 12, tzinfo=UTC)
