"""Who each row is about: one form of the account number, one row a person, names kept apart from answers."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etm_workbench.codebook import Codebook
from etm_workbench.intake.answers import Answers
from etm_workbench.intake.findings import Remarks
from etm_workbench.intake.plain_text import cleaned

PERSON = "person_id"
_ACCEPTED = re.compile(r"[A-Z0-9][A-Z0-9._-]*\Z")
_DASHES = re.compile("[\u2010-\u2015\u2212]")


def normalize_person_id(written: str) -> str:
    """One form of an account number, so that a person is the same in every file.

    Compatibility letters are joined (NFKC), spaces removed, letters put in capitals, dashes made alike.

    Examples
    --------
    >>> normalize_person_id(" ex‑00 12a ")
    'EX-0012A'
    """
    joined = unicodedata.normalize("NFKC", _DASHES.sub("-", cleaned(written)))
    return "".join(joined.split()).upper()


def one_row_a_person(answers: Answers, remarks: Remarks) -> Answers:
    """The answers with account numbers in one form, rows that repeat another removed.

    Rows without a number, with a malformed one, or that contradict another row of the same person stay, and
    are written down as errors. A file without the column is left as it is.
    """
    if not answers.has(PERSON):
        return answers
    column = answers.column(PERSON)
    identifiers = pd.Series([normalize_person_id(v) if isinstance(v, str) else None for v in column], dtype=object)
    answers.table[PERSON] = identifiers
    missing = identifiers.isna().to_numpy(dtype=bool) | (identifiers == "").to_numpy(dtype=bool)
    longest = remarks.rulebook["person_malformed"].parameters["characters"]
    malformed = ~missing & np.array(
        [isinstance(v, str) and (len(v) > longest or not _ACCEPTED.match(v)) for v in identifiers], dtype=bool
    )
    about = _about(answers)
    remarks.note_rows("person_missing", missing, answers.row_numbers, **about)
    remarks.note_rows("person_malformed", malformed, answers.row_numbers, **about)
    repeated = answers.table.duplicated(keep="first").to_numpy(dtype=bool) & ~missing
    remarks.note_rows("person_repeated", repeated, answers.row_numbers, **about)
    kept = answers.keep(~repeated)
    again = kept.table[PERSON].duplicated(keep=False).to_numpy(dtype=bool) & ~missing[~repeated]
    remarks.note_rows("person_conflict", again, kept.row_numbers, **about)
    return kept


def part_names(answers: Answers, codebook: Codebook) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Answers without direct identifiers, and the direct identifiers; both keyed by `person_id`.

    The organization is the file's, so its column goes with neither.
    """
    direct = [
        name
        for name in answers.table.columns
        if name != PERSON and codebook.variables[name].sensitivity == "identifier"
    ]
    records = answers.table.drop(columns=[*direct, *({"organization"} & set(answers.table.columns))])
    return records, answers.table[[PERSON, *direct]] if direct else answers.table.iloc[:0][[PERSON]]


def _about(answers: Answers) -> dict[str, Any]:
    letter = answers.letters.get(PERSON)
    return {"variables": (PERSON,), "letters": (letter,) if letter else ()}


def same_people(left: pd.Series[Any], right: pd.Series[Any]) -> NDArray[np.bool_]:
    """Whether each person on the left is among those on the right."""
    return left.isin(set(right.dropna())).to_numpy(dtype=bool)
