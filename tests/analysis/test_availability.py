"""Representation against workforce availability, as figures of a table."""

from __future__ import annotations

from math import isnan

import pytest

from etm_workbench.analysis.availability import with_availability
from etm_workbench.analysis.measures import with_shares
from etm_workbench.analysis.tabulate import count
from etm_workbench.codebook.availability import workforce_availability
from etm_workbench.errors import BadInput

PEOPLE = [(f"p{i}", "128", "EX-01", None, None, "F" if i < 2 else "M") for i in range(45)]


@pytest.fixture
def figures(build_cadre):
    """The figures of women at all levels, by name, for an availability by code of sex."""

    def of(**availability: float) -> dict[str, float]:
        table = with_shares(count(build_cadre(PEOPLE), "table", "level", "sex"), "sex")
        made = with_availability(table, "sex", availability)
        cell = made.cells.index(("TOTAL", "F"))
        return {figure.name: float(figure.values[cell]) for figure in made.figures}

    return of


def test_the_gap_is_said_in_people_and_in_points(figures) -> None:
    found = figures(F=0.09)
    assert (round(0.09 * 45, 6), round(2 - 0.09 * 45, 6), round(2 / 45 - 0.09, 6)) == (
        round(found["expected_people"], 6),
        round(found["gap_people"], 6),
        round(found["difference"], 6),
    )


def test_the_interval_is_clopper_and_pearsons_less_the_availability(figures) -> None:
    # 2 of 45: 0.0054 to 0.1515, R's binom.test(2, 45)$conf.int
    found = figures(F=0.09)
    assert (0.0054, 0.1515) == (round(found["low"] + 0.09, 4), round(found["high"] + 0.09, 4))


def test_p_values_are_adjusted_over_every_gap_of_the_table(figures) -> None:
    # Two gaps stand in the table, EX-01 and all levels, of the same people: Holm doubles p = 0.433.
    assert round(2 * 0.43254, 4) == round(figures(F=0.09)["p_adjusted"], 4)


def test_a_group_without_availability_has_no_gap(figures) -> None:
    assert isnan(figures(M=0.5)["difference"])


def test_an_availability_beyond_one_is_refused(figures) -> None:
    with pytest.raises(BadInput):
        figures(F=47.8)


def test_the_latest_figure_for_executives_is_taken() -> None:
    women = workforce_availability()["WOMEN"]
    assert (0.478, "2016-03-31") == (women.share, women.as_of.isoformat())


def test_every_designated_group_has_an_availability() -> None:
    assert {"WOMEN", "INDIGENOUS", "DISABILITY", "MINORITY"} == set(workforce_availability())
