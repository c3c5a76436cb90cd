"""What can be asked of the records in scope: the view that sessions and benchmarks count through."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from etm_workbench.analysis import completeness, measures, tabulate
from etm_workbench.cadre import Cadre
from etm_workbench.sensitive import SensitiveTable

Variables = str | Iterable[str]


@dataclass(frozen=True, repr=False)
class CadreView:
    """What can be asked of the records in scope; every answer is a sensitive table for `wb.protect`."""

    cadre: Cadre

    def where(self, **codes: str | Iterable[str]) -> CadreView:
        """The people whose variables hold one of the codes; names are checked against the codebook."""
        return CadreView(self.cadre.where(**codes))

    def count(
        self,
        *,
        rows: Variables,
        columns: Variables = (),
        share_of: str | None = None,
        clusters: bool = False,
        bounds: bool = False,
    ) -> SensitiveTable:
        """People by the variables in `rows` and `columns`, with margins.

        Parameters
        ----------
        rows, columns : str or iterable of str
            Codebook variables; together one to five.
        share_of : str, optional
            Adds each count's share of those who answered this variable.
        clusters : bool
            Group the organizations by cluster.
        bounds : bool
            Adds what each share lies between while answers are missing.

        Returns
        -------
        SensitiveTable
            Protect it to see numbers. People, as of the cycle's headcount date.
        """
        names = [
            ("cluster" if clusters and name == "organization" else name) for name in (*_list(rows), *_list(columns))
        ]
        table = tabulate.count(self.cadre, "table", *names)
        if share_of and bounds:
            table = completeness.with_bounds(table, share_of)
        return measures.with_shares(table, share_of) if share_of else table

    def __repr__(self) -> str:
        return repr(self.cadre)


def _list(variables: Variables) -> tuple[str, ...]:
    return (variables,) if isinstance(variables, str) else tuple(variables)
