"""Files checked beside one another, and what happens when the checks themselves break down."""

from __future__ import annotations

import logging

import pytest
from questionnaire_files import CODEBOOK, ORGANIZATION, RECEIVED, grid, people, write_xlsx

from etm_workbench.errors import BadInput
from etm_workbench.intake import Submission, check, take_in_files
from etm_workbench.intake.side_by_side import check_groups, check_together

CANARY = "CANARY-7731"


@pytest.fixture
def submission(tmp_path):
    return Submission(write_xlsx(tmp_path / "q.xlsx", grid(people(2))), CODEBOOK.cycle, ORGANIZATION)


@pytest.fixture
def fault(monkeypatch):
    def broken(*_):
        raise ValueError(f"could not convert {CANARY}")

    monkeypatch.setattr(check, "run_rules", broken)


def test_fault_of_ours_is_a_finding_and_not_a_traceback(submission, fault):
    [(_, checked)] = check_together([submission])
    assert ["check_failed"] == [f.rule for f in checked.findings.entries]


def test_fault_of_ours_is_logged_without_its_message(submission, fault, caplog):
    caplog.set_level(logging.DEBUG)
    check_together([submission])
    assert ("ValueError" in caplog.text, CANARY in caplog.text) == (True, False)


def test_groups_come_back_in_order(submission):
    groups = [(submission,), (Submission(submission.path, "2024-25", ORGANIZATION),)]
    assert ["2025-26", "2024-25"] == [s.cycle for s, _ in check_groups(groups, {}, workers=1)]


@pytest.mark.parametrize(
    ("cycle", "organization", "said"), [("2031-32", "128", "no cycle"), ("2025-26", "nowhere", "no organization")]
)
def test_nothing_is_begun_when_a_cycle_or_organization_is_unknown(quick_store, submission, cycle, organization, said):
    wrong = Submission(submission.path, cycle, organization)
    with pytest.raises(BadInput, match=said):
        take_in_files([submission, wrong], quick_store, received_on=RECEIVED)
    assert [] == quick_store.versions()
