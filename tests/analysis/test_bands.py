"""Ages and years to retirement put into bands."""

from __future__ import annotations

import pandas as pd
import pytest

from etm_workbench.analysis.bands import AGES, YEARS_TO_ELIGIBILITY, age_bands, eligibility_bands
from etm_workbench.codebook import load_codebook

COUNTED = pd.Timestamp("2025-03-31")


def one(days: object) -> pd.Series:
    return pd.Series(pd.to_datetime([days]))


@pytest.mark.parametrize(
    ("born", "expected"), [(1986, "UNDER_40"), (1985, "40_44"), (1961, "60_64"), (1960, "65_OVER")]
)
def test_age_is_the_one_reached_in_the_year(born, expected) -> None:
    assert [expected] == age_bands(pd.Series([born]), one(COUNTED)).tolist()


def test_a_missing_year_of_birth_gives_no_band() -> None:
    assert [None] == age_bands(pd.Series([None], dtype=object), one(COUNTED)).tolist()


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2025-03-31", "ELIGIBLE"),
        ("2025-04-01", "WITHIN_2"),
        ("2027-03-31", "WITHIN_2"),
        ("2027-04-01", "Y2_5"),
        ("2030-04-01", "Y5_10"),
        ("2035-03-31", "Y5_10"),
        ("2035-04-01", "LATER"),
        (None, None),
    ],
)
def test_eligibility_is_held_against_the_headcount_date(day, expected) -> None:
    assert [expected] == eligibility_bands(one(day), one(COUNTED)).tolist()


@pytest.mark.parametrize(
    ("variable", "codes"),
    [
        ("age_band", [c for c, _ in AGES]),
        ("retirement_eligibility", ["ELIGIBLE", *(c for c, _ in YEARS_TO_ELIGIBILITY)]),
    ],
)
def test_the_codebook_names_every_band(variable, codes) -> None:
    assert codes == list(load_codebook("2025-26").codes(variable))
