"""Files with something wrong end in findings or a clean intake: no traceback, no half, no value."""

from __future__ import annotations

import io
import json
import logging
import zipfile
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from mutations import CANARIES, WAYS, Mutated, mutated
from questionnaire_files import CODEBOOK, ORGANIZATION, RECEIVED
from rich.console import Console

from etm_workbench.cli import main
from etm_workbench.codebook import LANGUAGES
from etm_workbench.intake import Outcome, Submission, load_rulebook, take_in_files
from etm_workbench.intake.report import Wording, as_records, findings_table, outcomes_table, totals_table
from etm_workbench.store import Store

WORDINGS = [Wording(load_rulebook(), CODEBOOK, language) for language in LANGUAGES]


def everything_said(outcome: Outcome) -> str:
    """All that a person would see of a file, in both languages."""
    console = Console(width=300, record=True, file=io.StringIO())
    for wording in WORDINGS:
        console.print(findings_table(outcome.findings, wording))
        console.print(outcomes_table([outcome], wording))
        console.print(totals_table([outcome], wording))
    records = [json.dumps(as_records([outcome], wording), ensure_ascii=False) for wording in WORDINGS]
    return console.export_text() + "".join(records) + repr(outcome)


def take_in(file: Mutated, store: Store) -> Outcome:
    submission = Submission(file.path, CODEBOOK.cycle, ORGANIZATION)
    return take_in_files([submission], store, received_on=RECEIVED)[0]


def whole_or_nothing(outcome: Outcome, before: int, store: Store) -> bool:
    """Whether the store holds all of the file or nothing of it."""
    versions = store.versions()
    if outcome.findings.of("check_failed"):
        return False
    if outcome.receipt is None:
        return outcome.findings.has_errors and len(versions) == before
    kept = store.cadre(cycles=[CODEBOOK.cycle], audience="own_organization").records
    return len(kept) == outcome.receipt.version.rows == outcome.findings.account.people > 0


def leaked(text: str) -> list[int]:
    """Which canaries stand in a text, by position: a failing test prints no value either."""
    return [at for at, canary in enumerate(CANARIES) if canary in text]


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key that the command makes lies in the test's folder."""
    monkeypatch.setenv("ETM_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize("number", range(len(WAYS)), ids=[name for name, _ in WAYS])
def test_one_file_of_each_way_ends_well(tmp_path, quick_store, caplog, number):
    caplog.set_level(logging.DEBUG)
    file = mutated(number, tmp_path)
    outcome = take_in(file, quick_store)
    assert whole_or_nothing(outcome, 0, quick_store)
    assert [] == leaked(everything_said(outcome).replace(file.path.name, "") + caplog.text)


def as_commanded(file: Mutated, folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Exit code of `etm intake` on a file, and all that it printed and wrote into the findings' workbook."""
    findings, code = folder / "findings.xlsx", 0
    store = f"sqlite:///{folder / 'store.sqlite'}"
    given = ["--cycle", CODEBOOK.cycle, "--organization", ORGANIZATION, "--store", store, "--findings", str(findings)]
    try:
        main(["intake", str(file.path), *given])
    except SystemExit as ended:
        code = int(ended.code or 0)
    printed = capsys.readouterr()
    written = "".join(map(repr, openpyxl.load_workbook(findings).active.values))
    findings.unlink()
    return code, (printed.out + printed.err + written).replace(file.path.name, "")


@pytest.mark.long
def test_a_thousand_files_end_well(tmp_path, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    commanded = 0
    statuses, rules, ways = Counter(), Counter(), Counter()
    for number in range(1000):
        file = mutated(number, tmp_path)
        with Store.open("sqlite://", key=bytes(32)) as store:
            outcome = take_in(file, store)
            assert whole_or_nothing(outcome, 0, store), f"file {number}: {file.ways}"
        said = everything_said(outcome).replace(file.path.name, "") + caplog.text
        assert [] == leaked(said), f"file {number}: {file.ways}"
        statuses[outcome.receipt.status if outcome.receipt else "refused"] += 1
        rules.update({finding.rule for finding in outcome.findings.entries})
        ways.update(file.ways)
        if number % 25 == 0:
            commanded += 1
            code, text = as_commanded(file, tmp_path, capsys)
            assert (True, []) == (code in (0, 11), leaked(text)), f"file {number}: {file.ways}"
        caplog.clear()
        file.path.unlink()
    report = f"""
1,000 mutated files, {len(ways)} ways of breaking them, {commanded} of them by the command: {dict(statuses)}
values said: 0; halves stored: 0
files by rule: {", ".join(f"{rule} {count}" for rule, count in rules.most_common())}"""
    with capsys.disabled():
        print(report)  # noqa: T201
    assert set(ways) == {name for name, _ in WAYS}


def test_canaries_stand_in_what_is_read(tmp_path):
    """A proof that finds no canary proves nothing unless they are there to be found."""
    number = next(at for at, (name, _) in enumerate(WAYS) if name == "wrong answers")
    file = mutated(number + len(WAYS), tmp_path)
    content = (
        zipfile.ZipFile(file.path).read("xl/sharedStrings.xml")
        if file.path.suffix == ".xlsx"
        else file.path.read_bytes()
    )
    assert leaked(content.decode("utf-8", errors="ignore").replace("\x00", "")) != []


def test_same_number_makes_the_same_text(tmp_path):
    (tmp_path / "a").mkdir()
    number = next(at for at, (name, _) in enumerate(WAYS) if name == "cut text")
    first, again = mutated(number, tmp_path), mutated(number, tmp_path / "a")
    assert first.path.read_bytes() == again.path.read_bytes()
