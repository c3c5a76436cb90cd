"""Turnover by activity, in three levels, and size: a magnitude table that others published with its pattern."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from etm_workbench.protection.instance import Instance
from etm_workbench.protection.secondary import costs, suppress

DATA = Path(__file__).parent / "data"
UNITS = 10_000
"""The file gives four decimals; cells are whole numbers."""


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return pd.read_csv(DATA / "turnover_act_size.csv", dtype={"ACTIVITY": str, "SIZE": str})


def sums(table: pd.DataFrame) -> Iterator[tuple[int, list[int]]]:
    """Each total of the table and its parts, by row number."""
    where = {pair: row for row, pair in enumerate(zip(table["ACTIVITY"], table["SIZE"], strict=True))}
    for activity in table["ACTIVITY"].unique():
        sizes = [where[activity, size] for size in ("tr1", "tr2", "tr3") if (activity, size) in where]
        yield where[activity, "Total"], sizes
    for total, parts in below().items():
        for size in table["SIZE"].unique():
            if (total, size) in where:
                yield where[total, size], [where[part, size] for part in parts if (part, size) in where]


def below() -> dict[str, list[str]]:
    """The activities that make up each coarser one; a code that stands for itself is not its own part."""
    tree = pd.read_csv(DATA / "activity_corr_table.csv", dtype=str).assign(all="Total")
    found: dict[str, list[str]] = {}
    for coarser, finer in pairwise(["all", "A10", "A21", "A88"]):
        for total, codes in tree.groupby(coarser)[finer]:
            if parts := sorted(set(codes) - {total}):
                found.setdefault(str(total), parts)
    return found


def problem(table: pd.DataFrame, kind: str) -> Instance:
    """Published rules: fewer than 3 contributors, or one above 85 %; hidden to within 10 % either way."""
    relations = list(sums(table))
    rows = np.repeat(np.arange(len(relations)), [1 + len(parts) for _, parts in relations])
    cells = [cell for total, parts in relations for cell in (total, *parts)]
    signs = np.array([sign for _, parts in relations for sign in (-1, *(1,) * len(parts))], dtype=np.int8)
    values = np.round(table["TOT"] * UNITS).astype(np.int64).to_numpy()
    primary = (table["N_OBS"].between(1, 2) | (table["MAX"] / table["TOT"] > 0.85)).to_numpy()
    tenth = np.where(primary, np.ceil(values / 10), 0).astype(np.int64)
    return Instance(
        values=values,
        relations=sparse.csr_array((signs, (rows, cells)), shape=(len(relations), values.size)),
        primary=primary,
        width=np.zeros_like(values),
        cost=costs(values, kind) / (UNITS * 1000 if kind == "value" else 1),
        fixed=(values == 0) & ~primary,
        lower=np.zeros_like(values),
        above=tenth,
        below=tenth,
    )


@pytest.mark.parametrize(("kind", "cells"), [("value", 62), ("count", 58)])
def test_fewer_cells_are_hidden_than_the_published_64(table, kind, cells):
    instance = problem(table, kind)
    pattern = suppress(instance, seconds=60)
    assert ("optimal", cells) == (pattern.status, np.count_nonzero(pattern.hidden & ~instance.primary))


def test_the_least_turnover_is_hidden(table):
    assert 32_310 == pytest.approx(suppress(problem(table, "value"), seconds=60).cost, abs=0.5)
