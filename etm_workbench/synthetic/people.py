"""People of the fictional service and the traits they keep: names, age, language, service, equity groups.

One row is one person, over all cycles. What changes from cycle to cycle is in `positions` and `answers`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from etm_workbench.synthetic import draws, names
from etm_workbench.synthetic.draws import Codes, Dates, Flags, Integers, Numbers
from etm_workbench.synthetic.setting import Setting

LEVELS = ("EX-01", "EX-02", "EX-03", "EX-04", "EX-05")
_RETIREMENT_REFORM = np.datetime64("2013-01-01")


def draw_people(rng: np.random.Generator, level: Integers, *, newcomers: bool, at: Setting) -> pd.DataFrame:
    """New people, one row each, with the traits they keep.

    Parameters
    ----------
    rng : numpy Generator
        Where chance comes from.
    level : array of int
        Level each is at when first seen, 0 for EX-01.
    newcomers : bool
        Whether they arrive in the group now, and are younger than those already there.
    at : Setting
        The cycle they are first seen in; ages are as of its headcount.
    """
    count = len(level)
    age = _ages(rng, level, newcomers=newcomers, at=at)
    born = draws.days_after(np.full(count, at.counted_on), -np.round(age * 365.25))
    hired = _hired_on(rng, born, at=at)
    french = rng.random(count) < at.parameters.number("french_first_language_share")
    language = np.where(french, "FR", "EN").astype(object)
    women = rng.random(count) < _by_level(at.parameters.shares("women_share"), level)
    returned = rng.random(count) < at.parameters.number("equity_form_returned_share")
    return pd.DataFrame(
        {
            "given_name": names.given_names(rng, count),
            "family_name": names.family_names(rng, language),
            "sex": np.where(women, "F", "M").astype(object),
            "birth_year": born.astype("datetime64[Y]").astype(np.int64) + 1970,
            "first_official_language": language,
            "retirement_eligible_on": _eligible_on(born, hired, at=at),
            "equity_form_returned": returned,
            "equity_groups": _equity_groups(rng, women, returned=returned, at=at),
            "ability": rng.normal(size=count),
            "language_skill": rng.normal(size=count) + french * at.parameters.number("sle_french_advantage"),
        }
    )


def numbered(people: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The people with account and personal record numbers in random order, so that neither tells anything.

    Account numbers start with a letter and record numbers with zeros: spreadsheets damage both kinds of
    number when they are careless, and no real number looks so.
    """
    accounts = 100_000 + rng.permutation(len(people))
    records = 100_000 + rng.permutation(len(people))
    return people.assign(
        person_id=np.array([f"A{number}" for number in accounts], dtype=object),
        pri=np.array([f"000{number}" for number in records], dtype=object),
    )


def _by_level(values: dict[str, float], level: Integers) -> Numbers:
    by_level: Numbers = np.array([values[name] for name in LEVELS])[level]
    return by_level


def _ages(rng: np.random.Generator, level: Integers, *, newcomers: bool, at: Setting) -> Numbers:
    mean = _by_level(at.parameters.shares("entry_age_years" if newcomers else "mean_age_years"), level)
    youngest, oldest = at.parameters["age_limits_years"]
    age = mean + rng.normal(scale=at.parameters.number("age_spread_years"), size=len(level))
    limited: Numbers = np.clip(age, youngest + rng.random(len(level)), oldest - rng.random(len(level)))
    return limited


def _hired_on(rng: np.random.Generator, born: Dates, *, at: Setting) -> Dates:
    mean, spread = at.parameters["service_start_age_years"]
    start_age = np.clip(rng.normal(mean, spread, size=len(born)), 20.0, None)
    hired = draws.days_after(born, np.round(start_age * 365.25))
    latest = draws.days_after(np.full(len(born), at.counted_on), -rng.integers(30, 900, size=len(born)))
    return np.minimum(hired, latest)


def _eligible_on(born: Dates, hired: Dates, *, at: Setting) -> Dates:
    rule = {name: int(value) for name, value in at.parameters["retirement_rule"].items()}
    full_service = draws.years_after(hired, rule["early_service"])
    dates = []
    for era in ("before_2013", "since_2013"):
        early = np.maximum(draws.years_after(born, rule[f"{era}_early_age"]), full_service)
        dates.append(np.minimum(draws.years_after(born, rule[f"{era}_age"]), early))
    return np.where(hired < _RETIREMENT_REFORM, dates[0], dates[1])


def _equity_groups(rng: np.random.Generator, women: Flags, *, returned: Flags, at: Setting) -> Codes:
    """Women from the register; the other groups only from those who returned the form."""
    shares = at.parameters.shares("equity_share")
    named = [women, *(returned & (rng.random(len(women)) < share) for share in shares.values())]
    return draws.tuples(np.stack(named), ("WOMEN", *shares))
