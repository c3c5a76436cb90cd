"""Named rows for people entitled to them. A hand-off type with a route of its own.

A roster is made by `access.open_roster`, which checks who asks and writes the access log first.
It never becomes a table: nothing in analysis or protection accepts one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from etm_workbench.errors import NotAllowed, UnprotectedOutput
from etm_workbench.sensitive import WHOLE, Whole

MARKING = {"en": "Protected B", "fr": "Protégé B"}


class Grant:
    """Proof that access was checked and logged; `access` makes one for each roster."""

    __slots__ = ("entry",)

    def __init__(self, entry: int) -> None:
        self.entry = entry


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Roster:
    """Named executives in a scope, for one reader and one purpose.

    Parameters
    ----------
    columns : tuple of str
        Codebook variables, in display order; `name` first.
    rows : tuple of mapping
        One a person: column to code or text.
    reader, purpose : str
        Who reads it and what for, as written to the access log.
    grant : Grant
        The access log's entry.
    """

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]
    reader: str
    purpose: str
    grant: Grant | None = field(default=None)
    _whole: Whole = field(default=WHOLE, init=False)

    def __post_init__(self) -> None:
        if not isinstance(self.grant, Grant):
            raise NotAllowed(
                "A roster of names was asked for without an access check.",
                remedy="Open it through etm_workbench.access.open_roster.",
            )

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        return f"<Roster for {self.purpose}: {len(self.columns)} columns, Protected B>"

    def __reduce__(self) -> NoReturn:
        raise UnprotectedOutput("A roster holds names and cannot be pickled.", remedy="Open it again where needed.")
