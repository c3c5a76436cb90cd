"""Who leaves, transfers, is promoted and arrives between two cycles, so that every count is hit exactly.

Levels are filled from the top down. At each level the people who stay are held against the published
counts of the next year; who is one too many moves to another organization or leaves; empty places go to
transfers, then to promotions from the level below (which empties places there), then to arrivals.
At the lowest level only arrivals are left, so no count can be missed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from etm_workbench.synthetic.draws import Flags, Integers, Numbers

GONE = -1


@dataclass(frozen=True, slots=True)
class Propensities:
    """How likely each person is to leave, transfer and be promoted.

    `departure`, `transfer`: probabilities in the year. `promotion`: relative weight. One value a person.
    `promoted_share`: share of entries to each level that come from below; `inside_share`: share of those
    from the same organization.
    """

    departure: Numbers
    transfer: Numbers
    promotion: Numbers
    promoted_share: Numbers
    inside_share: float


@dataclass(frozen=True, slots=True)
class Movement:
    """Where everybody is after a year.

    `organization`, `level`: one value a person; organization is `GONE` for those who left.
    `arrivals_organization`, `arrivals_level`: one value a newcomer.
    """

    organization: Integers
    level: Integers
    arrivals_organization: Integers
    arrivals_level: Integers


def move(
    organization: Integers, level: Integers, *, target: Integers, propensities: Propensities, rng: np.random.Generator
) -> Movement:
    """The movement of one year that ends in the counts of `target`.

    Parameters
    ----------
    organization, level : array of int
        Where each person is before; row and column of `target`.
    target : array of int, organizations by levels
        People each organization has at each level after.
    propensities : Propensities
        How likely each person is to move.
    rng : numpy Generator
        Where chance comes from.
    """
    state = _Year(organization.copy(), level.copy(), level.copy(), rng)
    state.organization[rng.random(len(organization)) < propensities.departure] = GONE
    arrivals: list[tuple[Integers, int]] = []
    for column in range(target.shape[1] - 1, -1, -1):
        open_places = _settle(state, column, target[:, column], propensities)
        if column:
            open_places = _promote(state, open_places, column, propensities)
        arrivals.append((open_places, column))
    return Movement(
        organization=state.organization,
        level=state.level,
        arrivals_organization=np.concatenate([places for places, _ in arrivals]),
        arrivals_level=np.concatenate([np.full(len(places), column) for places, column in arrivals]),
    )


@dataclass(frozen=True, slots=True)
class _Year:
    organization: Integers
    level: Integers
    level_before: Integers
    rng: np.random.Generator

    def staying_at(self, column: int) -> Integers:
        here = (self.level_before == column) & (self.level == column) & (self.organization != GONE)
        return np.flatnonzero(here)


def _settle(state: _Year, column: int, target: Integers, propensities: Propensities) -> Integers:
    """Move out volunteers and those one too many; return the places still open, one entry a place."""
    rng = state.rng
    people = state.staying_at(column)
    willing = rng.random(len(people)) < propensities.transfer[people]
    stayers = people[~willing]
    too_many = _counts(state.organization[stayers], len(target)) - target
    forced = _first_of_each(state.organization[stayers], rng.random(len(stayers)), too_many)
    movers = np.concatenate([stayers[forced], rng.permutation(people[willing])])
    kept = _counts(state.organization[stayers[~forced]], len(target))
    places = rng.permutation(np.repeat(np.arange(len(target)), target - kept))
    matched = min(len(movers), len(places))
    state.organization[movers[:matched]] = places[:matched]
    state.organization[movers[matched:]] = GONE
    return places[matched:]


def _promote(state: _Year, places: Integers, column: int, propensities: Propensities) -> Integers:
    """Fill places from the level below; return those left for arrivals."""
    rng = state.rng
    from_below = rng.random(len(places)) < propensities.promoted_share[column]
    wanted = places[from_below]
    inside = rng.random(len(wanted)) < propensities.inside_share
    count = int(max(state.organization.max(initial=0), places.max(initial=0))) + 1
    people = state.staying_at(column - 1)
    # The smallest of exponential times divided by weight: sampling without replacement in those weights.
    order = rng.exponential(size=len(people)) / propensities.promotion[people]
    own = _first_of_each(state.organization[people], order, _counts(wanted[inside], count))
    state.level[people[own]] = column
    filled = _counts(state.organization[people[own]], count)
    remaining = np.repeat(np.arange(count), _counts(wanted, count) - filled)
    others = people[~own][np.argsort(order[~own], kind="stable")][: len(remaining)]
    state.level[others] = column
    seats = rng.permutation(remaining)
    state.organization[others] = seats[: len(others)]
    return np.concatenate([places[~from_below], seats[len(others) :]])


def _counts(organization: Integers, length: int) -> Integers:
    return np.bincount(organization, minlength=length).astype(np.int64)


def _first_of_each(organization: Integers, order: Numbers, wanted: Integers) -> Flags:
    """Flag, in each organization, the `wanted` people who come first in `order` (none if negative)."""
    ranked = np.lexsort((order, organization))
    grouped = organization[ranked]
    rank = np.arange(len(grouped)) - np.searchsorted(grouped, grouped, side="left")
    flags = np.zeros(len(organization), dtype=np.bool_)
    flags[ranked] = rank < wanted[grouped]
    return flags
