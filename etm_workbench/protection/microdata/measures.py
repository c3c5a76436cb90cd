"""How alike the people of a file are, and how much is learned of somebody found in it.

Definitions: k-anonymity (Sweeney 2002), l-diversity (Machanavajjhala et al. 2007), (alpha, k)-anonymity
(Wong et al. 2006), t-closeness (Li et al. 2007), beta-likeness (Cao and Karras 2012), delta-disclosure
(Brickell and Shmatikov 2008), delta-presence (Nergiz et al. 2007).
No answer counts as an answer. Results are checked against the published ones of pycanon on its own files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etm_workbench.errors import BadInput
from etm_workbench.protection.microdata.demands import Answers
from etm_workbench.protection.microdata.file import SUPPRESSED, Classes, Microdata, equivalence_classes
from etm_workbench.protection.microdata.recode import Hierarchy


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


def presence(sample: Microdata, population: Microdata, *, hierarchies: Sequence[Hierarchy] = ()) -> tuple[float, float]:
    """Least and greatest chance that somebody known from the population is in the sample (delta-presence).

    Parameters
    ----------
    sample : Microdata
        As it would be shared; codes may be coarser than the population's, or blank.
    population : Microdata
        Everybody an intruder may know, with the codes as they were.
    hierarchies : sequence of Hierarchy
        What coarser codes stand for.

    Returns
    -------
    tuple of float
        Shares 0 to 1. Least: 0 when some of the population fit no record. Greatest: over the groups of
        look-alikes in the sample, their number over the number of people who fit them.
    """
    fits = _Fits(population, hierarchies)
    patterns = sample.records[list(sample.key_variables)].astype(object)
    groups = patterns.where(patterns.notna(), SUPPRESSED).value_counts()
    covered = np.zeros(len(population.records), np.bool_)
    shares = []
    for pattern, number in groups.items():
        fitting = fits.people(pattern if isinstance(pattern, tuple) else (pattern,))
        covered |= fitting
        shares.append(min(int(number) / max(int(fitting.sum()), 1), 1.0))
    least = min(shares, default=0.0) if covered.all() else 0.0
    return float(least), float(max(shares, default=0.0))


class _Fits:
    """Who of a population could stand behind a record with coarser or blank codes."""

    def __init__(self, population: Microdata, hierarchies: Sequence[Hierarchy]) -> None:
        steps = {h.variable: h.steps for h in hierarchies}
        self._masks: list[dict[object, NDArray[np.bool_]]] = []
        self._everybody = np.ones(len(population.records), np.bool_)
        for name in population.key_variables:
            answers = population.records[name].astype(object)
            columns = [answers.where(answers.notna(), SUPPRESSED), *(answers.map(step) for step in steps.get(name, ()))]
            masks: dict[object, NDArray[np.bool_]] = {}
            for column in columns:
                for code in column.dropna().unique():
                    masks[code] = masks.get(code, False) | (column == code).to_numpy()
            self._masks.append(masks)

    def people(self, pattern: Sequence[object]) -> NDArray[np.bool_]:
        fitting = self._everybody.copy()
        for code, masks in zip(pattern, self._masks, strict=True):
            if code != SUPPRESSED:
                fitting &= masks.get(code, np.zeros_like(fitting))
        return fitting


def _of_variable(answers: pd.Series, classes: Classes) -> Measures:
    numbered = Answers(answers)
    counts = numbered.counts(classes)
    shares = counts / counts.sum(axis=1, keepdims=True)
    overall = counts.sum(axis=0) / counts.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        entropy = -np.where(shares > 0, shares * np.log(shares), 0).sum(axis=1)
        ratio = shares / overall
        logs = np.where(shares > 0, np.abs(np.log(ratio)), 0)
    gain = ratio - 1
    return Measures(
        k=0,
        l=int((counts > 0).sum(axis=1).min()),
        entropy_l=float(np.exp(entropy.min())),
        alpha=float(shares.max()),
        t=float(numbered.distances(counts).max()),
        beta=float(gain.max()),
        enhanced_beta=float(np.minimum(gain, -np.log(overall)).max()),
        delta=float(logs.max()),
    )
