"""The demonstration: one store for the dashboard and the pack, and everything in it left in a safe order."""

from __future__ import annotations

from etm_workbench.reporting.benchmarks import COMPARED
from etm_workbench.store import Store


def test_benchmarks_leave_before_the_pack(fictional_store) -> None:
    with Store.open(fictional_store) as store:
        entries = store.read_releases("service", "cluster_review")
    assert ["service", "cluster_review"] == [entry.audience for entry in entries[:2]]
    assert set(COMPARED) == set(entries[0].meta["tables"])


def test_dashboard_and_pack_share_one_store(demonstration) -> None:
    assert ["service.sqlite"] == [str(path.relative_to(demonstration)) for path in demonstration.rglob("*.sqlite")]


def test_dashboard_compares_with_the_rest_of_the_service(demonstration) -> None:
    page = (demonstration / "dashboard" / "talent_map.html").read_text(encoding="utf-8")
    assert "rest_share" in page
