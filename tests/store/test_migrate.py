"""The store's tables: made, migrated, and refused when they are newer than the workbench."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from etm_workbench.errors import BadEnvironment, BadInput
from etm_workbench.store import Store, migrate, tables
from etm_workbench.store.engine import connect_engine, transaction


@pytest.fixture
def engine(store_url):
    made = connect_engine(store_url)
    yield made
    made.dispose()


def script():
    return ScriptDirectory(str(Path(migrate.__file__).parent / "migrations"))


def test_latest_migration_is_the_one_the_code_expects():
    assert (migrate.HEAD,) == tuple(script().get_heads())


def test_every_migration_is_known():
    assert migrate.KNOWN == tuple(reversed([revision.revision for revision in script().walk_revisions()]))


def test_migrations_make_the_tables_that_the_code_uses(store, engine):
    with transaction(engine) as connection:
        assert [] == compare_metadata(MigrationContext.configure(connection), tables.metadata)


def test_new_store_says_where_it_is(open_store, caplog):
    with caplog.at_level(logging.WARNING), open_store():
        pass
    assert ["A new store was made at"] == [record.getMessage()[:23] for record in caplog.records]


def test_opening_again_says_nothing(store, open_store, caplog):
    caplog.clear()
    open_store().close()
    assert [] == caplog.records


def test_older_store_is_migrated_with_a_message_and_keeps_its_files(engine, open_store, make_file, day, caplog):
    with transaction(engine, writing=True) as connection:
        migrate.upgrade(connection, "0001")
    with open_store() as store:
        store.take_in(make_file("accounts"), received_on=day(1))
        assert ("was brought up to date." in caplog.text, 1) == (True, len(store.versions()))


def test_newer_store_is_refused(store, engine, open_store):
    with transaction(engine, writing=True) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(BadEnvironment, match="made by a newer workbench"):
        open_store()


def test_somebody_elses_database_is_refused(engine, open_store):
    with transaction(engine, writing=True) as connection:
        connection.execute(text("CREATE TABLE file_version (id INTEGER)"))
    with pytest.raises(BadEnvironment, match="did not make"):
        open_store()


def test_failed_migration_leaves_the_database_as_it_was(engine, open_store):
    with transaction(engine, writing=True) as connection:
        connection.execute(text("CREATE TABLE access_log (id INTEGER)"))
    with pytest.raises(BadEnvironment):
        open_store()
    with transaction(engine) as connection:
        assert migrate.current_revision(connection) is None


@pytest.mark.parametrize("url", ["no address", "mysql://server/database", "sqlite+pysqlcipher:///x"])
def test_address_of_another_kind_is_refused(url):
    with pytest.raises(BadInput, match="address cannot be read"):
        Store.open(url)


def test_server_that_does_not_answer_is_an_error_without_its_password(tmp_path):
    with pytest.raises(BadEnvironment, match="OperationalError") as refusal:
        Store.open(f"postgresql://etm:hidden-word@/etm?host={tmp_path}")
    assert "hidden-word" not in str(refusal.value)


def test_new_sqlite_store_is_readable_by_its_owner_only(tmp_path):
    path = tmp_path / "new folder" / "store.sqlite"
    Store.open(f"sqlite:///{path}", key=bytes(32)).close()
    assert (0o700, 0o600) == (path.parent.stat().st_mode & 0o777, path.stat().st_mode & 0o777)


def test_folder_that_cannot_be_made_is_an_error(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(BadEnvironment, match="cannot be made or opened"):
        Store.open(f"sqlite:///{tmp_path}/file/store.sqlite")


def test_opening_a_store_twice_in_a_process_gives_up_no_lock(tmp_path):
    path = tmp_path / "store.sqlite"
    url = f"sqlite:///{path}"
    with Store.open(url, key=bytes(32)) as held, held._engine.connect() as connection:
        connection.execute(text("SELECT count(*) FROM person")).scalar()
        Store.open(url, key=bytes(32)).close()
        # Another process that takes itself for the last one removes the log that this one still reads.
        other = (
            f"import sqlite3; c = sqlite3.connect({str(path)!r}); c.execute('SELECT count(*) FROM person'); c.close()"
        )
        subprocess.run([sys.executable, "-c", other], check=True)
        assert path.with_name("store.sqlite-wal").exists()
