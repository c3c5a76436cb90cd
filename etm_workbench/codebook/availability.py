"""Workforce availability of the employment-equity groups: what representation is held against.

Availability is an external figure, of another date and universe than the questionnaires; both are kept
beside the number, because a gap without them cannot be read.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from etm_workbench import settings
from etm_workbench.errors import BadCodebook

EXECUTIVES = "CPA executives"


@dataclass(frozen=True, slots=True)
class Availability:
    """The share of a group in the workforce that executives are drawn from, 0 to 1, with its date and source."""

    group: str
    share: float
    as_of: date
    source: str


def workforce_availability(*, folder: Path | None = None) -> Mapping[str, Availability]:
    """The latest published availability for executives, by code of `equity_group`.

    Parameters
    ----------
    folder : Path, optional
        A data folder; the workbench's own when not given.

    Returns
    -------
    mapping of str to Availability
        Groups of which a figure for executives of the core public administration was published; empty
        when there is none.

    Raises
    ------
    BadCodebook
        The file `data/reference/ee_representation.csv` is missing or cannot be read.
    """
    return _read((folder or settings.data_folder()) / "reference" / "ee_representation.csv")


@cache
def _read(path: Path) -> Mapping[str, Availability]:
    found: dict[str, Availability] = {}
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                if row["population"] != EXECUTIVES or not row["availability_percent"]:
                    continue
                share = float(row["availability_percent"]) / 100
                one = Availability(row["equity_group"], share, date.fromisoformat(row["as_of"]), row["source"])
                if one.group not in found or found[one.group].as_of < one.as_of:
                    found[one.group] = one
    except FileNotFoundError as problem:
        raise BadCodebook(f"The reference file '{path.name}' is missing.", remedy="Restore it.") from problem
    except (KeyError, ValueError) as problem:
        raise BadCodebook(
            f"The reference file '{path.name}' cannot be read.",
            expected="Dates as 2016-03-31 and percentages as 47.8.",
            remedy="Its keeper mends the file.",
        ) from problem
    return found
