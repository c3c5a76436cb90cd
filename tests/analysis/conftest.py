"""A cadre small enough to count by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from etm_workbench.cadre import Cadre, Scope
from etm_workbench.codebook import load_codebook

#      person organization level  placement      needs                     sex
ROWS = [
    ("a", "128", "EX-01", "READY_ADV", ("COACHING",), "F"),
    ("b", "128", "EX-01", "WELL_PLACED", ("COACHING", "PEOPLE"), "M"),
    ("c", "128", "EX-02", "READY_ADV", None, "F"),
    ("d", "126", "EX-01", None, ("PEOPLE",), "M"),
    ("e", "126", "EX-02", "DEVELOP", (), "F"),
]


@pytest.fixture
def cadre() -> Cadre:
    return cadre_of(ROWS)


def cadre_of(rows, cycle="2025-26") -> Cadre:
    columns = ["person_key", "organization", "level", "placement", "learning_needs", "sex"]
    records = pd.DataFrame(rows, columns=columns).assign(cycle=cycle)
    return Cadre(records, load_codebook("2025-26"), Scope((cycle,), None, "service"))


@pytest.fixture
def build_cadre():
    """Makes a cadre of rows of one's own, as `ROWS`."""
    return cadre_of


@pytest.fixture
def two_cycles() -> Cadre:
    """Before and after of six people: stayed, promoted, transferred, left; and one who arrived."""
    before = [
        ("stayed", "128", "EX-01", "WELL_PLACED", None, "F"),
        ("promoted", "128", "EX-01", "READY_ADV", None, "F"),
        ("transferred", "128", "EX-02", "READY_LAT", None, "M"),
        ("left", "128", "EX-02", None, None, "M"),
        ("elsewhere", "126", "EX-03", "DEVELOP", None, "F"),
    ]
    after = [
        ("stayed", "128", "EX-01", "READY_ADV", None, "F"),
        ("promoted", "128", "EX-02", "NEW_IN_ROLE", None, "F"),
        ("transferred", "126", "EX-02", "WELL_PLACED", None, "M"),
        ("elsewhere", "126", "EX-03", "DEVELOP", None, "F"),
        ("arrived", "128", "EX-01", None, None, "M"),
    ]
    first, second = cadre_of(before, "2024-25"), cadre_of(after, "2025-26")
    return Cadre(
        pd.concat([first.records, second.records], ignore_index=True),
        second.codebook,
        Scope(("2024-25", "2025-26"), None, "service"),
    )
