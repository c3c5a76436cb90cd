"""A store of three organizations, two of them in one cluster, with an access list of fictional readers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

import pandas as pd
import pytest

from etm_workbench.access import open_roster
from etm_workbench.store import EVERY_ORGANIZATION, AccessEntry, CheckedFile, Store

ON = datetime(2026, 3, 2, tzinfo=UTC)
# 128 and 123 are in one cluster, 126 in another. Person 2 manages 1 and 3; identifiers start with the organization.
PEOPLE = {"1": "EX-01", "2": "EX-04", "3": "EX-03"}


def _accounts(organization: str) -> CheckedFile:
    identifiers = [organization + number for number in PEOPLE]
    return CheckedFile(
        kind="accounts",
        cycle="2025-26",
        organization=organization,
        source_name="accounts.xlsx",
        sha256="0" * 64,
        mapping_hash="0" * 64,
        records=pd.DataFrame({"person_id": identifiers, "level": PEOPLE.values(), "region": "NCR"}),
        people=pd.DataFrame(
            {
                "person_id": identifiers,
                "given_name": "Zoé",
                "family_name": [f"Example-{identifier}" for identifier in identifiers],
                "position_title": "Director",
                "supervisor_id": [organization + "2", None, organization + "2"],
            }
        ),
    )


def _answers(organization: str) -> CheckedFile:
    identifiers = [organization + number for number in PEOPLE]
    return CheckedFile(
        kind="questionnaire",
        cycle="2025-26",
        organization=organization,
        source_name="questionnaire.xlsx",
        sha256="0" * 64,
        mapping_hash="0" * 64,
        records=pd.DataFrame({"person_id": identifiers, "placement": ["READY_ADV", None, "WELL_PLACED"]}),
        people=pd.DataFrame({"person_id": identifiers, "manager_comments": ["steady", None, None]}),
    )


@pytest.fixture
def service(store) -> Store:
    """The store, filled, without access list."""
    for organization in ("126", "123", "128"):
        store.take_in(_accounts(organization), received_on=ON)
        store.take_in(_answers(organization), received_on=ON)
    return store


@pytest.fixture
def listed(service) -> Store:
    """The store, filled, with one reader a role."""
    entries = [
        AccessEntry("delegate@example.test", "delegate", "128"),
        AccessEntry("head@example.test", "deputy_head", "128"),
        AccessEntry("ochro@example.test", "ochro", EVERY_ORGANIZATION),
        AccessEntry("manager@example.test", "manager", "128", service.pseudonym("1282")),
        AccessEntry("executive@example.test", "executive", "128", service.pseudonym("1281")),
        AccessEntry("both@example.test", "executive", "128", service.pseudonym("1282")),
        AccessEntry("both@example.test", "manager", "128", service.pseudonym("1282")),
    ]
    service.grant_access(entries, by="keeper@example.test", on=ON)
    return service


@pytest.fixture
def ask(listed) -> Iterator[partial]:
    """Asks for a list of names: `ask(reader=…, organizations=…, columns=…, levels=…)`."""
    return partial(
        open_roster,
        listed,
        purpose="talent review",
        cycles=["2025-26"],
        organizations=["128"],
        columns=["level"],
        asked_on=ON,
    )
