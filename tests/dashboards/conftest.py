"""A small fictional service with an access list, and a live server of its dashboards.

Three organizations, two cycles. Every organization holds a planted person whose strings belong to it alone
(`canaries`), and one person whose name and free text try to be scripts. Two deputy heads of two
organizations, a delegate, and an analyst of OCHRO are on the access list; a reader of nothing is not.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from etm_workbench.codebook import LANGUAGES, Bilingual
from etm_workbench.intake import find_files, take_in_files
from etm_workbench.presentation.widgets import Link, Links, content_hashes
from etm_workbench.reporting.dashboards import Viewing, answer, page
from etm_workbench.settings import data_folder
from etm_workbench.store import EVERY_ORGANIZATION, AccessEntry, Store
from etm_workbench.synthetic import make_service, write_files
from etm_workbench.synthetic.canaries import Canary

CYCLES = ("2024-25", "2025-26")
ORGANIZATIONS = ("132", "47", "12")
CANARY_OF: Mapping[str, Canary] = {
    # The fictional service plants canaries of its own, anywhere; these stand in one organization each.
    organization: Canary(
        person_id=f"A99{organization}PLANTED",
        pri=f"0000{organization}777",
        given_name=f"Wyz{name}",
        family_name=f"Zzserin-{name}",
        email=f"planted.{name.lower()}@leak-test.example",
        career_objective=f"PLANTED-OBJECTIVE quokka {name}",
        manager_comments=f"COMMENTAIRE-CACHÉ ornithorynque {name}",
    )
    for organization, name in zip(ORGANIZATIONS, ("Arvendil", "Brixtophe", "Cœlwendy"), strict=True)
}
# Its name and words must arrive on no page as anything but text.
SCRIPT = "<script>window.stolen=1</script>"
HOSTILE = f"O’<img src=x onerror=window.stolen=1>{SCRIPT}"
HEAD, OTHER_HEAD, DELEGATE, ANALYST, NOBODY = (
    f"{name}@example.test" for name in ("head", "other.head", "delegate", "analyst", "nobody")
)
HEADER = "X-Remote-User"
SITE = "http://board.test"
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
    sessions: list[requests.Session] = field(default_factory=list)

    def session(self, identity: str | None = HEAD) -> requests.Session:
        """Requests of one person; of nobody when None."""
        self.mark = len(self.log())
        made = requests.Session()
        made.trust_env = False
        made.headers.update({HEADER: identity} if identity else {})
        self.sessions.append(made)  # closed with the server
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
    """Starts a server of the small service: `start_server(store=…, arguments=(…), before=…)`; `before` is run first."""
    started = []

    def starting(
        *, store: str = "", arguments: tuple[str, ...] = (), before: str = "", **environment: str
    ) -> LiveServer:
        folder = tmp_path_factory.mktemp("server")
        if not store:
            shutil.copy(service_folder / "service.sqlite", folder / "service.sqlite")
            store = f"sqlite:///{folder / 'service.sqlite'}"
        surroundings = {
            **os.environ,
            "ETM_HOME": str(folder / "home"),
            "ETM_KEY_FILE": str(service_folder / "pseudonym.key"),
            **environment,
        }
        command = [sys.executable, "-c", f"{before}\n{START}", "serve", "--store", store]
        started.append(_start(folder / "log", [*command, *(arguments or ("--behind-proxy", HEADER))], surroundings))
        return until_ready(started[-1])

    yield starting
    for server in started:
        stop(server)


def stop(server: LiveServer) -> None:
    """Ends a server as its keeper would."""
    for session in server.sessions:
        session.close()
    server.process.send_signal(signal.SIGTERM)
    try:
        server.process.wait(30)
    except subprocess.TimeoutExpired:
        server.process.kill()
        server.process.wait()


@pytest.fixture(scope="session")
def with_limits(tmp_path_factory) -> Callable[..., Path]:
    """A data folder like ours whose limits are others: `with_limits(most=2)`, for `ETM_DATA`."""

    def made(**changed: float) -> Path:
        folder = tmp_path_factory.mktemp("data")
        for path in data_folder().iterdir():
            (folder / path.name).symlink_to(path)
        (folder / "policies").unlink()
        shutil.copytree(data_folder() / "policies", folder / "policies")
        limits = folder / "policies" / "serving.toml"
        text = limits.read_text(encoding="utf-8")
        for name, value in changed.items():
            text, found = re.subn(rf"^{name} = [\d.]+", f"{name} = {value}", text, flags=re.MULTILINE)
            assert found == 1
        limits.write_text(text, encoding="utf-8")
        return folder

    return made


@pytest.fixture(scope="module")
def live_server(start_server) -> LiveServer:
    """A server of the small service, one for each module of tests."""
    return start_server()


def _start(log: Path, command: Sequence[str], surroundings: Mapping[str, str]) -> LiveServer:
    port = free_port()
    with log.open("w") as stream:
        process = subprocess.Popen(
            [*command, "--port", str(port)], env=surroundings, stdout=stream, stderr=stream, text=True
        )
    return LiveServer(f"http://127.0.0.1:{port}", process, log)


def until_ready(server: LiveServer) -> LiveServer:
    """The server, once it listens; fails with its words when it has ended instead."""
    begun = "Ready at"
    until(
        lambda: begun in server.log_file.read_text(encoding="utf-8") or server.process.poll() is not None, seconds=240
    )
    assert server.process.poll() is None, server.log_file.read_text(encoding="utf-8")
    return server


def process_of(kernel_id: str) -> int:
    """Number of the process in which a kernel runs: the one that listens at the kernel's sockets."""
    lines = [line.split() for line in Path("/proc/net/unix").read_text(encoding="utf-8").splitlines()]
    inodes = {
        f"socket:[{line[6]}]"
        for line in lines
        if len(line) > 7 and f"k-{kernel_id[:13]}" in line[7] and line[3] == "00010000"
    }
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # others end while we look
            for entry in (folder / "fd").iterdir():
                with contextlib.suppress(OSError):
                    if str(entry.readlink()) in inodes:
                        found.add(int(folder.name))
    (process,) = found
    return process


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


@pytest.fixture(scope="module")
def map_site(service_folder, tmp_path_factory) -> Iterator[Callable[..., None]]:
    """Answers a browser's requests for the talent map of one organization; `asked` is every question it got."""
    changed = {"ETM_HOME": str(tmp_path_factory.mktemp("home")), "ETM_KEY_FILE": str(service_folder / "pseudonym.key")}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in changed.items():
            patch.setenv(name, value)
        yield _map_site(f"sqlite:///{service_folder / 'service.sqlite'}")


def _map_site(url: str) -> Callable[..., None]:
    pages = {}
    rules = {"font-src": "data:", "img-src": "data:", "connect-src": "'self'", **content_hashes()}
    policy = "; ".join(["default-src 'none'", *(f"{directive} {source}" for directive, source in rules.items())])

    def made(language: str, cycle: str) -> str:
        cycles = tuple(Link(Bilingual(c, c), f"?cycle={c}&lang={language}", c == cycle) for c in CYCLES)
        languages = {code: f"?cycle={cycle}&lang={code}" for code in LANGUAGES}
        links = Links(ask="ask", languages=languages, cycles=cycles)
        return page("talent_map", Viewing(HEAD, cycle=cycle, language=language, store=url), links=links)

    # Made before anybody waits for it: the first page works the service's benchmarks out.
    pages["en", CYCLES[-1]] = made("en", CYCLES[-1])

    def serve(route: Any) -> None:
        if route.request.method == "POST":
            question = json.loads(route.request.post_data)
            serve.asked.append(question)
            route.fulfill(json=answer("talent_map", Viewing(HEAD, store=url), question))
            return
        query = parse_qs(urlsplit(route.request.url).query)
        key = query.get("lang", ["en"])[0], query.get("cycle", [CYCLES[-1]])[0]
        pages[key] = pages.get(key) or made(*key)
        headers = {"Content-Security-Policy": policy, "Content-Type": "text/html; charset=utf-8"}
        route.fulfill(body=pages[key], headers=headers)

    serve.asked = []
    return serve


@pytest.fixture
def browse(chromium) -> Iterator[Callable[..., Any]]:
    """Opens a path of a site that the tests play; `said` is all its console said, `asked` all it requested."""
    contexts = []

    def opened(played: Callable[..., None], path: str, *, width: int = 1280, height: int = 900, **options: Any) -> Any:
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        context.route(f"{SITE}/**", played)
        contexts.append(context)
        visited = context.new_page()
        visited.said, visited.asked = [], []
        visited.on("console", lambda message: visited.said.append(message.text))
        visited.on("pageerror", lambda problem: visited.said.append(str(problem)))
        visited.on("request", lambda request: visited.asked.append(request.url))
        visited.goto(f"{SITE}{path}", timeout=180_000)  # the first page of a dashboard is made while the browser waits
        return visited

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def visit_map(browse, map_site) -> Callable[..., Any]:
    """Opens the talent map under the strictest policy."""

    def opened(language: str = "en", **options: Any) -> Any:
        visited = browse(map_site, f"/view/talent_map/?lang={language}&cycle={CYCLES[-1]}", **options)
        visited.wait_for_selector("table.two-way")
        return visited

    map_site.asked.clear()
    return opened


@pytest.fixture(params=["en", "fr"])
def language(request) -> str:
    """Each language in turn."""
    return str(request.param)


@pytest.fixture
def keep(tmp_path) -> Callable[[Any, str], None]:
    """Keeps a picture of a page, in `ETM_ARTIFACTS` when that names a folder."""
    folder = Path(os.environ.get("ETM_ARTIFACTS", tmp_path))

    def kept(visited: Any, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        visited.screenshot(path=folder / f"{name}.png", full_page=True)

    return kept
