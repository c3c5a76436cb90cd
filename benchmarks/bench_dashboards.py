"""The same talent map by stock Voila and by ours, in real Chromium: `make bench-dashboards`.

Ours is measured twice: the page without a kernel, which is what a deputy head opens, and the live dashboard,
whose every visit has a fresh kernel of its own. Time to interactive runs from the start of the navigation, with
nothing in the browser's cache, to the first map drawn after a filter; redraw is the time of the next filter, in
the browser. Visits are interleaved, and medians compared. Stock Voila draws a chart of the same people from a
file, with a list and an `Output` widget; it checks nobody, protects nothing and speaks one language.
Panel and Streamlit are measured where they are installed, and said to be absent where they are not.
Each line of a result holds `ratio`, stock over ours. A machine that others keep busy is said to be so.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import psutil  # noqa: E402
import requests  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from benchmarks.dashboards.sides import MOST_READERS, ORGANIZATION, ours, reader, stock  # noqa: E402
from benchmarks.dashboards.visits import Way, open_map, somebody, visit, ways  # noqa: E402

CYCLE = "2025-26"
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 90  # seconds; a visit that has no page by then has failed
OPEN = 4  # live dashboards held open while memory is read


def main() -> None:
    """Runs the benchmark and prints its figures."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as name, ExitStack() as ending:
        folder = Path(name)
        store, people = _subject(folder)
        sides = ours(folder, store), stock(folder, people)
        for side in sides:
            ending.callback(side.stop)
        playwright = ending.enter_context(sync_playwright())
        found = next(filter(None, map(shutil.which, CHROMIUMS)))
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        ending.callback(browser.close)
        _report(browser, ways(*sides), arguments)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visits", type=int, default=5, help="visits of each kind")
    parser.add_argument("--at-once", type=int, default=10, help="live visits at the same time")
    parser.add_argument("--many", type=int, default=100, help="live visits of ours at the same time; 0 for none")
    return parser.parse_args()


def _report(browser: Any, compared: tuple[Way, ...], arguments: argparse.Namespace) -> None:
    page, live, plain = compared
    busy, times = _visits(browser, compared, arguments.visits)
    first = {name: statistics.median(t[0] for t in taken) for name, taken in times.items()}
    redraw = {name: statistics.median(t[1] for t in taken) for name, taken in times.items()}
    _say("time to interactive, page without a kernel", first["stock"], first["page"], "s")
    _say("time to interactive, live dashboard with a fresh kernel", first["stock"], first["live"], "s")
    _say("redraw after a filter, in the browser", redraw["stock"], redraw["page"], "ms")
    _say("redraw after a filter, live dashboard", redraw["stock"], redraw["live"], "ms")
    weigh = {way.name: _memory(browser, way) for way in (live, plain)}
    _say("memory of each further viewer", weigh["stock"], weigh["live"], "MB")
    together = {way.name: _at_once(way, arguments.at_once) for way in (live, plain)}
    _say(f"{arguments.at_once} live visits at once", together["stock"][0], together["live"][0], "s")
    print(f"    without a page: stock {together['stock'][1]}, ours {together['live'][1]}")
    if arguments.many:
        seconds, failed = _at_once(live, arguments.many)
        print(f"{arguments.many} live visits at once, ours: {seconds:.1f} s, {failed} failed")
    for name in ("panel", "streamlit"):
        if importlib.util.find_spec(name) is None:
            print(f"{name}: not installed here, not measured")
    print(f"busy with other things: {busy:.2f} cores{'; do not trust these figures' if busy > 0.35 else ''}")
    del page


def _visits(browser: Any, compared: tuple[Way, ...], count: int) -> tuple[float, dict[str, list[tuple[float, float]]]]:
    """Visits in turn, after one of each that is not counted; and the cores that others kept busy."""
    times: dict[str, list[tuple[float, float]]] = {way.name: [] for way in compared}
    for way in compared:
        visit(browser, way)
    began, system, own = time.perf_counter(), _busy(), _own()
    for _ in range(count):
        for way in compared:
            times[way.name].append(visit(browser, way))
            print(f"    {way.name}: {times[way.name][-1][0]:.2f} s, redraw {times[way.name][-1][1]:.0f} ms", flush=True)
    seconds = time.perf_counter() - began
    return max(0.0, (_busy() - system - (_own() - own)) / seconds), times


def _memory(browser: Any, way: Way) -> float:
    """Megabytes that each of several viewers adds to the server while they look."""
    contexts = []
    time.sleep(12)  # kernels of closed tabs end meanwhile
    before = way.server.memory()
    for _ in range(OPEN):
        contexts.append(browser.new_context(extra_http_headers=somebody()))
        open_map(contexts[-1].new_page(), way)
    added = (way.server.memory() - before) / OPEN
    for context in contexts:
        context.close()
    return added


def _at_once(way: Way, count: int) -> tuple[float, int]:
    """Seconds until so many visits that begin together have their page, and how many have not got it."""

    def one(headers: dict[str, str]) -> bool:
        try:
            reply = requests.get(way.server.url + way.path, headers=headers, timeout=PATIENCE)
        except requests.RequestException:
            return False
        return reply.ok and b"</html>" in reply.content

    time.sleep(12)
    began = time.perf_counter()
    with ThreadPoolExecutor(count) as pool:
        answered = list(pool.map(one, [somebody() for _ in range(count)]))
    return time.perf_counter() - began, answered.count(False)


def _say(what: str, stock_value: float, our_value: float, unit: str) -> None:
    form = ".2f" if unit == "s" else ".0f"
    figures = f"stock {stock_value:{form}} {unit}, ours {our_value:{form}} {unit}"
    print(f"{what}: {figures}, ratio {stock_value / our_value:.1f}", flush=True)


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
