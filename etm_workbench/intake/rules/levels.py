"""Levels: the substantive one counts, in the questionnaire as in the register."""

from __future__ import annotations

import numpy as np

from etm_workbench.intake.answers import Answers
from etm_workbench.intake.rules.context import Context


def check_levels(answers: Answers, context: Context) -> None:
    """Rules `placed_by_acting_level`, `level_differs_from_register`, `acting_not_above`."""
    if context.register is not None and context.kind == "questionnaire":
        people = answers.column("person_id")
        held = context.register.of(people, "level")
        acting = context.register.of(people, "acting_level")
        level = answers.column("level")
        differs = answers.given("level") & (held.notna() & (level != held)).to_numpy(dtype=bool)
        by_acting = differs & (level == acting).to_numpy(dtype=bool)
        context.note("placed_by_acting_level", by_acting, answers, "level")
        context.note("level_differs_from_register", differs & ~by_acting, answers, "level")
    order = {code: place for place, code in enumerate(context.codebook.codes("level"))}
    by_right = answers.column("level").map(order).to_numpy(dtype=float)
    for_now = answers.column("acting_level").map(order).to_numpy(dtype=float)
    context.note("acting_not_above", np.asarray(for_now <= by_right), answers, "acting_level")


def check_placement_is_not_rating(answers: Answers, context: Context) -> None:
    """Rule `placement_follows_rating`: each rating always with one and the same placement, over enough people."""
    both = answers.given("placement") & answers.given("performance_rating")
    if int(both.sum()) < context.parameters("placement_follows_rating")["least_people"]:
        return
    pairs = answers.table.loc[both, ["placement", "performance_rating"]].drop_duplicates()
    if len(pairs) == pairs["performance_rating"].nunique() == pairs["placement"].nunique() > 1:
        context.note("placement_follows_rating", both, answers, "placement", "performance_rating")
