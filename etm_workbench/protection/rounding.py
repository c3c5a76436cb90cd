"""Rounding of counts: to the nearest, at random without bias, or controlled so that tables still add up.

Rounding is a choice of the policy's owner for wide audiences, beside or instead of hiding cells.
Shares are made from the rounded counts, so that they give nothing finer back.
"""

from __future__ import annotations

from typing import Any, Literal

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from etm_workbench.errors import BadInput, CannotProtect

Counts = NDArray[np.int64]
Method = Literal["conventional", "random", "controlled"]


def conventional(counts: Counts, base: int) -> Counts:
    """Each count to its nearest multiple of the base, halves upward; tables may stop adding up.

    Examples
    --------
    >>> conventional(np.array([0, 2, 3, 7, 8]), 5).tolist()
    [0, 0, 5, 5, 10]
    """
    _check(base)
    return (2 * counts + base) // (2 * base) * base


def randomly(counts: Counts, base: int, rng: np.random.Generator) -> Counts:
    """Each count to one of the two multiples around it, with chances that keep its expected value.

    Parameters
    ----------
    counts : ndarray of int
        People.
    base : int
        At least 1.
    rng : Generator
        Seed it from the cell's people, not from the clock: repeated asking must not average the noise away.
    """
    _check(base)
    over = counts % base
    return counts - over + base * (rng.random(counts.shape) < over / base)


def controlled(counts: Counts, relations: sparse.csr_array, base: int, *, seconds: float = 30.0) -> Counts:
    """Each count to one of the two multiples around it so that every sum holds, as near as that allows.

    Parameters
    ----------
    counts : ndarray of int, shape (cells,)
        People.
    relations : csr_array, shape (sums, cells)
        +1 for parts and -1 for totals; `relations @ counts` is zero.
    base : int
        At least 1; multiples of it stay as they are.
    seconds : float
        Time for the whole-number program that finds the nearest rounding.

    Raises
    ------
    CannotProtect
        No such rounding exists (possible from three dimensions on) or none was found in time.

    Notes
    -----
    Zero-restricted controlled rounding (Cox 1987; Salazar-González, Operations Research 2006), solved by
    HiGHS: least sum of absolute changes.
    """
    _check(base)
    down = counts // base * base
    over = counts - down
    loose = np.flatnonzero(over)
    if loose.size == 0:
        return counts.copy()
    matrix = sparse.csr_array(relations[:, loose].astype(float))
    target = -np.asarray(relations.astype(np.int64) @ down, dtype=float) / base
    chosen = _binary_program(base - 2.0 * over[loose], matrix, target, seconds)
    rounded = down.copy()
    rounded[loose] += base * chosen
    return rounded


def round_counts(counts: Counts, relations: sparse.csr_array, *, base: int, method: Method, seed: int = 0) -> Counts:
    """Counts rounded as a policy says; a base of 0 leaves them as they are.

    Parameters
    ----------
    counts, relations
        As for `controlled`.
    base, method
        The policy's.
    seed : int
        Made from the release's content, so that the same release is rounded the same way.
    """
    if base == 0:
        return counts
    if method == "controlled":
        return controlled(counts, relations, base)
    return (
        conventional(counts, base) if method == "conventional" else randomly(counts, base, np.random.default_rng(seed))
    )


def shares_of_rounded(parts: Counts, wholes: Counts) -> NDArray[np.float64]:
    """Shares of rounded counts, 0 to 1; NaN where the rounded whole is zero, at most 1."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(wholes > 0, np.minimum(parts / wholes, 1.0), np.nan)


def _binary_program(
    cost: NDArray[Any], matrix: sparse.csr_array, target: NDArray[np.float64], seconds: float
) -> Counts:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = matrix.shape[1], matrix.shape[0]
    lp.col_cost_ = cost
    lp.col_lower_, lp.col_upper_ = np.zeros(cost.size), np.ones(cost.size)
    lp.row_lower_ = lp.row_upper_ = target
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    lp.integrality_ = [highspy.HighsVarType.kInteger] * cost.size
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 1), ("time_limit", seconds)):
        solver.setOptionValue(option, value)
    solver.passModel(lp)
    solver.run()
    solution = solver.getSolution()
    if not solution.value_valid:
        raise CannotProtect(
            "No rounding of these tables keeps every sum.",
            expected="Each count goes to a multiple of the base next to it, and totals are sums of their parts.",
            remedy="Round fewer tables together, or choose another base.",
        )
    return np.asarray(np.rint(np.array(solution.col_value)), np.int64)


def _check(base: int) -> None:
    if base < 1:
        raise BadInput(f"Counts cannot be rounded to multiples of {base}.", expected="A base of 1 or more.")
