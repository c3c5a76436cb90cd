"""A file that nobody here made: IBM's 1,470 fictional employees, by a mapping file alone."""

from __future__ import annotations

import csv
from collections import Counter

import pytest
from questionnaire_files import RECEIVED

from etm_workbench.codebook import load_codebook
from etm_workbench.intake import Submission, check_file, load_mapping, take_in_files
from etm_workbench.settings import data_folder

CYCLE = "2023-24"
CODEBOOK = load_codebook(CYCLE)
FILE = data_folder() / "reference" / "ibm_hr_attrition" / "WA_Fn-UseC_-HR-Employee-Attrition.csv"
MAPPING = load_mapping(data_folder() / "mappings" / "ibm_hr_attrition.toml", CODEBOOK)


@pytest.fixture(scope="module")
def checked():
    return check_file(FILE, organization="ibm-sample", codebook=CODEBOOK, mapping=MAPPING)


@pytest.fixture(scope="module")
def original():
    with FILE.open(encoding="utf-8-sig", newline="") as stream:
        return {f"IBM-{row['EmployeeNumber']}": row for row in csv.DictReader(stream)}


@pytest.fixture(scope="module")
def records(checked):
    return {row["person_id"]: row for row in checked.file.records.to_dict("records")}


def test_every_row_goes_in(checked):
    account = checked.findings.account
    assert (1471, 1, 1470) == (account.rows, account.header_rows, account.people)


def test_every_column_is_used_or_left_out_with_a_reason(checked):
    account = checked.findings.account
    assert (35, 18, 17, 0) == (account.columns, account.columns_read, account.columns_ignored, account.columns_unknown)


def test_same_people_come_out(records, original):
    assert set(records) == set(original)


def test_nothing_is_wrong_with_the_file(checked):
    assert [] == [f.rule for f in checked.findings.entries if f.severity != "information"]


# Counted in the file itself, see its README: 543, 534, 218, 106 and 69 people on five job levels.
def test_levels_keep_their_counts(records):
    counts = Counter(row["level"] for row in records.values())
    assert {"EX-01": 543, "EX-02": 534, "EX-03": 218, "EX-04": 106, "EX-05": 69} == counts


TRANSLATED = {
    "placement": ("JobInvolvement", {"1": "TRANSITION", "2": "DEVELOP", "3": "WELL_PLACED", "4": "READY_ADV"}),
    "sex": ("Gender", {"Male": "M", "Female": "F"}),
    "performance_rating": ("PerformanceRating", {"3": "3", "4": "4"}),
    "risk_of_loss": ("Attrition", {"0": "LOW", "1": "HIGH"}),
    "willingness_corporate": ("OverTime", {"Yes": "YES", "No": "NO"}),
}


@pytest.mark.parametrize("variable", TRANSLATED)
def test_every_answer_is_the_original_translated(records, original, variable):
    column, codes = TRANSLATED[variable]
    wrong = [person for person, row in records.items() if row[variable] != codes[original[person][column]]]
    assert 0 == len(wrong)


def test_every_birth_year_follows_from_the_age(records, original):
    wrong = [p for p, row in records.items() if row["birth_year"] != 2023 - int(original[p]["Age"])]
    assert 0 == len(wrong)


def test_job_titles_lie_with_the_people(checked):
    assert 1470 == checked.file.people["position_title"].notna().sum()


def test_it_is_stored_as_an_organization_of_its_own(quick_store):
    outcome = take_in_files([Submission(FILE, CYCLE, "ibm-sample", MAPPING)], quick_store, received_on=RECEIVED)[0]
    assert ("stored", 1470) == (outcome.receipt.status, outcome.receipt.version.rows)
    assert {None} == {total.published for total in outcome.totals}
