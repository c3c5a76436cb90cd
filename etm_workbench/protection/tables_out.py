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
from etm_workbench.sensitive import OPEN_NODES, Figure, SensitiveTable

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
    public = _public_groups(table)
    reasons = [
        (_public_reason(rules.get(index), is_open=bool(public[index])) if dark else None)
        for index, dark in enumerate(hidden)
    ]
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
        explanations=_explanations(table, hidden, reasons),
        notes=table.notes,
        seal=claim_seal(),
    )


def _public_reason(rule: Reason | None, *, is_open: bool) -> Reason:
    """What a reader may know: which of several hidden cells is the small one must not show."""
    return "small_group" if rule == "small_group" and is_open else "protected"


def _public_groups(table: SensitiveTable) -> Hidden:
    """Cells whose group everybody can count: one answer, asked of people whom headcounts tell apart.

    The size of a group that is itself an answer, such as the ready ones by sex, may be what is hidden.
    """
    answers = np.zeros(table.shape, np.int64)
    for axis, dimension in enumerate(table.dimensions):
        if dimension.sensitivity != "establishment":
            closed = np.array([code not in OPEN_NODES for code in dimension.codes], np.int64)
            answers += closed.reshape([-1 if a == axis else 1 for a in range(len(table.dimensions))])
    return np.asarray((answers == 1).ravel() & (table.sensitivity == "establishment"), np.bool_)


def _figure(
    table: SensitiveTable, figure: Figure, hidden: Hidden, reasons: Sequence[Reason | None], policy: Policy
) -> ProtectedFigure:
    unsafe = unsafe_figures(table, figure, policy)
    cells = tuple(
        _figure_cell(
            figure, index, dark=bool(hidden[list(depends)].any()), reason=reasons[index], unsafe=unsafe.get(index)
        )
        for index, depends in enumerate(figure.depends)
    )
    return ProtectedFigure(figure.name, figure.kind, cells)


def _rounded(figure: Figure, counts: Counts, policy: Policy) -> Figure:
    """Shares made of the rounded counts that stand beside them, so that they give nothing finer back."""
    if policy.rounding.base == 0 or figure.kind != "share":
        return figure
    made = [shares_of_rounded(counts[[d[0]]], counts[[d[1]]])[0] if len(d) == 2 else np.nan for d in figure.depends]
    return replace(figure, values=np.where(np.isnan(figure.values), np.nan, made))


def _figure_cell(figure: Figure, index: int, *, dark: bool, reason: Reason | None, unsafe: Reason | None) -> Cell:
    # Where a count behind it is hidden that is all that is said: `too_few` would tell of what size it is.
    held = reason or ("depends" if dark else unsafe)
    if held:
        return Withheld(held)
    value = figure.values[index]
    return Withheld("not_applicable") if np.isnan(value) else Shown(float(value), figure.kind)


def _explanations(
    table: SensitiveTable, hidden: Hidden, reasons: Sequence[Reason | None]
) -> dict[tuple[str, ...], Explanation]:
    """For each hidden cell what its reader may know: its reason, its partners, and which coarser cut is shown.

    All of it follows from the pattern that the reader sees. A rule is not among it: where one cell's partners
    had fired a rule and another's had not, the two explanations together would point at the small one.
    """
    keys = table.cells
    grid = np.arange(len(keys)).reshape(table.shape)
    explanations = {}
    for index in map(int, np.flatnonzero(hidden)):
        at = tuple(int(one) for one in np.unravel_index(index, table.shape))
        lines = [np.moveaxis(grid, axis, -1)[at[:axis] + at[axis + 1 :]] for axis in range(len(at))]
        partners = tuple(keys[int(p)] for line in lines for p in line if hidden[p] and p != index)
        explanations[keys[index]] = Explanation(
            reasons[index] or "protected", partners, _coarser(table, at, lines, hidden)
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
