"""`etm intake` as a delegate calls it."""

from __future__ import annotations

import json

import openpyxl
import pytest
from questionnaire_files import grid, people, person, write_csv, write_xlsx

from etm_workbench.cli import main

CANARY = "CANARY-7731"


@pytest.fixture
def etm(tmp_path, monkeypatch, capsys):
    """Runs the command; gives back exit code, what was printed, what was said."""
    monkeypatch.setenv("ETM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ETM_STORE", str(tmp_path / "store.sqlite"))

    def run(*arguments):
        code = 0
        try:
            main(["intake", *map(str, arguments)])
        except SystemExit as ended:
            code = ended.code
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def good(tmp_path):
    return write_xlsx(tmp_path / "good.xlsx", grid(people(3)))


@pytest.fixture
def bad(tmp_path):
    return write_xlsx(tmp_path / "bad.xlsx", grid([person(1, level=CANARY)]))


def test_clean_file_ends_with_success(etm, good):
    assert 0 == etm(good, "--cycle", "2025-26", "--organization", "128")[0]


@pytest.mark.parametrize("name", ["128", "ESDC", "Emploi et Développement social Canada"])
def test_organization_may_be_named_as_people_do(etm, good, name):
    assert 0 == etm(good, "--cycle", "2025-26", "--organization", name)[0]


def test_file_with_an_error_ends_with_the_sender_s_code(etm, bad):
    code, _, said = etm(bad, "--cycle", "2025-26", "--organization", "128")
    assert code == 11
    assert "Not stored: 1 of 1 files" in said


def test_nothing_printed_holds_a_value(etm, bad):
    _, printed, said = etm(bad, "--cycle", "2025-26", "--organization", "128", "--lang", "fr")
    assert CANARY not in printed + said


def test_json_is_json(etm, good):
    printed = json.loads(etm(good, "--cycle", "2025-26", "--organization", "128", "--json")[1])
    assert ["stored"] == [f["status"] for f in printed["files"]]


def test_findings_go_to_a_workbook(etm, bad, tmp_path):
    etm(bad, "--cycle", "2025-26", "--organization", "128", "--findings", tmp_path / "f.xlsx")
    assert "error" == openpyxl.load_workbook(tmp_path / "f.xlsx").active["B2"].value


def test_same_file_twice_is_said(etm, good):
    etm(good, "--cycle", "2025-26", "--organization", "128")
    assert "already stored" in etm(good, "--cycle", "2025-26", "--organization", "128")[1]


def test_name_of_the_file_may_say_cycle_and_organization(etm, tmp_path):
    assert 0 == etm(write_xlsx(tmp_path / "questionnaire_128_2025-26.xlsx", grid(people(1))))[0]


def test_folder_says_which_twins_were_not_read(etm, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    write_xlsx(folder / "questionnaire_128_2025-26.xlsx", grid(people(2)))
    write_csv(folder / "questionnaire_128_2025-26.csv", grid(people(2)))
    code, _, said = etm(folder, "--workers", "1")
    assert code == 0
    assert "1 texts with the name of a workbook" in said


def test_only_the_organization_asked_for_is_taken_from_a_folder(etm, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for organization in ("126", "128"):
        rows = [person(1, organization=organization)]
        write_xlsx(folder / f"questionnaire_{organization}_2025-26.xlsx", grid(rows))
    printed = json.loads(etm(folder, "--organization", "GAC", "--json")[1])
    assert ["126"] == [f["organization"] for f in printed["files"]]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "cycle of 'good.xlsx' is not given"),
        (("--cycle", "2025-26"), "organization of 'good.xlsx' is not given"),
        (("--cycle", "2031-32", "--organization", "128"), "no cycle '2031-32'"),
        (("--cycle", "2025-26", "--organization", "EDSCX"), "no organization 'EDSCX'"),
        (("--cycle", "2025-26", "--organization", "128", "--mapping", "absent.toml"), "no mapping file"),
        (("--cycle", "2025-26", "--organization", "128", "--findings", __file__), "nothing is overwritten"),
    ],
    ids=["no cycle", "no organization", "unknown cycle", "unknown organization", "no mapping", "findings there"],
)
def test_wrong_call_is_refused_without_a_traceback(etm, good, arguments, said):
    code, _, message = etm(good, *arguments)
    assert code == 14
    assert said in message


def test_missing_file_is_refused_without_a_traceback(etm, tmp_path):
    code, _, said = etm(tmp_path / "absent.xlsx", "--cycle", "2025-26", "--organization", "128")
    assert (14, True) == (code, "There is no file" in said)


def test_help_has_an_example(etm):
    assert "Example: etm intake" in etm("--help")[1]
