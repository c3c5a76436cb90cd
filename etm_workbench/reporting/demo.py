"""The main job end to end on a fictional service: from files as delegates send them to a pack and a dashboard.

The same code that real files take; only the people are made up.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path

from etm_workbench.codebook import LANGUAGES, Language, load_codebook
from etm_workbench.errors import BadInput, BadQuestionnaire
from etm_workbench.intake import find_files, take_in_files
from etm_workbench.reporting.comparators import release_benchmarks
from etm_workbench.reporting.dashboards import Viewing, page
from etm_workbench.reporting.pack import Pack, cluster_pack
from etm_workbench.store import Store
from etm_workbench.synthetic import make_service, write_files

Say = Callable[[str, int, int], None]
QUICK_CLUSTERS = ("central", "operations_services")
KEY_VARIABLE = "ETM_KEY_FILE"


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demonstration made: its folder, store, pack and dashboard; `taken_in` and `published` executives."""

    folder: Path
    store: Path
    pack: Pack
    dashboard: Path
    files: int
    taken_in: int
    published: int


def run_demo(out: Path, *, seed: int, quick: bool, say: Say) -> Demo:
    """Synthesizes, takes in, checks against the published headcounts, releases, and makes dashboard and pack.

    Parameters
    ----------
    out : Path
        Folder; an earlier demonstration in it is replaced, anything else is refused.
    seed : int
        Same seed, same numbers and byte-equal tables.
    quick : bool
        Two clusters' organizations, the last two cycles, one pack in English.
    say : callable
        Told what is being done, how much of it is done, and how much there is.
    """
    codebook = load_codebook()
    _clear(out)
    cycles = tuple(sorted(codebook.cycles))[-2 if quick else -3 :]
    organizations = quick_organizations(cycles) if quick else None
    say("Making the fictional service", 0, 1)
    service = make_service(cycles, seed=seed, organizations=organizations)
    write_files(service, out / "questionnaires", progress=partial(say, "Writing questionnaires"))
    store = out / "service.sqlite"
    with _own_key(out):
        files, taken_in, published = _take_in(store, out / "questionnaires", say)
        say("Releasing the service's benchmarks", 0, 1)
        release_benchmarks(cycles[-1], store=_url(store))  # before the pack, which could leave no safe form of them
        say("Making the talent map dashboard", 0, 1)
        dashboard = _dashboard(store, cycles[-1], out / "dashboard")
        say("Making the Cluster Review pack", 0, 1)
        languages: tuple[Language, ...] = ("en",) if quick else LANGUAGES
        pack = cluster_pack(
            QUICK_CLUSTERS[0], cycle=cycles[-1], out=out / "pack", languages=languages, store=_url(store)
        )
    return Demo(out, store, pack, dashboard, files, taken_in, published)


def _dashboard(store_file: Path, cycle: str, folder: Path) -> Path:
    """The talent map of the pack's largest organization as a page, which its deputy head would open."""
    folder.mkdir()
    organizations = load_codebook(cycle).organizations
    with Store.open(_url(store_file)) as store:
        people = {
            version.organization: version.rows
            for version in store.versions(cycle, kind="accounts")
            if organizations[version.organization].cluster == QUICK_CLUSTERS[0]
        }
    largest = max(people, key=lambda identifier: (people[identifier], identifier))
    path = folder / "talent_map.html"
    viewing = Viewing(organization=largest, cycle=cycle, store=_url(store_file))
    path.write_text(page("talent_map", viewing), encoding="utf-8", newline="\n")
    return path


def _clear(out: Path) -> None:
    marker = out / ".etm-demo"
    if out.exists() and any(out.iterdir()) and not marker.is_file():
        raise BadInput(
            f"The folder '{out}' holds something else.", expected="A new folder.", remedy="Name another with --out."
        )
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    marker.touch()


def quick_organizations(cycles: Sequence[str]) -> tuple[str, ...]:
    """The organizations of two clusters that have executives in any of the cycles."""
    present = dict.fromkeys(code for cycle in cycles for code in load_codebook(cycle).codes("organization"))
    organizations = load_codebook().organizations
    return tuple(code for code in present if organizations[code].cluster in QUICK_CLUSTERS)


def _take_in(store_file: Path, folder: Path, say: Say) -> tuple[int, int, int]:
    """Files stored, executives taken in, and executives published, over all cycles."""
    submissions = find_files(folder).submissions
    done = count(1)
    with Store.open(_url(store_file)) as store:
        outcomes = take_in_files(
            submissions,
            store,
            received_on=datetime.now(UTC),
            workers=2,
            on_outcome=lambda _: say("Taking questionnaires in", next(done), len(submissions)),
        )
    if any(outcome.receipt is None for outcome in outcomes):
        raise BadQuestionnaire("The fictional files have errors.", remedy="Report this as a fault of the workbench.")
    totals = [total for outcome in outcomes for total in outcome.totals]
    return len(outcomes), sum(t.stored for t in totals), sum(t.published or 0 for t in totals)


def _url(store_file: Path) -> str:
    return f"sqlite:///{store_file.resolve()}"


@contextmanager
def _own_key(out: Path) -> Iterator[None]:
    """A pseudonym key that belongs to the demonstration alone."""
    before = os.environ.get(KEY_VARIABLE)
    os.environ[KEY_VARIABLE] = str((out / "pseudonym.key").resolve())
    try:
        yield
    finally:
        if before is None:
            del os.environ[KEY_VARIABLE]
        else:
            os.environ[KEY_VARIABLE] = before
