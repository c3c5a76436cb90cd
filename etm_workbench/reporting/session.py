"""An analyst's session: the store, the codebook, the policy and the records in scope, joined in one place.

This is what a notebook opens. The five stages never import one another; here their hand-off types meet.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Self

from etm_workbench import settings
from etm_workbench.access import require_own
from etm_workbench.analysis import benchmark, comparison, establishment, movement
from etm_workbench.analysis.constructed import with_constructed
from etm_workbench.bundle import Bundle
from etm_workbench.cadre import Cadre
from etm_workbench.codebook import Bilingual, Codebook, Language, find_organization
from etm_workbench.errors import BadInput, CannotProtect, nearest
from etm_workbench.presentation.display import set_labels, set_language, show_table
from etm_workbench.presentation.explanations import show_explanation
from etm_workbench.presentation.labels import labels_for
from etm_workbench.protected import set_explainer, set_renderer
from etm_workbench.protection.policy import Policy, load_policy
from etm_workbench.protection.protect import protect
from etm_workbench.protection.scope import ReleaseScope
from etm_workbench.reporting.benchmarks import (
    AUDIENCE,
    COMPARED,
    benchmark_tables,
    given_benchmarks,
    imported_benchmarks,
)
from etm_workbench.reporting.cadre_view import CadreView
from etm_workbench.reporting.holding import HoldsReasons
from etm_workbench.reporting.organizations import reporting_codebook
from etm_workbench.reporting.release import release
from etm_workbench.sensitive import SensitiveTable
from etm_workbench.store import FileVersion, Store

# Counts that somebody else has published are no release of ours: the ledger has nothing to remember.
PUBLISHED = "pay_system"


class Workbench(HoldsReasons):
    """A session in one scope for one audience.

    Parameters
    ----------
    store : Store
        Where the records are.
    codebook : Codebook
        Of the cycle.
    policy : Policy
        Of the audience.
    organizations : tuple of str, or None
        Identifiers in scope; None for the whole service.
    language : Language
        In which tables show themselves.
    """

    def __init__(
        self,
        store: Store,
        *,
        codebook: Codebook,
        policy: Policy,
        organizations: tuple[str, ...] | None,
        language: Language = "en",
        viewer: str = "",
    ) -> None:
        self.store, self.codebook, self.policy = store, codebook, policy
        self.organizations, self.language, self.viewer = organizations, language, viewer

    @property
    def cycle(self) -> str:
        """The cycle, written `2025-26`."""
        return self.codebook.cycle

    @cached_property
    def cycles(self) -> tuple[str, ...]:
        """Every cycle the store holds up to this one, in order."""
        held = {version.cycle for version in self._versions}
        return tuple(sorted(cycle for cycle in held if cycle <= self.cycle))

    @cached_property
    def cadre(self) -> CadreView:
        """The executives in scope, this cycle."""
        return CadreView(self._service if self.organizations is None else self._read((self.cycle,), of_scope=True))

    @cached_property
    def service(self) -> CadreView:
        """The executives of the whole service, this cycle; for counts that compare."""
        return CadreView(self._service)

    @cached_property
    def over_cycles(self) -> CadreView:
        """The executives in scope in every cycle held; count by `cycle` to see them one after another."""
        return self.in_cycles(*self.cycles)

    def in_cycles(self, *cycles: str) -> CadreView:
        """The executives in scope in these cycles, earliest first."""
        return CadreView(self._read(cycles, of_scope=True))

    @cached_property
    def holds_others(self) -> bool:
        """Whether the store holds organizations outside the scope, in this cycle."""
        held = {version.organization for version in self._versions if version.cycle == self.cycle}
        return self.organizations is not None and bool(held - set(self.organizations))

    @cached_property
    def missing_organizations(self) -> tuple[str, ...]:
        """Organizations with executives on the cycle's headcount date of which the store holds no file."""
        held = {version.organization for version in self._versions if version.cycle == self.cycle}
        return tuple(code for code in self.codebook.codes("organization") if code not in held)

    @property
    def headcount_year(self) -> int:
        """The year of the cycle's headcount date."""
        return self.codebook.cycles[self.cycle].headcount_on.year

    @cached_property
    def benchmarks(self) -> Bundle | None:
        """The released numbers of the whole service: from this store when it holds it, else as imported.

        None where neither can be had: earlier releases may leave no safe form of them.
        """
        if not self.holds_others:
            return imported_benchmarks(self.cycle)
        if given := given_benchmarks(self.cycle, self.store.data_version((self.cycle,))):
            return given  # released for the whole run that this report is of
        everyone = Workbench(self.store, codebook=self.codebook, policy=load_policy(AUDIENCE), organizations=None)
        try:
            return everyone.protect(benchmark_tables(everyone.service))
        except CannotProtect:
            return imported_benchmarks(self.cycle)

    def beside_service(self, name: str) -> SensitiveTable:
        """One of the benchmarks' tables for the scope, with the rest of the service where it is released.

        Parameters
        ----------
        name : str
            A name in `etm_workbench.reporting.benchmarks.COMPARED`.
        """
        variable, by = COMPARED[name]
        own = self.cadre.count(rows=variable, columns=by or (), share_of=variable)
        return benchmark.beside(own, self.benchmarks[name], variable) if self.benchmarks else own

    def compare(self, variable: str, *, by: str | None = None) -> SensitiveTable:
        """The scope's shares of a variable's categories beside the rest of the public service.

        Raises
        ------
        BadInput
            The session is open on the whole service, or the store holds nobody else.
        """
        if self.organizations is None:
            raise BadInput(
                "The whole service cannot be compared with the rest of itself.",
                remedy="Open the session with an organization or a cluster.",
            )
        return comparison.compare(self._service, "comparison", variable, part=self.organizations, by=by)

    def departures(self, *, by: str = "level") -> SensitiveTable:
        """What became of the scope's people of the previous cycle."""
        return movement.departures(self._pair, "departures", by=by, within=self.organizations)

    def arrivals(self, *, by: str = "level") -> SensitiveTable:
        """Where the scope's people of this cycle come from."""
        return movement.arrivals(self._pair, "arrivals", by=by, within=self.organizations)

    def transitions(self, variable: str = "placement") -> SensitiveTable:
        """The scope's people's answers in the previous cycle and in this one."""
        return movement.transitions(self._pair, "transitions", variable=variable, within=self.organizations)

    def published(self, years: Iterable[int]) -> SensitiveTable:
        """The published headcounts by year, organization and level; see `etm_workbench.analysis.establishment`."""
        return establishment.establishment(self.codebook, "published", sorted(years))

    def protect(self, tables: Mapping[str, SensitiveTable], *, or_without: Sequence[str] = ()) -> Bundle:
        """The one door: every table of the release, protected together for the session's audience.

        Parameters
        ----------
        tables : mapping of str to SensitiveTable
            Everything that leaves together, by name.
        or_without : sequence of str
            Tables that may be left out, the first of them first, where no safe form of all exists beside the
            earlier releases. A report says so in their place (`Report.table` and `Report.chart`).

        Returns
        -------
        Bundle
            Protected tables by the same names; asked for twice, the same release comes back.

        Raises
        ------
        BadInput
            `or_without` names a table that is not asked for, or all of them.
        CannotProtect
            No safe form exists; the message says which tables and what to ask instead.
        """
        made = self._released(tables, or_without)
        self._latest = {name: tables[name] for name in made}, made
        labels = labels_for(self.codebook, made.values(), extra={"population": {"PART": self.label()}})
        set_language(self.language)
        set_labels(labels)
        set_renderer(show_table)
        set_explainer(lambda explanation: show_explanation(explanation, labels, self.language))
        return made

    def _released(self, tables: Mapping[str, SensitiveTable], or_without: Sequence[str]) -> Bundle:
        if all(table.population.universe == PUBLISHED for table in tables.values()):
            return protect(tables, self.policy, ReleaseScope((), (), PUBLISHED))
        return release(
            self.store,
            tables,
            policy=self.policy,
            scope=self._scope_of(tables),
            recorded_on=datetime.now(UTC),
            or_without=or_without,
        )

    def _scope_of(self, tables: Mapping[str, SensitiveTable]) -> ReleaseScope:
        return ReleaseScope(
            cycles=tuple(sorted({cycle for table in tables.values() for cycle in table.population.cycles})),
            organizations=self.organizations or (),
            data_version=self.store.data_version((self.cycle,)),
        )

    def label(self) -> Bilingual:
        """The scope's name: the organization, the cluster, or the public service."""
        if self.organizations is None:
            return Bilingual("The public service", "La fonction publique")
        for cluster in self.codebook.clusters.values():
            if set(self.organizations) == set(_members(self.codebook, cluster.identifier)):
                return cluster.title
        titles = [self.codebook.organizations[o].title for o in self.organizations]
        return Bilingual(", ".join(t.en for t in titles), ", ".join(t.fr for t in titles))

    @cached_property
    def _service(self) -> Cadre:
        return self._read((self.cycle,))

    @cached_property
    def _pair(self) -> Cadre:
        if len(self.cycles) < 2:
            raise BadInput(f"The store holds no cycle before {self.cycle}.", remedy="Take in its files first.")
        pair = self.cycles[-2:]
        if self.organizations is None:
            return self._read(pair)
        # Where the scope's people were or are tells a transfer from a departure; nobody else is read.
        records = self.over_cycles.cadre.records
        return self._read(pair, people=frozenset(records.loc[records["cycle"].isin(pair), "person_key"]))

    @cached_property
    def _versions(self) -> list[FileVersion]:
        return self.store.versions()

    def _read(self, cycles: tuple[str, ...], *, of_scope: bool = False, people: Collection[str] | None = None) -> Cadre:
        cadre = self.store.cadre(
            cycles=cycles,
            audience=self.policy.audience,
            organizations=self.organizations if of_scope else None,
            people=people,
            viewer=self.viewer,
            codebook=self.codebook,
        )
        return with_constructed(cadre)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.store.close()

    def __repr__(self) -> str:
        return f"<Workbench on {self.label().en}, {self.cycle}, for {self.policy.audience}>"


def open_workbench(
    cycle: str | None = None,
    *,
    organization: str | None = None,
    cluster: str | None = None,
    audience: str = "service",
    store: str | None = None,
    language: Language = "en",
    viewer: str = "",
) -> Workbench:
    """A session on one organization, one cluster, or the whole service.

    Parameters
    ----------
    cycle : str, optional
        Written `2025-26`; the latest declared when not given.
    organization, cluster : str, optional
        Identifier, title or English acronym; at most one of the two.
    audience : str
        Who will read what comes out: names a policy.
    store : str, optional
        URL or SQLite file; `ETM_STORE`, then the user's own store, when not given.
    language : {"en", "fr"}
        In which tables show themselves.
    viewer : str
        Identity as the server knows it; empty on one's own machine.

    Raises
    ------
    BadInput
        An unknown cycle, organization, cluster or audience; the nearest name is offered.
    BadEnvironment
        The store cannot be opened.
    NotAllowed
        An organization's own audience, for somebody who is not of that organization.

    Examples
    --------
    >>> import etm_workbench as etm
    >>> wb = etm.open(cycle="2025-26", organization="128")  # doctest: +SKIP
    >>> release = wb.protect({"levels": wb.cadre.count(rows="level")})  # doctest: +SKIP
    """
    codebook = reporting_codebook(cycle)
    policy = load_policy(audience)
    organizations = _organizations(codebook, organization, cluster)
    opened = Store.open(settings.store_url(store))
    if not policy.remembers:
        # Unprotected numbers are for the organization's own people only.
        require_own(opened, reader=viewer, organizations=organizations or codebook.codes("organization"))
    return Workbench(
        opened,
        codebook=codebook,
        policy=policy,
        organizations=organizations,
        language=language,
        viewer=viewer,
    )


def _organizations(codebook: Codebook, organization: str | None, cluster: str | None) -> tuple[str, ...] | None:
    if organization and cluster:
        raise BadInput("Both an organization and a cluster were given.", remedy="Give one of the two.")
    if organization:
        return (find_organization(dict(codebook.organizations), organization).identifier,)
    if cluster:
        if cluster not in codebook.clusters:
            raise BadInput(f"There is no cluster '{cluster}'.", remedy=nearest(cluster, codebook.clusters))
        return _members(codebook, cluster)
    return None


def _members(codebook: Codebook, cluster: str) -> tuple[str, ...]:
    return tuple(o.identifier for o in codebook.organizations.values() if o.cluster == cluster)
