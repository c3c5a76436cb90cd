"""Deviations found so far, each the proof that some cells keep their doubt.

A deviation stays possible as long as every cell it moves is hidden.
So what was found for one pattern often settles the next one without solving anything.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from etm_workbench.protection.secondary.arrays import Flags, Floats
from etm_workbench.protection.secondary.attacker import TINY
from etm_workbench.protection.secondary.reduction import Part

_MOST = 1500

_BATCH = 64

_SLACK = 1e-5
"""What storing fractions in single precision may lose."""


class Witnesses:
    """A bounded store of deviations; the oldest leave first.

    Parameters
    ----------
    size : int
        Cells of a deviation.
    """

    def __init__(self, size: int) -> None:
        self._deviations = np.zeros((64, size), dtype=np.float32)
        self._moves = np.zeros((64, size), dtype=bool)
        self._whole = np.zeros(_MOST, dtype=bool)
        self._count = 0

    def add(self, deviation: Floats) -> None:
        """Remember a deviation."""
        if self._count == _MOST:
            self._forget_half()
        if self._count == len(self._deviations):
            room = min(2 * self._count, _MOST)
            self._deviations = np.resize(self._deviations, (room, self._deviations.shape[1]))
            self._moves = np.resize(self._moves, (room, self._moves.shape[1]))
        rounded = np.round(deviation)
        self._whole[self._count] = np.abs(deviation - rounded).max(initial=0.0) < TINY
        self._deviations[self._count] = rounded if self._whole[self._count] else deviation
        self._moves[self._count] = np.abs(deviation) > TINY
        self._count += 1

    def possible(self, hidden: Flags, *, whole: bool = False) -> Iterator[NDArray[np.float32]]:
        """The deviations, or those in whole people, when only `hidden` cells may move, the latest first.

        Yields
        ------
        ndarray of float, shape (some, cells)
            A batch of them.
        """
        for end in range(self._count, 0, -_BATCH):
            batch = slice(max(0, end - _BATCH), end)
            usable = ~self._moves[batch][:, ~hidden].any(axis=1)
            if whole:
                usable &= self._whole[batch]
            yield self._deviations[batch][usable][::-1]

    def proved(self, part: Part, hidden: Flags) -> Witnesses:
        """Those that only move `hidden` cells of `part`, keep every sum and pass no limit, reckoned afresh."""
        kept = Witnesses(part.size)
        for batch in self.possible(hidden):
            moves = batch.astype(float)
            broken = np.abs(moves @ part.sums.T).max(axis=1, initial=0.0) > _SLACK
            broken |= ((moves > part.up + _SLACK) | (-moves > part.down + _SLACK)).any(axis=1)
            for deviation in moves[~broken]:
                kept.add(deviation)
        return kept

    def _forget_half(self) -> None:
        keep = _MOST // 2
        self._whole[:keep] = self._whole[self._count - keep : self._count].copy()
        self._deviations[:keep] = self._deviations[self._count - keep : self._count].copy()
        self._moves[:keep] = self._moves[self._count - keep : self._count].copy()
        self._count = keep
