"""The page that explains protection says what the program does: its tables, intervals and costs are made again."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from etm_workbench.protected import Shown
from etm_workbench.protection.facts import write_facts
from etm_workbench.protection.memory import EarlierRelease, Memory
from etm_workbench.protection.policy import load_policy
from etm_workbench.protection.protect import protect_release
from etm_workbench.protection.why import whole_reason

PAGES = Path(__file__).parents[2] / "docs" / "explanation"
ORGANIZATIONS = {"A": "128", "B": "126", "C": "136"}
COLUMNS = ("READY_ADV", "WELL_PLACED", "DEVELOP", "ANSWERED")
SCOPE_OF = {"All": "TOTAL", "Ensemble": "TOTAL", **ORGANIZATIONS}


@pytest.fixture(scope="module", params=["protection.md", "protection.fr.md"])
def page(request):
    """The page's tables of numbers in order, each as rows of a name and its cells."""
    tables, rows = [], []
    for line in [*(PAGES / request.param).read_text(encoding="utf-8").splitlines(), ""]:
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if cells and cells[0] and not set(cells[0]) <= {"-"}:
            rows.append(cells)
        elif not cells and rows:
            tables.append(rows)
            rows = []
    return tables


@pytest.fixture(scope="module")
def text():
    """Both pages' words, French numbers as English ones."""
    french = (PAGES / "protection.fr.md").read_text(encoding="utf-8")
    return (PAGES / "protection.md").read_text(encoding="utf-8"), re.sub(r"(\d),(\d)", r"\1.\2", french)


@pytest.fixture(scope="module")
def policy():
    """The policy that the page names."""
    return load_policy("cluster_review")


@pytest.fixture(scope="module")
def made(page, fictional, policy):
    """The page's first table as people, its release, and what its readers then hold."""
    from etm_workbench.analysis import tabulate

    lines = [f"{ORGANIZATIONS[name]} {' '.join(cells[:3])}" for name, *cells in page[0]]
    cadre = fictional.drawn("\n".join([" ".join(COLUMNS[:3]), *lines]))
    tables = {"map": tabulate.count(cadre, "map", "organization", "placement")}
    first = protect_release(tables, policy, fictional.scope, memories=[Memory.empty()])
    earlier = EarlierRelease(1, policy.audience, frozenset([policy.audience]), write_facts(first.facts))
    held = Memory.empty([policy.audience]).with_releases([earlier], policy)
    rest = tabulate.count(cadre.where(organization=["126", "136"]), "rest", "placement")
    return tables, first.bundle, held, rest


def seen(table, **codes):
    cells = [table.cell(**codes, placement=column) for column in COLUMNS]
    return [f"{cell.value:g}" if isinstance(cell, Shown) else "x" for cell in cells]


def test_counts_of_the_first_table_add_up(page):
    for _, *cells in page[0]:
        *parts, answered = map(int, cells)
        assert answered == sum(parts)


def test_protected_table_is_the_one_that_leaves(page, made):
    assert [[name, *seen(made[1]["map"], organization=SCOPE_OF[name])] for name, *_ in page[1]] == page[1]


def test_intervals_are_those_of_the_attack(page, made, policy):
    for name, *cells in page[2]:
        for column, cell in zip(("READY_ADV", "DEVELOP"), cells, strict=True):
            why = whole_reason(made[0], made[1], policy, "map", organization=ORGANIZATIONS[name], placement=column)
            assert why.inside.interval == tuple(float(end) for end in re.findall(r"\d+", cell))


def test_intervals_are_as_wide_as_the_page_says(page, text, policy):
    ends = [[int(end) for end in re.findall(r"\d+", cell)] for _, *cells in page[2] for cell in cells]
    assert {13} == {high - low for low, high in ends}
    assert policy.classes.judgement.width == 3
    assert all("13" in words and " 3." in words for words in text)


def test_release_is_proved_best(made):
    assert ("optimal", 0.0) == (made[1].manifest.proof["status"], made[1].manifest.proof["gap"])


def test_costs_are_those_of_the_four_ways_to_cover_the_small_cell(page, text):
    (_, *a), (_, *b), (_, *c) = page[0]
    ways = sorted(
        math.log1p(int(a[column])) + math.log1p(int(other[0])) + math.log1p(int(other[column]))
        for other in (b, c)
        for column in (1, 2)
    )
    assert all(f"{cost:.2f}" in words for cost in ways[:2] for words in text)


def test_second_table_by_itself_hides_nothing(page, made, fictional, policy):
    alone = protect_release({"rest": made[3]}, policy, fictional.scope, memories=[Memory.empty()]).bundle["rest"]
    ((_, *cells),) = page[3]
    assert cells == seen(alone)


def test_second_table_beside_the_first_is_the_one_that_leaves(page, made, fictional, policy):
    beside = protect_release({"rest": made[3]}, policy, fictional.scope, memories=[made[2]]).bundle["rest"]
    ((_, *cells),) = page[4]
    assert cells == seen(beside)


def test_difference_of_the_two_tables_is_the_small_cell(page):
    assert int(page[1][3][1]) - int(page[3][0][1]) == int(page[0][0][1])
