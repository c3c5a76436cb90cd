"""A reader's own connection to a PostgreSQL store: the database itself holds it to the reader's organizations.

A server that shows names connects as a database user who owns nothing, and says who the reader is. Even
a fault in this package then reads no other organization's rows. The tables' owner (who takes files in)
and superusers are not bound, so a reader's connection as one of them is refused.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event, text

from etm_workbench.errors import BadEnvironment, BadInput
from etm_workbench.store.engine import shown_url

_READ = (
    "file_version, record_block, recorded_override, person, access_entry, access_log, release_entry, store_fact, "
    "alembic_version"
)


def hold_to_reader(engine: Engine, identity: str) -> None:
    """Every connection of the engine says that it is this reader's.

    Raises
    ------
    BadInput
        The store is not in PostgreSQL, or the identity is empty.
    """
    if engine.dialect.name != "postgresql":
        raise BadInput(
            f"The store at {shown_url(engine)} cannot hold a reader to their own rows.",
            expected="A store in PostgreSQL.",
            remedy="Open an SQLite store without identity: its file is its owner's alone.",
        )
    if not identity.strip():
        raise BadInput("A reader's connection was asked for nobody.", remedy="Give the reader's identity.")

    def introduce(connection: Any, record: object) -> None:  # noqa: ARG001  SQLAlchemy's signature
        # Outside a transaction, so that no rollback takes it back.
        connection.autocommit = True
        connection.execute("SELECT set_config('etm.identity', %s, false)", [identity])
        connection.autocommit = False

    event.listen(engine, "connect", introduce)


def check_held(connection: Connection) -> None:
    """Refuses a database user whom row-level security does not bind."""
    if not connection.scalar(text("SELECT row_security_active('record_block')")):
        raise BadEnvironment(
            "The database user of a reader's connection owns the store, or is a superuser.",
            expected="A user whom row-level security binds.",
            remedy="Connect as a user made for reading (Store.admit_reading_user).",
        )


def admit_user(connection: Connection, user: str) -> None:
    """Gives a database user what a reader's connection needs, and no more: nothing can be changed with it."""
    quoted = connection.dialect.identifier_preparer.quote_identifier(user)
    for right in (
        "USAGE ON SCHEMA public",
        f"SELECT ON {_READ}",
        "INSERT ON access_log",
        "USAGE ON SEQUENCE access_log_number_seq",
    ):
        connection.execute(text(f"GRANT {right} TO {quoted}"))
