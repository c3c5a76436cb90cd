"""Tables of counts in CSV, protected: one row an inner cell in, one row a cell with margins out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

from etm_workbench.errors import BadInput, nearest
from etm_workbench.presentation.explanations import explained
from etm_workbench.protected import Explanation, ProtectedTable, Shown
from etm_workbench.protection.dial import Setting, dial, settings_of
from etm_workbench.protection.policy import Policy, load_policy
from etm_workbench.protection.protect import protect
from etm_workbench.protection.scope import ReleaseScope
from etm_workbench.protection.why import whole_reason
from etm_workbench.sensitive import TOTAL, Dimension, Evidence, Population, SensitiveTable, Sensitivity

_NAME = "table"
_SCOPE = ReleaseScope((), (), "csv")


@dataclass(frozen=True, repr=False)
class CountsFile:
    """A table of counts from a file, with the policy it is protected under.

    Parameters
    ----------
    table : SensitiveTable
        With fictional people behind its counts.
    policy : Policy
        Of the audience.
    value : str
        The column of counts.
    """

    table: SensitiveTable
    policy: Policy
    value: str

    def protect(self) -> ProtectedTable:
        """The table protected by itself; nothing is recorded.

        Raises
        ------
        CannotProtect
            No safe form exists.
        """
        return protect({_NAME: self.table}, self.policy, _SCOPE)[_NAME]

    def as_csv(self, made: ProtectedTable) -> str:
        """The protected table: a row a cell, the policy's sign where it is withheld."""
        sign = self.policy.symbols.withheld
        rows = ([*key, f"{cell.value:.0f}" if isinstance(cell, Shown) else sign] for key, cell in made.rows())
        return _csv([*made.variables, self.value], rows)

    def reasons(self, made: ProtectedTable, *, inside: bool) -> str:
        """Why each withheld cell is withheld: a row a cell, in both languages.

        Parameters
        ----------
        made : ProtectedTable
            From `protect`.
        inside : bool
            Whether the whole reason is given, for whoever holds the counts; readers may not have it.
        """
        return _csv([*made.variables, "why", "pourquoi"], self._reasons(made, inside=inside))

    def _reasons(self, made: ProtectedTable, *, inside: bool) -> Iterator[list[str]]:
        for key in made.keys:
            codes = dict(zip(made.variables, key, strict=True))
            if why := self._why(made, codes, inside=inside):
                sentences = explained(why, {})
                yield [*key, " ".join(s.en for s in sentences), " ".join(s.fr for s in sentences)]

    def _why(self, made: ProtectedTable, codes: dict[str, str], *, inside: bool) -> Explanation | None:
        if not inside:
            return made.why(**codes)
        return whole_reason({_NAME: self.table}, {_NAME: made}, self.policy, _NAME, **codes)

    def dial(self, of: Sensitivity, thresholds: Iterable[int]) -> tuple[Setting, ...]:
        """What other thresholds of one class would hide or show; the policy as it stands comes first."""
        return dial({_NAME: self.table}, settings_of(self.policy, of, thresholds), scope=_SCOPE)


def read_counts(path: Path, *, audience: str, value: str, sensitive: Sequence[str] = ()) -> CountsFile:
    """The table of counts of a file.

    Parameters
    ----------
    path : Path
        One row an inner cell: a column a dimension, and `value` with the people in it. No totals: they are
        made here.
    audience : str
        Whose policy.
    value : str
        The column of counts.
    sensitive : sequence of str
        Columns that hold judgements about people; the last dimension when none is named.

    Raises
    ------
    BadInput
        A column is missing, or a count is not a whole number of people.
    """
    cells = pd.read_csv(path, dtype=str, keep_default_na=False)
    for name in (value, *sensitive):
        if name not in cells.columns:
            raise BadInput(f"'{path.name}' has no column '{name}'.", remedy=nearest(name, cells.columns))
    counts = pd.to_numeric(cells[value], errors="coerce")
    wrong = counts.isna() | (counts < 0) | (counts % 1 != 0)
    if wrong.any():
        raise BadInput(
            f"'{path.name}' has {int(wrong.sum())} rows whose '{value}' is not a number of people.",
            expected="0, 1, 2 and so on.",
        )
    policy = load_policy(audience)
    return CountsFile(_table(cells, counts.astype(int).to_numpy(), value, tuple(sensitive)), policy, value)


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def _table(cells: pd.DataFrame, counts: np.ndarray, value: str, sensitive: tuple[str, ...]) -> SensitiveTable:
    """The table with fictional people behind its counts: nobody stands in two cells."""
    names = [str(name) for name in cells.columns if name != value]
    judged = set(sensitive or names[-1:])
    dimensions = tuple(
        Dimension.flat(name, dict.fromkeys(cells[name]), sensitivity="judgement" if name in judged else "establishment")
        for name in names
    )
    people = cells.loc[cells.index.repeat(counts), names].reset_index(drop=True)
    shape = [len(dimension.codes) for dimension in dimensions]
    places = np.zeros((len(people), 1), np.int64)
    for dimension, size in zip(dimensions, shape, strict=True):
        own = pd.Index(dimension.codes).get_indexer(pd.Index(people[dimension.variable]))
        both = np.stack([own, np.full(len(people), dimension.codes.index(TOTAL))], axis=1)
        places = (places[:, :, None] * size + both[:, None, :]).reshape(len(people), -1)
    columns = np.repeat(np.arange(len(people)), places.shape[1])
    contributors = sparse.csr_array(
        (np.ones(columns.size, np.int32), (places.ravel(), columns)), shape=(int(np.prod(shape)), len(people))
    )
    identities = np.array([f"{number}@" for number in range(len(people))], dtype=np.str_)
    return SensitiveTable(_NAME, dimensions, Population(("",), ""), "establishment", Evidence(contributors, identities))
