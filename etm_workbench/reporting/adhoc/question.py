"""One question of an interview: its words, the answers it takes, and how it understands what somebody writes."""

from __future__ import annotations

from dataclasses import dataclass

from etm_workbench.codebook import LANGUAGES, Bilingual
from etm_workbench.reporting.organizations import reporting_codebook
from etm_workbench.reporting.problems import offered, organization_offered, problem

_NEEDED = Bilingual("An answer is needed here.", "Il faut une réponse ici.")
_SAME_TEXT = Bilingual(
    "English and French are the same text. Translate one of them.",
    "L’anglais et le français sont le même texte. Traduisez l’un des deux.",
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that may be given: as the file writes it, what it means, and what else it is called."""

    code: str
    label: Bilingual
    also: tuple[str, ...] = ()

    def is_meant_by(self, text: str) -> bool:
        """Whether somebody who writes this means this choice."""
        names = (self.code, *self.also, *(self.label.in_language(language) for language in LANGUAGES))
        return text.casefold() in {name.casefold() for name in names}


@dataclass(frozen=True, slots=True)
class Question:
    """One question as it stands after the answers before it.

    Parameters
    ----------
    entry : str
        Of the definition.
    words : Bilingual
        What is asked.
    usual : str or None
        What stands when nothing is answered; None where an answer is needed.
    choices : tuple of Choice
        The answers that may be given; any text where there are none.
    most : int
        So many of them, parted by commas.
    taken : tuple of str
        What earlier answers name already, and this one may not.
    listed : bool
        Whether the choices are shown before anybody asks for them.
    """

    entry: str
    words: Bilingual
    usual: str | None
    choices: tuple[Choice, ...] = ()
    most: int = 1
    taken: tuple[str, ...] = ()
    listed: bool = True

    @property
    def is_numbered(self) -> bool:
        """Whether a choice may be named by its place: not where the codes are numbers themselves."""
        return not any(choice.code.isdigit() for choice in self.choices)

    def understand(self, answer: str) -> str:
        """An answer as the file writes it.

        Raises
        ------
        NotUnderstood
            It is missing, or cannot stand here.
        """
        given = answer.strip()
        if not given:
            if self.usual is None:
                raise NotUnderstood(_NEEDED)
            return self.usual
        if not self.choices:
            if given in self.taken:
                raise NotUnderstood(_SAME_TEXT)
            return given
        parts = listed(given) if self.most > 1 else (given,)
        codes = tuple(dict.fromkeys(self._code(part) for part in parts))
        if len(codes) > self.most:
            raise NotUnderstood(problem(f"At most {self.most} fit here.", f"Il y en a {self.most} au plus."))
        return ",".join(codes)

    def _code(self, part: str) -> str:
        found = next((choice.code for choice in self.choices if choice.is_meant_by(part)), None)
        if found is None and self.is_numbered and part.isdigit() and 0 < int(part) <= len(self.choices):
            found = self.choices[int(part) - 1].code
        if found in self.taken:
            raise NotUnderstood(
                problem(
                    f"'{found}' is named already. Name another.", f"« {found} » est déjà nommée. Nommez-en une autre."
                )
            )
        if found is None:
            codes = [choice.code for choice in self.choices]
            known = organization_offered(part, reporting_codebook()) if self.entry == "organization" else None
            raise NotUnderstood(
                problem(
                    f"'{part}' is not among the choices.",
                    f"« {part} » n’est pas parmi les choix.",
                    offer=known or offered(part, codes),
                )
            )
        return found


class NotUnderstood(Exception):
    """What to say before a question is asked again."""

    def __init__(self, said: Bilingual) -> None:
        super().__init__(said.en)
        self.said = said


def listed(text: str, *, mark: str = ",") -> tuple[str, ...]:
    """The parts of an answer, without spaces and empty ones."""
    return tuple(part.strip() for part in text.split(mark) if part.strip())
