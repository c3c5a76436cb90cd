"""Validated records of one or more cycles, in a scope. A hand-off type: its repr shows shape only.

Intake and the store make a `Cadre`; analysis reads it. One row is one person in one cycle.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import NoReturn

import pandas as pd

from etm_workbench.codebook import Codebook
from etm_workbench.errors import BadInput, UnprotectedOutput, nearest
from etm_workbench.sensitive import WHOLE, Whole

KEYS = ("person_key", "cycle", "organization")


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose records, seen by whom.

    `cycles`: in order. `organizations`: identifiers, or None for the whole service. `audience`: who
    reads what comes out; names a policy. `viewer`: identity for the access log. `data_version`: hash of
    the file versions behind the records.
    """

    cycles: tuple[str, ...]
    organizations: tuple[str, ...] | None
    audience: str
    viewer: str = ""
    data_version: str = ""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Cadre:
    """Records of executives: one row a person and cycle.

    Parameters
    ----------
    records : DataFrame
        Columns `person_key` (pseudonym), `cycle`, `organization` (identifier), then the codebook's
        variables. Coded variables hold codes, multiple answers hold tuples of codes, dates are
        `datetime64`, missing is None/NaN/NaT. No direct identifier.
    codebook : Codebook
        Of the latest cycle.
    scope : Scope
        Whose records, seen by whom.
    filters : tuple of (variable, codes)
        What `where` kept.
    narrowed : pair of DataFrame, or None
        The records, and what they were before `where` kept those who gave an answer; read by `asked`.
    """

    records: pd.DataFrame
    codebook: Codebook
    scope: Scope
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    narrowed: tuple[pd.DataFrame, pd.DataFrame] | None = None
    _whole: Whole = field(default=WHOLE, init=False)

    def __post_init__(self) -> None:
        if missing := [name for name in KEYS if name not in self.records.columns]:
            raise BadInput(f"Records lack {', '.join(missing)}.", remedy="Read them through the store.")

    def where(self, **codes: str | Iterable[str]) -> Cadre:
        """The people whose variables hold one of the codes.

        Parameters
        ----------
        **codes
            Variable name to one code or several; a multiple-answer variable matches when any does.

        Raises
        ------
        BadInput
            A variable is not in the records; the nearest name is offered.
        """
        kept, filters = self.records, dict(self.filters)
        asked, by_answer = (kept if self.asked is None else self.asked), self.asked is not None
        for variable, wanted in codes.items():
            if variable not in kept.columns:
                raise BadInput(f"There is no variable '{variable}'.", remedy=nearest(variable, kept.columns))
            accepted = (wanted,) if isinstance(wanted, str) else tuple(wanted)
            kept = kept[_holds_any(kept[variable], accepted)]
            if self._is_answer(variable):
                by_answer = True
            else:
                asked = asked[_holds_any(asked[variable], accepted)]
            earlier = filters.get(variable)
            filters[variable] = tuple(sorted(set(accepted) & set(earlier) if earlier else set(accepted)))
        narrowed = (kept, asked) if by_answer else None
        return replace(self, records=kept, filters=tuple(sorted(filters.items())), narrowed=narrowed)

    @property
    def asked(self) -> pd.DataFrame | None:
        """The records before `where` kept those who gave an answer; None if it did not, or they were changed since."""
        return self.narrowed[1] if self.narrowed is not None and self.narrowed[0] is self.records else None

    def _is_answer(self, variable: str) -> bool:
        """Whether a variable says more of people than everybody knows."""
        known = self.codebook.variables
        return variable in known and known[variable].sensitivity != "establishment"

    def in_cycle(self, cycle: str) -> Cadre:
        """The records of one cycle."""
        kept, asked = self.records[self.records["cycle"] == cycle], self.asked
        narrowed = None if asked is None else (kept, asked[asked["cycle"] == cycle])
        return replace(self, records=kept, scope=replace(self.scope, cycles=(cycle,)), narrowed=narrowed)

    @property
    def cycle(self) -> str:
        """The latest cycle in scope."""
        return self.scope.cycles[-1]

    def __repr__(self) -> str:
        variables = len(self.records.columns) - len(KEYS)
        cycles = ", ".join(self.scope.cycles)
        return f"<Cadre of {cycles} for {self.scope.audience}: {variables} variables; count, compare or test it>"

    __str__ = __repr__

    def __reduce__(self) -> NoReturn:
        raise UnprotectedOutput(
            "A cadre holds people's records and cannot be pickled.",
            remedy="Open the store again where the records are needed.",
        )


def _holds_any(values: pd.Series, accepted: tuple[str, ...]) -> pd.Series:
    wanted = set(accepted)
    if values.map(lambda answer: isinstance(answer, tuple)).any():
        return values.map(lambda answers: isinstance(answers, tuple) and bool(wanted & set(answers))).astype(bool)
    return values.isin(wanted)
