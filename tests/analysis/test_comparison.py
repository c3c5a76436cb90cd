"""A part of the service beside the rest of it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from etm_workbench.analysis.comparison import compare
from etm_workbench.errors import BadInput


def figure(table, name, *key) -> float:
    found = next(f for f in table.figures if f.name == name)
    return float(found.values[table.cells.index(key)])


@pytest.fixture
def table(cadre):
    return compare(cadre, "t", "placement", part=["128"])


def test_the_part_is_held_against_the_rest_not_the_whole(table) -> None:
    assert (2 / 3, 0.0) == (
        figure(table, "share", "PART", "READY_ADV"),
        figure(table, "rest_share", "PART", "READY_ADV"),
    )


def test_the_difference_is_of_the_two_shares(table) -> None:
    assert 2 / 3 == pytest.approx(figure(table, "difference", "PART", "READY_ADV"))


def test_p_values_are_fishers_adjusted_by_holm_over_the_table(table) -> None:
    # READY_ADV 2 of 3 against 0 of 1, WELL_PLACED 1 of 3 against 0 of 1, DEVELOP 0 of 3 against 1 of 1, and three
    # categories that nobody has: six tests in the family.
    raw = stats.fisher_exact([[0, 3], [1, 0]])[1]
    assert min(1.0, 6 * raw) == pytest.approx(figure(table, "p_adjusted", "PART", "DEVELOP"))


def test_figures_of_a_comparison_depend_on_all_four_counts(table) -> None:
    cells = table.cells
    depends = table.figures[1].depends[cells.index(("PART", "READY_ADV"))]
    expected = {("PART", "READY_ADV"), ("PART", "ANSWERED"), ("REST", "READY_ADV"), ("REST", "ANSWERED")}
    assert expected == {cells[i] for i in depends}


def test_the_rest_itself_is_not_tested(table) -> None:
    assert np.isnan(figure(table, "p_adjusted", "REST", "READY_ADV"))


def test_the_whole_service_has_nothing_to_be_compared_with(cadre) -> None:
    with pytest.raises(BadInput, match="one of the two is empty"):
        compare(cadre, "t", "placement", part=["128", "126"])


def test_a_part_of_which_nobody_answered_has_no_tests(cadre) -> None:
    records = cadre.records
    records = records.assign(placement=records["placement"].where(records["organization"] != "128"))
    table = compare(type(cadre)(records, cadre.codebook, cadre.scope), "t", "placement", part=["128"])
    assert all(np.isnan(figure.values).all() for figure in table.figures if figure.name == "p_adjusted")
