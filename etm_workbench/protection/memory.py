"""What the readers of an audience already hold: every earlier release that they may combine with a new one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from etm_workbench.protection.facts import read_facts, replay_facts
from etm_workbench.protection.threads import add_threads
from etm_workbench.protection.web import Web
from etm_workbench.sensitive import Sensitivity


@dataclass(frozen=True, slots=True)
class EarlierRelease:
    """One entry of the ledger: its number, its audience, whom it was protected for together, and its facts."""

    number: int
    audience: str
    combined: frozenset[str]
    facts: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, repr=False)
class Memory:
    """Earlier releases joined into one web; it never changes, `with_releases` gives another.

    Parameters
    ----------
    audiences : frozenset of str
        Whose releases are read together.
    web : Web
        All their cells and sums.
    numbers : tuple of int
        The releases in it, in order.
    """

    audiences: frozenset[str]
    web: Web
    numbers: tuple[int, ...] = ()
    _from: frozenset[str] = frozenset()

    @classmethod
    def empty(cls, audiences: Collection[str] = ()) -> Memory:
        """The memory of nothing."""
        return cls(frozenset(audiences), Web())

    def with_releases(self, releases: Sequence[EarlierRelease], thresholds: Mapping[Sensitivity, int]) -> Memory:
        """The memory with further releases.

        Parameters
        ----------
        releases : sequence of EarlierRelease
            In order of number.
        thresholds : mapping
            The smallest group of each class that may be seen, to join releases that were not protected
            together when they were made.
        """
        if not releases:
            return self
        web, seen = self.web.copy(), set(self._from)
        for release in releases:
            facts = read_facts(release.facts)
            places = replay_facts(web, facts, release=release.number)
            if not seen <= release.combined:
                add_threads(web, thresholds, since=[p for p in places if not web.cells[p].virtual])
            seen.add(release.audience)
        numbers = (*self.numbers, *(release.number for release in releases))
        return replace(self, web=web, numbers=numbers, _from=frozenset(seen))

    def __repr__(self) -> str:
        return f"<Memory of {len(self.numbers)} releases>"
