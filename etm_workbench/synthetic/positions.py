"""Positions of the fictional service: where people are in a cycle.

A position frame has one row a person of the cycle, indexed by the person's number. The next cycle's is
made from it: movers get a new position, some change branch, results that run out are tested again.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from etm_workbench.synthetic import draws, language
from etm_workbench.synthetic.draws import Codes, Dates, Flags, Integers
from etm_workbench.synthetic.people import LEVELS
from etm_workbench.synthetic.setting import Setting

_ALWAYS_BILINGUAL = ("EX-04", "EX-05")


def first_positions(
    rng: np.random.Generator,
    places: pd.DataFrame,
    *,
    skill: pd.Series,
    at: Setting,
) -> pd.DataFrame:
    """Positions of people first seen in a cycle.

    `places` has their organization, level and `appointed_to_level_on`, indexed by the person's number.
    """
    count = len(places)
    counted_on = at.counted_on
    years = draws.years_between(places["appointed_to_level_on"].to_numpy("datetime64[D]"), counted_on)
    least, most = at.parameters["time_in_position_share"]
    days = np.round(np.clip(years, 0.0, None) * rng.uniform(least, most, size=count) * 365.25)
    frame = places.assign(in_position_since=draws.days_after(np.full(count, counted_on), -days))
    frame = _placed(rng, frame, np.ones(count, dtype=np.bool_), at=at)
    frame["acting_level"] = _acting(rng, frame, at=at)
    return language.first_results(rng, frame, skill=skill, at=at)


def next_positions(
    rng: np.random.Generator,
    before: pd.DataFrame,
    *,
    now: pd.DataFrame,
    at: Setting,
) -> pd.DataFrame:
    """Positions a cycle later of people who are still there.

    `before` and `now` hold the same people; `now` has their new organization and level.
    """
    count = len(before)
    promoted = (before["level"] != now["level"]).to_numpy()
    transferred = (before["organization"] != now["organization"]).to_numpy()
    lateral = ~promoted & ~transferred & (rng.random(count) < at.parameters.number("lateral_rate"))
    moved = promoted | transferred | lateral
    moved_on = appointed_within_year(rng, count, at=at)
    frame = before.assign(
        organization=now["organization"],
        level=now["level"],
        appointed_to_level_on=np.where(promoted, moved_on, before["appointed_to_level_on"].to_numpy("datetime64[D]")),
        in_position_since=np.where(moved, moved_on, before["in_position_since"].to_numpy("datetime64[D]")),
    )
    frame = _placed(rng, frame, moved, at=at)
    kept = ~moved & (rng.random(count) < at.parameters.number("acting_kept_share"))
    frame["acting_level"] = np.where(kept, before["acting_level"], _acting(rng, frame, at=at))
    return language.tested_again(rng, frame, at=at)


def appointed_before(rng: np.random.Generator, level: Integers, *, at: Setting) -> Dates:
    """Days of appointment to level of those who are there when the service is first seen."""
    mean = np.array([at.parameters.shares("years_in_level")[name] for name in LEVELS])[level]
    shape = at.parameters.number("tenure_shape")
    years = rng.gamma(shape, mean / shape)
    return draws.days_after(np.full(len(level), at.counted_on), -np.round(years * 365.25) - 1)


def appointed_within_year(rng: np.random.Generator, count: int, *, at: Setting) -> Dates:
    """Days of appointment in the year that ends on the cycle's headcount date."""
    return draws.days_after(np.full(count, at.counted_on), -rng.integers(1, 365, size=count))


def _placed(rng: np.random.Generator, frame: pd.DataFrame, moved: Flags, *, at: Setting) -> pd.DataFrame:
    """Give those who moved a branch, region, community and language requirement."""
    count = len(frame)
    level = frame["level"].to_numpy(dtype=object)
    branch = draws.codes(rng, at.parameters.shares("branch_shares"), count)
    region = _regions(rng, frame["organization"].to_numpy(dtype=object), level, at=at)
    likely = at.parameters.shares("bilingual_position_share")
    share = np.array([likely.get(code, likely["other"]) for code in region])
    bilingual = (rng.random(count) < share) | np.isin(level, _ALWAYS_BILINGUAL)
    profile = draws.codes(rng, at.parameters.shares("profile_shares"), count)
    drawn = {
        "branch": branch,
        "region": region,
        "position_bilingual": bilingual,
        "position_language_profile": draws.only_where(bilingual, profile),
        "functional_community": _communities(rng, branch, at=at),
    }
    placed = {name: np.where(moved, values, frame.get(name, values)) for name, values in drawn.items()}
    return frame.assign(**placed).astype({"position_bilingual": bool})


def _communities(rng: np.random.Generator, branch: Codes, *, at: Setting) -> Codes:
    of_branch = at.parameters["community_by_branch"]
    usual = np.array([of_branch[code] for code in branch], dtype=object)
    others = np.array(sorted({*of_branch.values(), "REGULATORY", "SECURITY", "PROCUREMENT"}), dtype=object)
    elsewhere = rng.random(len(branch)) < at.parameters.number("community_off_branch_share")
    return np.where(elsewhere, rng.choice(others, size=len(branch)), usual)


def _regions(rng: np.random.Generator, organization: Codes, level: Codes, *, at: Setting) -> Codes:
    count = len(level)
    capital = at.parameters.shares("ncr_share")
    region = draws.codes(rng, at.parameters.shares("region_shares"), count)
    region[rng.random(count) < np.array([capital[code] for code in level])] = "NCR"
    at_home = rng.random(count) < at.parameters.number("home_region_share")
    for identifier, home in at.parameters["home_regions"].items():
        region[(organization == identifier) & at_home] = home
    return region


def _acting(rng: np.random.Generator, frame: pd.DataFrame, *, at: Setting) -> Codes:
    shares = at.parameters.shares("acting_share")
    above = dict(zip(LEVELS, (*LEVELS[1:], None), strict=True))
    level = frame["level"].to_numpy(dtype=object)
    acting = rng.random(len(level)) < np.array([shares[code] for code in level])
    return draws.only_where(acting, np.array([above[code] for code in level], dtype=object))
