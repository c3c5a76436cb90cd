"""Which questions are answered: one row a question, with how many answered it and how many have not.

A questionnaire is not in or out as a whole: a section may be complete with a question left open. What a
delegate can still ask for is seen question by question.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from etm_workbench.analysis.tabulate import count, population_of
from etm_workbench.cadre import Cadre
from etm_workbench.errors import BadInput
from etm_workbench.sensitive import ANSWERED, MISSING, TOTAL, Dimension, Evidence, SensitiveTable, open_evidence

GIVEN, OPEN = "GIVEN", "OPEN"
_STATES = {GIVEN: ANSWERED, OPEN: MISSING, TOTAL: TOTAL}


def count_questions(cadre: Cadre, name: str, variables: Sequence[str], *, by: str = "level") -> SensitiveTable:
    """People who answered each question, and who did not.

    Parameters
    ----------
    cadre : Cadre
        One cycle's records.
    name : str
        Name of the table.
    variables : sequence of str
        Questionnaire variables.
    by : str
        A variable to count within.

    Returns
    -------
    SensitiveTable
        `question` (without a total: questions are never added) × `by` × `answer` (`GIVEN`, `OPEN`). What
        is answered is not told, so the dimensions are as open as an establishment count.

    Raises
    ------
    BadInput
        No variable was named, or one that nobody can leave open.
    """
    tables = [count(cadre, name, by, variable) for variable in variables]
    if not tables or any(MISSING not in table.dimensions[1].codes for table in tables):
        raise BadInput(
            f"Table '{name}' asks for questions that nobody can leave open.",
            expected="At least one questionnaire variable.",
            remedy="Name variables of the executive's or the manager's section.",
        )
    answers = Dimension.flat("answer", [GIVEN, OPEN])
    kept = [_kept(table, answers) for table in tables]
    people = open_evidence(tables[0]).people
    return SensitiveTable(
        name=name,
        dimensions=(Dimension.flat("question", variables, margin=False), tables[0].dimensions[0], answers),
        population=population_of(cadre),
        sensitivity=tables[0].sensitivity,
        _evidence=Evidence(sparse.csr_array(sparse.vstack(kept)), people),
    )


def _kept(table: SensitiveTable, answers: Dimension) -> sparse.csr_array:
    """The rows of a question's table that say who answered and who did not, in the order of `answers`."""
    grid = np.arange(len(table.cells)).reshape(table.shape)
    codes = table.dimensions[1].codes
    places = grid[:, [codes.index(_STATES[code]) for code in answers.codes]].ravel()
    return open_evidence(table).contributors[places]
