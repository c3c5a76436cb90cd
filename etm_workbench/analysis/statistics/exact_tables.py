"""Exact and simulated p-values of two-way tables given their margins.

A table's statistic is a sum over its columns. The columns are split in two halves; each half is built up
column by column, merging partial tables that have used the same people and reached the same statistic;
then every left half is paired with the right halves that complete it, whose tail probability is looked
up in a cumulative sum. This visits millions of partial tables where Mehta and Patel's example has a
billion tables (Journal of the American Statistical Association 78, 1983, 427-434, who merge likewise
but cut with bounds instead of halving).

scipy only simulates tables larger than 2×2; its sampler of random tables is used for that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from etm_workbench.analysis.statistics.monte_carlo import DEFAULT_BUDGET, Budget, Simulated, need_rng, simulate
from etm_workbench.analysis.statistics.result import Alternative, FloatArray, IntArray

TIE = 1e-7
_GRAIN = 1e8  # statistics are merged when they agree to eight decimals
_STATISTICS_A_STATE = 100  # typical number of different statistics among partial tables with the same people used
_AT_ONCE = 2_000_000  # fillings tried in one array operation; bounds memory


@dataclass(frozen=True, slots=True)
class Score:
    """What a column adds to a table's statistic: the larger the sum over columns, the more extreme the table.

    Parameters
    ----------
    of_column : callable
        Given columns (one a line, rows across) and the column's position: one number a line.
    of_use : callable, optional
        What more it adds when people (one a line, rows across) have gone to the columns before.
    """

    of_column: Callable[[IntArray, int], FloatArray]
    of_use: Callable[[IntArray, IntArray], FloatArray] | None = None


def _log_factorials(columns: IntArray, position: int) -> FloatArray:
    del position
    return np.asarray(special.gammaln(columns + 1).sum(axis=-1))


LOG_FACTORIALS = Score(_log_factorials)
"""Σ log(x!): the larger, the less probable the table (Fisher, Freeman and Halton)."""


def table_p_value(
    table: IntArray, score: Score, *, budget: Budget, rng: np.random.Generator | None
) -> tuple[float, float]:
    """Probability, given the margins, of a statistic at least the observed one; and its standard error.

    Parameters
    ----------
    table : array of int, rows × columns
        No empty row or column. The fewer rows, the less work.
    score : Score
        What each column adds to the statistic.
    budget : Budget
        Enumerated if the partial tables to visit are no more than its steps.
    rng : numpy Generator or None
        For the simulation.

    Returns
    -------
    (float, float)
        The error is 0 when the p-value was enumerated.

    Raises
    ------
    BadInput
        Too large to enumerate and no `rng`.
    """
    observed = observed_score(table, score)
    exact = exact_tail(table, score, at_least=observed, budget=budget)
    if exact is not None:
        return exact, 0.0
    simulated = _simulated(table, score, observed=observed, draws=budget.draws, rng=need_rng(rng, "The table"))
    return simulated.p_value, simulated.error


def exact_tail(table: IntArray, score: Score, *, at_least: float, budget: Budget) -> float | None:
    """Probability, given the margins, of a statistic of at least `at_least`; None when beyond the budget."""
    try:
        return _Enumeration(table.sum(axis=1), table.sum(axis=0), score, budget.steps).tail(at_least - TIE)
    except _OverBudget:
        return None


def exact_tails(
    table: IntArray, score: Score, *, mean: float, alternative: Alternative, budget: Budget = DEFAULT_BUDGET
) -> float | None:
    """Probability of a statistic as far as the observed one; two-sided by distance from `mean`."""
    observed = observed_score(table, score)
    falling = Score(lambda columns, position: -score.of_column(columns, position), _negative(score.of_use))
    above, below = observed, observed
    if alternative == "two-sided":
        above, below = mean + abs(observed - mean), mean - abs(observed - mean)
        if observed == mean:
            return 1.0
    upper = None if alternative == "less" else exact_tail(table, score, at_least=above, budget=budget)
    lower = None if alternative == "greater" else exact_tail(table, falling, at_least=-below, budget=budget)
    wanted = [upper] if alternative == "greater" else [lower] if alternative == "less" else [upper, lower]
    found = [tail for tail in wanted if tail is not None]
    return min(1.0, sum(found)) if len(found) == len(wanted) else None


def observed_score(table: IntArray, score: Score) -> float:
    """The statistic of the table itself."""
    return float(_statistics(table[None], score)[0])


def _negative(
    of_use: Callable[[IntArray, IntArray], FloatArray] | None,
) -> Callable[[IntArray, IntArray], FloatArray] | None:
    return None if of_use is None else lambda columns, used: -of_use(columns, used)


def balanced(table: IntArray) -> IntArray:
    """The same table with fewer rows than columns and columns in the order that is cheapest to enumerate.

    Only for scores that do not depend on the order of columns or on which variable is by row.
    """
    if table.shape[0] > table.shape[1]:
        table = table.T
    largest_first = np.argsort(-table.sum(axis=0), kind="stable")
    return table[:, np.concatenate([largest_first[0::2], largest_first[1::2][::-1]])]


class _OverBudget(Exception):
    """Enumeration would visit more partial tables than allowed."""


@dataclass(frozen=True, slots=True, eq=False)
class PartialTables:
    """Partial tables: people used of each row (as one number), statistic so far, probability weight."""

    state: IntArray
    value: FloatArray
    weight: FloatArray


def _statistics(tables: IntArray, score: Score) -> FloatArray:
    total = np.zeros(len(tables))
    used = np.cumsum(tables, axis=2) - tables
    for position in range(tables.shape[2]):
        total += score.of_column(tables[:, :, position], position)
        if score.of_use is not None:
            total += score.of_use(tables[:, :, position], used[:, :, position])
    return total


def _simulated(table: IntArray, score: Score, *, observed: float, draws: int, rng: np.random.Generator) -> Simulated:
    sampler = stats.random_table(table.sum(axis=1), table.sum(axis=0))

    def draw(size: int) -> FloatArray:
        return _statistics(np.asarray(sampler.rvs(size=size, random_state=rng), dtype=np.int64), score)

    return simulate(draw, at_least=observed - TIE, draws=draws)


@dataclass(slots=True, eq=False)
class _Enumeration:
    """One table being enumerated: its margins, its score, and the partial tables still allowed."""

    rows: IntArray
    totals: IntArray
    score: Score
    left: float

    def tail(self, at_least: float) -> float:
        middle = self._cheapest_middle()
        first = self._half(range(middle), backward=False)
        second = self._half(range(len(self.totals) - 1, middle - 1, -1), backward=True)
        return joined_tail(first, second, full=int(self.rows @ self._radix), at_least=at_least)

    @property
    def _radix(self) -> IntArray:
        """People used of each row, written as one number in mixed base."""
        return np.concatenate([[1], np.cumprod(self.rows[:-1] + 1)])

    def _cheapest_middle(self) -> int:
        """Where to split the columns; gives up at once when even the distinct states are too many."""
        if np.prod(self.rows + 1.0) > 2**40:
            raise _OverBudget
        ways = _ways(self.rows)
        fills = np.array([_ways(np.minimum(self.rows, total))[total] for total in self.totals])
        before = np.concatenate([[0], np.cumsum(self.totals)])
        forward, least_forward = _column_costs(fills, ways[before])
        backward, least_backward = _column_costs(fills[::-1], ways[before][::-1])
        if (least_forward + least_backward[::-1]).min() > self.left:
            raise _OverBudget
        return int((forward + backward[::-1]).argmin())

    def _half(self, columns: range, *, backward: bool) -> PartialTables:
        half = PartialTables(np.zeros(1, dtype=np.int64), np.zeros(1), np.ones(1))
        for position in columns:
            fills = fillings(int(self.totals[position]), self.rows)
            self.left -= half.state.size * len(fills)
            if self.left < 0:
                raise _OverBudget
            half = _merged(
                [self._extended(part, fills, position, backward=backward) for part in _chunks(half, len(fills))]
            )
        return half

    def _extended(self, half: PartialTables, fills: IntArray, position: int, *, backward: bool) -> PartialTables:
        """Every partial table with every way to fill the next column that leaves no row overdrawn."""
        used = half.state[:, None] // self._radix % (self.rows + 1)
        fits = np.ones((len(used), len(fills)), dtype=bool)
        for row, total in enumerate(self.rows):
            fits &= fills[:, row] <= (total - used[:, row])[:, None]
        entry, fill = np.nonzero(fits)
        value = half.value[entry] + self.score.of_column(fills, position)[fill]
        if self.score.of_use is not None:
            column, taken = fills[fill], used[entry]
            value += self.score.of_use(column, self.rows - taken - column if backward else taken)
        state = half.state[entry] + (fills @ self._radix)[fill]
        return PartialTables(state, value, half.weight[entry] * self._chance(fills)[fill])

    def _chance(self, fills: IntArray) -> FloatArray:
        """Multinomial probability of each filling; any product form c(margins) Π 1/x! would do."""
        logs = special.gammaln(fills[0].sum() + 1) - special.gammaln(fills + 1).sum(axis=1)
        return np.asarray(np.exp(logs + fills @ np.log(self.rows / self.rows.sum())))


def _column_costs(fills: FloatArray, states: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Partial tables to visit up to each column: as guessed from past tables, and at the very least."""
    paths = np.concatenate([[1.0], np.cumprod(fills)])[:-1]
    guessed = np.minimum(paths, _STATISTICS_A_STATE * states[:-1]) * fills
    return np.concatenate([[0.0], np.cumsum(guessed)]), np.concatenate([[0.0], np.cumsum(states[:-1] * fills)])


def _ways(caps: IntArray) -> FloatArray:
    """In how many ways k people can be taken from rows with these totals, for each k."""
    ways = np.ones(1)
    for cap in caps.tolist():
        # A convolution with ones, as the difference of two running sums: linear in the number of people.
        reached = np.cumsum(np.concatenate([ways, np.zeros(cap)]))
        reached[cap + 1 :] -= reached[: -cap - 1].copy()
        ways = reached
    return ways


def fillings(total: int, caps: IntArray) -> IntArray:
    """Every way to draw `total` people from rows with these totals, one a line."""
    lines, left = np.zeros((1, 0), dtype=np.int64), np.array([total])
    for row, cap in enumerate(caps):
        lowest = np.maximum(0, left - caps[row + 1 :].sum())
        choices = np.minimum(cap, left) - lowest + 1
        origin = np.repeat(np.arange(left.size), choices)
        taken = np.arange(choices.sum()) - np.repeat(np.cumsum(choices) - choices, choices) + lowest[origin]
        lines, left = np.column_stack([lines[origin], taken]), left[origin] - taken
    return lines


def _chunks(half: PartialTables, fills: int) -> Iterator[PartialTables]:
    size = max(1, _AT_ONCE // fills)
    for start in range(0, half.state.size, size):
        part = slice(start, start + size)
        yield PartialTables(half.state[part], half.value[part], half.weight[part])


def _merged(parts: Sequence[PartialTables]) -> PartialTables:
    """Partial tables with the same people used and the same statistic, as one with the sum of their weights."""
    state = np.concatenate([part.state for part in parts])
    value = np.concatenate([part.value for part in parts])
    weight = np.concatenate([part.weight for part in parts])
    rounded = np.round((value - value.min()) * _GRAIN).astype(np.int64)
    order = _sorted_by(state, rounded)
    state, rounded = state[order], rounded[order]
    starts = np.flatnonzero(np.concatenate([[True], (np.diff(state) != 0) | (np.diff(rounded) != 0)]))
    return PartialTables(state[starts], value[order][starts], np.add.reduceat(weight[order], starts))


def _sorted_by(state: IntArray, rounded: IntArray) -> NDArray[np.intp]:
    """Order by state, then by value; as one key when it fits into 63 bits, which sorts much faster."""
    span = int(rounded.max()) + 1
    if int(state.max()) < 2**62 // span:
        return np.argsort(state * span + rounded)
    return np.lexsort((rounded, state))


def joined_tail(left: PartialTables, right: PartialTables, *, full: int, at_least: float) -> float:
    """Share of the weight of completed tables whose statistic is at least `at_least`."""
    needed = full - right.state
    order = np.lexsort((right.value, needed))
    needed, value = needed[order], right.value[order]
    cumulated = np.concatenate([[0.0], np.cumsum(right.weight[order])])
    first, last = np.searchsorted(needed, left.state, "left"), np.searchsorted(needed, left.state, "right")
    begin = _first_at_least(value, at_least - left.value, first, last)
    tail = left.weight @ (cumulated[last] - cumulated[begin])
    return float(min(1.0, tail / (left.weight @ (cumulated[last] - cumulated[first]))))


def _first_at_least(values: FloatArray, targets: FloatArray, first: IntArray, last: IntArray) -> IntArray:
    """For each target, where in values[first:last] (ascending) it is first reached; `last` if never."""
    low, high = first.copy(), last.copy()
    while (open_ := low < high).any():
        middle = (low + high) // 2
        short = open_ & (values[np.minimum(middle, values.size - 1)] < targets)
        low, high = np.where(short, middle + 1, low), np.where(open_ & ~short, middle, high)
    return low
