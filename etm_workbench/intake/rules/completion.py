"""The two halves of the questionnaire, the assessment and the conversation: what is still to come, and when."""

from __future__ import annotations

import pandas as pd

from etm_workbench.intake.answers import Answers
from etm_workbench.intake.rules.context import Context

_DATES = ("executive_completed_on", "manager_completed_on", "feedback_given_on")


def check_completion(answers: Answers, context: Context) -> None:
    """Rules `assessment_missing`, `feedback_missing`, `executive_half_missing`, `completed_outside_cycle`."""
    if context.kind != "questionnaire":
        return
    if answers.has("placement"):
        must = answers.is_one_of("level", context.cycle.assess_levels)
        unread = answers.unreadable["placement"]
        context.note("assessment_missing", must & ~answers.given("placement") & ~unread, answers, "placement")
    if answers.has("placement", "feedback_given_on"):
        untold = answers.given("placement") & ~answers.given("feedback_given_on")
        context.note("feedback_missing", untold, answers, "feedback_given_on")
    if answers.has("executive_completed_on"):
        context.note(
            "executive_half_missing", ~answers.given("executive_completed_on"), answers, "executive_completed_on"
        )
    _check_dates(answers, context)


def _check_dates(answers: Answers, context: Context) -> None:
    slack = pd.Timedelta(days=context.parameters("completed_outside_cycle")["days"])
    first = pd.Timestamp(context.cycle.opens_on) - slack
    last = pd.Timestamp(context.cycle.submitted_on) + slack
    for variable in _DATES:
        dates = pd.to_datetime(answers.column(variable))
        outside = ((dates < first) | (dates > last)).to_numpy(dtype=bool)
        context.note("completed_outside_cycle", outside, answers, variable)
