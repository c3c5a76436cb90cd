"""Counts of people over dimensions, each cell with the people behind it.

Every table of the workbench starts here: analysis never counts without keeping who was counted, since
protection needs to know which cells of which tables are the same people.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from etm_workbench.analysis.cut import cut_from
from etm_workbench.analysis.dimensions import codes_of, dimension_of
from etm_workbench.cadre import Cadre
from etm_workbench.errors import BadInput, nearest
from etm_workbench.sensitive import (
    ANSWERED,
    MISSING,
    SENSITIVITIES,
    Dimension,
    Evidence,
    Population,
    SensitiveTable,
    Sensitivity,
)

MAXIMUM_DIMENSIONS = 5


def count(cadre: Cadre, name: str, *variables: str | Dimension) -> SensitiveTable:
    """People by one to five variables, with margins.

    Parameters
    ----------
    cadre : Cadre
        One cycle's records; several cycles count a person once in each.
    name : str
        Name of the table in its release.
    *variables : str or Dimension
        Codebook variables, or dimensions of the caller's own whose variable is a column of the records.

    Returns
    -------
    SensitiveTable
        Cells in product order of the dimensions. A questionnaire variable has the nodes `ANSWERED` and
        `MISSING` beside its codes; empty categories stay. People, as of the cycle's headcount date, in
        the questionnaire universe.

    Raises
    ------
    BadInput
        More than five dimensions, an unknown variable, or one without codes; or several answers to a question
        counted among those who gave one of them.
    """
    if not 1 <= len(variables) <= MAXIMUM_DIMENSIONS:
        raise BadInput(
            f"Table '{name}' asks for {len(variables)} dimensions.",
            expected=f"One to {MAXIMUM_DIMENSIONS}.",
            remedy="Split the question into two tables.",
        )
    dimensions = tuple(v if isinstance(v, Dimension) else dimension_of(cadre, v) for v in variables)
    table = _counted(cadre, name, dimensions)
    if not table.answer_filters or cadre.asked is None:
        return table
    _refuse_answers_among_themselves(cadre, table)
    return replace(table, cut_from=cache(partial(cut_from, cadre, table, count=_counted)))


def _refuse_answers_among_themselves(cadre: Cadre, table: SensitiveTable) -> None:
    """Who gave two answers to one question stands in no table of everybody: what they give away cannot be told."""
    for dimension in table.dimensions:
        entry = cadre.codebook.variables.get(dimension.variable)
        if entry is not None and entry.type == "codes" and dimension.variable in (table.answer_filters or ()):
            raise BadInput(
                f"Table '{table.name}' counts the answers to '{dimension.variable}' of those who gave one of them.",
                expected="A question that takes several answers is counted, or narrows the people, but not both.",
                remedy="Leave the filter out, or count by another variable.",
            )


def _counted(cadre: Cadre, name: str, dimensions: tuple[Dimension, ...]) -> SensitiveTable:
    memberships = [_membership(cadre.records, dimension) for dimension in dimensions]
    return SensitiveTable(
        name=name,
        dimensions=dimensions,
        population=population_of(cadre),
        sensitivity=_filter_sensitivity(cadre),
        _evidence=Evidence(_product(memberships, len(cadre.records)), person_cycles(cadre.records)),
        answer_filters=answer_filters(cadre),
    )


def population_of(cadre: Cadre) -> Population:
    """Whom a cadre's tables are about."""
    cycle = cadre.codebook.cycles[cadre.cycle]
    return Population(
        cycles=cadre.scope.cycles,
        as_of=cycle.headcount_on.isoformat(),
        filters=cadre.filters,
        self_selected=tuple(level for level in cycle.assess_levels if level not in cycle.submit_levels),
    )


def person_cycles(records: pd.DataFrame) -> NDArray[np.str_]:
    """The identity of each row: a person in a cycle."""
    return (records["person_key"].astype(str) + "@" + records["cycle"].astype(str)).to_numpy(dtype=np.str_)


def answer_filters(cadre: Cadre) -> tuple[str, ...]:
    """The variables of the cadre's filters whose answers are sensitive; to have given any answer at all is not."""
    return tuple(
        name
        for name, codes in cadre.filters
        if _sensitivity(cadre, name) != "establishment" and not _keeps_every_answer(cadre, name, codes)
    )


def _keeps_every_answer(cadre: Cadre, variable: str, codes: Collection[str]) -> bool:
    entry = cadre.codebook.variables.get(variable)
    if entry is None or entry.type not in ("code", "codes", "boolean"):
        return False
    return set(codes_of(cadre.codebook, variable)) <= set(codes)


def _filter_sensitivity(cadre: Cadre) -> Sensitivity:
    found: list[Sensitivity] = ["establishment", *(_sensitivity(cadre, name) for name, _ in cadre.filters)]
    return max(found, key=SENSITIVITIES.index)


def _sensitivity(cadre: Cadre, variable: str) -> Sensitivity:
    """A variable's class; that of identifiers, which no table holds, is the strictest there is."""
    if variable not in cadre.codebook.variables:
        return "establishment"
    kind = cadre.codebook.variable(variable).sensitivity
    return "judgement" if kind == "identifier" else kind


def _membership(records: pd.DataFrame, dimension: Dimension) -> tuple[int, pd.DataFrame]:
    """Which rows stand under which nodes: the number of nodes, and pairs (row, node)."""
    if dimension.variable not in records.columns:
        raise BadInput(
            f"The records have no variable '{dimension.variable}'.",
            remedy=nearest(dimension.variable, records.columns),
        )
    position = {code: index for index, code in enumerate(dimension.codes)}
    answers = _leaves(records[dimension.variable], dimension)
    parents = {node.code: node.parent for node in dimension.nodes}
    several = ANSWERED in position and parents.get(dimension.codes[0]) is None
    pairs = []
    for code, rows in answers.items():
        node: str | None = ANSWERED if several and code not in (MISSING, ANSWERED) else code
        if several and code in position:
            pairs.append(pd.DataFrame({"row": rows, "node": position[code]}))
        while node is not None and node in position:
            pairs.append(pd.DataFrame({"row": rows, "node": position[node]}))
            node = parents[node]
    found = pd.concat(pairs, ignore_index=True) if pairs else pd.DataFrame({"row": [], "node": []}, dtype=np.int64)
    return len(position), found.drop_duplicates()


def _leaves(answers: pd.Series, dimension: Dimension) -> Mapping[str, NDArray[np.int64]]:
    """Rows under each leaf. A missing answer goes to `MISSING`; an unknown code is the caller's mistake."""
    series = answers.reset_index(drop=True).explode()
    if series.dtype == bool or str(series.dtype) == "boolean":
        series = series.map({True: "true", False: "false"})
    series = series.astype(object).where(series.notna(), MISSING)
    known = set(dimension.codes)
    if MISSING not in known:
        series = series[series != MISSING]
    unknown = set(series.unique()) - known
    if unknown:
        raise BadInput(
            f"Variable '{dimension.variable}' holds {len(unknown)} codes that its dimension lacks.",
            remedy="Take the files in again with the cycle's codebook.",
        )
    return {str(code): rows.index.to_numpy(dtype=np.int64) for code, rows in series.groupby(series, sort=True)}


def _product(memberships: Sequence[tuple[int, pd.DataFrame]], rows: int) -> sparse.csr_array:
    """Cells × rows: a row stands in a cell when it stands under the cell's node in every dimension."""
    size, pairs = memberships[0]
    pairs = pairs.rename(columns={"node": "cell"})
    for nodes, found in memberships[1:]:
        joined = pairs.merge(found, on="row")
        pairs = pd.DataFrame({"row": joined["row"], "cell": joined["cell"] * nodes + joined["node"]})
        size *= nodes
    ones = np.ones(len(pairs), dtype=np.int32)
    return sparse.csr_array(
        (ones, (pairs["cell"].to_numpy(np.int64), pairs["row"].to_numpy(np.int64))), shape=(size, rows)
    )
