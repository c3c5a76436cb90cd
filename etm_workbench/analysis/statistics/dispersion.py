"""Do organizations differ more than chance would have it, and by how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from etm_workbench.analysis.statistics.inputs import amounts, one_of, probability, same_length
from etm_workbench.analysis.statistics.result import FloatArray
from etm_workbench.errors import BadInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispersion:
    """Spread of organizations around a common value, against what chance gives.

    Parameters
    ----------
    phi : float
        Mean squared standardized distance: about 1 when chance explains everything.
    tau_squared : float
        Variance between organizations on the transformed scale, 0 when chance explains everything.
    p_value : float
        Chance of so large a phi when nothing but chance is at work.
    units : int
        Organizations used after trimming.
    """

    phi: float
    tau_squared: float
    p_value: float
    units: int


def dispersion_of_ratios(
    observed: ArrayLike,
    expected: ArrayLike,
    *,
    transform: Literal["log", "square_root"] = "log",
    trim: float = 0.1,
    extremes: Literal["leave_out", "winsorize"] = "leave_out",
) -> Dispersion:
    """Over-dispersion of observed counts around expected ones.

    z = sqrt(E) log(O/E), or 2 (sqrt(O) - sqrt(E)); φ = Σ z²/n.
    τ² = max(0, (nφ - (n - 1))/(Σw - Σw²/Σw)), w = E on the log scale and 4E on the square-root scale.

    Parameters
    ----------
    observed, expected : array of float, same length
        Counts of each organization.
    transform : {"log", "square_root"}
        Scale of z; the log scale leaves out organizations with nobody observed.
    trim : float
        Share of organizations at each end that may be extreme, 0 to below ½; whole organizations, rounded down.
    extremes : {"leave_out", "winsorize"}
        What to do with them: leave out, or move to the nearest that is kept.

    Returns
    -------
    Dispersion
        Fewer than two organizations give phi 1.

    Raises
    ------
    BadInput
        Negative numbers, different lengths, a trim outside its range.

    Notes
    -----
    Missing answers are left out beforehand; organizations with nothing expected are left out. Ties do not matter.

    Source: Spiegelhalter, Quality and Safety in Health Care 14, 2005, 347-351; NHS Digital, SHMI methodology;
    checked against FunnelPlotR.

    Examples
    --------
    >>> round(dispersion_of_ratios([100, 150, 180, 80, 120, 225], [108, 112, 165, 95, 100, 220]).phi, 6)
    2.948033
    """
    count, mean = amounts(observed, "observed").ravel(), amounts(expected, "expected").ravel()
    same_length({"observed": count, "expected": mean})
    one_of(transform, "transform", ("log", "square_root"))
    usable = (mean > 0) & ((count > 0) | (transform == "square_root"))
    count, mean = count[usable], mean[usable]
    if transform == "log":
        z, precision = np.sqrt(mean) * np.log(count / mean), mean
    else:
        z, precision = 2 * (np.sqrt(count) - np.sqrt(mean)), 4 * mean
    return _dispersion(z, precision, trim, extremes)


def dispersion_of_shares(
    successes: ArrayLike,
    totals: ArrayLike,
    *,
    target: float | None = None,
    trim: float = 0.1,
    extremes: Literal["leave_out", "winsorize"] = "leave_out",
) -> Dispersion:
    """Over-dispersion of shares around a common share.

    z = (p - π)/sqrt(π(1 - π)/n); φ = Σ z²/n, and τ² as for `dispersion_of_ratios` with w = n/(π(1 - π)).

    Parameters
    ----------
    successes, totals : array of float, same length
        People of one kind and all people of each organization.
    target : float, optional
        The common share π; that of everybody by default.
    trim, extremes
        As for `dispersion_of_ratios`.

    Returns
    -------
    Dispersion
        Fewer than two organizations, or a common share of 0 or 1, give phi 1.

    Raises
    ------
    BadInput
        Negative numbers, different lengths, a trim or target outside its range.

    Notes
    -----
    Missing answers are left out beforehand; empty organizations are left out. Ties do not matter. Source: as
    `dispersion_of_ratios`.

    Examples
    --------
    >>> round(dispersion_of_shares([8, 30, 10, 25], [40, 100, 60, 50]).phi, 3)
    4.173
    """
    part, total = amounts(successes, "successes").ravel(), amounts(totals, "totals").ravel()
    same_length({"successes": part, "totals": total})
    part, total = part[total > 0], total[total > 0]
    common = float(part.sum() / max(total.sum(), 1)) if target is None else probability(target, "target")
    if common in (0, 1):
        return Dispersion(phi=1.0, tau_squared=0.0, p_value=1.0, units=int(total.size))
    precision = total / (common * (1 - common))
    return _dispersion((part / total - common) * np.sqrt(precision), precision, trim, extremes)


def _dispersion(z: FloatArray, precision: FloatArray, trim: float, extremes: str) -> Dispersion:
    if not 0 <= trim < 0.5:
        raise BadInput("'trim' is outside its range.", expected="From 0 to below 0.5.")
    one_of(extremes, "extremes", ("leave_out", "winsorize"))
    cut, order = int(trim * z.size), np.argsort(z, kind="stable")
    kept = order[cut : z.size - cut]
    if kept.size < 2:
        return Dispersion(phi=1.0, tau_squared=0.0, p_value=1.0, units=int(kept.size))
    used = kept if extremes == "leave_out" else order
    values, weights = np.clip(z[used], z[kept].min(), z[kept].max()), precision[used]
    total, units = float((values**2).sum()), int(used.size)
    between = (total - (units - 1)) / (weights.sum() - (weights**2).sum() / weights.sum())
    return Dispersion(
        phi=total / units,
        tau_squared=max(0.0, float(between)),
        p_value=float(stats.chi2.sf(total, units)),
        units=units,
    )
