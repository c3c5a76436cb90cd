"""A dashboard's session on the viewer's own organization, once the access list has allowed it.

It reads that organization's rows only, which is all that a reader's connection gets on a server anyway;
of the service it has the released benchmarks. These are the same for every viewer, so that one process
works them out once for as long as the files stay as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cached_property

from etm_workbench.access import require_own
from etm_workbench.analysis.constructed import with_constructed
from etm_workbench.bundle import Bundle
from etm_workbench.cadre import Cadre
from etm_workbench.codebook import find_organization
from etm_workbench.errors import BadInput, NotAllowed
from etm_workbench.protection.policy import load_policy
from etm_workbench.reporting.dashboards.viewing import Viewing
from etm_workbench.reporting.organizations import reporting_codebook
from etm_workbench.reporting.session import Workbench
from etm_workbench.sensitive import SensitiveTable
from etm_workbench.store.versions import data_version

OWN = "own_organization"


class OwnWorkbench(Workbench):
    """A session that holds one organization's records and the service's released benchmarks, nothing else."""

    @cached_property
    def benchmarks(self) -> Bundle | None:
        """As of every session; worked out once a process while the files stay the same."""
        versions = self.store.versions(self.cycle)
        place = (self.cycle, data_version(versions), self.store.identity)
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

    def protect(self, tables: Mapping[str, SensitiveTable]) -> Bundle:
        """Every table of the release, protected together; nothing is set up for a notebook's tables."""
        return self._released(tables)

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
    codebook = reporting_codebook(viewing.cycle)
    if viewing.organization is None:
        raise NotAllowed(
            "No organization was given, and the viewer has none of their own.",
            remedy="Name an organization in the address.",
        )
    organization = find_organization(dict(codebook.organizations), viewing.organization).identifier
    store = viewing.open_store()
    try:
        require_own(store, reader=viewing.viewer, organizations=[organization])
    except BaseException:
        store.close()
        raise
    return OwnWorkbench(
        store,
        codebook=codebook,
        policy=load_policy(OWN),
        organizations=(organization,),
        language=viewing.language,
        viewer=viewing.viewer,
    )
