"""Coarser codes and blanked answers until enough records look alike.

Records that already look like k - 1 others are left whole. The rest lose one answer at a time, the same one
for all who still look alike in the others, cheapest first: far fewer blanks than blanking whole columns.
A coarser code from a hierarchy is tried before a blank. A blank counts as a category of its own, so the
result holds whatever the reader thinks of blanks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etm_workbench.errors import BadInput
from etm_workbench.protection.microdata.file import SUPPRESSED, Microdata

COARSER = 0.3  # what a coarser code loses, as a share of what a blank does


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Coarser codes of one variable: `steps[i]` maps each code to its code i + 1 steps up."""

    variable: str
    steps: tuple[Mapping[str, str], ...]


def recode(data: Microdata, hierarchy: Hierarchy, step: int = 1) -> Microdata:
    """The file with a variable's codes replaced by coarser ones, for everybody.

    Raises
    ------
    BadInput
        The hierarchy has no such step, or lacks a code that the file holds.
    """
    if not 1 <= step <= len(hierarchy.steps):
        raise BadInput(f"Hierarchy of '{hierarchy.variable}' has {len(hierarchy.steps)} steps, not {step}.")
    coarser = data.records[hierarchy.variable].map(hierarchy.steps[step - 1])
    if unknown := int(coarser.isna().sum() - data.records[hierarchy.variable].isna().sum()):
        raise BadInput(f"Hierarchy of '{hierarchy.variable}' lacks codes of {unknown} records.")
    return replace(data, records=data.records.assign(**{hierarchy.variable: coarser}))


def suppress_locally(
    data: Microdata, k: int, *, hierarchies: Sequence[Hierarchy] = (), importance: Mapping[str, float] | None = None
) -> Microdata:
    """The file with so few answers coarsened or blanked that every record looks like at least k - 1 others.

    Parameters
    ----------
    data : Microdata
        As it stands.
    k : int
        At least 2.
    hierarchies : sequence of Hierarchy
        Coarser codes to try before a blank, for the records that need it.
    importance : mapping of str to float, optional
        What losing one answer of a variable costs; 1 when not given.

    Returns
    -------
    Microdata
        Strictly k-anonymous, blanks being a category; records that nothing makes alike are left out and
        counted in `dropped`.
    """
    if k < 2:
        raise BadInput(f"k is {k}.", expected="2 or more.")
    weights = {name: (importance or {}).get(name, 1.0) for name in data.key_variables}
    coded = _Coded(data, hierarchies)
    for change in _changes(data.key_variables, hierarchies, weights):
        if not coded.apply(change, k):
            break
    left = coded.sizes(coded.answers) >= k
    kept = replace(data, records=coded.records(data)[left], dropped=data.dropped + int((~left).sum()))
    return kept if left.all() else suppress_locally(kept, k, importance=importance)


Change = dict[str, Mapping[str, str] | None]


def _changes(variables: Sequence[str], hierarchies: Sequence[Hierarchy], weights: Mapping[str, float]) -> list[Change]:
    """What may be done to a record, cheapest first: nothing but coarser codes, then ever more blanks."""
    coarser: list[Change] = [{}]
    for hierarchy in hierarchies:
        coarser += [{**base, hierarchy.variable: step} for base in list(coarser) for step in hierarchy.steps]
    changes = [
        {**base, **dict.fromkeys(blanked)}
        for count in range(len(variables) + 1)
        for blanked in combinations(variables, count)
        for base in coarser
        if not set(base) & set(blanked) and (base or blanked)
    ]
    return sorted(
        changes, key=lambda change: sum(weights[v] * (1.0 if c is None else COARSER) for v, c in change.items())
    )


class _Coded:
    """The key answers as numbers: whole codes, coarser ones and the blank of a variable in one list each."""

    def __init__(self, data: Microdata, hierarchies: Sequence[Hierarchy]) -> None:
        self._names = data.key_variables
        self._values: list[list[str]] = []
        columns = []
        for name in self._names:
            answers = data.records[name].astype(object).where(data.records[name].notna(), SUPPRESSED)
            steps = [step for hierarchy in hierarchies if hierarchy.variable == name for step in hierarchy.steps]
            values = dict.fromkeys([SUPPRESSED, *answers.unique(), *(code for step in steps for code in step.values())])
            self._values.append(list(values))
            columns.append(pd.Index(self._values[-1]).get_indexer(pd.Index(answers)))
        self.answers: NDArray[np.int64] = np.stack(columns, axis=1).astype(np.int64)

    def sizes(self, answers: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many of these records look like each one."""
        number = np.zeros(len(answers), np.int64)
        for column, values in enumerate(self._values):
            _, number = np.unique(number * len(values) + answers[:, column], return_inverse=True)
        return np.asarray(np.bincount(number)[number] if number.size else number, np.int64)

    def apply(self, change: Change, k: int) -> bool:
        """Changes the records that stand alone, where that gives them company; False when none stands alone."""
        alone = self.sizes(self.answers) < k
        if not alone.any():
            return False
        changed = self.answers[alone]
        for name, step in change.items():
            column = self._names.index(name)
            changed[:, column] = self._coarser(column, step)[changed[:, column]]
        together = np.concatenate([changed, self.answers[~alone]])
        enough = self.sizes(together)[: len(changed)] >= k
        self.answers[np.flatnonzero(alone)[enough]] = changed[enough]
        return True

    def records(self, data: Microdata) -> pd.DataFrame:
        """The records with the answers as they are now."""
        columns = {
            name: np.array(values, dtype=object)[self.answers[:, column]]
            for column, (name, values) in enumerate(zip(self._names, self._values, strict=True))
        }
        return data.records.assign(**columns)

    def _coarser(self, column: int, step: Mapping[str, str] | None) -> NDArray[np.int64]:
        """For each value of a variable, the number of what it becomes."""
        values = self._values[column]
        if step is None:
            return np.zeros(len(values), np.int64)
        return np.array([values.index(step.get(value, value)) for value in values], np.int64)


def post_randomize(
    data: Microdata, variable: str, *, stay: float, rng: np.random.Generator
) -> tuple[Microdata, NDArray[np.float64]]:
    """The file with some answers of one variable drawn anew, and the chances, which the reader needs to correct for it.

    Parameters
    ----------
    variable : str
        A category.
    stay : float
        Chance that an answer stays, 0 to 1; otherwise it is drawn from the file's own shares, so that
        these stay the same on average (invariant post-randomization, Gouweleeuw et al. 1998).

    Returns
    -------
    Microdata, ndarray of float
        Rows and columns of the chances are the codes in sorted order.
    """
    codes, values = pd.factorize(data.records[variable].astype(object), sort=True)
    shares = np.bincount(codes, minlength=len(values)) / max(len(codes), 1)
    fresh = rng.choice(len(values), size=len(codes), p=shares)
    moved = np.where(rng.random(len(codes)) < stay, codes, fresh)
    chances = stay * np.eye(len(values)) + (1 - stay) * shares[None, :]
    return replace(data, records=data.records.assign(**{variable: np.asarray(values)[moved]})), chances
