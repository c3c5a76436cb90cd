"""What every statistic gives back: a small frozen result with the same names everywhere.

One shape for all methods lets a table, a sentence or a chart take any of them. A number that a method
does not give is NaN, never None, so that results can be compared without asking first.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import isnan, nan
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from etm_workbench.codebook import Bilingual

Alternative = Literal["two-sided", "less", "greater"]
ALTERNATIVES: tuple[Alternative, ...] = get_args(Alternative)

_NUMBERS = ("n", "statistic", "df", "z", "p_value", "estimate", "low", "high", "level", "standard_error", "error")

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Assumption:
    """One condition a method rests on, and whether these data meet it."""

    what: Bilingual
    met: bool


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Result:
    """One test or estimate.

    Parameters
    ----------
    method : str
        Key of the method in the catalogue: `fisher_exact`.
    n : float
        People the result rests on, missing answers left out.
    statistic, df, z : float
        The test statistic, its degrees of freedom, its standardized value; NaN where there is none.
    p_value : float
        Between 0 and 1; NaN for an estimate without a test.
    quantity : str
        What `estimate` is: `share`, `difference`, `odds_ratio`, `probability_of_superiority`…
    estimate, low, high : float
        The estimate and its confidence limits, in the unit of `quantity` (shares from 0 to 1).
    level : float
        Confidence level of the limits, from 0 to 1.
    standard_error : float
        Standard error of the estimate, where the method has one.
    alternative : Alternative
        The side tested.
    error : float
        Standard error of a simulated p-value; 0 when it was computed.
    assumptions : tuple of Assumption
        What the method rests on here.
    note : Bilingual or None
        What a reader must know: an edge case, missing answers, a simulation.
    """

    method: str
    n: float
    statistic: float = nan
    df: float = nan
    z: float = nan
    p_value: float = nan
    quantity: str = ""
    estimate: float = nan
    low: float = nan
    high: float = nan
    level: float = nan
    standard_error: float = nan
    alternative: Alternative = "two-sided"
    error: float = 0.0
    assumptions: tuple[Assumption, ...] = ()
    note: Bilingual | None = None

    def __post_init__(self) -> None:
        # numpy scalars print as np.float64(...) and pickle large: plain floats leave this package.
        for name in _NUMBERS:
            object.__setattr__(self, name, float(getattr(self, name)))

    @property
    def assumptions_met(self) -> bool:
        """Whether every assumption holds."""
        return all(assumption.met for assumption in self.assumptions)

    def __repr__(self) -> str:
        shown = [
            f"{field.name}={_short(getattr(self, field.name))}" for field in fields(self) if self._tells(field.name)
        ]
        return f"<{self.method}: {', '.join(shown)}>"

    def _tells(self, name: str) -> bool:
        value = getattr(self, name)
        if name in {"method", "assumptions", "note"} or (name == "error" and value == 0):
            return False
        return not (isinstance(value, float) and isnan(value)) and value not in ("", "two-sided")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class TableResult(Result):
    """A test of a table, with what was expected and where it differs.

    Parameters
    ----------
    expected : ndarray of float
        Expected count of each cell, in the shape of the table.
    residuals : ndarray of float
        Pearson residuals (observed - expected) / sqrt(expected).
    standardized_residuals : ndarray of float
        Residuals over their own standard error: about standard normal when nothing differs.
    """

    expected: FloatArray
    residuals: FloatArray
    standardized_residuals: FloatArray

    def _tells(self, name: str) -> bool:
        return name not in {"expected", "residuals", "standardized_residuals"} and Result._tells(self, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervals:
    """An estimate and its limits for each of several things at once.

    `estimate`, `low`, `high`: arrays of one shape. `level`: of the whole set when `simultaneous`,
    otherwise of each one.
    """

    method: str
    estimate: FloatArray
    low: FloatArray
    high: FloatArray
    level: float
    simultaneous: bool
    note: Bilingual | None = None


def _short(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
