"""A file from its bytes to checked records."""

from __future__ import annotations

import pandas as pd
import pytest
from questionnaire_files import CODEBOOK, ORGANIZATION, grid, people, person, write_csv, write_xlsx

from etm_workbench.errors import BadInput
from etm_workbench.intake import check_file


def rules(checked, severity=None):
    return {f.rule for f in checked.findings.entries if severity in (None, f.severity)}


def test_clean_file_is_ready(check):
    assert check(people(3)).file is not None


def test_clean_file_has_no_error_or_warning(check):
    assert set() == rules(check(people(3)), "error") | rules(check(people(3)), "warning")


def test_labels_become_codes(check):
    assert ["WELL_PLACED"] == list(check([person()]).file.records["placement"])


def test_several_answers_become_a_tuple_in_the_list_s_order(check):
    answers = check([person(mobility="Another region; Another organization")]).file.records["mobility"]
    assert [("OTHER_ORGANIZATION", "OTHER_REGION")] == list(answers)


def test_dates_are_datetime64(check):
    assert pd.api.types.is_datetime64_any_dtype(check([person()]).file.records["sle_oral_expires_on"])


def test_yes_is_true(check):
    assert [True] == list(check([person()]).file.records["position_bilingual"])


def test_free_text_lies_with_the_people_not_in_the_records(check):
    file = check([person(manager_comments="fictional comment")]).file
    assert "manager_comments" not in file.records
    assert ["fictional comment"] == list(file.people["manager_comments"])


def test_organization_column_is_checked_and_left_to_the_store(check):
    assert "organization" not in check([person()]).file.records


def test_nothing_is_handed_on_while_an_error_stands(check):
    assert check([person(level="EX-09")]).file is None


@pytest.mark.parametrize("language", ["en", "fr", "both"])
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_headers_are_known_in_either_language(tmp_path, check, language, form):
    cells = grid(people(2), language)
    path = tmp_path / f"q.{form}"
    write_xlsx(path, cells) if form == "xlsx" else write_csv(path, cells)
    assert 2 == len(check(path).file.records)


def test_text_and_workbook_of_the_same_answers_say_the_same(tmp_path, check):
    book = check(write_xlsx(tmp_path / "questionnaire_a.xlsx", grid(people(4))))
    text = check(write_csv(tmp_path / "questionnaire_a.csv", grid(people(4), "fr"), encoding="cp1252", delimiter=";"))
    assert book.file.content_hash == text.file.content_hash


def test_unknown_organization_is_refused_with_the_nearest(tmp_path):
    path = write_xlsx(tmp_path / "q.xlsx", grid(people(1)))
    with pytest.raises(BadInput, match="There is no organization"):
        check_file(path, organization="Employment and Social Developmint Canada", codebook=CODEBOOK)


def test_title_in_place_of_identifier_is_refused_with_the_identifier(tmp_path):
    path = write_xlsx(tmp_path / "q.xlsx", grid(people(1)))
    with pytest.raises(BadInput, match=f"Use '{ORGANIZATION}'"):
        check_file(path, organization="ESDC", codebook=CODEBOOK)


def test_missing_file_is_refused(tmp_path, check):
    with pytest.raises(BadInput, match="cannot be opened"):
        check(tmp_path / "absent.xlsx")


def test_repr_holds_no_value(check):
    checked = check([person(manager_comments="CANARY")])
    assert "CANARY" not in repr(checked) + repr(checked.file) + repr(checked.findings)
