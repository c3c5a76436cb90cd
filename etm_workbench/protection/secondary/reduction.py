"""An instance made smaller without changing its answer, and cut into parts that share no sum.

Everybody knows the fixed cells, so they leave the sums.
A cell alone in what is left of a sum can be worked out whatever is hidden: it becomes fixed too.
Two cells alone in a sum move together, so they are hidden together: they become one.
On organization by level by placement this halves the problem.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from etm_workbench.protection.instance import Instance
from etm_workbench.protection.secondary.arrays import Flags, Floats, Positions


@dataclass(frozen=True, slots=True)
class Part:
    """A connected part of a reduced instance; all arrays are by its own cells.

    A cell here stands for one or more cells of the instance that an attacker's doubt moves together.

    Parameters
    ----------
    sums : csr_array of float, shape (sums, cells)
        `sums @ deviation` is zero for every deviation from the true values that an attacker must allow for.
    up, down : ndarray of float, shape (cells,)
        How far a hidden cell may lie above and below its true value, in an attacker's knowledge.
    primary : ndarray of bool, shape (cells,)
        Always hidden.
    width, above, below : ndarray of float, shape (cells,)
        The doubt to be left: whole interval, its part above and its part below the true value.
    cost : ndarray of float, shape (cells,)
        What hiding the cell loses; zero for primary cells.
    people : csr_array of bool, shape (people, cells)
        For each person who knows to be alone in some cell, the cells that they so know.
    own : csr_array of bool, shape (people, cells)
        For each of these people, the cells that are no secret to them, since they are of nobody else.
    origin : csr_array of bool, shape (cells, cells of the instance)
        Which cells of the instance each stands for.
    """

    sums: sparse.csr_array
    up: Floats
    down: Floats
    primary: Flags
    width: Floats
    above: Floats
    below: Floats
    cost: Floats
    people: sparse.csr_array
    own: sparse.csr_array
    origin: sparse.csr_array

    @property
    def size(self) -> int:
        """Number of cells."""
        return int(self.primary.size)

    @property
    def protected(self) -> Positions:
        """Positions of the cells with a doubt to be left."""
        return np.flatnonzero((self.width > 0) | (self.above > 0) | (self.below > 0))


@dataclass(frozen=True, slots=True)
class Reduction:
    """A reduced instance.

    Parameters
    ----------
    parts : tuple of Part
        Those that hold a primary cell, in the order of their first cell.
    exposed : tuple of int
        Protected cells of the instance that can be worked out whatever is hidden.
    base_cost : float
        Cost of cells that are hidden in every pattern because they move with a primary cell.
    """

    parts: tuple[Part, ...]
    exposed: tuple[int, ...]
    base_cost: float


def reduce_instance(instance: Instance) -> Reduction:
    """The parts to be solved one by one.

    Returns
    -------
    Reduction
        Its parts hold every cell whose hiding can matter.
    """
    relations = instance.relations.astype(float)
    merge = _merge_pairs(relations, ~instance.fixed)
    if merge.shape[0] == 0:  # every cell follows from what everybody knows
        return Reduction((), tuple(np.flatnonzero(_needy(instance)).tolist()), 0.0)
    sums = _distinct_rows(relations @ merge.T)
    group = np.full(instance.values.size, -1)
    group[merge.nonzero()[1]] = merge.nonzero()[0]
    whole = _merged(instance, merge, sums)
    exposed = np.flatnonzero(_needy(instance) & (group < 0)).tolist()
    if instance.members_attack:
        exposed += _known_to_members(instance, group)
    with_primary = (group >= 0) & whole.primary[group]
    base = float(instance.cost[with_primary & ~instance.primary].sum())
    return Reduction(tuple(_split(whole)), tuple(sorted(set(exposed))), base)


def _needy(instance: Instance) -> Flags:
    return (instance.width > 0) | (instance.above > 0) | (instance.below > 0)


def _known_to_members(instance: Instance, group: Positions) -> list[int]:
    """Protected cells that move with the cell of a person to whom they do not belong."""
    knowing = np.flatnonzero(instance.attacks & (group >= 0))
    owners: dict[int, set[int]] = {}
    for cell in knowing:
        owners.setdefault(int(group[cell]), set()).add(int(instance.owner[cell]))
    lost = []
    for cell in np.flatnonzero(_needy(instance) & (group >= 0)):
        own = {int(instance.owner[cell])} if instance.values[cell] == 1 else set()
        if owners.get(int(group[cell]), set()) - own:
            lost.append(int(cell))
    return lost


def _merge_pairs(relations: sparse.csr_array, free: Flags) -> sparse.csr_array:
    """Groups by cells: +1 or -1 where a cell of the instance moves with or against its group, until none is left."""
    cells = np.flatnonzero(free)
    merge = sparse.csr_array((np.ones(cells.size), (np.arange(cells.size), cells)), shape=(cells.size, free.size))
    while True:
        step = _merge_once(sparse.csr_array(relations @ merge.T))
        if step is None:
            return merge
        merge = sparse.csr_array(step @ merge)


def _merge_once(sums: sparse.csr_array) -> sparse.csr_array | None:
    """One pass over the sums of one or two cells; None when there are none."""
    sums.eliminate_zeros()
    length = np.diff(sums.indptr)
    lone = np.unique(sums.indices[sums.indptr[:-1][length == 1]])
    starts = sums.indptr[:-1][length == 2]
    first, second = sums.indices[starts], sums.indices[starts + 1]
    ratio = -sums.data[starts] / sums.data[starts + 1]
    usable = (np.abs(ratio) == 1) & ~np.isin(first, lone) & ~np.isin(second, lone)
    if lone.size == 0 and not usable.any():
        return None
    count = sums.shape[1]
    leader, sign = _chains(count, first[usable], second[usable], ratio[usable])
    keep = ~np.isin(leader, leader[lone]) if lone.size else np.ones(count, dtype=bool)
    contradictory = np.unique(leader[sign == 0])
    keep &= ~np.isin(leader, contradictory)
    groups = np.unique(leader[keep])
    rows = np.searchsorted(groups, leader[keep])
    return sparse.csr_array((sign[keep], (rows, np.flatnonzero(keep))), shape=(groups.size, count))


def _chains(count: int, first: Positions, second: Positions, ratio: Floats) -> tuple[Positions, Floats]:
    """The leader of each cell and its sign against it; 0 where a cycle says a deviation equals its own opposite."""
    links = sparse.csr_array((np.ones(first.size), (first, second)), shape=(count, count))
    _, label = csgraph.connected_components(links, directed=False)
    leader = np.full(label.max() + 1, count, dtype=np.intp)
    np.minimum.at(leader, label, np.arange(count))
    sign = np.zeros(count)
    sign[leader] = 1
    for _ in range(first.size):
        before = np.count_nonzero(sign)
        pull = (sign[second] == 0) & (sign[first] != 0)
        sign[second[pull]] = sign[first[pull]] * ratio[pull]
        pull = (sign[first] == 0) & (sign[second] != 0)
        sign[first[pull]] = sign[second[pull]] * ratio[pull]
        if np.count_nonzero(sign) == before:
            break
    against = sign[first] * ratio != sign[second]
    sign[first[against]] = 0
    return leader[label], sign


def _distinct_rows(sums: sparse.csr_array) -> sparse.csr_array:
    sums = sparse.csr_array(sums)
    sums.eliminate_zeros()
    sums.sort_indices()
    seen: dict[tuple[bytes, bytes], int] = {}
    for row in range(sums.shape[0]):
        span = slice(sums.indptr[row], sums.indptr[row + 1])
        if span.stop > span.start:
            direction = np.sign(sums.data[span][0])
            seen.setdefault((sums.indices[span].tobytes(), (sums.data[span] * direction).tobytes()), row)
    return sparse.csr_array(sums[sorted(seen.values())])


def _merged(instance: Instance, merge: sparse.csr_array, sums: sparse.csr_array) -> Part:
    down = (instance.values - instance.lower).astype(float)
    up = np.full(down.size, np.inf)
    signs = merge.tocoo()
    group, cell, with_it = signs.row, signs.col, signs.data > 0
    primary = _must_hide(instance, group, cell, merge.shape[0])
    cost = np.bincount(group, weights=instance.cost[cell], minlength=merge.shape[0])
    people, own = _people(instance, group, cell, count=merge.shape[0])
    return Part(
        sums=sums,
        up=-_at_most(-np.where(with_it, up[cell], down[cell]), group, merge.shape[0], -np.inf),
        down=-_at_most(-np.where(with_it, down[cell], up[cell]), group, merge.shape[0], -np.inf),
        primary=primary,
        width=_at_most(instance.width[cell], group, merge.shape[0]),
        above=_at_most(np.where(with_it, instance.above[cell], instance.below[cell]), group, merge.shape[0]),
        below=_at_most(np.where(with_it, instance.below[cell], instance.above[cell]), group, merge.shape[0]),
        cost=np.where(primary, 0.0, cost),
        people=people,
        own=own,
        origin=sparse.csr_array(abs(merge) > 0),
    )


def _must_hide(instance: Instance, group: Positions, cell: Positions, count: int) -> Flags:
    """The groups that hold a secret, or nothing that anybody sees: what nobody keeps drags nothing with it."""
    secret = _at_most((instance.primary & ~instance.unseen)[cell], group, count) > 0
    seen = _at_most(~instance.unseen[cell], group, count) > 0
    return np.asarray(secret | ~seen)


def _people(
    instance: Instance, group: Positions, cell: Positions, *, count: int
) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Attackers by groups: who knows to be alone in a cell of which, and which keep nothing but of themselves."""
    attackers = np.unique(instance.owner[instance.attacks])

    def by_groups(chosen: Flags) -> sparse.csr_array:
        at = chosen[cell] & np.isin(instance.owner[cell], attackers)
        person = np.searchsorted(attackers, instance.owner[cell[at]])
        shape = (attackers.size, count)
        return sparse.csr_array((np.ones(person.size, dtype=np.int64), (person, group[at])), shape=shape)

    needy = _needy(instance)
    kept = np.bincount(group, needy[cell], count)
    theirs = by_groups(needy & (instance.values == 1)).tocoo()
    nothing_else = theirs.data == kept[theirs.col]
    own = sparse.csr_array(
        (nothing_else[nothing_else], (theirs.row[nothing_else], theirs.col[nothing_else])), shape=theirs.shape
    )
    people = sparse.csr_array(by_groups(instance.attacks) > 0)
    return people, sparse.csr_array(people + own)


def _at_most(values: NDArray[Any], group: Positions, count: int, start: float = 0.0) -> Floats:
    """The largest value of each group."""
    largest = np.full(count, start)
    np.maximum.at(largest, group, values.astype(float))
    return largest


def _split(whole: Part) -> list[Part]:
    """Connected parts with a primary cell; the others have nothing to hide."""
    touch = sparse.csr_array(abs(whole.sums))
    _, label = csgraph.connected_components(touch.T @ touch, directed=False)
    row_label = label[touch.indices[touch.indptr[:-1]]] if touch.shape[0] else np.array([], dtype=int)
    return [
        _cut_out(whole, np.flatnonzero(label == one), np.flatnonzero(row_label == one))
        for one in dict.fromkeys(label[whole.primary].tolist())
    ]


def _cut_out(whole: Part, cells: Positions, rows: Positions) -> Part:
    people = sparse.csr_array(whole.people[:, cells])
    knowing = np.flatnonzero(np.diff(people.indptr))
    return Part(
        sums=sparse.csr_array(whole.sums[rows][:, cells]),
        up=whole.up[cells],
        down=whole.down[cells],
        primary=whole.primary[cells],
        width=whole.width[cells],
        above=whole.above[cells],
        below=whole.below[cells],
        cost=whole.cost[cells],
        people=sparse.csr_array(people[knowing]),
        own=sparse.csr_array(whole.own[knowing][:, cells]),
        origin=sparse.csr_array(whole.origin[cells]),
    )
