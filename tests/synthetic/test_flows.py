"""Movement between cycles ends in the asked counts, whatever they are."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from etm_workbench.synthetic.flows import GONE, Propensities, move

TABLES = arrays.arrays(np.int64, st.tuples(st.integers(1, 5), st.just(4)), elements=st.integers(0, 12))


def propensities(count, rng):
    return Propensities(
        departure=rng.random(count) * 0.4,
        transfer=rng.random(count) * 0.4,
        promotion=rng.random(count) + 0.01,
        promoted_share=np.array([0.0, 0.8, 0.9, 1.0]),
        inside_share=0.6,
    )


def year(before, after, seed):
    rng = np.random.default_rng(seed)
    rows, columns = np.indices(before.shape)
    organization, level = (np.repeat(places.ravel(), before.ravel()) for places in (rows, columns))
    return level, move(organization, level, target=after, propensities=propensities(len(level), rng), rng=rng)


def pair(tables):
    before, after = tables
    rows = min(len(before), len(after))
    return before[:rows], after[:rows]


@settings(max_examples=200, deadline=None)
@given(st.tuples(TABLES, TABLES).map(pair), st.integers(0, 2**32 - 1))
def test_every_count_is_hit(tables, seed):
    before, after = tables
    _, moved = year(before, after, seed)
    stays = moved.organization != GONE
    counted = np.zeros_like(after)
    np.add.at(counted, (moved.organization[stays], moved.level[stays]), 1)
    np.add.at(counted, (moved.arrivals_organization, moved.arrivals_level), 1)
    assert after.tolist() == counted.tolist()


@settings(max_examples=100, deadline=None)
@given(st.tuples(TABLES, TABLES).map(pair), st.integers(0, 2**32 - 1))
def test_nobody_goes_down_or_skips_a_level(tables, seed):
    level, moved = year(*tables, seed)
    assert set((moved.level - level).tolist()) <= {0, 1}


def test_an_organization_that_closes_loses_everybody():
    before, after = np.array([[9, 3, 2, 1], [9, 3, 2, 1]]), np.array([[0, 0, 0, 0], [9, 3, 2, 1]])
    _, moved = year(before, after, 1)
    assert 0 == np.count_nonzero(moved.organization == 0) + np.count_nonzero(moved.arrivals_organization == 0)


def test_the_heavier_weight_is_promoted_more():
    rng = np.random.default_rng(3)
    level = np.zeros(400, dtype=np.int64)
    weights = np.where(np.arange(400) < 200, 8.0, 1.0)
    likely = Propensities(np.zeros(400), np.zeros(400), weights, np.array([0.0, 1.0]), 1.0)
    moved = move(np.zeros(400, dtype=np.int64), level, target=np.array([[300, 100]]), propensities=likely, rng=rng)
    promoted = moved.level == 1
    assert promoted[:200].sum() > 4 * promoted[200:].sum()
