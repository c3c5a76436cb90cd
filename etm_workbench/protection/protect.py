"""The one door: sensitive tables in, a bundle of protected ones out, all of one release at once.

Primary rules, complementary suppression, then an independent attack on the result; what the attack can
narrow never leaves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from etm_workbench.protection.audit import check_release
from etm_workbench.protection.instance import Instance, Pattern
from etm_workbench.protection.lattice import Lattice, build_lattice
from etm_workbench.protection.policy import Policy
from etm_workbench.protection.primary import Primary, primary_rules
from etm_workbench.protection.secondary import costs, suppress
from etm_workbench.sensitive import SENSITIVITIES, SensitiveTable


@dataclass(frozen=True, slots=True)
class ReleaseScope:
    """What a manifest says of the records behind a release."""

    cycles: tuple[str, ...]
    organizations: tuple[str, ...]
    data_version: str


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
    primary = primary_rules(lattice, policy)
    instance = build_instance(lattice, primary, policy)
    pattern = suppress(instance, seconds=policy.suppression.seconds)
    if pattern.status == "infeasible":
        raise _refusal(named, lattice, pattern)
    _check(instance, pattern, policy)
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


def build_instance(lattice: Lattice, primary: Primary, policy: Policy) -> Instance:
    """The suppressor's problem for a lattice; cells that no table shows count as hidden from the start."""
    rows = np.repeat(np.arange(len(lattice.relations)), [1 + len(parts) for _, parts in lattice.relations])
    columns = [cell for total, parts in lattice.relations for cell in (total, *parts)]
    signs = [sign for _, parts in lattice.relations for sign in (-1, *(1,) * len(parts))]
    shape = (len(lattice.relations), lattice.values.size)
    return Instance(
        values=lattice.values,
        relations=sparse.csr_array((np.array(signs, np.int8), (rows, np.array(columns, int))), shape=shape),
        primary=primary.sensitive | lattice.virtual,
        width=primary.width,
        cost=costs(lattice.values, policy.suppression.cost),
        fixed=primary.fixed,
        lower=primary.lower,
        members_attack=policy.attackers.members,
    )


def _renamed(table: SensitiveTable, name: str) -> SensitiveTable:
    if table.name == name:
        return table
    return SensitiveTable(
        name, table.dimensions, table.population, table.sensitivity, table._evidence, table.figures, table.notes
    )


def _check(instance: Instance, pattern: Pattern, policy: Policy) -> None:
    """An attack that shares no code with the suppressor; a breach stops the release."""
    known = np.where(pattern.hidden, np.nan, instance.values.astype(float))
    breaches = check_release(
        known,
        instance.relations,
        lower=instance.lower,
        width=instance.width,
        truth=instance.values,
        members=policy.attackers.members,
    )
    if breaches:
        raise UnprotectedOutput(
            f"The attack narrows {len(breaches)} hidden cells below the policy's width.",
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
