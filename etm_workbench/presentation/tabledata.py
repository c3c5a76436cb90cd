"""A protected table as renderers read it, and single cells of it.

A document travels as a file. Reading a file back must not make a `ProtectedTable`, since only
protection and bundles may; so a document holds this read-only view, which is made from a protected
table or from a document that once was. Withheld cells stay withheld, with their reason.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from typing import Any, cast

from etm_workbench.errors import BadDefinition, UnprotectedOutput, nearest
from etm_workbench.protected import Cell, ProtectedTable, Reason, Shown, Withheld
from etm_workbench.sensitive import TOTAL, Dimension, FigureKind, Node

Key = tuple[str, ...]


@dataclass(frozen=True)
class TableData:
    """The payload of a protected table, with cells found by figure and codes.

    Parameters
    ----------
    payload : mapping
        What `ProtectedTable.to_payload` wrote.
    """

    payload: Mapping[str, Any]

    @classmethod
    def of(cls, table: ProtectedTable | TableData) -> TableData:
        """The view of a protected table.

        Raises
        ------
        UnprotectedOutput
            Anything else was given.
        """
        if isinstance(table, TableData):
            return table
        if not isinstance(table, ProtectedTable):
            raise UnprotectedOutput(
                f"A {type(table).__name__} was handed to a report.",
                expected="Reports are made of protected tables only.",
                remedy="Pass the table through wb.protect.",
            )
        return _view_of(table)

    @property
    def name(self) -> str:
        """Name in the release."""
        return str(self.payload["name"])

    @cached_property
    def dimensions(self) -> tuple[Dimension, ...]:
        """Variables with their codes as trees."""
        return tuple(
            Dimension(v, tuple(Node(*n) for n in nodes), *rest) for v, nodes, *rest in self.payload["dimensions"]
        )

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """The variable of each dimension."""
        return tuple(dimension.variable for dimension in self.dimensions)

    @cached_property
    def kinds(self) -> Mapping[str, FigureKind]:
        """The kind of each figure, in order."""
        return {name: kind for name, kind, _ in self.payload["figures"]}

    def codes(self, variable: str) -> tuple[str, ...]:
        """Codes of a dimension in display order; `BadDefinition` when the table has no such dimension."""
        if variable not in self._codes:
            raise BadDefinition(
                f"Table '{self.name}' has no dimension '{variable}'.", remedy=nearest(variable, self.variables)
            )
        return self._codes[variable]

    def key(self, codes: Mapping[str, str]) -> Key:
        """The full key of a cell; a dimension not named means its total.

        Raises
        ------
        BadDefinition
            A dimension or code does not exist in this table, or a dimension without a total is not named.
        """
        for variable in codes:
            self.codes(variable)
        key = tuple(codes.get(variable, TOTAL) for variable in self.variables)
        for variable, code in zip(self.variables, key, strict=True):
            if code not in self.codes(variable):
                raise BadDefinition(
                    f"Dimension '{variable}' of table '{self.name}' has no code '{code}'.",
                    remedy=nearest(code, self.codes(variable)),
                )
        return key

    def cell(self, figure: str, key: Key) -> Cell:
        """One cell; `BadDefinition` when the table has no such figure."""
        if figure not in self.kinds:
            raise BadDefinition(f"Table '{self.name}' has no figure '{figure}'.", remedy=nearest(figure, self.kinds))
        return self._cells[figure, key]

    @cached_property
    def _codes(self) -> dict[str, tuple[str, ...]]:
        return {dimension.variable: dimension.codes for dimension in self.dimensions}

    @cached_property
    def _cells(self) -> dict[tuple[str, Key], Cell]:
        keys = list(product(*(dimension.codes for dimension in self.dimensions)))
        return {
            (name, key): Withheld(cast("Reason", value)) if isinstance(value, str) else Shown(value, kind)
            for name, kind, values in self.payload["figures"]
            for key, value in zip(keys, values, strict=True)
        }


@lru_cache(maxsize=32)
def _view_of(table: ProtectedTable) -> TableData:
    """The view, kept for a while: every sentence and every chart asks for that of its table."""
    return TableData(json.loads(json.dumps(table.to_payload(), allow_nan=False)))


@dataclass(frozen=True, slots=True)
class CellRef:
    """One cell bound into a sentence: where it stands, and what it holds.

    Parameters
    ----------
    table, figure : str
        Names of the table and of its figure.
    key : tuple of str
        One code a dimension.
    kind : FigureKind
        How it is written unless the sentence asks otherwise.
    value : float, optional
        The number; None when it is withheld.
    reason : Reason, optional
        Why it is withheld; None when it is shown.
    """

    table: str
    figure: str
    key: Key
    kind: FigureKind
    value: float | None = None
    reason: Reason | None = None

    @classmethod
    def of(cls, table: ProtectedTable | TableData, figure: str = "count", **codes: str) -> CellRef:
        """The cell of `figure` with these codes; a dimension not named means its total."""
        data = TableData.of(table)
        key = data.key(codes)
        cell = data.cell(figure, key)
        if isinstance(cell, Shown):
            return cls(data.name, figure, key, cell.kind, value=cell.value)
        return cls(data.name, figure, key, data.kinds[figure], reason=cell.reason)

    @property
    def cell(self) -> Cell:
        """The cell as protected tables hold it."""
        return Shown(self.value, self.kind) if self.value is not None else Withheld(self.reason or "not_available")

    @property
    def identifier(self) -> str:
        """Table, key and figure in one string; rendered numbers carry it so that they can be checked."""
        return cell_identifier(self.table, self.key, self.figure)


def cell_identifier(table: str, key: Key, figure: str) -> str:
    """Table, key and figure in one string, as in the `data-cell` of a page."""
    return f"{table}:{'|'.join(key)}:{figure}"
