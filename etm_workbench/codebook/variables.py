"""Variables, code lists and cycles as the codebook's files declare them."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.errors import BadInput, nearest

VariableType = Literal["code", "codes", "date", "integer", "number", "boolean", "text"]
Sensitivity = Literal["identifier", "establishment", "attribute", "judgement"]
Section = Literal["register", "executive", "manager", "equity", "constructed"]
Evidence = Literal["sourced", "derived", "assumed"]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Code(_Entry):
    """One code of a list.

    `since` and `until`: first and last cycle it is in use, None for no limit. `earlier_labels`: labels
    as they were up to and including a cycle. `synonyms`: spellings seen in files, either language.
    """

    code: str
    en: str = Field(min_length=1)
    fr: str = Field(min_length=1)
    since: str | None = None
    until: str | None = None
    earlier_labels: tuple[EarlierLabel, ...] = ()
    synonyms: tuple[str, ...] = ()
    definition: DefinitionText | None = None
    evidence: Evidence = "sourced"
    note: str = ""

    @property
    def label(self) -> Bilingual:
        """The label in both languages."""
        return Bilingual(self.en, self.fr)

    def label_in(self, cycle: str) -> Bilingual:
        """The label as it was in `cycle`."""
        for earlier in sorted(self.earlier_labels, key=lambda label: label.until):
            if cycle <= earlier.until:
                return Bilingual(earlier.en, earlier.fr)
        return self.label

    def holds_in(self, cycle: str) -> bool:
        """Whether the code is in use in `cycle`."""
        return (self.since or cycle) <= cycle <= (self.until or cycle)


class EarlierLabel(_Entry):
    """A label as it was up to and including the cycle `until`."""

    until: str
    en: str = Field(min_length=1)
    fr: str = Field(min_length=1)


class DefinitionText(_Entry):
    """What a code means, in our words, both languages."""

    en: str = Field(min_length=1)
    fr: str = Field(min_length=1)


class CodeList(_Entry):
    """Codes in display order. `ordered` says whether the order means more or less of something."""

    name: str
    en: str = Field(min_length=1)
    fr: str = Field(min_length=1)
    ordered: bool = False
    source: str
    codes: tuple[Code, ...]

    def __getitem__(self, code: str) -> Code:
        for entry in self.codes:
            if entry.code == code:
                return entry
        known = [entry.code for entry in self.codes]
        raise BadInput(f"Code list '{self.name}' has no code '{code}'.", remedy=nearest(code, known))

    def __contains__(self, code: object) -> bool:
        return any(entry.code == code for entry in self.codes)


class Variable(_Entry):
    """One variable of the questionnaire, the account register or the equity file.

    `headers`: column headers seen in files beside the two labels, any language. `sensitivity`: the
    class of protection rules that binds a table it shapes. `section`: who fills it.
    """

    name: str
    type: VariableType
    sensitivity: Sensitivity
    section: Section
    en: str = Field(min_length=1)
    fr: str = Field(min_length=1)
    code_list: str | None = None
    headers: tuple[str, ...] = ()
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    since: str | None = None
    until: str | None = None
    evidence: Evidence = "assumed"
    source: str

    @property
    def label(self) -> Bilingual:
        """The label in both languages."""
        return Bilingual(self.en, self.fr)

    def holds_in(self, cycle: str) -> bool:
        """Whether the variable is asked in `cycle`."""
        return (self.since or cycle) <= cycle <= (self.until or cycle)


class Cycle(_Entry):
    """One yearly exercise.

    `headcount_on`: date of the published headcount it is held against. `finalized_on`: when placements
    are finalized, the date second-language results must be valid on. `assess_levels` and
    `submit_levels`: who must be assessed, and whose questionnaires must reach OCHRO.
    """

    cycle: str
    headcount_on: date
    opens_on: date
    finalized_on: date
    submitted_on: date
    assess_levels: tuple[str, ...]
    submit_levels: tuple[str, ...]
    evidence: Evidence
    source: str
