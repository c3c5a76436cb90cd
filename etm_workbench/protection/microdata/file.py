"""A file of records for sharing: what its columns are for, and which of its people look alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NoReturn

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etm_workbench.errors import BadInput, UnprotectedOutput, nearest
from etm_workbench.sensitive import WHOLE, Whole

SUPPRESSED = "*"  # a blanked answer is a category of its own: nobody may be counted into a group by it
Classes = NDArray[np.int64]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Microdata:
    """One record a person; its repr shows structure only.

    Parameters
    ----------
    records : DataFrame
        One row a person. Key and sensitive variables hold codes.
    key_variables : tuple of str
        What an intruder may know of somebody.
    sensitive_variables : tuple of str
        What must not be learned.
    dropped : int
        Records left out on the way here.
    """

    records: pd.DataFrame
    key_variables: tuple[str, ...]
    sensitive_variables: tuple[str, ...]
    dropped: int = 0
    _whole: Whole = field(default=WHOLE, init=False)

    def __post_init__(self) -> None:
        for name in (*self.key_variables, *self.sensitive_variables):
            if name not in self.records.columns:
                raise BadInput(f"The records have no variable '{name}'.", remedy=nearest(name, self.records.columns))

    def __repr__(self) -> str:
        return f"<Microdata: {len(self.key_variables)} key and {len(self.sensitive_variables)} sensitive variables>"

    __str__ = __repr__

    def __reduce__(self) -> NoReturn:
        raise UnprotectedOutput("Records of people cannot be pickled.", remedy="Write the shared file with its sheet.")


def equivalence_classes(records: pd.DataFrame, variables: Sequence[str]) -> Classes:
    """The number of the group of each record that looks the same in these variables; blanks are a category."""
    number = np.zeros(len(records), np.int64)
    for name in variables:
        codes, found = pd.factorize(records[name].astype(object).where(records[name].notna(), SUPPRESSED), sort=False)
        _, number = np.unique(number * (len(found) + 1) + codes, return_inverse=True)
    return np.asarray(number, np.int64)


def class_sizes(records: pd.DataFrame, variables: Sequence[str]) -> Classes:
    """How many records look like each one, itself included."""
    classes = equivalence_classes(records, variables)
    return np.bincount(classes)[classes] if classes.size else classes
