"""Releasing the service's benchmarks in good time: before the reviews that could leave no safe form of them.

A review shows a cluster beside the rest of the service, and the benchmarks show both together. What leaves first is
shown as its own rules allow; what comes after must keep what the first one hid. The benchmarks serve every
organization all year, so they go first.
"""

from __future__ import annotations

from etm_workbench.bundle import Bundle
from etm_workbench.errors import CannotProtect
from etm_workbench.reporting.benchmarks import AUDIENCE, COMPARED, benchmark_tables
from etm_workbench.reporting.release import bundle_of
from etm_workbench.reporting.session import open_workbench
from etm_workbench.store import Store


def release_benchmarks(cycle: str, *, store: str | None = None) -> Bundle:
    """The service's benchmarks of a cycle, released once; asked for again, the same come back.

    Parameters
    ----------
    cycle : str
        Written `2025-26`.
    store : str, optional
        URL of the store of the whole service.

    Raises
    ------
    CannotProtect
        What was released before leaves no safe form of them; the message says what can be done all the same.
    """
    with open_workbench(cycle, audience=AUDIENCE, store=store) as workbench:
        try:
            return workbench.protect(benchmark_tables(workbench.service))
        except CannotProtect as refused:
            raise CannotProtect(
                f"The benchmarks of {cycle} cannot be released any more. {refused.what}",
                expected="Benchmarks that leave before the reviews and other reports on the same records.",
                remedy="Reports on organizations are made without comparisons, and say so; where benchmarks of the "
                "cycle were released elsewhere, `etm benchmarks import` brings them back. Releases cannot be taken "
                "back: next cycle run `etm benchmarks build` first.",
            ) from refused


def benchmarks_released(cycle: str, *, store: str) -> bool:
    """Whether the ledger of a store holds benchmarks of a cycle."""
    with Store.open(store) as opened:
        found = (e for e in opened.read_releases(AUDIENCE) if set(COMPARED) <= set(e.meta.get("tables", ())))
        return any(bundle_of(entry).manifest.cycles == (cycle,) for entry in found)
