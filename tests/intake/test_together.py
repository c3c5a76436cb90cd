"""What only several files together show."""

from __future__ import annotations

import pytest
from questionnaire_files import CODEBOOK, RECEIVED, grid, person, write_xlsx

from etm_workbench.intake import Submission, take_in_files


@pytest.fixture
def take_in(store, tmp_path):
    """Organizations with the numbers of their people in; outcomes out."""

    def taken(*files, cycle=CODEBOOK.cycle):
        submissions = []
        for at, (organization, numbers) in enumerate(files):
            rows = [person(number, organization=organization) for number in numbers]
            submissions.append(Submission(write_xlsx(tmp_path / f"q{at}.xlsx", grid(rows)), cycle, organization))
        return take_in_files(submissions, store, received_on=RECEIVED)

    return taken


def test_person_in_two_organizations_is_a_warning(take_in):
    second = take_in(("128", [1, 2, 3]), ("126", [3, 4]))[1]
    assert [("warning", 1)] == [(f.severity, f.count) for f in second.findings.of("person_elsewhere")]


def test_person_in_two_organizations_is_kept_with_the_stored_findings(take_in):
    second = take_in(("128", [1]), ("126", [1]))[1]
    assert ("person_elsewhere", "warning", 1) in second.receipt.version.findings


def test_different_people_are_no_finding(take_in):
    assert () == take_in(("128", [1, 2]), ("126", [3]))[1].findings.of("person_elsewhere")


def test_file_that_would_replace_another_of_the_run_is_refused(take_in):
    second = take_in(("128", [1, 2]), ("128", [3]))[1]
    assert (None, ["error"]) == (second.receipt, [f.severity for f in second.findings.of("file_second")])


def test_same_content_twice_in_a_run_is_stored_once(take_in):
    assert ["stored", "unchanged"] == [o.receipt.status for o in take_in(("128", [1]), ("128", [1]))]
