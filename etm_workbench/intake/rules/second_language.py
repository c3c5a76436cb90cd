"""Second-language results behind a placement as ready, or a high rating, in a bilingual position.

Results count on the day placements are finalized, not when the form is filled; level E does not expire.
A recorded reason lifts the error to a warning, since the policy allows exceptions and wants them known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etm_workbench.intake.answers import Answers
from etm_workbench.intake.rules.context import Context

_SKILLS = ("reading", "writing", "oral")
_RESULTS = tuple(f"sle_{skill}" for skill in _SKILLS)
_REASON = "sle_override_reason"

Judged = tuple[NDArray[np.bool_], NDArray[np.bool_]]
"""Who fails, and who cannot be judged."""


def check_second_language(answers: Answers, context: Context) -> None:
    """Rules `sle_ready_placement`, `sle_override`, `sle_high_rating`, `sle_expiry_too_far`."""
    if not answers.has("placement") and not answers.has("performance_rating"):
        return
    fails, unknown = _judge(answers, context, "sle_ready_placement", "placement", "placements")
    lifted = fails & answers.given(_REASON)
    context.note("sle_ready_placement", fails & ~lifted, answers, "placement", *_RESULTS)
    context.note("sle_override", lifted, answers, _REASON)
    context.note("sle_ready_placement", unknown, answers, "placement", *_RESULTS, unknown=True)
    if not context.is_off("sle_high_rating"):
        fails, unknown = _judge(answers, context, "sle_high_rating", "performance_rating", "ratings")
        context.note("sle_high_rating", fails, answers, "performance_rating", *_RESULTS)
        context.note("sle_high_rating", unknown, answers, "performance_rating", *_RESULTS, unknown=True)
    _check_expiry(answers, context)


def lifted_by_reason(answers: Answers, context: Context) -> tuple[tuple[str, str, str], ...]:
    """Rule, person and reason of each placement that a recorded reason lets stand."""
    if not answers.has("placement", _REASON):
        return ()
    fails, _ = _judge(answers, context, "sle_ready_placement", "placement", "placements")
    lifted = answers.table[fails & answers.given(_REASON)]
    return tuple(
        ("sle_ready_placement", str(p), str(r)) for p, r in zip(lifted["person_id"], lifted[_REASON], strict=True)
    )


def _judge(answers: Answers, context: Context, rule: str, variable: str, wanted: str) -> Judged:
    parameters = context.parameters(rule)
    concerned = answers.is_one_of(variable, parameters[wanted])
    bilingual = context.with_register(answers, "position_bilingual")
    needed = concerned & (bilingual == True).to_numpy(dtype=bool)  # noqa: E712  an object column with missing values
    may_be_needed = concerned & bilingual.isna().to_numpy(dtype=bool)
    low, silent = _results(answers, context, parameters)
    return needed & low, (needed & ~low & silent) | (may_be_needed & (low | silent))


def _results(answers: Answers, context: Context, parameters: Mapping[str, Any]) -> Judged:
    """Who lacks a sufficient valid result in some skill, and whose results cannot be read or have no expiry."""
    order = {code: place for place, code in enumerate(context.codebook.codes("sle_reading"))}
    finalized = pd.Timestamp(context.cycle.finalized_on)
    low = np.zeros(len(answers), dtype=bool)
    silent = np.zeros(len(answers), dtype=bool)
    for skill in _SKILLS:
        result, expiry = f"sle_{skill}", f"sle_{skill}_expires_on"
        level = answers.column(result).map(order).to_numpy(dtype=float)
        expires = pd.to_datetime(answers.column(expiry))
        lasting = answers.is_one_of(result, parameters["without_expiry"])
        unread = _unreadable(answers, result) | (_unreadable(answers, expiry) & ~lasting) | (not answers.has(result))
        none_given = ~answers.given(result) & ~unread
        expired = ~lasting & (expires < finalized).to_numpy(dtype=bool)
        low |= none_given | (level < order[parameters[skill]]) | expired
        silent |= unread | (answers.given(result) & ~lasting & expires.isna().to_numpy(dtype=bool))
    return low, silent


def _check_expiry(answers: Answers, context: Context) -> None:
    years = context.parameters("sle_expiry_too_far")["years"]
    latest = pd.Timestamp(context.cycle.submitted_on) + pd.DateOffset(years=years)
    for result in _RESULTS:
        expiry = f"{result}_expires_on"
        beyond = (pd.to_datetime(answers.column(expiry)) > latest).to_numpy(dtype=bool)
        context.note("sle_expiry_too_far", beyond, answers, expiry)


def _unreadable(answers: Answers, variable: str) -> NDArray[np.bool_]:
    return answers.unreadable.get(variable, np.zeros(len(answers), dtype=bool))
