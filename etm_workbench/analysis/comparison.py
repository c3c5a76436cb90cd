"""A part of the service beside the rest of it: shares, difference, and how sure one may be.

The part is inside the whole, so it is held against the rest, never against a whole that contains it.
All comparisons of a table are one family: their p-values are adjusted together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from etm_workbench.analysis.dimensions import dimension_of
from etm_workbench.analysis.measures import add_figures, base_positions, with_shares
from etm_workbench.analysis.statistics.many import compare_many
from etm_workbench.analysis.tabulate import count
from etm_workbench.cadre import Cadre
from etm_workbench.errors import BadInput
from etm_workbench.sensitive import OPEN_NODES, Dimension, Figure, SensitiveTable, open_evidence

PART, REST = "PART", "REST"


def compare(service: Cadre, name: str, variable: str, *, part: Sequence[str], by: str | None = None) -> SensitiveTable:
    """Shares of a variable's categories in a part of the service beside the rest of the service.

    Parameters
    ----------
    service : Cadre
        One cycle of the whole service.
    name : str
        Name of the table in its release.
    variable : str
        The variable whose categories are compared.
    part : sequence of str
        Identifiers of the organizations that make up the part.
    by : str, optional
        A variable to compare within, such as `level`.

    Returns
    -------
    SensitiveTable
        Dimensions `population` (`PART`, `REST`, `TOTAL`), `variable`, and `by`. Figures: `share`
        (0 to 1); for the cells of `PART` also `rest_share`, `difference` (of shares, -1 to 1),
        `low` and `high` (95 % interval of the difference), `p_adjusted` (Holm over the table) and
        `visible` (smallest difference that would have been seen at this size).

    Raises
    ------
    BadInput
        The part is empty or is the whole service: there is nothing to compare with.
    """
    records = service.records
    inside = records["organization"].isin(set(part))
    if not inside.any() or inside.all():
        raise BadInput(
            f"Table '{name}' compares a part with the rest of the service, and one of the two is empty.",
            expected="Records of the part and of other organizations.",
            remedy="Take in the service's files, or import released benchmarks.",
        )
    marked = replace(service, records=records.assign(population=np.where(inside, PART, REST)))
    own = [dimension_of(service, variable)] + ([dimension_of(service, by)] if by else [])
    table = with_shares(count(marked, name, Dimension.flat("population", (PART, REST)), *own), variable)
    return add_figures(table, *_evidence_of_difference(table, variable))


def _evidence_of_difference(table: SensitiveTable, variable: str) -> tuple[Figure, ...]:
    counts = open_evidence(table).counts
    base = base_positions(table, variable)
    cells = table.cells
    position = {key: index for index, key in enumerate(cells)}
    axis = [d.variable for d in table.dimensions].index(variable)
    own = [i for i, key in enumerate(cells) if key[0] == PART and key[axis] not in OPEN_NODES and base[i] >= 0]
    rest = [position[(REST, *cells[i][1:])] for i in own]
    quads = tuple((i, int(base[i]), j, int(base[j])) for i, j in zip(own, rest, strict=True))
    x, n, y, m = (counts[[quad[k] for quad in quads]] for k in range(4))
    tested = np.flatnonzero((n > 0) & (m > 0))
    result = compare_many(x[tested], n[tested], y[tested], m[tested])
    columns = {
        "rest_share": ("share", np.divide(y[tested], m[tested])),
        "difference": ("difference", result.difference),
        "low": ("bound", result.low),
        "high": ("bound", result.high),
        "p_adjusted": ("p_value", result.p_adjusted),
        "visible": ("bound", result.smallest_visible),
    }
    figures = []
    for figure, (kind, values) in columns.items():
        spread = np.full(len(cells), np.nan)
        spread[[own[t] for t in tested]] = values
        depends: list[tuple[int, ...]] = [()] * len(cells)
        for t in tested:
            depends[own[t]] = quads[t]
        figures.append(Figure(figure, kind, spread, tuple(depends)))  # type: ignore[arg-type]
    return tuple(figures)
