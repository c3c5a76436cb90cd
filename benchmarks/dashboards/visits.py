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
_STOCK = f"""() => new Promise((done) => {{
  const select = document.querySelector('select');
  const before = {_PICTURE};
  const began = performance.now();
  const look = () => ({_PICTURE} || before) === before
    ? requestAnimationFrame(look) : requestAnimationFrame(() => done(performance.now() - began));
  select.selectedIndex = (select.selectedIndex + 1) % select.options.length;
  select.dispatchEvent(new Event('change', {{ bubbles: true }}));
  look();
}})"""
_STOCK_DRAWN = f"() => Boolean({_PICTURE})"


@dataclass(frozen=True)
class Way:
    """A way to look at the map: its address, what shows that it is there, and how its filter is changed."""

    name: str
    server: Server
    path: str
    ready: str
    change: str


def ways(ours: Server, stock: Server) -> tuple[Way, ...]:
    """The page without a kernel, our live dashboard, and stock Voila."""
    wish = f"organization={ORGANIZATION}&lang=en"
    return (
        Way("page", ours, f"/view/talent_map/?{wish}", ".map-grid", _OURS),
        Way("live", ours, f"/voila/render/talent_map.ipynb?{wish}", ".map-grid", _OURS),
        Way("stock", stock, "/", "select", _STOCK),
    )


def visit(browser: Any, way: Way) -> tuple[float, float]:
    """One visit with nothing in the browser's cache: seconds to the first filtered map, milliseconds of the second."""
    context = browser.new_context(extra_http_headers=somebody())
    try:
        page = context.new_page()
        began = time.perf_counter()
        open_map(page, way)
        page.evaluate(way.change)
        first = time.perf_counter() - began
        return first, float(page.evaluate(way.change))
    finally:
        context.close()


def somebody() -> dict[str, str]:
    """The header of a reader who has not been here."""
    return {HEADER: reader(next(_NUMBERS))}


_NUMBERS = count()


def open_map(page: Any, way: Way) -> None:
    """Opens the map and waits until it is drawn."""
    page.set_default_timeout(WAIT)
    page.goto(way.server.url + way.path)
    page.wait_for_selector(way.ready)
    if way.name == "stock":
        page.wait_for_function(_STOCK_DRAWN)
