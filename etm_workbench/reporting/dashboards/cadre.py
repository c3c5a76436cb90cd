"""The cadre dashboard: one organization's executives, who they are and what is coming, for its own readers.

Its own numbers are the readers' to see; whatever they are held against is released, or published. How
many answered stands beside every result.
"""

from __future__ import annotations

from collections.abc import Mapping

from etm_workbench.analysis.availability import with_availability
from etm_workbench.bundle import Bundle
from etm_workbench.codebook import Bilingual
from etm_workbench.codebook.availability import workforce_availability
from etm_workbench.presentation.layout import Layout
from etm_workbench.presentation.locale import date_text
from etm_workbench.presentation.tabledata import CellRef
from etm_workbench.presentation.widgets import Board
from etm_workbench.protected import ProtectedTable
from etm_workbench.reporting.dashboards.own import open_own
from etm_workbench.reporting.dashboards.pages import Pages
from etm_workbench.reporting.dashboards.service_release import measures, service_release
from etm_workbench.reporting.dashboards.viewing import Viewing
from etm_workbench.reporting.session import Workbench
from etm_workbench.sensitive import SensitiveTable

# Tables that stand beside the rest of the service where its numbers are released.
_BESIDE = {
    "sex": "sex",
    "official_language": "first_official_language",
    "language": "language_state",
    "retirement": "retirement_horizon",
    "learning": "learning_needs",
}
_GAP = ("count", "share", "availability", "difference", "low", "high", "gap_people", "p_adjusted")
_HEADINGS = {
    "availability": Bilingual("Availability", "Disponibilité"),
    "gap_people": Bilingual("Difference in people", "Écart en personnes"),
    "difference": Bilingual("Difference (points)", "Écart (points)"),
}

ANSWERS: Mapping[str, object] = {}


def board(viewing: Viewing) -> Board:
    """The cadre of the viewer's organization.

    Raises
    ------
    NotAllowed
        The organization is not the viewer's own.
    """
    with open_own(viewing) as workbench:
        made = workbench.protect(_tables(workbench))
        others = service_release(workbench.cycle)
        on = workforce_availability()["WOMEN"].as_of
        dated = Bilingual(date_text(on, "en"), date_text(on, "fr"))
        words = {"<availability_on>": dated, "<smallest>": Bilingual(*[str(measures().smallest)] * 2)}
        pages = Pages("cadre", workbench, words=words)
        _glance(pages, made)
        _size(pages, made)
        _shape(pages, made)
        _representation(pages, made)
        _retirement(pages, made)
        _language(pages, made)
        _learning(pages, made)
        _funnels(pages, others, own=workbench.organizations[0] if workbench.organizations else "")
        _completeness(pages, made)
        pages.method(made)
        return pages.board(made, also=[others] if others else [])


def _tables(workbench: Workbench) -> Mapping[str, SensitiveTable]:
    people = workbench.cadre
    women = {"F": workforce_availability()["WOMEN"].share}
    return {
        "completion": people.count(rows="level", columns="completion", share_of="completion"),
        "levels": workbench.over_cycles.count(rows="cycle", columns="level"),
        "age": people.count(rows="level", columns="age_band", share_of="age_band"),
        "eligibility": people.count(rows="level", columns="retirement_eligibility", share_of="retirement_eligibility"),
        "availability": with_availability(people.count(rows="level", columns="sex", share_of="sex"), "sex", women),
        **{name: workbench.beside_service(benchmark) for name, benchmark in _BESIDE.items()},
    }


def _glance(pages: Pages, made: Bundle) -> None:
    completion, eligible, language = made["completion"], made["eligibility"], made["language"]
    pages.finding(
        "glance_people",
        people=CellRef.of(completion),
        complete=CellRef.of(completion, "share", completion="BOTH"),
    )
    if pages.holds(eligible, retirement_eligibility="ANSWERED"):
        pages.finding(
            "glance_eligible",
            now=CellRef.of(eligible, "share", retirement_eligibility="ELIGIBLE"),
            soon=CellRef.of(eligible, "share", retirement_eligibility="WITHIN_2"),
        )
    if pages.holds(language, language_state="ANSWERED"):
        pages.finding("glance_language", valid=CellRef.of(language, "share", language_state="VALID"))


def _size(pages: Pages, made: Bundle) -> None:
    levels = made["levels"]
    with pages.section("size"):
        if len(pages.workbench.cycles) > 1:
            pages.chart("size_chart", "trend", levels)
        else:
            pages.table("size_table", levels, Layout(rows=("level",), where={"cycle": pages.workbench.cycle}))
            pages.text("size_once")


def _shape(pages: Pages, made: Bundle) -> None:
    with pages.section("shape"):
        pages.text("shape_reading")
    with pages.section("shape_age", choice="shape"):
        _bars(pages, made["age"], "age_band", chart="age_chart")
    with pages.section("shape_eligibility", choice="shape"):
        _bars(pages, made["eligibility"], "retirement_eligibility", chart="eligibility_chart")
        pages.note("eligibility_caution", kind="caution")


def _representation(pages: Pages, made: Bundle) -> None:
    with pages.section("representation"):
        pages.text("representation_reading")
        if not pages.workbench.benchmarks:
            pages.text("service_absent")
    with pages.section("representation_availability", choice="representation"):
        _against_availability(pages, made["availability"])
    with pages.section("representation_sex", choice="representation"):
        pages.answered(made["sex"], "sex")
        pages.chart("sex_chart", "completion", made["sex"], across="sex")
        pages.compared("sex_women", made["sex"], sex="F")
    with pages.section("representation_language", choice="representation"):
        pages.answered(made["official_language"], "first_official_language")
        pages.chart(
            "official_language_chart", "completion", made["official_language"], across="first_official_language"
        )
        pages.compared("official_language_french", made["official_language"], first_official_language="FR")


def _against_availability(pages: Pages, table: ProtectedTable) -> None:
    pages.answered(table, "sex")
    if not pages.holds(table, sex="F"):
        pages.text("absent")
        return
    women: dict[str, object] = {"down": "level", "across": None, "where": {"sex": "F"}, "totals": ("down",)}
    marker = {"marker": "availability", "marker_label": pages.title("availability_marker")}
    pages.chart("availability_chart", "learning", table, **women, **marker)
    pages.verdict("availability_women", table, ("share", "availability"), sex="F")
    layout = Layout(
        rows=("level",), figures=_GAP, where={"sex": "F"}, formats={"gap_people": "change"}, headings=_HEADINGS
    )
    pages.table("availability_table", table, layout)
    pages.note("availability_source", kind="source")
    pages.note("availability_others", kind="protection")


def _retirement(pages: Pages, made: Bundle) -> None:
    table = made["retirement"]
    with pages.section("retirement"):
        pages.answered(table, "retirement_horizon")
        if not pages.holds(table, retirement_horizon="ANSWERED"):
            pages.text("absent")
            return
        pages.chart("retirement_chart", "retirement", table)
        pages.compared("retirement_soon", table, retirement_horizon="WITHIN_1")
        pages.note("retirement_caution", kind="caution")


def _language(pages: Pages, made: Bundle) -> None:
    with pages.section("language"):
        _bars(pages, made["language"], "language_state", chart="language_chart")
        pages.compared("language_valid", made["language"], language_state="VALID")
        pages.note("language_rule")


def _learning(pages: Pages, made: Bundle) -> None:
    table = made["learning"]
    with pages.section("learning"):
        pages.answered(table, "learning_needs")
        if pages.holds(table, learning_needs="ANSWERED"):
            service = {"marker": "rest_share"} if pages.workbench.benchmarks else {}
            pages.chart("learning_chart", "learning", table, **service)
        else:
            pages.text("absent")


def _funnels(pages: Pages, others: Bundle | None, *, own: str) -> None:
    with pages.section("funnels"):
        pages.text("funnels_reading" if others else "funnels_absent")
        if others and not any(own in others[one.table].dimensions[0].codes for one in measures().measured):
            pages.text("funnels_small")
    if others:
        for one in measures().measured:
            with pages.section(f"funnels_{one.table}", choice="funnels"):
                pages.organizations(f"{one.table}_chart", others[one.table], of={one.variable: one.code}, own=own)


def _completeness(pages: Pages, made: Bundle) -> None:
    with pages.section("completeness"):
        pages.chart("completion_chart", "completion", made["completion"])
        pages.text("completeness_reading")
        pages.note("not_to_conclude", kind="caution")


def _bars(pages: Pages, table: ProtectedTable, variable: str, *, chart: str) -> None:
    """How many answered, then small bars by level; a line instead where nobody did."""
    pages.answered(table, variable)
    if pages.holds(table, **{variable: "ANSWERED"}):
        pages.chart(chart, "bench", table, across=variable, value="share", text=("count", "share"), totals=("down",))
    else:
        pages.text("absent")
