"""A fictional page with real sizes: executives of 2025 by organization and level, placements drawn at random.

Sizes are published (`data/reference/ex_headcount.md`). Placements are drawn from one set of shares for the whole
service, so that nothing but chance makes organizations differ unless a difference is planted.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HEADCOUNT = Path(__file__).parent.parent / "data" / "reference" / "ex_headcount.csv"
LEVELS = ("EX-01", "EX-02", "EX-03", "EX-04", "EX-05")
SHARES = (0.12, 0.10, 0.45, 0.18, 0.05, 0.10)
"""Of six placements; invented, no such shares are published."""


@dataclass(frozen=True, slots=True)
class Counts:
    """One comparison an entry: people of a kind and all people, in a part and in the rest of the service."""

    successes: NDArray[np.int64]
    totals: NDArray[np.int64]
    rest_successes: NDArray[np.int64]
    rest_totals: NDArray[np.int64]

    def __iter__(self):
        return iter((self.successes, self.totals, self.rest_successes, self.rest_totals))


def sizes_by_level(year: int = 2025) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Organizations, and their executives by level, organizations × levels."""
    rows = [row for row in csv.DictReader(HEADCOUNT.read_text("utf-8").splitlines()) if row["year"] == str(year)]
    organizations = tuple(sorted({row["org_id"] for row in rows}))
    sizes = np.zeros((len(organizations), len(LEVELS)), dtype=np.int64)
    for row in rows:
        sizes[organizations.index(row["org_id"]), LEVELS.index(row["level"])] += int(row["headcount"])
    return organizations, sizes


def draw_page(sizes: NDArray[np.int64], rng: np.random.Generator, shares: tuple[float, ...] = SHARES) -> Counts:
    """Every organization, level and placement against the same level in the rest of the service."""
    placed = rng.multinomial(sizes, shares)
    return against_rest(placed, np.broadcast_to(sizes[..., None], placed.shape))


def against_rest(placed: NDArray[np.int64], people: NDArray[np.int64]) -> Counts:
    """Organizations by row against all the others, whatever comes after the first axis."""
    rest, rest_people = placed.sum(axis=0) - placed, people.sum(axis=0) - people
    return Counts(*(np.ascontiguousarray(part).ravel() for part in (placed, people, rest, rest_people)))
