"""Many viewers of several organizations click at once: no error, nobody sees another's, memory comes back.

Each viewer opens pages, asks for people and for cuts, tries another organization, and some use live
dashboards, one of which is killed. Every answer is searched for the planted people of the other
organizations and for the names of the other viewers.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
import websocket

from etm_workbench.store import AccessEntry, Store
from tests.dashboards.conftest import CANARY_OF, HEADER, ORGANIZATIONS, process_of, until

BOARDS = ("talent_map", "cadre", "cycle_desk")
SECONDS = float(os.environ.get("ETM_LOAD_SECONDS", "180"))
VIEWER = re.compile(r"viewer\d{3}@example\.test")


@dataclass
class Watch:
    """What all viewers together have seen."""

    done: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    told_of_the_end: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, kind: str, *, right: bool, told: str = "") -> None:
        with self.lock:
            self.done[kind] += 1
            if not right:
                self.wrong.append(f"{kind}: {told}")


class Viewer(threading.Thread):
    """One person who clicks until the time is over."""

    def __init__(self, number: int, server, watch: Watch, *, until_moment: float, live: bool) -> None:
        super().__init__(daemon=True)
        self.identity = f"viewer{number:03}@example.test"
        self.own = ORGANIZATIONS[number % len(ORGANIZATIONS)]
        self.server, self.watch, self.live = server, watch, live
        self.until_moment = until_moment  # zero: each kind of click once
        self.draw = random.Random(number)

    def run(self) -> None:
        try:
            self.session = self.server.session(self.identity)
            self.token = self.session.get(f"{self.server.url}/", timeout=180).cookies["_xsrf"]
            while time.monotonic() < self.until_moment:
                self.click()
                time.sleep(self.draw.uniform(0.2, 2))
            if not self.until_moment:
                for click in self.clicks():
                    click()
        except Exception as error:  # noqa: BLE001  whatever it is, it is told
            self.watch.count("thread", right=False, told=repr(error))
        finally:
            self.session.close()

    def clicks(self) -> list[Callable[[], None]]:
        clicks = [self.page, self.people, self.cut, self.other]
        return [*clicks, self.kernel] if self.live else clicks

    def click(self) -> None:
        self.draw.choice([self.page, *self.clicks()])()

    def page(self) -> None:
        language = self.draw.choice(("en", "fr"))
        path = f"/view/{self.draw.choice(BOARDS)}/?lang={language}"
        answer = self.session.get(self.server.url + path, timeout=180)
        self.judge("page", answer.text, right=answer.status_code == 200 and f'<html lang="{language}' in answer.text)

    def ask(self, path: str, question: dict):
        headers = {"Content-Type": "application/json", "X-XSRFToken": self.token, "Cookie": f"_xsrf={self.token}"}
        return self.session.post(self.server.url + path, data=json.dumps(question), headers=headers, timeout=180)

    def people(self) -> None:
        answer = self.ask("/view/talent_map/ask", {"kind": "people", "where": {}, "purpose": "talent review"})
        own = CANARY_OF[self.own].family_name in answer.text and self.identity in answer.text
        self.judge("people", answer.text, right=own)

    def cut(self) -> None:
        answer = self.ask("/view/talent_map/ask", {"kind": "cut", "where": {"level": ["EX-01", "EX-02"]}})
        self.judge("cut", answer.text, right=answer.status_code == 200)

    def other(self) -> None:
        foreign = self.draw.choice([o for o in ORGANIZATIONS if o != self.own])
        page = self.session.get(f"{self.server.url}/view/talent_map/?organization={foreign}", timeout=180)
        asked = self.ask(
            f"/view/talent_map/ask?organization={foreign}", {"kind": "people", "where": {}, "purpose": "curious"}
        )
        self.judge("other", page.text + asked.text, right=page.status_code == 403 and not asked.json()["ok"])

    def kernel(self) -> None:
        answer = self.session.get(f"{self.server.url}/voila/render/talent_map.ipynb", timeout=180)
        found = re.search(r'"kernelId": "([0-9a-f-]{36})"', answer.text)
        self.judge("live page", answer.text, right=answer.status_code == 200 and found is not None)
        if found:
            self.use(found[1])

    def use(self, kernel: str) -> None:
        line = websocket.create_connection(
            f"{self.server.url.replace('http', 'ws')}/api/kernels/{kernel}/channels?session_id={uuid.uuid4()}",
            header={HEADER: self.identity},
            origin=self.server.url,
            timeout=120,
        )
        try:
            line.send(_message("comm_info_request"))
            told = line.recv()
            self.judge("live message", told if isinstance(told, str) else "", right=bool(told))
            if not self.watch.told_of_the_end.is_set():
                self.kill(kernel, line)
        finally:
            line.shutdown()

    def kill(self, kernel: str, line) -> None:
        self.watch.told_of_the_end.set()
        os.kill(process_of(kernel), signal.SIGKILL)
        code = 0
        while not code:
            opcode, data = line.recv_data()
            code = int.from_bytes(data[:2], "big") if opcode == websocket.ABNF.OPCODE_CLOSE else 0
        self.watch.count("killed kernel", right=code == 4404, told=str(code))

    def judge(self, kind: str, text: str, *, right: bool) -> None:
        foreign = [s for o, canary in CANARY_OF.items() if o != self.own for s in canary.strings if s in text]
        strangers = set(VIEWER.findall(text)) - {self.identity}
        told = f"{len(foreign)} planted strings, {len(strangers)} strangers, {len(text)} characters"
        self.watch.count(kind, right=right and not foreign and not strangers, told=told)


def _message(kind: str) -> str:
    header = {
        "msg_id": uuid.uuid4().hex,
        "msg_type": kind,
        "username": "",
        "session": "s",
        "date": "",
        "version": "5.3",
    }
    return json.dumps({"header": header, "parent_header": {}, "metadata": {}, "content": {}, "channel": "shell"})


def _crowd(server, store: str, viewers: int, *, seconds: float, live: int) -> Watch:
    """The viewers' clicks, from the first to the last; each kind once where there is no time."""
    entries = [
        AccessEntry(f"viewer{number:03}@example.test", "deputy_head", ORGANIZATIONS[number % len(ORGANIZATIONS)])
        for number in range(viewers)
    ]
    with Store.open(store) as opened:
        opened.grant_access(entries, by="keeper@example.test", on=datetime.now(UTC))
    watch, end = Watch(), seconds and time.monotonic() + seconds
    crowd = [Viewer(number, server, watch, until_moment=end, live=number < live) for number in range(viewers)]
    for viewer in crowd:
        viewer.start()
    for viewer in crowd:
        viewer.join(seconds + 400)
    assert not any(viewer.is_alive() for viewer in crowd)
    return watch


def _megabytes(process: int) -> float:
    """Proportional memory of a process."""
    rollup = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    return int(re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[1]) / 1024


def _kernels(server) -> int:
    """Live dashboards that were started and have not ended."""
    log = server.log()
    started = sum(line.get("route") == "live" and line.get("status") == 200 for line in log)
    return started - sum(line.get("outcome") == "ended" for line in log)


def _store_of(server) -> str:
    return f"sqlite:///{server.log_file.parent / 'service.sqlite'}"


def test_eight_viewers_see_their_own_and_nothing_fails(start_server, monkeypatch, service_folder):
    monkeypatch.setenv("ETM_KEY_FILE", str(service_folder / "pseudonym.key"))
    server = start_server()
    watch = _crowd(server, _store_of(server), 8, seconds=0, live=1)
    print(dict(watch.done))  # noqa: T201  the proof's counts
    assert [] == watch.wrong
    expected = {"page": 8, "people": 8, "cut": 8, "other": 8, "live page": 1, "live message": 1, "killed kernel": 1}
    assert expected == watch.done


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_hundred_viewers_for_minutes(start_server, monkeypatch, service_folder, with_limits):
    monkeypatch.setenv("ETM_KEY_FILE", str(service_folder / "pseudonym.key"))
    server = start_server(ETM_DATA=str(with_limits(closed_tab_seconds=3)))
    store = _store_of(server)
    warm = _crowd(server, store, 100, seconds=SECONDS / 4, live=0)
    assert [] == warm.wrong
    before = _megabytes(server.process.pid)
    watch = _crowd(server, store, 100, seconds=SECONDS, live=20)
    until(lambda: _kernels(server) <= 0, seconds=90)
    after = _megabytes(server.process.pid)
    print(f"{SECONDS:.0f} s, {dict(watch.done)}; server {before:.0f} MB before, {after:.0f} MB after")  # noqa: T201
    assert [] == watch.wrong
    assert watch.done["killed kernel"] == 1
    assert after <= 1.3 * before + 64
