"""The release ledger, the access list and the access log; ledger and log can only be added to."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ADDED_TO_ONLY = {"release_entry": "number", "access_log": "number"}


def upgrade() -> None:
    op.create_table(
        "release_entry",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("audience", sa.String(40), nullable=False),
        sa.Column("policy", sa.String(80), nullable=False),
        sa.Column("recorded_on", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bundle", sa.String(64), nullable=False),
        sa.Column("meta", sa.JSON, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.UniqueConstraint("hash", name="uq_release_entry_hash"),
    )
    op.create_index("ix_release_entry_audience", "release_entry", ["audience"])
    op.create_table(
        "access_entry",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("identity", sa.String(200), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("organization", sa.String(40), nullable=False),
        sa.Column("person_key", sa.String(32)),
        sa.Column("granted_by", sa.String(200), nullable=False),
        sa.Column("granted_on", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_by", sa.String(200)),
        sa.Column("revoked_on", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_access_entry_identity", "access_entry", ["identity"])
    op.create_table(
        "access_log",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("logged_on", sa.DateTime(timezone=True), nullable=False),
        sa.Column("identity", sa.String(200), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
    )
    refuse = _refuse_in_sqlite if op.get_bind().dialect.name == "sqlite" else _refuse_in_postgresql
    for table, key in ADDED_TO_ONLY.items():
        refuse(table, key)


def _refuse_in_sqlite(table: str, key: str) -> None:
    # REPLACE deletes without firing delete triggers, so an insert over an entry is refused as well.
    taken = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"  # noqa: S608  our own names
    for verb, condition in (("UPDATE", ""), ("DELETE", ""), ("INSERT", taken)):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{table} can only be added to'); END"
        )


def _refuse_in_postgresql(table: str, key: str) -> None:  # noqa: ARG001  as in SQLite
    op.execute(
        f"CREATE FUNCTION {table}_refuses() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} can only be added to'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuses()"
    )
