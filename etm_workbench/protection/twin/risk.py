"""What a twin gives away of real people, for whoever holds their records; for the maker, not for readers.

A twin is made of released tables alone, so it cannot tell more than they do. A line of it may still be alike to
somebody by chance, and a reader may believe it to be them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etm_workbench.errors import BadInput, nearest
from etm_workbench.protection.microdata import Microdata, presence

BLOCK = 500  # of the twin's records compared at a time


@dataclass(frozen=True, slots=True)
class TwinRisk:
    """How a twin lies beside the real records.

    Parameters
    ----------
    uniques : int
        Real records that no other is alike to.
    matching : float
        Share of the twin's records that are alike to one of those, 0 to 1.
    met : float
        Share of the real unique records that some record of the twin is alike to, 0 to 1.
    distances : tuple of float
        Shares of the twin's records whose nearest real record differs in none, one, two … of the variables.
    presence : tuple of float
        Least and greatest share, among real people who are alike, of the twin's records alike to them.
    """

    uniques: int
    matching: float
    met: float
    distances: tuple[float, ...]
    presence: tuple[float, float]


def twin_risk(twin: pd.DataFrame, real: pd.DataFrame, variables: Sequence[str]) -> TwinRisk:
    """How a twin lies beside the real records, in these variables.

    Parameters
    ----------
    twin, real : DataFrame
        One row a record; codes, None for no answer.
    variables : sequence of str
        Those of the twin.

    Raises
    ------
    BadInput
        The real records lack a variable.
    """
    for name in variables:
        if name not in real.columns:
            raise BadInput(f"The real records have no variable '{name}'.", remedy=nearest(name, real.columns))
    fictional, people = _numbered(twin[list(variables)], real[list(variables)])
    combos, sizes = np.unique(people, axis=0, return_counts=True)
    unique = {row.tobytes() for row in combos[sizes == 1]}
    lines = [row.tobytes() for row in fictional]
    matching = [line in unique for line in lines]
    nearest_real = _nearest(fictional, combos)
    names = tuple(variables)
    return TwinRisk(
        uniques=len(unique),
        matching=float(np.mean(matching)) if matching else 0.0,
        met=len(unique & set(lines)) / max(len(unique), 1),
        distances=tuple(float((nearest_real == step).mean()) for step in range(len(names) + 1)),
        presence=presence(Microdata(twin, names, ()), Microdata(real, names, ())),
    )


def _numbered(twin: pd.DataFrame, real: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Both files' codes as numbers; no answer is an answer of its own."""
    both = pd.concat([twin, real], ignore_index=True)
    columns = [pd.factorize(both[name].astype(object).where(both[name].notna(), ""))[0] for name in both.columns]
    numbers = np.ascontiguousarray(np.stack(columns, axis=1), np.int64)
    return numbers[: len(twin)], numbers[len(twin) :]


def _nearest(fictional: NDArray[np.int64], combos: NDArray[np.int64]) -> NDArray[np.int64]:
    """In how many variables each fictional record differs from the real one that is most alike."""
    found = np.zeros(len(fictional), np.int64)
    for start in range(0, len(fictional), BLOCK):
        block = fictional[start : start + BLOCK]
        apart = np.zeros((len(block), len(combos)), np.int8)
        for column in range(block.shape[1]):
            apart += block[:, column, None] != combos[None, :, column]
        found[start : start + BLOCK] = apart.min(axis=1)
    return found
