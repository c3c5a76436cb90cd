"""The published headcount, by which everything else is checked."""

from __future__ import annotations

from datetime import date

import pytest

from etm_workbench.codebook import published_headcount
from etm_workbench.errors import BadCodebook, BadInput


# Totals of GC InfoBase open data (TBS-EACPD/infobase@fa1309d, data/org_employee_ex_lvl.csv), all universes.
@pytest.mark.parametrize(("year", "total"), [(2010, 6771), (2023, 9069), (2024, 9155), (2025, 9340)])
def test_the_total_of_a_year(year, total):
    assert total == published_headcount(date(year, 3, 31)).total


# Published levels of the largest organization, same source.
def test_the_levels_of_an_organization():
    expected = {"EX-01": 471, "EX-02": 180, "EX-03": 137, "EX-04": 23, "EX-05": 8}
    assert expected == published_headcount(date(2025, 3, 31)).of("128")


def test_the_core_public_administration_is_apart_from_separate_agencies():
    headcount = published_headcount(date(2025, 3, 31))
    core = sum(people for (name, _), people in headcount.people.items() if headcount.universe[name] == "CPA")
    assert (7555, 1785) == (core, headcount.total - core)


@pytest.mark.parametrize("on", [date(2009, 3, 31), date(2026, 3, 31), date(2025, 12, 31)])
def test_a_day_without_headcount_is_refused(on):
    with pytest.raises(BadInput, match="no published headcount"):
        published_headcount(on)


def test_a_lost_column_is_named(data):
    path = data / "reference" / "ex_headcount.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("universe", "univers", 1), encoding="utf-8")
    with pytest.raises(BadCodebook, match="no column universe"):
        published_headcount(date(2025, 3, 31), folder=data)
