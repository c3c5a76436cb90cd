"""Control totals: executives taken in against the published headcount of the organization and level.

The headcount counts active pay records on one day; the questionnaires may rightly differ from it. The
difference is shown, never hidden and never an error.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from etm_workbench.codebook import Codebook
from etm_workbench.codebook.headcount import published_headcount
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
    headcount = published_headcount(codebook.cycles[file.cycle].headcount_on)
    published = headcount.of(file.organization)
    known = file.organization in headcount.universe
    return tuple(
        ControlTotal(file.cycle, file.organization, level, stored[level], published.get(level, 0) if known else None)
        for level in codebook.codes("level")
    )
