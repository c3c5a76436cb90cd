"""Organizations beside one another: each one's share, and how far chance alone could take it at its size.

A share of a small organization is far from the service's more often than a large one's; ranking shares
would put small organizations at both ends. So each gets limits of its own, and only what lies outside
them says something.
"""

from __future__ import annotations

import numpy as np

from etm_workbench.analysis.measures import add_figures, base_positions
from etm_workbench.analysis.statistics.funnels import share_funnel
from etm_workbench.errors import BadInput
from etm_workbench.sensitive import OPEN_NODES, TOTAL, Figure, SensitiveTable, open_evidence

LEVELS = (0.95, 0.998)  # customary, as `statistics.funnels` says


def with_limits(table: SensitiveTable, of: str) -> SensitiveTable:
    """The table with the limits that each organization's shares would stay within by chance.

    Parameters
    ----------
    table : SensitiveTable
        `organization` × `of`, with shares of `of`.
    of : str
        The dimension whose categories are shares.

    Returns
    -------
    SensitiveTable
        With the figures `target` (the whole service's share), `low_95`, `high_95`, `low_998`, `high_998`:
        shares from 0 to 1, exact binomial limits around the target; and `people`, those who answered in
        the organization. NaN for categories that are no answers and where nobody answered.

    Raises
    ------
    BadInput
        The table is not by organization and `of`.

    Notes
    -----
    Source: `statistics.funnels.share_funnel` (Spiegelhalter 2005).
    """
    variables = [d.variable for d in table.dimensions]
    if variables != ["organization", of]:
        raise BadInput(
            f"Table '{table.name}' is by {', '.join(variables)}.",
            expected=f"By organization and {of}, in this order.",
            remedy="Count the whole service by these two.",
        )
    counts, base = open_evidence(table).counts.astype(float), base_positions(table, of)
    position = {key: cell for cell, key in enumerate(table.cells)}
    figures = {name: np.full(counts.size, np.nan) for name in ("people", "target", *_names())}
    depends: list[tuple[int, ...]] = [()] * counts.size
    for code in table.dimensions[1].codes:
        total = position[TOTAL, code]
        if code in OPEN_NODES or base[total] < 0 or not counts[base[total]]:
            continue
        cells = np.array([cell for key, cell in position.items() if key[1] == code and counts[base[cell]]])
        target = counts[total] / counts[base[total]]
        limits = share_funnel(counts[base[cells]].astype(int), target, levels=LEVELS)
        figures["people"][cells], figures["target"][cells] = counts[base[cells]], target
        for place, (low, high) in enumerate(zip(limits.low, limits.high, strict=True)):
            figures[_names()[2 * place]][cells], figures[_names()[2 * place + 1]][cells] = low, high
        for cell in cells.tolist():
            depends[cell] = (cell, int(base[cell]), total, int(base[total]))
    kinds = {"people": "count"}
    made = [Figure(name, kinds.get(name, "share"), values, tuple(depends)) for name, values in figures.items()]  # type: ignore[arg-type]
    return add_figures(table, *made)


def _names() -> tuple[str, ...]:
    return tuple(f"{side}_{_written(level)}" for level in LEVELS for side in ("low", "high"))


def _written(level: float) -> str:
    """A level as figures are named: 95 or 998."""
    return f"{level * 100:g}".replace(".", "")
