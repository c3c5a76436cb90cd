"""The people of a talent map as profiles: by everything that the map filters, marks and follows.

The browser counts from these, so that a filter answers within a frame and the page needs no kernel. They
are the organization's own records without names: whoever may open the map holds them already.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from etm_workbench.analysis.profiles import profiles
from etm_workbench.cadre import Cadre
from etm_workbench.codebook import Bilingual, Codebook
from etm_workbench.presentation.document import VARIABLE, Labels
from etm_workbench.presentation.widgets import Coordinate
from etm_workbench.presentation.words import COMMON_CODES
from etm_workbench.reporting.dashboards.definition import DashboardDefinition
from etm_workbench.reporting.dashboards.own import OwnWorkbench
from etm_workbench.sensitive import MISSING, SensitiveTable

ABSENT, UNKNOWN = "ABSENT", "UNKNOWN"
_NOT_PLACED = ("PLACED", "NO_QUESTIONNAIRE", "NOT_STARTED", "IN_PROGRESS", "NO_PLACEMENT")


def profile_tables(workbench: OwnWorkbench, definition: DashboardDefinition) -> dict[str, SensitiveTable]:
    """The profiles of each cycle held, by cycle, earliest first; earlier ones by what is followed over cycles alone."""
    held = [(cycle, workbench.earlier(cycle)) for cycle in workbench.cycles[:-1]]
    cadres = [cadre for _, cadre in held if cadre is not None] + [workbench.cadre.cadre]
    tables = {}
    for place, cadre in enumerate(cadres):
        before = cadres[place - 1] if place else None
        later = cadres[place + 1] if place + 1 < len(cadres) else None
        wanted = variables(definition, latest=later is None)
        tables[cadre.cycle] = profiles(_followed(cadre, before, later), "profiles", wanted)
    return tables


def variables(definition: DashboardDefinition, *, latest: bool = True) -> tuple[str, ...]:
    """The variables of a profile, in their order; of earlier cycles those alone that are followed over cycles."""
    if not latest:
        return ("placement", *definition.file.filters, "placement_next")
    marked = [variable for overlay in definition.file.overlays for variable in overlay.where]
    chosen = ("placement", *definition.file.filters, *marked, *definition.file.axes)
    return (*dict.fromkeys(chosen), "placement_before", "placement_next", "not_placed")


def coordinates(codebook: Codebook, definition: DashboardDefinition, labels: Labels) -> tuple[Coordinate, ...]:
    """The variables of a profile with every code they can have."""
    made = []
    for variable in variables(definition):
        codes = {code: _label(codebook, labels, variable, code) for code in _codes(codebook, variable)}
        title = labels.get(variable, {}).get(VARIABLE) or codebook.variables[variable].label
        is_axis = variable in definition.file.axes
        made.append(Coordinate(variable, title, codes, is_filter=variable in definition.file.filters, is_axis=is_axis))
    return tuple(made)


def _codes(codebook: Codebook, variable: str) -> Iterable[str]:
    if variable == "not_placed":
        return _NOT_PLACED
    if variable == "is_acting":
        return ("true", "false")
    if variable in ("placement_before", "placement_next"):
        ends = (MISSING, ABSENT) if variable == "placement_before" else (MISSING, ABSENT, UNKNOWN)
        return (*codebook.codes("placement"), *ends)
    return (*codebook.codes(variable), MISSING)


def _label(codebook: Codebook, labels: Labels, variable: str, code: str) -> Bilingual:
    known = labels.get(variable, {}).get(code)
    if known or code in COMMON_CODES:
        return known or COMMON_CODES[code]
    return codebook.label("placement" if variable == "placement_next" else variable, code)


def _followed(cadre: Cadre, before: Cadre | None, later: Cadre | None) -> Cadre:
    """The cadre with what the map makes itself: acting, why not placed, and the placements around."""
    records = cadre.records
    level, acting = records["level"], records["acting_level"]
    records = records.assign(
        is_acting=(acting.notna() & (acting != level)).to_numpy(bool),
        not_placed=_why_not_placed(records),
        placement_before=_placement_in(before, records, otherwise=ABSENT),
        placement_next=_placement_in(later, records, otherwise=ABSENT if later else UNKNOWN),
    )
    return replace(cadre, records=records)


def _placement_in(other: Cadre | None, records: pd.DataFrame, *, otherwise: str) -> pd.Series:
    """Where the same people stood in another cycle of the organization; `otherwise` for those who were not there."""
    if other is None:
        return pd.Series(otherwise, index=records.index)
    known = other.records.set_index("person_key")["placement"].fillna(MISSING)
    return records["person_key"].map(known).fillna(otherwise)


def _why_not_placed(records: pd.DataFrame) -> pd.Series:
    status = records["manager_status"]
    reasons = np.select(
        [
            records["placement"].notna().to_numpy(bool),
            ~records["has_questionnaire"].to_numpy(bool),
            (status == "COMPLETED").to_numpy(bool),
            (status == "IN_PROGRESS").to_numpy(bool),
        ],
        ["PLACED", "NO_QUESTIONNAIRE", "NO_PLACEMENT", "IN_PROGRESS"],
        default="NOT_STARTED",
    )
    return pd.Series(reasons, index=records.index)
