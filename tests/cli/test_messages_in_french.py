"""Whatever stops a command is said in both languages."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from etm_workbench.cli.in_french import FILE, french
from etm_workbench.cli.main import etm, main
from etm_workbench.errors import BadInput

PACKAGE = Path(__file__).resolve().parents[2] / "etm_workbench"
ENTRIES = tomllib.loads(FILE.read_text(encoding="utf-8"))
ENDINGS = ("BadInput", "BadDefinition", "BadQuestionnaire", "BadEnvironment", "NotAllowed", "WorkbenchError")
# Where the messages are raised that a command's user can mend; what a notebook's author alone meets stays in English.
MET = [
    *(PACKAGE / "cli").glob("*.py"),
    *(PACKAGE / "access").glob("*.py"),
    *(PACKAGE / "intake" / f"{name}.py" for name in ("submissions", "files", "take_in", "check", "mapping", "report")),
    *(PACKAGE / "reporting" / f"{name}.py" for name in ("approval", "benchmarks", "demo", "order", "pack", "verify")),
    *(PACKAGE / "reporting" / f"{name}.py" for name in ("csv_tables", "sharing_spec", "named_list", "fan_out")),
    *(PACKAGE / "store" / f"{name}.py" for name in ("engine", "pseudonyms", "taking_in")),
]


def shape(text: str) -> str:
    """A message without the names of its slots."""
    return re.sub(r"\{[^}]*\}", "{}", text)


def said(node: ast.AST) -> Iterator[str]:
    """The texts an expression may be, slots empty."""
    if isinstance(node, ast.JoinedStr):
        yield "".join(str(v.value) if isinstance(v, ast.Constant) else "{}" for v in node.values)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from said(node.body)
        yield from said(node.orelse)


def everything_said(path: Path) -> set[str]:
    return {text for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) for text in said(node)}


def raised(path: Path) -> set[str]:
    """The parts of every error that a file raises for somebody to mend."""
    calls = [
        node.exc
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)
    ]
    ours = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in ENDINGS]
    parts = [part for call in ours for part in [*call.args, *(keyword.value for keyword in call.keywords)]]
    return {text for part in parts for text in said(part)}


def test_every_message_of_the_file_is_still_said() -> None:
    everywhere = set().union(*map(everything_said, PACKAGE.rglob("*.py")))
    assert [] == [entry["en"] for entry in ENTRIES["message"] if shape(entry["en"]) not in everywhere]


@pytest.mark.parametrize("path", MET, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_message_a_user_can_meet_has_its_french(path) -> None:
    known = {shape(entry["en"]) for entry in ENTRIES["message"]}
    assert set() == {text for text in raised(path) if text.strip(" {}")} - known


@pytest.mark.parametrize("entry", [*ENTRIES["message"], *ENTRIES["foreign"]], ids=lambda entry: entry["en"][:40])
def test_the_french_fills_no_slot_that_the_english_lacks(entry) -> None:
    assert set() == set(re.findall(r"\{(\w+)\}", entry["fr"])) - set(re.findall(r"\{(\w+)\}", entry["en"]))


def test_sentences_are_translated_one_by_one_and_what_they_hold_too() -> None:
    english = "The file 'a.csv' cannot be opened: No such file or directory. Check the path and your rights."
    expected = (
        "Le fichier «\u00a0a.csv\u00a0» ne peut être ouvert\u00a0: fichier ou dossier introuvable. "
        "Vérifiez le chemin et vos droits."
    )
    assert expected == french(english)


def test_a_message_that_is_not_known_stays_in_one_language() -> None:
    assert french("There is no format 'x'. Nobody ever wrote this.") is None


def test_a_message_within_a_message_is_in_french_or_the_whole_is_not() -> None:
    stopped = "Report 'x' stopped at cell 3 with BadInput: {} Check the path."
    assert [True, False] == [
        french(stopped.format(what)) is not None for what in ("There is no cluster 'x'.", "Nobody ever wrote this.")
    ]


def test_an_error_is_told_in_both_languages(monkeypatch, capsys) -> None:
    def fail(**_: object) -> None:
        raise BadInput("There is no cluster 'x'.", remedy="Check the path.")

    monkeypatch.setattr(etm, "main", fail)
    with pytest.raises(SystemExit):
        main([])
    expected = [
        "etm: There is no cluster 'x'. Check the path.",
        "etm\u00a0: Il n’y a pas de regroupement «\u00a0x\u00a0». Vérifiez le chemin.",
    ]
    assert expected == capsys.readouterr().err.splitlines()


def test_a_wrong_option_is_told_in_both_languages(capsys) -> None:
    with pytest.raises(SystemExit):
        main(["intake", "nothing.csv", "--lang", "french"])
    expected = "Valeur erronée pour « --lang » : « french » n’est pas l’une de « en », « fr »."
    assert expected in capsys.readouterr().err.replace("\u00a0", " ")
