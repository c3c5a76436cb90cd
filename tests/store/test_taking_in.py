"""Taking files in: versions, what changed, overrides and names."""

import pandas as pd
import pytest

from etm_workbench.errors import BadInput


def test_first_file_is_stored_as_version_one(store, make_file, day):
    receipt = store.take_in(make_file("accounts"), received_on=day(1))
    assert ("stored", 1, 3, 3, 0, 0) == (
        receipt.status, receipt.version.number, receipt.version.rows, receipt.added, receipt.removed, receipt.changed
    )  # fmt: skip


def test_same_file_twice_changes_nothing(store, make_file, day):
    store.take_in(make_file("accounts"), received_on=day(1))
    again = store.take_in(make_file("accounts"), received_on=day(2))
    assert ("unchanged", 1, 1) == (again.status, again.version.number, len(store.versions()))


def test_same_content_in_another_container_is_recognised(store, make_file, day):
    original = make_file("accounts")
    shuffled = original.records.iloc[::-1][list(reversed(original.records.columns))]
    other = make_file("accounts", sha256="1" * 64, records=shuffled.assign(note=None), people=original.people[::-1])
    store.take_in(original, received_on=day(1))
    assert "unchanged" == store.take_in(other, received_on=day(2)).status


def test_changed_file_is_a_new_version_with_its_differences_counted(store, make_file, day):
    store.take_in(make_file("accounts", ["11", "12", "13"]), received_on=day(1))
    changed = make_file("accounts", ["12", "13", "14", "15"])
    receipt = store.take_in(changed, received_on=day(2))
    # 12 and 13 move up a place, and so a level.
    assert ("new_version", 2, 2, 1, 2) == (
        receipt.status, receipt.version.number, receipt.added, receipt.removed, receipt.changed
    )  # fmt: skip


def test_earlier_version_stays_and_is_superseded(store, make_file, day):
    store.take_in(make_file("accounts", ["11"]), received_on=day(1))
    store.take_in(make_file("accounts", ["12"]), received_on=day(2))
    assert [(1, True), (2, False)] == [(v.number, v.superseded) for v in store.versions()]


def test_going_back_to_earlier_content_is_a_new_version(store, make_file, day):
    for number, identifiers in enumerate((["11"], ["12"], ["11"]), start=1):
        receipt = store.take_in(make_file("accounts", identifiers), received_on=day(number))
    assert ("new_version", 3) == (receipt.status, receipt.version.number)


def test_a_corrected_name_is_a_new_version(store, make_file, day):
    file = make_file("accounts")
    store.take_in(file, received_on=day(1))
    corrected = make_file("accounts", people=file.people.assign(given_name="Zoë"))
    assert "new_version" == store.take_in(corrected, received_on=day(2)).status


@pytest.mark.parametrize("other", [{"organization": "126"}, {"cycle": "2024-25"}], ids=["organization", "cycle"])
def test_files_of_another_organization_or_cycle_have_versions_of_their_own(store, make_file, day, other):
    store.take_in(make_file("accounts"), received_on=day(1))
    assert ("stored", 1) == (
        (receipt := store.take_in(make_file("accounts", **other), received_on=day(2))).status,
        receipt.version.number,
    )


def test_versions_can_be_asked_by_cycle_organization_and_kind(store, make_file, day):
    store.take_in(make_file("accounts"), received_on=day(1))
    store.take_in(make_file("questionnaire"), received_on=day(1))
    store.take_in(make_file("accounts", organization="126"), received_on=day(1))
    assert [("128", "questionnaire")] == [
        (v.organization, v.kind) for v in store.versions("2025-26", "128", kind="questionnaire")
    ]


def test_version_keeps_the_findings_as_counts(store, make_file, day):
    findings = (("sle_expired", "warning", 4),)
    store.take_in(make_file("accounts", findings=findings), received_on=day(1))
    assert findings == store.versions()[0].findings


def test_received_moment_keeps_its_time_zone(store, make_file, day):
    store.take_in(make_file("accounts"), received_on=day(1))
    assert day(1) == store.versions()[0].received_on


def test_moment_without_time_zone_is_refused(store, make_file, day):
    with pytest.raises(BadInput, match="time zone"):
        store.take_in(make_file("accounts"), received_on=day(1).replace(tzinfo=None))


def test_person_twice_in_a_file_is_refused(make_file):
    with pytest.raises(BadInput, match="1 people more than once"):
        make_file("accounts", ["11", " 11 "])


def test_row_without_identifier_is_refused(make_file):
    with pytest.raises(BadInput, match="1 rows without person_id"):
        make_file("accounts", ["11", " "])


def test_name_among_the_records_is_refused(make_file):
    file = make_file("accounts")
    with pytest.raises(BadInput, match="'given_name'"):
        make_file("accounts", records=file.records.assign(given_name="Zoé"))


def test_unknown_kind_is_refused(make_file):
    with pytest.raises(BadInput, match="Did you mean 'accounts'"):
        make_file("account")


def test_file_shows_no_value_when_printed(make_file):
    assert "<CheckedFile of accounts, cycle 2025-26, organization 128>" == repr(make_file("accounts"))


def test_file_without_people_is_stored(store, make_file, day):
    receipt = store.take_in(make_file("equity", people=pd.DataFrame({"person_id": []})), received_on=day(1))
    assert 3 == receipt.added
