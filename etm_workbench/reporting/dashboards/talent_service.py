"""The talent map of the whole public service, for OCHRO: released numbers alone, protected as for every deputy head.

The map itself is the benchmark that organizations are held against. Nothing is filtered in it and nobody
is behind a cell: the page holds no more than what was released. What it reads of cycles and organizations
is the release that `etm dashboards build` made, where there is one.
"""

from __future__ import annotations

from etm_workbench.bundle import Bundle
from etm_workbench.codebook import Bilingual, Codebook
from etm_workbench.presentation.tabledata import CellRef
from etm_workbench.presentation.widgets import Board, MapSection
from etm_workbench.reporting.dashboards.own import open_service
from etm_workbench.reporting.dashboards.pages import Pages
from etm_workbench.reporting.dashboards.service_release import measures, service_release
from etm_workbench.reporting.dashboards.viewing import Viewing

_FUNNEL = "by_placement"


def service_board(viewing: Viewing) -> Board:
    """The talent map of the whole service in the wished cycle.

    Raises
    ------
    NotAllowed
        The viewer does not see the whole service.
    """
    with open_service(viewing) as workbench:
        words = {"<smallest>": Bilingual(*[str(measures().smallest)] * 2)}
        pages = Pages("talent_map", workbench, words=words)
        released, beside = workbench.benchmarks, service_release(workbench.cycle)
        if released is None:
            with pages.section("service_none"):
                pages.text("service_none")
            return pages.board(None)
        _map(pages, released)
        if beside is not None:
            _trend(pages, beside)
            _organizations(pages, beside)
        with pages.section("how"):
            pages.text("how_service")
            pages.text("how_list_service")
            pages.note("how_not", kind="caution")
        pages.method(released)
        return pages.board(released, also=[beside] if beside else [])


def placement_meanings(codebook: Codebook) -> dict[str, Bilingual]:
    """What each placement means, where the codebook says so."""
    meanings = {code.code: code.definition for code in codebook.code_list("placement").codes}
    return {code: Bilingual(meaning.en, meaning.fr) for code, meaning in meanings.items() if meaning}


def _map(pages: Pages, released: Bundle) -> None:
    table = released["placement"]
    cells = {"people": CellRef.of(table), "placed": CellRef.of(table, placement="ANSWERED")}
    shares = {"up": "READY_ADV", "across": "READY_LAT"}
    pages.finding(
        "placed", **cells, **{name: CellRef.of(table, "share", placement=code) for name, code in shares.items()}
    )
    significance = pages.definition.file.significance or 0.0
    meanings = placement_meanings(pages.workbench.codebook)
    pages.add_section(MapSection("map", pages.title("map"), table, significance, definitions=meanings))


def _trend(pages: Pages, beside: Bundle) -> None:
    with pages.section("service_trend"):
        pages.text("service_trend_reading")
        drawn = {"down": "cycle", "across": "placement", "value": "share", "text": ("count", "share")}
        pages.chart("service_trend_chart", "bench", beside["placement"], **drawn)


def _organizations(pages: Pages, beside: Bundle) -> None:
    offered = {one.table: one for one in measures().measured}
    if _FUNNEL in beside and _FUNNEL in offered:
        one = offered[_FUNNEL]
        with pages.section("service_organizations"):
            pages.text("service_organizations_reading")
            pages.organizations("service_organizations_chart", beside[one.table], of={one.variable: one.code})
