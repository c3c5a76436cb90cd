"""A small fictional service with an access list, and a live server of its dashboards.

Three organizations, two cycles. Every organization holds a planted person whose strings belong to it alone
(`canaries`), and one person whose name and free text try to be scripts. Two deputy heads of two
organizations, a delegate, and an analyst of OCHRO are on the access list; a reader of nothing is not.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from etm_workbench.intake import find_files, take_in_files
from etm_workbench.store import EVERY_ORGANIZATION, AccessEntry, Store
from etm_workbench.synthetic import make_service, write_files
from etm_workbench.synthetic.canaries import CANARIES, Canary

CYCLES = ("2024-25", "2025-26")
ORGANIZATIONS = ("132", "47", "12")
CANARY_OF: Mapping[str, Canary] = dict(zip(ORGANIZATIONS, CANARIES, strict=False))
# Its name and words must arrive on no page as anything but text.
SCRIPT = "<script>window.stolen=1</script>"
HOSTILE = f"O’<img src=x onerror=window.stolen=1>{SCRIPT}"
HEAD, OTHER_HEAD, DELEGATE, ANALYST, NOBODY = (
    f"{name}@example.test" for name in ("head", "other.head", "delegate", "analyst", "nobody")
)
HEADER = "X-Remote-User"
START = "from etm_workbench.cli import main; main()"
ON = datetime(2026, 3, 2, tzinfo=UTC)
READERS = (
    AccessEntry(HEAD, "deputy_head", "132"),
    AccessEntry(OTHER_HEAD, "deputy_head", "47"),
    AccessEntry(DELEGATE, "delegate", "132"),
    AccessEntry(ANALYST, "ochro", EVERY_ORGANIZATION),
)


@pytest.fixture(scope="session")
def service_folder(tmp_path_factory) -> Path:
    """The folder of the small service, made once for all workers: `service.sqlite`, `pseudonym.key`, the files."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if os.environ.get("PYTEST_XDIST_WORKER") else shared
    folder = shared / "dashboards"
    with (shared / "dashboards.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").is_file():
            folder.mkdir()
            write_service(folder / "files")
            fill(f"sqlite:///{folder / 'service.sqlite'}", folder)
            (folder / "done").touch()
    return folder


def write_service(folder: Path) -> None:
    """The files of the small service, with its planted people."""
    service = make_service(CYCLES, seed=7, organizations=ORGANIZATIONS)
    for records in service.records.values():
        for organization, canary in CANARY_OF.items():
            of_it = records.index[(records["organization"] == organization) & (records["placement"].notna())]
            _plant(records, of_it[0], canary)
            records.loc[of_it[1], ["given_name", "family_name", "career_objective"]] = [HOSTILE, SCRIPT, HOSTILE]
    write_files(service, folder)


def _plant(records: Any, person: int, canary: Canary) -> None:
    for name in ("given_name", "family_name", "email", "career_objective", "manager_comments"):
        records.loc[person, name] = getattr(canary, name)


def fill(url: str, folder: Path) -> None:
    """Takes the files in and puts the readers on the access list."""
    with Store.open(url, key_file=folder / "pseudonym.key") as store:
        outcomes = take_in_files(find_files(folder / "files").submissions, store, received_on=ON, workers=1)
        assert all(outcome.receipt for outcome in outcomes)
        store.grant_access(READERS, by="keeper@example.test", on=ON)


@pytest.fixture
def service_url(service_folder, tmp_path, monkeypatch) -> str:
    """The URL of a copy of the small service's store, with its key in place and no folder of the user's own."""
    monkeypatch.setenv("ETM_KEY_FILE", str(service_folder / "pseudonym.key"))
    monkeypatch.setenv("ETM_HOME", str(tmp_path / "home"))
    shutil.copy(service_folder / "service.sqlite", tmp_path / "service.sqlite")
    return f"sqlite:///{tmp_path / 'service.sqlite'}"


@dataclass
class LiveServer:
    """A running server behind no proxy but the tests: they say who somebody is in the header."""

    url: str
    process: subprocess.Popen[str]
    log_file: Path
    mark: int = 0

    def session(self, identity: str | None = HEAD) -> requests.Session:
        """Requests of one person; of nobody when None."""
        self.mark = len(self.log())
        made = requests.Session()
        made.trust_env = False
        made.headers.update({HEADER: identity} if identity else {})
        return made

    def get(self, path: str, identity: str | None = HEAD, **options: Any) -> requests.Response:
        """A page, as this person."""
        return self.session(identity).get(self.url + path, timeout=120, allow_redirects=False, **options)

    def ask(self, path: str, question: object, identity: str | None = HEAD, **headers: str) -> requests.Response:
        """A question, as the page of this person asks it."""
        session = self.session(identity)
        session.get(f"{self.url}/", timeout=120)
        return self.ask_with(session, path, question, **headers)

    def ask_with(self, session: requests.Session, path: str, question: object, **headers: str) -> requests.Response:
        """A question in a session that has its token."""
        self.mark = len(self.log())
        # Browsers send the cookie by https only, so here it is sent by hand.
        token = session.cookies.get("_xsrf", "")
        sent = {"Content-Type": "application/json", "X-XSRFToken": token, "Cookie": f"_xsrf={token}"}
        body = question if isinstance(question, str | bytes) else json.dumps(question)
        return session.post(self.url + path, data=body, headers={**sent, **headers}, timeout=120)

    def log(self) -> list[dict[str, Any]]:
        """What the server has logged, in order."""
        lines = self.log_file.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def refusals(self, **told: object) -> list[dict[str, Any]]:
        """The refusals since the last request began that say this; a line is written just after its answer."""
        return [line for line in self.log()[self.mark :] if {"outcome": "refused", **told}.items() <= line.items()]


@pytest.fixture(scope="module")
def start_server(service_folder, tmp_path_factory) -> Iterator[Callable[..., LiveServer]]:
    """Starts a server of the small service: `start_server(store=…, arguments=[…])`."""
    started = []

    def starting(*, store: str = "", arguments: tuple[str, ...] = (), **environment: str) -> LiveServer:
        folder = tmp_path_factory.mktemp("server")
        if not store:
            shutil.copy(service_folder / "service.sqlite", folder / "service.sqlite")
            store = f"sqlite:///{folder / 'service.sqlite'}"
        started.append(_start(folder, store, arguments or ("--behind-proxy", HEADER), environment, service_folder))
        return started[-1]

    yield starting
    for server in started:
        stop(server)


def stop(server: LiveServer) -> None:
    """Ends a server as its keeper would."""
    server.process.send_signal(signal.SIGTERM)
    try:
        server.process.wait(30)
    except subprocess.TimeoutExpired:
        server.process.kill()
        server.process.wait()


@pytest.fixture(scope="module")
def live_server(start_server) -> LiveServer:
    """A server of the small service, one for each module of tests."""
    return start_server()


def _start(
    folder: Path, store: str, arguments: tuple[str, ...], environment: Mapping[str, str], service_folder: Path
) -> LiveServer:
    port = free_port()
    log = folder / "log"
    surroundings = {
        **os.environ,
        "ETM_HOME": str(folder / "home"),
        "ETM_KEY_FILE": str(service_folder / "pseudonym.key"),
        **environment,
    }
    command = [sys.executable, "-c", START, "serve", "--store", store, "--port", str(port), *arguments]
    with log.open("w") as stream:
        process = subprocess.Popen(command, env=surroundings, stdout=stream, stderr=stream, text=True)
    server = LiveServer(f"http://127.0.0.1:{port}", process, log)
    until(lambda: "Ready at" in log.read_text(encoding="utf-8") or process.poll() is not None)
    assert process.poll() is None, log.read_text(encoding="utf-8")
    return server


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(true: Callable[[], object], *, seconds: float = 90) -> None:
    """Returns once something is so; fails when it has not come to that in time."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            pytest.fail("what was waited for did not come")
        time.sleep(0.05)
