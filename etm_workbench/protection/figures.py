"""Rules for figures beside counts: means, percentiles, extremes, sums, test statistics.

A figure is withheld with the cells it could be worked back to; these rules say when it is unsafe although
those cells are shown. All numbers come from the policy; the kinds are those of the output rules of
statistical agencies (Handbook on Statistical Disclosure Control, 2nd edition, chapter 6).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from etm_workbench.protected import Reason
from etm_workbench.protection.policy import Magnitudes, Policy
from etm_workbench.sensitive import Evidence, Figure, SensitiveTable, open_evidence

Counts = NDArray[np.int64]


def unsafe_figures(table: SensitiveTable, figure: Figure, policy: Policy) -> dict[int, Reason]:
    """Positions of a figure's values that must not be seen, and why.

    Parameters
    ----------
    table : SensitiveTable
        With the people behind each cell and, for sums, the quantity each of them adds.
    figure : Figure
        One of its figures. Differences, bounds and p-values are safe with the counts they depend on.
    policy : Policy
        Of the audience.

    Returns
    -------
    dict of int to Reason
        `too_few` people, or `dominance` of one or two of them.
    """
    evidence = open_evidence(table)
    behind = _smallest(evidence.counts, figure.depends)
    rules = policy.magnitudes
    exists = ~np.isnan(figure.values)
    minimum = {
        "mean": rules.minimum_mean,
        "ratio": rules.minimum_mean,
        "sum": rules.minimum_mean,
        "median": 2 * rules.minimum_quantile,
        "test": policy.tests.minimum_freedom + 1,
    }.get(figure.kind, 0)
    unsafe: dict[int, Reason] = {int(i): "too_few" for i in np.flatnonzero(exists & (behind < minimum))}
    if figure.kind == "extreme" and not rules.extremes:
        unsafe |= {int(i): "too_few" for i in np.flatnonzero(exists)}
    if evidence.magnitude is not None and figure.kind in ("mean", "sum"):
        unsafe |= {int(i): "dominance" for i in np.flatnonzero(exists) if is_dominated(evidence, int(i), rules)}
    return unsafe


def is_dominated(evidence: Evidence, cell: int, rules: Magnitudes) -> bool:
    """Whether one or two contributors make up most of a sum, or the largest could be estimated too closely.

    The (n, k) rule with n of 1 and 2, and the p-percent rule: what is left beside the two largest, which
    the second largest contributor may subtract, is less than p percent of the largest.
    """
    if evidence.magnitude is None:
        return False
    row = evidence.contributors.indices[evidence.contributors.indptr[cell] : evidence.contributors.indptr[cell + 1]]
    held = np.sort(np.abs(evidence.magnitude[row]))[::-1]
    total = float(held.sum())
    if total <= 0:
        return False
    rest = total - float(held[:2].sum())
    return bool(held[:2].sum() > rules.dominance_share * total or rest < rules.p_percent / 100 * held[0])


def _smallest(counts: Counts, depends: Sequence[Sequence[int]]) -> Counts:
    """The fewest people behind any cell that each value is made of; a value of nothing has nobody behind it."""
    return np.array([min((int(counts[c]) for c in cells), default=0) for cells in depends], np.int64)
