"""Files are what a delegate would really get, and the same bytes for the same seed."""

from __future__ import annotations

import csv
import hashlib
from datetime import datetime

import openpyxl
import pytest

from etm_workbench.codebook import load_codebook
from etm_workbench.synthetic import CANARIES, make_service, write_files

CYCLES = ["2023-24", "2024-25", "2025-26"]
ENGLISH, FRENCH = "122", "141"
TITLE_ROWS = 6
KINDS = (("questionnaire", "xlsx"), ("questionnaire", "csv"), ("accounts", "csv"), ("equity", "csv"))


def name(kind, organization, cycle, ending):
    return f"{cycle}/{organization}/{kind}_{organization}_{cycle}.{ending}"


def csv_rows(folder, kind, organization, cycle):
    delimiter = ";" if organization == FRENCH else ","
    with (folder / name(kind, organization, cycle, "csv")).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream, delimiter=delimiter))


def sheet_rows(folder, organization, cycle):
    book = openpyxl.load_workbook(folder / name("questionnaire", organization, cycle, "xlsx"))
    return [list(row) for row in book.active.iter_rows(values_only=True)]


def digests(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_seed_gives_the_same_bytes(folder, small, tmp_path):
    again = make_service(small.cycles, seed=small.seed, organizations=("561", "250", "141", "122"))
    write_files(again, tmp_path)
    assert digests(folder) == digests(tmp_path)


def test_another_seed_gives_other_people(small, tmp_path, folder):
    write_files(make_service(small.cycles, seed=small.seed + 1, organizations=("122",)), tmp_path)
    path = name("questionnaire", "122", "2025-26", "csv")
    assert (folder / path).read_bytes() != (tmp_path / path).read_bytes()


def test_each_organization_and_cycle_has_four_files(folder, small):
    expected = {
        name(kind, organization, cycle, ending)
        for cycle in CYCLES
        for organization in small.organizations(cycle)
        for kind, ending in (
            ("questionnaire", "xlsx"),
            ("questionnaire", "csv"),
            ("accounts", "csv"),
            ("equity", "csv"),
        )
    }
    assert expected == set(digests(folder))


def test_an_organization_that_did_not_exist_yet_has_no_files(folder):
    assert not (folder / "2023-24" / "561").exists()


@pytest.mark.parametrize("cycle", CYCLES)
@pytest.mark.parametrize("canary", CANARIES, ids=lambda canary: canary.given_name)
def test_a_canary_is_in_the_questionnaires_of_a_cycle(folder, cycle, canary):
    texts = [path.read_text(encoding="utf-8-sig") for path in (folder / cycle).rglob("questionnaire_*.csv")]
    strings = [
        canary.person_id,
        canary.given_name,
        canary.family_name,
        canary.career_objective,
        canary.manager_comments,
    ]
    assert any(all(string in text for string in strings) for text in texts)


@pytest.mark.parametrize("cycle", CYCLES)
def test_canary_emails_and_record_numbers_are_in_the_account_registers(folder, cycle):
    text = "".join(path.read_text(encoding="utf-8-sig") for path in (folder / cycle).rglob("accounts_*.csv"))
    assert all(canary.email in text and canary.pri in text for canary in CANARIES)


@pytest.mark.parametrize("cycle", CYCLES)
@pytest.mark.parametrize("organization", [ENGLISH, FRENCH])
@pytest.mark.parametrize("kind", ["questionnaire", "accounts", "equity"])
def test_every_heading_is_known_to_the_codebook(folder, kind, organization, cycle):
    variables = load_codebook(cycle).variables.values()
    known = {text: v.name for v in variables for text in (v.en, v.fr, *v.headers)}
    for heading in csv_rows(folder, kind, organization, cycle)[0]:
        assert len({known[part] for part in heading.split(" / ")}) == 1


def test_headings_drift_from_cycle_to_cycle(folder):
    first = [csv_rows(folder, "questionnaire", ENGLISH, cycle)[0] for cycle in CYCLES]
    assert 3 == len({tuple(headings) for headings in first})


@pytest.mark.parametrize(("cycle", "heading"), [("2023-24", "SLE - Oral"), ("2024-25", "SLE - Oral / ELS - Oral")])
def test_older_headings_are_of_the_older_system(folder, cycle, heading):
    assert heading in csv_rows(folder, "questionnaire", ENGLISH, cycle)[0]


@pytest.mark.parametrize(
    ("organization", "cycle", "label"),
    [
        (ENGLISH, "2023-24", "Fit"),
        (ENGLISH, "2024-25", "Well-Placed in Role"),
        (FRENCH, "2023-24", "Bien placé dans son poste"),
        (FRENCH, "2025-26", "Bien placé dans le rôle"),
    ],
)
def test_placements_are_written_as_the_cycle_called_them(folder, organization, cycle, label):
    cells = {cell for row in csv_rows(folder, "questionnaire", organization, cycle) for cell in row}
    assert label in cells


@pytest.mark.parametrize("cycle", CYCLES)
def test_the_workbook_and_the_text_say_the_same(folder, cycle):
    sheet = sheet_rows(folder, ENGLISH, cycle)[TITLE_ROWS:]
    written = [
        ["" if cell is None else cell.date().isoformat() if isinstance(cell, datetime) else str(cell) for cell in row]
        for row in sheet
    ]
    assert csv_rows(folder, "questionnaire", ENGLISH, cycle) == written


def test_the_workbook_opens_with_title_rows_that_say_fictional(folder):
    rows = sheet_rows(folder, FRENCH, "2025-26")
    assert "Exportation du questionnaire (données fictives) / Questionnaire export (fictional data)" == rows[0][0]


def test_dates_are_real_dates_in_the_workbook(folder):
    sheet = sheet_rows(folder, ENGLISH, "2025-26")[TITLE_ROWS:]
    column = next(place for place, heading in enumerate(sheet[0]) if heading.startswith("Feedback given on"))
    assert {datetime} == {type(row[column]) for row in sheet[1:] if row[column] is not None}


def test_several_answers_are_in_one_cell(folder):
    rows = csv_rows(folder, "questionnaire", ENGLISH, "2025-26")
    column = next(place for place, heading in enumerate(rows[0]) if heading.startswith("Mobility"))
    assert any("; " in row[column] for row in rows[1:])


@pytest.mark.parametrize("kind", ["questionnaire", "accounts"])
def test_self_identification_is_in_no_other_file(folder, kind):
    groups = {code.en for code in load_codebook("2025-26").code_list("equity_groups").codes} - {"Women"}
    cells = {cell for row in csv_rows(folder, kind, ENGLISH, "2025-26") for cell in row}
    assert set() == groups & {answer for cell in cells for answer in cell.split("; ")}


def test_progress_counts_organizations_of_all_cycles(small, tmp_path):
    seen = []
    write_files(small, tmp_path, progress=lambda done, everything: seen.append((done, everything)))
    assert [(done, 11) for done in range(1, 12)] == seen
