"""Every standard report, every organization, both languages: all are made, all verify, none gives a person away."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from etm_workbench.codebook import load_codebook
from etm_workbench.intake import find_files, take_in_files
from etm_workbench.reporting.definitions import load_report, standard_reports
from etm_workbench.reporting.fan_out import make_all
from etm_workbench.reporting.order import Order, own_reports, smallest_first
from etm_workbench.reporting.verify import verify_pack
from etm_workbench.store import Store
from etm_workbench.synthetic import make_service, write_files

CYCLES = ("2024-25", "2025-26")
FORMATS = ("html", "pdf")
PARTS = 5  # of the organizations, so that a time limit can cut between them
WIDER = [n for n in standard_reports() if n not in own_reports() and "cluster" not in load_report(n).file.parameters]


@pytest.fixture(scope="module")
def whole_service(tmp_path_factory):
    """A store of the whole fictional service in two cycles."""
    folder = tmp_path_factory.mktemp("service")
    write_files(make_service(CYCLES, seed=7), folder / "questionnaires")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ETM_KEY_FILE", str(folder / "pseudonym.key"))
        url = f"sqlite:///{folder / 'service.sqlite'}"
        with Store.open(url) as store:
            take_in_files(find_files(folder / "questionnaires").submissions, store, received_on=datetime.now(UTC))
        yield url


def organizations_in(store: str) -> tuple[str, ...]:
    with Store.open(store) as opened:
        return tuple(sorted({version.organization for version in opened.versions(cycle=CYCLES[-1])}))


def problems(folder: Path, outcomes, leaks) -> dict[str, list[str]]:
    """What is wrong with the reports in a folder: failed, not verified, or giving somebody away."""
    packs = sorted({outcome.job.output.parent.parent for outcome in outcomes if outcome.status == "done"})
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {
        "failed": [f"{o.job.output.stem}: {o.error}" for o in outcomes if o.status != "done"],
        "not verified": [f"{c.what}: {c.detail}" for pack in packs for c in verify_pack(pack) if not c.holds],
        "gives away": [path.name for path in files if leaks(path)],
    }


NONE = {"failed": [], "not verified": [], "gives away": []}


def test_an_organizations_reports_are_made_and_verify_and_give_nobody_away(unreleased_store, leaks, tmp_path) -> None:
    chosen = organizations_in(unreleased_store)[:3]
    outcomes = make_all(Order(CYCLES[-1], chosen, tmp_path / "out", formats=FORMATS), store=unreleased_store)
    assert NONE == problems(tmp_path / "out", outcomes, leaks)
    assert len(chosen) * len(FORMATS) * 2 == len(list((tmp_path / "out").glob("*/*.??.*")))


def test_reports_on_the_whole_service_are_made_after_a_review_too(unreleased_store, leaks, tmp_path) -> None:
    anybody = organizations_in(unreleased_store)[:1]
    for reports in (("cluster_review",), ("service_trends", "community_profile")):
        order = Order(
            CYCLES[-1], anybody, tmp_path / "out", formats=("html",), reports=reports, wider=True, clusters=("central",)
        )
        assert NONE == problems(order.out, make_all(order, store=unreleased_store, workers=2), leaks)


@pytest.mark.long
@pytest.mark.xdist_group("whole_service")
@pytest.mark.parametrize("part", range(PARTS))
def test_organizations_reports_of_the_whole_service(part, whole_service, leaks, tmp_path) -> None:
    chosen = organizations_in(whole_service)[part::PARTS]
    prove(Order(CYCLES[-1], chosen, tmp_path / "out"), whole_service, leaks)


@pytest.mark.long
@pytest.mark.xdist_group("whole_service")
@pytest.mark.parametrize("name", WIDER)
def test_report_on_the_whole_service(name, whole_service, leaks, tmp_path) -> None:
    anybody = organizations_in(whole_service)[:1]
    prove(Order(CYCLES[-1], anybody, tmp_path / "out", reports=(name,), wider=True), whole_service, leaks)


@pytest.mark.long
@pytest.mark.xdist_group("whole_service")
@pytest.mark.parametrize("cluster", smallest_first(load_codebook(CYCLES[-1])))
def test_review_of_a_cluster_beside_everything_released_before(cluster, whole_service, leaks, tmp_path) -> None:
    anybody, review = organizations_in(whole_service)[:1], ("cluster_review",)
    order = Order(CYCLES[-1], anybody, tmp_path / "out", reports=review, wider=True, clusters=(cluster,))
    prove(order, whole_service, leaks)


def prove(order: Order, store: str, leaks) -> None:
    """All reports of an order are made in both languages, verify, and give nobody away."""
    outcomes = make_all(order, store=store, workers=2)
    pages, cpu = list(order.out.glob("*/*.html")), sum(outcome.cpu_seconds for outcome in outcomes)
    sys.stdout.write(f"\n{len(outcomes)} reports, {len(pages)} pages, {cpu / len(outcomes):.2f} s of processor each\n")
    assert NONE == problems(order.out, outcomes, leaks)
    assert 2 * len(outcomes) == len(pages)
