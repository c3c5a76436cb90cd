"""Years put into the bands that tables show: age, and how far off retirement without penalty is.

Both are measured on the cycle's headcount date, which is what a table's population line names. The
register holds the year of birth, so age is the age reached in that year. Eligibility is a date by rule;
the stated intention to retire is another variable and the two are never mixed.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

# Codes of the lists `age_band` and `retirement_eligibility`, with the first year each begins at.
AGES = (("UNDER_40", 0), ("40_44", 40), ("45_49", 45), ("50_54", 50), ("55_59", 55), ("60_64", 60), ("65_OVER", 65))
YEARS_TO_ELIGIBILITY = (("WITHIN_2", 0), ("Y2_5", 2), ("Y5_10", 5), ("LATER", 10))


def age_bands(birth_year: pd.Series, counted_on: pd.Series) -> pd.Series:
    """The age band of each person on the headcount date.

    Parameters
    ----------
    birth_year : Series of number
        Missing where the register holds none.
    counted_on : Series of datetime64
        The headcount date of each row's cycle.

    Returns
    -------
    Series of str
        Codes of `age_band`; None where the year of birth is missing.

    Examples
    --------
    >>> dates = pd.Series(pd.to_datetime(["2025-03-31"] * 3))
    >>> age_bands(pd.Series([1985, 1986, None]), dates).tolist()
    ['40_44', 'UNDER_40', None]
    """
    age = counted_on.dt.year - birth_year.astype(float)
    return _coded([(code, age >= first) for code, first in AGES], birth_year.index)


def eligibility_bands(eligible_on: pd.Series, counted_on: pd.Series) -> pd.Series:
    """How far off retirement without penalty is for each person on the headcount date.

    Parameters
    ----------
    eligible_on : Series of datetime64
        Missing where the register holds none.
    counted_on : Series of datetime64
        The headcount date of each row's cycle.

    Returns
    -------
    Series of str
        Codes of `retirement_eligibility`; a person eligible on the date itself is already eligible. None
        where the date is missing.
    """
    later = [(code, eligible_on > _after(counted_on, years)) for code, years in YEARS_TO_ELIGIBILITY]
    return _coded([("ELIGIBLE", eligible_on <= counted_on), *later], eligible_on.index)


def _after(days: pd.Series, years: int) -> pd.Series:
    """The same days so many years later; cycles are few, so each day is moved once."""
    moved = {day: day + pd.DateOffset(years=years) for day in days.unique()}
    return pd.to_datetime(days.map(moved))


def _coded(reached: list[tuple[str, pd.Series]], index: pd.Index) -> pd.Series:
    """The last code that each row reaches; None for a row that reaches none."""
    found = np.full(len(index), None, dtype=object)
    for code, holds in reached:
        found[holds.fillna(value=False).to_numpy(bool)] = code
    return pd.Series(found, index=index, dtype=object)
