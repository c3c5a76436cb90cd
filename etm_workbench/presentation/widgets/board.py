"""What a dashboard shows: protected tables and words in both languages, as sections in reading order.

A board knows no language, no format and no reader's clicks. The page without a kernel and the widget in
a notebook are two renderings of the same board by the same module.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.errors import BadDefinition
from etm_workbench.presentation.document import Labels, Provenance
from etm_workbench.presentation.parts import Part, RosterPart, Text
from etm_workbench.presentation.widgets.form import FormSection
from etm_workbench.protected import ProtectedTable


@dataclass(frozen=True, slots=True)
class PartsSection:
    """Parts of a document under a title: sentences, tables, charts with their text versions, notes.

    Parameters
    ----------
    anchor : str
        Unique in the board.
    title : Bilingual
        The heading; headings inside have level 2 or 3.
    parts : tuple of Part
        In reading order; no roster.
    choice : str, optional
        Sections of one choice are alternatives: the reader switches between them by their titles.

    Raises
    ------
    BadDefinition
        A part holds named people: names come by the roster route only, never with the page.
    """

    anchor: str
    title: Bilingual
    parts: tuple[Part, ...]
    choice: str | None = None

    def __post_init__(self) -> None:
        if any(isinstance(part, RosterPart) for part in self.parts):
            raise BadDefinition(
                f"Section '{self.anchor}' of a board holds named people.",
                expected="Names are asked for one list at a time, and each list is logged.",
                remedy="Let the page ask for them.",
            )


@dataclass(frozen=True, slots=True)
class Coordinate:
    """A variable by which the people of a map are told apart in the browser.

    `title`: its name. `codes`: code to label, in display order. `is_filter`: whether readers filter by it.
    `is_axis`: whether it may be a side of the two-way view.
    """

    variable: str
    title: Bilingual
    codes: Mapping[str, Bilingual]
    is_filter: bool = False
    is_axis: bool = False


@dataclass(frozen=True, slots=True)
class Overlay:
    """People of a kind marked on the map by one symbol that stands for nothing else.

    `where`: coordinate to the codes that make the kind; all must hold. `meaning`: the legend's words.
    """

    name: str
    symbol: str
    title: Bilingual
    meaning: Bilingual
    where: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class MapSection:
    """The talent map: placements down, levels across, with what lets the browser filter, follow and compare.

    Parameters
    ----------
    anchor : str
        Unique in the board.
    title : Bilingual
        The heading.
    table : ProtectedTable
        `placement` × `level`, with `count`, `share` and, where a comparator is released, the figures of
        `etm_workbench.analysis.benchmark.beside`.
    significance : float
        The adjusted p-value below which a difference is called one, 0 to 1.
    definitions : mapping of code to Bilingual
        What each placement means.
    coordinates : tuple of Coordinate
        Of the profiles: `placement` and `level` among them.
    profiles : mapping of cycle to ProtectedTable
        One dimension `profile`, whose codes join the codes of some coordinates with `|`; earliest cycle first.
        Empty where the reader does not hold the records: then nothing is filtered.
    profiled : mapping of cycle to tuple of str
        The coordinates of each cycle's profiles, in the order of their codes.
    overlays : tuple of Overlay
        In the legend's order.
    names : bool
        Whether the reader may ask for the people in a cell.
    purposes : tuple of Bilingual
        What a list of people may be asked for.
    """

    anchor: str
    title: Bilingual
    table: ProtectedTable
    significance: float
    definitions: Mapping[str, Bilingual] = field(default_factory=dict)
    coordinates: tuple[Coordinate, ...] = ()
    profiles: Mapping[str, ProtectedTable] = field(default_factory=dict)
    profiled: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    overlays: tuple[Overlay, ...] = ()
    names: bool = False
    purposes: tuple[Bilingual, ...] = ()

    def __post_init__(self) -> None:
        if self.table.variables != ("placement", "level"):
            raise BadDefinition(
                f"The talent map was given a table by {', '.join(self.table.variables)}.",
                expected="Placement down, level across.",
                remedy='Count with rows="placement", columns="level".',
            )


Section = MapSection | PartsSection | FormSection


@dataclass(frozen=True, slots=True)
class Board:
    """A dashboard: sections in reading order under a title, with findings first.

    Parameters
    ----------
    name : str
        As in its address.
    title, subtitle : Bilingual
        What it is; scope, cycle and date.
    sections : tuple of Section
        In reading order.
    labels : mapping of variable to mapping of code to Bilingual
        Of every code its tables show.
    provenance : Provenance
        Where it comes from, as in a document.
    marking : Bilingual, optional
        Security marking, shown on screen and on each printed page.
    findings : tuple of Text
        Two or three sentences on top, their numbers bound to cells.

    Raises
    ------
    BadDefinition
        Two sections have the same anchor.
    """

    name: str
    title: Bilingual
    subtitle: Bilingual
    sections: tuple[Section, ...]
    labels: Labels
    provenance: Provenance
    marking: Bilingual | None = None
    findings: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        anchors = [section.anchor for section in self.sections]
        if twice := sorted({anchor for anchor in anchors if anchors.count(anchor) > 1}):
            raise BadDefinition(f"Two sections of a board have the anchor '{twice[0]}'.", remedy="Rename one.")
