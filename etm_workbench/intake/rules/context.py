"""What rules may know beside a file's answers: its cycle, its organization, the account register."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etm_workbench.codebook import Codebook, Cycle
from etm_workbench.intake.answers import Answers
from etm_workbench.intake.findings import Remarks
from etm_workbench.store import FileKind


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Register:
    """An account register: what it says of each account; holds no name.

    Parameters
    ----------
    accounts : mapping
        Key of an account to its level, acting level and other variables; missing ones left out.
    key_of : callable
        Key of a person's account from `person_id`: the identifier itself, or its pseudonym when the register
        comes out of the store.
    """

    accounts: Mapping[str, Mapping[str, Any]]
    key_of: Callable[[str], str] = str

    def of(self, people: pd.Series[Any], variable: str) -> pd.Series[Any]:
        """What the register says of these people; None where it has no account, or says nothing."""
        return pd.Series([self._account(person).get(variable) for person in people], dtype=object)

    def holds(self, people: pd.Series[Any]) -> NDArray[np.bool_]:
        """Which of these people have an account."""
        return np.array([self._key(person) in self.accounts for person in people], dtype=bool)

    def without(self, people: pd.Series[Any]) -> int:
        """How many accounts are none of these people's."""
        return len(set(self.accounts) - {self._key(person) for person in people})

    def _account(self, person: object) -> Mapping[str, Any]:
        return self.accounts.get(self._key(person), {})

    def _key(self, person: object) -> str:
        return self.key_of(person) if isinstance(person, str) else ""

    def __repr__(self) -> str:
        return f"<Register of {len(self.accounts)} accounts>"


@dataclass(frozen=True, slots=True, repr=False)
class Context:
    """`kind`: questionnaire, accounts or equity. `register`: None when none was given."""

    kind: FileKind
    organization: str
    cycle: Cycle
    codebook: Codebook
    remarks: Remarks
    register: Register | None = None

    def parameters(self, rule: str) -> Mapping[str, Any]:
        """Thresholds of a rule."""
        return self.remarks.rulebook[rule].parameters

    def is_off(self, rule: str) -> bool:
        """Whether a rule is switched off altogether."""
        return self.remarks.rulebook[rule].severity == "off"

    def note(self, rule: str, mask: NDArray[np.bool_], answers: Answers, *about: str, unknown: bool = False) -> None:
        """Write down the rows of `mask`; `about` names the variables concerned."""
        letters = tuple(answers.letters[name] for name in about if name in answers.letters)
        verdict = "unknown" if unknown else "fails"
        self.remarks.note_rows(rule, mask, answers.row_numbers, variables=about, letters=letters, verdict=verdict)

    def with_register(self, answers: Answers, variable: str) -> pd.Series[Any]:
        """Answers to a question, from the account register where the file has none (an unreadable one counts)."""
        own = answers.column(variable).astype(object)
        if self.register is None:
            return own
        known = self.register.of(answers.column("person_id"), variable)
        unreadable = answers.unreadable.get(variable, np.zeros(len(answers), dtype=bool))
        return own.where(own.notna() | unreadable, known)
