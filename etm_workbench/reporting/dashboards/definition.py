"""A dashboard's definition: its words and choices, in a file beside its notebook.

`dashboards/NAME.toml` says each text once, English and French on adjacent lines, and holds what a named
owner decides: which variables are filters, what is marked, below which level a difference is called one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from etm_workbench import settings
from etm_workbench.codebook import Bilingual
from etm_workbench.codebook.owned_file import read_owned
from etm_workbench.errors import BadDefinition, nearest
from etm_workbench.presentation.parts import Text, TextStyle
from etm_workbench.presentation.tabledata import CellRef
from etm_workbench.reporting.definitions import Both, BoundText


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OverlayEntry(Both):
    """People of a kind, marked by one symbol: coordinate to the codes that make the kind."""

    name: str
    symbol: str = Field(min_length=1, max_length=1)
    meaning: Both
    where: dict[str, tuple[str, ...]]


class DashboardFile(_Entry):
    """What a dashboard's TOML file holds; a dashboard uses what it needs of it."""

    title: Both
    marking: Both | None = None
    significance: float | None = Field(default=None, gt=0, lt=1)
    filters: tuple[str, ...] = ()
    axes: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    overlays: tuple[OverlayEntry, ...] = ()
    purposes: tuple[Both, ...] = ()
    labels: dict[str, dict[str, Both]] = {}
    texts: dict[str, BoundText]


@dataclass(frozen=True, slots=True)
class DashboardDefinition:
    """A dashboard's file, with the words that stand for `<name>` in its texts."""

    name: str
    file: DashboardFile
    content_hash: str

    def say(self, key: str, words: Mapping[str, Bilingual] | None = None) -> Bilingual:
        """A text, with what stands in `<name>` put in its place.

        Raises
        ------
        BadDefinition
            The file has no such text; the nearest is offered.
        """
        if key not in self.file.texts:
            raise BadDefinition(f"Dashboard '{self.name}' has no text '{key}'.", remedy=nearest(key, self.file.texts))
        en, fr = self.file.texts[key].en, self.file.texts[key].fr
        for name, word in (words or {}).items():
            en, fr = en.replace(f"<{name}>", word.en), fr.replace(f"<{name}>", word.fr)
        return Bilingual(en, fr)

    def text(self, key: str, *, style: TextStyle = "paragraph", **cells: CellRef) -> Text:
        """A sentence whose slots are bound to cells, and which is withheld with them."""
        text = self.say(key)
        withheld = self.file.texts[key].withheld
        return Text(text, cells, withheld.text if withheld else None, style)

    @property
    def labels(self) -> dict[str, dict[str, Bilingual]]:
        """Labels of codes that the dashboard makes itself, or means in its own way."""
        return {variable: {code: b.text for code, b in codes.items()} for variable, codes in self.file.labels.items()}


def load_dashboard(name: str) -> DashboardDefinition:
    """The definition of a dashboard, from `dashboards/NAME.toml`.

    Raises
    ------
    BadDefinition
        There is no such file, or it is wrong; every problem is listed.
    """
    return _load(settings.project_folder("dashboards") / f"{name}.toml")


@cache
def _load(path: Path) -> DashboardDefinition:
    file = read_owned(path, DashboardFile, called="The dashboard file", error=BadDefinition)
    return DashboardDefinition(path.stem, file, hashlib.sha256(path.read_bytes()).hexdigest())
