"""A protected table made of a sensitive one and the pattern of its release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

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
from etm_workbench.protection.figures import unsafe_figures
from etm_workbench.protection.policy import Policy
from etm_workbench.protection.rounding import shares_of_rounded
from etm_workbench.sensitive import Figure, SensitiveTable

Hidden = NDArray[np.bool_]
Counts = NDArray[np.int64]


def protect_table(
    table: SensitiveTable, hidden: Hidden, *, counts: Counts, rules: Mapping[int, Reason], policy: Policy
) -> ProtectedTable:
    """The table with its hidden cells withheld, and the figures that would give them away.

    Parameters
    ----------
    table : SensitiveTable
        As asked.
    hidden : ndarray of bool, shape (cells,)
        Which of its cells are hidden.
    counts : ndarray of int, shape (cells,)
        What is shown of the others: people, rounded where the policy rounds.
    rules : mapping of int to Reason
        The rule that fired, for the cells that are sensitive by themselves.
    policy : Policy
        Of the audience.
    """
    reasons = [_public_reason(rules.get(index)) if dark else None for index, dark in enumerate(hidden)]
    shown = tuple(
        Withheld(reason) if reason else Shown(float(count)) for count, reason in zip(counts, reasons, strict=True)
    )
    return ProtectedTable(
        name=table.name,
        dimensions=table.dimensions,
        population=table.population,
        sensitivity=table.sensitivity,
        audience=policy.audience,
        policy=policy.identifier,
        figures=(
            ProtectedFigure("count", "count", shown),
            *(_figure(table, _rounded(figure, counts, policy), hidden, reasons, policy) for figure in table.figures),
        ),
        explanations=_explanations(table, hidden, reasons, rules),
        notes=table.notes,
        seal=claim_seal(),
    )


def _public_reason(rule: Reason | None) -> Reason:
    """What a reader may know: which of several hidden cells is the small one must not show."""
    return "small_group" if rule == "small_group" else "protected"


def _figure(
    table: SensitiveTable, figure: Figure, hidden: Hidden, reasons: Sequence[Reason | None], policy: Policy
) -> ProtectedFigure:
    unsafe = unsafe_figures(table, figure, policy)
    cells = tuple(
        _figure_cell(figure, index, dark=bool(hidden[list(depends)].any()), reason=reasons[index] or unsafe.get(index))
        for index, depends in enumerate(figure.depends)
    )
    return ProtectedFigure(figure.name, figure.kind, cells)


def _rounded(figure: Figure, counts: Counts, policy: Policy) -> Figure:
    """Shares made of the rounded counts that stand beside them, so that they give nothing finer back."""
    if policy.rounding.base == 0 or figure.kind != "share":
        return figure
    made = [shares_of_rounded(counts[[d[0]]], counts[[d[1]]])[0] if len(d) == 2 else np.nan for d in figure.depends]
    return replace(figure, values=np.where(np.isnan(figure.values), np.nan, made))


def _figure_cell(figure: Figure, index: int, *, dark: bool, reason: Reason | None) -> Cell:
    value = figure.values[index]
    if np.isnan(value) and not dark and reason is None:
        return Withheld("not_applicable")
    if reason:
        return Withheld(reason)
    return Withheld("depends") if dark else Shown(float(value), figure.kind)


def _explanations(
    table: SensitiveTable, hidden: Hidden, reasons: Sequence[Reason | None], rules: Mapping[int, Reason]
) -> dict[tuple[str, ...], Explanation]:
    """For each hidden cell: the rule behind it or a partner, its partners, and which coarser cut is shown."""
    keys = table.cells
    grid = np.arange(len(keys)).reshape(table.shape)
    explanations = {}
    for index in map(int, np.flatnonzero(hidden)):
        at = tuple(int(one) for one in np.unravel_index(index, table.shape))
        lines = [np.moveaxis(grid, axis, -1)[at[:axis] + at[axis + 1 :]] for axis in range(len(at))]
        partners = [int(p) for line in lines for p in line if hidden[p] and p != index]
        fired = [rules[p] for p in (index, *partners) if p in rules]
        rule: Reason = "small_group" if reasons[index] == "small_group" else (max(fired) if fired else "protected")
        explanations[keys[index]] = Explanation(
            rule, tuple(keys[p] for p in partners), _coarser(table, at, lines, hidden)
        )
    return explanations


def _coarser(
    table: SensitiveTable, at: Sequence[int], lines: Sequence[NDArray[np.int64]], hidden: Hidden
) -> tuple[str, ...]:
    """Dimensions whose next wider category would be shown in this cell's place."""
    found = []
    for axis, dimension in enumerate(table.dimensions):
        node = dimension.nodes[int(at[axis])]
        while node.parent is not None and node.parent in dimension.codes:
            place = dimension.codes.index(node.parent)
            if not hidden[lines[axis][place]]:
                found.append(dimension.variable)
                break
            node = dimension.nodes[place]
    return tuple(found)
