"""The executive's section: what people of the fictional service say they want, can do and intend.

Answers follow age, level and what was said the cycle before; every share is a named parameter.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from etm_workbench.synthetic import draws
from etm_workbench.synthetic.draws import Codes, Flags
from etm_workbench.synthetic.people import LEVELS
from etm_workbench.synthetic.setting import Setting

_MOVING = ("ADVANCE", "LATERAL")


def executive_answers(
    rng: np.random.Generator,
    people: pd.DataFrame,
    *,
    at: Setting,
    valid: Flags,
) -> pd.DataFrame:
    """Answers of the executive's section, one row a person, before blanks.

    `people` has traits, position and `aspiration_before` (None when there was none); `valid` says whose
    second-language results suffice.
    """
    stage = _stage(people, at=at)
    aspiration = _aspirations(rng, people, stage, at=at)
    community = people["functional_community"].to_numpy(dtype=object)
    return pd.DataFrame(
        {
            "desired_functional_community": _desired_community(rng, community, at=at),
            "aspiration": aspiration,
            "target_level": _target_level(people["level"].to_numpy(dtype=object), aspiration),
            **_willingness(rng, aspiration, at=at),
            "mobility": _mobility(rng, aspiration, at=at),
            "lateral_experience": _lateral_experience(rng, aspiration, at=at),
            "learning_needs": _learning_needs(rng, people, valid=valid, at=at),
            "retirement_horizon": _retirement_horizon(rng, stage, aspiration, at=at),
        },
        index=people.index,
    )


def _stage(people: pd.DataFrame, *, at: Setting) -> Codes:
    """Whether retirement without penalty is `far`, `near`, or already open (`eligible`)."""
    eligible_on = people["retirement_eligible_on"].to_numpy("datetime64[D]")
    years = -draws.years_between(eligible_on, at.counted_on)
    near = years <= at.parameters.number("near_retirement_years")
    return np.where(years <= 0, "eligible", np.where(near, "near", "far")).astype(object)


def _aspirations(rng: np.random.Generator, people: pd.DataFrame, stage: Codes, *, at: Setting) -> Codes:
    drawn = draws.codes_by(rng, stage, at.parameters["aspiration_shares"])
    before = people["aspiration_before"].to_numpy(dtype=object)
    kept = pd.notna(before) & (rng.random(len(before)) < at.parameters.number("aspiration_kept_share"))
    return np.where(kept, before, drawn)


def _target_level(level: Codes, aspiration: Codes) -> Codes:
    above = dict(zip(LEVELS, (*LEVELS[1:], None), strict=True))
    return draws.only_where(aspiration == "ADVANCE", np.array([above[code] for code in level], dtype=object))


def _desired_community(rng: np.random.Generator, community: Codes, *, at: Setting) -> Codes:
    others = np.array(sorted(set(at.parameters["community_by_branch"].values())), dtype=object)
    elsewhere = rng.random(len(community)) < at.parameters.number("desired_community_other_share")
    return np.where(elsewhere, rng.choice(others, size=len(community)), community)


def _willingness(rng: np.random.Generator, aspiration: Codes, *, at: Setting) -> dict[str, Codes]:
    shares = at.parameters["willingness_shares"]
    fitting = {
        "willingness_advancement": aspiration == "ADVANCE",
        "willingness_lateral": np.isin(aspiration, _MOVING),
        "willingness_corporate": aspiration != "LEAVE",
    }
    return {
        name: draws.codes_by(rng, np.where(fits, "fits", "other").astype(object), shares)
        for name, fits in fitting.items()
    }


def _mobility(rng: np.random.Generator, aspiration: Codes, *, at: Setting) -> Codes:
    shares = at.parameters.shares("mobility_shares")
    moving = np.isin(aspiration, (*_MOVING, "UNDECIDED"))
    factor = np.where(moving, 1.0, at.parameters.number("mobility_settled_factor"))
    answers = draws.several(rng, [share * factor for share in shares.values()], list(shares))
    nothing = np.array([not answer for answer in answers], dtype=bool)
    answers[nothing] = draws.tuples(np.ones((1, int(nothing.sum())), dtype=bool), ["NONE"])
    return answers


def _lateral_experience(rng: np.random.Generator, aspiration: Codes, *, at: Setting) -> Codes:
    shares = at.parameters.shares("lateral_experience_shares")
    moving = np.isin(aspiration, _MOVING)
    return draws.several(rng, [moving * share for share in shares.values()], list(shares))


def _learning_needs(rng: np.random.Generator, people: pd.DataFrame, *, valid: Flags, at: Setting) -> Codes:
    shares = at.parameters.shares("learning_need_shares")
    probabilities = {name: np.full(len(people), share) for name, share in shares.items()}
    blocked = people["position_bilingual"].to_numpy() & ~valid
    probabilities["SECOND_LANGUAGE"][blocked] = at.parameters.number("second_language_need")
    return draws.several(rng, list(probabilities.values()), list(probabilities))


def _retirement_horizon(rng: np.random.Generator, stage: Codes, aspiration: Codes, *, at: Setting) -> Codes:
    leaving = (aspiration == "LEAVE") & (stage != "far")
    return draws.codes_by(rng, np.where(leaving, "leaving", stage), at.parameters["retirement_horizon_shares"])
