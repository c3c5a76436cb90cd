"""What a share lies between while answers are missing: every missing answer counted against it, or for it.

These bounds assume nothing about who has not answered; they are Manski's worst-case bounds (Partial
Identification of Probability Distributions, 2003, section 1.2), and narrow as returns come in.
"""

from __future__ import annotations

import numpy as np

from etm_workbench.analysis.measures import add_figures
from etm_workbench.errors import BadInput
from etm_workbench.sensitive import MISSING, OPEN_NODES, TOTAL, Figure, SensitiveTable, open_evidence


def with_bounds(table: SensitiveTable, of: str) -> SensitiveTable:
    """The table with what each share of a question could be once everybody has answered.

    Parameters
    ----------
    table : SensitiveTable
        Any, with the question among its dimensions.
    of : str
        The question: a dimension with the nodes `MISSING` and `TOTAL`.

    Returns
    -------
    SensitiveTable
        With the figures `lowest` and `highest`, proportions 0 to 1 of everybody asked; NaN where nobody
        was asked, and for the nodes that are no answers.

    Raises
    ------
    BadInput
        The table has no such question, or it is one that everybody answered by construction.
    """
    axes = [i for i, d in enumerate(table.dimensions) if d.variable == of and {MISSING, TOTAL} <= set(d.codes)]
    if not axes:
        raise BadInput(
            f"Table '{table.name}' has no question '{of}' that may go unanswered.",
            expected="A questionnaire variable among its dimensions.",
            remedy="Count by that variable.",
        )
    axis, codes = axes[0], table.dimensions[axes[0]].codes
    grid = np.arange(len(table.cells)).reshape(table.shape)
    missing, whole = (
        np.broadcast_to(np.take(grid, [codes.index(code)], axis=axis), table.shape).ravel() for code in (MISSING, TOTAL)
    )
    counts = open_evidence(table).counts.astype(float)
    answers = np.array([key[axis] not in OPEN_NODES for key in table.cells]) & (counts[whole] > 0)
    low, high = np.full(counts.size, np.nan), np.full(counts.size, np.nan)
    low[answers] = (counts / np.maximum(counts[whole], 1))[answers]
    high[answers] = ((counts + counts[missing]) / np.maximum(counts[whole], 1))[answers]
    depends = tuple((cell, int(m), int(w)) for cell, (m, w) in enumerate(zip(missing, whole, strict=True)))
    return add_figures(table, Figure("lowest", "share", low, depends), Figure("highest", "share", high, depends))
