"""What rules may know beside a file's answers: its cycle, its organization, the account register."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etm_workbench.codebook import Codebook, Cycle
from etm_workbench.intake.answers import Answers
from etm_workbench.intake.findings import Notebook
from etm_workbench.store import FileKind


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Register:
    """An account register: person to what it says of them. Holds no name."""

    accounts: Mapping[str, Mapping[str, Any]]

    def __repr__(self) -> str:
        return f"<Register of {len(self.accounts)} accounts>"


@dataclass(frozen=True, slots=True, repr=False)
class Context:
    """`kind`: questionnaire, accounts or equity. `register`: None when none was given."""

    kind: FileKind
    organization: str
    cycle: Cycle
    codebook: Codebook
    notebook: Notebook
    register: Register | None = None

    def parameters(self, rule: str) -> Mapping[str, Any]:
        """Thresholds of a rule."""
        return self.notebook.rulebook[rule].parameters

    def note(self, rule: str, mask: NDArray[np.bool_], answers: Answers, *about: str, unknown: bool = False) -> None:
        """Write down the rows of `mask`; `about` names the variables concerned."""
        letters = tuple(answers.letters[name] for name in about if name in answers.letters)
        verdict = "unknown" if unknown else "fails"
        self.notebook.note_rows(rule, mask, answers.row_numbers, variables=about, letters=letters, verdict=verdict)

    def with_register(self, answers: Answers, variable: str) -> pd.Series[Any]:
        """Answers to a question, from the account register where the file has none (an unreadable one counts)."""
        own = answers.column(variable).astype(object)
        if self.register is None:
            return own
        accounts = self.register.accounts
        known = pd.Series(
            [accounts.get(person, {}).get(variable) for person in answers.column("person_id")], dtype=object
        )
        unreadable = answers.unreadable.get(variable, np.zeros(len(answers), dtype=bool))
        return own.where(own.notna() | unreadable, known)
