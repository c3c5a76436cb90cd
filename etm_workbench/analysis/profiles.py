"""People counted by every combination of answers that occurs: the one table that a browser can filter by itself.

A table over ten variables has millions of cells, nearly all of them empty. Here the combinations that
occur are the categories of a single dimension, so that it has at most as many cells as people. Its small
cells are people, and whoever is not entitled to their records gets nothing of it: protection withholds them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from etm_workbench.analysis.tabulate import person_cycles, population_of
from etm_workbench.cadre import Cadre
from etm_workbench.errors import BadInput, nearest
from etm_workbench.sensitive import MISSING, Dimension, Evidence, SensitiveTable

PROFILE = "profile"
JOIN = "|"


def profiles(cadre: Cadre, name: str, variables: Sequence[str]) -> SensitiveTable:
    """People by the combinations of some variables that occur.

    Parameters
    ----------
    cadre : Cadre
        One cycle's records.
    name : str
        Name of the table.
    variables : sequence of str
        Coded variables with one answer a person; columns of the records.

    Returns
    -------
    SensitiveTable
        One dimension `profile` with a margin; each code is the variables' codes in their order, joined by
        `|`, with `MISSING` where there is no answer. People, as of the cycle's headcount date.

    Raises
    ------
    BadInput
        The records have no such variable.
    """
    for variable in variables:
        if variable not in cadre.records.columns:
            raise BadInput(
                f"The records have no variable '{variable}'.", remedy=nearest(variable, cadre.records.columns)
            )
    answers = cadre.records[list(variables)].astype(object)
    answers = answers.where(answers.notna(), MISSING).replace({True: "true", False: "false"}).astype(str)
    joined = [JOIN.join(row) for row in answers.itertuples(index=False, name=None)]
    codes, places = np.unique(np.array(joined, dtype=np.str_), return_inverse=True)
    people = np.arange(len(joined))
    # Each person stands in the cell of their profile and in the margin, which comes last.
    cells = np.concatenate([places.ravel(), np.full(len(joined), codes.size)])
    ones = np.ones(cells.size, dtype=np.int32)
    contributors = sparse.csr_array((ones, (cells, np.tile(people, 2))), shape=(codes.size + 1, len(joined)))
    return SensitiveTable(
        name=name,
        dimensions=(Dimension.flat(PROFILE, codes.tolist(), sensitivity="judgement"),),
        population=population_of(cadre),
        sensitivity="establishment",
        _evidence=Evidence(contributors, person_cycles(cadre.records)),
    )
