"""Tables of counts in CSV, protected: one row an inner cell in, one row a cell with margins out."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

from etm_workbench.errors import BadInput, nearest
from etm_workbench.protected import Shown
from etm_workbench.protection.policy import load_policy
from etm_workbench.protection.protect import protect
from etm_workbench.protection.scope import ReleaseScope
from etm_workbench.sensitive import TOTAL, Dimension, Evidence, Population, SensitiveTable


def protect_csv(path: Path, *, audience: str, value: str, sensitive: Sequence[str] = ()) -> str:
    """The protected table as CSV text.

    Parameters
    ----------
    path : Path
        One row an inner cell: a column a dimension, and `value` with the people in it. No totals: they are
        made here.
    audience : str
        Whose policy.
    value : str
        The column of counts.
    sensitive : sequence of str
        Columns that hold judgements about people; the last dimension when none is named.

    Raises
    ------
    BadInput
        A column is missing, or a count is not a whole number of people.
    CannotProtect
        No safe form exists.
    """
    cells = pd.read_csv(path, dtype=str, keep_default_na=False)
    for name in (value, *sensitive):
        if name not in cells.columns:
            raise BadInput(f"'{path.name}' has no column '{name}'.", remedy=nearest(name, cells.columns))
    counts = pd.to_numeric(cells[value], errors="coerce")
    wrong = counts.isna() | (counts < 0) | (counts % 1 != 0)
    if wrong.any():
        raise BadInput(
            f"'{path.name}' has {int(wrong.sum())} rows whose '{value}' is not a number of people.",
            expected="0, 1, 2 and so on.",
        )
    policy = load_policy(audience)
    table = _table(cells, counts.astype(int).to_numpy(), value, tuple(sensitive))
    made = protect({"table": table}, policy, ReleaseScope((), (), "csv"))["table"]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*made.variables, value])
    for key, cell in made.rows():
        writer.writerow([*key, f"{cell.value:.0f}" if isinstance(cell, Shown) else policy.symbols.withheld])
    return out.getvalue()


def _table(cells: pd.DataFrame, counts: np.ndarray, value: str, sensitive: tuple[str, ...]) -> SensitiveTable:
    """The table with fictional people behind its counts: nobody stands in two cells."""
    names = [str(name) for name in cells.columns if name != value]
    judged = set(sensitive or names[-1:])
    dimensions = tuple(
        Dimension.flat(name, dict.fromkeys(cells[name]), sensitivity="judgement" if name in judged else "establishment")
        for name in names
    )
    people = cells.loc[cells.index.repeat(counts), names].reset_index(drop=True)
    shape = [len(dimension.codes) for dimension in dimensions]
    places = np.zeros((len(people), 1), np.int64)
    for dimension, size in zip(dimensions, shape, strict=True):
        own = pd.Index(dimension.codes).get_indexer(pd.Index(people[dimension.variable]))
        both = np.stack([own, np.full(len(people), dimension.codes.index(TOTAL))], axis=1)
        places = (places[:, :, None] * size + both[:, None, :]).reshape(len(people), -1)
    columns = np.repeat(np.arange(len(people)), places.shape[1])
    contributors = sparse.csr_array(
        (np.ones(columns.size, np.int32), (places.ravel(), columns)), shape=(int(np.prod(shape)), len(people))
    )
    identities = np.array([f"{number}@" for number in range(len(people))], dtype=np.str_)
    return SensitiveTable(
        "table", dimensions, Population(("",), ""), "establishment", Evidence(contributors, identities)
    )
