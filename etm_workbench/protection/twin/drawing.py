"""Whole fictional people drawn from the fitted joint table, so that the released cells come out as released."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import optimize, sparse

from etm_workbench.protection.twin.margins import Floats, Integers, Margins
from etm_workbench.sensitive import MISSING

SECONDS = 30.0  # for the search of a rounding that keeps every released cell
LARGEST_SEARCH = 20_000  # joint cells; beyond that people are drawn one after another
FICTIONAL = "fictional_record"  # a column of every twin: nobody takes a line of it for a person


def draw(margins: Margins, cells: Floats, rng: np.random.Generator) -> pd.DataFrame:
    """A fictional file: one row a fictional person.

    Parameters
    ----------
    margins : Margins
        What was released.
    cells : ndarray of float, shape (joint cells,)
        From `fit`.
    rng : Generator
        Another one gives another twin, as good.

    Returns
    -------
    DataFrame
        `fictional_record`, a number with the letter F; then the variables, as codes, None for no answer.
    """
    counts = _rounded(margins, cells, rng)
    places = np.unravel_index(np.repeat(np.arange(counts.size), counts), margins.shape)
    columns = {
        name: np.array([None if code == MISSING else code for code in codes], dtype=object)[place]
        for name, codes, place in zip(margins.variables, margins.codes, places, strict=True)
    }
    people = pd.DataFrame(columns).iloc[rng.permutation(int(counts.sum()))].reset_index(drop=True)
    people.insert(0, FICTIONAL, [f"F{number:06d}" for number in range(1, len(people) + 1)])
    return people


def _rounded(margins: Margins, cells: Floats, rng: np.random.Generator) -> Integers:
    """Each cell rounded up or down; where one can, so that every shown cell of the release is met."""
    whole = np.floor(cells + 1e-9)
    loose = np.flatnonzero(cells - whole > 1e-9)
    if 0 < loose.size <= LARGEST_SEARCH:
        up = _kept(margins, cells, whole, loose, rng)
        if up is not None:
            whole[loose] += up
            return whole.astype(np.int64)
    return _drawn(cells, rng)


def _kept(margins: Margins, cells: Floats, whole: Floats, loose: Integers, rng: np.random.Generator) -> Floats | None:
    """Which cells to round up, at random among the choices that keep the shown cells; None when none is found."""
    rows, targets = [], []
    for part in margins.parts:
        shown = np.flatnonzero(~np.isnan(part.values))
        matrix = sparse.csr_array(
            (np.ones(loose.size), (np.maximum(part.of[loose], 0), np.arange(loose.size))),
            shape=(len(part.keys), loose.size),
        )
        outside = part.of[loose] < 0
        if outside.any():
            matrix = matrix @ sparse.diags_array((~outside).astype(np.float64))
        rows.append(matrix[shown])
        targets.append((part.values - part.sums(whole))[shown])
    matrix, target = sparse.vstack(rows).tocsr(), np.concatenate(targets)
    # Large shares of a person are likelier to be rounded up: the logarithm of the odds, less chance.
    share = np.clip(cells[loose] - whole[loose], 1e-6, 1 - 1e-6)
    cost = -(np.log(share / (1 - share)) + rng.logistic(size=loose.size))
    found = optimize.milp(
        cost,
        integrality=np.ones(loose.size, np.int64),
        bounds=optimize.Bounds(0, 1),
        constraints=optimize.LinearConstraint(matrix, target - 0.5, target + 0.5),
        options={"time_limit": SECONDS},
    )
    return None if found.x is None else np.round(found.x)


def _drawn(cells: Floats, rng: np.random.Generator) -> Integers:
    """Every so many-th of the expected people in the order of the codes: each cell up or down, without bias."""
    ends = np.floor(np.cumsum(cells) + rng.random())
    return np.diff(ends, prepend=0.0).astype(np.int64)
