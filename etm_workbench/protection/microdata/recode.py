"""Coarser codes and blanked answers until every group of look-alikes holds to what is demanded.

Records whose group holds already are left whole. The rest lose one answer at a time, the same one
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
from etm_workbench.protection.microdata.demands import Demands, fulfilled, sensitive_answers
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
    data: Microdata,
    demands: Demands,
    *,
    hierarchies: Sequence[Hierarchy] = (),
    importance: Mapping[str, float] | None = None,
) -> Microdata:
    """The file with so few answers coarsened or blanked that every group of look-alikes holds to the demands.

    Parameters
    ----------
    data : Microdata
        As it stands.
    demands : Demands
        k, l and t.
    hierarchies : sequence of Hierarchy
        Coarser codes to try before a blank, for the records that need it.
    importance : mapping of str to float, optional
        What losing one answer of a variable costs; 1 when not given.

    Returns
    -------
    Microdata
        Blanks being a category; records that nothing makes fit are left out and counted in `dropped`.
    """
    weights = {name: (importance or {}).get(name, 1.0) for name in data.key_variables}
    coded = _Coded(data, hierarchies)
    for change in _changes(data.key_variables, hierarchies, weights):
        if not coded.apply(change, demands):
            break
    left = coded.holding(coded.answers, demands)
    kept = replace(data, records=coded.records(data)[left], dropped=data.dropped + int((~left).sum()))
    # Without the others, what is left is compared with another whole.
    return kept if left.all() else suppress_locally(kept, demands, importance=importance)


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
        self._sensitive = sensitive_answers(data)
        self._values: list[list[str]] = []
        columns = []
        for name in self._names:
            answers = data.records[name].astype(object).where(data.records[name].notna(), SUPPRESSED)
            steps = [step for hierarchy in hierarchies if hierarchy.variable == name for step in hierarchy.steps]
            values = dict.fromkeys([SUPPRESSED, *answers.unique(), *(code for step in steps for code in step.values())])
            self._values.append(list(values))
            columns.append(pd.Index(self._values[-1]).get_indexer(pd.Index(answers)))
        self.answers: NDArray[np.int64] = np.stack(columns, axis=1).astype(np.int64)

    def holding(self, answers: NDArray[np.int64], demands: Demands) -> NDArray[np.bool_]:
        """Whether each record's look-alikes hold to the demands, were the key answers these."""
        number = np.zeros(len(answers), np.int64)
        for column, values in enumerate(self._values):
            _, number = np.unique(number * len(values) + answers[:, column], return_inverse=True)
        return fulfilled(demands, np.asarray(number, np.int64), self._sensitive)

    def apply(self, change: Change, demands: Demands) -> bool:
        """Changes the records whose group does not hold, where that makes it hold; False when all groups do.

        Look-alikes change together or not at all, so no group is left smaller than it was.
        """
        wanting = ~self.holding(self.answers, demands)
        if not wanting.any():
            return False
        changed = self.answers.copy()
        for name, step in change.items():
            column = self._names.index(name)
            changed[wanting, column] = self._coarser(column, step)[changed[wanting, column]]
        better = wanting & self.holding(changed, demands)
        self.answers[better] = changed[better]
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
