"""The same people in three or more cycles.

`cochran_q` for yes and no, `friedman` for ordered answers, `page_trend` when a rise is expected.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from etm_workbench.analysis.statistics.inputs import one_of
from etm_workbench.analysis.statistics.monte_carlo import DEFAULT_BUDGET, Budget, simulate
from etm_workbench.analysis.statistics.notes import (
    MISSING,
    NO_CHANGE,
    NOBODY,
    SIMULATED,
    join,
    normal_suffices,
)
from etm_workbench.analysis.statistics.result import FloatArray, Result
from etm_workbench.codebook import Bilingual
from etm_workbench.errors import BadInput

_LARGEST_EXACT_PAGE = 2_000  # people × cycles², up to which scipy's exact distribution takes under a second


def cochran_q(answers: ArrayLike) -> Result:
    """Test that the share of yes is the same in every cycle, for the same people.

    Q = (k - 1)(k Σ Cⱼ² - T²)/(k T - Σ Rᵢ²), C yes a cycle, R yes a person, T all yes; chi-square on k - 1.

    Parameters
    ----------
    answers : array of 0 and 1, people × cycles
        NaN for a missing answer.

    Returns
    -------
    Result
        Nobody changed: p = 1 and a note.

    Raises
    ------
    BadInput
        Fewer than two cycles, something other than 0 and 1.

    Notes
    -----
    People missing in any cycle are left out and noted. People who never changed carry no
    weight. Ties are what is counted.

    Source: Cochran, Biometrika 37, 1950, 256-266; checked against statsmodels' cochrans_q.

    Examples
    --------
    >>> cochran_q([[1, 1, 0], [1, 0, 0], [1, 1, 1], [0, 1, 0], [1, 0, 0], [1, 1, 0]])
    <cochran_q: n=6, statistic=5.2, df=2, p_value=0.0742736>
    """
    complete, note = _complete(answers, least=2)
    if not np.isin(complete, (0, 1)).all():
        raise BadInput("'answers' holds something other than 0 and 1.", expected="1 for yes, 0 for no.")
    cycles = complete.shape[1]
    by_cycle, by_person, total = complete.sum(axis=0), complete.sum(axis=1), float(complete.sum())
    below = cycles * total - float((by_person**2).sum())
    result = Result(method="cochran_q", n=len(complete), p_value=1, note=note)
    if below == 0:
        return replace(result, note=join(NO_CHANGE if len(complete) else NOBODY, note))
    statistic = (cycles - 1) * (cycles * float((by_cycle**2).sum()) - total**2) / below
    changed = int(((by_person > 0) & (by_person < cycles)).sum())
    return replace(
        result,
        statistic=statistic,
        df=cycles - 1,
        p_value=float(stats.chi2.sf(statistic, cycles - 1)),
        assumptions=(normal_suffices(changed * cycles >= 24),),
    )


def friedman(answers: ArrayLike) -> Result:
    """Test that an ordered answer is the same in every cycle, for the same people.

    χ² = (12/(n k (k + 1)) Σ R² - 3n(k + 1)) / (1 - Σ(t³ - t)/(n k (k² - 1))), R the rank sum of a cycle, ranks within
    each person; chi-square on k - 1.

    Parameters
    ----------
    answers : array of float, people × cycles
        NaN for a missing answer.

    Returns
    -------
    Result
        `estimate`: Kendall's W, from 0 to 1. Nobody changed: p = 1 and a note.

    Raises
    ------
    BadInput
        Fewer than three cycles.

    Notes
    -----
    People missing in any cycle are left out and noted; ties within a person are corrected for.

    Source: Friedman, Journal of the American Statistical Association 32, 1937, 675-701; checked against
    scipy.stats.friedmanchisquare and R's friedman.test.

    Examples
    --------
    >>> friedman([[3, 3, 4], [2, 3, 4], [2, 2, 3], [4, 4, 4]])
    <friedman: n=4, statistic=5.6, df=2, p_value=0.0608101, quantity=kendalls_w, estimate=0.7>
    """
    complete, note = _complete(answers, least=3)
    people, cycles = complete.shape
    result = Result(method="friedman", n=people, p_value=1, quantity="kendalls_w", note=note)
    if not people or (np.ptp(complete, axis=1) == 0).all():
        return replace(result, note=join(NO_CHANGE if people else NOBODY, note))
    test = stats.friedmanchisquare(*complete.T)
    return replace(
        result,
        statistic=float(test.statistic),
        df=cycles - 1,
        p_value=float(test.pvalue),
        estimate=float(test.statistic) / (people * (cycles - 1)),
        assumptions=(normal_suffices(people * cycles > 30),),
    )


def friedman_simulated(answers: ArrayLike, *, rng: np.random.Generator, budget: Budget = DEFAULT_BUDGET) -> Result:
    """The test of `friedman`, or of `cochran_q` for 0 and 1, with p from shuffling each person's own answers.

    The statistic is Friedman's, which for 0 and 1 is Cochran's Q; p is the share of shuffles with one at least as
    large.

    Parameters
    ----------
    answers : array of float, people × cycles
        NaN for a missing answer.
    rng : numpy Generator
        For the shuffles.
    budget : Budget
        Its draws.

    Returns
    -------
    Result
        `error`: standard error of p. Nobody changed: p = 1 and a note.

    Raises
    ------
    BadInput
        Fewer than three cycles.

    Notes
    -----
    People missing in any cycle are left out and noted; ties stay as they are, so p holds at any size.

    Source: Good, Permutation Tests, 2nd ed., 2000, ch. 9; statistic as `friedman`.

    Examples
    --------
    >>> friedman_simulated([[3, 3, 4], [2, 3, 4], [2, 2, 3], [4, 4, 4]], rng=np.random.default_rng(1))
    <friedman_simulated: n=4, statistic=5.6, df=2, p_value=0.110549, quantity=kendalls_w, estimate=0.7,
    error=0.000991604>
    """
    complete, _ = _complete(answers, least=3)
    tested = friedman(answers)
    result = replace(tested, method="friedman_simulated", assumptions=())
    if tested.p_value == 1 and np.isnan(tested.statistic):
        return result
    ranks = stats.rankdata(complete, axis=1)
    ranks = ranks[np.ptp(ranks, axis=1) > 0]

    def draw(size: int) -> FloatArray:
        shuffled = rng.permuted(np.broadcast_to(ranks, (size, *ranks.shape)), axis=2)
        return np.asarray((shuffled.sum(axis=1) ** 2).sum(axis=1))

    observed = float((ranks.sum(axis=0) ** 2).sum())
    simulated = simulate(draw, at_least=observed - 1e-7, draws=budget.draws)
    return replace(result, p_value=simulated.p_value, error=simulated.error, note=join(tested.note, SIMULATED))


def page_trend(answers: ArrayLike, *, method: Literal["auto", "exact", "asymptotic"] = "auto") -> Result:
    """Test that an ordered answer rises over cycles, for the same people.

    L = Σ j Rⱼ, R the rank sum of cycle j. Exact given no ties within a person, else normal with mean n k(k + 1)²/4
    and variance n k²(k + 1)(k² - 1)/144.

    Parameters
    ----------
    answers : array of float, people × cycles
        Cycles in order; NaN for a missing answer. Reverse the columns to test a fall.
    method : {"auto", "exact", "asymptotic"}
        `auto`: exact for small tables.

    Returns
    -------
    Result
        `statistic` L; one-sided, `greater`. Nobody changed: p = 1 and a note.

    Raises
    ------
    BadInput
        Fewer than three cycles, or `exact` for a table that would take minutes.

    Notes
    -----
    People missing in any cycle are left out and noted. Ties within a person get midranks, which makes both
    p-values too large rather than too small.

    Source: Page, Journal of the American Statistical Association 58, 1963, 216-230; scipy.stats.page_trend_test;
    checked against R's cultevo::page.test.

    Examples
    --------
    >>> page_trend([[1.5, 4.0, 8.3, 5, 19, 11], [5, 4, 3.5, 10, 20, 21], [8.4, 3.2, 10, 12, 14, 15]])
    <page_trend: n=3, statistic=266, p_value=4.12166e-05, alternative=greater>
    """
    one_of(method, "method", ("auto", "exact", "asymptotic"))
    complete, note = _complete(answers, least=3)
    people, cycles = complete.shape
    result = Result(method="page_trend", n=people, p_value=1, alternative="greater", note=note)
    if not people or (np.ptp(complete, axis=1) == 0).all():
        return replace(result, note=join(NO_CHANGE if people else NOBODY, note))
    small = people * cycles**2 <= _LARGEST_EXACT_PAGE and cycles <= 8
    if method == "exact" and not small:
        raise BadInput(
            "There are too many people or cycles for the exact distribution.",
            expected=f"People × cycles² up to {_LARGEST_EXACT_PAGE}, at most 8 cycles.",
            remedy="Use method='asymptotic'.",
        )
    exact = small and method != "asymptotic"
    test = stats.page_trend_test(complete, method="exact" if exact else "asymptotic")
    enough = () if exact else (normal_suffices(people >= 12),)
    return replace(result, statistic=float(test.statistic), p_value=float(test.pvalue), assumptions=enough)


def _complete(answers: ArrayLike, *, least: int) -> tuple[FloatArray, Bilingual | None]:
    """People with an answer in every cycle, and a note when some had not."""
    table = np.asarray(answers, dtype=float)
    if table.ndim != 2 or table.shape[1] < least:
        raise BadInput(
            f"'answers' has shape {table.shape}.",
            expected=f"People × cycles, at least {least} cycles.",
            remedy="For two cycles use mcnemar or signed_rank." if least == 3 else "",
        )
    kept = table[~np.isnan(table).any(axis=1)]
    return kept, None if len(kept) == len(table) else MISSING
