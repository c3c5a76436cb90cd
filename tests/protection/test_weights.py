"""A policy's weights at work in releases: totals are spared, and last cycle's pattern stays where it can."""

from __future__ import annotations

from itertools import pairwise

import pytest

from etm_workbench.protected import Withheld
from etm_workbench.protection.facts import write_facts
from etm_workbench.protection.memory import EarlierRelease, Memory
from etm_workbench.protection.protect import protect, protect_release
from etm_workbench.protection.scope import ReleaseScope

PLACEMENTS = ("READY_ADV", "WELL_PLACED", "DEVELOP")
ORGANIZATIONS = ("128", "126", "136")
BEFORE, NOW = "2024-25", "2025-26"


@pytest.fixture
def weighted(small_policy):
    """The small policy with other weights."""

    def made(**weights):
        return small_policy.model_copy(update={"suppression": small_policy.suppression.model_copy(update=weights)})

    return made


# Two totals would do, or else five cells of the organizations, since zeros are shown.
FEW_WAYS = """
       READY_ADV WELL_PLACED DEVELOP
128    3         20          0
126    0         50          60
136    40        0           60
"""
DRAWN = {
    1.0: """
x x 0
0 50 60
40 0 60
x x 120
""",
    4.0: """
x x 0
0 x x
x 0 x
43 70 120
""",
}


@pytest.mark.parametrize("margin_weight", DRAWN)
def test_totals_are_spared_as_the_policy_says(fictional, count, weighted, margin_weight):
    table = count(fictional.drawn(FEW_WAYS), "t", "organization", "placement")
    left = protect({"t": table}, weighted(margin_weight=margin_weight), fictional.scope)["t"]
    expected = DRAWN[margin_weight].strip()
    assert expected == fictional.picture(left, (*ORGANIZATIONS, "TOTAL"), PLACEMENTS)


@pytest.fixture
def cycle_of(fictional):
    """People of three organizations in a cycle; each organization's are the same from cycle to cycle."""

    def made(cycle, counts):
        people = [
            {"person_key": f"{organization}-{number:03d}", "organization": organization, "placement": placement}
            for organization, row in zip(ORGANIZATIONS, counts, strict=True)
            for number, placement in enumerate(p for p, n in zip(PLACEMENTS, row, strict=True) for _ in range(n))
        ]
        return fictional.cadre_of(people, cycle=cycle)

    return made


def hidden(table) -> set[tuple[str, ...]]:
    return {key for key, cell in table.rows() if isinstance(cell, Withheld)}


# Last cycle three cells of 15 were the cheapest beside the small one; in this cycle every square loses the same.
LAST = {
    "126 and well placed": ([3, 15, 20], [15, 15, 20], [20, 20, 20]),
    "126 and develop": ([3, 20, 15], [15, 20, 15], [20, 20, 20]),
    "136 and well placed": ([3, 15, 20], [20, 20, 20], [15, 15, 20]),
    "136 and develop": ([3, 20, 15], [20, 20, 20], [15, 20, 15]),
}
ALIKE = ([3, 20, 20], [20, 20, 20], [20, 20, 20])


@pytest.fixture
def followed(cycle_of, count, weighted):
    """What the table of last cycle hid, and what this cycle's hides after it."""

    def made(last, now=ALIKE, **weights):
        policy, memory, patterns = weighted(**weights), Memory.empty(("service",)), []
        for number, (cycle, counts) in enumerate(((BEFORE, last), (NOW, now)), 1):
            tables = {"t": count(cycle_of(cycle, counts), "t", "organization", "placement")}
            release = protect_release(tables, policy, ReleaseScope((cycle,), (), "one"), memories=(memory,))
            patterns.append(hidden(release.bundle["t"]))
            facts = write_facts(release.facts)
            earlier = EarlierRelease(number, "service", frozenset({"service"}), facts)
            memory = memory.with_releases([earlier], policy)
        return patterns

    return made


@pytest.mark.parametrize("name", LAST)
def test_pattern_of_last_cycle_stays_where_it_loses_no_more(followed, name):
    before, now = followed(LAST[name], stability=0.1)
    assert before == now


def test_without_stability_every_last_cycle_leads_to_one_pattern(followed):
    patterns = [followed(last, stability=0.0)[1] for last in LAST.values()]
    assert all(one == other for one, other in pairwise(patterns))


def test_pattern_moves_where_it_would_lose_much_more(followed):
    before, now = followed(LAST["126 and develop"], ([3, 20, 20], [900, 20, 900], [20, 20, 20]), stability=0.1)
    assert {"136"} == {key[0] for key in now} - {"128"}
    assert {"126"} == {key[0] for key in before} - {"128"}
