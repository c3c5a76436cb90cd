"""The talent map as a dashboard: an organization's executives by placement and level, beside the public service.

Its own readers see everybody in it, OCHRO those whose questionnaires are submitted. On the whole service it
is another board, of released numbers (`talent_service`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from etm_workbench.analysis import benchmark
from etm_workbench.bundle import Bundle
from etm_workbench.codebook import Bilingual, Codebook
from etm_workbench.presentation.document import Provenance
from etm_workbench.presentation.labels import labels_for
from etm_workbench.presentation.parts import Note, Part, Text
from etm_workbench.presentation.sentences import compared, direction_of
from etm_workbench.presentation.tabledata import CellRef
from etm_workbench.presentation.widgets import Board, MapSection, Overlay, PartsSection, cells_payload
from etm_workbench.protected import ProtectedTable, Shown
from etm_workbench.reporting.closing import closing_parts
from etm_workbench.reporting.dashboards.definition import DashboardDefinition, load_dashboard
from etm_workbench.reporting.dashboards.own import OWN, OwnWorkbench, open_seen
from etm_workbench.reporting.dashboards.talent_people import chosen_codes, people
from etm_workbench.reporting.dashboards.talent_profiles import coordinates, profile_tables, variables
from etm_workbench.reporting.dashboards.talent_service import placement_meanings, service_board
from etm_workbench.reporting.dashboards.viewing import Answers, Viewing

_MOST_FINDINGS = 3  # with how many are placed: what ten minutes have room for


def board(viewing: Viewing) -> Board:
    """The talent map of an organization, or of the whole service for those who see it.

    Parameters
    ----------
    viewing : Viewing
        Settled.

    Raises
    ------
    NotAllowed
        The organization is not the viewer's own, and not submitted to them either.
    BadInput
        The store holds no file of the organization in this cycle.
    """
    if viewing.organization is None:
        return service_board(viewing)
    definition = load_dashboard("talent_map")
    with open_seen(viewing) as workbench:
        release = workbench.protect({"map": workbench.beside_service("placement")})
        # Nothing of one's own records is withheld, so a cycle's profiles need not be protected with the others':
        # sums between three tables of eight hundred cells would be looked for in vain.
        profiles = {
            cycle: workbench.protect({"profiles": table})["profiles"]
            for cycle, table in profile_tables(workbench, definition).items()
        }
        return _board(workbench, definition, release, profiles)


Profiles = Mapping[str, ProtectedTable]


def _board(workbench: OwnWorkbench, definition: DashboardDefinition, release: Bundle, profiles: Profiles) -> Board:
    words = {"scope": workbench.label(), "cycle": Bilingual(workbench.cycle, workbench.cycle)}
    manifest = release.manifest
    return Board(
        name="talent_map",
        title=definition.file.title.text,
        subtitle=definition.put(definition.file.subtitle.text, words),
        sections=(
            _map(workbench, definition, release["map"], profiles),
            _reading(workbench, definition, release),
        ),
        labels=labels_for(workbench.codebook, [release["map"]], extra=definition.labels),
        provenance=Provenance(
            report=definition.name,
            parameters={"cycle": workbench.cycle, "organization": ", ".join(workbench.organizations or ())},
            data_version=manifest.data_version,
            code_version=manifest.code_version,
            policy=f"{manifest.policy} ({manifest.policy_hash[:12]})",
            audience=manifest.audience,
            ledger_entry=manifest.ledger_entry,
            definition_hash=definition.content_hash,
        ),
        marking=definition.file.marking.text if definition.file.marking else None,
        findings=_findings(workbench.codebook, definition, release["map"]),
    )


def _map(
    workbench: OwnWorkbench, definition: DashboardDefinition, table: ProtectedTable, profiles: Profiles
) -> MapSection:
    codebook = workbench.codebook
    return MapSection(
        anchor="map",
        title=definition.say("map"),
        table=table,
        significance=definition.file.significance or 0.0,
        definitions=placement_meanings(codebook),
        coordinates=coordinates(codebook, definition, definition.labels),
        profiles=profiles,
        profiled={cycle: variables(definition, latest=cycle == codebook.cycle) for cycle in profiles},
        overlays=tuple(Overlay(o.name, o.symbol, o.text, o.meaning.text, o.where) for o in definition.file.overlays),
        names=workbench.policy.audience == OWN,
        purposes=tuple(purpose.text for purpose in definition.file.purposes),
    )


def _reading(workbench: OwnWorkbench, definition: DashboardDefinition, release: Bundle) -> PartsSection:
    parts: tuple[Part, ...] = (
        *((definition.text("how_submitted"),) if workbench.policy.audience != OWN else ()),
        definition.text("how_list"),
        definition.text("how_compared"),
        Note(definition.say("how_not"), "caution"),
        *closing_parts(release, workbench.policy)[1:],
    )
    return PartsSection("how", definition.say("how"), parts)


def _findings(codebook: Codebook, definition: DashboardDefinition, table: ProtectedTable) -> tuple[Text, ...]:
    """How many are placed, then what differs from the service over all levels, the largest difference first."""
    everyone, placed = CellRef.of(table), CellRef.of(table, placement="ANSWERED")
    if not placed.value:
        return (definition.text("nobody", people=everyone),)
    up, across = (CellRef.of(table, "share", placement=code) for code in ("READY_ADV", "READY_LAT"))
    first = definition.text("placed", placed=placed, people=everyone, up=up, across=across)
    if "rest_share" not in {figure.name for figure in table.figures}:
        return first, definition.text("no_comparator")
    found = []
    for code in table.dimensions[0].leaves:
        direction = direction_of(table, {"placement": code}, significance=definition.file.significance or 0.0)
        gap = table.cell("difference", placement=code)
        if direction in ("higher", "lower") and isinstance(gap, Shown):
            cells = {name: CellRef.of(table, figure, placement=code) for name, figure in _COMPARED.items()}
            found.append((abs(gap.value), compared(codebook.label("placement", code), direction, cells=cells)))
    found.sort(key=lambda entry: -entry[0])
    said = tuple(text for _, text in found[: _MOST_FINDINGS - 1])
    return first, *(said or (definition.text("nothing_differs"),))


_COMPARED = {"share": "share", "rest": "rest_share"}


def _cut(viewing: Viewing, question: Mapping[str, Any]) -> dict[str, Any]:
    """The map of some of the people, counted, compared and protected anew; their comparisons for the page."""
    definition = load_dashboard("talent_map")
    wanted = chosen_codes(question.get("where"), definition.file.filters)
    with open_seen(viewing) as workbench:
        group = workbench.cadre.where(**wanted)
        own = group.count(rows="placement", columns="level", share_of="placement")
        held = workbench.benchmarks
        table = benchmark.beside(own, held["placement"], "placement") if held else own
        release = workbench.protect({"cut": table})
    return {"ok": True, "cells": cells_payload(release["cut"], definition.file.significance or 0.0)}


ANSWERS: Answers = {"cut": _cut, "people": people}
