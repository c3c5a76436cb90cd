"""How likely somebody could be found in a file, and who stands out.

Individual risk for samples after Benedetti and Franconi (1998) as sdcMicro computes it; for a file of everybody
it is one over the number of people who look alike. Special uniques after Elliot, Manning and Ford (2002).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

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
    inside, outside = class_frequencies(data, weights)
    chance = 1 / inside if weights is None else _sample_risk(inside, outside)
    return Risk(float(chance.sum()), float(chance.max(initial=0)), int((chance > mark).sum()), int((inside == 1).sum()))


def special_uniques(data: Microdata, *, most: int = 3) -> NDArray[np.int64]:
    """A score for each record: how few of its answers already make it unique.

    Parameters
    ----------
    most : int
        Sets of up to so many variables are looked at.

    Returns
    -------
    ndarray of int
        Zero for records unique in none of these sets; a set of m of n variables that is unique, and of which no
        part is, adds the factorial of n - m.
    """
    names = data.key_variables
    score = np.zeros(len(data.records), np.int64)
    minimal: list[tuple[frozenset[str], NDArray[np.bool_]]] = []
    for size in range(1, min(most, len(names)) + 1):
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
    """The mean of one over the population's number, given the sample's, as sdcMicro approximates it."""
    share = np.clip(inside / outside, 1e-12, 1 - 1e-12)
    one = share / (1 - share) * -np.log(share)
    two = share / (1 - share) ** 2 * (share * np.log(share) + 1 - share)
    many = share / (inside - (1 - share))
    risk = np.select([inside == 1, inside == 2], [one, two], many)
    return np.where(outside <= inside, 1 / inside, risk)


def to_table(data: Microdata) -> pd.DataFrame:
    """Risk by class size: how many records look like one, two, three others."""
    inside, _ = class_frequencies(data)
    return pd.Series(inside).value_counts().sort_index().rename_axis("alike").reset_index(name="records")
