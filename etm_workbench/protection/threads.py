"""Sums between groups of different tables and releases, which an intruder finds by subtraction.

Three kinds: a group inside another whose difference is small, or holds few people under a condition;
two groups that share all but few; a group made up of the groups of another table, with few left over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from etm_workbench.protection.web import Condition, Rows, Web, WebCell
from etm_workbench.sensitive import SENSITIVITIES, Sensitivity

Floats = NDArray[np.float64]


def add_threads(web: Web, thresholds: Mapping[Sensitivity, int], *, since: Iterable[int]) -> None:
    """The sums between the groups of the cells `since` and all groups of the web.

    Parameters
    ----------
    web : Web
        Grows by virtual cells and relations.
    thresholds : mapping
        For each class, the smallest number of people that may be seen.
    since : iterable of int
        Cells of the tables that are being released.
    """
    shelf = _Shelf.of(web, thresholds, set(since))
    if not shelf.fresh.size:
        return
    for total, parts in [*shelf.nested(), *shelf.covered()]:
        web.rest(total, parts)
    for one, other in shelf.overlapping():
        _add_overlap(web, one, other)
    _mark_revisions(web, shelf)


@dataclass(frozen=True, slots=True, repr=False)
class _Shelf:
    """Groups that were asked something sensitive, side by side, and what was counted of each."""

    web: Web
    groups: Rows
    fresh: Rows  # places among `groups` of those asked now
    size: Rows
    common: sparse.csr_array  # people that each fresh group shares with each group
    conditions: tuple[Condition, ...]
    cell: Rows  # groups × conditions; -1 for none
    value: Floats
    whole: Floats
    threshold: Floats

    @classmethod
    def of(cls, web: Web, thresholds: Mapping[Sensitivity, int], since: set[int]) -> _Shelf:
        shown = [(n, cell) for n, cell in enumerate(web.cells) if cell.condition and not cell.virtual]
        groups = np.array(sorted({cell.group for _, cell in shown if web.groups[cell.group].size}), np.int64)
        place = {int(group): index for index, group in enumerate(groups)}
        conditions = tuple(sorted({cell.condition for _, cell in shown}))
        column = {condition: index for index, condition in enumerate(conditions)}
        cells = np.full((groups.size, len(conditions)), -1, np.int64)
        value, whole = np.full(cells.shape, np.nan), np.full(cells.shape, np.nan)
        threshold = np.ones(len(conditions))
        fresh = set()
        for number, cell in shown:
            if cell.group in place:
                at = place[cell.group], column[cell.condition]
                cells[at], value[at] = number, cell.row.size
                whole[at] = min(
                    (web.cells[w].row.size for w in cell.wholes.values()), default=web.groups[cell.group].size
                )
                threshold[at[1]] = max(threshold[at[1]], thresholds[SENSITIVITIES[cell.level]])
                if number in since:
                    fresh.add(at[0])
        fresh_places = np.array(sorted(fresh), np.int64)
        incidence = _incidence([web.groups[g] for g in groups], web.ids.size)
        common = (
            sparse.csr_array(incidence[fresh_places] @ incidence.T) if fresh else sparse.csr_array((0, groups.size))
        )
        size = np.array([web.groups[g].size for g in groups], np.int64)
        return cls(web, groups, fresh_places, size, common, conditions, cells, value, whole, threshold)

    def nested(self) -> list[tuple[int, tuple[int, ...]]]:
        """Cells with one inside them, where subtraction tells of too few people or of a whole group."""
        inner, outer = self._pairs_inside()
        found: list[tuple[int, tuple[int, ...]]] = []
        for start in range(0, inner.size, 20_000):
            i, o = inner[start : start + 20_000], outer[start : start + 20_000]
            gap = self.value[o] - self.value[i]
            few = (gap >= 1) & (gap < self.threshold)
            small = ((self.size[o] - self.size[i])[:, None] < self.threshold) & (gap >= 0)
            everybody = (gap >= 1) & (gap >= self.whole[o] - self.whole[i])
            known = self._rest_is_known(i, o)[:, None] & (gap >= 0)
            for pair, column in zip(*np.nonzero(few | small | everybody | known), strict=True):
                total, part = int(self.cell[o[pair], column]), int(self.cell[i[pair], column])
                if not self._one_table(total, part):
                    found.append((total, (part,)))
        return found

    def overlapping(self) -> list[tuple[int, int]]:
        """Cells of two groups that share all but few people, neither inside the other."""
        shared = self.common.tocoo()
        one, other = self.fresh[shared.row], shared.col
        limit = self.threshold.max()
        left, right = self.size[one] - shared.data, self.size[other] - shared.data
        chosen = (left > 0) & (right > 0) & (left < limit) & (right < limit)
        pairs = sorted({(min(a, b), max(a, b)) for a, b in zip(one[chosen], other[chosen], strict=True)})
        return [
            (int(self.cell[a, c]), int(self.cell[b, c]))
            for a, b in pairs
            for c in np.flatnonzero((self.cell[a] >= 0) & (self.cell[b] >= 0))
            if not self._one_table(int(self.cell[a, c]), int(self.cell[b, c]))
        ]

    def covered(self) -> list[tuple[int, tuple[int, ...]]]:
        """Cells made up, but for few people, of those of another table."""
        families = [np.searchsorted(self.groups, family) for family in self._families()]
        if not families:
            return []
        columns = np.concatenate(families)
        starts = np.repeat(np.arange(len(families)), [family.size for family in families])
        belongs = sparse.csr_array((np.ones(columns.size), (columns, starts)), shape=(self.groups.size, len(families)))
        is_fresh = np.zeros(self.groups.size, bool)
        is_fresh[self.fresh] = True
        new_family = np.array([bool(is_fresh[family].any()) for family in families])
        found = []
        inside = self._inside()
        rows = [(np.arange(self.groups.size) if new else self.fresh) for new in (True, False)]
        for kind, targets in zip((True, False), rows, strict=True):
            chosen = np.flatnonzero(new_family == kind)
            if chosen.size:
                found += self._covers(inside[targets], belongs[:, chosen], targets, [families[f] for f in chosen])
        return found

    def _covers(
        self, inside: sparse.csr_array, belongs: sparse.csr_array, targets: Rows, families: list[Rows]
    ) -> list[tuple[int, tuple[int, ...]]]:
        parts = (inside @ belongs).toarray()
        left = self.size[targets][:, None] - (inside @ sparse.diags_array(self.size.astype(float)) @ belongs).toarray()
        found = []
        for column in range(len(self.conditions)):
            value = np.nan_to_num(self.value[:, column], nan=-1e9)
            rest = value[targets][:, None] - (inside @ sparse.diags_array(value) @ belongs).toarray()
            threshold = self.threshold[column]
            few = ((rest >= 1) & (rest < threshold)) | (left < threshold)
            for t, f in zip(
                *np.nonzero((parts >= 2) & few & (rest > -1) & (value[targets] >= 0)[:, None]), strict=True
            ):
                family = families[f]
                kept = family[np.isin(family, inside.indices[inside.indptr[t] : inside.indptr[t + 1]])]
                total = int(self.cell[targets[t], column])
                cells = tuple(int(self.cell[k, column]) for k in kept)
                if min(cells) >= 0 and not self._one_table(total, *cells):
                    found.append((total, cells))
        return found

    def revised(self) -> list[tuple[int, int]]:
        """Pairs of a cell asked now and one released before, of nearly the same people."""
        shared = self.common.tocoo()
        one, other = self.fresh[shared.row], shared.col
        limit = self.threshold.max()
        near = (self.size[one] + self.size[other] - 2 * shared.data) < limit
        return [
            (int(self.cell[a, c]), int(self.cell[b, c]))
            for a, b in zip(one[near], other[near], strict=True)
            for c in np.flatnonzero((self.cell[a] >= 0) & (self.cell[b] >= 0))
            if a != b
        ]

    def _families(self) -> list[tuple[int, ...]]:
        known = set(self.groups.tolist())
        return [family for family in self.web.families if len(family) > 1 and known.issuperset(family)]

    def _pairs_inside(self) -> tuple[Rows, Rows]:
        shared = self.common.tocoo()
        one, other = self.fresh[shared.row], shared.col.astype(np.int64)
        inside, around = shared.data == self.size[one], shared.data == self.size[other]
        inner = np.concatenate([one[inside], other[around]])
        outer = np.concatenate([other[inside], one[around]])
        pairs = np.unique(np.stack([inner, outer], axis=1)[self.size[inner] < self.size[outer]], axis=0)
        return pairs[:, 0], pairs[:, 1]

    def _inside(self) -> sparse.csr_array:
        inner, outer = self._pairs_inside()
        return sparse.csr_array((np.ones(inner.size), (outer, inner)), shape=(self.groups.size,) * 2)

    def _rest_is_known(self, inner: Rows, outer: Rows) -> NDArray[np.bool_]:
        """Whether the people of `outer` outside `inner` are a group of their own: sums of random marks tell."""
        marks = _marks(self.web.ids)
        total = np.array([marks[self.web.groups[group]].sum(dtype=np.uint64) for group in self.groups], np.uint64)
        return np.isin(total[outer] - total[inner], total)

    def _one_table(self, *cells: int) -> bool:
        """Within one table its own sums say what subtraction gives, and the width of hidden cells covers it."""
        return bool(frozenset.intersection(*(self.web.cells[cell].tables for cell in cells)))


def _add_overlap(web: Web, one: int, other: int) -> None:
    """The people whom two cells share, as a cell: each of the two is that and a few more."""
    first, second = web.cells[one], web.cells[other]
    both = np.intersect1d(web.groups[first.group], web.groups[second.group], assume_unique=True)
    row = np.intersect1d(first.row, both, assume_unique=True)
    if not np.array_equal(row, np.intersect1d(second.row, both, assume_unique=True)):
        return
    filtered = first.filtered or second.filtered
    shared = web.add(WebCell(first.condition, web.group(both), row, first.level, {}, virtual=True, filtered=filtered))
    for whole in (one, other):
        web.rest(whole, (shared,))


def _mark_revisions(web: Web, shelf: _Shelf) -> None:
    """Cells asked now whose people gave other answers in an earlier release, when fewer changed than may be seen."""
    earlier: dict[tuple[Condition, int], list[int]] = {}
    for number, cell in enumerate(web.cells):
        if cell.condition and cell.release and not cell.virtual:
            earlier.setdefault((cell.condition, cell.group), []).append(number)
    now = {int(c) for c in shelf.cell[shelf.fresh].ravel() if c >= 0 and not web.cells[c].release}
    pairs = [(c, old) for c in sorted(now) for old in earlier.get((web.cells[c].condition, web.cells[c].group), ())]
    pairs += [(a, b) for a, b in shelf.revised() if web.cells[b].release and a in now]
    limits = dict(zip(shelf.conditions, shelf.threshold, strict=True))
    for number, old in pairs:
        new, before = web.cells[number], web.cells[old]
        both = np.intersect1d(web.groups[new.group], web.groups[before.group], assume_unique=True)
        changed = np.setxor1d(np.intersect1d(new.row, both), np.intersect1d(before.row, both)).size
        if 0 < changed < limits[new.condition]:
            web.change(number, revised=True)


def _incidence(rows: list[Rows], people: int) -> sparse.csr_array:
    lengths = [row.size for row in rows]
    columns = np.concatenate(rows) if rows else np.empty(0, np.int64)
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return sparse.csr_array((np.ones(columns.size, np.int32), columns, starts), shape=(len(rows), people))


def _marks(ids: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """A number for each person whose sums tell groups apart (a finalizer of splitmix64)."""
    mixed = (ids ^ (ids >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)), np.uint64)
