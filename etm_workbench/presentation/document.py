"""What a run of a notebook says, as parts, with where it comes from. Every format is rendered from it.

A document is JSON on disk: the same run gives the same bytes. It holds both languages; a rendering
chooses one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.errors import BadDefinition, BadInput
from etm_workbench.presentation.layout import Layout
from etm_workbench.presentation.parts import (
    ChartPart,
    Heading,
    Note,
    PageBreak,
    Part,
    RosterPart,
    TablePart,
    Text,
)
from etm_workbench.presentation.tabledata import CellRef, TableData
from etm_workbench.presentation.words import COMMON_CODES
from etm_workbench.roster import MARKING

__all__ = [
    "CellRef", "ChartPart", "Document", "Heading", "Labels", "Layout", "Note", "PageBreak", "Part", "Provenance",
    "RosterPart", "TableData", "TablePart", "Text",
]  # fmt: skip

Labels = Mapping[str, Mapping[str, Bilingual]]
VARIABLE = "@variable"  # in labels: the name of the variable itself
ROSTER_MARKING = Bilingual(MARKING["en"], MARKING["fr"])


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a document comes from, printed at its end and in each file's properties.

    Parameters
    ----------
    report : str
        Name of the report.
    parameters : mapping of str to str
        As the run was given them.
    data_version, code_version, policy : str
        Hash of the records' file versions; the workbench's version; policy name and hash.
    audience : str
        Who may read it.
    ledger_entry : int, optional
        Its number in the release ledger; None before it is recorded.
    definition_hash : str
        Hash of the notebook or ad hoc definition.
    made_on : str, optional
        ISO date; left out where the same inputs must give the same bytes.
    """

    report: str
    parameters: Mapping[str, str]
    data_version: str
    code_version: str
    policy: str
    audience: str
    ledger_entry: int | None
    definition_hash: str
    made_on: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """Parts in reading order, with titles, labels and provenance.

    Parameters
    ----------
    title, subtitle : Bilingual
        As on the cover.
    parts : tuple of Part
        In reading order.
    provenance : Provenance
        Where it comes from.
    marking : Bilingual, optional
        Security marking at the top right of each page; a roster's is always Protected B.
    labels : mapping of variable to mapping of code to Bilingual
        Of every code its tables show; the variable's own name stands under `@variable`.
    kind : {"aggregate", "roster"}
        Only a roster may hold named people.

    Raises
    ------
    BadDefinition
        Two parts have the same name, a label is missing, or an aggregate document holds named people.
    """

    title: Bilingual
    subtitle: Bilingual
    parts: tuple[Part, ...]
    provenance: Provenance
    marking: Bilingual | None = None
    labels: Labels = field(default_factory=dict)
    kind: Literal["aggregate", "roster"] = "aggregate"

    def __post_init__(self) -> None:
        if self.kind == "roster":
            object.__setattr__(self, "marking", ROSTER_MARKING)
        _check_names(self)
        _check_kind(self)
        _check_labels(self)

    def to_json(self) -> str:
        """Canonical JSON: sorted keys, no spaces, so that equal documents are equal bytes."""
        payload = _adapter().dump_python(self, mode="json")
        return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> Document:
        """The document back from `to_json`.

        Raises
        ------
        BadInput
            The text is not a document.
        """
        try:
            return _adapter().validate_json(text)
        except ValidationError as problem:
            first = problem.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise BadInput(
                f"This is not a document of the workbench: '{where}' {first['type'].replace('_', ' ')}.",
                remedy="Run the report again.",
            ) from problem

    def tables(self) -> Iterator[TablePart | ChartPart]:
        """The parts that hold a table, in reading order."""
        for part in self.parts:
            if isinstance(part, (TablePart, ChartPart)):
                yield part


@cache
def _adapter() -> TypeAdapter[Document]:
    return TypeAdapter(Document)


def _check_names(document: Document) -> None:
    names = [part.name for part in document.parts if isinstance(part, (TablePart, ChartPart, RosterPart))]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise BadDefinition(f"Two parts of a document are called '{twice[0]}'.", remedy="Give each its own name.")


def _check_kind(document: Document) -> None:
    named = [part.name for part in document.parts if isinstance(part, RosterPart)]
    if named and document.kind != "roster":
        raise BadDefinition(
            f"The roster '{named[0]}' stands in a document of statistics.",
            expected="Names and statistics are separate files.",
            remedy="Put it in a document of kind 'roster'.",
        )


def _check_labels(document: Document) -> None:
    missing = []
    for part in document.tables():
        for variable in (*part.layout.rows, *part.layout.columns):
            known: Mapping[str, Any] = document.labels.get(variable, {})
            wanted = (*part.layout.codes(part.data, variable), VARIABLE)
            missing += [f"{variable}={code}" for code in wanted if code not in known and code not in COMMON_CODES]
    if missing:
        unique = list(dict.fromkeys(missing))
        raise BadDefinition(
            f"{len(unique)} codes have no label: {', '.join(unique[:20])}.",
            expected="Both languages, for every code and variable a table shows.",
            remedy="Add them to the codebook, or pass them to labels_for.",
        )
