"""Random draws of whole columns: codes by shares, codes by utilities, several answers at once.

Each function takes the generator and draws for everybody in one go; none loops over people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.object_]
Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]
Dates = npt.NDArray[np.datetime64]


def codes(rng: np.random.Generator, shares: Mapping[str, float], count: int) -> Codes:
    """`count` codes drawn independently in the given shares, which sum to one."""
    names = np.array(list(shares), dtype=object)
    return names[_positions(rng.random(count), np.array(list(shares.values())))]


def codes_by(rng: np.random.Generator, group: Codes, shares: Mapping[str, Mapping[str, float]]) -> Codes:
    """One code a person, in the shares of the person's group; None where the group has no shares."""
    drawn = np.full(len(group), None, dtype=object)
    for name, of_group in shares.items():
        here = np.flatnonzero(group == name)
        drawn[here] = codes(rng, of_group, len(here))
    return drawn


def ordered_codes(score: Numbers, shares: Mapping[str, float]) -> Codes:
    """Codes from lowest to highest by standard normal `score`, in the given shares."""
    names = np.array(list(shares), dtype=object)
    return names[_positions(_normal_cdf(score), np.array(list(shares.values())))]


def chosen(rng: np.random.Generator, utilities: Numbers) -> Integers:
    """The column of the highest utility a row after Gumbel noise: a multinomial logit draw."""
    columns: Integers = np.argmax(utilities + rng.gumbel(size=utilities.shape), axis=1)
    return columns


def several(rng: np.random.Generator, shares: Sequence[npt.NDArray[np.floating[Any]]], names: Sequence[str]) -> Codes:
    """A tuple of codes a person: each named with its own probability (one array of shares a code)."""
    named = rng.random((len(names), len(shares[0]))) < np.stack(list(shares))
    return tuples(named, names)


def tuples(named: Flags, names: Sequence[str]) -> Codes:
    """Rows of codes by people, True where named, as one tuple of codes a person."""
    answers = np.full(named.shape[1], None, dtype=object)
    weights = 1 << np.arange(len(names), dtype=np.int64)
    patterns = weights @ named.astype(np.int64)
    for pattern in np.unique(patterns):
        here = np.flatnonzero(patterns == pattern)
        answer = tuple(name for name, weight in zip(names, weights, strict=True) if pattern & weight)
        filled = np.empty(len(here), dtype=object)
        filled[:] = [answer] * len(here)
        answers[here] = filled
    return answers


def only_where(flags: Flags, values: Codes) -> Codes:
    """The values where a flag is set, None elsewhere."""
    kept = np.full(len(values), None, dtype=object)
    kept[flags] = values[flags]
    return kept


def days_after(start: Dates, days: Numbers | Integers) -> Dates:
    """Dates so many days later."""
    dates: Dates = start.astype("datetime64[D]") + np.asarray(days).astype("timedelta64[D]")
    return dates


def years_after(start: Dates, years: int) -> Dates:
    """The same day so many years later (the 29th of February becomes the 1st of March)."""
    months = start.astype("datetime64[M]")
    into_month = start.astype("datetime64[D]") - months.astype("datetime64[D]")
    dates: Dates = (months + np.timedelta64(12 * years, "M")).astype("datetime64[D]") + into_month
    return dates


def years_between(start: Dates, end: np.datetime64) -> Numbers:
    """Years from each date to `end`, negative when it is later."""
    days = (end.astype("datetime64[D]") - start.astype("datetime64[D]")).astype(np.float64)
    years: Numbers = days / 365.25
    return years


def _positions(uniform: Numbers, shares: Numbers) -> Integers:
    return np.searchsorted(np.cumsum(shares)[:-1], uniform, side="right").astype(np.int64)


def _normal_cdf(score: Numbers) -> Numbers:
    from scipy.special import ndtr

    cdf: Numbers = ndtr(score)
    return cdf
