"""Did the distribution over categories change, exactly: for few people who moved.

If movements between two categories are as likely one way as the other, each of those who moved between them fell on
either side with one half. Every outcome of these coins is enumerated, or drawn when there are too many.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from etm_workbench.analysis.statistics.exact_tables import TIE
from etm_workbench.analysis.statistics.inputs import square_table
from etm_workbench.analysis.statistics.monte_carlo import DEFAULT_BUDGET, Budget, need_rng, simulate
from etm_workbench.analysis.statistics.movement import stuart_maxwell
from etm_workbench.analysis.statistics.notes import SIMULATED
from etm_workbench.analysis.statistics.result import FloatArray, IntArray, Result

_STEPS_AN_OUTCOME = 10


def stuart_maxwell_exact(
    table: ArrayLike, *, budget: Budget = DEFAULT_BUDGET, rng: np.random.Generator | None = None
) -> Result:
    """Exact test that the distribution over categories did not change between cycles.

    The statistic of `movement.stuart_maxwell`, d' V⁻¹ d; given how many moved between each two categories, those who
    moved one way are binomial with one half. V is the same in every outcome.

    Parameters
    ----------
    table : array of int, square
        People by category in the earlier cycle by row, the later one by column.
    budget : Budget
        Outcomes allowed; beyond, p is simulated.
    rng : numpy Generator, optional
        Needed only beyond the budget.

    Returns
    -------
    Result
        `error` is 0 when enumerated. Nobody moved: p = 1 and a note.

    Raises
    ------
    BadInput
        Not a square table of counts; too many outcomes and no `rng`.

    Notes
    -----
    People missing in either cycle are left out beforehand; outcomes as extreme within 1e-7 count.

    Source: Stuart, Biometrika 42, 1955, 412-416; for two categories it is the exact McNemar test.

    Examples
    --------
    >>> stuart_maxwell_exact([[5, 4, 1], [0, 3, 3], [0, 0, 2]])
    <stuart_maxwell_exact: n=18, statistic=7.36842, df=2, p_value=0.0234375>
    """
    counts = square_table(table)
    asymptotic = stuart_maxwell(counts)
    result = replace(asymptotic, method="stuart_maxwell_exact", assumptions=())
    if result.note is not None:
        return result
    first, second = np.triu_indices_from(counts, k=1)
    moved = counts[first, second] + counts[second, first]
    first, second, moved = first[moved > 0], second[moved > 0], moved[moved > 0]
    change = _Change(counts, first, second, moved)
    outcomes = float(np.prod(moved + 1.0))
    if outcomes * _STEPS_AN_OUTCOME <= budget.steps:
        return replace(result, p_value=change.exact_p(result.statistic))
    generator = need_rng(rng, "The number of movements")

    def draw(size: int) -> FloatArray:
        return change.statistics(generator.binomial(moved, 0.5, size=(size, moved.size)))

    simulated = simulate(draw, at_least=result.statistic - TIE, draws=budget.draws)
    return replace(result, p_value=simulated.p_value, error=simulated.error, note=SIMULATED)


class _Change:
    """Changes of the margins for any outcome of who moved which way."""

    def __init__(self, counts: IntArray, first: IntArray, second: IntArray, moved: IntArray) -> None:
        size, pairs = counts.shape[0], np.arange(moved.size)
        self.moved = moved
        # Somebody who moves from the first category to the second takes one from the first and adds one to the second.
        self.effect = np.zeros((moved.size, size))
        self.effect[pairs, first], self.effect[pairs, second] = -1.0, 1.0
        both = counts + counts.T
        spread = np.diag(both.sum(axis=1)) - both
        self.inverse = np.linalg.pinv(spread.astype(float), hermitian=True)

    def statistics(self, there: IntArray) -> FloatArray:
        """X² of outcomes, given how many of each pair moved from its first category to its second."""
        change = (2 * there - self.moved) @ self.effect
        return np.asarray(np.einsum("ij,jk,ik->i", change, self.inverse, change))

    def exact_p(self, observed: float) -> float:
        """Probability of an X² at least as large, over every outcome."""
        outcomes = np.stack(np.meshgrid(*(np.arange(n + 1) for n in self.moved), indexing="ij"), axis=-1)
        there = outcomes.reshape(-1, self.moved.size)
        chance = np.exp(np.log(special.binom(self.moved, there)).sum(axis=1) - self.moved.sum() * np.log(2))
        return float(min(1.0, chance[self.statistics(there) >= observed - TIE].sum()))
