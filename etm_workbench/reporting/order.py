"""An order of many reports, and the jobs it comes to: which notebook, which parameters, which files.

A job's key is all that decides its result, so that a run can be resumed and what has not changed is left alone.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from itertools import product
from pathlib import Path

from etm_workbench.codebook import LANGUAGES, Codebook, Language, load_codebook, published_headcount
from etm_workbench.errors import BadDefinition
from etm_workbench.protection.policy import load_policy
from etm_workbench.reporting.benchmarks import GIVEN
from etm_workbench.reporting.definitions import ParameterValue, ReportDefinition, load_report, standard_reports
from etm_workbench.reporting.run import PROVENANCE
from etm_workbench.reporting.zygote import Job
from etm_workbench.store import Store

BENCHMARKS = ".benchmarks.json"
RENDERER = "etm_workbench.reporting.fan_out:render_finished"
REHEARSED = "establishment"  # only published numbers: what a warm-up leaves in memory, every report inherits


@dataclass(frozen=True, slots=True)
class Order:
    """What to make: reports of which organizations, in what form, where.

    `reports`: which; all of them when empty. `wider`: also the reports to wider audiences, on the whole public
    service and on each of the `clusters`; on all clusters, the smallest first, when none is named.
    """

    cycle: str
    organizations: tuple[str, ...]
    out: Path
    reports: tuple[str, ...] = ()
    languages: tuple[Language, ...] = LANGUAGES
    formats: tuple[str, ...] = ("html",)
    wider: bool = False
    clusters: tuple[str, ...] = ()


def own_reports() -> tuple[str, ...]:
    """The standard reports that an organization's own readers get: those made one an organization."""
    return tuple(name for name in standard_reports() if _is_own(load_report(name)))


def jobs_of(order: Order, store: str) -> list[Job]:
    """The jobs for organizations' own readers, reports outermost; they may be done side by side.

    Raises
    ------
    BadDefinition
        A report is not one that is made for an organization, and the order is not for wider audiences.
    """
    others = [name for name in order.reports if not _is_own(load_report(name))]
    if others and not order.wider:
        raise BadDefinition(
            f"Report '{others[0]}' is not made one an organization.",
            expected=f"One of {', '.join(own_reports())}.",
            remedy=f"Run it with `etm report run {others[0]}`, or add --wider.",
        )
    names = [name for name in own_reports() if name in (order.reports or own_reports())]
    asked = product(map(load_report, names), ({"organization": code} for code in order.organizations))
    return _jobs(order, store, asked)


def wider_jobs(order: Order, store: str) -> list[Job]:
    """The jobs for readers of several organizations' numbers; none unless the order is for them too.

    They must be done one after the other: what is released to wider audiences is protected against what they
    were given before.
    """
    if not order.wider:
        return []
    named = order.reports or standard_reports()
    definitions = [load_report(name) for name in standard_reports() if name in named]
    definitions = [definition for definition in definitions if not _is_own(definition)]
    clusters = order.clusters or smallest_first(load_codebook(order.cycle))
    whole: list[dict[str, str]] = [{}]
    reviews = [{"cluster": code} for code in clusters]
    asked = [
        *product([d for d in definitions if "cluster" not in d.file.parameters], whole),
        *product([d for d in definitions if "cluster" in d.file.parameters], reviews),
    ]
    return _jobs(order, store, asked)


def smallest_first(codebook: Codebook) -> tuple[str, ...]:
    """Clusters by their published executives, fewest first.

    Each release leaves less room to the next, and small groups have the least to begin with.
    """
    headcount = published_headcount(codebook.cycles[codebook.cycle].headcount_on)
    people = dict.fromkeys(codebook.clusters, 0)
    for organization in codebook.organizations.values():
        people[organization.cluster] += sum(headcount.of(organization.identifier).values())
    return tuple(sorted(people, key=lambda cluster: people[cluster]))


def rehearsal(order: Order) -> Job:
    """A report of published numbers on an empty store, run in advance so that no other is the first to do anything.

    As a page only: the writer of PDF starts threads, which the process that forks must not have.
    """
    definition = load_report(REHEARSED)
    year = load_codebook(order.cycle).cycles[order.cycle].headcount_on.year
    values = definition.check({"first_year": year - 1, "last_year": year}, load_codebook(order.cycle))
    return replace(_job(definition, replace(order, formats=("html",)), values), environment={"ETM_STORE": "sqlite://"})


def _jobs(order: Order, store: str, asked: Iterable[tuple[ReportDefinition, dict[str, str]]]) -> list[Job]:
    stamp, places, codebook = _version(order, store), _places(order, store), load_codebook(order.cycle)
    jobs = []
    for definition, given in asked:
        cycle = {"cycle": order.cycle} if "cycle" in definition.file.parameters else {}
        job = _job(definition, order, definition.check({**cycle, **given}, codebook))
        jobs.append(replace(job, version=f"{stamp} {definition.content_hash}", environment=places))
    return jobs


def _job(definition: ReportDefinition, order: Order, values: Mapping[str, ParameterValue]) -> Job:
    about = str(values.get("organization") or values.get("cluster") or "service")
    folder, stem = order.out / about, f"{definition.name}_{order.cycle}_{about}"
    pages = [folder / f"{stem}.{language}.{ending}" for language in order.languages for ending in order.formats]
    proofs = [folder / PROVENANCE / f"{stem}.{kind}.json" for kind in ("document", "bundle")]
    return Job(
        notebook=definition.notebook,
        parameters=dict(values),
        output=folder / PROVENANCE / f"{stem}.ipynb",
        files=(*pages, *proofs),
        after=RENDERER,
    )


def _is_own(definition: ReportDefinition) -> bool:
    return "organization" in definition.file.parameters and not load_policy(definition.file.audience).remembers


def _version(order: Order, store: str) -> str:
    """Everything but the notebook that decides a report: records, policies, code, form."""
    with Store.open(store) as opened:
        versions = sorted((v.cycle, v.organization, v.kind, v.sha256) for v in opened.versions() if not v.superseded)
    audiences = sorted({load_report(name).file.audience for name in standard_reports()})
    policies = [load_policy(audience).content_hash for audience in audiences]
    decides = [versions, policies, version("etm-workbench"), order.languages, order.formats]
    return hashlib.sha256(json.dumps(decides).encode()).hexdigest()


def _places(order: Order, store: str) -> dict[str, str]:
    """Where the reports find what they read, for whichever process or machine makes them."""
    ours = {name: place for name, place in os.environ.items() if name.startswith("ETM_")}
    return {**ours, "ETM_STORE": store, GIVEN: str((order.out / BENCHMARKS).resolve())}
