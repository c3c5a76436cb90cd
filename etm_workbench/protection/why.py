"""The whole reason why a cell is withheld, for whoever holds the records: nothing here leaves with a release.

A reader's explanation says what the pattern says. This one is worked out again from the people behind the
tables: which rule fired, for which other cells the cell is withheld, and what readers can deduce.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from etm_workbench.protected import Explanation, Inside, ProtectedTable, Reason, Withheld
from etm_workbench.protection.audit import Published, attack
from etm_workbench.protection.lattice import Lattice, build_lattice
from etm_workbench.protection.policy import Policy
from etm_workbench.protection.primary import Primary, primary_rules
from etm_workbench.protection.problem import relation_matrix
from etm_workbench.sensitive import SENSITIVITIES, SensitiveTable

ATTACK_SECONDS = 10.0  # for one cell's interval; after that its outer limits are given


def whole_reason(
    tables: Mapping[str, SensitiveTable], made: Mapping[str, ProtectedTable], policy: Policy, name: str, **codes: str
) -> Explanation | None:
    """Why the count of a cell is withheld, with what only the holder of the records may know.

    Parameters
    ----------
    tables : mapping of str to SensitiveTable
        All that left together.
    made : mapping of str to ProtectedTable
        What became of them.
    policy : Policy
        Of the audience.
    name : str
        The table in the release.
    **codes
        The cell; a dimension not named means its total.

    Returns
    -------
    Explanation or None
        With `inside`; None when the cell is shown. The interval is that of a reader of this release alone.

    Raises
    ------
    BadInput
        No such table, dimension or code.
    """
    table = made[name]
    outside = table.why(**codes)
    if outside is None:
        return None
    lattice = _lattice(tables, policy)
    primary = primary_rules(lattice, policy)
    cell = int(lattice.places[name][table.position(**codes)])
    hidden = _hidden(lattice, made)
    rule: Reason = primary.rule.get(cell, "complementary")
    threshold = policy.classes.of(SENSITIVITIES[int(lattice.sensitivity[cell])]).threshold
    inside = Inside(
        rule=rule,
        threshold=threshold,
        protects=_keys(lattice, tables, _protects(lattice, primary, hidden, cell)),
        interval=_interval(lattice, primary, hidden, cell),
        by_group=rule == "too_few" and not 0 < lattice.values[cell] < threshold,
    )
    return replace(outside, inside=inside)


def _lattice(tables: Mapping[str, SensitiveTable], policy: Policy) -> Lattice:
    named = [replace(table, name=name) for name, table in tables.items()]
    thresholds = {kind: policy.classes.of(kind).threshold for kind in SENSITIVITIES}
    return build_lattice(named, thresholds=thresholds, lasting=policy.lasting)


def _hidden(lattice: Lattice, made: Mapping[str, ProtectedTable]) -> NDArray[np.bool_]:
    """What readers do not see: withheld cells, and those that no table holds."""
    hidden = lattice.virtual & np.array([bool(condition) for condition in lattice.condition], np.bool_)
    for name, table in made.items():
        dark = np.array([isinstance(cell, Withheld) for cell in table.figure().cells], np.bool_)
        hidden[lattice.places[name][dark]] = True
    return hidden


def _protects(lattice: Lattice, primary: Primary, hidden: NDArray[np.bool_], cell: int) -> set[int]:
    """The sensitive cells that a complementary one covers, or the cells that cover a sensitive one."""
    every = set(np.flatnonzero(hidden).tolist())
    wanted = {c for c in primary.rule if hidden[c]} if cell not in primary.rule else every
    found = _in_sums_of(lattice, hidden, {cell}) & wanted - {cell}
    reached = {cell}
    while not found and cell not in primary.rule:
        wider = _in_sums_of(lattice, hidden, reached)
        if wider <= reached:
            break
        reached |= wider
        found = reached & wanted
    return found


def _in_sums_of(lattice: Lattice, hidden: NDArray[np.bool_], cells: set[int]) -> set[int]:
    near: set[int] = set()
    for total, parts in lattice.relations:
        line = {c for c in (total, *parts) if hidden[c]}
        if line & cells:
            near |= line
    return near


def _keys(
    lattice: Lattice, tables: Mapping[str, SensitiveTable], cells: set[int]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Table and key of each cell, in the first table that holds it; a cell that no table holds has none."""
    found: dict[int, tuple[str, tuple[str, ...]]] = {}
    for name, table in tables.items():
        for place, key in zip(lattice.places[name].tolist(), table.cells, strict=True):
            if place in cells:
                found.setdefault(place, (name, key))
    return tuple(found.values())


def _interval(lattice: Lattice, primary: Primary, hidden: NDArray[np.bool_], cell: int) -> tuple[float, float]:
    """What a reader of the release can deduce, by the attack that every release is held to."""
    problem = Published(
        known=np.where(hidden, np.nan, lattice.values.astype(float)),
        relations=relation_matrix(lattice),
        lower=primary.lower.astype(float),
        upper=np.full(lattice.values.size, np.inf),
    )
    target = np.zeros(lattice.values.size, np.bool_)
    target[cell] = True
    found = attack(problem, seconds=ATTACK_SECONDS, targets=target)
    place = int(np.flatnonzero(found.cells == cell)[0])
    return float(found.lower[place]), float(found.upper[place])
