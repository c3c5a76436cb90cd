"""The access list (who has which role where) and the access log (who asked for names, and what came of it).

What a role may do is not here but in `data/policies/access.toml`; `etm_workbench.access` joins the two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, func, insert, select, update

from etm_workbench.store.tables import access_entry, access_log

Outcome = Literal["allowed", "refused"]
EVERY_ORGANIZATION = "*"


@dataclass(frozen=True, slots=True)
class AccessEntry:
    """One line of the access list.

    `organization`: an identifier, or `*` for all. `person_key`: the reader's own pseudonym, for roles
    that see one's own record or one's direct reports; None otherwise.
    """

    identity: str
    role: str
    organization: str
    person_key: str | None = None


@dataclass(frozen=True, slots=True)
class AccessLogEntry:
    """One line of the access log: what was asked for, for what purpose, and the outcome; never what came back."""

    number: int
    logged_on: datetime
    identity: str
    outcome: Outcome
    purpose: str
    detail: Mapping[str, Any]


def read_access(connection: Connection, identity: str) -> tuple[AccessEntry, ...]:
    """What the access list gives an identity today."""
    chosen = (
        select(*(access_entry.c[name] for name in ("identity", "role", "organization", "person_key")))
        .where(access_entry.c.identity == identity, access_entry.c.revoked_on.is_(None))
        .order_by(access_entry.c.id)
    )
    return tuple(AccessEntry(*row) for row in connection.execute(chosen))


def read_identities(connection: Connection) -> tuple[str, ...]:
    """Everybody whom the access list gives something today, each once, in alphabetical order."""
    chosen = select(access_entry.c.identity).where(access_entry.c.revoked_on.is_(None)).distinct()
    return tuple(connection.scalars(chosen.order_by(access_entry.c.identity)))


def has_access_list(connection: Connection) -> bool:
    """Whether anybody was ever put on the access list."""
    return bool(connection.scalar(select(func.count()).select_from(access_entry)))


def add_access(connection: Connection, entries: Sequence[AccessEntry], *, by: str, on: datetime) -> None:
    """Puts lines on the access list; those already there are left alone."""
    for entry in entries:
        if entry not in read_access(connection, entry.identity):
            row = {name: getattr(entry, name) for name in ("identity", "role", "organization", "person_key")}
            connection.execute(insert(access_entry), {**row, "granted_by": by, "granted_on": on})


def end_access(connection: Connection, identity: str, role: str, *, by: str, on: datetime) -> int:
    """Ends an identity's role everywhere and returns how many lines that were; the lines stay, marked."""
    ended = connection.execute(
        update(access_entry)
        .where(access_entry.c.identity == identity, access_entry.c.role == role, access_entry.c.revoked_on.is_(None))
        .values(revoked_by=by, revoked_on=on)
    )
    return int(ended.rowcount)


def write_log(connection: Connection, row: Mapping[str, Any]) -> int:
    """Adds a line to the access log and returns its number."""
    key = connection.execute(insert(access_log).values(dict(row))).inserted_primary_key
    return int(key[0]) if key is not None else 0


def read_log(connection: Connection) -> list[AccessLogEntry]:
    """The access log in order."""
    return [AccessLogEntry(**row._mapping) for row in connection.execute(select(access_log).order_by("number"))]
