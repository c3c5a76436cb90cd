"""The store's tables are brought to this workbench's form when it is opened.

An empty database gets all tables; an older one is migrated with a message; a newer one is refused,
since an older workbench would misread it. Alembic is imported only when there is something to do.
"""

from __future__ import annotations

import logging
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from etm_workbench.errors import BadEnvironment
from etm_workbench.store.engine import lock_for_writing, shown_url, transaction

# The latest migration in `migrations/versions`; a test holds that it is.
HEAD = "0004"
# Every migration up to HEAD, in order.
KNOWN = ("0001", "0002", "0003", "0004")

_log = logging.getLogger(__name__)


def bring_up_to_date(engine: Engine) -> None:
    """Makes or migrates the tables where needed, in one transaction.

    Raises
    ------
    BadEnvironment
        The store was made by a newer workbench, or the database is somebody else's.
    """
    with transaction(engine) as connection:
        if current_revision(connection) == HEAD:
            return
    with transaction(engine, writing=True) as connection:
        # Two processes may open an empty store at once: the second finds the work done.
        lock_for_writing(connection, "etm migration")
        found = current_revision(connection)
        if found == HEAD:
            return
        _refuse_unknown(connection, found)
        upgrade(connection)
    where = shown_url(engine)
    _log.warning("A new store was made at %s." if found is None else "The store at %s was brought up to date.", where)


def current_revision(connection: Connection) -> str | None:
    """The migration that the database stands at; None when it has no tables of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return str(found) if found else None


def upgrade(connection: Connection, to: str = HEAD) -> None:
    """Runs the migrations up to `to` within the connection's transaction."""
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)
    with EnvironmentContext(config, script, fn=lambda found, _: script._upgrade_revs(to, found)) as context:
        context.configure(connection=connection, transactional_ddl=True)
        context.run_migrations()


def _refuse_unknown(connection: Connection, found: str | None) -> None:
    if found is not None and found not in KNOWN:
        raise BadEnvironment(
            f"The store was made by a newer workbench (migration {found}).",
            expected=f"Migration {HEAD} or an earlier one.",
            remedy="Install that workbench's version, or open another store.",
        )
    if found is None and inspect(connection).has_table("file_version"):
        raise BadEnvironment(
            "The database has a table 'file_version' that this workbench did not make.",
            expected="An empty database, or a store.",
            remedy="Give the store a database of its own.",
        )
