"""The way to the database: connections that are safe to be killed, and errors that say nothing of people.

SQLite writes ahead (a killed process leaves the file as it was), checks foreign keys, waits its turn
and takes the write lock at once, so that two writers queue instead of failing half-way. The file is
readable by its owner only. Database errors quote the rows they choke on, so none is let through.
"""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from etm_workbench.errors import BadEnvironment, BadInput, WorkbenchError

# A writer keeps the lock for milliseconds; only a stuck machine makes anybody wait this long.
_BUSY_MILLISECONDS = 30_000


def connect_engine(url: str) -> Engine:
    """An engine for the store at `url`; makes the folder and the file of an SQLite store.

    Raises
    ------
    BadInput
        The URL cannot be read, or names another database than SQLite and PostgreSQL.
    BadEnvironment
        The folder cannot be made.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise _bad_url() from None
    if parsed.drivername in ("sqlite", "sqlite+pysqlite"):
        return _sqlite(parsed)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(parsed.set(drivername="postgresql+psycopg"), hide_parameters=True, pool_pre_ping=True)
    raise _bad_url()


@contextmanager
def transaction(engine: Engine, *, writing: bool = False) -> Iterator[Connection]:
    """A connection in one transaction: everything in it is kept, or nothing.

    Parameters
    ----------
    engine : Engine
        Of the store.
    writing : bool
        Takes SQLite's write lock at the start.

    Raises
    ------
    BadEnvironment
        The database refused; the message names the kind of error only, since its text quotes values.
    """
    try:
        with engine.connect().execution_options(etm_writing=writing) as connection, connection.begin():
            yield connection
    except SQLAlchemyError as problem:
        cause = getattr(problem, "orig", None) or problem
        if isinstance(cause, WorkbenchError):  # a column's own refusal, which SQLAlchemy wraps
            raise cause from None
        kind = type(cause).__name__
        raise BadEnvironment(
            f"The store at {shown_url(engine)} refused with {kind}; nothing of this step was kept.",
            expected="A database that is there, lets this user in, and has room.",
            remedy="Check the address (--store or ETM_STORE), the server and the disk, then run the step again.",
        ) from None


def lock_for_writing(connection: Connection, name: str) -> None:
    """Waits until nobody else writes under `name`, until the end of the transaction.

    SQLite has its one write lock already.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})


def shown_url(engine: Engine) -> str:
    """The store's address without its password."""
    return engine.url.render_as_string(hide_password=True)


def _sqlite(url: URL) -> Engine:
    in_memory = url.database in (None, "", ":memory:")
    if not in_memory:
        _make_private_file(Path(str(url.database)))
    options: dict[str, Any] = {"poolclass": StaticPool} if in_memory else {}
    engine = create_engine(url, hide_parameters=True, **options)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_private_file(path: Path) -> None:
    """An empty file that only its owner may read, where there is none yet.

    The store's own file is never opened here: on POSIX, closing any descriptor of a file gives up all locks
    that the process holds on it, SQLite's among them, and other processes then take the database for unused
    (https://www.sqlite.org/howtocorrupt.html, 2.2). So it is made beside and put in place by its name.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if path.exists():
            return
        made, beside = tempfile.mkstemp(dir=path.parent)  # 0600 by itself
        os.close(made)
        try:
            with contextlib.suppress(FileExistsError):  # another process was sooner
                os.link(beside, path)
        finally:
            Path(beside).unlink()
    except OSError as problem:
        raise BadEnvironment(
            f"The store's file '{path.name}' cannot be made or opened: {problem.strerror}.",
            expected=f"A file such as store.sqlite in a folder one may write in: {path.parent}.",
            remedy="Choose another place with --store or ETM_STORE.",
        ) from None


def _prepare_sqlite(connection: Any, record: object) -> None:  # noqa: ARG001  SQLAlchemy's signature
    # The driver's own implicit transactions begin too late to be whole; `_begin_sqlite` begins them.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {_BUSY_MILLISECONDS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("etm_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _bad_url() -> BadInput:
    return BadInput(
        "The store's address cannot be read.",
        expected="sqlite:///folder/store.sqlite or postgresql://user@server/database.",
        remedy="Correct --store or ETM_STORE.",
    )
