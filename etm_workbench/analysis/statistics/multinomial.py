"""A whole profile of placements at once: does it differ from known shares, and where.

With few people the chi-square approximation fails; the exact test counts every profile that could have been.
"""

from __future__ import annotations

from dataclasses import replace
from math import comb
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats
from statsmodels.stats.proportion import multinomial_proportions_confint

from etm_workbench.analysis.statistics.exact_tables import TIE, PartialTables, fillings, joined_tail
from etm_workbench.analysis.statistics.inputs import one_of, probability, same_length, shares_that_add_up, whole_counts
from etm_workbench.analysis.statistics.monte_carlo import DEFAULT_BUDGET, Budget, need_rng, simulate
from etm_workbench.analysis.statistics.notes import NOBODY, SIMULATED, expected_counts_suffice
from etm_workbench.analysis.statistics.result import FloatArray, IntArray, Intervals, TableResult
from etm_workbench.analysis.statistics.shares import share_intervals

SimultaneousMethod = Literal["sison_glaz", "goodman", "quesenberry_hurst", "bonferroni_exact"]
_STEPS_A_PROFILE = 4


def goodness_of_fit(observed: ArrayLike, shares: ArrayLike) -> TableResult:
    """Large-sample test that a profile has known shares, with residuals.

    X² = Σ (O - nπ)²/(nπ) on categories - 1; standardized residual (O - nπ)/sqrt(nπ(1 - π)).

    Parameters
    ----------
    observed : array of int
        People in each category.
    shares : array of float, same length
        Known shares that add up to 1.

    Returns
    -------
    TableResult
        Arrays as long as `observed`. Nobody gives p = 1 and a note; somebody where the share is 0 gives p = 0.

    Raises
    ------
    BadInput
        Not counts, shares that do not add up to 1, different lengths.

    Notes
    -----
    Missing answers are left out beforehand or are a category. Categories with share 0 and nobody count for nothing.
    With few people use `multinomial_test`. Ties do not arise.

    Source: Pearson, Philosophical Magazine 50, 1900, 157-175; checked against worked cases.

    Examples
    --------
    >>> goodness_of_fit([40, 25, 35], [0.3, 0.3, 0.4])
    <goodness_of_fit: n=100, statistic=4.79167, df=2, p_value=0.0910967>
    """
    counts, known = _profile(observed, shares)
    people, possible = int(counts.sum()), known > 0
    expected = people * known
    safe, spread = np.where(possible, expected, 1), np.sqrt(np.where(possible, expected * (1 - known), 1))
    if not people:
        safe, spread = np.ones_like(safe), np.ones_like(spread)
    impossible = bool(counts[~possible].any())
    statistic = float("inf") if impossible else float(((counts - expected) ** 2 / safe).sum())
    df = int(possible.sum()) - 1
    return TableResult(
        method="goodness_of_fit",
        n=people,
        statistic=statistic,
        df=df,
        p_value=float(stats.chi2.sf(statistic, df)) if df else float(not impossible),
        expected=expected,
        residuals=(counts - expected) / np.sqrt(safe),
        standardized_residuals=(counts - expected) / np.where(spread > 0, spread, 1),
        assumptions=(expected_counts_suffice(bool((expected[possible] >= 5).mean() >= 0.8)),),
        note=None if people else NOBODY,
    )


def multinomial_test(
    observed: ArrayLike,
    shares: ArrayLike,
    *,
    ordering: Literal["probability", "chi_square"] = "probability",
    budget: Budget = DEFAULT_BUDGET,
    rng: np.random.Generator | None = None,
) -> TableResult:
    """Exact test that a profile has known shares, with the residuals that say where it does not.

    p is the multinomial probability of the profiles at least as extreme as the observed one: no more probable, or
    with no smaller X². Halves of the profile are enumerated and joined; beyond the budget p is simulated.

    Parameters
    ----------
    observed, shares
        As for `goodness_of_fit`.
    ordering : {"probability", "chi_square"}
        What makes a profile extreme.
    budget : Budget
        Work allowed.
    rng : numpy Generator, optional
        Needed only beyond the budget.

    Returns
    -------
    TableResult
        `statistic` X²; `error` is 0 when enumerated. Nobody gives p = 1 and a note.

    Raises
    ------
    BadInput
        As `goodness_of_fit`; too many profiles and no `rng`.

    Notes
    -----
    Missing answers are left out beforehand or are a category; profiles as extreme within 1e-7 count.

    Source: Read and Cressie, Goodness-of-Fit Statistics for Discrete Multivariate Data, 1988, ch. 5; checked
    against full enumeration in exact arithmetic.

    Examples
    --------
    >>> multinomial_test([4, 1, 3, 0, 1], [0.15, 0.2, 0.45, 0.15, 0.05])
    <multinomial_exact: n=9, statistic=7.85185, df=4, p_value=0.0876066>
    """
    one_of(ordering, "ordering", ("probability", "chi_square"))
    fit = goodness_of_fit(observed, shares)
    counts, known = _profile(observed, shares)
    result = replace(fit, method="multinomial_exact", assumptions=())
    if not counts.sum() or counts[known == 0].any():
        return replace(result, p_value=1.0 if not counts.sum() else 0.0)
    counts, known = counts[known > 0], known[known > 0]
    if known.size == 1:
        return replace(result, p_value=1.0)
    people, middle = int(counts.sum()), (known.size + 1) // 2
    observed_score = float(_scores(counts[None], known, people, ordering)[0])
    if comb(people + middle, middle) * _STEPS_A_PROFILE <= budget.steps:
        halves = [_half(part, people, ordering) for part in (known[:middle], known[middle:])]
        return replace(result, p_value=joined_tail(*halves, full=people, at_least=observed_score - TIE))
    generator = need_rng(rng, "The number of profiles")

    def draw(size: int) -> FloatArray:
        return _scores(generator.multinomial(people, known, size=size), known, people, ordering)

    simulated = simulate(draw, at_least=observed_score - TIE, draws=budget.draws)
    return replace(result, p_value=simulated.p_value, error=simulated.error, note=SIMULATED)


def multinomial_intervals(
    observed: ArrayLike, *, method: SimultaneousMethod = "sison_glaz", level: float = 0.95
) -> Intervals:
    """Shares of a profile with intervals that hold for all categories at once.

    Sison-Glaz: the shortest common half-width whose truncated Poisson probability reaches the level. Goodman: score
    intervals with χ² at 1 - (1 - level)/k on 1 degree of freedom; Quesenberry-Hurst: with χ² on k - 1.
    `bonferroni_exact`: Clopper-Pearson at that level, the one for very few people.

    Parameters
    ----------
    observed : array of int
        People in each category.
    method : str
        `sison_glaz`, `goodman`, `quesenberry_hurst`, `bonferroni_exact`.
    level : float
        Confidence level of all intervals together.

    Returns
    -------
    Intervals
        As long as `observed`, `simultaneous`. Nobody gives NaN shares, limits 0 and 1, and a note.

    Raises
    ------
    BadInput
        Not counts, an unknown method.

    Notes
    -----
    Missing answers are left out beforehand or are a category. Sison-Glaz wants seven or more categories, none too
    rare; Goodman fewer. Ties do not arise.

    Source: Sison and Glaz, Journal of the American Statistical Association 90, 1995, 366-369; Goodman,
    Technometrics 7, 1965, 247-254; Quesenberry and Hurst, Technometrics 6, 1964, 191-195;
    statsmodels.stats.proportion.multinomial_proportions_confint.

    Examples
    --------
    >>> multinomial_intervals([23, 12, 44], method="goodman").low.round(3)
    array([0.186, 0.079, 0.424])
    """
    counts = whole_counts(observed, "observed").ravel()
    one_of(method, "method", ("sison_glaz", "goodman", "quesenberry_hurst", "bonferroni_exact"))
    probability(level, "level", closed=False)
    people, alpha = int(counts.sum()), 1 - level
    if not people:
        nothing = np.full(counts.size, np.nan)
        low, high = np.zeros(counts.size), np.ones(counts.size)
        return _simultaneous(method, (nothing, low, high), level)
    if method in ("sison_glaz", "goodman"):
        limits = multinomial_proportions_confint(counts, alpha=alpha, method=method.replace("_", "-"))
        return _simultaneous(method, (counts / people, *np.clip(limits.T, 0, 1)), level)
    if method == "bonferroni_exact":
        each = share_intervals(
            counts, np.full(counts.size, people), method="clopper_pearson", level=1 - alpha / counts.size
        )
    else:
        normal = float(stats.chi2.isf(alpha, counts.size - 1)) ** 0.5 if counts.size > 1 else 0.0
        each = share_intervals(counts, np.full(counts.size, people), level=1 - 2 * float(stats.norm.sf(normal)))
    return _simultaneous(method, (each.estimate, each.low, each.high), level)


def _profile(observed: ArrayLike, shares: ArrayLike) -> tuple[IntArray, FloatArray]:
    counts, known = whole_counts(observed, "observed").ravel(), shares_that_add_up(shares, "shares")
    same_length({"observed": counts, "shares": known})
    return counts, known


def _scores(profiles: IntArray, known: FloatArray, people: int, ordering: str) -> FloatArray:
    """What each category adds, summed: -log of the probability's part, or X²."""
    if ordering == "probability":
        return np.asarray((special.gammaln(profiles + 1) - profiles * np.log(known)).sum(axis=-1))
    return np.asarray(((profiles - people * known) ** 2 / (people * known)).sum(axis=-1))


def _half(known: FloatArray, people: int, ordering: str) -> PartialTables:
    """Every profile over some of the categories, of up to all the people."""
    profiles = fillings(people, np.full(known.size + 1, people))[:, :-1]
    weight = np.exp((profiles * np.log(known) - special.gammaln(profiles + 1)).sum(axis=1))
    return PartialTables(profiles.sum(axis=1), _scores(profiles, known, people, ordering), weight)


def _simultaneous(method: str, arrays: tuple[FloatArray, FloatArray, FloatArray], level: float) -> Intervals:
    estimate, low, high = arrays
    note = NOBODY if np.isnan(estimate).any() else None
    return Intervals(method=method, estimate=estimate, low=low, high=high, level=level, simultaneous=True, note=note)
