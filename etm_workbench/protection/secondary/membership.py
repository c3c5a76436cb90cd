"""Attacks by people who alone make up a hidden cell, and so know its value.

What each of them learns is asked of each by themselves only where deviations found for crowds of them leave doubt.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from etm_workbench.protection.secondary.arrays import Flags
from etm_workbench.protection.secondary.doubt import SharedDoubt, take_until_met
from etm_workbench.protection.secondary.interrogation import Interrogator, Leak
from etm_workbench.protection.secondary.needs import Needs

_CROWDS = 8
"""Joint pushes with half of the people's cells known, before each person attacks alone."""


def leaks_to_members(
    interrogator: Interrogator, needs: Needs, hidden: Flags, *, thorough: bool = False
) -> Iterator[Leak]:
    """The leaks to somebody who alone makes up a hidden cell.

    Parameters
    ----------
    interrogator : Interrogator
        Sees the pattern already.
    needs : Needs
        What each such person must be left with.
    hidden : ndarray of bool, shape (cells,)
        The pattern.
    thorough : bool
        Whether to name every cell.
    """
    part = interrogator.part
    attacking = np.flatnonzero(part.people.astype(np.int32) @ hidden.astype(np.int32))
    people = sparse.csr_array(part.people[attacking])
    doubt = SharedDoubt(needs, people, _concerned(interrogator, needs, people, own=part.own[attacking]))
    take_until_met(doubt, interrogator.witnesses.possible(hidden))
    for _ in range(_CROWDS):
        _push_in_a_crowd(interrogator, doubt, people)
    for person in np.flatnonzero(doubt.unmet().any(axis=1)):
        own = people.indices[people.indptr[person] : people.indptr[person + 1]]
        yield from interrogator.interrogate(_OnePerson(doubt, int(person)), own, thorough=thorough)


def _concerned(interrogator: Interrogator, needs: Needs, people: sparse.csr_array, *, own: sparse.csr_array) -> Flags:
    """The cells that hidden sums link to those a person knows, by people; their own cells are no secret to them."""
    circles = np.zeros((people.shape[0], int(interrogator.circle.max()) + 1), dtype=bool)
    person, cell = people.nonzero()
    circles[person, interrogator.circle[cell]] = True
    return np.asarray(circles[:, interrogator.circle[needs.cells]] & ~own.toarray()[:, needs.cells])


def _push_in_a_crowd(interrogator: Interrogator, doubt: SharedDoubt, people: sparse.csr_array) -> None:
    """One deviation that leaves half of the people's own cells alone, and so counts for all of them."""
    if not (unmet := doubt.unmet()).any():
        return
    crowd = interrogator.rng.random(people.shape[0]) < 0.5
    known = np.unique(people[np.flatnonzero(crowd)].nonzero()[1])
    wanted = np.flatnonzero(unmet[crowd].any(axis=0))
    interrogator.push_knowing(doubt, doubt.needs.cells[wanted], known)


class _OnePerson:
    """One person's view of the shared doubt."""

    def __init__(self, shared: SharedDoubt, person: int) -> None:
        self.needs: Needs = shared.needs
        self._shared, self._person = shared, person

    def take(self, deviations: NDArray[np.floating]) -> None:
        self._shared.take(deviations)

    def unmet(self) -> Flags:
        return np.asarray(self._shared.unmet()[self._person])
