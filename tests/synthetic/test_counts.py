"""Counts by organization and level are the published ones."""

from __future__ import annotations

import csv
from collections import Counter

import pytest

from etm_workbench import settings
from etm_workbench.errors import BadInput
from etm_workbench.synthetic import make_service

YEARS = {"2023-24": "2023", "2024-25": "2024", "2025-26": "2025"}


def published(year):
    with (settings.data_folder() / "reference" / "ex_headcount.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["year"] == year]
    return {(row["org_id"], row["level"]): int(row["headcount"]) for row in rows}


# 330, 334 and 342 cells are published for the three years.
@pytest.mark.parametrize(("cycle", "cells"), [("2023-24", 330), ("2024-25", 334), ("2025-26", 342)])
def test_every_cell_is_the_published_one(full, cycle, cells):
    expected = published(YEARS[cycle])
    assert (cells, expected) == (len(full.counts(cycle)), full.counts(cycle))


@pytest.mark.parametrize("cycle", YEARS)
def test_chosen_organizations_have_their_published_counts(small, cycle):
    expected = {
        cell: count for cell, count in published(YEARS[cycle]).items() if cell[0] in {"122", "141", "250", "561"}
    }
    assert expected == small.counts(cycle)


@pytest.mark.parametrize("seed", range(5))
def test_counts_do_not_depend_on_the_seed(seed):
    service = make_service(("2023-24", "2025-26"), seed=seed, organizations=("126", "130", "561"))
    expected = {cell: n for cell, n in published("2025").items() if cell[0] in {"126", "130", "561"}}
    assert expected == service.counts("2025-26")


@pytest.mark.parametrize("cycle", YEARS)
def test_nobody_is_in_a_cycle_twice(full, cycle):
    accounts = Counter(full.records[cycle]["person_id"])
    assert {1} == set(accounts.values())


def test_an_organization_without_headcount_is_refused():
    with pytest.raises(BadInput, match="Organization '198' has no published headcount"):
        make_service(("2025-26",), seed=1, organizations=("198",))


def test_no_cycle_is_refused():
    with pytest.raises(BadInput, match="at least one cycle"):
        make_service((), seed=1)
