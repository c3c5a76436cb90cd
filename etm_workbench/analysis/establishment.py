"""The published headcounts of executives as a table: organizations, levels and years.

These are counts that the Treasury Board Secretariat publishes, in the pay-system universe, and are never
mixed with questionnaire counts. They go through the same door as everything else: behind each published
number stand as many unnamed people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from scipy import sparse

from etm_workbench.analysis.measures import add_figures
from etm_workbench.codebook import Codebook
from etm_workbench.codebook.headcount import published_headcount
from etm_workbench.sensitive import (
    TOTAL,
    Dimension,
    Evidence,
    Figure,
    Population,
    SensitiveTable,
    open_evidence,
)


def establishment(codebook: Codebook, name: str, years: Sequence[int]) -> SensitiveTable:
    """Executives by year, organization and level, as published.

    Parameters
    ----------
    codebook : Codebook
        Gives the organizations and levels; all organizations with an executive in any of the years.
    name : str
        Name of the table.
    years : sequence of int
        Headcounts of 31 March of each, 2010 to 2025.

    Returns
    -------
    SensitiveTable
        `year` (without a total: years are never added) × `organization` × `level`. People with an active
        pay record; universe `pay_system`. Zero where the publisher shows nobody. Figure `change`: people
        more or less than in the year before, NaN in the first.

    Raises
    ------
    BadInput
        No headcount is published for a year.
    """
    counts = {year: published_headcount(date(year, 3, 31)).people for year in years}
    present = {organization for people in counts.values() for organization, _ in people}
    dimensions = (
        Dimension.flat("year", [str(year) for year in years], margin=False),
        Dimension.flat("organization", [o for o in codebook.organizations if o in present]),
        Dimension.flat("level", codebook.codes("level")),
    )
    table = SensitiveTable(
        name=name,
        dimensions=dimensions,
        population=Population(cycles=(), as_of=f"{years[-1]}-03-31", universe="pay_system"),
        sensitivity="establishment",
        _evidence=_unnamed_people(dimensions, counts),
    )
    return add_figures(table, _change(table))


def _unnamed_people(dimensions: tuple[Dimension, ...], counts: Mapping[int, Mapping[tuple[str, str], int]]) -> Evidence:
    """As many people behind each published cell, and behind its totals, as it counts."""
    shape = [len(d.nodes) for d in dimensions]
    grid = np.arange(int(np.prod(shape))).reshape(shape)
    position = [{code: i for i, code in enumerate(d.codes)} for d in dimensions]
    cells, people, first = [], [], 0
    for year, published in counts.items():
        for (organization, level), size in sorted(published.items()):
            who = np.arange(first, first + size)
            first += size
            for stand in ((organization, level), (organization, TOTAL), (TOTAL, level), (TOTAL, TOTAL)):
                place = grid[position[0][str(year)], position[1][stand[0]], position[2][stand[1]]]
                cells.append(np.full(size, place))
                people.append(who)
    columns, rows = np.concatenate(people), np.concatenate(cells)
    contributors = sparse.csr_array((np.ones(columns.size, np.int32), (rows, columns)), shape=(grid.size, first))
    return Evidence(contributors, np.array([f"published-{i:07d}" for i in range(first)], dtype=np.str_))


def _change(table: SensitiveTable) -> Figure:
    counts = open_evidence(table).counts.astype(float)
    by_year = counts.reshape(table.shape[0], -1)
    change = np.full(by_year.shape, np.nan)
    change[1:] = np.diff(by_year, axis=0)
    step = by_year.shape[1]
    depends = tuple((cell, cell - step) if cell >= step else (cell,) for cell in range(counts.size))
    return Figure("change", "difference", change.ravel(), depends)
