"""The released numbers of the whole service that dashboards read: built ahead, never while somebody waits.

Protecting tables of ninety organizations together takes longer than a reader does. So OCHRO builds them
by command, once a cycle; the service's dashboard and the funnels of each organization's read the bundle.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from etm_workbench import settings
from etm_workbench.analysis.availability import with_availability
from etm_workbench.analysis.limits import with_limits
from etm_workbench.analysis.measures import with_shares
from etm_workbench.analysis.merged import count_by_organization
from etm_workbench.bundle import Bundle
from etm_workbench.codebook.availability import workforce_availability
from etm_workbench.errors import BadDefinition, BadInput
from etm_workbench.reporting.session import Workbench
from etm_workbench.sensitive import SensitiveTable

AUDIENCE = "service"
YEARS = 10  # of published headcounts, the cycle's own last


class Measured(BaseModel):
    """An answer that organizations are held beside one another by: its table, variable and code."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    table: str
    variable: str
    code: str


class Measures(BaseModel):
    """The content of `dashboards/measured.toml`: people an organization needs for a row of its own, and the answers."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    smallest: int = Field(ge=1)
    measured: tuple[Measured, ...]


@cache
def measures() -> Measures:
    """What organizations are held beside one another by, in the order in which the dashboards offer it.

    Raises
    ------
    BadDefinition
        The file is missing or wrong.
    """
    path = settings.project_folder("dashboards") / "measured.toml"
    try:
        return Measures.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as problem:
        raise BadDefinition(
            f"'{path.name}' cannot be read: {type(problem).__name__}.",
            expected="The smallest organization, and the tables with their variable and code.",
            remedy="Its owner mends the file.",
        ) from problem


# Name of each table over cycles, and its variable.
OVER_CYCLES = {
    "sex": "sex",
    "official_language": "first_official_language",
    "placement": "placement",
    "language": "language_state",
    "retirement": "retirement_horizon",
    "age": "age_band",
}


def service_tables(workbench: Workbench) -> Mapping[str, SensitiveTable]:
    """The tables of the release, over the whole service of the session's cycle and those before it.

    Parameters
    ----------
    workbench : Workbench
        For the audience `service`, on the whole service.

    Returns
    -------
    mapping of str to SensitiveTable
        `clusters`, one for each of `measures` and of `OVER_CYCLES`, `availability`, `completion`,
        `learning`, `published`, and where two cycles are held `departures`.
    """
    people, year = workbench.cadre, workbench.headcount_year
    tables = {
        one.table: with_limits(with_shares(_by_organization(workbench, one), one.variable), one.variable)
        for one in measures().measured
    }
    tables |= {
        name: workbench.over_cycles.count(rows="cycle", columns=variable, share_of=variable)
        for name, variable in OVER_CYCLES.items()
    }
    women = {"F": workforce_availability()["WOMEN"].share}
    tables |= {
        "clusters": people.count(rows="organization", columns="completion", share_of="completion", clusters=True),
        "completion": people.count(rows="level", columns="completion", share_of="completion"),
        "availability": with_availability(people.count(rows="level", columns="sex", share_of="sex"), "sex", women),
        "learning": people.count(rows="learning_needs", share_of="learning_needs"),
        "published": workbench.published(range(year - YEARS + 1, year + 1)),
    }
    if len(workbench.cycles) > 1:
        tables["departures"] = workbench.departures()
    return tables


def keep_service(bundle: Bundle, out: Path | None = None) -> Path:
    """Writes a release where dashboards look for it, and at `out` when given; returns where it lies.

    Raises
    ------
    BadInput
        It is not a release of the service dashboards' tables of one cycle.
    """
    manifest = bundle.manifest
    if manifest.audience != AUDIENCE or not _measured_tables() <= set(bundle):
        raise BadInput(
            "This is not a release of the service dashboard.",
            expected=f"A bundle for the audience '{AUDIENCE}' with {', '.join(sorted(_measured_tables()))}.",
            remedy="Ask OCHRO for the file that `etm dashboards build` made.",
        )
    kept = bundle.write(_place(max(manifest.cycles)))
    return bundle.write(out) if out else kept


def service_release(cycle: str) -> Bundle | None:
    """The release of a cycle; None when none was built or imported."""
    place = _place(cycle)
    return Bundle.read(place) if place.is_file() else None


def _by_organization(workbench: Workbench, one: Measured) -> SensitiveTable:
    return count_by_organization(workbench.cadre.cadre, one.table, one.variable, smallest=measures().smallest)


def _measured_tables() -> set[str]:
    return {one.table for one in measures().measured}


def _place(cycle: str) -> Path:
    return settings.user_folder() / "dashboards" / f"service_{cycle}.json"
