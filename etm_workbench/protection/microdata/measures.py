"""How alike the people of a file are, and how much is learned of somebody found in it.

Definitions: k-anonymity (Sweeney 2002), l-diversity (Machanavajjhala et al. 2007), (alpha, k)-anonymity
(Wong et al. 2006), t-closeness (Li et al. 2007), beta-likeness (Cao and Karras 2012), delta-disclosure
(Brickell and Shmatikov 2008), delta-presence (Nergiz et al. 2007).
Results are checked against the published ones of pycanon on its own files.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etm_workbench.errors import BadInput
from etm_workbench.protection.microdata.file import Classes, Microdata, equivalence_classes

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measures:
    """What holds of a file, worst group and worst sensitive variable first.

    Parameters
    ----------
    k : int
        Fewest records that look alike.
    l : int
        Fewest different sensitive answers among records that look alike.
    entropy_l : float
        The same in even answers: exp of the least entropy.
    alpha : float
        Largest share of one answer in a group, 0 to 1.
    t : float
        Largest distance between a group's answers and the whole file's, 0 to 1.
    beta, enhanced_beta : float
        Largest relative gain in belief in one answer; the enhanced form is capped by its logarithm.
    delta : float
        Largest absolute log ratio between a group's and the file's share of an answer.
    """

    k: int
    l: int  # noqa: E741  the measure's name
    entropy_l: float
    alpha: float
    t: float
    beta: float
    enhanced_beta: float
    delta: float


def measure(data: Microdata) -> Measures:
    """What holds of a file.

    Raises
    ------
    BadInput
        It has no records or no sensitive variable.
    """
    if len(data.records) == 0 or not data.sensitive_variables:
        raise BadInput("There is nothing to measure.", expected="Records, and at least one sensitive variable.")
    classes = equivalence_classes(data.records, data.key_variables)
    found = [_of_variable(data.records[name], classes) for name in data.sensitive_variables]
    return Measures(
        k=int(np.bincount(classes).min()),
        l=min(one.l for one in found),
        entropy_l=min(one.entropy_l for one in found),
        alpha=max(one.alpha for one in found),
        t=max(one.t for one in found),
        beta=max(one.beta for one in found),
        enhanced_beta=max(one.enhanced_beta for one in found),
        delta=max(one.delta for one in found),
    )


def presence(sample: Microdata, population: Microdata) -> tuple[float, float]:
    """Least and greatest chance that somebody known from the population is in the sample (delta-presence).

    Returns
    -------
    tuple of float
        Shares 0 to 1 over the population's groups of people who look alike.
    """
    both = pd.concat([sample.records, population.records], ignore_index=True)
    classes = equivalence_classes(both, population.key_variables)
    inside = np.bincount(classes[: len(sample.records)], minlength=classes.max() + 1)
    around = np.bincount(classes[len(sample.records) :], minlength=classes.max() + 1)
    held = around > 0
    shares = np.minimum(inside[held] / around[held], 1.0)
    return float(shares.min()), float(shares.max())


def _of_variable(answers: pd.Series, classes: Classes) -> Measures:
    numeric = pd.api.types.is_numeric_dtype(answers)
    codes, values = pd.factorize(answers.astype(object), sort=numeric)
    counts = np.zeros((classes.max() + 1, len(values)))
    np.add.at(counts, (classes, codes), 1)
    shares = counts / counts.sum(axis=1, keepdims=True)
    overall = counts.sum(axis=0) / counts.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        entropy = -np.where(shares > 0, shares * np.log(shares), 0).sum(axis=1)
        ratio = shares / overall
        logs = np.where(shares > 0, np.abs(np.log(ratio)), 0)
    gain = ratio - 1
    beta = gain.max(axis=1)
    return Measures(
        k=0,
        l=int((counts > 0).sum(axis=1).min()),
        entropy_l=float(np.exp(entropy.min())),
        alpha=float(shares.max()),
        t=float(_distance(shares, overall, ordered=numeric).max()),
        beta=float(beta.max()),
        enhanced_beta=float(np.minimum(gain, -np.log(overall)).max()),
        delta=float(logs.max()),
    )


def _distance(shares: Floats, overall: Floats, *, ordered: bool) -> Floats:
    """Earth mover's distance from the whole file: steps between ordered numbers, half the difference otherwise."""
    gap = shares - overall
    if ordered and overall.size > 1:
        return np.asarray(np.abs(np.cumsum(gap, axis=1)).sum(axis=1) / (overall.size - 1))
    return np.asarray(np.abs(gap).sum(axis=1) / 2)
