"""How a protected table is laid out: which dimensions are rows and columns, which figures are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.errors import BadDefinition
from etm_workbench.presentation.locale import Format
from etm_workbench.sensitive import TOTAL

if TYPE_CHECKING:
    from etm_workbench.presentation.tabledata import TableData


@dataclass(frozen=True, slots=True)
class Layout:
    """The rows, columns and figures of a table.

    Parameters
    ----------
    rows, columns : tuple of str
        Variables; the first is the outermost. Columns may be empty.
    figures : tuple of str
        Side by side within each column.
    where : mapping of variable to code
        Where a dimension that is neither row nor column stands; its total when not given.
    only : mapping of variable to tuple of str
        Codes to show, in this order; all of the table's when not given.
    formats : mapping of figure to format
        Where the figure's kind does not say it.
    headings : mapping of figure to Bilingual
        Column headings of figures, where the usual words do not fit.
    alphabetical : tuple of str
        Variables whose categories are put in the reader's alphabetical order, totals last.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...] = ()
    figures: tuple[str, ...] = ("count",)
    where: Mapping[str, str] = field(default_factory=dict)
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    formats: Mapping[str, Format] = field(default_factory=dict)
    headings: Mapping[str, Bilingual] = field(default_factory=dict)
    alphabetical: tuple[str, ...] = ()

    def check(self, table: TableData) -> None:
        """Refuse a layout that does not fit the table.

        Raises
        ------
        BadDefinition
            A variable, code or figure is not in the table; there are no rows; a variable is used twice;
            a dimension left out has no total.
        """
        used = (*self.rows, *self.columns)
        if not self.rows or not self.figures or len(set(used)) != len(used):
            raise BadDefinition(
                f"The layout of table '{table.name}' is not a table.",
                expected="At least one row variable, one figure, and each variable once.",
                remedy="Name each variable of the table under rows or columns.",
            )
        for variable, codes in self.only.items():
            for code in codes:
                table.key({**{v: table.codes(v)[0] for v in table.variables}, variable: code})
        first = {variable: table.codes(variable)[0] for variable in used}
        key = table.key({**self.where, **first})
        for figure in self.figures:
            table.cell(figure, key)

    def codes(self, table: TableData, variable: str) -> tuple[str, ...]:
        """The codes of a variable that are shown, in order."""
        return tuple(self.only.get(variable) or table.codes(variable))

    def key(self, table: TableData, codes: Mapping[str, str]) -> tuple[str, ...]:
        """The full key of a cell of this layout."""
        return tuple(codes.get(v, self.where.get(v, TOTAL)) for v in table.variables)
