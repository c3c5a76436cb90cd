"""People against the account register, and rows against the organization the file is for."""

from __future__ import annotations

import numpy as np

from etm_workbench.intake.answers import Answers
from etm_workbench.intake.rules.context import Context


def check_people(answers: Answers, context: Context) -> None:
    """Rules `organization_differs`, `person_not_in_register`, `person_without_questionnaire`."""
    other = answers.given("organization") & ~answers.is_one_of("organization", [context.organization])
    context.note("organization_differs", other, answers, "organization")
    if context.register is None or context.kind == "accounts":
        return
    people = answers.column("person_id")
    strange = answers.given("person_id") & ~context.register.holds(people)
    context.note("person_not_in_register", strange, answers, "person_id")
    if context.kind == "questionnaire":
        context.remarks.note("person_without_questionnaire", context.register.without(people))


def check_required(answers: Answers, context: Context) -> None:
    """Rule `value_required`: blank answers in columns without which a row cannot be taken in."""
    for variable in context.parameters("column_required")[context.kind]:
        if variable in ("person_id", "equity_groups") or not answers.has(variable):
            continue  # rows without a person have a rule of their own; no group is an answer
        unreadable = answers.unreadable.get(variable, np.zeros(len(answers), dtype=bool))
        context.note("value_required", ~answers.given(variable) & ~unreadable, answers, variable)
