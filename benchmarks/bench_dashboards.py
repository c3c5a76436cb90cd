"""The same talent map by stock Voila and by ours, in real Chromium: `make bench-dashboards`.

Ours is measured twice: the page without a kernel, which is what a deputy head opens, and the live dashboard,
whose every visit has a fresh kernel of its own. Time to interactive runs from the start of the navigation, with
nothing in the browser's cache, to the first map drawn after a filter; redraw is the time of the next filter.
Each visit is somebody else's, but all hold the same rights, so they share a made page, as the readers of an
organization do; a line of its own says what the first of them waits for after the data have changed. A live page
shows its board before its kernel has come, and when that has come has a line of its own too.

Visits are interleaved, and medians compared. Stock Voila draws a chart of the same people from a file, with a
list and an `Output` widget; it checks nobody, protects nothing and speaks one language. Tuned Voila does the same
with everything that can be set or left out. Panel and Streamlit are measured when `--peers` names an environment
that has both and altair; they are not in ours.

Each compared line holds `ratio`, the other side over ours, and its bar. A side is stopped when the machine has
little memory left, and a visit that had no page by then has failed. A machine that others keep busy is said to be so.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import psutil  # noqa: E402
import requests  # noqa: E402
from playwright.sync_api import Error, sync_playwright  # noqa: E402

from benchmarks.dashboards import sides  # noqa: E402
from benchmarks.dashboards.sides import MOST_READERS, ORGANIZATION, Server, reader  # noqa: E402
from benchmarks.dashboards.visits import Visit, Way, open_map, our_ways, somebody, visit, way_of  # noqa: E402

CYCLE = "2025-26"
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 90  # seconds; a visit that has no page by then has failed
OPEN = 6  # live dashboards held open while memory is read
ENDED = 12  # seconds in which kernels of closed tabs end
LEAST_FREE = 4 * 2**30  # bytes; a run of stock kernels once took the machine down
FRAME = 1000 / 60
BUSY = 0.35  # cores


def main() -> None:
    """Runs the benchmark and prints its figures."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as name, ExitStack() as ending:
        folder = Path(name)
        store, people = _subject(folder)
        servers = [sides.ours(folder, store), sides.stock(folder, people), sides.tuned(folder, people)]
        if arguments.peers:
            servers += [side(folder, people, arguments.peers) for side in (sides.panel, sides.streamlit)]
        for server in servers:
            ending.callback(server.stop)
        playwright = ending.enter_context(sync_playwright())
        found = next(filter(None, map(shutil.which, CHROMIUMS)))
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        ending.callback(browser.close)
        ways = {way.name: way for way in (*our_ways(servers[0]), *map(way_of, servers[1:]))}
        _times(browser, ways, arguments)
        _memory_lines(browser, ways)
        _crowds(ways, arguments)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visits", type=int, default=5, help="visits of each kind")
    parser.add_argument("--at-once", type=int, default=10, help="live visits at the same time")
    parser.add_argument("--many", type=int, default=100, help="live visits of ours at the same time; 0 for none")
    parser.add_argument("--peers", type=Path, help="a virtual environment with panel, streamlit and altair")
    return parser.parse_args()


def _times(browser: Any, ways: dict[str, Way], arguments: argparse.Namespace) -> None:
    busy, taken = _visits(browser, ways, arguments.visits)
    first, redraw, whole = (
        {
            name: statistics.median([getattr(one, what) for one in visits] or [float("nan")])
            for name, visits in taken.items()
        }
        for what in ("first", "redraw", "whole")
    )
    _say("time to interactive, page without a kernel", first, "stock", "page", bar=10)
    _say("time to interactive, live dashboard with a fresh kernel", first, "stock", "live", bar=2.5)
    _say("time to interactive, live dashboard with a fresh kernel", first, "tuned", "live", bar=1.6)
    _say("until the live dashboard's kernel is there too", first | {"its kernel": whole["live"]}, "stock", "its kernel")
    if arguments.peers:
        for peer in ("panel", "streamlit"):
            _say("time to interactive, live dashboard", first, peer, "live", bar=1 if peer == "streamlit" else None)
            _say("redraw after a filter", redraw, peer, "live", bar=2, unit="ms")
    else:
        print("Panel and Streamlit: no --peers given, not measured")
    _say("redraw after a filter", redraw, "stock", "page", unit="ms")
    _say("redraw after a filter, live dashboard", redraw, "stock", "live", unit="ms")
    print(f"redraw in the browser: {redraw['page']:.0f} ms, bar: at most {FRAME + 10:.0f} ms")
    print(
        f"busy with other things: {busy:.2f} cores{'; do not trust these figures' if busy > BUSY else ''}", flush=True
    )


def _visits(browser: Any, ways: dict[str, Way], count: int) -> tuple[float, dict[str, list[Visit]]]:
    """Visits in turn, after one of each that is not counted; and the cores that others kept busy."""
    taken: dict[str, list[Visit]] = {name: [] for name in ways}
    for way in ways.values():
        _tried(browser, way)
    began, system, own = time.perf_counter(), _busy(), _own()
    for _ in range(count):
        for name, way in ways.items():
            if seen := _tried(browser, way):
                taken[name].append(seen)
                print(f"    {name}: {seen.first:.2f} s, redraw {seen.redraw:.0f} ms", flush=True)
    seconds = time.perf_counter() - began
    ways["page"].server.changed()
    if seen := _tried(browser, ways["page"]):
        print(f"first page after the data have changed: {seen.first:.2f} s")
    return max(0.0, (_busy() - system - (_own() - own)) / seconds), taken


def _tried(browser: Any, way: Way) -> Visit | None:
    """A visit; None when it came to nothing, which stock Voila's do now and then."""
    try:
        return visit(browser, way)
    except Error:
        print(f"    {way.name}: a visit came to nothing", flush=True)
        return None


def _memory_lines(browser: Any, ways: dict[str, Way]) -> None:
    weigh = {name: _memory(browser, ways[name]) for name in ("live", "stock", "tuned")}
    _say("memory of each further viewer", weigh, "stock", "live", bar=4, unit="MB")
    _say("memory of each further viewer", weigh, "tuned", "live", unit="MB")


def _memory(browser: Any, way: Way) -> float:
    """Megabytes that each of several viewers adds to the server while they look; NaN when there was no room."""
    contexts: list[Any] = []
    time.sleep(ENDED)
    before = way.server.memory()
    try:
        for _ in range(OPEN):
            if psutil.virtual_memory().available < LEAST_FREE:
                return float("nan")
            contexts.append(browser.new_context(extra_http_headers=somebody()))
            page = contexts[-1].new_page()
            open_map(page, way)
            page.wait_for_load_state("load")
        return (way.server.memory() - before) / OPEN
    finally:
        for context in contexts:
            context.close()


def _crowds(ways: dict[str, Way], arguments: argparse.Namespace) -> None:
    together = {name: _at_once(ways[name], arguments.at_once) for name in ("live", "stock", "tuned")}
    seconds = {name: taken for name, (taken, _) in together.items()}
    _say(f"{arguments.at_once} live visits at once", seconds, "stock", "live", bar=9)
    _say(f"{arguments.at_once} live visits at once", seconds, "tuned", "live", bar=4.5)
    print("    without a page: " + ", ".join(f"{name} {failed}" for name, (_, failed) in together.items()))
    if arguments.many:
        taken, failed = _at_once(ways["live"], arguments.many)
        print(f"{arguments.many} live visits at once, ours: {taken:.1f} s, {failed} failed, bar: 0 failed", flush=True)


def _at_once(way: Way, count: int) -> tuple[float, int]:
    """Seconds until so many visits that begin together have their page and kernel, and how many have not got them."""
    session = threading.Event()

    def one(headers: dict[str, str]) -> bool:
        try:
            reply = requests.get(way.server.url + way.path, headers=headers, timeout=PATIENCE, stream=True)
            text = b""
            for piece in reply.iter_content(1 << 16):
                if session.is_set():
                    return False
                text += piece
        except requests.RequestException:
            return False
        return reply.ok and b"kernelId" in text and b"</html>" in text

    time.sleep(ENDED)
    watching = threading.Thread(target=_watch, args=(way.server, session), daemon=True)
    watching.start()
    began = time.perf_counter()
    with ThreadPoolExecutor(count) as pool:
        answered = list(pool.map(one, [somebody() for _ in range(count)]))
    seconds = time.perf_counter() - began
    session.set()
    return seconds, answered.count(False)


def _watch(server: Server, over: threading.Event) -> None:
    """Stops a side that leaves the machine too little memory."""
    while not over.wait(0.2):
        if psutil.virtual_memory().available < LEAST_FREE:
            print(f"    little memory is left: {server.name} was stopped", flush=True)
            over.set()
            server.stop()


def _say(
    what: str, values: dict[str, float], other: str, own: str, *, bar: float | None = None, unit: str = "s"
) -> None:
    form = ".2f" if unit == "s" else ".0f"
    figures = f"{other} {values[other]:{form}} {unit}, {own} {values[own]:{form}} {unit}"
    held = "" if bar is None else f", bar: at least {bar}"
    print(f"{what}: {figures}, ratio {values[other] / values[own]:.1f}{held}", flush=True)


def _subject(folder: Path) -> tuple[str, Path]:
    """A store of the fictional service, and one organization's people as the file that a stock notebook reads."""
    from etm_workbench.store import Store

    url = _made(folder)
    with Store.open(url) as opened:
        records = opened.cadre(cycles=[CYCLE], organizations=[ORGANIZATION], audience="own_organization").records
    people = folder / "people.csv"
    records[["placement", "level", "branch"]].dropna().to_csv(people, index=False)
    return url, people


def _made(folder: Path) -> str:
    from datetime import UTC, datetime

    from etm_workbench.intake import find_files, take_in_files
    from etm_workbench.store import AccessEntry, Store
    from etm_workbench.synthetic import make_service, write_files

    os.environ["ETM_KEY_FILE"] = str(folder / "pseudonym.key")
    write_files(make_service([CYCLE], seed=7, organizations=[ORGANIZATION, "326", "47"]), folder / "files")
    url = f"sqlite:///{folder / 'service.sqlite'}"
    with Store.open(url) as opened:
        take_in_files(find_files(folder / "files").submissions, opened, received_on=datetime.now(UTC), workers=2)
        readers = [AccessEntry(reader(number), "deputy_head", ORGANIZATION) for number in range(MOST_READERS)]
        opened.grant_access(readers, by="bench", on=datetime.now(UTC))
    return url


def _busy() -> float:
    now = psutil.cpu_times()
    return float(now.user + now.system + now.nice)


def _own() -> float:
    """Processor seconds of this process and of everything below it."""
    total = 0.0
    for process in [psutil.Process(), *psutil.Process().children(recursive=True)]:
        try:
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
        except psutil.Error:
            continue
    return total


if __name__ == "__main__":
    main()
