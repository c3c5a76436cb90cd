"""Statistics Norway's example tables, whose regions add up in two ways, beside what elimination hides of them."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from etm_workbench.protection.instance import Instance
from etm_workbench.protection.secondary import costs, suppress

DATA = Path(__file__).parent / "data"
TABLES = {
    "mun_accidents": (["mun", "inj"], "freq"),
    "z2": (["region", "hovedint"], "ant"),
    "z3": (["region", "hovedint", "mnd"], "ant"),
}


def cells_of(name: str) -> pd.DataFrame:
    dimensions, _ = TABLES[name]
    return pd.read_csv(DATA / f"eliminated_{name}.csv", dtype=dict.fromkeys(dimensions, str))


def groupings(records: pd.DataFrame, dimension: str, count: str) -> list[tuple[str, list[str]]]:
    """Every total of a dimension with its codes: of all, and of each column that groups them."""
    codes = set(records[dimension])
    found = [("Total", sorted(codes))]
    for column in records.columns.difference([dimension, count]):
        if records.groupby(dimension)[column].nunique().max() == 1 and codes.isdisjoint(records[column]):
            found += [(str(group), sorted(set(part))) for group, part in records.groupby(column)[dimension]]
    return found


def sums(name: str) -> list[tuple[int, list[int]]]:
    """Each total of a table and its parts, by row number."""
    dimensions, count = TABLES[name]
    cells, records = cells_of(name), pd.read_csv(DATA / f"ssbtools_{name}.csv", dtype=str)
    where = {tuple(label): row for row, label in enumerate(cells[dimensions].itertuples(index=False))}
    found = []
    for place, dimension in enumerate(dimensions):
        others = [sorted(set(cells[other])) for other in dimensions if other != dimension]
        for total, parts in groupings(records, dimension, count):
            for rest in product(*others):
                line = [where.get((*rest[:place], code, *rest[place:])) for code in (total, *parts)]
                if line[0] is not None:
                    found.append((line[0], [cell for cell in line[1:] if cell is not None]))
    return found


def problem(name: str) -> Instance:
    cells, relations = cells_of(name), sums(name)
    values, primary = cells[TABLES[name][1]].to_numpy(np.int64), cells["primary"].to_numpy(bool)
    rows = np.repeat(np.arange(len(relations)), [1 + len(parts) for _, parts in relations])
    columns = [cell for total, parts in relations for cell in (total, *parts)]
    signs = np.array([sign for _, parts in relations for sign in (-1, *(1,) * len(parts))], dtype=np.int8)
    return Instance(
        values=values,
        relations=sparse.csr_array((signs, (rows, columns)), shape=(len(relations), values.size)),
        primary=primary,
        width=primary.astype(np.int64),
        cost=costs(values, "count"),
        fixed=np.zeros(values.size, dtype=bool),
        lower=np.zeros(values.size, dtype=np.int64),
    )


FEWEST = {"mun_accidents": 24, "z2": 28, "z3": 580}


@pytest.mark.parametrize("name", ["mun_accidents", "z2", pytest.param("z3", marks=pytest.mark.long)])
def test_no_more_cells_are_hidden_than_by_elimination(name):
    pattern = suppress(problem(name), seconds=120)
    assert ("optimal", FEWEST[name]) == (pattern.status, np.count_nonzero(pattern.hidden))
    assert FEWEST[name] <= np.count_nonzero(cells_of(name)["suppressed"])
