"""How much doubt the deviations seen so far leave, for one attacker or for many at once."""

from __future__ import annotations

from collections.abc import Iterable

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
        self._high = np.zeros(concerned.shape, dtype=np.float32)
        self._low = np.zeros(concerned.shape, dtype=np.float32)
        self._unmet = concerned.copy()

    def take(self, deviations: NDArray[np.floating]) -> None:
        """Note one deviation (cells,) or several (deviations, cells)."""
        several = np.atleast_2d(deviations)
        aware = np.asarray(self._people @ (np.abs(several) > TINY).astype(np.float32).T) > 0
        open_people = np.flatnonzero(self._unmet.any(axis=1))
        open_needs = np.flatnonzero(self._unmet.any(axis=0))
        if not open_needs.size:
            return
        seen = several[:, self.needs.cells[open_needs]].astype(np.float32)
        for position in np.flatnonzero(np.abs(seen).max(axis=1) > TINY):
            at = np.ix_(open_people[~aware[open_people, position]], open_needs)
            self._high[at] = np.maximum(self._high[at], seen[position])
            self._low[at] = np.minimum(self._low[at], seen[position])
        at = np.ix_(open_people, open_needs)
        wide = self._high[at].astype(float), self._low[at].astype(float)
        self._unmet[at] &= self.needs.only(open_needs).unmet(*wide)

    def unmet(self) -> Flags:
        """The needs not yet met, by people: shape (people, needs)."""
        return self._unmet


def take_until_met(doubt: Doubt | SharedDoubt, batches: Iterable[NDArray[np.floating]]) -> None:
    """Note batches of deviations until nothing is unmet."""
    for batch in batches:
        if not doubt.unmet().any():
            return
        doubt.take(batch)


def caps(needs: Needs, size: int) -> Floats:
    """For each of all the cells how far is far enough; zero where nothing is needed."""
    cap = np.zeros(size)
    cap[needs.cells] = needs.cap
    return cap
