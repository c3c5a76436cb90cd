"""A dashboard's definition: its words and choices, in a file beside its notebook.

`dashboards/NAME.toml` is a report's file with a little more. It says each text once, English and French on
adjacent lines, and holds what a named owner decides: which variables are filters, what is marked, below
which level a difference is called one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from pydantic import Field

from etm_workbench import settings
from etm_workbench.codebook import Bilingual
from etm_workbench.codebook.owned_file import read_owned
from etm_workbench.errors import BadDefinition, nearest
from etm_workbench.presentation.parts import Text, TextStyle
from etm_workbench.presentation.tabledata import CellRef
from etm_workbench.reporting.definitions import Both, ReportDefinition, ReportFile


class OverlayEntry(Both):
    """People of a kind, marked by one symbol: coordinate to the codes that make the kind."""

    name: str
    symbol: str = Field(min_length=1, max_length=1)
    meaning: Both
    where: dict[str, tuple[str, ...]]


class DashboardFile(ReportFile):
    """What a dashboard's TOML file holds; a dashboard uses what it needs of it."""

    filters: tuple[str, ...] = ()
    axes: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    overlays: tuple[OverlayEntry, ...] = ()
    purposes: tuple[Both, ...] = ()


@dataclass(frozen=True, slots=True)
class DashboardDefinition(ReportDefinition):
    """A dashboard's file, with the words that stand for `<name>` in its texts."""

    file: DashboardFile

    def say(self, key: str, words: Mapping[str, Bilingual] | None = None) -> Bilingual:
        """A text, with what stands in `<name>` put in its place.

        Raises
        ------
        BadDefinition
            The file has no such text; the nearest is offered.
        """
        if key not in self.file.texts:
            raise BadDefinition(f"Dashboard '{self.name}' has no text '{key}'.", remedy=nearest(key, self.file.texts))
        return self.put(self.file.texts[key].text, words)

    @staticmethod
    def put(text: Bilingual, words: Mapping[str, Bilingual] | None = None) -> Bilingual:
        """A text of the file with what stands in `<name>` put in its place."""
        en, fr = text.en, text.fr
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


@cache
def load_dashboard(name: str) -> DashboardDefinition:
    """The definition of a dashboard, from `dashboards/NAME.toml` beside its notebook.

    Raises
    ------
    BadDefinition
        There is no such file, or it is wrong; every problem is listed.
    """
    notebook = settings.project_folder("dashboards") / f"{name}.ipynb"
    file = read_owned(notebook.with_suffix(".toml"), DashboardFile, called="The dashboard file", error=BadDefinition)
    return DashboardDefinition(name, notebook, file)
