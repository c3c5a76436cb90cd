"""What the store keeps beside people's records: the release ledger, the access list, the access log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from etm_workbench.store.access_records import (
    AccessEntry,
    AccessLogEntry,
    Outcome,
    add_access,
    end_access,
    has_access_list,
    read_access,
    read_identities,
    read_log,
    write_log,
)
from etm_workbench.store.engine import transaction
from etm_workbench.store.ledger import (
    LedgerEntry,
    append_entry,
    broken_links,
    draft_entry,
    head_of,
    read_entries,
)


class KeptRecords:
    """The part of a `Store` that holds no answers."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def append_release(
        self,
        audience: str,
        payload: bytes,
        *,
        meta: Mapping[str, Any],
        expected_head: str | None,
        watching: Sequence[str] = (),
    ) -> LedgerEntry:
        """Records a release at the end of the ledger.

        Parameters
        ----------
        audience : str
            Who reads it.
        payload : bytes
            The facts that later releases are protected against.
        meta : mapping
            `policy`, `bundle` (its identifier) and `recorded_on` (with time zone), and whatever else JSON holds.
        expected_head : str or None
            `release_head` of this audience and those watched, as read before the release was protected.
        watching : sequence of str
            Other audiences whose releases it was protected against.

        Raises
        ------
        LedgerMoved
            Another release to one of these audiences was recorded in the meantime; nothing is kept.
        BadInput
            `meta` lacks one of the three, or holds what JSON cannot.
        """
        draft = draft_entry(audience, payload, meta)
        with transaction(self._engine, writing=True) as connection:
            return append_entry(connection, draft, expected_head=expected_head, watching=watching)

    def release_head(self, *audiences: str) -> str | None:
        """Hash of the latest release to any of the audiences; None when there is none."""
        with transaction(self._engine) as connection:
            return head_of(connection, audiences)

    def read_releases(self, *audiences: str) -> list[LedgerEntry]:
        """Releases to the audiences in order; all of them when none is named."""
        with transaction(self._engine) as connection:
            return read_entries(connection, audiences)

    def broken_releases(self) -> tuple[int, ...]:
        """Numbers of ledger entries that were changed, or do not follow the one before; empty when it holds."""
        with transaction(self._engine) as connection:
            return broken_links(read_entries(connection))

    def access_of(self, identity: str) -> tuple[AccessEntry, ...] | None:
        """What the access list gives an identity; None when this store has no access list."""
        with transaction(self._engine) as connection:
            return read_access(connection, identity) if has_access_list(connection) else None

    def readers(self) -> tuple[str, ...]:
        """Identities on the access list, each once; a reader's connection finds itself alone."""
        with transaction(self._engine) as connection:
            return read_identities(connection)

    def grant_access(self, entries: Sequence[AccessEntry], *, by: str, on: datetime) -> None:
        """Puts lines on the access list; `by` and `on` (with time zone) are kept beside them."""
        with transaction(self._engine, writing=True) as connection:
            add_access(connection, entries, by=by, on=on)

    def revoke_access(self, identity: str, role: str, *, by: str, on: datetime) -> int:
        """Ends an identity's role in every organization; returns how many lines that were."""
        with transaction(self._engine, writing=True) as connection:
            return end_access(connection, identity, role, by=by, on=on)

    def log_access(
        self, identity: str, outcome: Outcome, *, purpose: str, detail: Mapping[str, Any], on: datetime
    ) -> int:
        """Adds a line to the access log and returns its number; `detail` says what was asked for, by name."""
        row = {"logged_on": on, "identity": identity, "outcome": outcome, "purpose": purpose, "detail": dict(detail)}
        with transaction(self._engine, writing=True) as connection:
            return write_log(connection, row)

    def access_log(self) -> list[AccessLogEntry]:
        """Who asked for names, for what, and the outcome, in order."""
        with transaction(self._engine) as connection:
            return read_log(connection)
