"""A text in the two languages of the service, equal and both required."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from etm_workbench.errors import BadCodebook

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True, slots=True)
class Bilingual:
    """One text in English and French.

    Raises
    ------
    BadCodebook
        Either text is empty: there is no fallback from one language to the other.
    """

    en: str
    fr: str

    def __post_init__(self) -> None:
        for language in LANGUAGES:
            if not getattr(self, language).strip():
                other = self.fr if language == "en" else self.en
                raise BadCodebook(
                    f"A text has no {'English' if language == 'en' else 'French'} version (its twin: '{other}').",
                    expected="Both languages are required.",
                    remedy="Write the missing one beside it.",
                )

    def in_language(self, language: Language) -> str:
        """The text in `language`."""
        return self.en if language == "en" else self.fr
