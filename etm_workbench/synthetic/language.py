"""Second-language results of the fictional service: first results, retests, and whether they suffice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from etm_workbench.synthetic import draws
from etm_workbench.synthetic.draws import Dates, Flags
from etm_workbench.synthetic.setting import Setting

SKILLS = ("reading", "writing", "oral")
_STEPS = ("X", "A", "B", "C", "E")
_EXEMPT = "E"
_NEVER = np.datetime64("NaT", "D")


def first_results(
    rng: np.random.Generator,
    positions: pd.DataFrame,
    *,
    skill: pd.Series,
    at: Setting,
) -> pd.DataFrame:
    """The positions with results and expiry dates of people first seen in this cycle.

    `skill` is each person's own standing, standard normal and shifted by first official language.
    """
    count = len(positions)
    bilingual = positions["position_bilingual"].to_numpy()
    on_file = bilingual | (rng.random(count) < at.parameters.number("sle_results_share"))
    common = at.parameters.number("sle_skill_correlation")
    years = int(at.parameters.number("sle_validity_years"))
    nearest_test, _ = at.parameters["sle_test_days"]
    tested = _before(rng, count, at=at, days=(nearest_test, years * 365))
    columns: dict[str, Any] = {}
    for name in SKILLS:
        score = np.sqrt(common) * (skill.to_numpy() - ~bilingual) + np.sqrt(1 - common) * rng.normal(size=count)
        result = draws.only_where(on_file, draws.ordered_codes(score, at.parameters.shares("sle_shares", name)))
        columns[f"sle_{name}"] = result
        columns[f"sle_{name}_expires_on"] = _expiry(result, tested, years=years)
    return tested_again(rng, positions.assign(**columns), at=at)


def tested_again(
    rng: np.random.Generator,
    positions: pd.DataFrame,
    *,
    at: Setting,
) -> pd.DataFrame:
    """The positions after tests by those in bilingual positions whose results run out or fall short."""
    count = len(positions)
    short = ~meets(positions, at.final_on, minimum=at.parameters["sle_minimum"])
    due = positions["position_bilingual"].to_numpy() & short
    tested = due & (rng.random(count) < at.parameters.number("sle_retest_share"))
    tested_on = _before(rng, count, at=at, days=at.parameters["sle_test_days"])
    above = dict(zip(_STEPS, ("A", "B", "C", "C", _EXEMPT), strict=True))
    columns: dict[str, Any] = {}
    for name in SKILLS:
        result = positions[f"sle_{name}"].to_numpy(dtype=object)
        result = np.where(tested & pd.isna(result), "B", result)
        gains = tested & (rng.random(count) < at.parameters.number("sle_gain_share"))
        result = np.where(gains, np.array([above.get(code) for code in result], dtype=object), result)
        fresh = _expiry(result, tested_on, years=int(at.parameters.number("sle_validity_years")))
        columns[f"sle_{name}"] = result
        columns[f"sle_{name}_expires_on"] = np.where(tested, fresh, _expires_on(positions, name))
    return positions.assign(**columns)


def meets(positions: pd.DataFrame, on: np.datetime64, *, minimum: str) -> Flags:
    """Whether each person's three results reach `minimum` (reading, writing, oral) and hold on a day."""
    flags = np.ones(len(positions), dtype=np.bool_)
    for name, least in zip(SKILLS, minimum, strict=True):
        results = positions[f"sle_{name}"].to_numpy(dtype=object)
        enough = np.isin(results, _STEPS[_STEPS.index(least) :])
        flags &= enough & ((results == _EXEMPT) | (_expires_on(positions, name) >= on))
    return flags


def _before(rng: np.random.Generator, count: int, *, at: Setting, days: Sequence[int]) -> Dates:
    least, most = days
    return draws.days_after(np.full(count, at.opens_on), -rng.integers(least, most, size=count))


def _expires_on(positions: pd.DataFrame, skill: str) -> Dates:
    dates: Dates = positions[f"sle_{skill}_expires_on"].to_numpy("datetime64[D]")
    return dates


def _expiry(results: draws.Codes, tested_on: Dates, *, years: int) -> Dates:
    return np.where(pd.isna(results) | (results == _EXEMPT), _NEVER, draws.years_after(tested_on, years))
