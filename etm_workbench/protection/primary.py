"""Primary rules: which cells are sensitive by themselves, and how wide their interval must stay."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from etm_workbench.protected import Reason
from etm_workbench.protection.lattice import Lattice
from etm_workbench.protection.policy import ClassRules, Policy
from etm_workbench.protection.web import is_aid
from etm_workbench.sensitive import SENSITIVITIES


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Primary:
    """What the primary rules say of each cell of a lattice.

    `sensitive`: to be hidden. `width`: people wide the interval must stay. `fixed`: known to everybody
    and never hidden. `lower`: what an intruder knows of the cell at least, once hidden. `rule`: which
    rule fired, for sensitive cells. `alone`: answers whose one person can know to be the only one, since
    zeros beside it are shown. `attacks`: cells of one person who may know that it is theirs alone: they know so of
    some answer of theirs, or are a whole group by themselves and this is their answer in it.
    """

    sensitive: NDArray[np.bool_]
    width: NDArray[np.int64]
    fixed: NDArray[np.bool_]
    lower: NDArray[np.int64]
    rule: dict[int, Reason]
    alone: NDArray[np.bool_]
    attacks: NDArray[np.bool_]

    def __repr__(self) -> str:
        return f"<Primary rules over {self.sensitive.size} cells>"


def primary_rules(lattice: Lattice, policy: Policy, *, also_closed: AbstractSet[int] = frozenset()) -> Primary:
    """Sensitive cells of a lattice under a policy.

    Parameters
    ----------
    lattice : Lattice
        Every table of the release.
    policy : Policy
        Of the audience.
    also_closed : set of int
        Groups to close beside those that the rules close (see `widen`).

    Notes
    -----
    Establishment cells are fixed: the service publishes its headcounts. Zeros are shown, and so known,
    unless their group is closed: too small, unanimous, or with too many answers for its people. In a
    closed group every answer is hidden, the zeros too, so that an intruder cannot take a hidden cell for
    at least one person. What an earlier release showed stays known; what it hid stays hidden, and of a group
    that it closed nobody learns more by seeing it hidden again. A cell that an earlier release hid, and this one
    does not hold, keeps the width that was promised of it, whatever is closed now.
    """
    closed: dict[int, Reason] = dict.fromkeys(also_closed, "too_few")
    closed |= _closed_groups(lattice, policy)
    rule: dict[int, Reason] = {}
    aid = np.array([is_aid(condition) for condition in lattice.condition], bool)
    exempt = aid | (lattice.dark & ~lattice.asked)
    for cell, condition in enumerate(lattice.condition):
        if condition and not exempt[cell] and (fired := _rule(lattice, cell, _rules(lattice, cell, policy), closed)):
            rule[cell] = fired
    sensitive = lattice.dark.copy()
    sensitive[list(rule)] = True
    opened = np.array([not condition for condition in lattice.condition], bool)
    nothing_told = closed.keys() | (_closed_before(lattice) if policy.attackers.at_least_one else frozenset())
    in_closed = np.array([not nothing_told.isdisjoint(groups) for groups in lattice.groups], bool)
    zero = lattice.values == 0
    width = lattice.earlier_width.copy()
    for cell in rule:
        width[cell] = max(width[cell], _width(lattice, cell, _rules(lattice, cell, policy)))
    fixed = opened | lattice.shown | (zero & ~sensitive & ~lattice.virtual)
    width[fixed] = 0
    one = lattice.values == 1
    alone = one & ~in_closed & ~aid & ~opened
    lower = (~zero & ~in_closed & ~lattice.virtual) * int(policy.attackers.at_least_one)
    return Primary(
        sensitive=sensitive & ~fixed,
        width=width,
        fixed=fixed,
        lower=np.maximum(lower, lattice.earlier_lower).astype(np.int64),
        rule=rule,
        alone=alone,
        attacks=one & (np.isin(lattice.owner, lattice.owner[alone]) | lattice.told_alone | lattice.by_themselves),
    )


def widen(lattice: Lattice, primary: Primary, exposed: Iterable[int]) -> frozenset[int]:
    """Groups whose shown zeros pin the exposed cells: closing them gives the hidden people somewhere to be.

    Returns
    -------
    frozenset of int
        Empty when no shown zero stands near the exposed cells: nothing more can be hidden.
    """
    sums: dict[int, set[int]] = {}
    for total, parts in lattice.relations:
        line = {total, *parts}
        for cell in line:
            sums.setdefault(cell, set()).update(line)
    near: set[int] = set()
    for cell in exposed:
        mates = sums.get(cell, {cell})
        near |= mates.union(*(sums.get(mate, set()) for mate in mates))
    pinned = {
        cell
        for cell in near
        if primary.fixed[cell] and lattice.condition[cell] and not lattice.shown[cell] and not lattice.virtual[cell]
    }
    return frozenset(group for cell in pinned for group in lattice.groups[cell] if lattice.values[group] > 0)


def groups_of(lattice: Lattice, exposed: Iterable[int]) -> frozenset[int]:
    """The exposed cells' own groups: with every answer hidden, nobody in them can know to be alone with theirs.

    A group of which an earlier release showed an answer cannot be closed any more.
    """
    answers = np.flatnonzero(lattice.shown)
    seen = {group for cell in answers if lattice.condition[cell] for group in lattice.groups[cell]}
    own = {group for cell in exposed for group in lattice.groups[cell] if lattice.values[group] > 0}
    return frozenset(own - seen)


def _rules(lattice: Lattice, cell: int, policy: Policy) -> ClassRules:
    return policy.classes.of(SENSITIVITIES[int(lattice.sensitivity[cell])])


def _rule(lattice: Lattice, cell: int, rules: ClassRules, closed: dict[int, Reason]) -> Reason | None:
    found = [closed[group] for group in lattice.groups[cell] if group in closed]
    if "small_group" in found:
        return "small_group"
    if 0 < lattice.values[cell] < rules.threshold:
        return "too_few"
    if lattice.revised[cell]:
        return "earlier_release"
    return found[0] if found else None


def _closed_groups(lattice: Lattice, policy: Policy) -> dict[int, Reason]:
    """Groups of which no answer may be seen, and why."""
    answers: dict[int, list[int]] = {}
    for cell, groups in enumerate(lattice.groups):
        for group in groups:
            answers.setdefault(group, []).append(cell)
    closed: dict[int, Reason] = {}
    for group, cells in answers.items():
        size = int(lattice.values[group])
        given = [int(lattice.values[c]) for c in cells if lattice.values[c] > 0 and not lattice.complement[c]]
        strictest = max((_rules(lattice, cell, policy) for cell in cells), key=lambda rules: rules.threshold)
        if reason := _closed(size, given, strictest, at_least_one=policy.attackers.at_least_one):
            closed[group] = reason
    return closed


def _closed_before(lattice: Lattice) -> frozenset[int]:
    """Groups that an earlier release closed: every answer was hidden, and none said to be at least one person."""
    told, hidden = set[int](), set[int]()
    for cell, groups in enumerate(lattice.groups):
        if lattice.dark[cell] and lattice.earlier_lower[cell] == 0:
            hidden.update(groups)
        elif not lattice.virtual[cell]:
            told.update(groups)
    return frozenset(hidden - told)


def _closed(size: int, given: list[int], rules: ClassRules, *, at_least_one: bool) -> Reason | None:
    if size == 0:
        return None
    if rules.small_groups and size < rules.threshold:
        return "small_group"
    if rules.class_disclosure and size in given:
        return "class_disclosure"
    # Who knows that each hidden answer is at least one person has only the rest to wonder about.
    exclusive = sum(given) == size
    if at_least_one and exclusive and size - len(given) < rules.width and min(given) < rules.threshold:
        return "too_few"
    return None


def _width(lattice: Lattice, cell: int, rules: ClassRules) -> int:
    """The policy's width, or the group's size where the group itself is smaller.

    A zero needs no width of its own: what must stay open is where the group's people are.
    """
    if lattice.values[cell] == 0:
        return 0
    return min([rules.width, *(int(lattice.values[group]) for group in lattice.groups[cell])])
