"""From one cycle to the next: who moved where, who came and who left.

People present in one cycle only are never dropped: entries are a row of their own, exits a column of their
own, so that the table adds up to both cycles.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import ArrayLike

from etm_workbench.analysis.statistics.inputs import count_table, same_length
from etm_workbench.analysis.statistics.result import FloatArray, IntArray
from etm_workbench.analysis.statistics.shares import ShareMethod, share_intervals
from etm_workbench.errors import BadInput

ABSENT = -1
"""Category of somebody who is not there in a cycle."""


@dataclass(frozen=True, slots=True, eq=False)
class Transitions:
    """Movements between two cycles, with intervals.

    Parameters
    ----------
    counts : ndarray of int, shape (categories + 1, categories + 1)
        People by earlier category (row) and later one (column). The last row holds entries, the last column exits.
    shares, low, high : ndarray of float, same shape
        Share of each row, from 0 to 1, with limits; a row without people is NaN with limits 0 and 1.
    level : float
        Confidence level of each interval alone.
    """

    counts: IntArray
    shares: FloatArray
    low: FloatArray
    high: FloatArray
    level: float

    @property
    def stayers(self) -> IntArray:
        """The square table of people present both times, for tests of movement."""
        return self.counts[:-1, :-1]

    @property
    def entries(self) -> IntArray:
        """People who came, by later category."""
        return self.counts[-1, :-1]

    @property
    def exits(self) -> IntArray:
        """People who left, by earlier category."""
        return self.counts[:-1, -1]


def count_transitions(earlier: ArrayLike, later: ArrayLike, *, categories: int) -> IntArray:
    """People by earlier and later category, entries and exits included.

    Parameters
    ----------
    earlier, later : array of int, one entry a person, the same people in the same order
        Category from 0 up, or `ABSENT`.
    categories : int
        How many there are, empty ones included.

    Returns
    -------
    ndarray of int, shape (categories + 1, categories + 1)
        Last row: entries. Last column: exits. Their corner is 0.

    Raises
    ------
    BadInput
        Arrays of different lengths, a category that does not exist, or somebody absent both times.

    Notes
    -----
    A missing answer of a person who is there needs a category of its own: absent means not there. Ties do not
    arise.
    Source: none needed.

    Examples
    --------
    >>> count_transitions([0, 0, 1, ABSENT], [1, ABSENT, 1, 0], categories=2)
    array([[0, 1, 1],
           [0, 1, 0],
           [1, 0, 0]])
    """
    before, after = np.asarray(earlier).ravel(), np.asarray(later).ravel()
    same_length({"earlier": before.tolist(), "later": after.tolist()})
    for name, codes in (("earlier", before), ("later", after)):
        if codes.size and not (np.isin(codes, np.arange(ABSENT, categories))).all():
            raise BadInput(
                f"'{name}' holds a category that does not exist.",
                expected=f"Whole numbers from 0 to {categories - 1}, or ABSENT.",
                remedy="Recode categories to their positions first.",
            )
    if ((before == ABSENT) & (after == ABSENT)).any():
        raise BadInput("Somebody is absent in both cycles.", expected="Everybody present in at least one.")
    counts = np.zeros((categories + 1, categories + 1), dtype=np.int64)
    np.add.at(counts, (before.astype(np.int64), after.astype(np.int64)), 1)
    return counts


def transition_matrix(counts: ArrayLike, *, level: float = 0.95, method: ShareMethod = "wilson") -> Transitions:
    """Shares of each row of a table of movements, with intervals.

    Parameters
    ----------
    counts : array of int, square
        From `count_transitions`: the last row holds entries, the last column exits.
    level : float
        Confidence level of each interval alone.
    method : str
        Interval, as for `shares.share_interval`.

    Returns
    -------
    Transitions
        Shares of the earlier category's people, exits included; entries as shares of all who came.

    Raises
    ------
    BadInput
        Not a square table of counts.

    Notes
    -----
    Missing answers need a category of their own; ties do not arise. Source: Wilson 1927 as in `shares`.

    Examples
    --------
    >>> transition_matrix([[8, 2, 2], [1, 9, 0], [3, 1, 0]]).shares.round(2)
    array([[0.67, 0.17, 0.17],
           [0.1 , 0.9 , 0.  ],
           [0.75, 0.25,  nan]])
    """
    table = count_table(counts, "counts", least=(2, 2))
    if table.shape[0] != table.shape[1] or table[-1, -1] != 0:
        raise BadInput(
            "'counts' is not a table of movements with entries and exits.",
            expected="A square table whose last corner is 0.",
            remedy="Make it with count_transitions.",
        )
    limits = share_intervals(table.ravel(), np.repeat(table.sum(axis=1), table.shape[1]), method=method, level=level)
    shares, low, high = (part.reshape(table.shape) for part in (limits.estimate, limits.low, limits.high))
    for part, value in ((shares, nan), (low, 0.0), (high, 1.0)):
        part[-1, -1] = value
    return Transitions(table, shares, low, high, level)
