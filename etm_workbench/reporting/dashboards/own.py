"""A dashboard's session on one organization or on the whole service, once the access list has allowed it.

On an organization it reads that organization's rows only, which is all that a reader's connection gets on
a server anyway: all of them for its own readers, those submitted for OCHRO. Of the service it has the
released benchmarks. These are the same for every viewer, so that one process works them out once for as
long as the files stay as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from threading import Lock
from typing import Any

from etm_workbench.access import Submitted, require_own, require_submitted, sees_service, whoami
from etm_workbench.analysis.constructed import with_constructed
from etm_workbench.bundle import Bundle
from etm_workbench.cadre import Cadre
from etm_workbench.codebook import find_organization
from etm_workbench.errors import BadInput, NotAllowed
from etm_workbench.protection.policy import load_policy
from etm_workbench.reporting.benchmarks import AUDIENCE
from etm_workbench.reporting.dashboards.viewing import Viewing
from etm_workbench.reporting.organizations import reporting_codebook
from etm_workbench.reporting.session import Workbench
from etm_workbench.sensitive import SensitiveTable
from etm_workbench.store import Store
from etm_workbench.store.versions import data_version

OWN = "own_organization"
OCHRO = "ochro"
_COMPLETE = "BOTH"  # sections of the questionnaire


class OwnWorkbench(Workbench):
    """A session that holds one organization's records and the service's released benchmarks, nothing else."""

    @cached_property
    def holds_others(self) -> bool:
        """As of every session; a reader's connection may release nothing, so what it holds of others is not used."""
        return self.store.identity is None and bool(Workbench.holds_others.func(self))  # type: ignore[attr-defined]

    @cached_property
    def benchmarks(self) -> Bundle | None:
        """As of every session; worked out once a process while the files stay the same."""
        versions = self.store.versions(self.cycle)
        place = (self.cycle, data_version(versions), self.store.identity)
        # A server's threads ask for them at the same moment; whoever comes second waits instead of doing it too.
        with _ONE_AT_A_TIME:
            if place not in _BENCHMARKS:
                _BENCHMARKS.clear()
                _BENCHMARKS[place] = Workbench.benchmarks.func(self)  # type: ignore[attr-defined]
            return _BENCHMARKS[place]

    def earlier(self, cycle: str) -> Cadre | None:
        """The organization's records of an earlier cycle; None where the store holds none of it."""
        try:
            return self._read((cycle,))
        except BadInput:
            return None

    def protect(self, tables: Mapping[str, SensitiveTable], *, or_without: Sequence[str] = ()) -> Bundle:
        """Every table of the release, protected together; nothing is set up for a notebook's tables."""
        return self._released(tables, or_without)

    def _read(
        self,
        cycles: tuple[str, ...],
        *,
        of_scope: bool = True,  # noqa: ARG002  nothing else is ever read here
        people: Collection[str] | None = None,  # noqa: ARG002
    ) -> Cadre:
        cadre = self.store.cadre(
            cycles=cycles,
            organizations=self.organizations,
            audience=self.policy.audience,
            viewer=self.viewer,
            codebook=self.codebook,
        )
        return with_constructed(replace(cadre, scope=replace(cadre.scope, organizations=self.organizations)))


class SubmittedWorkbench(OwnWorkbench):
    """A session of OCHRO on one organization: of its records, those submitted."""

    submitted: Submitted

    def _read(
        self,
        cycles: tuple[str, ...],
        *,
        of_scope: bool = True,
        people: Collection[str] | None = None,
    ) -> Cadre:
        cadre = super()._read(cycles, of_scope=of_scope, people=people)
        if not self.submitted.levels:
            return cadre
        records = cadre.records
        kept = records["level"].isin(self.submitted.levels)
        if self.submitted.volunteered:
            kept |= records["completion"] == _COMPLETE
        return replace(cadre, records=records[kept])


class ServiceWorkbench(OwnWorkbench):
    """A session on the whole service that shows what has been released of it, and reads no records."""

    @cached_property
    def holds_others(self) -> bool:
        """Whether the service's numbers can be released from here, where they have not been yet."""
        return self.store.identity is None and len({v.organization for v in self._versions}) > 1


_ONE_AT_A_TIME = Lock()
_BENCHMARKS: dict[tuple[str, str, str | None], Bundle | None] = {}


def open_own(viewing: Viewing) -> OwnWorkbench:
    """A session on the wished organization for its own people's eyes.

    Parameters
    ----------
    viewing : Viewing
        Settled.

    Raises
    ------
    NotAllowed
        The organization is not the viewer's own.
    BadInput
        There is no such organization.
    """
    organization = _wished(viewing)
    with _closed_when_refused(viewing) as store:
        require_own(store, reader=viewing.viewer, organizations=[organization])
    return OwnWorkbench(store, policy=load_policy(OWN), organizations=(organization,), **_of(viewing))


def open_seen(viewing: Viewing) -> OwnWorkbench:
    """A session on the wished organization: whole for its own readers, on what was submitted for OCHRO.

    Parameters
    ----------
    viewing : Viewing
        Settled.

    Raises
    ------
    NotAllowed
        The organization is not the viewer's own, and no role of theirs reaches every organization.
    BadInput
        There is no such organization.
    """
    try:
        return open_own(viewing)
    except NotAllowed as refusal:
        organization = _wished(viewing)
        with _closed_when_refused(viewing) as store:
            try:
                submitted = require_submitted(store, reader=viewing.viewer)
            except NotAllowed:
                raise refusal from None
    workbench = SubmittedWorkbench(store, policy=load_policy(OCHRO), organizations=(organization,), **_of(viewing))
    workbench.submitted = submitted
    return workbench


def open_service(viewing: Viewing) -> ServiceWorkbench:
    """A session on what was released of the whole service.

    Parameters
    ----------
    viewing : Viewing
        Settled.

    Raises
    ------
    NotAllowed
        The viewer does not see the whole service.
    """
    with _closed_when_refused(viewing) as store:
        who = whoami(store, viewing.viewer)
        if not sees_service(who):
            raise NotAllowed(
                f"'{who.identity}' does not see the whole service.",
                expected="A role that reaches every organization.",
                remedy="Name an organization in the address, or ask the keeper of the access list.",
            )
    return ServiceWorkbench(store, policy=load_policy(AUDIENCE), organizations=None, **_of(viewing))


@contextmanager
def _closed_when_refused(viewing: Viewing) -> Iterator[Store]:
    """The store as the viewer may read it; it stays open unless what is checked inside refuses them."""
    store = viewing.open_store()
    try:
        yield store
    except BaseException:
        store.close()
        raise


def _wished(viewing: Viewing) -> str:
    """The identifier of the wished organization."""
    if viewing.organization is None:
        raise NotAllowed(
            "No organization was given, and the viewer has none of their own.",
            remedy="Name an organization in the address.",
        )
    organizations = dict(reporting_codebook(viewing.cycle).organizations)
    return find_organization(organizations, viewing.organization).identifier


def _of(viewing: Viewing) -> dict[str, Any]:
    codebook = reporting_codebook(viewing.cycle)
    return {"codebook": codebook, "language": viewing.language, "viewer": viewing.viewer}
