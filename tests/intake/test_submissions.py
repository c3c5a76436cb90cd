"""Files of a folder, recognised by their names."""

from __future__ import annotations

from pathlib import Path

import pytest

from etm_workbench.errors import BadInput
from etm_workbench.intake import Submission, find_files
from etm_workbench.intake.submissions import by_organization


@pytest.fixture
def folder(tmp_path):
    def fill(*names):
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        return tmp_path

    return fill


def test_cycle_and_organization_come_from_the_name(folder):
    found = find_files(folder("2025-26/128/questionnaire_128_2025-26.xlsx")).submissions
    assert [("2025-26", "128")] == [(s.cycle, s.organization) for s in found]


def test_register_comes_before_the_questionnaire(folder):
    found = find_files(folder("questionnaire_1_2025-26.csv", "equity_1_2025-26.csv", "accounts_1_2025-26.csv"))
    assert ["accounts", "questionnaire", "equity"] == [s.path.name.split("_")[0] for s in found.submissions]


def test_workbook_is_read_rather_than_its_twin_in_text(folder):
    found = find_files(folder("a/questionnaire_1_2025-26.csv", "a/questionnaire_1_2025-26.xlsx"))
    assert [".xlsx"] == [s.path.suffix for s in found.submissions]
    assert [".csv"] == [p.suffix for p in found.twins]


def test_files_whose_names_say_nothing_are_listed(folder):
    found = find_files(folder("questionnaire_1_2025-26.csv", "notes.xlsx", "picture.png", "~$questionnaire.xlsx"))
    assert ["notes.xlsx"] == [p.name for p in found.unnamed]


def test_folder_without_files_is_refused(folder):
    with pytest.raises(BadInput, match="holds no file"):
        find_files(folder("notes.txt"))


def test_missing_folder_is_refused(tmp_path):
    with pytest.raises(BadInput, match="no folder"):
        find_files(tmp_path / "absent")


def test_files_of_an_organization_and_cycle_go_together():
    files = [Submission(Path(name), cycle, "1") for name, cycle in (("q", "a"), ("r", "b"), ("accounts", "a"))]
    assert [["accounts", "q"], ["r"]] == [[s.path.name for s in group] for group in by_organization(files)]
