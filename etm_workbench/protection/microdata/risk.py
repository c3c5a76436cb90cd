"""How likely somebody could be found in a file, and who stands out.

Individual risk for samples after Benedetti and Franconi (1998), checked against sdcMicro's own tests; for a file
of everybody it is one over the number of people who look alike. Special uniques after Elliot, Manning and Ford (2002).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.special import hyp2f1

from etm_workbench.protection.microdata.file import Microdata, equivalence_classes

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Risk:
    """Chances of being found.

    Parameters
    ----------
    expected : float
        Records that an intruder who tries everybody would match rightly, on average.
    highest : float
        The largest chance of any record, 0 to 1.
    above : int
        Records with a chance above the mark asked for.
    uniques : int
        Records that look like no other.
    """

    expected: float
    highest: float
    above: int
    uniques: int


def class_frequencies(data: Microdata, weights: Floats | None = None) -> tuple[NDArray[np.int64], Floats]:
    """How many records look like each one, and how many people of the population they stand for."""
    classes = equivalence_classes(data.records, data.key_variables)
    weight = np.ones(classes.size) if weights is None else weights
    inside = np.asarray(np.bincount(classes)[classes], np.int64)
    return inside, np.asarray(np.bincount(classes, weights=weight)[classes], np.float64)


def individual_risk(data: Microdata, *, weights: Floats | None = None, mark: float = 0.2) -> Risk:
    """Chances of being found, over the file.

    Parameters
    ----------
    data : Microdata
        As it would be shared.
    weights : ndarray of float, optional
        How many people each record stands for; everybody is in the file when not given.
    mark : float
        A chance above which records are counted.
    """
    inside, _ = class_frequencies(data, weights)
    chance = chances(data, weights)
    return Risk(float(chance.sum()), float(chance.max(initial=0)), int((chance > mark).sum()), int((inside == 1).sum()))


def chances(data: Microdata, weights: Floats | None = None) -> Floats:
    """The chance of each record to be found by somebody who knows its key answers, 0 to 1."""
    inside, outside = class_frequencies(data, weights)
    return 1 / inside if weights is None else _sample_risk(inside, outside)


def special_uniques(data: Microdata, *, most: int | None = None) -> NDArray[np.int64]:
    """A score for each record: how few of its answers already make it unique.

    Parameters
    ----------
    most : int, optional
        Sets of up to so many variables are looked at; all when not given.

    Returns
    -------
    ndarray of int, shape (records,)
        Zero for records unique in none of these sets; a set of m of n variables that is unique, and of which no
        part is, adds the factorial of n - m.
    """
    names = data.key_variables
    score = np.zeros(len(data.records), np.int64)
    minimal: list[tuple[frozenset[str], NDArray[np.bool_]]] = []
    for size in range(1, min(most or len(names), len(names)) + 1):
        found = []
        for chosen in combinations(names, size):
            classes = equivalence_classes(data.records, chosen)
            unique = np.bincount(classes)[classes] == 1
            for part, before in minimal:
                if part < set(chosen):
                    unique &= ~before
            score += unique * int(np.prod(np.arange(1, len(names) - size + 1)))
            found.append((frozenset(chosen), unique))
        minimal += found
    return score


def _sample_risk(inside: NDArray[np.int64], outside: Floats) -> Floats:
    """The mean of one over the population's number, given the sample's: sdcMicro's exact form.

    For f records that stand for F people, with p = f / F, it is p^f / f times the hypergeometric function
    2F1(f, f; f + 1; 1 - p); Euler's transformation makes it p / f times 2F1(1, 1; f + 1; 1 - p), which stays
    in range for large f.
    """
    share = np.clip(inside / outside, 1e-12, 1.0)
    return np.asarray(np.where(share >= 1, 1 / inside, share / inside * hyp2f1(1, 1, inside + 1, 1 - share)))
