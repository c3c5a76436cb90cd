"""Count tables with all their margins, as protection instances: the shapes that the service really publishes.

The records are fictional (`data/README.md`); the tests assert the cell counts of the same tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from etm_workbench.protection.instance import Instance
from etm_workbench.protection.secondary import costs

RECORDS = Path(__file__).parent / "data" / "hr_synth_seed1.csv.gz"
TOTAL = "Total"

SHAPES: Mapping[str, Sequence[Sequence[str]]] = {
    "organization × level": (("org",), ("level",)),
    "organization × level × placement": (("org",), ("level",), ("placement",)),
    "clusters × level × placement": (("org", "cluster"), ("level",), ("placement",)),
    "organization × level × nine-box": (("org",), ("level",), ("ninebox",)),
}


@dataclass(frozen=True)
class CountTable:
    """Every cell of a table and of its margins.

    Parameters
    ----------
    labels : list of tuple of str
        The code of each dimension, `Total` for a margin.
    values : ndarray of int, shape (cells,)
        People.
    relations : csr_array, shape (sums, cells)
        +1 for parts, -1 for totals.
    """

    labels: list[tuple[str, ...]]
    values: NDArray[np.int64]
    relations: sparse.csr_array


def count_table(records: pd.DataFrame, dimensions: Sequence[Sequence[str]]) -> CountTable:
    """The table of these dimensions, each given from its finest column to its coarsest, a total above."""
    trees = [_parents(records, columns) for columns in dimensions]
    inner = records.groupby([columns[0] for columns in dimensions]).size()
    codes = [[*sorted(tree), TOTAL] for tree in trees]
    labels = list(product(*codes))
    where = {label: position for position, label in enumerate(labels)}
    values = np.zeros(len(labels), dtype=np.int64)
    for label, count in inner.items():
        lines = [_line(tree, code) for tree, code in zip(trees, label, strict=True)]
        for cell in product(*lines):
            values[where[cell]] += int(count)
    return CountTable(labels, values, _sums(labels, where, trees))


def hr_instance(  # one argument a knob of the published measurements
    table: CountTable,
    *,
    width: int,
    kind: str,
    lower: int = 0,
    members: bool = False,
) -> Instance:
    """The rules of the published measurements: 1 to 4 people hidden, zeros shown, every margin may be hidden."""
    values = table.values
    primary = (values >= 1) & (values <= 4)
    return Instance(
        values=values,
        relations=table.relations,
        primary=primary,
        width=np.where(primary, width, 0),
        cost=costs(values, kind),
        fixed=values == 0,
        lower=np.where(values > 0, lower, 0),
        members_attack=members,
    )


def _parents(records: pd.DataFrame, columns: Sequence[str]) -> dict[str, str]:
    tree: dict[str, str] = {}
    for finer, coarser in pairwise(columns):
        tree |= dict(zip(records[finer], records[coarser], strict=True))
    return tree | dict.fromkeys(records[columns[-1]], TOTAL)


def _line(tree: Mapping[str, str], code: str) -> list[str]:
    line = [code]
    while line[-1] != TOTAL:
        line.append(tree[line[-1]])
    return line


def _sums(
    labels: list[tuple[str, ...]], where: Mapping[tuple[str, ...], int], trees: Sequence[Mapping[str, str]]
) -> sparse.csr_array:
    sums: dict[tuple[int, int], int] = {}
    rows, cells, signs = [], [], []
    for position, label in enumerate(labels):
        for dimension, tree in enumerate(trees):
            if label[dimension] == TOTAL:
                continue
            total = where[(*label[:dimension], tree[label[dimension]], *label[dimension + 1 :])]
            if (dimension, total) not in sums:
                sums[dimension, total] = len(sums)
                rows.append(sums[dimension, total])
                cells.append(total)
                signs.append(-1)
            rows.append(sums[dimension, total])
            cells.append(position)
            signs.append(1)
    return sparse.csr_array((np.array(signs, dtype=np.int8), (rows, cells)), shape=(len(sums), len(labels)))
