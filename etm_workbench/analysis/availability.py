"""Representation of groups against their workforce availability, as figures of a table.

A gap is said in people and in points, with its exact interval and a p-value that counts how many gaps
the table looks at; one person more or less moves a small group's share by many points.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from etm_workbench.analysis.measures import add_figures, base_positions
from etm_workbench.analysis.statistics.multiplicity import adjust
from etm_workbench.analysis.statistics.representation import representation_gap
from etm_workbench.sensitive import Figure, FigureKind, SensitiveTable, open_evidence

_FIGURES: dict[str, FigureKind] = {
    "availability": "share",
    "difference": "difference",
    "low": "bound",
    "high": "bound",
    "p_adjusted": "p_value",
    "expected_people": "mean",
    "gap_people": "mean",
}


def with_availability(table: SensitiveTable, of: str, availability: Mapping[str, float]) -> SensitiveTable:
    """The table with each group's gap to its workforce availability.

    Parameters
    ----------
    table : SensitiveTable
        Counts by `of` and whatever else.
    of : str
        The dimension whose categories are the groups.
    availability : mapping of str to float
        Availability by code of that dimension, 0 to 1; categories not named have none.

    Returns
    -------
    SensitiveTable
        With the figures `availability` (0 to 1), `difference` (share less availability, -1 to 1), `low`
        and `high` (its exact 95 % interval), `p_adjusted` (exact binomial, two-sided, Holm over the
        table), `expected_people` and `gap_people` (observed less expected, in people). NaN where a
        category has no availability and where nobody is counted.

    Raises
    ------
    BadInput
        The table has no such dimension, or an availability is not between 0 and 1.

    Notes
    -----
    Source: `statistics.representation.representation_gap` (Clopper and Pearson 1934), `multiplicity.adjust`.
    """
    counts, base = open_evidence(table).counts, base_positions(table, of)
    axis = [d.variable for d in table.dimensions].index(of)
    columns = {name: np.full(counts.size, np.nan) for name in _FIGURES}
    p_values = np.full(counts.size, np.nan)
    depends: list[tuple[int, ...]] = [()] * counts.size
    for cell, key in enumerate(table.cells):
        whole = int(base[cell])
        if key[axis] not in availability or whole < 0 or not counts[whole]:
            continue
        gap = representation_gap((int(counts[cell]), int(counts[whole])), availability[key[axis]])
        depends[cell], p_values[cell] = (cell, whole), gap.p_value
        values = (gap.availability, gap.estimate, gap.low, gap.high, np.nan, gap.expected_people, gap.gap_people)
        for name, value in zip(_FIGURES, values, strict=True):
            columns[name][cell] = value
    columns["p_adjusted"] = adjust(p_values)
    return add_figures(table, *(_figure(name, columns[name], depends) for name in _FIGURES))


def _figure(name: str, values: NDArray[np.float64], depends: list[tuple[int, ...]]) -> Figure:
    return Figure(name, _FIGURES[name], values, tuple(depends))
