"""Whether a table would be mostly withheld, guessed from published headcounts before any data is opened.

Executives are spread over organizations and levels as published, and evenly over every other variable:
the guess is too kind where answers bunch, but it tells a table of tens from a table of ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import prod

from etm_workbench.codebook import Bilingual, Codebook
from etm_workbench.codebook.headcount import published_headcount
from etm_workbench.protection.policy import load_policy
from etm_workbench.reporting.adhoc.cells import known_codes
from etm_workbench.reporting.adhoc.definition import AdhocFile
from etm_workbench.reporting.problems import problem
from etm_workbench.sensitive import SENSITIVITIES

WARN_ABOVE = 0.5  # of the cells; beyond it a reader sees more signs than numbers


@dataclass(frozen=True, slots=True)
class Fineness:
    """What published headcounts let one expect of a table.

    `thin`: proportion of its `cells`, 0 to 1, that would hold fewer than `threshold` people. `widest`: its
    variable with the most categories.
    """

    thin: float
    cells: int
    threshold: int
    widest: str

    @property
    def is_too_fine(self) -> bool:
        """Whether a reader would see more signs than numbers."""
        return self.thin > WARN_ABOVE


def too_fine(asked: AdhocFile, codebook: Codebook) -> Iterator[Bilingual]:
    """A warning when most cells would probably hold fewer people than the audience's policy shows."""
    guess = fineness(asked, codebook)
    if guess is not None and guess.is_too_fine:
        yield problem(
            f"About {guess.thin:.0%} of the table's {guess.cells} cells would probably hold fewer than "
            f"{guess.threshold} people, judged by published headcounts, and be withheld. "
            f"Leave '{guess.widest}' out, or ask for a larger group.",
            f"Environ {guess.thin * 100:.0f} % des {guess.cells} cellules du tableau compteraient probablement moins "
            f"de {guess.threshold} personnes, selon les effectifs publiés, et seraient retenues. "
            f"Enlevez « {guess.widest} », ou visez un groupe plus grand.",
        )


def fineness(asked: AdhocFile, codebook: Codebook) -> Fineness | None:
    """How fine a table would be, guessed without data; None where the audience's policy shows every count."""
    rules = load_policy(asked.audience).classes
    named = (*asked.variables, *asked.population)
    found = {codebook.variables[variable].sensitivity for variable in named}
    kind = max((kind for kind in SENSITIVITIES if kind in found), key=SENSITIVITIES.index)
    threshold = rules.of(kind).threshold
    sizes = list(_expected(asked, codebook))
    if threshold <= 1 or not sizes:
        return None
    thin = sum(size < threshold for size in sizes) / len(sizes)
    widest = max(asked.variables, key=lambda variable: len(known_codes(variable, codebook)))
    return Fineness(thin, len(sizes), threshold, widest)


def _expected(asked: AdhocFile, codebook: Codebook) -> Iterator[float]:
    """People that each cell would hold, margins apart."""
    people = published_headcount(codebook.cycles[codebook.cycle].headcount_on).people
    levels = asked.population.get("level") or codebook.codes("level")
    inside = [o for o in codebook.organizations.values() if _in_scope(asked, o.identifier, o.cluster)]
    others = [v for v in asked.variables if v not in ("organization", "level")]
    even = prod(1 / len(known_codes(v, codebook)) for v in others)
    kept = prod(
        len(codes) / len(known_codes(variable, codebook))
        for variable, codes in asked.population.items()
        if variable not in ("level", "organization", *others)
    )
    by_organization = (
        [[o.identifier] for o in inside] if "organization" in asked.variables else [[o.identifier for o in inside]]
    )
    by_level = [[level] for level in levels] if "level" in asked.variables else [list(levels)]
    copies = round(1 / even)
    for organizations, chosen in product(by_organization, by_level):
        size = sum(people.get((o, level), 0) for o in organizations for level in chosen)
        if size:
            yield from [size * even * kept] * copies


def _in_scope(asked: AdhocFile, organization: str, cluster: str) -> bool:
    if asked.organization:
        return organization == asked.organization
    if asked.cluster and cluster != asked.cluster:
        return False
    return organization in asked.population.get("organization", (organization,))
