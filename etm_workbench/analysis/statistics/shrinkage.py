"""Estimates for small organizations drawn towards the service: an option, always labelled.

With three people a share is 0, 33, 67 or 100 %. If organizations are taken to be draws from one distribution, the
best guess of a small one's true share lies nearer to everybody's. It is a better guess and not an observation,
and the label says so. It is never compared or tested.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, log, nan

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special, stats

from etm_workbench.analysis.statistics.inputs import probability, same_length, whole_counts
from etm_workbench.analysis.statistics.notes import NO_SPREAD, NOBODY, SHRUNKEN, join
from etm_workbench.analysis.statistics.result import FloatArray, IntArray
from etm_workbench.codebook import Bilingual
from etm_workbench.errors import BadInput

_LARGEST_WEIGHT = 1e7  # people that the service's share may weigh; beyond, organizations do not differ


@dataclass(frozen=True, slots=True)
class BetaBinomial:
    """Distribution of organizations' true shares.

    `mean`: the common share. `weight`: how many people it weighs, infinite when organizations do not differ. The
    correlation of two people of one organization is 1/(weight + 1).
    """

    mean: float
    weight: float

    @property
    def correlation(self) -> float:
        """Correlation of two people of one organization, from 0 to below 1."""
        return 1 / (self.weight + 1)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Shrunken:
    """Shares drawn towards the common share, one entry an organization.

    `estimate`, `low`, `high`: posterior mean and limits, 0 to 1. `observed`: the share itself, NaN without people.
    `pull`: how far it was drawn, 0 (not) to 1 (wholly). `label`: what must stand beside every such number.
    """

    estimate: FloatArray
    low: FloatArray
    high: FloatArray
    observed: FloatArray
    pull: FloatArray
    prior: BetaBinomial
    level: float
    label: Bilingual


def fit_beta_binomial(successes: ArrayLike, totals: ArrayLike) -> BetaBinomial:
    """How organizations' true shares are spread, by maximum likelihood.

    x ~ beta-binomial(n, μM, (1 - μ)M); μ and M maximize the likelihood of all counts.

    Parameters
    ----------
    successes, totals : array of int, one entry an organization
        People of one kind and all people.

    Returns
    -------
    BetaBinomial
        An infinite weight when organizations differ no more than chance would have it; NaN mean without people.

    Raises
    ------
    BadInput
        Not counts, different lengths.

    Notes
    -----
    Missing answers are left out beforehand; empty organizations say nothing. Ties do not arise.

    Source: Griffiths, Biometrics 29, 1973, 637-648; Efron and Morris, Journal of the American Statistical
    Association 70, 1975, 311-319.

    Examples
    --------
    >>> fitted = fit_beta_binomial([2, 9, 4, 30, 1], [12, 20, 40, 90, 15])
    >>> round(fitted.mean, 3), round(fitted.weight, 1)
    (0.231, 11.9)
    """
    part, total = _counts(successes, totals)
    part, total = part[total > 0], total[total > 0]
    if not total.size:
        return BetaBinomial(nan, inf)
    pooled = float(part.sum() / total.sum())
    if pooled in (0, 1) or total.size < 2:
        return BetaBinomial(pooled, inf)
    start = np.array([special.logit(pooled), log(20.0)])
    bounds = [(-20, 20), (log(0.1), log(_LARGEST_WEIGHT))]
    found = optimize.minimize(_minus_log_likelihood, start, args=(part, total), bounds=bounds, method="L-BFGS-B")
    alike = -float(np.sum(stats.binom.logpmf(part, total, pooled)))
    # The binomial is the limit of infinite weight: it stands unless spread explains the counts better.
    if found.fun >= alike - 1e-6 or found.x[1] > log(_LARGEST_WEIGHT) - 1:
        return BetaBinomial(pooled, inf)
    return BetaBinomial(float(special.expit(found.x[0])), exp(float(found.x[1])))


def shrink(
    successes: ArrayLike, totals: ArrayLike, *, prior: BetaBinomial | None = None, level: float = 0.95
) -> Shrunken:
    """Shares drawn towards the common share, the more so the smaller the organization.

    Posterior: beta(x + μM, n - x + (1 - μ)M); its mean is n/(n + M) of the observed share and M/(n + M) of μ.

    Parameters
    ----------
    successes, totals : array of int, one entry an organization
        People of one kind and all people.
    prior : BetaBinomial, optional
        From `fit_beta_binomial` on the whole service; fitted to these organizations by default.
    level : float
        Probability between the limits.

    Returns
    -------
    Shrunken
        An organization without people gets the common share and its spread. When organizations do not differ every
        estimate is the common share, without spread, and the label says so.

    Raises
    ------
    BadInput
        Not counts, different lengths, a level outside its range.

    Notes
    -----
    Missing answers are left out beforehand; ties do not arise. The limits take the fitted spread as known.

    Source: Casella, American Statistician 39, 1985, 83-87; Efron and Morris 1975.

    Examples
    --------
    >>> shrink([2, 9, 4, 30, 1], [12, 20, 40, 90, 15]).estimate.round(3)
    array([0.199, 0.368, 0.13 , 0.321, 0.14 ])
    """
    part, total = _counts(successes, totals)
    probability(level, "level", closed=False)
    fitted = fit_beta_binomial(part, total) if prior is None else prior
    observed = np.divide(part, total, out=np.full(total.size, nan), where=total > 0)
    if fitted.weight == inf:
        common = np.full(total.size, fitted.mean)
        return _shrunken((common, common, common), observed, np.ones(total.size), fitted, level)
    first, second = part + fitted.mean * fitted.weight, total - part + (1 - fitted.mean) * fitted.weight
    tail = (1 - level) / 2
    low, high = stats.beta.ppf(tail, first, second), stats.beta.isf(tail, first, second)
    pull = np.asarray(fitted.weight / (total + fitted.weight), dtype=float)
    return _shrunken((first / (first + second), np.asarray(low), np.asarray(high)), observed, pull, fitted, level)


def _shrunken(
    limits: tuple[FloatArray, FloatArray, FloatArray],
    observed: FloatArray,
    pull: FloatArray,
    prior: BetaBinomial,
    level: float,
) -> Shrunken:
    label = join(SHRUNKEN, None if prior.weight < inf else NO_SPREAD, None if (pull < 1).any() else NOBODY)
    estimate, low, high = limits
    return Shrunken(
        estimate=estimate,
        low=low,
        high=high,
        observed=observed,
        pull=pull,
        prior=prior,
        level=level,
        label=label or SHRUNKEN,
    )


def _counts(successes: ArrayLike, totals: ArrayLike) -> tuple[IntArray, IntArray]:
    part, total = whole_counts(successes, "successes").ravel(), whole_counts(totals, "totals").ravel()
    same_length({"successes": part, "totals": total})
    if (part > total).any():
        raise BadInput("A part is larger than its whole.", expected="successes <= totals in every organization.")
    return part, total


def _minus_log_likelihood(parameters: FloatArray, part: IntArray, total: IntArray) -> float:
    mean, weight = float(special.expit(parameters[0])), exp(float(parameters[1]))
    return -float(np.sum(stats.betabinom.logpmf(part, total, mean * weight, (1 - mean) * weight)))
