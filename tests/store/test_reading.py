"""Records out of the store: the register beside the questionnaire, as of a moment."""

import pandas as pd
import pytest

from etm_workbench.errors import BadInput
from etm_workbench.store import Store


@pytest.fixture
def filled(store, make_file, day):
    store.take_in(make_file("accounts", ["11", "12", "13"]), received_on=day(1))
    store.take_in(make_file("questionnaire", ["12", "13", "14"]), received_on=day(2))
    return store


def read(store, **asked):
    return store.cadre(**{"cycles": ["2025-26"], "audience": "own_organization", **asked})


def test_one_row_for_everybody_in_the_register_or_with_a_questionnaire(filled):
    records = read(filled).records
    assert [(True, False), (True, True), (True, True), (False, True)] == list(
        zip(records["in_register"], records["has_questionnaire"], strict=True)
    )


def test_answers_come_back_as_they_went_in(filled):
    records = read(filled).records
    expected = pd.DataFrame(
        {
            "level": pd.Series(["EX-01", "EX-02", "EX-03", None], dtype="str"),
            "position_bilingual": pd.Series([False, True, False, None], dtype="boolean"),
            "appointed_to_level_on": pd.to_datetime(["2024-06-01"] * 3 + [None]).as_unit("us"),
            "placement": pd.Series([None, None, "WELL_PLACED", "DEVELOP"], dtype="str"),
            "learning_needs": pd.Series([None, None, ("coaching", "finance"), None], dtype=object),
        }
    )
    pd.testing.assert_frame_equal(expected, records[list(expected)], check_dtype=True)


def test_records_hold_no_identifier(filled):
    records = read(filled).records
    named = {"person_id", "given_name", "family_name", "email", "position_title"}
    held = {str(value) for name in records for value in records[name]}
    assert (set(), set()) == (named & set(records.columns), {"11", "12", "13", "14"} & held)


def test_register_answer_stands_before_the_questionnaires(store, make_file, day):
    store.take_in(make_file("accounts", ["11"]), received_on=day(1))
    answers = pd.DataFrame({"person_id": ["11", "12"], "level": ["EX-05", "EX-04"]})
    store.take_in(make_file("questionnaire", ["11", "12"], records=answers), received_on=day(1))
    assert ["EX-01", "EX-04"] == read(store).records["level"].tolist()


def test_latest_version_is_read(filled, make_file, day):
    filled.take_in(make_file("accounts", ["21"]), received_on=day(3))
    assert 1 == read(filled).records["in_register"].sum()


def test_records_can_be_read_as_of_an_earlier_moment(filled, make_file, day):
    filled.take_in(make_file("accounts", ["21"]), received_on=day(3))
    assert 3 == read(filled, as_of=day(2)).records["in_register"].sum()


def test_data_version_as_of_an_earlier_moment_is_what_it_was(filled, make_file, day):
    before = read(filled).scope.data_version
    filled.take_in(make_file("accounts", ["21"]), received_on=day(3))
    assert (before, False) == (
        read(filled, as_of=day(2)).scope.data_version,
        read(filled).scope.data_version == before,
    )


def test_data_version_depends_on_neither_key_nor_moment(filled, make_file, day):
    with Store.open("sqlite://", key=b"another key, for this other store"[:32]) as other:
        other.take_in(make_file("questionnaire", ["12", "13", "14"]), received_on=day(8))
        other.take_in(make_file("accounts", ["11", "12", "13"]), received_on=day(9))
        assert read(filled).scope.data_version == read(other).scope.data_version


def test_rows_come_in_an_order_that_the_key_does_not_shape(filled, make_file, day):
    with Store.open("sqlite://", key=b"another key, for this other store"[:32]) as other:
        other.take_in(make_file("questionnaire", ["12", "13", "14"]), received_on=day(8))
        other.take_in(make_file("accounts", ["11", "12", "13"]), received_on=day(9))
        pd.testing.assert_frame_equal(
            read(filled).records.drop(columns="person_key"), read(other).records.drop(columns="person_key")
        )


def test_same_person_keeps_the_pseudonym_across_cycles_and_organizations(store, make_file, day):
    store.take_in(make_file("accounts", ["11"], cycle="2024-25"), received_on=day(1))
    store.take_in(make_file("accounts", [" 11"], organization="126"), received_on=day(1))
    records = read(store, cycles=["2024-25", "2025-26"]).records
    assert (2, 1) == (len(records), records["person_key"].nunique())


def test_cycles_and_organizations_come_in_the_order_asked(store, make_file, day):
    for cycle in ("2024-25", "2025-26"):
        for organization in ("126", "128"):
            file = make_file("accounts", ["11"], cycle=cycle, organization=organization)
            store.take_in(file, received_on=day(1))
    records = read(store, cycles=["2025-26", "2024-25"], organizations=["128", "126"]).records
    expected = [("2025-26", "128"), ("2025-26", "126"), ("2024-25", "128"), ("2024-25", "126")]
    assert expected == list(zip(records["cycle"], records["organization"], strict=True))


def test_organization_without_files_is_not_there(filled):
    assert ["128"] == read(filled, organizations=["128", "126"]).records["organization"].unique().tolist()


def test_every_variable_of_the_codebook_is_there_answered_or_not(filled):
    cadre = read(filled)
    asked = {v.name for v in cadre.codebook.variables.values() if v.section in ("register", "executive", "manager")}
    named = {v.name for v in cadre.codebook.variables.values() if v.sensitivity == "identifier"}
    assert set() == asked - named - set(cadre.records.columns)


def test_equity_answers_are_apart(filled, make_file, day):
    filled.take_in(make_file("equity", ["11", "12"]), received_on=day(1))
    equity = filled.equity(cycles=["2025-26"], audience="service")
    assert (False, [True, False]) == ("is_woman" in read(filled).records, equity.records["is_woman"].tolist())


def test_cycle_without_files_is_refused(filled):
    with pytest.raises(BadInput, match="no accounts or questionnaire file of cycle 2024-25"):
        read(filled, cycles=["2024-25", "2025-26"])


def test_one_cycle_written_as_text_is_refused(filled):
    with pytest.raises(BadInput, match="no list of cycles"):
        read(filled, cycles="2025-26")


def test_types_that_clash_between_files_are_refused(filled, make_file, day):
    numbers = pd.DataFrame({"person_id": ["31"], "level": [3]})
    filled.take_in(make_file("accounts", ["31"], organization="126", records=numbers), received_on=day(3))
    with pytest.raises(BadInput, match="Variable 'level' holds number and text"):
        read(filled)


def test_some_people_are_read_as_everybody_is_read_and_held_to_them(store, make_file, day):
    store.take_in(make_file("accounts", ["11", "12"], organization="126"), received_on=day(1))
    store.take_in(make_file("accounts", ["12", "13"], organization="128"), received_on=day(1))
    store.take_in(make_file("questionnaire", ["13", "14"], organization="128"), received_on=day(1))
    whole = read(store).records
    people = set(whole["person_key"].iloc[[1, 4]])
    expected = whole[whole["person_key"].isin(people)].reset_index(drop=True)
    pd.testing.assert_frame_equal(expected, read(store, people=people).records)


def test_nobody_can_be_asked_for(filled):
    assert 0 == len(read(filled, people=()).records)


def test_data_version_of_the_store_is_that_of_everybodys_records(filled):
    assert read(filled).scope.data_version == filled.data_version(["2025-26"])
