"""Variables worked out from answers."""

from __future__ import annotations

import pandas as pd
import pytest

from etm_workbench.analysis.constructed import with_constructed
from etm_workbench.cadre import Cadre, Scope
from etm_workbench.codebook import load_codebook

FINALIZED = load_codebook("2025-26").cycles["2025-26"].finalized_on
BEFORE, AFTER = pd.Timestamp(FINALIZED) - pd.Timedelta("1D"), pd.Timestamp(FINALIZED) + pd.Timedelta("1D")


def state(reading, writing, oral, *, oral_expires=AFTER, bilingual=True, executive="COMPLETED", manager="COMPLETED"):
    row = {
        "person_key": "a", "cycle": "2025-26", "organization": "128", "position_bilingual": bilingual,
        "sle_reading": reading, "sle_writing": writing, "sle_oral": oral,
        "sle_reading_expires_on": AFTER, "sle_writing_expires_on": AFTER, "sle_oral_expires_on": oral_expires,
        "executive_status": executive, "manager_status": manager,
        "birth_year": 1970, "retirement_eligible_on": pd.Timestamp("2030-01-01"),
    }  # fmt: skip
    cadre = Cadre(pd.DataFrame([row]), load_codebook("2025-26"), Scope(("2025-26",), None, "service"))
    return with_constructed(cadre).records.iloc[0]


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        (("C", "B", "C"), "VALID"),
        (("E", "C", "C"), "VALID"),
        (("B", "B", "C"), "BELOW"),
        (("C", "A", "C"), "BELOW"),
        (("C", "B", None), "NO_RESULT"),
    ],
)
def test_results_are_held_against_c_b_c(results, expected) -> None:
    assert expected == state(*results)["language_state"]


def test_a_result_that_expires_before_placements_are_finalized_is_expired() -> None:
    assert "EXPIRED" == state("C", "B", "C", oral_expires=BEFORE)["language_state"]


def test_level_e_never_expires() -> None:
    assert "VALID" == state("C", "B", "E", oral_expires=BEFORE)["language_state"]


def test_the_rule_does_not_apply_to_a_position_that_is_not_bilingual() -> None:
    assert pd.isna(state("X", "X", "X", bilingual=False)["language_state"])


@pytest.mark.parametrize(
    ("executive", "manager", "expected"),
    [
        ("COMPLETED", "COMPLETED", "BOTH"),
        ("COMPLETED", "IN_PROGRESS", "EXECUTIVE_ONLY"),
        ("NOT_STARTED", "COMPLETED", "MANAGER_ONLY"),
        (None, None, "NEITHER"),
    ],
)
def test_completion_says_which_sections_are_in(executive, manager, expected) -> None:
    assert expected == state("C", "B", "C", executive=executive, manager=manager)["completion"]
