"""The PDF of one report, by nbconvert's webpdf and by ours: `python benchmarks/reports/pdf.py`.

Both start from what a run leaves: webpdf from the executed notebook, ours from the document. Each file is made by
a process of its own with the imports done, since people do not make the same file twice; turns alternate.
The notebook holds its charts drawn, so ours is given them drawn as well.
webpdf drives the system's Chromium. The last line holds the ratio of elapsed time.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import nbformat  # noqa: E402
from nbconvert import WebPDFExporter  # noqa: E402
from playwright.async_api import BrowserType  # noqa: E402

from etm_workbench.presentation import pdf  # noqa: E402
from etm_workbench.presentation.charts.drawing import draw_svg  # noqa: E402
from etm_workbench.presentation.document import Document  # noqa: E402
from etm_workbench.presentation.view import ChartBlock, view_of  # noqa: E402
from etm_workbench.reporting.run import run_report  # noqa: E402

REPORT = "establishment"  # of published numbers: it needs no store of anybody's


def main() -> None:
    """Prints each side's median, and the ratio last."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--turns", type=int, default=5)
    turns = given.parse_args().turns
    use_system_chromium()
    with tempfile.TemporaryDirectory() as name:
        sides = makers(Path(name))
        spent: dict[str, list[tuple[float, float]]] = {side: [] for side in sides}
        for _ in range(turns):
            for side, make in sides.items():
                spent[side].append(apart(make))
    elapsed = {side: median(seconds for seconds, _ in runs) for side, runs in spent.items()}
    processor = {side: median(seconds for _, seconds in runs) for side, runs in spent.items()}
    for side in sides:
        print(f"{side}: {elapsed[side]:.2f} s elapsed, {processor[side]:.2f} s of processor, median of {turns}")
    print(f"PDF by webpdf over ours, processor: ratio {processor['webpdf'] / processor['ours']:.1f}")
    print(f"PDF by webpdf over ours, elapsed: ratio {elapsed['webpdf'] / elapsed['ours']:.1f}")


def makers(folder: Path) -> dict[str, Callable[[], bytes]]:
    """What each side does, once the report has run."""
    os.environ["ETM_HOME"] = str(folder / "home")
    store = f"sqlite:///{folder / 'store.sqlite'}"
    run = run_report(REPORT, {}, out=folder / "out", languages=("en",), formats=("html",), store=store)
    notebook = nbformat.read(next(path for path in run.files if path.suffix == ".ipynb"), as_version=4)
    document = Document.from_json(run.document.to_json())
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as elsewhere:  # V8 is not started before a fork
        charts = elsewhere.submit(draw_charts, document.to_json()).result()
    pdf.draw_svg = lambda _, *, prefix: charts[prefix]
    return {
        "webpdf": lambda: WebPDFExporter(disable_sandbox=True).from_notebook_node(notebook)[0],
        "ours": lambda: pdf.render_pdf(document, "en"),
    }


def draw_charts(document: str) -> dict[str, str]:
    """A document's charts by their prefix."""
    blocks = view_of(Document.from_json(document), "en").blocks
    named = [(f"chart-{block.name}", block.spec) for block in blocks if isinstance(block, ChartBlock)]
    return {prefix: draw_svg(spec, prefix=prefix) for prefix, spec in named}


def apart(make: Callable[[], bytes]) -> tuple[float, float]:
    """Seconds elapsed and of processor that a forked process takes to make a PDF, its children's included."""
    started = time.perf_counter()
    child = os.fork()
    if not child:
        made = b""
        try:
            made = make()
        finally:
            os._exit(0 if made.startswith(b"%PDF") else 1)
    _, status, used = os.wait4(child, 0)
    if status:
        sys.exit("A PDF was not made.")
    return time.perf_counter() - started, used.ru_utime + used.ru_stime


def use_system_chromium() -> None:
    """Playwright looks for a browser of its own download; the tests' machines have the system's."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        sys.exit("Chromium is not installed; `make system` installs it.")
    launch = BrowserType.launch

    async def launched(self: BrowserType, **options: object) -> object:
        return await launch(self, executable_path=path, **options)

    BrowserType.launch = launched


if __name__ == "__main__":
    main()
