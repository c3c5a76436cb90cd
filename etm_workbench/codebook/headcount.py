"""The published headcount of executives by organization and level: what results are held against."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from etm_workbench import settings
from etm_workbench.errors import BadCodebook, BadInput


@dataclass(frozen=True, slots=True, repr=False)
class Headcount:
    """Executives on one date by organization and level.

    `people`: (organization identifier, level) to people; a pair that is not there is zero.
    `universe`: organization identifier to `CPA` or `SA`. Counts are active pay records, the pay-system
    universe, never to be mixed with the employment-equity universe.
    """

    on: date
    people: Mapping[tuple[str, str], int]
    universe: Mapping[str, str]

    def of(self, organization: str) -> dict[str, int]:
        """People by level in one organization; empty when it has no executive."""
        return {level: people for (identifier, level), people in self.people.items() if identifier == organization}

    @property
    def total(self) -> int:
        """People in all organizations and levels."""
        return sum(self.people.values())

    def __repr__(self) -> str:
        return f"<Headcount on {self.on}: {self.total} people in {len(self.universe)} organizations>"


def published_headcount(on: date, *, folder: Path | None = None) -> Headcount:
    """The published headcount of 31 March of a year.

    Parameters
    ----------
    on : date
        A cycle's `headcount_on`.
    folder : Path, optional
        A data folder; the workbench's own when not given.

    Returns
    -------
    Headcount
        People by organization and level, core public administration and separate agencies.

    Raises
    ------
    BadInput
        No headcount is published for this date.
    BadCodebook
        The file is missing or a column is.

    Notes
    -----
    Source: GC InfoBase open data (Treasury Board Secretariat, OCHRO); see data/reference/ex_headcount.md.
    """
    rows = [row for row in _read(folder or settings.data_folder()) if row["year"] == str(on.year)]
    if not rows or (on.month, on.day) != (3, 31):
        raise BadInput(
            f"There is no published headcount on {on}.",
            expected="Headcounts are of 31 March, 2010 to 2025.",
            remedy="Correct the cycle's headcount_on.",
        )
    return Headcount(
        on=on,
        people={(row["org_id"], row["level"]): int(row["headcount"]) for row in rows},
        universe={row["org_id"]: row["universe"] for row in rows},
    )


@cache
def _read(folder: Path) -> tuple[dict[str, str], ...]:
    path = folder / "reference" / "ex_headcount.csv"
    if not path.is_file():
        raise BadCodebook(f"The reference file '{path.name}' is missing.", remedy="Restore it in data/reference.")
    with path.open(encoding="utf-8", newline="") as stream:
        rows = tuple(csv.DictReader(stream))
    needed = {"year", "org_id", "level", "headcount", "universe"}
    if missing := needed - set(rows[0] if rows else ()):
        raise BadCodebook(f"{path.name} has no column {', '.join(sorted(missing))}.", remedy="Restore the columns.")
    return rows
