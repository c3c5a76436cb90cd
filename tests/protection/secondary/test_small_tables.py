"""The suppressor against brute force on tables small enough to try every pattern."""

from __future__ import annotations

import sys
from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from etm_workbench.protection.instance import Instance
from etm_workbench.protection.secondary import costs, suppress

SHAPES = {
    "one way": [("a",)],
    "two ways": [("a",), ("b",)],
    "three ways": [("a",), ("c",), ("d",)],
    "a hierarchy": [("b", "group"), ("c",)],
}


MOST = 6


def draw(count_tables, shape: str, seed: int, **asked) -> Instance:
    """A table of few people with at most `MOST` cells to choose among; seeds that give more are passed over."""
    for attempt in range(1000):
        instance = _draw(count_tables, shape, np.random.default_rng([seed, attempt]), **asked)
        if np.count_nonzero(~instance.fixed & ~instance.primary) <= MOST and instance.primary.any():
            return instance
    raise LookupError(shape)


def _draw(count_tables, shape: str, rng: np.random.Generator, **asked) -> Instance:
    people = int(rng.integers(5, 16))
    size = {"a": 2, "b": 3, "c": 2, "d": 2}
    records = pd.DataFrame({name: rng.integers(0, n, people).astype(str) for name, n in size.items()})
    records["b"] = "b" + records["b"]
    records["group"] = records["b"].map({"b0": "g0", "b1": "g0", "b2": "g1"})
    table = count_tables.count_table(records, SHAPES[shape])
    return small_rule(table.values, table.relations, **asked)


def small_rule(values, relations, *, threshold=3, kind="value", zeros_fixed=True, **asked) -> Instance:
    primary = (values > 0) & (values < threshold)
    whole = np.where(primary, 1, 0)
    return Instance(
        values=values,
        relations=relations,
        primary=primary,
        width=whole * asked.pop("width", 1),
        cost=costs(values, kind),
        fixed=(values == 0) & zeros_fixed,
        lower=np.where(values > 0, asked.pop("lower", 0), 0),
        above=whole * asked.pop("above", 0),
        below=whole * asked.pop("below", 0),
        **asked,
    )


ASKED = {
    "not exactly": {},
    "width 3": {"width": 3},
    "hidden means at least one": {"width": 2, "lower": 1},
    "members attack": {"members_attack": True},
    "strong": {"width": 2, "lower": 1, "members_attack": True},
    "above and below": {"width": 0, "above": 2, "below": 1},
    "zeros may be hidden": {"zeros_fixed": False, "width": 2},
    "by count": {"kind": "count", "width": 2},
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("asked", ASKED)
def test_no_pattern_is_cheaper_and_none_exposed(count_tables, attack, brute_force, shape, asked):
    check(draw(count_tables, shape, 1, **ASKED[asked]), attack, brute_force)


@pytest.mark.parametrize(("owner", "status"), [([7, 7, -1, -1], "optimal"), ([7, 8, -1, -1], "infeasible")])
def test_nobody_learns_of_others_from_a_cell_that_turns_out_to_be_theirs(owner, status):
    # a + b + c = 2 with a = b = 1, b at least one: whoever knows a knows b.
    secret = np.array([True, True, True, False])
    instance = Instance(
        values=np.array([1, 1, 0, 2]),
        relations=sparse.csr_array(np.array([[1, 1, 1, -1]], np.int8)),
        primary=secret,
        width=np.array([1, 1, 0, 0]),
        cost=np.ones(4),
        fixed=~secret,
        lower=np.array([0, 1, 0, 0]),
        members_attack=True,
        owner=np.array(owner),
        attacks=np.array([True, False, False, False]),
    )
    assert status == suppress(instance, seconds=10).status


@pytest.mark.long
def test_hundreds_of_small_tables_by_brute_force(count_tables, attack, brute_force):
    costs_of_patterns = [
        check(draw(count_tables, shape, seed, **ASKED[asked]), attack, brute_force)
        for seed, shape, asked in product(range(2, 20), SHAPES, ASKED)
    ]
    tried, infeasible = len(costs_of_patterns), costs_of_patterns.count(np.inf)
    sys.stdout.write(f"{tried} small tables, {infeasible} of them without a safe pattern\n")
    assert 0 < max(cost for cost in costs_of_patterns if cost < np.inf)


def check(instance: Instance, attack, brute_force) -> float:
    pattern = suppress(instance, seconds=30)
    best = brute_force(instance)
    assert (best, best) == pytest.approx((pattern.cost, pattern.bound))
    assert ("infeasible" if best == np.inf else "optimal") == pattern.status
    if pattern.status == "optimal":
        assert [] == attack(instance, pattern.hidden)
        assert not (pattern.hidden & instance.fixed).any()
        assert pattern.hidden[instance.primary].all()
    return best
