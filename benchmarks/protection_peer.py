"""tau-ARGUS's optimal method, through pytauargus, on a count table of records."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import chdir
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.count_tables import TOTAL, CountTable


def tau_argus(
    records: pd.DataFrame, table: CountTable, dimensions: Sequence[Sequence[str]], *, method: str = "OPT(1,5)"
) -> NDArray[np.bool_]:
    """The cells that it hides: 1 to 4 people unsafe, no protection range, five minutes at most.

    Returns
    -------
    ndarray of bool, shape (cells,)
        In the order of `table.labels`.
    """
    from pytauargus import protect

    finest = [columns[0] for columns in dimensions]
    frame = records[finest].assign(people=1)
    with tempfile.TemporaryDirectory() as folder, chdir(folder):  # it writes logs where it runs
        trees = {columns[0]: _tree(records, columns, Path(folder)) for columns in dimensions if len(columns) > 1}
        made = protect(
            frame, [finest], "people", safety_rules="FREQ(5,0)", suppress=method, hrc=trees or None, workdir=folder
        )
        rows = made.tables[0].rows
    dark = {tuple(row[name] or TOTAL for name in finest) for row in rows if row["status"] in {"U", "M"}}
    return np.array([label in dark for label in table.labels])


def _tree(records: pd.DataFrame, columns: Sequence[str], folder: Path) -> str:
    """A hierarchy in tau-ARGUS's form: each coarser code, then its finer ones with a mark before them."""
    finer, coarser = columns
    path = folder / f"{finer}.hrc"
    lines = []
    for group, members in records.groupby(coarser)[finer]:
        lines += [str(group), *(f"@{code}" for code in sorted(members.unique()))]
    path.write_text("\n".join(lines) + "\n")
    return str(path)
