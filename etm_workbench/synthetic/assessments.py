"""The manager's section: placements and other judgements on people of the fictional service.

A placement is a multinomial logit draw: the base share of the level, then ability, time in position, the
person's wish, and the placement of the cycle before. Then the rules of the talent map bind: a ready
placement in a bilingual position needs valid second-language results or a recorded reason.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from etm_workbench.synthetic import draws
from etm_workbench.synthetic.draws import Codes, Flags, Numbers
from etm_workbench.synthetic.setting import Setting

READY = ("READY_ADV", "READY_LAT")
_FITTING = {"ADVANCE": "READY_ADV", "LATERAL": "READY_LAT", "STAY": "WELL_PLACED", "LEAVE": "TRANSITION"}


def manager_answers(
    rng: np.random.Generator,
    people: pd.DataFrame,
    *,
    at: Setting,
    valid: Flags,
) -> pd.DataFrame:
    """Answers of the manager's section, one row a person, before blanks.

    `people` has traits, position, `aspiration` and `placement_before`. Column `is_override` is True for
    those kept in a ready placement without valid results.
    """
    placement, override = _placements(rng, people, at=at, valid=valid)
    ability = people["ability"].to_numpy()
    strengths, development = _competencies(rng, len(people), at=at)
    aspiration, level = (people[name].to_numpy(dtype=object) for name in ("aspiration", "level"))
    return pd.DataFrame(
        {
            "placement": placement,
            "is_override": override,
            "readiness": draws.codes_by(rng, placement, at.parameters["readiness_shares"]),
            "competency_strengths": strengths,
            "competency_development": development,
            "risk_of_loss": draws.codes_by(rng, aspiration, at.parameters["risk_of_loss_shares"]),
            "impact_of_loss": draws.codes_by(rng, level, at.parameters["impact_of_loss_shares"]),
            "performance_rating": _ratings(rng, ability, at=at),
        },
        index=people.index,
    )


def _placements(
    rng: np.random.Generator,
    people: pd.DataFrame,
    *,
    at: Setting,
    valid: Flags,
) -> tuple[Codes, Flags]:
    names = list(at.parameters["placement_ability_effect"])
    utilities = _utilities(people, names, at=at)
    blocked = people["position_bilingual"].to_numpy() & ~valid
    excepted = rng.random(len(people)) < at.parameters.number("override_share")
    free = draws.chosen(rng, utilities)
    ready = [names.index(name) for name in READY]
    utilities[:, ready] = -np.inf
    bound = draws.chosen(rng, utilities)
    kept_out = blocked & ~excepted & np.isin(free, ready)
    placement = np.array(names, dtype=object)[np.where(kept_out, bound, free)]
    years = draws.years_between(people["in_position_since"].to_numpy("datetime64[D]"), at.final_on)
    new = (years < at.parameters.number("new_in_role_years")) & (
        rng.random(len(people)) < at.parameters.number("new_in_role_share")
    )
    placement[new] = "NEW_IN_ROLE"
    return placement, blocked & np.isin(placement, READY)


def _utilities(people: pd.DataFrame, names: list[str], *, at: Setting) -> Numbers:
    level, wish, before = (people[c].to_numpy(dtype=object) for c in ("level", "aspiration", "placement_before"))
    years = draws.years_between(people["in_position_since"].to_numpy("datetime64[D]"), at.final_on)
    window = at.parameters.shares("placement_tenure_years")
    tenure = np.clip(years - window["origin"], window["least"], window["most"])
    fit = at.parameters.shares("placement_aspiration_effect")
    unwished = np.isin(wish, ("STAY", "LEAVE")) * at.parameters.number("placement_no_wish_effect")
    utilities = np.empty((len(people), len(names)))
    for column, name in enumerate(names):
        base = {code: np.log(shares[name]) for code, shares in at.parameters["placement_shares"].items()}
        utilities[:, column] = (
            np.array([base[code] for code in level])
            + at.parameters.shares("placement_ability_effect")[name] * people["ability"].to_numpy()
            + at.parameters.shares("placement_tenure_effect")[name] * tenure
            + np.array([fit[code] * (_FITTING.get(code) == name) for code in wish])
            + (name == "READY_ADV") * unwished
            + (before == name) * at.parameters.number("placement_persistence")
        )
    return utilities


def _ratings(rng: np.random.Generator, ability: Numbers, *, at: Setting) -> Codes:
    tie = at.parameters.number("rating_ability_correlation")
    score = tie * ability + np.sqrt(1 - tie**2) * rng.normal(size=len(ability))
    return draws.ordered_codes(score, at.parameters.shares("rating_shares"))


def _competencies(
    rng: np.random.Generator,
    count: int,
    *,
    at: Setting,
) -> tuple[Codes, Codes]:
    """Strengths and competencies to develop, never the same one in both."""
    weights = at.parameters["competency_weights"]
    names = [name for name in weights["strength"] if name in at.codebook.codes("competency_strengths")]
    strength = _ranks(rng, count, [weights["strength"][name] for name in names])
    most_strengths, most_development = at.parameters["competency_counts"]
    strong = strength < rng.integers(1, most_strengths + 1, size=count)
    weak_order = _ranks(rng, count, [weights["development"][name] for name in names], last=strong)
    weak = weak_order < rng.integers(1, most_development + 1, size=count)
    return draws.tuples(strong, names), draws.tuples(weak & ~strong, names)


def _ranks(rng: np.random.Generator, count: int, weights: list[float], *, last: Flags | None = None) -> Numbers:
    """Ranks from 0, one column a person: sampling without replacement in these weights."""
    times = rng.exponential(size=(len(weights), count)) / np.array(weights)[:, np.newaxis]
    if last is not None:
        times[last] = np.inf
    ranks: Numbers = times.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable").astype(np.float64)
    return ranks
