"""A wrong definition is refused, with words that somebody who knows no Python can act on."""

from __future__ import annotations

from pathlib import Path

import pytest
from wrong import GOOD, toml, ways

from etm_workbench.errors import BadDefinition
from etm_workbench.reporting.adhoc import check_definition

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "adhoc" / "wrong_definitions.txt"
WRONG = dict(ways())


def problems(tmp_path, content: str) -> list[str]:
    """Each problem in English, then the same in French."""
    path = tmp_path / "question.toml"
    path.write_text(content, encoding="utf-8")
    return [text for one in check_definition(path).problems for text in (one.en, one.fr)]


def golden() -> dict[str, list[str]]:
    """Name of each wrong definition to its problems in both languages, from the golden file."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in GOLDEN.read_text(encoding="utf-8").splitlines():
        if line.startswith("  "):
            found[name].append(line[2:])
        else:
            name = line
            found[name] = []
    return found


def test_good_definition_has_no_problem(tmp_path) -> None:
    assert [] == problems(tmp_path, toml(GOOD))


def test_there_are_more_than_a_hundred() -> None:
    assert 100 < len(WRONG)


def test_golden_file_has_every_way() -> None:
    assert list(WRONG) == list(golden())


@pytest.mark.parametrize("name", WRONG)
def test_problems_are_those_of_the_golden_file(name, tmp_path) -> None:
    found = problems(tmp_path, toml(WRONG[name]))
    assert golden()[name] == found
    assert found


def test_all_problems_are_said_at_once(tmp_path) -> None:
    content = {**GOOD, "rows": ["levle"], "cycles": ["2020-21"], "audience": "everybody", "findings": []}
    assert 2 * 3 == len(problems(tmp_path, toml(content)))


def test_file_that_is_not_toml_is_refused(tmp_path) -> None:
    assert "not valid TOML" in problems(tmp_path, "rows = [")[0]


def test_refusal_counts_its_problems(tmp_path) -> None:
    path = tmp_path / "question.toml"
    path.write_text(toml({**GOOD, "rows": ["levle"], "findings": []}), encoding="utf-8")
    with pytest.raises(BadDefinition, match=r"has 1 problem: .* a 1 problème : "):
        check_definition(path).require()
