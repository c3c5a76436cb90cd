"""Answers looked up on a question's list: codes, labels in either language, earlier labels, known spellings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from etm_workbench.codebook import Codebook, Organization, Variable
from etm_workbench.intake.plain_text import answer_form, cleaned
from etm_workbench.intake.sheets import Cell

_LONGEST = 400
_BETWEEN_ANSWERS = re.compile(r"[;\n|]")
_BETWEEN_LANGUAGES = re.compile(r"\s*(?: / |\||\n)\s*")

Found = tuple[str | None, str | None]


class AnswerList:
    """The answers to one question in one cycle, by every way they are written.

    A spelling that two answers share is not known: it would be a guess.
    """

    def __init__(self, variable: Variable, codebook: Codebook, organization: str) -> None:
        self._known: dict[str, str] = {}
        self._retired: set[str] = set()
        shared: set[str] = set()
        if variable.name == "organization":
            spellings = _organization_names(codebook, organization)
        else:
            spellings = _code_names(variable, codebook)
            self._retired = {c.code for c in codebook.code_list(variable.name).codes if not c.holds_in(codebook.cycle)}
        self._order: dict[str, int] = {}
        for code, spelling in spellings:
            self._order.setdefault(code, len(self._order))
            form = answer_form(spelling)
            if self._known.setdefault(form, code) != code:
                shared.add(form)
        for code in self._order:  # a code itself is never ambiguous
            self._known[answer_form(code)] = code
            shared.discard(answer_form(code))
        for form in shared:
            del self._known[form]

    def one(self, cell: Cell) -> Found:
        """The code of a cell and None, or None and the rule it breaks."""
        code = self._code(cell)
        if code is None:
            return None, "value_code"
        return (None, "value_code_retired") if code in self._retired else (code, None)

    def several(self, cell: Cell) -> tuple[tuple[str, ...] | None, str | None]:
        """The codes of a cell with several answers, in the list's order, and None; or None and the rule it breaks.

        Answers are parted by semicolons or new lines; by commas only where no answer holds one.
        """
        whole = self._code(cell)
        parts = [whole] if whole else self._split(cell)
        if not parts or any(part is None for part in parts):
            return None, "value_code"
        codes = {part for part in parts if part}
        if codes & self._retired:
            return None, "value_code_retired"
        return tuple(sorted(codes, key=self._order.__getitem__)), None

    def _split(self, cell: Cell) -> list[str | None]:
        if not isinstance(cell, str):
            return []
        found: list[str | None] = []
        for part in filter(str.strip, _BETWEEN_ANSWERS.split(cell)):
            code = self._code(part)
            found += [code] if code else [self._code(piece) for piece in part.split(",") if piece.strip()]
        return found

    def _code(self, cell: Cell) -> str | None:
        text = _as_written(cell)
        if not text or len(text) > _LONGEST:
            return None
        if code := self._known.get(answer_form(text)):
            return code
        both = {self._known.get(answer_form(part)) for part in _BETWEEN_LANGUAGES.split(text)}
        return both.pop() if len(both) == 1 else None


def _as_written(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, (int, float)):
        return str(cell)
    return cleaned(cell) if isinstance(cell, str) else ""


def _code_names(variable: Variable, codebook: Codebook) -> Iterator[tuple[str, str]]:
    for code in codebook.code_list(variable.name).codes:
        earlier = (text for label in code.earlier_labels for text in (label.en, label.fr))
        for spelling in (code.code, code.en, code.fr, *earlier, *code.synonyms):
            yield code.code, spelling


def _organization_names(codebook: Codebook, organization: str) -> Iterator[tuple[str, str]]:
    """Names of every organization; acronyms that swap across languages stay out, save for the file's own."""
    for identifier, other in codebook.organizations.items():
        for name in _names_of(other):
            if identifier == organization or name not in _own_names(codebook, organization):
                yield identifier, name
    if organization not in codebook.organizations:
        yield organization, organization


def _own_names(codebook: Codebook, organization: str) -> set[str]:
    own = codebook.organizations.get(organization)
    return set(_names_of(own)) if own else set()


def _names_of(organization: Organization) -> tuple[str, ...]:
    names = (
        organization.identifier,
        organization.title.en,
        organization.title.fr,
        organization.published_name,
        organization.acronym_en,
        organization.acronym_fr,
    )
    return tuple(name for name in names if name)
