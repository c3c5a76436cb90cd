"""Counts of rows that somebody else has counted: what a file's check found, how many rows it has.

They go through the same door as every number: behind each stand as many unnamed rows.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy import sparse

from etm_workbench.sensitive import Dimension, Evidence, Population, SensitiveTable


def noted(name: str, variable: str, counts: Mapping[str, int], population: Population) -> SensitiveTable:
    """Rows by code.

    Parameters
    ----------
    name : str
        Name of the table.
    variable : str
        Of its one dimension, which has no total: the rows of two codes may be the same.
    counts : mapping of str to int
        Rows by code, 0 or more.
    population : Population
        Whose rows, as of when.

    Returns
    -------
    SensitiveTable
        One cell a code.
    """
    sizes = np.array(list(counts.values()), dtype=np.int64)
    rows = np.repeat(np.arange(sizes.size), sizes)
    columns = np.arange(int(sizes.sum()))
    contributors = sparse.csr_array(
        (np.ones(columns.size, np.int32), (rows, columns)), shape=(sizes.size, columns.size)
    )
    unnamed = np.array([f"{name}-{row:06d}" for row in range(columns.size)], dtype=np.str_)
    return SensitiveTable(
        name=name,
        dimensions=(Dimension.flat(variable, counts, margin=False),),
        population=population,
        sensitivity="establishment",
        _evidence=Evidence(contributors, unnamed),
    )
