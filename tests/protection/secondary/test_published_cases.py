"""Optima that others published or proved; `data/README.md` names the sources."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from etm_workbench.protection.instance import Instance
from etm_workbench.protection.secondary import costs, suppress

DATA = Path(__file__).parent / "data"


def instance(table, sensitive, *, kind="value", lower=0, zeros_fixed=True, **needs) -> Instance:
    primary = np.array([label in sensitive for label in table.labels])
    whole = primary.astype(int)
    return Instance(
        values=table.values,
        relations=table.relations,
        primary=primary,
        width=whole * needs.get("width", 0),
        cost=costs(table.values, kind),
        fixed=(table.values == 0) & zeros_fixed & ~primary,
        lower=np.full(table.values.size, lower),
        above=whole * needs.get("above", 0),
        below=whole * needs.get("below", 0),
    )


def repeated(file: str, dimensions: list[str], value: str) -> pd.DataFrame:
    """One row a person, from a table of counts."""
    table = pd.read_csv(DATA / file, dtype=dict.fromkeys(dimensions, str))
    return table.loc[table.index.repeat(table[value]), dimensions]


@pytest.fixture
def worked_example(count_tables):
    """Three activities by three regions, with totals."""
    return count_tables.count_table(
        repeated("fs_jasa_3x3.csv", ["activity", "region"], "value"), [("activity",), ("region",)]
    )


def hidden_labels(table, pattern) -> set[tuple[str, ...]]:
    return {label for label, dark in zip(table.labels, pattern.hidden, strict=True) if dark}


def test_the_worked_example_hides_59_people(worked_example):
    problem = instance(worked_example, {("II", "C")}, below=5, above=8)
    pattern = suppress(problem, seconds=10)
    assert 59 == problem.values[pattern.hidden].sum()


def test_the_worked_example_hides_the_four_corners(worked_example):
    pattern = suppress(instance(worked_example, {("II", "C")}, below=5, above=8), seconds=10)
    assert {("II", "A"), ("II", "C"), ("III", "A"), ("III", "C")} == hidden_labels(worked_example, pattern)


def test_the_worked_example_leaves_the_published_interval(worked_example, interval):
    problem = instance(worked_example, {("II", "C")}, below=5, above=8)
    cell = worked_example.labels.index(("II", "C"))
    low, high = interval(problem, suppress(problem, seconds=10).hidden, cell)
    assert (5, 30) == pytest.approx((22 + low, 22 + high))


def test_the_worked_example_by_width_alone_is_no_dearer(worked_example):
    problem = instance(worked_example, {("II", "C")}, width=13)
    assert 59 == problem.values[suppress(problem, seconds=10).hidden].sum()


@pytest.fixture
def two_in_every_line(count_tables):
    """Nine hidden cells, at least two in every row and column, and yet one of them is exact (sdcTable's own test)."""
    numbers = pd.DataFrame(
        [[30, 47, 64, 89], [90, 124, 5, 31], [92, 100, 59, 85], [800, 991, 651, 685]],
        index=pd.Index(list("wxyz"), name="row"),
        columns=pd.Index(list("abcd"), name="column"),
    )
    table = numbers.stack().rename("people").reset_index()
    given = {("w", "a"), ("w", "b"), ("w", "c"), ("x", "a"), ("x", "c"), ("y", "b"), ("y", "d"), ("z", "b"), ("z", "d")}
    people = table.loc[table.index.repeat(table.people), ["row", "column"]]
    return count_tables.count_table(people, [("row",), ("column",)]), given


def test_two_hidden_cells_in_every_line_may_not_protect(two_in_every_line, attack):
    table, given = two_in_every_line
    problem = instance(table, given, width=1)
    assert [(table.labels.index(("w", "b")), None)] == attack(problem, problem.primary)


def test_one_more_cell_protects_them(two_in_every_line):
    table, given = two_in_every_line
    problem = instance(table, given, width=1)
    assert {("x", "d")} == hidden_labels(table, suppress(problem, seconds=10)) - given


def test_the_accident_table_hides_six_cells_and_35_people(count_tables, attack):
    table = count_tables.count_table(
        repeated("ssbtools_z1.csv", ["region", "hovedint"], "ant"), [("region",), ("hovedint",)]
    )
    small = {label for label, value in zip(table.labels, table.values, strict=True) if 0 < value <= 3}
    problem = instance(table, small, width=1)
    pattern = suppress(problem, seconds=10)
    assert (6, 35) == (pattern.hidden.sum(), problem.values[pattern.hidden].sum())
    assert [] == attack(problem, pattern.hidden)


@pytest.fixture
def grants(count_tables):
    """Charities by year and kind of grant, below ten of them sensitive."""
    table = count_tables.count_table(
        repeated("acro_grants.csv", ["year", "grant_type"], "charities"), [("year",), ("grant_type",)]
    )
    return instance(table, {label for label, n in zip(table.labels, table.values, strict=True) if 0 < n < 10}, width=1)


def test_six_cells_of_the_grants_are_below_ten_and_hold_48_charities(grants):
    assert (6, 48) == (grants.primary.sum(), grants.values[grants.primary].sum())


def test_the_six_alone_follow_from_the_totals_of_their_years(grants, attack):
    assert 6 == len(attack(grants, grants.primary))


def test_six_more_cells_protect_the_grants(grants, attack):
    pattern = suppress(grants, seconds=10)
    assert ("optimal", 12) == (pattern.status, pattern.hidden.sum())
    assert [] == attack(grants, pattern.hidden)
