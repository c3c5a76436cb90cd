"""Who is reckoned to know that they are the only one with an answer."""

from __future__ import annotations

import numpy as np
import pytest

from etm_workbench.protection.lattice import lattice_of
from etm_workbench.protection.web import Web, WebCell

A, B, C = ("placement", "A"), ("readiness", "B"), ("sex", "C")
EVERYBODY, HALF, OTHER_HALF, ONE = (0, 1, 2, 3), (0, 1), (0, 2), (0,)


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        pytest.param([((A,), HALF)], ((A, B), HALF), id="the only one with A is the only one with A and B"),
        pytest.param([((A,), EVERYBODY)], ((A,), HALF), id="alone among all is alone among some of them"),
        pytest.param([((A,), HALF), ((A,), OTHER_HALF)], ((A,), (0, 1, 2)), id="alone in both parts is alone in all"),
        pytest.param([], ((A,), ONE), id="a whole group knows its answer, told or not"),
    ],
)
def test_somebody_knows_to_be_alone_where_it_follows(told, asked):
    assert knows(told, asked)


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        pytest.param([((A, B), HALF)], ((A,), HALF), id="others may have A without B"),
        pytest.param([((A,), HALF)], ((C,), HALF), id="to be the only one with A says nothing of C"),
        pytest.param([((A,), HALF)], ((A,), OTHER_HALF), id="nothing of other people"),
        pytest.param([((A,), HALF)], ((A,), EVERYBODY), id="nothing of more people"),
        pytest.param([((A,), ONE)], ((A,), HALF), id="to be a whole group says nothing of larger ones"),
        pytest.param([], ((A,), HALF), id="nothing told: every answer was hidden"),
    ],
)
def test_nobody_is_taken_to_know_what_does_not_follow(told, asked):
    assert not knows(told, asked)


def knows(told, asked) -> bool:
    """Whether the person knows to be alone in a cell, with other cells in which an earlier release told them so."""
    web = Web()
    people = np.arange(len(EVERYBODY), dtype=np.uint64)
    web.number_people(people, people)
    for condition, group in told:
        add_cell(web, condition, group, lower=1)
    cell = add_cell(web, *asked, lower=0)
    lattice = lattice_of(web, {"held": np.arange(len(web.cells), dtype=np.int64)})
    return (lattice.told_alone | lattice.by_themselves)[lattice.web_cell == cell].item()


def add_cell(web: Web, condition, group, *, lower) -> int:
    row = np.array(group, np.int64)
    whole = web.add(WebCell((), web.group(row), row, 0, {}))
    wholes = {variable: whole for variable, _ in condition}
    return web.add(
        WebCell(
            condition,
            web.group(row),
            row[:1],
            2,
            wholes,
            state="hidden",
            lower=lower,
            release=1,
            tables=frozenset({"t"}),
        )
    )
