"""How much doubt the deviations seen so far leave, for one attacker or for many at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from etm_workbench.protection.secondary.arrays import Flags, Floats
from etm_workbench.protection.secondary.attacker import TINY
from etm_workbench.protection.secondary.needs import Needs


class Doubt:
    """The widest deviations seen of the cells of some needs, for an attacker who knows no cell.

    Parameters
    ----------
    needs : Needs
        What must be left.
    """

    def __init__(self, needs: Needs) -> None:
        self.needs = needs
        self._high = np.zeros(needs.cells.size)
        self._low = np.zeros(needs.cells.size)

    def take(self, deviations: NDArray[np.floating]) -> None:
        """Note one deviation (cells,) or several (deviations, cells)."""
        seen = np.atleast_2d(deviations)[:, self.needs.cells]
        self._high = np.maximum(self._high, seen.max(axis=0, initial=0.0))
        self._low = np.minimum(self._low, seen.min(axis=0, initial=0.0))

    def unmet(self) -> Flags:
        """The needs not yet met."""
        return self.needs.unmet(self._high, self._low)


class SharedDoubt:
    """The same for each of many people, who know their own cells.

    Parameters
    ----------
    needs : Needs
        What must be left to each.
    people : csr_array of bool, shape (people, cells)
        Who knows what.
    concerned : ndarray of bool, shape (people, needs)
        Whose attack on which cell counts.
    """

    def __init__(self, needs: Needs, people: sparse.csr_array, concerned: Flags) -> None:
        self.needs = needs
        self._people = people.astype(np.float32)
        self._concerned = concerned
        self._high = np.zeros(concerned.shape, dtype=np.float32)
        self._low = np.zeros(concerned.shape, dtype=np.float32)

    def take(self, deviations: NDArray[np.floating]) -> None:
        """Note one deviation (cells,) or several (deviations, cells)."""
        for deviation in np.atleast_2d(deviations):
            moved = (np.abs(deviation) > TINY).astype(np.float32)
            unaware = np.flatnonzero((self._people @ moved) == 0)
            seen = deviation[self.needs.cells].astype(np.float32)
            self._high[unaware] = np.maximum(self._high[unaware], seen)
            self._low[unaware] = np.minimum(self._low[unaware], seen)

    def unmet(self, person: int | None = None) -> Flags:
        """The needs not yet met, of one person (needs,) or of all (people, needs)."""
        at = slice(None) if person is None else person
        high, low = self._high[at].astype(float), self._low[at].astype(float)
        return self.needs.unmet(high, low) & self._concerned[at]


def caps(needs: Needs, size: int) -> Floats:
    """For each of all the cells how far is far enough; zero where nothing is needed."""
    cap = np.zeros(size)
    cap[needs.cells] = needs.cap
    return cap
