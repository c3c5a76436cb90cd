"""Which file versions stand, now or as of an earlier moment."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from etm_workbench.store.checked_file import FileVersion, canonical_json
from etm_workbench.store.tables import file_version


def read_versions(
    connection: Connection,
    *,
    cycle: str | None = None,
    organization: str | None = None,
    kind: str | None = None,
    as_of: datetime | None = None,
) -> list[FileVersion]:
    """File versions by cycle, organization, kind and number.

    Parameters
    ----------
    connection : Connection
        To the store.
    cycle, organization, kind : str, optional
        Only these.
    as_of : datetime, optional
        With time zone: only what was received by then, `superseded` as it was then.
    """
    chosen = select(file_version).order_by(*(file_version.c[name] for name in _ORDER))
    for name, value in (("cycle", cycle), ("organization", organization), ("kind", kind)):
        if value is not None:
            chosen = chosen.where(file_version.c[name] == value)
    if as_of is not None:
        chosen = chosen.where(file_version.c.received_on <= as_of)
    rows = connection.execute(chosen).all()
    # In this order the last of each file is the one that stands.
    standing = {(row.kind, row.cycle, row.organization): row.id for row in rows}
    return [_version(row, superseded=standing[row.kind, row.cycle, row.organization] != row.id) for row in rows]


def data_version(versions: Iterable[FileVersion]) -> str:
    """SHA-256 of what the files say: the same in any store that holds the same files; hexadecimal.

    Neither the pseudonym key nor the moment of receipt is part of it.
    """
    content = sorted([v.kind, v.cycle, v.organization, v.content_hash] for v in versions)
    return hashlib.sha256(canonical_json(content)).hexdigest()


_ORDER = ("cycle", "organization", "kind", "number")


def _version(row: Row[Any], *, superseded: bool) -> FileVersion:
    return FileVersion(
        id=row.id,
        kind=row.kind,
        cycle=row.cycle,
        organization=row.organization,
        number=row.number,
        sha256=row.sha256,
        content_hash=row.content_hash,
        mapping_hash=row.mapping_hash,
        source_name=row.source_name,
        received_on=row.received_on,
        rows=row.row_count,
        superseded=superseded,
        findings=tuple((rule, severity, int(count)) for rule, severity, count in row.findings),
    )
