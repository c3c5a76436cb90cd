# ruff: noqa: INP001  a folder of examples, not a package
"""Puts people on the store's access list from a file, and lets the reading user of the database read.

The file has the columns `identity`, `role` and `organization`: the name by which the proxy or the hub
knows somebody, a role of `data/policies/access.toml`, and an organization's identifier or `*`. Lines
already there are left alone; nobody is taken off.

    python access_list.py people.csv --by keeper@example.org --reading-user etm_reading
"""

from __future__ import annotations

import argparse
import csv
import sys
from datetime import UTC, datetime
from pathlib import Path

from etm_workbench import settings
from etm_workbench.access import load_access_policy
from etm_workbench.codebook import load_codebook
from etm_workbench.errors import BadInput, WorkbenchError, nearest
from etm_workbench.store import EVERY_ORGANIZATION, AccessEntry, Store


def main() -> None:
    """Reads the arguments, does it, and says how many."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("people", type=Path)
    asked.add_argument("--by", required=True, help="who answers for these lines")
    asked.add_argument("--store", help="the owner's address of the store; ETM_STORE when not given")
    asked.add_argument("--reading-user", help="the database user of the server")
    told = asked.parse_args()
    try:
        entries = read(told.people)
        with Store.open(settings.store_url(told.store)) as store:
            if told.reading_user:
                store.admit_reading_user(told.reading_user)
            store.grant_access(entries, by=told.by, on=datetime.now(UTC))
    except WorkbenchError as problem:
        sys.exit(f"access_list: {problem}")
    print(f"{len(entries)} lines are on the access list.")  # noqa: T201


def read(file: Path) -> list[AccessEntry]:
    """The lines of the file, once each names a role and an organization that there are.

    Raises
    ------
    BadInput
        One does not; its number is told, and never what stands in it.
    """
    roles, organizations = load_access_policy().roles, {*load_codebook().organizations, EVERY_ORGANIZATION}
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for number, row in enumerate(rows, start=2):
        if not (row.get("identity") or "").strip():
            raise BadInput(f"Line {number} of '{file.name}' names nobody.")
        if row.get("role") not in roles:
            raise BadInput(f"Line {number} of '{file.name}' has no role.", remedy=nearest(row.get("role") or "", roles))
        if row.get("organization") not in organizations:
            raise BadInput(f"Line {number} of '{file.name}' has an organization that there is not.")
    return [AccessEntry(row["identity"].strip(), row["role"], row["organization"]) for row in rows]


if __name__ == "__main__":
    main()
