"""The rules of intake as `data/codebook/rules.toml` declares them: severity, wording, thresholds.

Code says how a rule is judged; the file says how grave it is, in which words, and from which number on.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from etm_workbench import settings
from etm_workbench.codebook import Bilingual, Language
from etm_workbench.codebook.owned_file import read_owned
from etm_workbench.errors import BadCodebook, nearest

Severity = Literal["error", "warning", "information"]


class _Text(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    en: str = Field(min_length=1)
    fr: str = Field(min_length=1)


class Rule(BaseModel):
    """One rule: `unknown` is the severity when it could not be judged; `off` switches it off."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    severity: Severity | Literal["off"]
    unknown: Severity | Literal["off"] = "off"
    what: _Text
    todo: _Text
    parameters: Mapping[str, Any] = {}
    evidence: Literal["sourced", "derived", "assumed"] = "assumed"
    source: str = ""

    def text(self, part: Literal["what", "todo"], language: Language) -> str:
        """What is wrong, or what to do, in `language`, with the rule's parameters filled in."""
        written: _Text = getattr(self, part)
        return getattr(written, language).format(**self.parameters)  # type: ignore[no-any-return]


class Rulebook(BaseModel):
    """Every rule by name, and the words of the tables that show findings."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    rules: Mapping[str, Rule]
    words: Mapping[str, _Text]

    def __getitem__(self, name: str) -> Rule:
        if name not in self.rules:
            raise BadCodebook(f"rules.toml declares no rule '{name}'.", remedy=nearest(name, self.rules))
        return self.rules[name]

    def word(self, name: str, language: Language, **filled: object) -> str:
        """A word of the tables in `language`, with its blanks filled."""
        if name not in self.words:
            raise BadCodebook(f"rules.toml declares no word '{name}'.", remedy=nearest(name, self.words))
        text = self.words[name]
        return Bilingual(text.en, text.fr).in_language(language).format(**filled)


def load_rulebook(folder: Path | None = None) -> Rulebook:
    """The rules in `codebook/rules.toml` of a data folder; the workbench's own when not given.

    Raises
    ------
    BadCodebook
        The file is missing or wrong; the first twenty problems are listed.
    """
    return _load(folder or settings.data_folder())


@cache
def _load(folder: Path) -> Rulebook:
    return read_owned(folder / "codebook" / "rules.toml", Rulebook, called="The codebook file")
