"""What hiding a cell loses, and how a policy's weights steer the choice between patterns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from etm_workbench.errors import BadInput
from etm_workbench.protection.instance import Instance
from etm_workbench.protection.secondary import costs, suppress, weigh


@pytest.fixture
def even(count_tables):
    """Three regions by three levels; the small cell can be paired in several ways that lose the same."""
    numbers = pd.DataFrame(
        [[2, 20, 20], [20, 20, 20], [20, 20, 20]],
        index=pd.Index(["EAST", "NORTH", "WEST"], name="region"),
        columns=pd.Index(["EX1", "EX2", "EX3"], name="level"),
    )
    table = numbers.stack().rename("people").reset_index()
    people = table.loc[table.index.repeat(table.people), ["region", "level"]]
    return count_tables.count_table(people, [("region",), ("level",)])


def hidden(table, *, before=(), stability=0.0, margin_weight=1.0) -> set[tuple[str, str]]:
    primary = np.array([label == ("EAST", "EX1") for label in table.labels])
    losses = weigh(
        costs(table.values, "log"),
        totals=np.array(["Total" in label for label in table.labels]),
        margin_weight=margin_weight,
        hidden_before=np.array([label in before for label in table.labels]),
        stability=stability,
    )
    problem = Instance(
        values=table.values,
        relations=table.relations,
        primary=primary,
        width=np.where(primary, 3, 0),
        cost=losses,
        fixed=table.values == 0,
        lower=np.zeros(table.values.size, dtype=np.int64),
    )
    pattern = suppress(problem, seconds=10)
    return {label for label, dark in zip(table.labels, pattern.hidden, strict=True) if dark}


BEFORE = {
    "to the north": {("EAST", "EX1"), ("EAST", "EX2"), ("NORTH", "EX1"), ("NORTH", "EX2")},
    "to the west": {("EAST", "EX1"), ("EAST", "EX3"), ("WEST", "EX1"), ("WEST", "EX3")},
}


@pytest.mark.parametrize("name", BEFORE)
def test_last_pattern_comes_back_where_it_loses_no_more(even, name):
    assert BEFORE[name] == hidden(even, before=BEFORE[name], stability=0.1)


def test_totals_are_spared_when_they_weigh_more(even):
    assert not any("Total" in label for label in hidden(even, margin_weight=4.0))


@pytest.mark.parametrize("weights", [{"stability": 1.0}, {"stability": -0.1}, {"margin_weight": 0.5}])
def test_weights_out_of_range_are_refused(even, weights):
    with pytest.raises(BadInput, match="cannot be used"):
        hidden(even, **weights)
