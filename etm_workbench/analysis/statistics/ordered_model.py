"""Ordered logit: an ordered answer explained by several things at once."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats
from statsmodels.miscmodels.ordinal_model import OrderedModel

from etm_workbench.analysis.statistics.inputs import probability, same_length, whole_counts
from etm_workbench.analysis.statistics.notes import DID_NOT_CONVERGE, MISSING, join
from etm_workbench.analysis.statistics.result import FloatArray, IntArray
from etm_workbench.codebook import Bilingual
from etm_workbench.errors import BadInput

_LARGEST_COEFFICIENT = 15.0  # log odds beyond which answers are perfectly predicted and have no estimate


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class OrderedLogit:
    """A fitted proportional-odds model.

    Parameters
    ----------
    coefficients, standard_errors, p_values, low, high : ndarray of float
        One a predictor: log odds of a higher answer for one unit more, Wald tests and limits.
    thresholds, threshold_errors : ndarray of float
        One a step between categories.
    deviance : float
        -2 log likelihood.
    n : int
        People, weights counted.
    converged : bool
        Whether the numbers may be used.
    level : float
        Confidence level of the limits.
    note : Bilingual or None
        Missing answers, or no convergence.
    """

    coefficients: FloatArray
    standard_errors: FloatArray
    p_values: FloatArray
    low: FloatArray
    high: FloatArray
    thresholds: FloatArray
    threshold_errors: FloatArray
    deviance: float
    n: int
    converged: bool
    level: float
    note: Bilingual | None


def ordered_logit(
    outcome: ArrayLike, predictors: ArrayLike, *, weights: ArrayLike | None = None, level: float = 0.95
) -> OrderedLogit:
    """Proportional odds: logit P(Y ≤ j) = threshold j - predictors × coefficients, by maximum likelihood.

    Parameters
    ----------
    outcome : array of float, one entry a person or pattern
        Ordered answer; only the order of its distinct values counts.
    predictors : array of float, entries × predictors
        Without a constant; code categories as 0 and 1.
    weights : array of int, optional
        People with each pattern.
    level : float
        Confidence level.

    Returns
    -------
    OrderedLogit
        Not converged, with a note, when a predictor separates answers perfectly.

    Raises
    ------
    BadInput
        Different lengths, fewer than two answers, predictors that determine one another.

    Notes
    -----
    Entries with a missing (NaN) outcome or predictor are left out and noted. Ties are what the model is about. That
    each predictor moves all steps alike is assumed, not tested.

    Source: McCullagh, Journal of the Royal Statistical Society B 42, 1980, 109-142;
    statsmodels.miscmodels.ordinal_model.OrderedModel; checked against R's MASS::polr.

    Examples
    --------
    >>> model = ordered_logit([1, 2, 3, 1, 2, 3], [[0], [0], [0], [1], [1], [1]], weights=[9, 5, 2, 3, 6, 8])
    >>> model.coefficients.round(3), model.standard_errors.round(3)
    (array([1.807]), array([0.714]))
    """
    codes, design, people, note = _prepared(outcome, predictors, weights)
    probability(level, "level", closed=False)
    if np.unique(codes).size < 2 or np.linalg.matrix_rank(design - design.mean(axis=0)) < design.shape[1]:
        raise BadInput(
            "There are fewer than two answers, or predictors determine one another.",
            expected="At least two answers and predictors none of which follows from the others or is constant.",
            remedy="Leave one category out as the one compared with.",
        )
    repeated = np.repeat(np.arange(codes.size), people)
    model = OrderedModel(codes[repeated], design[repeated], distr="logit")
    with warnings.catch_warnings():
        # statsmodels warns on its way; whether it arrived is checked below.
        warnings.simplefilter("ignore")
        start = model.fit(method="bfgs", gtol=1e-8, maxiter=500, disp=False)
        fitted = model.fit(method="newton", start_params=start.params, maxiter=50, disp=False)
        spread = np.asarray(fitted.cov_params(), dtype=float)
    values, errors = _with_thresholds(np.asarray(fitted.params, dtype=float), spread, design.shape[1])
    settled = bool(np.isfinite(errors).all() and np.abs(values).max() < _LARGEST_COEFFICIENT)
    slopes, slope_errors = values[: design.shape[1]], errors[: design.shape[1]]
    half = float(stats.norm.isf((1 - level) / 2)) * slope_errors
    return OrderedLogit(
        coefficients=slopes,
        standard_errors=slope_errors,
        p_values=np.asarray(2 * stats.norm.sf(np.abs(slopes / slope_errors))),
        low=slopes - half,
        high=slopes + half,
        thresholds=values[design.shape[1] :],
        threshold_errors=errors[design.shape[1] :],
        deviance=-2 * float(fitted.llf),
        n=int(people.sum()),
        converged=settled,
        level=level,
        note=join(note, None if settled else DID_NOT_CONVERGE),
    )


def _with_thresholds(parameters: FloatArray, spread: FloatArray, predictors: int) -> tuple[FloatArray, FloatArray]:
    """Slopes and thresholds with their standard errors.

    statsmodels holds the first threshold and the logarithms of the steps to the next ones; errors of the thresholds
    themselves follow by the delta method.
    """
    steps = np.concatenate([parameters[predictors : predictors + 1], np.exp(parameters[predictors + 1 :])])
    change = np.eye(parameters.size)
    change[predictors:, predictors:] = np.tril(np.ones((steps.size, steps.size))) * np.append(1.0, steps[1:])
    values = np.concatenate([parameters[:predictors], np.cumsum(steps)])
    with np.errstate(invalid="ignore"):
        return values, np.sqrt(np.diag(change @ spread @ change.T))


def _prepared(
    outcome: ArrayLike, predictors: ArrayLike, weights: ArrayLike | None
) -> tuple[IntArray, FloatArray, IntArray, Bilingual | None]:
    answer, design = np.asarray(outcome, dtype=float).ravel(), np.asarray(predictors, dtype=float)
    design = design[:, None] if design.ndim == 1 else design
    people = np.ones(answer.size, dtype=np.int64) if weights is None else whole_counts(weights, "weights").ravel()
    same_length({"outcome": answer, "predictors": design, "weights": people})
    kept = ~np.isnan(answer) & ~np.isnan(design).any(axis=1)
    used = kept & (people > 0)
    codes = np.asarray(np.unique(answer[used], return_inverse=True)[1], dtype=np.int64)
    return codes, design[used], people[used], None if kept.all() else MISSING
