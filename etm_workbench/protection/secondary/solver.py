"""HiGHS set up the way every problem here needs it: silent, one thread, always the same path to the same answer."""

from __future__ import annotations

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

INFINITY = float(highspy.kHighsInf)


def quiet_solver() -> highspy.Highs:
    """A solver that prints nothing and gives the same answer on every run."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", 1)
    return solver


def load_sums(solver: highspy.Highs, sums: sparse.csr_array) -> None:
    """Give `solver` the columns and the equations `sums @ deviation = 0`; no cost, bounds of zero.

    Parameters
    ----------
    solver : highspy.Highs
        An empty solver.
    sums : csr_array of float, shape (sums, cells)
        The equations.
    """
    matrix = sparse.csc_array(sums)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = matrix.shape[1], matrix.shape[0]
    lp.col_cost_ = np.zeros(matrix.shape[1])
    lp.col_lower_ = lp.col_upper_ = np.zeros(matrix.shape[1])
    lp.row_lower_ = lp.row_upper_ = np.zeros(matrix.shape[0])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = matrix.indptr
    lp.a_matrix_.index_ = matrix.indices
    lp.a_matrix_.value_ = matrix.data
    solver.passModel(lp)


def every(solver: highspy.Highs) -> NDArray[np.int32]:
    """The positions of all the solver's columns."""
    return np.arange(solver.getNumCol(), dtype=np.int32)
