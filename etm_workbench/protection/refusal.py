"""Saying no: which tables cannot be made safe, against which earlier release, and what could be asked instead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from etm_workbench.errors import CannotProtect
from etm_workbench.protection.instance import Pattern
from etm_workbench.protection.lattice import Lattice
from etm_workbench.sensitive import TOTAL, CutFrom, Evidence, SensitiveTable, open_evidence

Tables = Sequence[SensitiveTable]


def refusal(
    tables: Tables, lattice: Lattice, pattern: Pattern, *, is_safe: Callable[[Tables], bool] | None
) -> CannotProtect:
    """The error that tells a requester what stands in the way and the nearest request that would not.

    Parameters
    ----------
    tables : sequence of SensitiveTable
        As asked.
    lattice : Lattice
        Their cells, and the earlier ones they touch.
    pattern : Pattern
        Infeasible, with the exposed cells.
    is_safe : callable or None
        Whether other tables could be released instead; None where nobody asks.
    """
    near = _near(lattice, pattern.exposed)
    named = [t.name for t in tables if near & set(map(int, lattice.places[t.name]))]
    listed = ", ".join(f"'{name}'" for name in sorted(named)) or "differences between the tables"
    earlier = sorted({int(lattice.release[cell]) for cell in near if lattice.release[cell]})
    numbers = ", ".join(map(str, earlier[:5]))
    beside = f" beside release{'s' if len(earlier) > 1 else ''} {numbers} of the ledger" if earlier else ""
    return CannotProtect(
        f"This release cannot be made safe{beside}: {len(pattern.exposed)} cells of {listed} would follow "
        "from what is known already.",
        expected="Every cell that the policy hides must be able to stay hidden.",
        remedy=_remedy(tables, named or [t.name for t in tables], is_safe) if is_safe else "",
    )


def without_dimension(table: SensitiveTable, axis: int) -> SensitiveTable | None:
    """The table at the total of one of its dimensions; None where it has no total or no other dimension."""
    dimension = table.dimensions[axis]
    if len(table.dimensions) == 1 or TOTAL not in dimension.codes:
        return None
    grid = np.arange(len(table.cells)).reshape(table.shape)
    kept = np.take(grid, dimension.codes.index(TOTAL), axis=axis).ravel()
    evidence = open_evidence(table)
    others = (*table.dimensions[:axis], *table.dimensions[axis + 1 :])
    rows = Evidence(evidence.contributors[kept], evidence.people, evidence.magnitude)
    return replace(table, dimensions=others, _evidence=rows, figures=(), cut_from=_at(table.cut_from, kept))


def _at(cut_from: Callable[[], CutFrom] | None, kept: NDArray[np.int64]) -> Callable[[], CutFrom] | None:
    """The same for some of the cells."""
    if cut_from is None:
        return None

    def some() -> CutFrom:
        whole = cut_from()
        return CutFrom(whole.table, whole.cells[kept])

    return some


def _remedy(tables: Tables, named: Sequence[str], is_safe: Callable[[Tables], bool]) -> str:
    for table in (t for t in tables if t.name in named):
        # First the cuts of the population: leaving out the question itself would leave nothing asked.
        for axis in sorted(range(len(table.dimensions)), key=lambda a: (_is_sensitive(table, a), -a)):
            coarser = without_dimension(table, axis)
            if coarser is not None and is_safe([coarser if t.name == table.name else t for t in tables]):
                return f"Ask for '{table.name}' without {table.dimensions[axis].variable}: that would be safe."
    rest = [t for t in tables if t.name not in named]
    if rest and is_safe(rest):
        return f"Leave out {', '.join(repr(name) for name in sorted(named))}: the other tables would be safe."
    return "Merge categories or ask for a wider population; no single dimension left out would do."


def _is_sensitive(table: SensitiveTable, axis: int) -> bool:
    return table.dimensions[axis].sensitivity != "establishment"


def _near(lattice: Lattice, exposed: Sequence[int]) -> set[int]:
    """The exposed cells and what stands in their sums, other than what everybody knows."""
    chosen, near = set(exposed), set(exposed)
    for total, parts in lattice.relations:
        if not chosen.isdisjoint((total, *parts)):
            near |= {cell for cell in (total, *parts) if lattice.condition[cell]}
    return near
