"""The one door: sensitive tables in, a bundle of protected ones out, all of one release at once.

Primary rules, complementary suppression, then an independent attack on the result; what the attack can
narrow never leaves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from etm_workbench.bundle import Bundle, Manifest
from etm_workbench.errors import BadInput, CannotProtect, UnprotectedOutput
from etm_workbench.protected import (
    Cell,
    Explanation,
    ProtectedFigure,
    ProtectedTable,
    Reason,
    Shown,
    Withheld,
    claim_seal,
)
from etm_workbench.protection.audit import Breach, Published, attack_as_members, check_release
from etm_workbench.protection.instance import Instance, Pattern
from etm_workbench.protection.lattice import Lattice, build_lattice
from etm_workbench.protection.policy import Policy
from etm_workbench.protection.primary import Primary, primary_rules, widen
from etm_workbench.protection.scope import ReleaseScope
from etm_workbench.protection.secondary import costs, suppress
from etm_workbench.sensitive import SENSITIVITIES, SensitiveTable

ATTACK_SECONDS = 60.0  # for the attack on one release; what is in doubt after that does not leave
MAXIMUM_RAISE = 5  # people added to a cell's width before the release is given up


def protect(tables: Mapping[str, SensitiveTable], policy: Policy, scope: ReleaseScope) -> Bundle:
    """Protected tables of one release.

    Parameters
    ----------
    tables : mapping of str to SensitiveTable
        Every table that leaves together. Each key is the table's name in the release.
    policy : Policy
        Of the audience.
    scope : ReleaseScope
        Whose records.

    Returns
    -------
    Bundle
        The tables in the order given; its manifest's `proof` says what was hidden and what the attack
        found.

    Raises
    ------
    CannotProtect
        No safe form exists: the message names the tables and cells' dimensions and what to ask instead.
    UnprotectedOutput
        The attack found a breach in what suppression called safe: a fault of ours; nothing is released.
    """
    if not tables:
        raise BadInput("A release needs at least one table.", remedy="Pass wb.protect a dict of tables.")
    named = [_renamed(table, name) for name, table in tables.items()]
    thresholds = {kind: policy.classes.of(kind).threshold for kind in SENSITIVITIES}
    lattice = build_lattice(named, thresholds=thresholds)
    primary, pattern = _solve(named, lattice, policy)
    protected = {table.name: _protect_table(table, lattice, primary, pattern, policy) for table in named}
    manifest = Manifest(
        audience=policy.audience,
        policy=policy.identifier,
        policy_hash=policy.content_hash,
        data_version=scope.data_version,
        code_version=version("etm-workbench"),
        cycles=scope.cycles,
        organizations=scope.organizations,
        proof=_proof(lattice, primary, pattern, policy),
    )
    return Bundle(protected, manifest)


def _solve(tables: Sequence[SensitiveTable], lattice: Lattice, policy: Policy) -> tuple[Primary, Pattern]:
    """Primary rules and the cheapest pattern that the attack cannot break.

    Where shown zeros leave hidden people nowhere to be, their groups are closed too. The suppressor
    answers attackers who reckon in fractions; one who knows that people are whole may narrow a cell a
    little further, and its width is then raised.
    """
    closed: frozenset[int] = frozenset()
    raised = np.zeros(lattice.values.size, np.int64)
    while True:
        primary = primary_rules(lattice, policy, also_closed=closed)
        instance = build_instance(lattice, primary, policy, raised=raised)
        pattern = suppress(instance, seconds=policy.suppression.seconds)
        if pattern.status == "infeasible":
            wider = closed | widen(lattice, primary, pattern.exposed)
            if wider == closed:
                raise _refusal(tables, lattice, pattern)
            closed = wider
            continue
        breaches = attack_release(instance, pattern, primary.width)
        if not breaches:
            return primary, pattern
        cells = sorted({breach.cell for breach in breaches})
        if raised[cells].max() >= MAXIMUM_RAISE:
            raise _breached(len(cells), policy)
        raised[cells] += 1


def build_instance(
    lattice: Lattice, primary: Primary, policy: Policy, *, raised: NDArray[np.int64] | None = None
) -> Instance:
    """The suppressor's problem for a lattice.

    `raised`: people to add to the width of single cells.
    """
    rows = np.repeat(np.arange(len(lattice.relations)), [1 + len(parts) for _, parts in lattice.relations])
    columns = [cell for total, parts in lattice.relations for cell in (total, *parts)]
    signs = [sign for _, parts in lattice.relations for sign in (-1, *(1,) * len(parts))]
    shape = (len(lattice.relations), lattice.values.size)
    return Instance(
        values=lattice.values,
        relations=sparse.csr_array((np.array(signs, np.int8), (rows, np.array(columns, int))), shape=shape),
        primary=primary.sensitive,
        width=primary.width if raised is None else primary.width + raised,
        cost=_costs(lattice, policy),
        fixed=primary.fixed,
        lower=primary.lower,
        members_attack=policy.attackers.members,
        owner=_owners(lattice),
    )


def _costs(lattice: Lattice, policy: Policy) -> NDArray[np.float64]:
    """What hiding each cell loses: more for totals, which readers look at first; nothing where no table shows it."""
    cost = costs(lattice.values, policy.suppression.cost)
    totals = np.zeros(cost.size, bool)
    totals[[total for total, _ in lattice.relations]] = True
    cost[totals] *= policy.suppression.margin_weight
    return np.where(lattice.virtual, 0.0, cost)


def _owners(lattice: Lattice) -> NDArray[np.int64]:
    """Who makes up each cell of one person; the position of the cell itself elsewhere, past all people."""
    starts, people = lattice.members.indptr, lattice.people.size
    owners = people + np.arange(lattice.values.size)
    alone = np.flatnonzero(lattice.values == 1)
    owners[alone] = lattice.members.indices[starts[alone]]
    return owners.astype(np.int64)


def _renamed(table: SensitiveTable, name: str) -> SensitiveTable:
    if table.name == name:
        return table
    return SensitiveTable(
        name, table.dimensions, table.population, table.sensitivity, table._evidence, table.figures, table.notes
    )


def attack_release(instance: Instance, pattern: Pattern, width: NDArray[np.int64]) -> tuple[Breach, ...]:
    """What an intruder, who shares no code with the suppressor, can narrow below `width`; empty when nothing.

    Outsiders reckon in whole people. Members of a cell of one are kept from being certain of anybody
    else's answer, reckoning in fractions: whole numbers for each member of each cell take too long.
    """
    problem = Published(
        known=np.where(pattern.hidden, np.nan, instance.values.astype(float)),
        relations=instance.relations,
        lower=instance.lower.astype(float),
        upper=np.full(instance.values.size, np.inf),
    )
    truth = instance.values.astype(float)
    outside = check_release(problem, width.astype(float), truth=truth)
    if not instance.members_attack:
        return outside
    certain = np.minimum(width, instance.member_width).astype(float)
    inside = attack_as_members(replace(problem, integer=False), truth, width=certain, seconds=ATTACK_SECONDS)
    return (*outside, *(b for b in inside if instance.owner[b.cell] != instance.owner[b.member or 0]))


def _breached(cells: int, policy: Policy) -> UnprotectedOutput:
    return UnprotectedOutput(
        f"The attack narrows {cells} hidden cells below the policy's width.",
        expected=f"Policy {policy.identifier} keeps every hidden cell wider.",
        remedy="Nothing was released. Report this as a fault of the workbench.",
    )


def _protect_table(
    table: SensitiveTable, lattice: Lattice, primary: Primary, pattern: Pattern, policy: Policy
) -> ProtectedTable:
    places = lattice.places[table.name]
    hidden = pattern.hidden[places]
    reasons = [
        _public_reason(primary.rule.get(int(place))) if dark else None
        for place, dark in zip(places, hidden, strict=True)
    ]
    counts = tuple(
        Withheld(reason) if reason else Shown(float(lattice.values[place]))
        for place, reason in zip(places, reasons, strict=True)
    )
    figures = [ProtectedFigure("count", "count", counts)]
    for figure in table.figures:
        cells = tuple(
            _figure_cell(value, figure.kind, any(hidden[list(depends)]), reason)
            for value, depends, reason in zip(figure.values, figure.depends, reasons, strict=True)
        )
        figures.append(ProtectedFigure(figure.name, figure.kind, cells))
    return ProtectedTable(
        name=table.name,
        dimensions=table.dimensions,
        population=table.population,
        sensitivity=table.sensitivity,
        audience=policy.audience,
        policy=policy.identifier,
        figures=tuple(figures),
        explanations=_explain(table, hidden, reasons, lattice, primary),
        notes=table.notes,
        seal=claim_seal(),
    )


def _public_reason(rule: Reason | None) -> Reason:
    """What a reader may know: which of several hidden cells is the small one must not show."""
    return "small_group" if rule == "small_group" else "protected"


def _figure_cell(value: float, kind: Any, dark: bool, reason: Reason | None) -> Cell:
    if reason:
        return Withheld(reason)
    if dark:
        return Withheld("depends")
    if np.isnan(value):
        return Withheld("not_applicable")
    return Shown(float(value), kind)


def _explain(
    table: SensitiveTable,
    hidden: NDArray[np.bool_],
    reasons: Sequence[Reason | None],
    lattice: Lattice,
    primary: Primary,
) -> dict[tuple[str, ...], Explanation]:
    """For each hidden cell: the rule behind it or a partner, its partners, and which coarser cut is shown."""
    keys, places = table.cells, lattice.places[table.name]
    position = {key: index for index, key in enumerate(keys)}
    explanations = {}
    for index in map(int, np.flatnonzero(hidden)):
        key = keys[index]
        partners = [p for p in _lines(table, key, position) if hidden[p] and p != index]
        rules = [primary.rule[int(places[p])] for p in (index, *partners) if int(places[p]) in primary.rule]
        coarser = tuple(
            dimension.variable
            for axis, dimension in enumerate(table.dimensions)
            if "TOTAL" in dimension.codes
            and key[axis] != "TOTAL"
            and not hidden[position[(*key[:axis], "TOTAL", *key[axis + 1 :])]]
        )
        shown_rule: Reason = (
            "small_group" if reasons[index] == "small_group" else (max(rules) if rules else "protected")
        )
        explanations[key] = Explanation(shown_rule, tuple(keys[p] for p in partners), coarser)
    return explanations


def _lines(table: SensitiveTable, key: tuple[str, ...], position: dict[tuple[str, ...], int]) -> list[int]:
    """Positions of the cells that differ from `key` in one dimension only."""
    return [
        position[(*key[:axis], code, *key[axis + 1 :])]
        for axis, dimension in enumerate(table.dimensions)
        for code in dimension.codes
    ]


def _refusal(tables: Sequence[SensitiveTable], lattice: Lattice, pattern: Pattern) -> CannotProtect:
    exposed = set(pattern.exposed)
    named = sorted(t.name for t in tables if exposed & set(map(int, lattice.places[t.name])))
    listed = ", ".join(f"'{name}'" for name in named) or "differences between the tables"
    return CannotProtect(
        f"This release cannot be made safe: {len(exposed)} cells of {listed} follow from what is known already.",
        expected="Some cells must be able to stay hidden.",
        remedy="Leave out a dimension, merge categories, or ask for a coarser population.",
    )


def _proof(lattice: Lattice, primary: Primary, pattern: Pattern, policy: Policy) -> dict[str, Any]:
    return {
        "attackers": {"outsider": True, **policy.attackers.model_dump()},
        "cells": int(lattice.values.size - lattice.virtual.sum()),
        "hidden": int((pattern.hidden & ~lattice.virtual).sum()),
        "sensitive": int((primary.sensitive & ~lattice.virtual).sum()),
        "status": pattern.status,
        "gap": round(pattern.gap, 6),
        "breaches": 0,
    }
