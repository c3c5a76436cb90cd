"""Every organization's reports at once, in both languages: warm processes, resumable, only what changed.

Each notebook runs once, in a process of its own, and its document is rendered in every language and
format asked for; the standard reports are held to saying the same in both languages by their tests and
by `etm report run`. Only reports for an organization's own readers are made side by side: releases to
wider audiences depend on those before them, so they are made one after the other.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from etm_workbench.errors import WorkbenchError
from etm_workbench.presentation import theme
from etm_workbench.presentation.charts.drawing import draw_with
from etm_workbench.presentation.document import Document
from etm_workbench.presentation.formats import render
from etm_workbench.reporting.benchmarks import given_benchmarks
from etm_workbench.reporting.contents import CONTENTS, write_contents
from etm_workbench.reporting.order import BENCHMARKS, Order, jobs_of, rehearsal, wider_jobs
from etm_workbench.reporting.report import take_finished
from etm_workbench.reporting.run import PROVENANCE
from etm_workbench.reporting.session import open_workbench
from etm_workbench.reporting.zygote import Finished, Job, Manifest, Outcome, WarmUp, resume, run_batch, svg
from etm_workbench.reporting.zygote.batch import OnDone
from etm_workbench.reporting.zygote.charts import use_fonts

MANIFEST = ".made.jsonl"
OWN_AUDIENCE = "own_organization"
LONGEST_SECONDS = 3600.0  # a review protected beside many earlier ones takes minutes on a busy machine
PRELOAD = (
    "etm_workbench.reporting.report",
    "etm_workbench.reporting.fan_out:draw_as_ever",
    "etm_workbench.presentation.html",
    "etm_workbench.presentation.pdf",
    "etm_workbench.protection.protect",
    "scipy.stats",
)


def make_all(
    order: Order, *, store: str, workers: int = 2, scheduler: str | None = None, on_done: OnDone | None = None
) -> list[Outcome]:
    """Every report of an order; what is already there and unchanged is left as it is.

    Parameters
    ----------
    order : Order
        What to make.
    store : str
        URL of the store.
    workers : int
        Reports made at the same time on this machine.
    scheduler : str, optional
        Address of a Dask scheduler that the jobs for organizations go to instead.
    on_done : callable, optional
        Told of each outcome as it comes.

    Returns
    -------
    list of Outcome
        One a report and organization, cluster or service; a failed one says at which cell and with which kind
        of error. Each folder ends with `pack.json`, which `etm verify` reads.

    Raises
    ------
    BadDefinition
        A report is not one that is made for an organization.
    """
    own, wider = jobs_of(order, store), wider_jobs(order, store)
    run = partial(_on_dask, order, scheduler) if scheduler else partial(_here, order, workers)
    _release_benchmarks(order, store)
    manifest = Manifest(order.out / MANIFEST)
    outcomes = resume(own, manifest, run, on_done)
    if wider:
        outcomes += resume(wider, manifest, partial(_here, order, 1), on_done)
    for folder in dict.fromkeys(job.output.parent.parent for job in (*own, *wider)):
        _close_pack(folder)
    return outcomes


def draw_as_ever() -> None:
    """Charts come from the drawing process, in the fonts that any other report is drawn with."""
    use_fonts(theme.FONTS)
    draw_with(svg)


def render_finished(finished: Finished) -> None:
    """Renders the document of the notebook that has just run in this process into the promised files."""
    document, bundle = take_finished()
    draw_as_ever()
    contents = {"document.json": document.to_json().encode(), "bundle.json": json.dumps(bundle.to_payload()).encode()}
    for final, staged in finished.staged.items():
        _, first, second = final.name.rsplit(".", 2)
        kept = contents.get(f"{first}.{second}")
        staged.write_bytes(kept if kept is not None else _rendered(document, first, second))


def _rendered(document: Document, language: str, ending: str) -> bytes:
    return render(document, "fr" if language == "fr" else "en", ending)


def _close_pack(folder: Path) -> None:
    """Writes the contents of an organization's folder; a notebook kept because it failed is no part of them."""
    files = [path for place in (folder, folder / PROVENANCE) for path in sorted(place.glob("*")) if path.is_file()]
    kept = [path for path in files if path.name != CONTENTS and ".failed." not in path.name and path.name[0] != "."]
    if kept:
        write_contents(folder, kept)


def _release_benchmarks(order: Order, store: str) -> None:
    """The comparators are released once, before all reports: side by side they would race for the ledger.

    A run that goes on where it stopped finds them where it put them.
    """
    place = order.out / BENCHMARKS
    with open_workbench(
        order.cycle, organization=order.organizations[0], audience=OWN_AUDIENCE, store=store
    ) as workbench:
        held = workbench.store.data_version((order.cycle,))
        if not given_benchmarks(order.cycle, held, place=place) and workbench.benchmarks:
            workbench.benchmarks.write(place)


def _here(order: Order, workers: int, jobs: Sequence[Job], done: OnDone) -> list[Outcome]:
    return run_batch(jobs, workers=workers, warm_up=_warm_up(order), on_done=done, deadline_seconds=LONGEST_SECONDS)


def _on_dask(order: Order, scheduler: str, jobs: Sequence[Job], done: OnDone) -> list[Outcome]:
    try:
        from etm_workbench.reporting.zygote.cluster import run_on_dask
    except ImportError as problem:
        raise WorkbenchError(
            "Dask is not installed.", remedy="Install the workbench with its `cluster` extra, or leave --scheduler out."
        ) from problem
    return run_on_dask(jobs, scheduler, warm_up=_warm_up(order), on_done=done)


def _warm_up(order: Order) -> WarmUp:
    return WarmUp(preload=PRELOAD, job=rehearsal(order))
