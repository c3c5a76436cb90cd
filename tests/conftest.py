"""What tests of every folder ask for: stores, a demonstration, a browser.

Each test that asks for `store` runs against SQLite and against PostgreSQL.
A throw-away PostgreSQL server starts with the first test that needs it, serves every worker of the
session through a socket that only its owner can reach, and ends with the session. PostgreSQL refuses to
run as root, so root starts it as another user. Without PostgreSQL these tests are skipped with the
reason in the summary; on a CI they fail.

`open_page` shows a page in the system's Chromium; `faults` is what axe-core finds wrong with it.
`--minutes` bounds the long proofs: one that has not begun by then is skipped, and the summary says so. Blocks of the
same proof then take turns with those of the others, so that a limit shortens every long proof and drops none.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from etm_workbench.store import Store

KEY = bytes(range(32))
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_FOLDER = "ETM_TEST_POSTGRESQL"  # where the session's server lives; workers inherit it
_ENDS = "ETM_TEST_ENDS"  # from when on no long proof begins, in seconds since the epoch; workers inherit it


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--minutes", type=float, help="Long proofs that have not begun after so many minutes are skipped.")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        folder = Path(tempfile.mkdtemp(prefix="etm-pg-"))
        folder.chmod(0o755)
        os.environ[_FOLDER] = str(folder)
        if minutes := config.getoption("--minutes"):
            os.environ[_ENDS] = str(time.time() + 60 * minutes)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--minutes"):
        seen: Counter[str] = Counter()
        turn = {}
        for item in items:
            proof = item.nodeid.partition("[")[0]
            turn[item] = 0 if item.get_closest_marker("xdist_group") else seen[proof]  # one group, one after another
            seen[proof] += 1
        items.sort(key=turn.__getitem__)


def pytest_runtest_setup(item: pytest.Item) -> None:
    ends = os.environ.get(_ENDS)
    if ends and item.get_closest_marker("long") and time.time() > float(ends):
        pytest.skip("not begun in the minutes given; `make test-long` without MINUTES runs it")


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and _FOLDER in os.environ:
        folder = Path(os.environ.pop(_FOLDER))
        if (folder / "started").exists():
            _run_postgresql("pg_ctl", "-D", str(folder / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_server() -> str:
    """The folder of the running server's socket."""
    if _postgresql_program("initdb") is None:
        reason = "PostgreSQL is not installed, so nothing was tested against it; `make system` installs it."
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    folder = Path(os.environ[_FOLDER])
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "started").exists():
            _start_postgresql(folder)
            (folder / "started").touch()
    return str(folder / "socket")


@pytest.fixture(scope="session")
def postgresql_database(postgresql_server) -> Iterator[psycopg.Connection]:
    """A connection to this worker's own database, as its owner `etm`."""
    database = f"etm_{os.getpid()}"
    with psycopg.connect(host=postgresql_server, user="etm", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {database}")
    with psycopg.connect(host=postgresql_server, user="etm", dbname=database, autocommit=True) as connection:
        yield connection


@pytest.fixture
def postgresql_url(postgresql_server, postgresql_database) -> Iterator[str]:
    """The address of an empty database; the user `etm` owns it."""
    database = postgresql_database.info.dbname
    yield f"postgresql://etm@/{database}?host={postgresql_server}"
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
    postgresql_database.execute(others, [database])
    postgresql_database.execute("DROP SCHEMA public CASCADE")
    postgresql_database.execute("CREATE SCHEMA public")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def store_url(request, tmp_path) -> str:
    """The address of an empty store."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgresql_url")
    return f"sqlite:///{tmp_path / 'store.sqlite'}"


@pytest.fixture
def open_store(store_url) -> Callable[..., Store]:
    """Opens the store of `store_url`, with the tests' key unless told otherwise."""

    def opened(**options: object) -> Store:
        return Store.open(store_url, **{"key": KEY, **options})

    return opened


@pytest.fixture
def store(open_store) -> Iterator[Store]:
    """An empty store."""
    with open_store() as opened:
        yield opened


def _start_postgresql(folder: Path) -> None:
    for name in ("data", "socket"):
        (folder / name).mkdir(mode=0o700)
        if owner := _other_owner():
            os.chown(folder / name, owner["user"], owner["group"])
    _run_postgresql("initdb", "-D", str(folder / "data"), "-U", "etm", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
    settings = {
        "listen_addresses": "''",
        "unix_socket_directories": str(folder / "socket"),
        "fsync": "off",
        "full_page_writes": "off",
    }
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    log = str(folder / "data" / "log")
    _run_postgresql("pg_ctl", "-D", str(folder / "data"), "-l", log, "-o", options, "-w", "start")


def _run_postgresql(program: str, *arguments: str) -> None:
    command = [str(_postgresql_program(program)), *arguments]
    subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **_other_owner())


def _postgresql_program(name: str) -> str | None:
    shipped = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    return str(shipped[-1]) if shipped else shutil.which(name)


def _other_owner() -> dict[str, object]:
    """Whom to run the server as: nobody else unless we are root."""
    if os.geteuid():
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory) -> Path:
    """The folder of a quick demonstration, made once for all workers, with a pack in both languages in `both`."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if os.environ.get("PYTEST_XDIST_WORKER") else shared
    folder = shared / "demonstration"
    with (shared / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "both" / "pack.json").is_file():
            _demonstrate(folder)
    return folder


@pytest.fixture
def fictional_store(demonstration, monkeypatch) -> str:
    """The URL of the demonstration's store, with its key in place: two clusters, two cycles."""
    monkeypatch.setenv("ETM_KEY_FILE", str(demonstration / "pseudonym.key"))
    return f"sqlite:///{demonstration / 'service.sqlite'}"


@pytest.fixture(scope="session")
def store_without_releases(demonstration, tmp_path_factory) -> Path:
    """A copy of the demonstration's store file with an empty ledger; copy it, since what is released stays."""
    path = tmp_path_factory.mktemp("unreleased") / "service.sqlite"
    with closing(sqlite3.connect(demonstration / "service.sqlite")) as source, closing(sqlite3.connect(path)) as copy:
        source.backup(copy)
        guards = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'release_entry'"
        for (name,) in copy.execute(guards).fetchall():
            copy.execute(f"DROP TRIGGER {name}")
        copy.execute("DELETE FROM release_entry")
        copy.commit()
    return path


@pytest.fixture
def unreleased_store(fictional_store, store_without_releases, tmp_path) -> str:
    """The URL of a store of the small service in which nothing was released yet, a copy of the test's own."""
    return f"sqlite:///{shutil.copy(store_without_releases, tmp_path / 'service.sqlite')}"


def _demonstrate(folder: Path) -> None:
    from etm_workbench.reporting.demo import run_demo
    from etm_workbench.reporting.pack import cluster_pack

    run_demo(folder, seed=7, quick=True, say=lambda *_: None)
    os.environ["ETM_KEY_FILE"] = str(folder / "pseudonym.key")
    try:
        cluster_pack("central", cycle="2025-26", out=folder / "both", store=f"sqlite:///{folder / 'service.sqlite'}")
    finally:
        del os.environ["ETM_KEY_FILE"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's Chromium for one module: Playwright's loop would stand in the way of what other modules run."""
    found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if found is None:
        reason = "Chromium is not installed, so no page was looked at; `make system` installs it."
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium) -> Iterator[Callable[..., Page]]:
    """Opens an address or a file in a fresh visit of its own; the page's `asked` lists every request it made."""
    contexts = []

    def opened(where: str | Path, *, width: int = 1280, height: int = 900, **options: object) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(where.as_uri() if isinstance(where, Path) else where)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def faults() -> Callable[[Page], list[str]]:
    """What axe-core finds wrong with a page: `impact rule: where`, empty when nothing."""
    from axe_playwright_python.base import AXE_SCRIPT

    def found(page: Page) -> list[str]:
        page.evaluate(AXE_SCRIPT)
        judged = page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES)
        return [
            f"{violation['impact']} {violation['id']}: {' '.join(map(str, node['target']))}"
            for violation in judged["violations"]
            for node in violation["nodes"]
        ]

    return found
