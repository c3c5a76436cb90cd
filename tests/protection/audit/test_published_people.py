"""The published headcounts of the public service: how many of their hidden counts can be worked out."""

from __future__ import annotations

import pytest

from etm_workbench import settings
from etm_workbench.protection.audit.tables import audit_files

FOLDER = settings.project_folder("data") / "reference" / "published_people"
SEX, LANGUAGE, TOTALS = (FOLDER / f"org_employee_{name}.csv" for name in ("gender", "fol", "dept"))


@pytest.fixture(scope="module")
def joined():
    return audit_files([SEX, LANGUAGE, TOTALS], FOLDER / "audit.toml", seconds=60)


def test_the_two_files_hide_337_counts(joined):
    assert [142, 195, 0] == [joined.count(table) for table, _ in joined.tables]


def test_hidden_totals_are_counted_apart(joined):
    assert [19, 19, 0] == [joined.count(table, margins=True) for table, _ in joined.tables]


def test_one_hidden_count_follows_from_its_own_file(joined):
    (found,) = (f for f in joined.findings if f.means == "one table")
    assert ("org_employee_fol.csv", 92) == (found.table, found.entry.line)


def test_seven_more_follow_once_the_files_are_linked(joined):
    lines = [(f.table, f.entry.line) for f in joined.findings if f.means == "linking" and not f.entry.is_margin]
    assert [
        *(("org_employee_gender.csv", line) for line in (485, 1660, 3354, 3664)),
        *(("org_employee_fol.csv", line) for line in (566, 1936, 3810)),
    ] == lines


def test_the_reason_names_the_sum_and_the_file_that_lends_its_total(joined):
    found = next(f for f in joined.findings if f.entry.line == 485 and f.table == "org_employee_gender.csv")
    (reason,) = found.reasons
    assert ("org_employee_gender.csv", ("sex",), ("org_employee_dept.csv",)) == (
        reason.table,
        reason.over,
        reason.borrowed,
    )


def test_every_hidden_total_is_shown_by_the_file_of_totals(joined):
    assert 38 == joined.count(margins=True, means="linking")


def test_every_interval_is_proved_and_nothing_contradicts(joined):
    assert all(found.proved for found in joined.findings)
    assert () == joined.contradictions


def test_without_the_file_of_totals_only_the_one_count_follows():
    found = audit_files([SEX, LANGUAGE], FOLDER / "audit.toml", seconds=60)
    assert (337, 1, 0) == (found.count(), found.count(means="one table"), found.count(means="linking"))


def test_one_file_alone_is_audited_alone():
    found = audit_files([SEX], FOLDER / "audit.toml", seconds=60)
    assert (142, 0, 0) == (found.count(), found.count(means="one table"), found.count(means="linking"))
