"""Twenty questions of the kind a delegate asks: each passes the check and builds in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from etm_workbench.reporting.adhoc import check_definition, run_adhoc
from etm_workbench.reporting.verify import page_numbers, verify_pack

QUESTIONS = sorted((Path(__file__).parent / "questions").glob("*.toml"))
BUILT_BY_DEFAULT = {"own_map_beside_service", "placements_over_cycles"}


def test_there_are_twenty() -> None:
    assert 20 == len(QUESTIONS)


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_question_passes_the_check(path) -> None:
    assert () == check_definition(path).problems


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=path.stem, marks=[] if path.stem in BUILT_BY_DEFAULT else pytest.mark.long)
        for path in QUESTIONS
    ],
)
def test_question_builds_with_the_same_numbers_in_both_languages_and_verifies(path, unreleased_store, tmp_path) -> None:
    made = run_adhoc(str(path), out=tmp_path / "out", formats=("html",), store=unreleased_store)
    english, french = (file.read_text(encoding="utf-8") for file in made.files[:2])
    cells = [[cell for cell, _ in page_numbers(page)] for page in (english, french)]
    assert cells[0] == cells[1]
    assert cells[0]
    assert [] == [check.what for check in verify_pack(tmp_path / "out") if not check.holds]
