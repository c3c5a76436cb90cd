"""A table of one's own beside the released table of the whole service.

An organization may see its own people's answers, but of the service only what has been released. So the
comparison is made with the released numbers alone: whoever holds both tables could make it themselves.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from etm_workbench.analysis.measures import add_figures, base_positions
from etm_workbench.analysis.statistics.many import compare_many
from etm_workbench.errors import BadInput
from etm_workbench.protected import ProtectedTable, Shown
from etm_workbench.sensitive import ANSWERED, OPEN_NODES, TOTAL, Figure, FigureKind, SensitiveTable, open_evidence


class _Sides(NamedTuple):
    """Cells compared: their positions, those of their wholes, and the counts in the part and in the rest."""

    cells: NDArray[np.int64]
    wholes: NDArray[np.int64]
    counts: NDArray[np.int64]  # four rows: part, part's whole, rest, rest's whole


def beside(table: SensitiveTable, released: ProtectedTable, variable: str) -> SensitiveTable:
    """The table with the rest of the public service beside it, as far as that has been released.

    Parameters
    ----------
    table : SensitiveTable
        Counts of a part of the service.
    released : ProtectedTable
        The same variables over the whole service, the part included.
    variable : str
        The dimension whose categories are compared.

    Returns
    -------
    SensitiveTable
        With the figures `rest_share` (0 to 1), `difference` (of shares, -1 to 1), `low`, `high` (95 %
        interval), `p_adjusted` (Holm over the table) and `visible` (smallest difference that would have
        been seen). NaN where the service's number is withheld, and where nobody answered.

    Raises
    ------
    BadInput
        The two tables have different dimensions.
    """
    own = tuple(dimension.variable for dimension in table.dimensions)
    if own != released.variables:
        raise BadInput(
            f"Table '{table.name}' and the service's table '{released.name}' have different dimensions.",
            expected=f"Both by {', '.join(own)}.",
            remedy="Count both the same way.",
        )
    sides = _sides(table, released, variable)
    result = compare_many(*sides.counts)
    rest_share = np.divide(sides.counts[2], sides.counts[3], dtype=float)
    figures: tuple[tuple[str, FigureKind, NDArray[np.float64]], ...] = (
        ("rest_share", "share", rest_share),
        ("difference", "difference", result.difference),
        ("low", "bound", result.low),
        ("high", "bound", result.high),
        ("p_adjusted", "p_value", result.p_adjusted),
        ("visible", "bound", result.smallest_visible),
    )
    return add_figures(table, *(_spread(table, sides, *figure) for figure in figures))


def _sides(table: SensitiveTable, released: ProtectedTable, variable: str) -> _Sides:
    counts, base = open_evidence(table).counts, base_positions(table, variable)
    axis = [d.variable for d in table.dimensions].index(variable)
    service = np.array([_shown(released, table, key) for key in table.cells])
    found = []
    for cell, key in enumerate(table.cells):
        whole = int(base[cell])
        if key[axis] in OPEN_NODES or whole < 0 or np.isnan(service[[cell, whole]]).any():
            continue
        part, part_whole = counts[cell], counts[whole]
        rest, rest_whole = int(service[cell]) - part, int(service[whole]) - part_whole
        if part_whole > 0 and rest_whole > 0 and 0 <= rest <= rest_whole:
            found.append((cell, whole, part, part_whole, rest, rest_whole))
    columns = np.array(found, dtype=np.int64).reshape(-1, 6).T
    return _Sides(columns[0], columns[1], columns[2:])


def _shown(released: ProtectedTable, table: SensitiveTable, key: tuple[str, ...]) -> float:
    """The service's count of a cell; NaN when it is withheld or the service's table has no such code."""
    codes = {dimension.variable: code for dimension, code in zip(table.dimensions, key, strict=True)}
    for dimension in released.dimensions:  # where all of the service answered, the total is everyone who did
        if codes[dimension.variable] == ANSWERED and ANSWERED not in dimension.codes:
            codes[dimension.variable] = TOTAL
    known = all(codes[d.variable] in d.codes for d in released.dimensions)
    cell = released.cell(**codes) if known else None
    return cell.value if isinstance(cell, Shown) else np.nan


def _spread(table: SensitiveTable, sides: _Sides, name: str, kind: FigureKind, values: NDArray[np.float64]) -> Figure:
    """A figure that holds `values` at the cells compared, and depends on the cell and its whole."""
    spread = np.full(len(table.cells), np.nan)
    spread[sides.cells] = values
    depends: list[tuple[int, ...]] = [()] * len(table.cells)
    for cell, whole in zip(sides.cells.tolist(), sides.wholes.tolist(), strict=True):
        depends[cell] = (cell, whole)
    return Figure(name, kind, spread, tuple(depends))
