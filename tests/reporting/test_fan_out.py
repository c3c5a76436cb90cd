"""Every organization's reports at once: the same files however they are made, and only what changed."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from etm_workbench.codebook import load_codebook
from etm_workbench.errors import BadDefinition
from etm_workbench.presentation.document import Document
from etm_workbench.presentation.formats import render
from etm_workbench.reporting.definitions import standard_reports
from etm_workbench.reporting.fan_out import make_all
from etm_workbench.reporting.order import Order, jobs_of, own_reports, wider_jobs
from etm_workbench.reporting.verify import verify_pack
from etm_workbench.store import Store

REPORT = "organization_profile"


@pytest.fixture
def organizations(fictional_store) -> tuple[str, ...]:
    with Store.open(fictional_store) as store:
        return tuple(sorted({v.organization for v in store.versions(cycle="2025-26")}))


def hashes(folder: Path) -> dict[str, str]:
    """Every file that somebody who opens the folder sees."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


def order(organizations, out: Path) -> Order:
    return Order(cycle="2025-26", organizations=tuple(organizations), out=out, reports=(REPORT,))


def page_of(folder: Path) -> str:
    return next(folder.glob("*.fr.html")).read_text(encoding="utf-8")


def rendered_here(folder: Path) -> str:
    """The page as this process renders it, charts drawn by itself."""
    (saved,) = (folder / "provenance").glob("*.document.json")
    return render(Document.from_json(saved.read_text(encoding="utf-8")), "fr", "html").decode()


def statuses(outcomes) -> list[str]:
    return [outcome.status for outcome in outcomes]


def test_profile_of_an_organization_is_one_of_the_reports_made_for_all() -> None:
    assert REPORT in own_reports()


def test_a_report_to_a_wider_audience_is_refused(fictional_store, organizations, tmp_path) -> None:
    wrong = Order(cycle="2025-26", organizations=organizations[:1], out=tmp_path, reports=("cluster_review",))
    with pytest.raises(BadDefinition, match="not made one an organization"):
        jobs_of(wrong, fictional_store)


def test_reports_are_made_once_verify_and_do_not_depend_on_their_neighbours(
    fictional_store, organizations, tmp_path
) -> None:
    both, alone = tmp_path / "both", tmp_path / "alone"
    made = make_all(order(organizations[:2], both), store=fictional_store, workers=2)
    again = make_all(order(organizations[:2], both), store=fictional_store, workers=2)
    make_all(order(organizations[1:2], alone), store=fictional_store, workers=1)
    assert (["done"] * 2, ["unchanged"] * 2) == (statuses(made), statuses(again))
    assert all(check.holds for check in verify_pack(both / organizations[0]))
    assert hashes(alone / organizations[1]) == hashes(both / organizations[1])
    assert page_of(both / organizations[0]) == rendered_here(both / organizations[0])


def test_wider_reports_are_made_only_when_asked_for(fictional_store, tmp_path) -> None:
    assert [] == wider_jobs(order(("326",), tmp_path), fictional_store)


def test_every_standard_report_is_for_an_organization_or_wider(fictional_store, tmp_path) -> None:
    asked = replace(order(("326",), tmp_path), reports=(), wider=True)
    wider = {job.notebook.stem for job in wider_jobs(asked, fictional_store)}
    assert (set(standard_reports()), set()) == (wider | set(own_reports()), wider & set(own_reports()))


def test_the_smallest_clusters_are_reviewed_first(fictional_store, tmp_path) -> None:
    asked = replace(order(("326",), tmp_path), reports=("cluster_review",), wider=True)
    clusters = [job.parameters["cluster"] for job in wider_jobs(asked, fictional_store)]
    assert ("small_agents_tribunals", "social") == (clusters[0], clusters[-1])
    assert sorted(load_codebook("2025-26").clusters) == sorted(clusters)


def test_only_the_wider_reports_and_clusters_named_are_made(fictional_store, tmp_path) -> None:
    reviews = {"reports": ("cluster_review",), "wider": True, "clusters": ("central",)}
    asked = replace(order(("326",), tmp_path), **reviews)
    assert [] == jobs_of(asked, fictional_store)
    assert ["central"] == [job.parameters["cluster"] for job in wider_jobs(asked, fictional_store)]
