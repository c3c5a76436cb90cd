"""Service benchmarks: the comparators that organizations may hold, released once for every delegate.

Where the store holds the whole service they are released from it, and come back the same when asked
again. A delegate's own machine holds one organization only, and reads the bundle that OCHRO released and
`etm benchmarks import` put beside the store.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from etm_workbench import settings
from etm_workbench.bundle import Bundle
from etm_workbench.errors import BadInput
from etm_workbench.protection.policy import load_policy
from etm_workbench.reporting.cadre_view import CadreView
from etm_workbench.sensitive import SensitiveTable

AUDIENCE = "service"
GIVEN = "ETM_BENCHMARKS"  # where whoever makes many reports has put the benchmarks that all of them compare with
# Name of each table, the variable whose categories are compared, and what it is compared within.
COMPARED: dict[str, tuple[str, str | None]] = {
    "placement": ("placement", "level"),
    "sex": ("sex", "level"),
    "first_official_language": ("first_official_language", "level"),
    "language_state": ("language_state", "level"),
    "retirement_horizon": ("retirement_horizon", "level"),
    "aspiration": ("aspiration", "level"),
    "learning_needs": ("learning_needs", None),
}


def benchmark_tables(service: CadreView) -> Mapping[str, SensitiveTable]:
    """The tables of the benchmarks, over the whole service in one cycle."""
    return {
        name: service.count(rows=variable, columns=by or (), share_of=variable)
        for name, (variable, by) in COMPARED.items()
    }


def import_benchmarks(path: Path) -> Path:
    """Puts a released bundle of benchmarks beside the user's store.

    Returns
    -------
    Path
        Where it lies now; an earlier one of the same cycle is replaced.

    Raises
    ------
    BadInput
        The file is not a bundle, was changed after its release, or holds no benchmarks of one cycle.
    """
    bundle = Bundle.read(path)
    manifest = bundle.manifest
    if manifest.audience != AUDIENCE or len(manifest.cycles) != 1 or not set(COMPARED) <= set(bundle):
        raise BadInput(
            f"'{path.name}' is not a bundle of service benchmarks.",
            expected=f"A release for the audience '{AUDIENCE}', of one cycle, with {', '.join(COMPARED)}.",
            remedy="Ask OCHRO for the file that `etm benchmarks build` made.",
        )
    return bundle.write(_place(manifest.cycles[0]))


def imported_benchmarks(cycle: str) -> Bundle | None:
    """The benchmarks of a cycle that were imported; None when there are none."""
    place = _place(cycle)
    return Bundle.read(place) if place.is_file() else None


def given_benchmarks(cycle: str, data_version: str, *, place: Path | None = None) -> Bundle | None:
    """The benchmarks that were released once for many reports; None when these records have none.

    Parameters
    ----------
    cycle : str
        Written `2025-26`.
    data_version : str
        Of the whole service's records: benchmarks of other records, or under another policy, do not count.
    place : Path, optional
        Their file; where the run that this report is of has put them, when not given.
    """
    place = place or Path(os.environ.get(GIVEN) or "-")
    if not place.is_file():
        return None
    bundle = Bundle.read(place)
    manifest = bundle.manifest
    found = (manifest.audience, manifest.cycles, manifest.data_version, manifest.policy_hash)
    return bundle if found == (AUDIENCE, (cycle,), data_version, load_policy(AUDIENCE).content_hash) else None


def _place(cycle: str) -> Path:
    return settings.user_folder() / "benchmarks" / f"{cycle}.json"
