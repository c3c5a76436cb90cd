"""The best recoding that treats everybody alike: each variable at one step of its hierarchy, for all records.

Coarser than local recoding, and easier to read: one code means one thing in the whole file. Steps are tried
from the least lost on, so that the first that holds is the best; what is lost is known before anything is counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pandas as pd

from etm_workbench.errors import BadInput, CannotProtect
from etm_workbench.protection.microdata.demands import Demands, fulfilled, sensitive_answers
from etm_workbench.protection.microdata.file import Microdata, equivalence_classes
from etm_workbench.protection.microdata.recode import Hierarchy, recode


@dataclass(frozen=True, slots=True, repr=False)
class Recoding:
    """A file at one step a variable.

    Parameters
    ----------
    data : Microdata
        Recoded; records whose group does not hold are left out and counted in `dropped`.
    steps : mapping of str to int
        For each variable with a hierarchy, how many steps up; 0 as it was.
    loss : float
        Detail lost, 0 to 1: the mean over records and key variables of the share of a variable's other codes
        that a code no longer tells apart (Xu et al. 2006).
    """

    data: Microdata
    steps: Mapping[str, int]
    loss: float

    def __repr__(self) -> str:
        return f"<Recoding {dict(self.steps)}, loss {self.loss:.3f}>"


def best_recoding(
    data: Microdata, demands: Demands, hierarchies: Sequence[Hierarchy], *, most_dropped: float = 0.0
) -> Recoding:
    """The recoding that loses least, of all that hold to the demands.

    Parameters
    ----------
    data : Microdata
        As it stands.
    demands : Demands
        k, l and t.
    hierarchies : sequence of Hierarchy
        Of the variables that may be recoded; the others stay as they are.
    most_dropped : float
        Share of the records that may be left out, 0 to 1.

    Raises
    ------
    CannotProtect
        Not even the coarsest codes hold to the demands.
    """
    losses = {hierarchy.variable: _losses(data, hierarchy) for hierarchy in hierarchies}
    for loss, steps in _in_order(losses, len(data.key_variables)):
        recoded = data
        for hierarchy in hierarchies:
            if steps[hierarchy.variable]:
                recoded = recode(recoded, hierarchy, steps[hierarchy.variable])
        kept = _holding(recoded, demands)
        if len(kept.records) and len(data.records) - len(kept.records) <= most_dropped * len(data.records):
            return Recoding(kept, steps, loss)
    raise CannotProtect(
        f"Not even the coarsest codes give groups with k = {demands.k}, l = {demands.l}, t = {demands.t:g}.",
        expected=f"At most {most_dropped:.0%} of the records left out.",
        remedy="Add steps to the hierarchies, share fewer variables, or let answers be blanked.",
    )


def _holding(data: Microdata, demands: Demands) -> Microdata:
    """The records whose groups hold, also once the others are left out."""
    while True:
        classes = equivalence_classes(data.records, data.key_variables)
        holds = fulfilled(demands, classes, sensitive_answers(data)) if classes.size else np.ones(0, np.bool_)
        if holds.all():
            return data
        data = replace(data, records=data.records[holds], dropped=data.dropped + int((~holds).sum()))


def _losses(data: Microdata, hierarchy: Hierarchy) -> list[float]:
    """What each step loses of one variable, over the records."""
    codes = data.records[hierarchy.variable].dropna()
    used = pd.Index(codes.unique())
    found = [0.0]
    for number in range(1, len(hierarchy.steps) + 1):
        coarser = used.map(hierarchy.steps[number - 1])
        if coarser.isna().any():
            raise BadInput(f"Hierarchy of '{hierarchy.variable}' lacks {int(coarser.isna().sum())} codes of the file.")
        told_apart = pd.Series(coarser).map(pd.Series(coarser).value_counts()).to_numpy() - 1
        share = told_apart / max(len(used) - 1, 1)
        weights = codes.value_counts().reindex(used).to_numpy()
        found.append(float(np.average(share, weights=weights)))
    return found


def _in_order(losses: Mapping[str, list[float]], variables: int) -> Iterator[tuple[float, dict[str, int]]]:
    """Every choice of steps from the least loss on; of equals, the fewest steps and then the first variables."""
    every = product(*(range(len(one)) for one in losses.values()))
    choices = [dict(zip(losses, steps, strict=True)) for steps in every]
    scored = [(sum(losses[v][s] for v, s in steps.items()) / max(variables, 1), steps) for steps in choices]
    yield from sorted(scored, key=lambda entry: (round(entry[0], 12), sum(entry[1].values()), tuple(entry[1].values())))
