"""Every organization's reports at once, in both languages: warm processes, resumable, only what changed.

Each notebook runs once, in a process of its own, and its document is rendered in every language and
format asked for; the standard reports are held to saying the same in both languages by their tests and
by `etm report run`. Only reports for an organization's own readers are made side by side: releases to
wider audiences depend on those before them, so they are made one after the other.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path

from etm_workbench.codebook import LANGUAGES, Language, load_codebook
from etm_workbench.errors import BadDefinition, WorkbenchError
from etm_workbench.presentation.charts.drawing import draw_with
from etm_workbench.presentation.document import Document
from etm_workbench.presentation.formats import render
from etm_workbench.protection.policy import load_policy
from etm_workbench.reporting.benchmarks import GIVEN
from etm_workbench.reporting.definitions import ReportDefinition, load_report, standard_reports
from etm_workbench.reporting.pack import write_contents
from etm_workbench.reporting.report import last_finished
from etm_workbench.reporting.run import PROVENANCE
from etm_workbench.reporting.session import open_workbench
from etm_workbench.reporting.zygote import Finished, Job, Manifest, Outcome, WarmUp, resume, run_batch, svg
from etm_workbench.reporting.zygote.batch import OnDone
from etm_workbench.store import Store

MANIFEST = ".made.jsonl"
BENCHMARKS = ".benchmarks.json"
OWN_AUDIENCE = "own_organization"
PRELOAD = (
    "etm_workbench.reporting.report",
    "etm_workbench.presentation.html",
    "etm_workbench.presentation.pdf",
    "etm_workbench.protection.protect",
    "scipy.stats",
)


@dataclass(frozen=True, slots=True)
class Order:
    """What to make: reports of which organizations, in what form, where."""

    cycle: str
    organizations: tuple[str, ...]
    out: Path
    reports: tuple[str, ...] = ()
    languages: tuple[Language, ...] = LANGUAGES
    formats: tuple[str, ...] = ("html",)


def own_reports() -> tuple[str, ...]:
    """The standard reports that an organization's own readers get: those made one an organization."""
    return tuple(name for name in standard_reports() if _is_own(load_report(name)))


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
        Address of a Dask scheduler that the jobs go to instead.
    on_done : callable, optional
        Told of each outcome as it comes.

    Returns
    -------
    list of Outcome
        One a report and organization; a failed one says at which cell and with which kind of error. Each
        organization's folder ends with `pack.json`, which `etm verify` reads.

    Raises
    ------
    BadDefinition
        A report is not one that is made for an organization.
    """
    jobs = jobs_of(order, store)
    run = partial(_on_dask, scheduler) if scheduler else partial(_here, workers)
    _release_benchmarks(order, store)
    outcomes = resume(jobs, Manifest(order.out / MANIFEST), run, on_done)
    for organization in order.organizations:
        folder = order.out / organization
        files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "pack.json"]
        if files:
            write_contents(folder, files)
    return outcomes


def jobs_of(order: Order, store: str) -> list[Job]:
    """The jobs of an order, reports outermost."""
    names = order.reports or own_reports()
    for name in names:
        if not _is_own(load_report(name)):
            raise BadDefinition(
                f"Report '{name}' is not made one an organization.",
                expected=f"One of {', '.join(own_reports())}.",
                remedy=f"Run it with `etm report run {name}`.",
            )
    stamp, places = _version(order, store), _places(order, store)
    jobs = (_job(load_report(name), order, o, stamp) for name in names for o in order.organizations)
    return [replace(job, environment=places) for job in jobs]


def render_finished(finished: Finished) -> None:
    """Renders the document of the notebook that has just run in this process into the promised files."""
    document, bundle = last_finished()
    draw_with(svg)
    contents = {"document.json": document.to_json().encode(), "bundle.json": json.dumps(bundle.to_payload()).encode()}
    for final, staged in finished.staged.items():
        _, first, second = final.name.rsplit(".", 2)
        kept = contents.get(f"{first}.{second}")
        staged.write_bytes(kept if kept is not None else _rendered(document, first, second))


def _rendered(document: Document, language: str, ending: str) -> bytes:
    return render(document, "fr" if language == "fr" else "en", ending)


def _job(definition: ReportDefinition, order: Order, organization: str, stamp: str) -> Job:
    folder = order.out / organization
    stem = f"{definition.name}_{order.cycle}_{organization}"
    pages = [folder / f"{stem}.{language}.{ending}" for language in order.languages for ending in order.formats]
    proofs = [folder / PROVENANCE / f"{stem}.{kind}.json" for kind in ("document", "bundle")]
    given = {"cycle": order.cycle, "organization": organization}
    return Job(
        notebook=definition.notebook,
        parameters=definition.check(given, load_codebook(order.cycle)),
        output=folder / PROVENANCE / f"{stem}.ipynb",
        files=(*pages, *proofs),
        after="etm_workbench.reporting.fan_out:render_finished",
        version=f"{stamp} {definition.content_hash}",
    )


def _is_own(definition: ReportDefinition) -> bool:
    return "organization" in definition.file.parameters and not load_policy(definition.file.audience).remembers


def _version(order: Order, store: str) -> str:
    """Everything but the notebook that decides a report: records, policy, code, form."""
    with Store.open(store) as opened:
        versions = sorted((v.cycle, v.organization, v.kind, v.sha256) for v in opened.versions() if not v.superseded)
    policy = load_policy(OWN_AUDIENCE).content_hash
    decides = [versions, policy, version("etm-workbench"), order.languages, order.formats]
    return hashlib.sha256(json.dumps(decides).encode()).hexdigest()


def _places(order: Order, store: str) -> dict[str, str]:
    """Where the reports find what they read, for whichever process or machine makes them."""
    ours = {name: place for name, place in os.environ.items() if name.startswith("ETM_")}
    return {**ours, "ETM_STORE": store, GIVEN: str((order.out / BENCHMARKS).resolve())}


def _release_benchmarks(order: Order, store: str) -> None:
    """The comparators are released once, before all reports: side by side they would race for the ledger."""
    with open_workbench(
        order.cycle, organization=order.organizations[0], audience=OWN_AUDIENCE, store=store
    ) as workbench:
        if workbench.benchmarks:
            workbench.benchmarks.write(order.out / BENCHMARKS)


def _here(workers: int, jobs: Sequence[Job], done: OnDone) -> list[Outcome]:
    return run_batch(jobs, workers=workers, warm_up=_warm_up(jobs), on_done=done)


def _on_dask(scheduler: str, jobs: Sequence[Job], done: OnDone) -> list[Outcome]:
    try:
        from etm_workbench.reporting.zygote.cluster import run_on_dask
    except ImportError as problem:
        raise WorkbenchError(
            "Dask is not installed.", remedy="Install the workbench with its `cluster` extra, or leave --scheduler out."
        ) from problem
    return run_on_dask(jobs, scheduler, warm_up=_warm_up(jobs), on_done=done)


def _warm_up(jobs: Sequence[Job]) -> WarmUp:
    """Imports only: a notebook run in advance would leave one organization's records to all the others."""
    return WarmUp(preload=PRELOAD if jobs else ())
