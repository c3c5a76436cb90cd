"""What a reader does, in real Chromium: opens the talent map, filters it, and looks at the filtered map."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import count
from typing import Any

from benchmarks.dashboards.sides import HEADER, ORGANIZATION, Server, reader

WAIT = 120_000  # milliseconds

# Changes the filter; resolves with the milliseconds until the filtered map is drawn.
_OURS = """() => new Promise((done) => {
  const boxes = [...document.querySelectorAll('.filter')].map((box) => [...box.querySelectorAll('input')]);
  const [input] = boxes.find((inputs) => inputs.length > 3).filter((one) => !one.checked);
  const before = document.querySelector('.people').textContent;
  const began = performance.now();
  const look = () => document.querySelector('.people').textContent === before
    ? requestAnimationFrame(look) : requestAnimationFrame(() => done(performance.now() - began));
  input.click();
  look();
})"""
# Stock shows its chart as a picture, so a new picture is a new chart.
_PICTURE = "(document.querySelector('img[src^=\"data:image/svg\"]') || {}).src"
# The others draw into the page, some of them into parts that the page's own search does not enter.
_SEARCH = """const all = (root, wanted) => [...root.querySelectorAll('*')].flatMap((one) => [
    ...(one.matches(wanted) ? [one] : []), ...(one.shadowRoot ? all(one.shadowRoot, wanted) : [])]);"""
_TITLE = "(all(document, 'svg text').map((one) => one.textContent).find((text) => text.startsWith('Talent map: ')))"


def _changed(now: str, act: str) -> str:
    return f"""() => new Promise((done) => {{
  {_SEARCH}
  const before = {now};
  const began = performance.now();
  const look = () => ({now} || before) === before
    ? requestAnimationFrame(look) : requestAnimationFrame(() => done(performance.now() - began));
  {act}
  look();
}})"""


_NEXT_OPTION = """const select = all(document, 'select')[0];
  select.selectedIndex = (select.selectedIndex + 1) % select.options.length;
  select.dispatchEvent(new Event('change', { bubbles: true }));"""
_NEXT_RADIO = """const radios = all(document, 'input[type=radio]');
  radios[(radios.findIndex((one) => one.checked) + 1) % radios.length].click();"""
_DRAWN = f"() => {{ {_SEARCH} return Boolean({_TITLE}); }}"


@dataclass(frozen=True)
class Way:
    """A way to look at the map: its address, what is true once it is there, and how its filter is changed."""

    name: str
    server: Server
    path: str
    drawn: str
    change: str


def our_ways(ours: Server) -> tuple[Way, Way]:
    """The page without a kernel, and our live dashboard."""
    wish = f"organization={ORGANIZATION}&lang=en"
    drawn = "() => Boolean(document.querySelector('.map-grid'))"
    return (
        Way("page", ours, f"/view/talent_map/?{wish}", drawn, _OURS),
        Way("live", ours, f"/voila/render/talent_map.ipynb?{wish}", drawn, _OURS),
    )


def way_of(server: Server) -> Way:
    """The one way to look at another side's map."""
    if server.name == "stock":
        ready = f"() => Boolean(document.querySelector('select') && {_PICTURE})"
        return Way("stock", server, "/", ready, _changed(_PICTURE, _NEXT_OPTION))
    path = "/peer_panel" if server.name == "panel" else "/"
    act = _NEXT_RADIO if server.name == "streamlit" else _NEXT_OPTION
    return Way(server.name, server, path, _DRAWN, _changed(_TITLE, act))


@dataclass(frozen=True)
class Visit:
    """Seconds to the first filtered map, milliseconds of the second, seconds until all of the page had come.

    For a live dashboard of ours the last is when its kernel is there.
    """

    first: float
    redraw: float
    whole: float


def visit(browser: Any, way: Way) -> Visit:
    """One visit with nothing in the browser's cache."""
    context = browser.new_context(extra_http_headers=somebody())
    try:
        page = context.new_page()
        began = time.perf_counter()
        open_map(page, way)
        page.evaluate(way.change)
        first = time.perf_counter() - began
        redraw = float(page.evaluate(way.change))
        page.wait_for_load_state("load")
        whole = float(page.evaluate("performance.getEntriesByType('navigation')[0].loadEventStart")) / 1000
        return Visit(first, redraw, whole)
    finally:
        context.close()


def somebody() -> dict[str, str]:
    """The header of a reader who has not been here."""
    return {HEADER: reader(next(_NUMBERS))}


_NUMBERS = count()


def open_map(page: Any, way: Way) -> None:
    """Opens the map and waits until it is drawn."""
    page.set_default_timeout(WAIT)
    # A live page of ours goes on arriving while it is already looked at.
    page.goto(way.server.url + way.path, wait_until="commit")
    page.wait_for_function(way.drawn)
