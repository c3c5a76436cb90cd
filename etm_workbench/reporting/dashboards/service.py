"""The public service's dashboard, for OCHRO: ninety organizations, completeness, trends and gaps.

It reads a release that was built ahead (`service_release`) and computes nothing: it opens at once, and
what it shows was protected together and is in the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping

from etm_workbench.access import sees_service, whoami
from etm_workbench.bundle import Bundle
from etm_workbench.codebook import Bilingual
from etm_workbench.codebook.availability import workforce_availability
from etm_workbench.errors import NotAllowed
from etm_workbench.presentation.layout import Layout
from etm_workbench.presentation.locale import date_text
from etm_workbench.presentation.tabledata import CellRef
from etm_workbench.presentation.widgets import Board
from etm_workbench.protection.policy import load_policy
from etm_workbench.reporting.dashboards.pages import Pages
from etm_workbench.reporting.dashboards.service_release import (
    AUDIENCE,
    OVER_CYCLES,
    measures,
    service_release,
)
from etm_workbench.reporting.dashboards.viewing import Viewing
from etm_workbench.reporting.organizations import reporting_codebook
from etm_workbench.reporting.session import Workbench

# Of those measured, how far organizations have come is a table of its own.
_APART = "by_completion"
# Variables with few enough categories for one bar split into shares.
_SPLIT = frozenset({"sex", "official_language", "language", "retirement"})

ANSWERS: Mapping[str, object] = {}


def board(viewing: Viewing) -> Board:
    """The public service in the wished cycle.

    Raises
    ------
    NotAllowed
        The viewer's role does not see the whole service.
    """
    with viewing.open_store() as store:
        who = whoami(store, viewing.viewer)
        if not sees_service(who):
            raise NotAllowed(
                f"'{who.identity}' does not see the dashboard of the whole service.",
                expected="A role that reaches every organization.",
                remedy="Ask the keeper of the access list.",
            )
        codebook = reporting_codebook(viewing.cycle)
        policy = load_policy(AUDIENCE)
        workbench = Workbench(
            store,
            codebook=codebook,
            policy=policy,
            organizations=None,
            language=viewing.language,
            viewer=viewing.viewer,
        )
        on = workforce_availability()["WOMEN"].as_of
        dated = Bilingual(date_text(on, "en"), date_text(on, "fr"))
        words = {"<availability_on>": dated, "<smallest>": Bilingual(*[str(measures().smallest)] * 2)}
        pages, made = Pages("service", workbench, words=words), service_release(workbench.cycle)
        if made is None:
            _not_built(pages)
        else:
            _glance(pages, made)
            _completeness(pages, made)
            _organizations(pages, made)
            _size(pages, made)
            _trends(pages, made)
            _gaps(pages, made)
            pages.method(made)
        return pages.board(made)


def _not_built(pages: Pages) -> None:
    with pages.section("not_built"):
        pages.text("not_built")
        pages.text("how_to_build", style="finding")


def _glance(pages: Pages, made: Bundle) -> None:
    completion, published = made["completion"], made["published"]
    pages.finding(
        "glance_people", people=CellRef.of(completion), complete=CellRef.of(completion, "share", completion="BOTH")
    )
    year = str(pages.workbench.headcount_year)
    pages.finding(
        "glance_published",
        published=CellRef.of(published, year=year),
        change=CellRef.of(published, "change", year=year),
    )
    ready = CellRef.of(made["placement"], "share", cycle=pages.workbench.cycle, placement="READY_ADV")
    pages.finding("glance_ready", ready=ready)


def _completeness(pages: Pages, made: Bundle) -> None:
    by = made["clusters"]
    clusters = tuple(code for code in by.dimensions[0].codes if code in pages.workbench.codebook.clusters)
    with pages.section("completeness"):
        pages.text("completeness_reading")
    with pages.section("completeness_level", choice="completeness"):
        pages.chart("completion_chart", "completion", made["completion"])
    with pages.section("completeness_cluster", choice="completeness"):
        only = {"organization": (*clusters, "TOTAL")}
        pages.chart("clusters_chart", "completion", by, down="organization", only=only)
    with pages.section("completeness_organization", choice="completeness"):
        pages.table("organizations_table", by, Layout(rows=("organization",), columns=("completion",)))
    with pages.section("completeness_missing", choice="completeness"):
        _missing(pages, made)


def _missing(pages: Pages, made: Bundle) -> None:
    held = set(made["clusters"].dimensions[0].leaves)
    missing = tuple(code for code in pages.workbench.codebook.codes("organization") if code not in held)
    if not missing:
        pages.text("missing_none")
        return
    layout = Layout(
        rows=("organization",),
        columns=("level",),
        where={"year": str(pages.workbench.headcount_year)},
        only={"organization": missing},
        alphabetical=("organization",),
    )
    pages.table("missing_organizations", made["published"], layout)


def _organizations(pages: Pages, made: Bundle) -> None:
    offered = [one for one in measures().measured if one.table != _APART]
    with pages.section("organizations"):
        pages.text("organizations_reading")
        if any(one.table not in made for one in offered):
            pages.text("organizations_left_out")
    for one in offered:
        if one.table in made:
            with pages.section(f"organizations_{one.table}", choice="organizations"):
                pages.organizations(f"{one.table}_chart", made[one.table], of={one.variable: one.code})


def _size(pages: Pages, made: Bundle) -> None:
    with pages.section("size"):
        pages.chart("size_chart", "trend", made["published"], down="year")
        pages.note("size_source", kind="source")


def _trends(pages: Pages, made: Bundle) -> None:
    with pages.section("trends"):
        pages.text("trends_reading")
    for name, variable in OVER_CYCLES.items():
        with pages.section(f"trends_{name}", choice="trends"):
            kind = "completion" if name in _SPLIT else "bench"
            more = {} if name in _SPLIT else {"value": "share", "text": ("count", "share")}
            pages.chart(f"{name}_chart", kind, made[name], down="cycle", across=variable, **more)


def _gaps(pages: Pages, made: Bundle) -> None:
    women: dict[str, object] = {"down": "level", "across": None, "where": {"sex": "F"}, "totals": ("down",)}
    marker = {"marker": "availability", "marker_label": pages.title("availability_marker")}
    with pages.section("gaps"):
        pages.chart("availability_chart", "learning", made["availability"], **women, **marker)
        pages.verdict("availability_women", made["availability"], ("share", "availability"), sex="F")
        pages.note("availability_source", kind="source")
        if "departures" in made:
            only = {"movement": ("STAYED", "PROMOTED", "OTHER_LEVEL", "LEFT")}
            pages.chart("departures_chart", "movement", made["departures"], down="level", across="movement", only=only)
        pages.chart("learning_chart", "learning", made["learning"])
        pages.note("not_to_conclude", kind="caution")
