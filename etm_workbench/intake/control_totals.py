"""Control totals: executives taken in against the published headcount of the organization and level.

The headcount counts active pay records on one day; the questionnaires may rightly differ from it. The
difference is shown, never hidden and never an error.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from etm_workbench import settings
from etm_workbench.codebook import Codebook
from etm_workbench.errors import BadCodebook
from etm_workbench.store import CheckedFile


@dataclass(frozen=True, slots=True)
class ControlTotal:
    """People of one level taken in for one organization and cycle, and the published headcount.

    `stored`, `published`: people; `published` is None when the publisher has no figure of that organization
    in that year (pay-system headcount on 31 March). A level not published within a published organization is 0.
    """

    cycle: str
    organization: str
    level: str
    stored: int
    published: int | None

    @property
    def difference(self) -> int | None:
        """People taken in, less the published headcount."""
        return None if self.published is None else self.stored - self.published


def control_totals(file: CheckedFile, codebook: Codebook) -> tuple[ControlTotal, ...]:
    """One control total a level of the codebook, for a checked questionnaire file."""
    stored = Counter(file.records["level"].dropna()) if "level" in file.records else Counter()
    year = codebook.cycles[file.cycle].headcount_on.year
    published = _published(settings.data_folder()).get((year, file.organization))
    return tuple(
        ControlTotal(
            file.cycle,
            file.organization,
            level,
            stored[level],
            None if published is None else published.get(level, 0),
        )
        for level in codebook.codes("level")
    )


@cache
def _published(folder: Path) -> Mapping[tuple[int, str], Mapping[str, int]]:
    path = folder / "reference" / "ex_headcount.csv"
    totals: dict[tuple[int, str], dict[str, int]] = {}
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                of_organization = totals.setdefault((int(row["year"]), row["org_id"]), {})
                of_organization[row["level"]] = of_organization.get(row["level"], 0) + int(row["headcount"])
    except (OSError, KeyError, ValueError) as problem:
        raise BadCodebook(
            "The reference file 'ex_headcount.csv' is missing or damaged.",
            expected="Columns year, org_id, level, headcount.",
            remedy="Restore it in data/reference.",
        ) from problem
    return totals
