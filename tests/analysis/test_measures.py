"""Shares of those who answered."""

from __future__ import annotations

import numpy as np
import pytest

from etm_workbench.analysis.measures import with_shares
from etm_workbench.analysis.tabulate import count
from etm_workbench.errors import BadInput


def share(table, *key) -> float:
    return float(table.figures[0].values[table.cells.index(key)])


def test_a_share_is_of_those_who_answered(cadre) -> None:
    assert 0.5 == share(with_shares(count(cadre, "t", "placement"), "placement"), "READY_ADV")


def test_missing_and_total_have_no_share_beside_answered(cadre) -> None:
    table = with_shares(count(cadre, "t", "placement"), "placement")
    assert np.isnan([share(table, "MISSING"), share(table, "TOTAL")]).all()


def test_a_share_of_nobody_does_not_exist(cadre) -> None:
    table = with_shares(count(cadre, "t", "level", "placement"), "placement")
    assert np.isnan(share(table, "EX-05", "READY_ADV"))


def test_a_share_depends_on_its_cell_and_its_denominator(cadre) -> None:
    table = with_shares(count(cadre, "t", "placement"), "placement")
    cells = table.cells
    depends = table.figures[0].depends[cells.index(("DEVELOP",))]
    assert {("DEVELOP",), ("ANSWERED",)} == {cells[i] for i in depends}


def test_shares_of_a_dimension_that_is_not_there_are_refused(cadre) -> None:
    with pytest.raises(BadInput, match="no dimension 'region'"):
        with_shares(count(cadre, "t", "placement"), "region")
