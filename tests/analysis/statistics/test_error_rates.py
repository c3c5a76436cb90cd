"""What a page promises: no marks from chance alone, and the power that was calculated.

Services are simulated with the real sizes of 2025. Nothing differs between organizations but by chance, or one
difference of known size is planted.
"""

from __future__ import annotations

import csv
from math import sqrt
from pathlib import Path

import numpy as np
import pytest

import etm_workbench.analysis.statistics as st

HEADCOUNT = Path(__file__).parents[3] / "data" / "reference" / "ex_headcount.csv"
LEVELS = ("EX-01", "EX-02", "EX-03", "EX-04", "EX-05")
SHARES = np.array([0.12, 0.10, 0.45, 0.18, 0.05, 0.10])
PLANTED = [(12, 0.60), (40, 0.40), (110, 0.26), (252, 0.20)]  # executives, and their true share where all have 0.12
STANDARD_ERRORS = 3.5
HOLM = st.Rule()


def sizes_by_level() -> np.ndarray:
    rows = [row for row in csv.DictReader(HEADCOUNT.read_text("utf-8").splitlines()) if row["year"] == "2025"]
    organizations = sorted({row["org_id"] for row in rows})
    sizes = np.zeros((len(organizations), len(LEVELS)), dtype=int)
    for row in rows:
        sizes[organizations.index(row["org_id"]), LEVELS.index(row["level"])] += int(row["headcount"])
    return sizes


SIZES = sizes_by_level()


def page_of(placed: np.ndarray, people: np.ndarray, rule: st.Rule = HOLM) -> st.Page:
    """Every organization (first axis) against all the others."""
    people = np.broadcast_to(people[..., None], placed.shape)
    rest, rest_people = placed.sum(axis=0) - placed, people.sum(axis=0) - people
    return st.compare_many(placed.ravel(), people.ravel(), rest.ravel(), rest_people.ravel(), rule=rule)


def null_marks(services: int, sizes: np.ndarray, seed: int) -> tuple[int, int, int]:
    """Pages with any mark; packs of one organization with any mark; packs."""
    rng = np.random.default_rng(seed)
    marked_pages = marked_packs = packs = 0
    for _ in range(services):
        page = page_of(rng.multinomial(sizes, SHARES), sizes)
        marked_pages += bool(page.family.marked.any())
        for pack in page.p_value.reshape(len(sizes), -1):
            marked_packs += bool(st.family(pack, alpha=0.05).marked.any())
            packs += 1
    return marked_pages, marked_packs, packs


def simulated_power(people: int, share: float, services: int, seed: int) -> tuple[float, float]:
    """How often the planted difference is marked as higher, with Bonferroni and with Holm."""
    rng, totals = np.random.default_rng(seed), SIZES.sum(axis=1)
    where = int(np.flatnonzero(totals == people)[0])
    planted = SHARES * (1 - share) / (1 - SHARES[0])
    planted[0] = share
    found = np.zeros(2)
    for _ in range(services):
        placed = rng.multinomial(totals, SHARES)
        placed[where] = rng.multinomial(people, planted)
        for position, control in enumerate(("bonferroni", "holm")):
            page = page_of(placed, totals, st.Rule(control=control))
            found[position] += st.judge(page)[where * SHARES.size].direction == "higher"
    return tuple(found / services)


def calculated_power(people: int, share: float) -> float:
    comparisons = SHARES.size * len(SIZES)
    rest = int(SIZES.sum()) - people
    return st.power_of_part(share, SHARES[0], part_people=people, rest_people=rest, alpha=0.05 / comparisons)


def test_chance_alone_marks_no_more_than_one_page_in_twenty() -> None:
    pages, packs, of = null_marks(40, SIZES.sum(axis=1), seed=7)
    assert pages <= 2
    assert packs <= 0.05 * of


def test_power_is_what_was_calculated() -> None:
    expected = calculated_power(40, 0.40)
    simulated, _ = simulated_power(40, 0.40, services=80, seed=11)
    assert abs(simulated - expected) <= STANDARD_ERRORS * sqrt(expected * (1 - expected) / 80)


@pytest.mark.long
def test_chance_alone_marks_no_more_than_one_pack_in_twenty_over_a_thousand_services() -> None:
    for name, sizes, seed in (("organization × placement", SIZES.sum(axis=1), 1), ("… × level", SIZES, 2)):
        pages, packs, of = null_marks(1_000, sizes, seed)
        counts = f"{pages} of 1,000 service pages and {packs:,} of {of:,} organization packs"
        print(f"\n{name}: {counts} show any mark")  # noqa: T201  the proof's counts
        assert pages <= 50
        assert packs <= 0.05 * of


@pytest.mark.long
@pytest.mark.parametrize(("people", "share"), PLANTED)
def test_power_is_what_was_calculated_over_a_thousand_services(people: int, share: float) -> None:
    expected = calculated_power(people, share)
    simulated, with_holm = simulated_power(people, share, services=1_000, seed=people)
    error = sqrt(expected * (1 - expected) / 1_000)
    print(  # noqa: T201  the proof's counts
        f"\n{people} executives, {share:.0%} against {SHARES[0]:.0%}: power calculated {expected:.3f}, simulated "
        f"{simulated:.3f} (standard error {error:.3f}), with Holm {with_holm:.3f}"
    )
    assert abs(simulated - expected) <= STANDARD_ERRORS * error
    assert with_holm >= simulated
