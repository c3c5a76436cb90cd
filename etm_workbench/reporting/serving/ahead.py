"""Pages made before anybody asks for them: when the server starts, and when the data have changed.

Only where the server may see the access list, which is in a store that is a file: of each set of rights that
people hold, the pages of their own organization. It waits while somebody is served, stops when there is no more
room, and releases nothing: where the service's benchmarks have not been released from these records yet, the
first page that somebody opens does it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator

from etm_workbench.codebook import LANGUAGES
from etm_workbench.errors import WorkbenchError
from etm_workbench.protection.policy import load_policy
from etm_workbench.reporting.benchmarks import AUDIENCE, COMPARED
from etm_workbench.reporting.dashboards import Viewing
from etm_workbench.reporting.release import bundle_of
from etm_workbench.reporting.serving.desk import Desk
from etm_workbench.reporting.serving.journal import tell
from etm_workbench.reporting.serving.standing import Standing
from etm_workbench.store import EVERY_ORGANIZATION, Store

# Of an organization's own records. Nothing of them goes into the ledger, whoever asks.
NAMES = ("talent_map", "cadre", "cycle_desk")
_PAUSE_SECONDS = 0.05


class Ahead:
    """Makes pages in a thread of its own.

    Parameters
    ----------
    desk : Desk
        Keeps them.
    store : str
        URL.
    """

    def __init__(self, desk: Desk, store: str) -> None:
        self._desk, self._store = desk, store
        self._wanted, self._ended = threading.Event(), threading.Event()
        desk.on_new_page = self._wanted.set

    def run(self) -> None:
        """Makes what is missing, now and whenever somebody had to wait for a page, until `end`."""
        if not self._store.startswith("sqlite"):
            return
        self._wanted.set()
        while self._wanted.wait() and not self._ended.is_set():
            self._wanted.clear()
            try:
                self._make()
            except Exception as error:  # noqa: BLE001  whoever asks for the page is told; a message may quote an answer
                tell(outcome="failed", route="ahead", reason=type(error).__name__)

    def end(self) -> None:
        """Makes no more."""
        self._ended.set()
        self._wanted.set()

    def _make(self) -> None:
        if not releases_nothing(self._store):
            return
        for viewing in readers_of_each_kind(self._store):
            standing = Standing.of(viewing)
            for name in (name for name in NAMES if name in standing.open):
                for language in LANGUAGES:
                    self._wait()
                    if self._ended.is_set() or not self._desk.has_room:
                        return
                    self._make_one(name, Viewing(viewing.viewer, language=language, store=self._store), standing)

    def _make_one(self, name: str, viewing: Viewing, standing: Standing) -> None:
        try:
            if not self._desk.holds(name, viewing, standing):
                self._desk.make(name, viewing, standing)
        except WorkbenchError:
            return  # its reader will be told

    def _wait(self) -> None:
        while self._desk.is_busy and not self._ended.wait(_PAUSE_SECONDS):
            pass


def readers_of_each_kind(url: str) -> Iterator[Viewing]:
    """One viewing for each set of lines on the access list that names an organization; the owner's without a list."""
    seen = set()
    with Store.open(url) as store:
        lines = {reader: store.access_of(reader) for reader in store.readers()}
    if not lines:
        yield Viewing(store=url)
    for reader, entries in lines.items():
        kind = tuple((entry.role, entry.organization, entry.person_key) for entry in entries or ())
        if kind not in seen and any(organization != EVERY_ORGANIZATION for _, organization, _ in kind):
            seen.add(kind)
            yield Viewing(reader, store=url)


def releases_nothing(url: str) -> bool:
    """Whether pages of one organization can be made without releasing anything: alone, or from released benchmarks."""
    with Store.open(url) as store:
        versions = store.versions()
        if len({version.organization for version in versions}) < 2:
            return bool(versions)
        cycle = max(version.cycle for version in versions)
        wanted = (cycle,), (), store.data_version((cycle,)), load_policy(AUDIENCE).content_hash
        made = [bundle_of(entry) for entry in store.read_releases(AUDIENCE)]
    benchmarks = [bundle.manifest for bundle in made if set(COMPARED) <= set(bundle)]
    return any((m.cycles, m.organizations, m.data_version, m.policy_hash) == wanted for m in benchmarks)
