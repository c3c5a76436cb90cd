"""Texts of the fictional files in both languages, from `data/synthetic/texts.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np

from etm_workbench import settings
from etm_workbench.codebook import LANGUAGES, Bilingual, Language
from etm_workbench.errors import BadCodebook
from etm_workbench.synthetic.draws import Codes


@dataclass(frozen=True, slots=True)
class Layout:
    """How a cycle's export is laid out.

    `headings`: `older` (the first system's, in the export's language), `older_bilingual`, or `bilingual`
    (both labels of the codebook). `manager_first`: whether the manager's section comes before the executive's.
    """

    headings: str
    manager_first: bool


@dataclass(frozen=True, slots=True, repr=False)
class Texts:
    """All texts by table and name."""

    tables: Mapping[str, Mapping[str, Any]]

    def text(self, table: str, name: str) -> Bilingual:
        """One text in both languages."""
        return _bilingual(self.tables[table][name])

    def options(self, table: str, language: Language) -> Codes:
        """The free texts a person may write, in one language."""
        return np.array([option[language] for option in self.tables[table]["options"]], dtype=object)

    def position_title(self, level: str, language: Language, *, woman: bool) -> str:
        """The title of a position, before its branch."""
        title = self.tables["titles"][level]
        return cast("str", title["fr_women"] if woman and language == "fr" else title[language])

    def older_heading(self, variable: str) -> Bilingual | None:
        """How the first cycle's system headed a variable, None when as now."""
        entry = self.tables["older_headings"].get(variable)
        return None if entry is None else _bilingual(entry)

    def layout(self, cycle: str) -> Layout:
        """The layout of a cycle's export; that of the latest one when the cycle is not named."""
        layouts = self.tables["layouts"]
        return Layout(**layouts.get(cycle, layouts[max(layouts)]))


def load_texts(folder: Path | None = None) -> Texts:
    """The texts of a data folder; the workbench's own when not given.

    Raises
    ------
    BadCodebook
        The file is missing, or a text lacks a language.
    """
    path = (folder or settings.data_folder()) / "synthetic" / "texts.toml"
    if not path.is_file():
        raise BadCodebook(f"The text file '{path.name}' is missing.", remedy="Restore it in data/synthetic.")
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    for name in ("rows", "sections", "titles", "older_headings"):
        for entry in tables[name].values():
            _bilingual(entry)
    for name in ("objectives", "comments", "overrides"):
        for entry in tables[name]["options"]:
            _bilingual(entry)
    return Texts(tables)


def _bilingual(entry: Mapping[str, str]) -> Bilingual:
    en, fr = (entry.get(language, "") for language in LANGUAGES)
    return Bilingual(en, fr)
