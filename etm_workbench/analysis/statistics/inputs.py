"""What the statistics accept: one place that refuses impossible counts, tables and levels.

Refusals name the argument and the rule, never a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from etm_workbench.analysis.statistics.result import ALTERNATIVES, Alternative, FloatArray, IntArray
from etm_workbench.errors import BadInput, nearest

Count = tuple[float, float]
"""People of one kind, and all people: (8, 20)."""


def whole_counts(values: ArrayLike, name: str) -> IntArray:
    """`values` as whole numbers from zero up, in their own shape."""
    array = np.asarray(values, dtype=float)
    if array.size and (not np.isfinite(array).all() or (array < 0).any() or (array != np.round(array)).any()):
        raise BadInput(
            f"'{name}' holds something that is not a count.",
            expected="Whole numbers from zero up, none missing.",
            remedy="Count people first; leave missing answers out or in a category of their own.",
        )
    return np.asarray(array, dtype=np.int64)


def amounts(values: ArrayLike, name: str) -> FloatArray:
    """`values` as finite numbers from zero up, fractions allowed."""
    array = np.asarray(values, dtype=float)
    if array.size and (not np.isfinite(array).all() or (array < 0).any()):
        raise BadInput(
            f"'{name}' holds a negative, infinite or missing number.",
            expected="Finite numbers from zero up.",
            remedy="Leave missing answers out before counting.",
        )
    return array


def count_of(pair: Count, name: str) -> tuple[int, int]:
    """A pair (people of one kind, all people) as whole numbers, the first no larger than the second."""
    if len(pair) != 2:
        raise BadInput(
            f"'{name}' has {len(pair)} numbers.",
            expected="Two: people of one kind, and all people.",
            remedy=f"Write {name}=(8, 20) for 8 of 20.",
        )
    part, total = (int(value) for value in whole_counts(np.asarray(pair), name))
    if part > total:
        raise BadInput(
            f"'{name}' counts more people of one kind than there are people.",
            expected="The first number no larger than the second.",
            remedy=f"Write {name}=(8, 20) for 8 of 20.",
        )
    return part, total


def count_table(table: ArrayLike, name: str = "table", *, least: tuple[int, int] = (1, 2)) -> IntArray:
    """A two-way table of counts with at least `least` rows and columns."""
    array = whole_counts(table, name)
    if array.ndim != 2 or array.shape[0] < least[0] or array.shape[1] < least[1]:
        raise BadInput(
            f"'{name}' has shape {array.shape}.",
            expected=f"A two-way table with at least {least[0]} row(s) and {least[1]} columns.",
            remedy="Pass counts by category, rows first.",
        )
    return array


def square_table(table: ArrayLike, name: str = "table") -> IntArray:
    """A square table of counts: the same categories, first time by row and second by column."""
    array = count_table(table, name, least=(2, 2))
    if array.shape[0] != array.shape[1]:
        raise BadInput(
            f"'{name}' has shape {array.shape}.",
            expected="A square table: the same categories both times.",
            remedy="Keep categories that are empty in one of the two cycles.",
        )
    return array


def answers(values: ArrayLike, name: str) -> tuple[FloatArray, int]:
    """One number a person with missing ones left out, and how many were."""
    array = np.asarray(values, dtype=float).ravel()
    present = array[~np.isnan(array)]
    if not np.isfinite(present).all():
        raise BadInput(
            f"'{name}' holds an infinite number.",
            expected="Finite numbers, NaN for a missing answer.",
            remedy="Recode the category first.",
        )
    return present, array.size - present.size


def same_length(arrays: dict[str, Sequence[float] | FloatArray | IntArray]) -> None:
    """Refuse arrays of different lengths."""
    sizes = {name: len(array) for name, array in arrays.items()}
    if len(set(sizes.values())) > 1:
        listed = ", ".join(f"{name} has {size}" for name, size in sizes.items())
        raise BadInput(
            f"Arrays differ in length: {listed}.",
            expected="One value a group in each.",
            remedy="Pass groups in the same order, none left out.",
        )


def probability(value: float, name: str, *, closed: bool = True) -> float:
    """`value` as a number from 0 to 1, the ends included if `closed`."""
    inside = 0 <= value <= 1 if closed else 0 < value < 1
    if not inside:
        raise BadInput(
            f"'{name}' is {value}.",
            expected="A number from 0 to 1." if closed else "A number between 0 and 1, both left out.",
            remedy="Shares and levels are written 0.95, not 95.",
        )
    return float(value)


def shares_that_add_up(values: ArrayLike, name: str) -> FloatArray:
    """Shares from 0 to 1 that add up to one."""
    array = amounts(values, name).ravel()
    if not array.size or not np.isclose(array.sum(), 1.0, rtol=0, atol=1e-8):
        raise BadInput(
            f"'{name}' adds up to {array.sum():.6g}.",
            expected="Shares that add up to 1.",
            remedy="Divide by the total first.",
        )
    return np.asarray(array / array.sum())


def side(alternative: str) -> Alternative:
    """`alternative` if it is one of the three sides."""
    for known in ALTERNATIVES:
        if alternative == known:
            return known
    raise BadInput(
        f"There is no alternative '{alternative}'.",
        expected=f"One of {', '.join(ALTERNATIVES)}.",
        remedy=nearest(alternative, ALTERNATIVES),
    )


def one_of(value: str, name: str, allowed: Iterable[str]) -> str:
    """`value` if it is allowed for `name`."""
    known = tuple(allowed)
    if value not in known:
        raise BadInput(
            f"'{name}' cannot be '{value}'.", expected=f"One of {', '.join(known)}.", remedy=nearest(value, known)
        )
    return value


def tail_alpha(level: float, alternative: Alternative) -> float:
    """Error left outside a two-sided interval one of whose limits serves `alternative`.

    A one-sided 95 % limit is a limit of the two-sided 90 % interval.
    """
    probability(level, "level", closed=False)
    return (1 - level) if alternative == "two-sided" else 2 * (1 - level)
