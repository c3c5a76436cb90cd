"""Answers drawn anew with known chances, and the counts worked back from them.

Invariant post-randomization (Gouweleeuw, Kooiman, Willenborg and de Wolf 1998): nobody's answer in the file is
sure to be theirs, shares stay what they were on average, and a reader who has the chances can correct tables.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etm_workbench.errors import BadInput
from etm_workbench.protection.microdata.file import SUPPRESSED, Microdata

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Transitions:
    """The chances with which one variable's answers were drawn anew.

    Parameters
    ----------
    variable : str
        Which.
    codes : tuple of str
        Its codes, sorted.
    chances : ndarray of float, shape (codes, codes)
        Row: the answer given. Column: the answer in the file. Rows add up to 1.
    """

    variable: str
    codes: tuple[str, ...]
    chances: Floats

    def estimate(self, counts: Floats) -> tuple[Floats, Floats]:
        """Unbiased counts of the answers given, from counts in the file, and their standard errors.

        Parameters
        ----------
        counts : ndarray, shape (codes,)
            People with each answer in the file, or in any group whose membership was not drawn.

        Returns
        -------
        ndarray, ndarray
            Estimates may lie below zero. The errors are those of the drawing alone (the same paper, section 3).
        """
        back = np.linalg.inv(self.chances)
        estimates = np.asarray(counts, np.float64) @ back
        spread = np.zeros((len(self.codes), len(self.codes)))
        for given, row in zip(np.maximum(estimates, 0), self.chances, strict=True):
            spread += given * (np.diag(row) - np.outer(row, row))
        errors = np.sqrt(np.maximum(np.diag(back.T @ spread @ back), 0))
        return estimates, errors


def post_randomize(
    data: Microdata, variable: str, *, stay: float, rng: np.random.Generator
) -> tuple[Microdata, Transitions]:
    """The file with some answers of one variable drawn anew, and the chances, which its reader must be given.

    Parameters
    ----------
    variable : str
        A category.
    stay : float
        Chance that an answer is not drawn anew, above 0 and at most 1; a new one is drawn from the file's own
        shares, so that these stay the same on average.

    Raises
    ------
    BadInput
        `stay` is no such chance: at 0 nothing could be worked back.
    """
    if not 0 < stay <= 1:
        raise BadInput(f"An answer was to stay with chance {stay:g}.", expected="More than 0, and at most 1.")
    answers = data.records[variable].astype(object)
    codes, values = pd.factorize(answers.where(answers.notna(), SUPPRESSED), sort=True)
    shares = np.bincount(codes, minlength=len(values)) / max(len(codes), 1)
    fresh = rng.choice(len(values), size=len(codes), p=shares)
    moved = np.where(rng.random(len(codes)) < stay, codes, fresh)
    chances = stay * np.eye(len(values)) + (1 - stay) * shares[None, :]
    drawn = replace(data, records=data.records.assign(**{variable: np.asarray(values)[moved]}))
    return drawn, Transitions(variable, tuple(map(str, values)), chances)
