"""What a shared file is still good for, beside the file it was made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from etm_workbench.protection.microdata.file import SUPPRESSED, Microdata


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept of one variable.

    Parameters
    ----------
    variable : str
        Which.
    whole, coarser, blank : float
        Shares of the shared records' answers that are as they were, coarser or drawn anew, and blank; 0 to 1.
    distance : float
        Total variation between the shares of its codes before and after, 0 to 1; a blank or coarser code is
        another code.
    """

    variable: str
    whole: float
    coarser: float
    blank: float
    distance: float


@dataclass(frozen=True, slots=True)
class Association:
    """How strongly two variables hang together, before and after: Cramér's V, 0 to 1."""

    variables: tuple[str, str]
    before: float
    after: float


def kept(before: Microdata, after: Microdata) -> tuple[Kept, ...]:
    """What was kept of each key and sensitive variable."""
    return tuple(_kept(name, before, after) for name in (*after.key_variables, *after.sensitive_variables))


def associations(before: pd.DataFrame, after: pd.DataFrame, variables: Sequence[str]) -> tuple[Association, ...]:
    """How strongly each two of the variables hang together before and after."""
    return tuple(
        Association(pair, cramers_v(before[pair[0]], before[pair[1]]), cramers_v(after[pair[0]], after[pair[1]]))
        for pair in combinations(variables, 2)
    )


def cramers_v(first: pd.Series, second: pd.Series) -> float:
    """Cramér's V of two categories, 0 to 1, with the correction for small files of Bergsma (2013)."""
    counts = pd.crosstab(_text(first), _text(second)).to_numpy(np.float64)
    return v_of_counts(counts)


def v_of_counts(counts: np.ndarray) -> float:
    """Cramér's V of a table of counts; 0 where a side has one category, or hardly anybody is counted."""
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    total = counts.sum()
    if min(counts.shape, default=0) < 2 or total < 2:
        return 0.0
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0, keepdims=True) / total
    squared = ((counts - expected) ** 2 / expected).sum() / total
    rows, columns = counts.shape
    unbiased = max(0.0, squared - (rows - 1) * (columns - 1) / (total - 1))
    sides = [side - (side - 1) ** 2 / (total - 1) for side in (rows, columns)]
    return float(np.sqrt(unbiased / (min(sides) - 1))) if min(sides) > 1 else 0.0


def variation(before: pd.Series, after: pd.Series) -> float:
    """Half the absolute difference of the shares of each code, 0 to 1."""
    shares = [_text(one).value_counts(normalize=True) for one in (before, after)]
    return float(shares[0].sub(shares[1], fill_value=0.0).abs().sum() / 2)


def _kept(name: str, before: Microdata, after: Microdata) -> Kept:
    old, new = _text(before.records.loc[after.records.index, name]), _text(after.records[name])
    blank, same = (new == SUPPRESSED) & (old != SUPPRESSED), new == old
    number = max(len(new), 1)
    return Kept(
        variable=name,
        whole=float(same.sum()) / number,
        coarser=float((~same & ~blank).sum()) / number,
        blank=float(blank.sum()) / number,
        distance=variation(before.records[name], after.records[name]),
    )


def _text(answers: pd.Series) -> pd.Series:
    return answers.astype(object).where(answers.notna(), SUPPRESSED).map(str)
