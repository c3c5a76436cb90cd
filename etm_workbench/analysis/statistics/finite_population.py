"""Estimates from some of a known number of people.

When most of an organization has answered there are few left to be wrong about: limits narrow, and vanish when
everybody has answered. This supposes that those who answered are like those who did not; if that is in doubt
`missing` gives bounds that suppose nothing.
"""

from __future__ import annotations

from dataclasses import replace
from math import inf, nan, sqrt

import numpy as np
from scipy import stats

from etm_workbench.analysis.statistics.inputs import Count, count_of, tail_alpha
from etm_workbench.analysis.statistics.notes import NOBODY, normal_suffices
from etm_workbench.analysis.statistics.result import Result
from etm_workbench.errors import BadInput


def finite_population_mean(mean: float, sd: float, *, n: int, population: float = inf, level: float = 0.95) -> Result:
    """A mean with the standard error and interval that a known population allows.

    se = sd/sqrt(n) × sqrt(1 - n/N); limits by Student's t on n - 1 degrees of freedom.

    Parameters
    ----------
    mean, sd : float
        Mean and standard deviation (divisor n - 1) of those who answered, in the unit of the variable.
    n : int
        People who answered.
    population : float
        All people N; infinity for no correction.
    level : float
        Confidence level.

    Returns
    -------
    Result
        `standard_error` in the unit of the variable, 0 when everybody answered. Fewer than two answers give NaN
        limits and a note.

    Raises
    ------
    BadInput
        More answers than people, a negative standard deviation.

    Notes
    -----
    Missing answers are taken to be like the others. Ties do not matter.

    Source: Cochran, Sampling Techniques, 1977, 2.6; checked against R's survey::svymean.

    Examples
    --------
    >>> finite_population_mean(584.61, 393.451392028859, n=200, population=6194)
    <finite_population_mean: n=200, df=199, quantity=mean, estimate=584.61, low=530.641, high=638.579, level=0.95,
    standard_error=27.3684>
    """
    if n < 0 or n > population or sd < 0:
        raise BadInput(
            "There are more answers than people, or a negative standard deviation.",
            expected="0 <= n <= population and sd >= 0.",
            remedy="Count the population at the same date as the answers.",
        )
    alpha = tail_alpha(level, "two-sided")
    result = Result(method="finite_population_mean", n=n, quantity="mean", estimate=mean if n else nan, level=level)
    if n < 2:
        return replace(result, note=NOBODY if not n else None)
    error = sd / sqrt(n) * sqrt(1 - n / population)
    half = float(stats.t.isf(alpha / 2, n - 1)) * error
    return replace(
        result,
        df=n - 1,
        standard_error=error,
        low=mean - half,
        high=mean + half,
        assumptions=(normal_suffices(n >= 30),),
    )


def finite_population_share(count: Count, population: int, *, level: float = 0.95) -> Result:
    """The share in the whole population, from those who answered, with exact hypergeometric limits.

    Limits: the fewest and the most people of the kind, M of N, for which the observed count or one further out has
    probability above (1 - level)/2.

    Parameters
    ----------
    count : (int, int)
        People of one kind, and all who answered.
    population : int
        All people N.
    level : float
        Confidence level.

    Returns
    -------
    Result
        `estimate`: share of those who answered; limits are shares M/N. Everybody answered: limits equal the share.

    Raises
    ------
    BadInput
        More answers than people, not counts.

    Notes
    -----
    Missing answers are taken to be like the others; ties do not arise.

    Source: Buonaccorsi, Journal of the American Statistical Association 82, 1987, 1162-1165 (method of Katz).

    Examples
    --------
    >>> finite_population_share((8, 15), 20)
    <finite_population_share: n=15, quantity=share, estimate=0.533333, low=0.4, high=0.65, level=0.95>
    """
    part, answered = count_of(count, "count")
    if answered > population:
        raise BadInput(
            "There are more answers than people.",
            expected="population no smaller than the number who answered.",
            remedy="Count the population at the same date as the answers.",
        )
    alpha = tail_alpha(level, "two-sided")
    result = Result(method="finite_population_share", n=answered, quantity="share", low=0, high=1, level=level)
    if not answered:
        return replace(result, note=NOBODY)
    possible = np.arange(part, population - (answered - part) + 1)
    at_least = stats.hypergeom.sf(part - 1, population, possible, answered)
    at_most = stats.hypergeom.cdf(part, population, possible, answered)
    return replace(
        result,
        estimate=part / answered,
        low=float(possible[at_least > alpha / 2].min()) / population,
        high=float(possible[at_most > alpha / 2].max()) / population,
    )
