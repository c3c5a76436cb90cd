"""Who is reckoned to know that they are the only one with an answer, when everything released is attacked again."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from etm_workbench.protection.recheck import _knowing

A, B, C = ("placement", "A"), ("readiness", "B"), ("sex", "C")


@pytest.mark.parametrize(
    ("conditions", "lower", "expected"),
    [
        pytest.param([(A,), (A, B)], [1, 0], [7, 7], id="the only one with A is the only one with A and B"),
        pytest.param([(A, B), (A,)], [1, 0], [7, -1], id="others may have A without B"),
        pytest.param([(A,), (C,)], [1, 0], [7, -1], id="to be the only one with A says nothing of C"),
        pytest.param([(), (C,)], [1, 0], [-1, -1], id="to be a whole group says nothing of larger ones"),
        pytest.param([(A,), (C,)], [0, 0], [-1, -1], id="nothing told: every answer was hidden"),
    ],
)
def test_somebody_knows_to_be_alone_where_it_follows(conditions, lower, expected):
    assert expected == knowing(conditions, lower, groups=((), ()))


def test_whoever_is_a_whole_group_knows_to_be_alone_with_their_answer_in_it():
    assert [-1, 7] == knowing([(), (C,)], [1, 0], groups=((), (0,)))


def knowing(conditions, lower, *, groups):
    lattice = SimpleNamespace(
        values=np.ones(2, int),
        condition=conditions,
        groups=groups,
        earlier_lower=np.array(lower),
        owner=np.full(2, 7),
    )
    return _knowing(lattice, np.zeros(2, bool)).tolist()
