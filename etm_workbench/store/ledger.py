"""The record of every release: who it was for, under which policy, and what it lets its readers deduce.

Entries are only ever added, numbered without gaps over all audiences, and chained: each carries the
hash of the one before, so that a changed, removed or slipped-in entry shows. (Whoever may rewrite the
whole database can rewrite the whole chain; the head's hash kept elsewhere would tell.) A release is
protected against the entries its maker read; if another was recorded meanwhile it is refused, since it
was never held against that one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from etm_workbench.errors import BadInput
from etm_workbench.store.checked_file import canonical_json
from etm_workbench.store.engine import lock_for_writing
from etm_workbench.store.tables import release_entry


class LedgerMoved(BadInput):
    """Another release was recorded since the ledger was read; protect again, against that one too."""


@dataclass(frozen=True, slots=True, repr=False)
class LedgerEntry:
    """One recorded release.

    `number`: 1 for the first of the store. `bundle`: the identifier of its tables. `meta`: what else was
    recorded. `payload`: the facts that later releases are protected against. `previous`, `hash`: the
    chain; `previous` is empty for the first entry.
    """

    number: int
    audience: str
    policy: str
    recorded_on: datetime
    bundle: str
    meta: Mapping[str, Any]
    payload: bytes
    previous: str
    hash: str

    def __repr__(self) -> str:
        return f"<LedgerEntry {self.number} for {self.audience}>"


def draft_entry(audience: str, payload: bytes, meta: Mapping[str, Any]) -> dict[str, Any]:
    """An entry before it has its place in the chain.

    Raises
    ------
    BadInput
        `meta` lacks `policy`, `bundle` or `recorded_on` (with time zone), or holds what JSON cannot.
    """
    if absent := [name for name in _OWN_COLUMNS if not meta.get(name)]:
        raise BadInput(
            f"A release was recorded without {' and '.join(absent)}.",
            expected="Its policy, its bundle's identifier, and the moment.",
            remedy="Give them in meta.",
        )
    others = {name: value for name, value in meta.items() if name not in _OWN_COLUMNS}
    try:
        plain = json.loads(canonical_json(others))
    except (TypeError, ValueError):
        raise BadInput("The meta of a release holds what JSON cannot.", remedy="Give text, numbers, lists.") from None
    own = {name: meta[name] for name in _OWN_COLUMNS}
    if own["recorded_on"].tzinfo is None:
        raise BadInput("A release was recorded at a moment without time zone.", remedy="Give it one.")
    return {"audience": audience, "payload": bytes(payload), "meta": plain, **own}


def append_entry(
    connection: Connection,
    draft: Mapping[str, Any],
    *,
    expected_head: str | None,
    watching: Sequence[str] = (),
) -> LedgerEntry:
    """Adds an entry at the end of the chain.

    Parameters
    ----------
    connection : Connection
        In a writing transaction.
    draft : mapping
        `audience`, `policy`, `recorded_on`, `bundle`, `meta`, `payload`.
    expected_head : str or None
        Hash of the latest entry that the release was protected against, None when there was none.
    watching : sequence of str
        Audiences whose entries it was protected against, beside its own.

    Raises
    ------
    LedgerMoved
        The latest entry of these audiences is another one by now.
    """
    lock_for_writing(connection, "etm ledger")
    head = head_of(connection, {draft["audience"], *watching})
    if head != expected_head:
        raise LedgerMoved(
            f"Another release to '{draft['audience']}', or to readers who may combine it, was recorded meanwhile.",
            expected="The ledger stands as it was when this release was protected.",
            remedy="Protect the release again, now also against that one.",
        )
    last = connection.execute(
        select(release_entry.c.number, release_entry.c.hash).order_by(release_entry.c.number.desc()).limit(1)
    ).one_or_none()
    row = {
        **draft,
        "number": last.number + 1 if last else 1,
        "previous": last.hash if last else "",
    }
    entry = LedgerEntry(**row, hash=_chained_hash(row))
    connection.execute(insert(release_entry), {**row, "hash": entry.hash})
    return entry


def head_of(connection: Connection, audiences: Iterable[str]) -> str | None:
    """Hash of the latest entry of any of the audiences; None when there is none."""
    latest = (
        select(release_entry.c.hash)
        .where(release_entry.c.audience.in_(sorted(audiences)))
        .order_by(release_entry.c.number.desc())
        .limit(1)
    )
    return connection.scalar(latest)


def read_entries(connection: Connection, audiences: Sequence[str] = ()) -> list[LedgerEntry]:
    """Entries of the audiences in order of number; of all when none is named."""
    chosen = select(release_entry).order_by(release_entry.c.number)
    if audiences:
        chosen = chosen.where(release_entry.c.audience.in_(audiences))
    return [_entry(row) for row in connection.execute(chosen)]


def broken_links(entries: Sequence[LedgerEntry]) -> tuple[int, ...]:
    """Numbers of the entries, of the whole ledger, that were changed or do not follow the one before."""
    broken, number, previous = [], 0, ""
    for entry in entries:
        row = {name: getattr(entry, name) for name in (*_CHAINED, "recorded_on", "payload")}
        if (entry.number, entry.previous, entry.hash) != (number + 1, previous, _chained_hash(row)):
            broken.append(entry.number)
        number, previous = entry.number, entry.hash
    return tuple(broken)


_OWN_COLUMNS = ("policy", "bundle", "recorded_on")
_CHAINED = ("number", "audience", "policy", "bundle", "meta", "previous")


def _chained_hash(row: Mapping[str, Any]) -> str:
    content = {name: row[name] for name in _CHAINED}
    content["recorded_on"] = row["recorded_on"].astimezone(UTC).isoformat()
    content["payload"] = hashlib.sha256(row["payload"]).hexdigest()
    return hashlib.sha256(canonical_json(content)).hexdigest()


def _entry(row: Row[Any]) -> LedgerEntry:
    return LedgerEntry(**row._mapping)
