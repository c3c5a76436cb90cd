"""Primary rules: which cells are sensitive by themselves, and how wide their interval must stay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from etm_workbench.protected import Reason
from etm_workbench.protection.lattice import Lattice
from etm_workbench.protection.policy import ClassRules, Policy
from etm_workbench.sensitive import SENSITIVITIES


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Primary:
    """What the primary rules say of each cell of a lattice.

    `sensitive`: to be hidden. `width`: people wide the interval must stay. `fixed`: known to everybody
    and never hidden. `lower`: what an intruder knows of the cell at least, once hidden. `rule`: which
    rule fired, for sensitive cells.
    """

    sensitive: NDArray[np.bool_]
    width: NDArray[np.int64]
    fixed: NDArray[np.bool_]
    lower: NDArray[np.int64]
    rule: dict[int, Reason]

    def __repr__(self) -> str:
        return f"<Primary rules over {self.sensitive.size} cells>"


def primary_rules(lattice: Lattice, policy: Policy) -> Primary:
    """Sensitive cells of a lattice under a policy.

    Establishment cells are fixed: the service publishes its headcounts. Zeros are shown, and so known,
    unless their group is small or gave one answer only.
    """
    size = lattice.values.size
    unanimous = _unanimous(lattice)
    rule: dict[int, Reason] = {}
    for cell in range(size):
        if lattice.condition[cell] and (fired := _rule(lattice, cell, _rules(lattice, cell, policy), unanimous)):
            rule[cell] = fired
    sensitive = np.zeros(size, bool)
    sensitive[list(rule)] = True
    opened = np.array([not condition for condition in lattice.condition], bool)
    zero = lattice.values == 0
    width = np.zeros(size, np.int64)
    for cell in rule:
        width[cell] = _width(lattice, cell, _rules(lattice, cell, policy))
    at_least = policy.attackers.at_least_one
    return Primary(
        sensitive=sensitive,
        width=width,
        fixed=(opened | (zero & ~sensitive)) & ~lattice.virtual,
        lower=np.where(zero, 0, int(at_least)).astype(np.int64),
        rule=rule,
    )


def _rules(lattice: Lattice, cell: int, policy: Policy) -> ClassRules:
    return policy.classes.of(SENSITIVITIES[int(lattice.sensitivity[cell])])


def _rule(lattice: Lattice, cell: int, rules: ClassRules, unanimous: frozenset[int]) -> Reason | None:
    people, groups = int(lattice.values[cell]), lattice.groups[cell]
    if rules.small_groups and any(0 < lattice.values[group] < rules.threshold for group in groups):
        return "small_group"
    if 0 < people < rules.threshold:
        return "too_few"
    if rules.class_disclosure and any(group in unanimous for group in groups):
        return "class_disclosure"
    return None


def _unanimous(lattice: Lattice) -> frozenset[int]:
    """Groups all of whose members gave the same answer: every answer of theirs is hidden, the zeros too."""
    return frozenset(
        group
        for cell, groups in enumerate(lattice.groups)
        for group in groups
        if lattice.values[group] > 0 and lattice.values[cell] == lattice.values[group]
    )


def _width(lattice: Lattice, cell: int, rules: ClassRules) -> int:
    """The policy's width, or the group's size where the group itself is smaller."""
    return min([rules.width, *(int(lattice.values[group]) for group in lattice.groups[cell])])
