"""Every rule in turn. A new rule is a function here and an entry in `rules.toml`."""

from __future__ import annotations

from collections.abc import Callable

from etm_workbench.intake.answers import Answers
from etm_workbench.intake.rules.completion import check_completion
from etm_workbench.intake.rules.context import Context
from etm_workbench.intake.rules.levels import check_levels, check_placement_is_not_rating
from etm_workbench.intake.rules.people import check_people, check_required
from etm_workbench.intake.rules.second_language import check_second_language

RULES: tuple[Callable[[Answers, Context], None], ...] = (
    check_required,
    check_people,
    check_levels,
    check_placement_is_not_rating,
    check_second_language,
    check_completion,
)


def run_rules(answers: Answers, context: Context) -> None:
    """Hold the answers to every rule; what breaks one is written into the context's remarks."""
    for rule in RULES:
        rule(answers, context)
