"""What hiding a cell loses: in three currencies a policy can choose from, and by what readers miss most."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from etm_workbench.errors import BadInput, nearest
from etm_workbench.protection.secondary.arrays import Floats

KINDS = ("log", "value", "count")


def costs(values: ArrayLike, kind: str) -> Floats:
    """The loss of hiding each cell.

    Parameters
    ----------
    values : array-like of int, shape (cells,)
        People in each cell.
    kind : {"log", "value", "count"}
        `log` counts cells and spares large ones, log(1 + people), the default of the policies;
        `value` counts the people hidden; `count` counts the cells.

    Returns
    -------
    ndarray of float, shape (cells,)
        Non-negative. Under `value` an empty cell costs nothing.

    Raises
    ------
    BadInput
        If there is no such kind.

    Examples
    --------
    >>> costs([0, 3, 40], "value").tolist()
    [0.0, 3.0, 40.0]
    """
    people = np.asarray(values, dtype=np.float64)
    if kind == "log":
        return np.asarray(np.log1p(people))
    if kind == "value":
        return people
    if kind == "count":
        return np.ones_like(people)
    raise BadInput(
        f"There is no cost kind {kind!r}.", expected="One of log, value, count.", remedy=nearest(kind, KINDS)
    )


def weigh(
    losses: Floats,
    *,
    totals: NDArray[np.bool_],
    margin_weight: float,
    hidden_before: NDArray[np.bool_],
    stability: float,
) -> Floats:
    """Losses weighted by a policy: totals are spared, and cells that were hidden last time are hidden first.

    A pattern that readers know already tells them nothing new, and a table that hides other cells each cycle
    cannot be followed over time.

    Parameters
    ----------
    losses : ndarray of float, shape (cells,)
        From `costs`.
    totals : ndarray of bool, shape (cells,)
        Cells that are the total of some sum.
    margin_weight : float
        How many times more hiding a total loses; 1 or more.
    hidden_before : ndarray of bool, shape (cells,)
        Cells whose counterpart was hidden in the last release or cycle; all false when there was none.
    stability : float
        Share of the loss taken off those; 0 up to but not 1.

    Returns
    -------
    ndarray of float, shape (cells,)
        Non-negative; zero only where the loss was.

    Raises
    ------
    BadInput
        If a weight is out of its range.

    Examples
    --------
    >>> weigh(
    ...     np.array([2.0, 2.0, 4.0]),
    ...     totals=np.array([False, False, True]),
    ...     margin_weight=4.0,
    ...     hidden_before=np.array([False, True, False]),
    ...     stability=0.25,
    ... ).tolist()
    [2.0, 1.5, 16.0]
    """
    if margin_weight < 1 or not 0 <= stability < 1:
        raise BadInput(
            f"A margin weight of {margin_weight} with a stability of {stability} cannot be used.",
            expected="A margin weight of 1 or more, a stability of 0 up to but not 1.",
            remedy="Mend the section [suppression] of the policy.",
        )
    return losses * np.where(totals, margin_weight, 1.0) * np.where(hidden_before, 1.0 - stability, 1.0)
