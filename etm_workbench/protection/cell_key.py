"""Cell-key perturbation: small noise that is the same whenever the same people are counted.

An option for large public tables that many people cut for themselves. Totals stop adding up, so it is
never the default, and a table is perturbed or has cells hidden, never both.
After Fraser and Wooton (2005) and the Australian Bureau of Statistics' table builder.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from etm_workbench.errors import BadInput

KEYS = 256


@dataclass(frozen=True, slots=True)
class NoiseTable:
    """Chances of each change for each count.

    Parameters
    ----------
    change : ndarray of int, shape (changes,)
        Possible changes, in order.
    chance : ndarray of float, shape (counts, changes)
        Row i for a count of i; the last row for that count and every larger one. Rows add up to 1, their
        expected change is 0, and no row leads below zero.
    """

    change: NDArray[np.int64]
    chance: NDArray[np.float64]

    def __post_init__(self) -> None:
        rows = np.arange(len(self.chance))[:, None]
        if not np.allclose(self.chance.sum(axis=1), 1) or not np.allclose(self.chance @ self.change, 0):
            raise BadInput("A noise table's rows must add up to 1 and change nothing on average.")
        if (self.chance[rows + self.change < 0] > 0).any():
            raise BadInput("A noise table would make a count negative.")


def person_key(person: str, secret: bytes) -> int:
    """The key of a person, 0 to 255; the secret is kept apart from the data."""
    return hmac.new(secret, person.encode(), hashlib.sha256).digest()[0]


def perturb(contributors: sparse.csr_array, keys: NDArray[np.int64], noise: NoiseTable) -> NDArray[np.int64]:
    """Counts with the noise of their cell keys.

    Parameters
    ----------
    contributors : csr_array, shape (cells, people)
        Who is counted in each cell.
    keys : ndarray of int, shape (people,)
        Keys of the people, 0 to 255.
    noise : NoiseTable
        How far counts may move.

    Returns
    -------
    ndarray of int, shape (cells,)
        Zero stays zero; the same people get the same count in every table.
    """
    counts = np.asarray(contributors.sum(axis=1)).ravel().astype(np.int64)
    cell_keys = np.asarray(contributors @ keys).ravel() % KEYS
    rows = np.minimum(counts, len(noise.chance) - 1)
    steps = np.cumsum(noise.chance, axis=1)[rows]
    place = (((cell_keys + 0.5) / KEYS)[:, None] > steps - 1e-12).sum(axis=1)
    moved: NDArray[np.int64] = counts + noise.change[np.minimum(place, noise.change.size - 1)]
    moved[counts == 0] = 0
    return moved


def maximum_entropy_noise(spread: int, variance: float) -> NoiseTable:
    """The noise that says least for a given spread and variance, for each count.

    Parameters
    ----------
    spread : int
        Counts change by at most this.
    variance : float
        Of the change, where the count leaves room for it; less for counts near zero.
    """
    change = np.arange(-spread, spread + 1)
    rows = [_row(change, np.maximum(-count, -spread), variance) for count in range(spread + 1)]
    return NoiseTable(change, np.array(rows))


def _row(change: NDArray[np.int64], least: int, variance: float) -> NDArray[np.float64]:
    """Chances proportional to exp(a change + b change²) on the allowed changes, unbiased, of the variance or less."""
    row: NDArray[np.float64] = np.zeros(change.size)
    if least == 0:
        row[change == 0] = 1.0
        return row
    x = change[change >= least].astype(float)
    low, high = -20.0, 20.0
    for _ in range(80):
        tightness = (low + high) / 2
        weights = _unbiased(x, tightness)
        low, high = (tightness, high) if weights @ x**2 > variance else (low, tightness)
    row[change >= least] = _unbiased(x, high)
    return row


def _unbiased(x: NDArray[np.float64], tightness: float) -> NDArray[np.float64]:
    low, high = -60.0, 60.0
    weights: NDArray[np.float64] = np.ones_like(x)
    for _ in range(100):
        tilt = (low + high) / 2
        power = tilt * x - tightness * x**2
        raised: NDArray[np.float64] = np.exp(power - power.max())
        weights = raised / raised.sum()
        low, high = (tilt, high) if weights @ x < 0 else (low, tilt)
    return weights
