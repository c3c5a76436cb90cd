"""Files into the store: whole or not at all, once, and as versions."""

from __future__ import annotations

import pytest
from questionnaire_files import CODEBOOK, ORGANIZATION, RECEIVED, grid, people, person, write_csv, write_xlsx

from etm_workbench.intake import Submission, take_in_files

ACCOUNTS = ("person_id", "given_name", "family_name", "level", "acting_level", "position_bilingual")


def submission(path):
    return Submission(path, CODEBOOK.cycle, ORGANIZATION)


def take_in(store, *paths, **options):
    return take_in_files([submission(path) for path in paths], store, received_on=RECEIVED, **options)


def stored(store):
    return store.cadre(cycles=["2025-26"], audience="own_organization").records


@pytest.fixture
def questionnaire(tmp_path):
    return write_xlsx(tmp_path / "questionnaire.xlsx", grid(people(3)))


def test_clean_file_is_stored(store, questionnaire):
    assert "stored" == take_in(store, questionnaire)[0].receipt.status


def test_every_person_is_in_the_store(store, questionnaire):
    take_in(store, questionnaire)
    assert 3 == len(stored(store))


def test_same_file_twice_is_a_no_op(store, questionnaire):
    take_in(store, questionnaire)
    assert "unchanged" == take_in(store, questionnaire)[0].receipt.status


def test_twin_in_text_is_a_no_op(store, questionnaire, tmp_path):
    take_in(store, questionnaire)
    twin = write_csv(tmp_path / "questionnaire.csv", grid(people(3)))
    assert "unchanged" == take_in(store, twin)[0].receipt.status


def test_changed_file_is_a_new_version_with_its_differences_counted(store, questionnaire, tmp_path):
    take_in(store, questionnaire)
    later = [person(1), person(2, readiness="Ready now"), person(4)]
    receipt = take_in(store, write_xlsx(tmp_path / "later.xlsx", grid(later)))[0].receipt
    assert ("new_version", 1, 1, 1) == (receipt.status, receipt.added, receipt.removed, receipt.changed)


def test_file_with_an_error_leaves_the_store_as_it_was(store, questionnaire, tmp_path):
    take_in(store, questionnaire)
    before = store.versions()
    take_in(store, write_xlsx(tmp_path / "bad.xlsx", grid([*people(3), person(4, level="EX-09")])))
    assert before == store.versions()


def test_file_with_an_error_leaves_the_others_alone(store, questionnaire, tmp_path):
    bad = write_xlsx(tmp_path / "bad.xlsx", grid([person(4, level="EX-09")]))
    assert [True, False] == [o.receipt is None for o in take_in(store, bad, questionnaire)]


def test_second_file_of_one_run_does_not_replace_the_first(store, questionnaire, tmp_path):
    other = write_xlsx(tmp_path / "questionnaire_part_2.xlsx", grid([person(9)]))
    outcomes = take_in(store, questionnaire, other)
    assert outcomes[1].receipt is None
    assert 3 == len(stored(store))


def test_register_among_the_files_is_held_against_the_questionnaire(store, questionnaire, tmp_path):
    accounts = [person(n, given_name="Fictional", family_name="Person") for n in (1, 2)]
    register = write_xlsx(tmp_path / "accounts_128.xlsx", grid(accounts, columns=ACCOUNTS))
    outcome = take_in(store, questionnaire, register)[-1]
    assert [1] == [f.count for f in outcome.findings.of("person_not_in_register")]


def test_control_totals_show_the_difference_from_the_published_headcount(store, questionnaire):
    totals = {total.level: total for total in take_in(store, questionnaire)[0].totals}
    assert (3, 471, -468) == (totals["EX-01"].stored, totals["EX-01"].published, totals["EX-01"].difference)


def test_two_workers_store_what_one_does(store, questionnaire, tmp_path):
    other = write_xlsx(tmp_path / "other.xlsx", grid([person(9, organization="126")]))
    files = [submission(questionnaire), Submission(other, CODEBOOK.cycle, "126")]
    outcomes = take_in_files(files, store, received_on=RECEIVED, workers=2)
    assert ["stored", "stored"] == [o.receipt.status for o in outcomes]


def test_progress_is_told_of_each_file(store, questionnaire):
    done = []
    take_in(store, questionnaire, on_outcome=done.append)
    assert ["questionnaire.xlsx"] == [o.findings.source for o in done]


def test_register_stored_earlier_is_held_against_the_questionnaire(store, questionnaire, tmp_path):
    accounts = [person(n, given_name="Fictional", family_name="Person") for n in (1, 2)]
    take_in(store, write_xlsx(tmp_path / "accounts_128.xlsx", grid(accounts, columns=ACCOUNTS)))
    outcome = take_in(store, questionnaire)[0]
    assert [1] == [f.count for f in outcome.findings.of("person_not_in_register")]
