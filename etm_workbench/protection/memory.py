"""What the readers of an audience already hold: every earlier release that they may combine with a new one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from etm_workbench.protection.facts import read_facts, replay_facts
from etm_workbench.protection.policy import Policy
from etm_workbench.protection.threads import add_threads
from etm_workbench.protection.web import Web, WebCell
from etm_workbench.sensitive import SENSITIVITIES


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
    policy : Policy or None
        Of those who hold them; None before the first.
    """

    audiences: frozenset[str]
    web: Web
    numbers: tuple[int, ...] = ()
    policy: Policy | None = None
    _from: frozenset[str] = frozenset()

    @classmethod
    def empty(cls, audiences: Collection[str] = ()) -> Memory:
        """The memory of nothing."""
        return cls(frozenset(audiences), Web())

    def with_releases(self, releases: Sequence[EarlierRelease], policy: Policy) -> Memory:
        """The memory with further releases.

        Parameters
        ----------
        releases : sequence of EarlierRelease
            In order of number.
        policy : Policy
            Of those who hold them. It says what a release to other readers must keep from these, and the smallest
            group that may be seen where releases that were not protected together are joined.
        """
        if not releases:
            return self
        thresholds = policy.thresholds
        web, seen = self.web.copy(), set(self._from)
        for release in releases:
            facts = read_facts(release.facts)
            if release.audience != policy.audience:
                facts = replace(facts, cells=tuple(_kept_from(policy, cell, facts.cells) for cell in facts.cells))
            places = replay_facts(web, facts, release=release.number)
            if not seen <= release.combined:
                add_threads(web, thresholds, since=[p for p in places if not web.cells[p].virtual])
            seen.add(release.audience)
        numbers = (*self.numbers, *(release.number for release in releases))
        return replace(self, web=web, numbers=numbers, policy=policy, _from=frozenset(seen))

    def __repr__(self) -> str:
        return f"<Memory of {len(self.numbers)} releases>"


def _kept_from(policy: Policy, cell: WebCell, cells: Sequence[WebCell]) -> WebCell:
    """A cell that was hidden from other readers, as wide as these readers' own policy wants it.

    What their policy would show them need not be kept from them.
    """
    if not cell.width:
        return cell
    rules, size = policy.classes.of(SENSITIVITIES[cell.level]), cell.row.size
    wholes = [cells[whole].row.size for whole in cell.wholes.values()]
    asks = (
        0 < size < rules.threshold
        or (rules.small_groups and any(whole < rules.threshold for whole in wholes))
        or (rules.class_disclosure and size in wholes)
    )
    return replace(cell, width=min(cell.width, rules.width) if asks else 0)
