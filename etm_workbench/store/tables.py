"""The store's tables, the same in SQLite and PostgreSQL.

Whatever belongs to an organization carries its identifier in a column of its own, so that a database
can hold people to their own rows. File versions, record blocks, the ledger and the access log are
only ever added to. A migration makes each table; a test holds the two equal.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

from etm_workbench.errors import BadInput

metadata = MetaData(naming_convention={"ix": "ix_%(column_0_N_label)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s"})


class Moment(TypeDecorator[datetime]):
    """A moment with its time zone, kept in UTC; SQLite keeps no zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """The moment in UTC."""
        if value is not None and value.tzinfo is None:
            raise BadInput("A moment without time zone was given.", remedy="Give it one: datetime(…, tzinfo=UTC).")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """The moment with its zone, UTC."""
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value and value.astimezone(UTC)


store_fact = Table(
    "store_fact",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

file_version = Table(
    "file_version",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("cycle", String(20), nullable=False),
    Column("organization", String(40), nullable=False),
    Column("number", Integer, nullable=False),
    Column("source_name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("mapping_hash", String(64), nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("received_on", Moment, nullable=False),
    Column("row_count", Integer, nullable=False),
    Column("findings", JSON, nullable=False),
    UniqueConstraint("kind", "cycle", "organization", "number"),
    Index(None, "cycle", "organization"),
)

record_block = Table(
    "record_block",
    metadata,
    Column("version_id", ForeignKey("file_version.id"), primary_key=True),
    Column("cycle", String(20), nullable=False),
    Column("organization", String(40), nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Index(None, "cycle", "organization"),
)

recorded_override = Table(
    "recorded_override",
    metadata,
    Column("version_id", ForeignKey("file_version.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("organization", String(40), nullable=False),
    Column("rule", String(80), nullable=False),
    Column("person_key", String(32), nullable=False),
    Column("reason", Text, nullable=False),
)

person = Table(
    "person",
    metadata,
    Column("version_id", ForeignKey("file_version.id"), primary_key=True),
    Column("person_key", String(32), primary_key=True),
    Column("organization", String(40), nullable=False),
    Column("person_id", Text, nullable=False),
    Column("given_name", Text),
    Column("family_name", Text),
    Column("email", Text),
    Column("other_identifiers", JSON, nullable=False),
)

release_entry = Table(
    "release_entry",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("audience", String(40), nullable=False),
    Column("policy", String(80), nullable=False),
    Column("recorded_on", Moment, nullable=False),
    Column("bundle", String(64), nullable=False),
    Column("meta", JSON, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("hash"),
    Index(None, "audience"),
)

access_entry = Table(
    "access_entry",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("identity", String(200), nullable=False),
    Column("role", String(40), nullable=False),
    Column("organization", String(40), nullable=False),
    Column("person_key", String(32)),
    Column("granted_by", String(200), nullable=False),
    Column("granted_on", Moment, nullable=False),
    Column("revoked_by", String(200)),
    Column("revoked_on", Moment),
    Index(None, "identity"),
)

access_log = Table(
    "access_log",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("logged_on", Moment, nullable=False),
    Column("identity", String(200), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("purpose", Text, nullable=False),
    Column("detail", JSON, nullable=False),
)
