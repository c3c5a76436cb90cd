"""A checked file becomes a version, in the transaction of whoever calls: all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from etm_workbench.errors import BadEnvironment
from etm_workbench.store.checked_file import CheckedFile, FileVersion, Receipt
from etm_workbench.store.columns import Column, read_block, write_block
from etm_workbench.store.engine import lock_for_writing
from etm_workbench.store.pseudonyms import fingerprint, pseudonyms
from etm_workbench.store.tables import file_version, person, record_block, recorded_override, store_fact
from etm_workbench.store.versions import read_versions

_NAMED_COLUMNS = ("given_name", "family_name", "email")
_KEY_FACT = "pseudonym key fingerprint"


def store_file(connection: Connection, file: CheckedFile, *, received_on: datetime, key: bytes) -> Receipt:
    """Stores a file as a new version, unless the latest version says the same.

    Parameters
    ----------
    connection : Connection
        In a writing transaction.
    file : CheckedFile
        Checked by intake.
    received_on : datetime
        With time zone.
    key : bytes
        For pseudonyms.

    Raises
    ------
    BadEnvironment
        The store was made with another key.
    """
    lock_for_writing(connection, f"etm file {file.kind} {file.cycle} {file.organization}")
    check_fingerprint(connection, key, remember=True)
    earlier = _versions_of(connection, file)
    latest = earlier[-1] if earlier else None
    if latest is not None and latest.content_hash == file.content_hash:
        return Receipt("unchanged", latest, 0, 0, 0)
    person_keys = pseudonyms(file.person_ids, key)
    before = _stored_rows(connection, latest.id) if latest else {}
    version_id = _insert_version(connection, file, received_on, number=latest.number + 1 if latest else 1)
    _insert_block(connection, file, version_id, person_keys)
    _insert_overrides(connection, file, version_id, key)
    _insert_people(connection, file, version_id, key)
    now = _rows_by_person(person_keys, file.columns)
    return Receipt(
        status="new_version" if latest else "stored",
        version=_versions_of(connection, file)[-1],
        added=len(now.keys() - before.keys()),
        removed=len(before.keys() - now.keys()),
        changed=sum(now[key] != before[key] for key in now.keys() & before.keys()),
    )


def check_fingerprint(connection: Connection, key: bytes, *, remember: bool = False) -> None:
    """Refuses a key that is not the one the store was made with; `remember` keeps the first one's mark."""
    known = connection.scalar(select(store_fact.c.value).where(store_fact.c.name == _KEY_FACT))
    if known is None and remember:
        connection.execute(_insert_for(connection, store_fact).on_conflict_do_nothing(), _fact(key))
        known = connection.scalar(select(store_fact.c.value).where(store_fact.c.name == _KEY_FACT))
    if known is not None and known != fingerprint(key):
        raise BadEnvironment(
            "The store was made with another pseudonym key.",
            expected="The key whose fingerprint the store holds: with another one, everybody would be stored twice.",
            remedy="Say where that key is with ETM_KEY_FILE, or restore it from its copy.",
        )


def has_fingerprint(connection: Connection) -> bool:
    """Whether the store was made with a key already."""
    return connection.scalar(select(func.count()).where(store_fact.c.name == _KEY_FACT)) == 1


def _versions_of(connection: Connection, file: CheckedFile) -> list[FileVersion]:
    return read_versions(connection, cycle=file.cycle, organization=file.organization, kind=file.kind)


def _insert_version(connection: Connection, file: CheckedFile, received_on: datetime, *, number: int) -> int:
    row = {
        "kind": file.kind,
        "cycle": file.cycle,
        "organization": file.organization,
        "number": number,
        "source_name": file.source_name,
        "sha256": file.sha256,
        "mapping_hash": file.mapping_hash,
        "content_hash": file.content_hash,
        "received_on": received_on,
        "row_count": len(file.person_ids),
        "findings": [list(finding) for finding in file.findings],
    }
    key = connection.execute(insert(file_version).values(row)).inserted_primary_key
    return int(key[0]) if key is not None else 0


def _insert_block(connection: Connection, file: CheckedFile, version_id: int, person_keys: list[str]) -> None:
    block = {
        "version_id": version_id,
        "cycle": file.cycle,
        "organization": file.organization,
        "payload": write_block(person_keys, file.columns),
    }
    connection.execute(insert(record_block), block)


def _insert_overrides(connection: Connection, file: CheckedFile, version_id: int, key: bytes) -> None:
    keys = pseudonyms((person_id for _, person_id, _ in file.overrides), key)
    rows = [
        {
            "version_id": version_id,
            "position": position,
            "organization": file.organization,
            "rule": rule,
            "person_key": person_key,
            "reason": reason,
        }
        for position, ((rule, _, reason), person_key) in enumerate(zip(file.overrides, keys, strict=True))
    ]
    if rows:
        connection.execute(insert(recorded_override), rows)


def _insert_people(connection: Connection, file: CheckedFile, version_id: int, key: bytes) -> None:
    given = [{str(name): _text(value) for name, value in row.items()} for row in file.people.to_dict("records")]
    keys = pseudonyms((str(row["person_id"]) for row in given), key)
    if given:
        rows = [_person_row(row, person_key) for row, person_key in zip(given, keys, strict=True)]
        owned = {"version_id": version_id, "organization": file.organization}
        connection.execute(insert(person), [{**owned, **row} for row in rows])


def _person_row(given: Mapping[str, str | None], person_key: str) -> dict[str, Any]:
    others = {name: value for name, value in given.items() if name not in (*_NAMED_COLUMNS, "person_id") and value}
    return {
        "person_key": person_key,
        "person_id": given["person_id"],
        **{name: given.get(name) for name in _NAMED_COLUMNS},
        "other_identifiers": others,
    }


def _stored_rows(connection: Connection, version_id: int) -> dict[str, dict[str, Any]]:
    block = connection.scalar(select(record_block.c.payload).where(record_block.c.version_id == version_id))
    return _rows_by_person(*read_block(block)) if block else {}


def _rows_by_person(person_keys: Sequence[str], columns: Mapping[str, Column]) -> dict[str, dict[str, Any]]:
    """Each person's answers; missing ones left out, so that an empty column is no change."""
    rows: dict[str, dict[str, Any]] = {person_key: {} for person_key in person_keys}
    for name, column in columns.items():
        for person_key, answer in zip(person_keys, column.listed(), strict=True):
            if answer is not None:
                rows[person_key][name] = answer
    return rows


def _insert_for(connection: Connection, table: Any) -> Any:
    # Both dialects say ON CONFLICT alike, yet SQLAlchemy has an insert of its own for each.
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def _fact(key: bytes) -> dict[str, str]:
    return {"name": _KEY_FACT, "value": fingerprint(key)}


def _text(value: Any) -> str | None:
    return None if value is None or value != value else str(value)  # noqa: PLR0124  NaN
