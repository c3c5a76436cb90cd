"""What each side of the benchmark runs, each as a process of its own: `python -m benchmarks.reports.sides SIDE JSON`.

`stock`: papermill and nbconvert as their documentation shows them, one report after another.
`tuned`: the same with every setting that makes it quicker: immediate shutdown, one save, one exporter.
`ours`: the batch runner. `kernel`: papermill alone, timed without its import, on a kernel of a given name.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any


def stock(asked: dict[str, Any]) -> None:
    """Each report: papermill, then an exporter."""
    import papermill
    from nbconvert import HTMLExporter

    for number, parameters in asked["reports"]:
        done = Path(asked["out"]) / f"{number}.ipynb"
        papermill.execute_notebook(asked["notebook"], done, parameters, progress_bar=False)
        page, _ = HTMLExporter(exclude_input=True).from_filename(str(done))
        done.with_suffix(".html").write_text(page, encoding="utf-8")


def tuned(asked: dict[str, Any]) -> None:
    """The same, by everything but the fork."""
    import papermill
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(exclude_input=True)
    for number, parameters in asked["reports"]:
        done = Path(asked["out"]) / f"{number}.ipynb"
        notebook = papermill.execute_notebook(
            asked["notebook"], done, parameters, progress_bar=False,
            request_save_on_cell_execute=False, shutdown_kernel="immediate",
        )  # fmt: skip
        page, _ = exporter.from_notebook_node(notebook)
        done.with_suffix(".html").write_text(page, encoding="utf-8")


def ours(asked: dict[str, Any]) -> None:
    """All reports in one batch."""
    from etm_workbench.reporting.zygote import Job, WarmUp, run_batch

    out = Path(asked["out"])

    def job(number: int, parameters: dict[str, Any]) -> Job:
        files = (out / f"{number}.html",)
        return Job(Path(asked["notebook"]), parameters, out / f"{number}.ipynb", files, asked["after"])

    jobs = [job(number, parameters) for number, parameters in asked["reports"]]
    first = Job.from_message(asked["rehearsal"]) if asked["rehearsal"] else jobs[0]
    outcomes = run_batch(jobs, workers=asked["workers"], warm_up=WarmUp(tuple(asked["preload"]), first))
    if failed := [outcome.error for outcome in outcomes if outcome.status != "done"]:
        sys.exit(f"{len(failed)} reports failed: {failed[0]}")


def kernel(asked: dict[str, Any]) -> None:
    """Unmodified papermill on a kernel: prints the seconds of each report after the first."""
    import papermill

    seconds = []
    for number, parameters in asked["reports"]:
        began = time.perf_counter()
        out = Path(asked["out"]) / f"{number}.ipynb"
        papermill.execute_notebook(asked["notebook"], out, parameters, kernel_name=asked["kernel"], progress_bar=False)
        seconds.append(time.perf_counter() - began)
    print(json.dumps(seconds[1:]))


if __name__ == "__main__":
    {"stock": stock, "tuned": tuned, "ours": ours, "kernel": kernel}[sys.argv[1]](json.loads(sys.argv[2]))
