"""Several groups on an ordered answer, without an order among the groups; and two groups by another rank test.

`kruskal` asks whether any group differs, `pairs.dunn` which ones do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from etm_workbench.analysis.statistics.inputs import answers, side
from etm_workbench.analysis.statistics.monte_carlo import DEFAULT_BUDGET, Budget, need_rng
from etm_workbench.analysis.statistics.notes import (
    EMPTY_DROPPED,
    MISSING,
    NO_VARIATION,
    NOBODY,
    SIMULATED,
    join,
    normal_suffices,
)
from etm_workbench.analysis.statistics.result import Alternative, FloatArray, Result
from etm_workbench.codebook import Bilingual
from etm_workbench.errors import BadInput


def kruskal(groups: Sequence[ArrayLike]) -> Result:
    """Test that no group tends to give higher answers than another.

    H = (12/(N(N+1)) Σ R²/n - 3(N+1)) / (1 - Σ(t³ - t)/(N³ - N)), chi-square on groups - 1.

    Parameters
    ----------
    groups : sequence of arrays
        One number a person, one array a group; at least two.

    Returns
    -------
    Result
        Everybody alike or fewer than two groups with people gives p = 1 and a note.

    Raises
    ------
    BadInput
        Fewer than two groups, an infinite answer.

    Notes
    -----
    Missing answers (NaN) are left out; empty groups too, both noted. Ties are corrected for.

    Source: Kruskal and Wallis, Journal of the American Statistical Association 47, 1952, 583-621;
    scipy.stats.kruskal; checked against R's kruskal.test.

    Examples
    --------
    >>> kruskal([[1, 2, 2], [2, 3, 3], [3, 4, 4]])
    <kruskal: n=9, statistic=6.15015, df=2, p_value=0.0461862>
    """
    kept, note = answers_of_groups(groups)
    result = Result(method="kruskal", n=sum(map(len, kept)), p_value=1, note=join(NO_VARIATION, note))
    if len(kept) < 2 or np.unique(np.concatenate(kept)).size == 1:
        return result
    test = stats.kruskal(*kept)
    return replace(
        result,
        statistic=float(test.statistic),
        df=len(kept) - 1,
        p_value=float(test.pvalue),
        assumptions=(normal_suffices(min(map(len, kept)) >= 5),),
        note=note,
    )


def baumgartner(
    first: ArrayLike,
    second: ArrayLike,
    *,
    alternative: Alternative = "two-sided",
    budget: Budget = DEFAULT_BUDGET,
    rng: np.random.Generator | None = None,
) -> Result:
    """Rank test that sees differences of place and of spread: Baumgartner, Weiss and Schindler.

    B = ½ (Σ (Rᵢ - i N/m)² / (i/(m+1) (1 - i/(m+1)) n N/m) / m + the same for the other group); p from
    permutations, all of them when the budget allows.

    Parameters
    ----------
    first, second : array of float, one number a person
        Answers in order.
    alternative : {"two-sided", "less", "greater"}
        Side of first against second.
    budget : Budget
        All permutations up to its steps / 50, else its draws.
    rng : numpy Generator, optional
        Needed beyond the budget.

    Returns
    -------
    Result
        `error` is the standard error of a simulated p. An empty group, or everybody alike, gives p = 1 and a note.

    Raises
    ------
    BadInput
        An infinite answer; beyond the budget and no `rng`.

    Notes
    -----
    Missing answers (NaN) are left out and noted. Ties are given ranks in order and make the test approximate.

    Source: Baumgartner, Weiss and Schindler, Biometrics 54, 1998, 1129-1135; Neuhäuser 2005 for the one-sided
    form; scipy.stats.bws_test.

    Examples
    --------
    >>> baumgartner([1, 2, 3, 4, 6, 7, 8], [5, 9, 10, 11, 12, 13, 14])
    <baumgartner: n=14, statistic=5.13217, p_value=0.00291375>
    """
    (x, x_missing), (y, y_missing) = answers(first, "first"), answers(second, "second")
    note = MISSING if x_missing or y_missing else None
    result = Result(method="baumgartner", n=x.size + y.size, p_value=1, alternative=side(alternative), note=note)
    if not x.size or not y.size:
        return replace(result, note=join(NOBODY, note))
    if np.unique(np.concatenate([x, y])).size == 1:
        return replace(result, note=join(NO_VARIATION, note))
    exact = _orders(x.size, y.size) <= budget.steps / _STEPS_A_PERMUTATION
    method = stats.PermutationMethod(
        n_resamples=budget.steps if exact else budget.draws,  # at least as many as there are: all of them
        rng=None if exact else need_rng(rng, "The number of permutations"),
        batch=_BATCH,
    )
    test = stats.bws_test(x, y, alternative=alternative, method=method)
    p_value = float(test.pvalue)
    error = 0.0 if exact else sqrt(p_value * (1 - p_value) / budget.draws)
    note = note if exact else join(note, SIMULATED)
    return replace(result, statistic=float(test.statistic), p_value=p_value, error=error, note=note)


_STEPS_A_PERMUTATION = 50
_BATCH = 5_000


def _orders(m: int, n: int) -> float:
    return float(special.binom(m + n, m))


def answers_of_groups(groups: Sequence[ArrayLike]) -> tuple[list[FloatArray], Bilingual | None]:
    """Groups that have answers, missing ones left out, and what to say of what was left out."""
    if len(groups) < 2:
        raise BadInput(
            f"There are {len(groups)} groups.", expected="At least two.", remedy="Pass one array of answers a group."
        )
    read = [answers(group, f"groups[{position}]") for position, group in enumerate(groups)]
    missing = MISSING if any(left_out for _, left_out in read) else None
    kept = [present for present, _ in read if present.size]
    return kept, join(missing, None if len(kept) == len(groups) else EMPTY_DROPPED)
