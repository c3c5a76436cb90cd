"""What hiding a cell loses, in three currencies a policy can choose from."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

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
