"""Small groups that the tables by one variable need not tell apart.

A question that was only asked of the whole service, by placement, would still be told in every small group that other
tables tell apart by placement. It need not be. Say that small groups a form one block B for these tables, that x(a, p)
people of a are placed p, and that Y(B, p, s) is all that the tables say of sex and placement. Then

    x(a, p, s) = x(a, p) · Y(B, p, s) / x(B, p),    x(a, s) = the sum of x(a, p, s) over p

fits every sum of each small group whenever the sums of the block hold. So an intruder who reckons in blocks learns
exactly what one learns who reckons in small groups, fractions allowed; the program is several times smaller.

What is merged, block by block, is checked against the sums that really stand there; where one of them is not of
this form the small groups stay apart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from etm_workbench.protection.web import Condition, Rows

Floats = NDArray[np.float64]
Key = tuple[Condition, int]  # a condition, and which of several states of the records it was counted in

NONE, NOBODY, PEOPLE, ANSWER, ELSEWHERE = range(5)
"""What the answers of a small group add up to: no such sum, nobody, its people, another answer, another's answer."""


@dataclass(slots=True, eq=False)
class Sum:
    """One sum over answers, in every small group where it holds.

    Parameters
    ----------
    whole : Key or None
        The answer that the parts add up to; none for the people who answered.
    parts : tuple of Key
    kind : ndarray of int, shape (small groups,)
        `NONE` where it does not hold, else what the parts add up to.
    same : ndarray of int, shape (small groups,)
        The small group whose answer that is.
    """

    whole: Key | None
    parts: tuple[Key, ...]
    kind: NDArray[np.int8]
    same: Rows

    @property
    def keys(self) -> set[Key]:
        """All its answers."""
        return {*self.parts} if self.whole is None else {*self.parts, self.whole}


def nowhere(whole: Key | None, parts: tuple[Key, ...], groups: int) -> Sum:
    """A sum that holds in no small group yet."""
    return Sum(whole, parts, np.full(groups, NONE, np.int8), np.full(groups, -1))


def merge(sums: list[Sum], given: Mapping[Key, Floats], *, marks: Mapping[Key, NDArray[np.uint64]]) -> dict[Key, Rows]:
    """For each answer, the small group that stands for each small group.

    Parameters
    ----------
    sums : list of Sum
        All that are known. Sums that follow where blocks are made are added.
    given : mapping of Key to ndarray of float, shape (small groups,)
        How many gave each answer; NaN where it is not known of.
    marks : mapping of Key to ndarray of uint64, shape (small groups,)
        Equal where the same cells count a small group by the answer.

    Returns
    -------
    dict of Key to ndarray of int, shape (small groups,)
        A block is told by its first small group; others stand for themselves.
    """
    groups = next((one.size for one in given.values()), 0)
    standing = {key: np.arange(groups) for key in given}
    merged: set[Key] = set()
    anchors: set[Key] = set()
    for variable in _variables(given, marks):
        own = {key for key in given if variable in _names(key)}
        if own & (merged | anchors):
            continue
        stand, added, used = _Variable(own, sums, given).blocks(
            np.asarray(np.sum([marks[key] for key in sorted(own)], axis=0))
        )
        if used & merged or not (stand != np.arange(groups)).any():
            continue
        sums += added
        anchors |= used
        merged |= own
        standing.update(dict.fromkeys(own, stand))
    return standing


def _names(key: Key) -> set[str]:
    return {name for name, *_ in key[0]}


def _variables(given: Mapping[Key, Floats], marks: Mapping[Key, NDArray[np.uint64]]) -> list[str]:
    """Those whose answers the fewest blocks tell apart first."""
    blocks = {
        name: np.unique(np.sum([marks[key] for key in given if name in _names(key)], axis=0)).size
        for name in {name for key in given for name in _names(key)}
    }
    return sorted(blocks, key=lambda name: (blocks[name], name))


class _Variable:
    """The answers that involve one variable, and the sums that involve them."""

    def __init__(self, own: set[Key], sums: Sequence[Sum], given: Mapping[Key, Floats]) -> None:
        self._own = own
        self._given = given
        self._sums = [one for one in sums if one.keys & own]
        self._outside = [one for one in sums if one.whole is None and not one.keys & own]
        self._named = np.unique(
            np.concatenate([one.same[one.kind == ELSEWHERE] for one in self._sums if one.whole in own] or [[]])
        )

    def blocks(self, mark: NDArray[np.uint64]) -> tuple[Rows, list[Sum], set[Key]]:
        """What stands for each small group, the sums to add, and the other answers that those are tied to."""
        stand, added, used = np.arange(mark.size), dict[tuple[Key, tuple[Key, ...]], Sum](), set[Key]()
        for block in self._alike(mark):
            tied = self._tied(block)
            if tied is None:
                continue
            stand[block] = block[0]
            used |= set(tied.anchor.values())
            for whole, parts in tied.new.items():
                one = added.setdefault((whole, parts), nowhere(whole, parts, mark.size))
                one.kind[block], one.same[block] = ANSWER, block
        return stand, list(added.values()), used

    def _alike(self, mark: NDArray[np.uint64]) -> Iterator[Rows]:
        """Blocks of two and more small groups in which the same answers are known and the same sums hold."""
        told = [mark, *(one.kind.astype(np.uint64) for one in (*self._sums, *self._outside))]
        told += [np.isnan(self._given[key]).astype(np.uint64) for key in sorted(self._own)]
        dice = np.random.default_rng(len(told)).integers(1, 2**63, len(told), dtype=np.uint64)
        signature = np.zeros(mark.size, np.uint64)
        for one, die in zip(told, dice, strict=True):
            signature += (one + np.uint64(1)) * die
        order = np.argsort(signature, kind="stable")
        for block in np.split(order, np.flatnonzero(np.diff(signature[order])) + 1):
            if block.size > 1:
                yield np.sort(block)

    def _tied(self, block: Rows) -> _Tied | None:
        """How the answers of a block hang together, or none where they do not do so in the form that can be merged."""
        at = int(block[0])
        if np.isin(block, self._named).any():  # what other small groups add up to
            return None
        here = [one for one in self._sums if one.kind[at] != NONE]
        if any(one.kind[at] == ELSEWHERE or (one.kind[at] == NOBODY and one.whole is not None) for one in here) or any(
            not set(one.parts) <= self._own for one in here
        ):
            return None
        known = {key for key in self._own if not np.isnan(self._given[key][at])}
        tied = _Tied(known, here, [one for one in self._outside if one.kind[at] != NONE], at)
        return tied if tied.can_be_merged(self._given, block) else None


class _Tied:
    """The answers of one block: tied to answers by other variables, or plain.

    Parameters
    ----------
    known : set of Key
        Answers that involve the variable.
    here, outside : sequence of Sum
        Sums that involve them, and sums of people over the other answers, that hold in the block.
    at : int
        One of its small groups.

    Attributes
    ----------
    anchor : dict of Key to Key
        The answer by another variable that each tied answer is part of.
    new : dict of Key to tuple of Key
        Plain answers that are sums of tied ones, though no sum said so.
    """

    def __init__(self, known: Collection[Key], here: Sequence[Sum], outside: Sequence[Sum], at: int) -> None:
        self._here, self._outside, self._at = here, outside, at
        self._unclear = False
        self.anchor: dict[Key, Key] = {}
        while not self._unclear and (more := list(self._tie(known))):
            for key, to in more:
                self._unclear |= self.anchor.setdefault(key, to) != to
        self._plain = sorted(set(known) - set(self.anchor))
        self._by_condition: dict[tuple[Key, Condition], Key] = {}
        for key, to in self.anchor.items():
            self._unclear |= (to, key[0]) in self._by_condition
            self._by_condition[to, key[0]] = key
        self._gathered: dict[Key, tuple[Key, ...]] = {}
        self.new: dict[Key, tuple[Key, ...]] = {}

    def _tie(self, known: Collection[Key]) -> Iterator[tuple[Key, Key]]:
        """Parts of an answer by another variable are tied to it, and so are their parts."""
        for one in self._here:
            if one.whole is not None:
                to = self.anchor.get(one.whole) if one.whole in known else one.whole
                if to is not None:
                    yield from ((part, to) for part in one.parts if self.anchor.get(part) != to)

    def can_be_merged(self, given: Mapping[Key, Floats], block: Rows) -> bool:
        """Whether shares of a block's answers fit every sum of its small groups."""
        if self._unclear:
            return False
        if not self.anchor:
            return True  # shares of its people fit sums of plain answers
        crossing = tuple(sorted(set(self.anchor.values())))
        if self._plain and not (self._is_everybody(crossing) and self._gather(crossing)):
            return False
        return all(self._follows(one, crossing) for one in self._here) and all(
            np.array_equal(given[key][block], np.sum([given[part][block] for part in parts], axis=0))
            for key, parts in self.new.items()
        )

    def _is_everybody(self, crossing: tuple[Key, ...]) -> bool:
        """Whether all people gave one of these answers."""
        return any(one.kind[self._at] == PEOPLE and tuple(sorted(one.parts)) == crossing for one in self._outside)

    def _gather(self, crossing: tuple[Key, ...]) -> bool:
        """Find for each plain answer the tied ones that it is the sum of."""
        for one in self._here:
            if one.whole in self._plain and all(part in self.anchor for part in one.parts):
                by = {self.anchor[part]: part for part in one.parts}
                if one.whole in self._gathered or tuple(sorted(by)) != crossing or len(by) < len(one.parts):
                    return False
                self._gathered[one.whole] = tuple(by[to] for to in crossing)
        for key in self._plain:
            if key not in self._gathered:
                found = [self._by_condition.get((to, tuple(sorted((*key[0], *to[0]))))) for to in crossing]
                parts = tuple(part for part in found if part is not None)
                if len(parts) < len(crossing):
                    return False
                self._gathered[key] = self.new[key] = parts
        return True

    def _follows(self, one: Sum, crossing: tuple[Key, ...]) -> bool:
        """Whether a sum holds in each small group: shares keep it, or its like for each answer that it is tied to."""
        tied = [part in self.anchor for part in one.parts]
        if any(tied):
            return all(tied) and one.whole is not None
        if one.whole in self.anchor or (one.whole is None and one.kind[self._at] != PEOPLE):
            return False
        return all(self._like(one, place, to) for place, to in enumerate(crossing))

    def _like(self, one: Sum, place: int, to: Key) -> bool:
        whole = to if one.whole is None else self._gathered[one.whole][place]
        parts = sorted(self._gathered[part][place] for part in one.parts)
        return any(other.whole == whole and sorted(other.parts) == parts for other in self._here)
