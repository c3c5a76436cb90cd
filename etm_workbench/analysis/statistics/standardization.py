"""Indirect standardization: an organization's count against what its mix of levels would give.

Expected: what the organization would have if each of its levels had the service's rate.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import Literal

from numpy.typing import ArrayLike

from etm_workbench.analysis.statistics.inputs import amounts, one_of, same_length
from etm_workbench.analysis.statistics.notes import NOBODY
from etm_workbench.analysis.statistics.rates import CountMethod, count_limits
from etm_workbench.analysis.statistics.result import Result
from etm_workbench.errors import BadInput

_BYAR_FROM = 10  # events from which Byar's limits stand in for exact ones, as in PHEindicatormethods


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class StandardizedRatio(Result):
    """Observed over expected, with both counts and the rate it stands for.

    `observed`, `expected`: people. `reference_rate`: the service's rate. `rate`, `rate_low`, `rate_high`: ratio ×
    reference rate, what the organization would have with the service's mix; a share from 0 to 1.
    """

    observed: float
    expected: float
    reference_rate: float

    @property
    def rate(self) -> float:
        """Indirectly standardized rate."""
        return self.estimate * self.reference_rate

    @property
    def rate_low(self) -> float:
        """Its lower limit."""
        return self.low * self.reference_rate

    @property
    def rate_high(self) -> float:
        """Its upper limit."""
        return self.high * self.reference_rate


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """The service by stratum: `successes` of `totals`, arrays of one length."""

    successes: ArrayLike
    totals: ArrayLike


def standardized_ratio(
    observed: float,
    people: ArrayLike,
    *,
    reference: Reference,
    method: Literal["auto", "exact", "byar"] = "auto",
    level: float = 0.95,
) -> StandardizedRatio:
    """Observed count over the count expected from the service's rates and the organization's mix.

    Expected E = Σ nᵢ Rᵢ/Nᵢ over strata; the ratio is O/E, its limits those of a Poisson count over E.

    Parameters
    ----------
    observed : float
        People of the kind in the organization, all strata together.
    people : array of float
        The organization's people in each stratum.
    reference : Reference
        The service's people of the kind and all people in each stratum, in the same order.
    method : {"auto", "exact", "byar"}
        Limits; `auto` takes exact ones below ten observed and Byar's from ten up.
    level : float
        Confidence level.

    Returns
    -------
    StandardizedRatio
        `estimate`: O/E from 0 up, 1 for as expected. Nothing expected gives NaN and a note.

    Raises
    ------
    BadInput
        Negative numbers, arrays of different lengths, a stratum with people here and none in the service.

    Notes
    -----
    Missing answers are left out of both beforehand; ties do not arise. With strata small against the service the
    limits are slightly too wide, since shares vary less than Poisson counts.

    Source: Breslow and Day, Statistical Methods in Cancer Research 2, 1987, 2.3; checked against
    PHEindicatormethods' indirectly standardised rates.

    Examples
    --------
    >>> standardized_ratio(8, [10, 6, 4], reference=Reference([900, 600, 390], [5000, 2500, 1500]))
    <standardized_ratio_exact: n=20, quantity=ratio, estimate=1.86916, low=0.80697, high=3.68299, level=0.95,
    observed=8, expected=4.28, reference_rate=0.21>
    """
    here = amounts(people, "people").ravel()
    kind, total = amounts(reference.successes, "successes").ravel(), amounts(reference.totals, "totals").ravel()
    same_length({"people": here, "successes": kind, "totals": total})
    if ((total == 0) & (here > 0)).any():
        raise BadInput(
            "The organization has people in a stratum where the service has none.",
            expected="The service counts everybody, the organization included.",
            remedy="Merge that stratum with its neighbour in both.",
        )
    some = total > 0
    expected = float(here[some] @ (kind[some] / total[some]))
    count = float(amounts(observed, "observed"))
    one_of(method, "method", ("auto", "exact", "byar"))
    chosen: CountMethod = "byar" if method == "byar" or (method == "auto" and count >= _BYAR_FROM) else "exact"
    low, high = count_limits(count, method=chosen, level=level)
    result = StandardizedRatio(
        method=f"standardized_ratio_{chosen}",
        n=float(here.sum()),
        quantity="ratio",
        low=0,
        high=inf,
        level=level,
        observed=count,
        expected=expected,
        reference_rate=float(kind.sum() / total.sum()) if total.sum() else float("nan"),
    )
    if expected == 0:
        return replace(result, note=NOBODY)
    return replace(result, estimate=count / expected, low=low / expected, high=high / expected)
