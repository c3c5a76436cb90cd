"""What columns a file of the fictional service has, how they are headed, and how answers are written.

Headings drift from cycle to cycle and some organizations' exports are in French, as real ones are. Answers
carry the labels that held in the cycle, the older placement labels in the older cycle.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from etm_workbench.codebook import Codebook, Language, Variable
from etm_workbench.synthetic.texts import Texts

SEPARATOR = "; "
_TOMBSTONE = (
    "person_id",
    "given_name",
    "family_name",
    "organization",
    "level",
    "acting_level",
    "position_bilingual",
    "position_language_profile",
)


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one file: variables in order, the section each belongs to, and its heading."""

    variables: tuple[Variable, ...]
    headings: tuple[str, ...]

    @property
    def sections(self) -> tuple[str, ...]:
        """The section of each column; the executive's identity and position count as the register's."""
        return tuple(variable.section for variable in self.variables)


def questionnaire_columns(codebook: Codebook, texts: Texts, language: Language) -> Columns:
    """Columns of a questionnaire export: who, then the two sections in the cycle's order."""
    sections = ["executive", "manager"]
    if texts.layout(codebook.cycle).manager_first:
        sections.reverse()
    answers = [v.name for section in sections for v in codebook.variables.values() if v.section == section]
    return _columns([*_TOMBSTONE, *answers], codebook, texts=texts, language=language)


def account_columns(codebook: Codebook, texts: Texts, language: Language) -> Columns:
    """Columns of an account register."""
    names = [variable.name for variable in codebook.variables.values() if variable.section == "register"]
    return _columns(names, codebook, texts=texts, language=language)


def equity_columns(codebook: Codebook, texts: Texts, language: Language) -> Columns:
    """Columns of the self-identification file, which never travels with the questionnaire."""
    names = ["person_id", *(v.name for v in codebook.variables.values() if v.section == "equity")]
    return _columns(names, codebook, texts=texts, language=language)


def written(records: pd.DataFrame, columns: Columns, *, codebook: Codebook, language: Language) -> list[list[Any]]:
    """The cells of a file, one list a column: labels, `datetime64` days, numbers, text; None where blank."""
    return [_write_column(records[v.name], v, codebook=codebook, language=language) for v in columns.variables]


def _columns(names: Sequence[str], codebook: Codebook, *, texts: Texts, language: Language) -> Columns:
    variables = tuple(codebook.variable(name) for name in names)
    style = texts.layout(codebook.cycle).headings
    return Columns(variables, tuple(_heading(v, texts, style=style, language=language) for v in variables))


def _heading(variable: Variable, texts: Texts, *, style: str, language: Language) -> str:
    label = variable.label
    if style.startswith("older"):
        label = texts.older_heading(variable.name) or label
    if style == "older" or label.en == label.fr:
        return label.in_language(language)
    other: Language = "fr" if language == "en" else "en"
    return f"{label.in_language(language)} / {label.in_language(other)}"


def _write_column(values: pd.Series, variable: Variable, *, codebook: Codebook, language: Language) -> list[Any]:
    if variable.type == "date":
        return [None if day is pd.NaT else day for day in values.dt.date]
    label = _labeller(variable, codebook, language)
    blank = values.isna().to_numpy()
    labels = {value: label(value) for value in values[~blank].unique()}
    answers = values.to_numpy(dtype=object).tolist()
    return [None if missing else labels[answer] for answer, missing in zip(answers, blank.tolist(), strict=True)]


def _labeller(variable: Variable, codebook: Codebook, language: Language) -> Callable[[Any], Any]:
    def one(code: str) -> str:
        return codebook.label(variable.name, code).in_language(language)

    if variable.type == "code":
        return one
    if variable.type == "codes":
        return lambda codes: SEPARATOR.join(map(one, codes)) or None
    if variable.type == "boolean":
        return lambda flag: one("true" if flag else "false")
    return lambda value: int(value) if variable.type == "integer" else value
