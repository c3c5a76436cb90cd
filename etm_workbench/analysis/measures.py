"""Figures beside counts: shares of a group, made from the same people and withheld with them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from etm_workbench.errors import BadInput
from etm_workbench.sensitive import Figure, SensitiveTable, open_evidence


def with_shares(table: SensitiveTable, of: str, *, name: str = "share") -> SensitiveTable:
    """The table with each count as a share of the people it is an answer of.

    Parameters
    ----------
    table : SensitiveTable
        Any.
    of : str
        The dimension whose categories are shares: the denominator is the same cell with that dimension
        at `ANSWERED` (everyone who answered) or, where there is no such node, at `TOTAL`.
    name : str
        Name of the figure.

    Returns
    -------
    SensitiveTable
        With a figure of proportions 0 to 1; NaN where nobody answered, and for `MISSING` and `TOTAL`
        beside `ANSWERED`.

    Raises
    ------
    BadInput
        The table has no such dimension, or the dimension has no margin.
    """
    base = base_positions(table, of)
    counts = open_evidence(table).counts.astype(float)
    denominators = np.where(base >= 0, counts[base], np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.where(denominators > 0, counts / denominators, np.nan)
    depends = tuple((cell, int(whole)) if whole >= 0 else (cell,) for cell, whole in enumerate(base))
    return add_figures(table, Figure(name, "share", shares, depends))


def add_figures(table: SensitiveTable, *figures: Figure) -> SensitiveTable:
    """The table with more figures beside its counts."""
    return replace(table, figures=(*table.figures, *figures))


def base_positions(table: SensitiveTable, of: str) -> NDArray[np.int64]:
    """For each cell, the position of the cell it is a share of; -1 where it is a share of none."""
    axes = [index for index, dimension in enumerate(table.dimensions) if dimension.variable == of]
    if not axes or table.dimensions[axes[0]].base is None:
        raise BadInput(
            f"Table '{table.name}' has no dimension '{of}' with a margin to take shares of.",
            expected=f"One of {', '.join(d.variable for d in table.dimensions if d.base)}.",
            remedy="Name one of the table's dimensions.",
        )
    axis = axes[0]
    dimension = table.dimensions[axis]
    grid = np.arange(len(table.cells)).reshape(table.shape)
    base_code = dimension.base
    whole = np.take(grid, [dimension.codes.index(base_code or "")], axis=axis)
    base = np.broadcast_to(whole, table.shape).copy()
    beside = [i for i, code in enumerate(dimension.codes) if code in ("MISSING", "TOTAL") and code != base_code]
    np.moveaxis(base, axis, 0)[beside] = -1
    return base.ravel()
