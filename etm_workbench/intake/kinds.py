"""Which of the three kinds a file is, and which columns that kind must have."""

from __future__ import annotations

from collections.abc import Iterable

from etm_workbench.codebook import Codebook
from etm_workbench.intake.answers import Answers
from etm_workbench.intake.findings import Remarks
from etm_workbench.store import FileKind

_SECTIONS: dict[FileKind, tuple[str, ...]] = {
    "questionnaire": ("executive", "manager"),
    "accounts": ("register",),
    "equity": ("equity",),
}


def kind_of_file(
    name: str, variables: Iterable[str], *, codebook: Codebook, declared: FileKind | None = None
) -> FileKind:
    """The kind a mapping declares; else what the name begins with; else what the columns are about.

    A file with any question of the two halves is a questionnaire; without, one with equity answers is an
    equity file, and any other an account register.
    """
    if declared:
        return declared
    for kind in _SECTIONS:
        if name.lower().startswith(f"{kind}_"):
            return kind
    sections = {codebook.variables[variable].section for variable in variables}
    if sections & {"executive", "manager"}:
        return "questionnaire"
    return "equity" if "equity" in sections else "accounts"


def note_absent_columns(answers: Answers, kind: FileKind, *, codebook: Codebook, remarks: Remarks) -> None:
    """Write down required columns that are missing, other questions without a column, misplaced equity answers."""
    required = remarks.rulebook["column_required"].parameters[kind]
    lacking = [variable for variable in required if not answers.has(variable)]
    remarks.note("column_required", len(lacking), variables=tuple(lacking))
    asked = [v.name for v in codebook.variables.values() if v.section in _SECTIONS[kind]]
    absent = [variable for variable in asked if not answers.has(variable) and variable not in required]
    remarks.note("column_missing", len(absent), variables=tuple(absent))
    equity = [v for v in answers.table.columns if codebook.variables[v].section == "equity"] if kind != "equity" else []
    letters = tuple(answers.letters[v] for v in equity if v in answers.letters)
    remarks.note("column_misplaced", len(equity), variables=tuple(equity), letters=letters)
