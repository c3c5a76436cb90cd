"""What a shared file must hold to: look-alikes, different answers among them, closeness to the whole file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etm_workbench.errors import BadInput
from etm_workbench.protection.microdata.file import SUPPRESSED, Classes, Microdata

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Demands:
    """What every group of records that look alike must hold to.

    Parameters
    ----------
    k : int
        Records in it, at least 2.
    l : int
        Different answers to each sensitive question among them; 1 asks nothing.
    t : float
        Greatest distance of their answers from the whole file's, 0 to 1; 1 asks nothing.
    """

    k: int
    l: int = 1  # noqa: E741  the measure's name
    t: float = 1.0

    def __post_init__(self) -> None:
        if self.k < 2 or self.l < 1 or not 0 < self.t <= 1:
            raise BadInput(
                f"A shared file was asked to hold to k = {self.k}, l = {self.l} and t = {self.t:g}.",
                expected="k of 2 or more, l of 1 or more, t above 0 and at most 1.",
            )


class Answers:
    """The answers to one sensitive question as numbers; no answer is an answer of its own."""

    def __init__(self, answers: pd.Series) -> None:
        self.is_ordered = pd.api.types.is_numeric_dtype(answers)
        filled = answers.astype(object).where(answers.notna(), SUPPRESSED)
        self.is_ordered &= bool(answers.notna().all())
        codes, values = pd.factorize(filled, sort=self.is_ordered)
        self.codes, self.number = np.asarray(codes, np.int64), len(values)

    def counts(self, classes: Classes) -> NDArray[np.int64]:
        """How often each group gave each answer, shape (groups, answers)."""
        groups = int(classes.max(initial=-1)) + 1
        flat = np.bincount(classes * self.number + self.codes, minlength=groups * self.number)
        return np.asarray(flat.reshape(groups, self.number), np.int64)

    def distances(self, counts: NDArray[np.int64]) -> Floats:
        """How far each group's answers are from everybody's: the earth mover's distance, 0 to 1.

        Steps between ordered numbers (Li et al. 2007, section 4.1), half the absolute difference otherwise.
        """
        gap = counts / counts.sum(axis=1, keepdims=True) - counts.sum(axis=0) / counts.sum()
        if self.is_ordered and self.number > 1:
            return np.asarray(np.abs(np.cumsum(gap, axis=1)).sum(axis=1) / (self.number - 1))
        return np.asarray(np.abs(gap).sum(axis=1) / 2)


def sensitive_answers(data: Microdata) -> tuple[Answers, ...]:
    """The sensitive variables' answers, ready for `fulfilled`."""
    return tuple(Answers(data.records[name]) for name in data.sensitive_variables)


def fulfilled(demands: Demands, classes: Classes, answers: tuple[Answers, ...]) -> Flags:
    """Whether each record's group holds to the demands, shape (records,).

    Notes
    -----
    Groups may be merged freely: a merged group has the records of both, no fewer answers, and is no farther
    from the whole file than the farther one, since the distance is convex.
    """
    holds = np.bincount(classes) >= demands.k
    for one in answers:
        counts = one.counts(classes)
        holds &= (counts > 0).sum(axis=1) >= demands.l
        if demands.t < 1:
            holds &= one.distances(counts) <= demands.t + ROUNDING
    return np.asarray(holds[classes], np.bool_)


ROUNDING = 1e-12  # of shares added up in another order
