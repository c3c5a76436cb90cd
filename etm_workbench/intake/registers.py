"""Account registers to hold questionnaires against: from a file just checked, or out of the store."""

from __future__ import annotations

from typing import Any

import pandas as pd

from etm_workbench.codebook import Codebook
from etm_workbench.intake.check import Checked
from etm_workbench.intake.rules import Register
from etm_workbench.store import Store


def register_of(checked: Checked) -> Register | None:
    """The account register in a checked file; None when it was refused or is of another kind."""
    if checked.file is None or checked.file.kind != "accounts":
        return None
    return Register(_accounts(checked.file.records, "person_id"))


def stored_register(store: Store, organization: str, codebook: Codebook) -> Register | None:
    """The account register that the store holds of an organization and cycle; None when it holds none."""
    cycle = codebook.cycle
    if not store.versions(cycle, organization, kind="accounts"):
        return None
    cadre = store.cadre(cycles=[cycle], organizations=[organization], audience="own_organization", codebook=codebook)
    accounts = cadre.records[cadre.records["in_register"]]
    return Register(_accounts(accounts, "person_key"), key_of=store.pseudonym)


def _accounts(records: pd.DataFrame, key: str) -> dict[str, dict[str, Any]]:
    rows: list[dict[Any, Any]] = records.to_dict("records")
    return {str(row[key]): {str(name): value for name, value in row.items() if not _missing(value)} for row in rows}


def _missing(value: object) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or value != value  # noqa: PLR0124  NaN
