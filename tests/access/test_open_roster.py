"""Who gets which names: every role's right, and every refusal."""

import ast
from datetime import date
from pathlib import Path

import pytest

import etm_workbench
from etm_workbench.errors import BadEnvironment, BadInput, NotAllowed

LEVELS = ["EX-03", "EX-04", "EX-05"]


def names(roster):
    return [row["name"].removeprefix("Zoé Example-") for row in roster.rows]


@pytest.mark.parametrize(
    ("reader", "asked", "expected"),
    [
        ("delegate", {}, ["1281", "1282", "1283"]),
        ("head", {}, ["1281", "1282", "1283"]),
        ("head", {"organizations": ["123", "128"], "levels": LEVELS}, ["1232", "1233", "1282", "1283"]),
        ("ochro", {"organizations": ["126", "128"], "levels": LEVELS}, ["1262", "1263", "1282", "1283"]),
        ("ochro", {"levels": ["EX-04"]}, ["1282"]),
        ("manager", {}, ["1281", "1283"]),
        ("manager", {"levels": ["EX-01"]}, ["1281"]),
        ("executive", {}, ["1281"]),
        ("both", {}, ["1281", "1282", "1283"]),
        ("both", {"columns": ["placement"]}, ["1281", "1283"]),
    ],
    ids=[
        "delegate: own organization",
        "deputy head: own organization",
        "deputy head: the cluster's EX-03 and above",
        "OCHRO: EX-03 and above of any organization",
        "OCHRO: one level",
        "manager: direct reports",
        "manager: direct reports of a level",
        "executive: own record",
        "executive and manager: both",
        "executive and manager: the manager's answers of direct reports only",
    ],
)
def test_role_sees_its_people(ask, reader, asked, expected):
    assert expected == names(ask(reader=f"{reader}@example.test", **asked))


@pytest.mark.parametrize(
    ("reader", "asked", "reason"),
    [
        ("nobody", {}, "holds no role"),
        ("", {}, "holds no role"),
        ("delegate", {"organizations": ["123"]}, "1 of the 1 organizations"),
        ("delegate", {"organizations": ["128", "123"]}, "1 of the 2 organizations"),
        ("delegate", {"organizations": ["123"], "levels": LEVELS}, "1 of the 1 organizations"),
        ("head", {"organizations": ["126"], "levels": LEVELS}, "1 of the 1 organizations"),
        ("head", {"organizations": ["123"]}, "of levels EX-03, EX-04, EX-05"),
        ("head", {"organizations": ["123"], "levels": ["EX-02", "EX-03"]}, "of levels EX-03, EX-04, EX-05"),
        ("ochro", {}, "of levels EX-03, EX-04, EX-05"),
        ("delegate", {"columns": ["equity_groups"]}, "Answers of executive, manager, register only"),
        ("executive", {"columns": ["placement"]}, "Answers of executive, register only"),
        ("manager", {"organizations": ["126"]}, "1 of the 1 organizations"),
    ],
)
def test_role_sees_nobody_elses_people(ask, reader, asked, reason):
    with pytest.raises(NotAllowed, match=reason):
        ask(reader=f"{reader}@example.test" if reader else "", **asked)


def test_roster_holds_answers_and_identifiers_beside_the_name(ask):
    columns = ["cycle", "organization", "level", "placement", "position_title", "manager_comments", "learning_needs"]
    roster = ask(reader="delegate@example.test", columns=columns)
    expected = {
        "name": "Zoé Example-1281",
        "cycle": "2025-26",
        "organization": "128",
        "level": "EX-01",
        "placement": "READY_ADV",
        "position_title": "Director",
        "manager_comments": "steady",
        "learning_needs": None,
    }
    assert (("name", *columns), expected) == (roster.columns, roster.rows[0])


def test_values_are_plain(ask):
    columns = ["has_questionnaire", "appointed_to_level_on", "birth_year", "position_bilingual"]
    row = ask(reader="delegate@example.test", columns=columns).rows[0]
    assert {type(None), bool, str, date} >= {type(value) for value in row.values()}


def test_access_is_logged_with_what_was_asked(ask, listed):
    ask(reader="delegate@example.test", purpose=" succession ")
    entry = listed.access_log()[-1]
    assert ("allowed", "delegate@example.test", "succession", ["level"], ["128"]) == (
        entry.outcome, entry.identity, entry.purpose, entry.detail["columns"], entry.detail["organizations"]
    )  # fmt: skip


def test_roster_carries_its_log_entry(ask, listed):
    roster = ask(reader="delegate@example.test")
    assert listed.access_log()[-1].number == roster.grant.entry


def test_refusal_is_logged_with_its_reason(ask, listed):
    with pytest.raises(NotAllowed) as refusal:
        ask(reader="delegate@example.test", organizations=["123"])
    entry = listed.access_log()[-1]
    assert ("refused", refusal.value.what) == (entry.outcome, entry.detail["refusal"])


def test_log_is_written_before_anything_is_read(ask, listed, monkeypatch):
    found = []
    monkeypatch.setattr(listed, "roster_rows", lambda **_: found.append(len(listed.access_log())) or ())
    ask(reader="delegate@example.test")
    assert [1] == found


def test_nothing_is_read_when_the_log_cannot_be_written(ask, listed, monkeypatch):
    def no_room(*_, **__):
        raise BadEnvironment("no room")

    found = []
    monkeypatch.setattr(listed, "log_access", no_room)
    monkeypatch.setattr(listed, "roster_rows", lambda **_: found.append("read"))
    with pytest.raises(BadEnvironment, match="no room"):
        ask(reader="delegate@example.test")
    assert [] == found


def test_log_holds_no_persons_value(ask, listed):
    ask(reader="delegate@example.test", columns=["level", "manager_comments", "position_title"])
    logged = str(listed.access_log())
    assert not [value for value in ("Zoé", "Example-", "EX-01", "steady", "Director") if value in logged]


def test_ended_role_sees_nothing(ask, listed):
    ended = listed.revoke_access(
        "delegate@example.test", "delegate", by="keeper@example.test", on=ask.keywords["asked_on"]
    )
    with pytest.raises(NotAllowed):
        ask(reader="delegate@example.test")
    assert 1 == ended


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"purpose": "  "}, "without a purpose"),
        ({"columns": ["plcement"]}, "Did you mean 'placement'"),
        ({"levels": ["EX-3"]}, "Did you mean 'EX-03'"),
        ({"organizations": []}, "no cycle or no organization"),
    ],
    ids=["purpose", "column", "level", "organizations"],
)
def test_request_that_makes_no_sense_is_refused(ask, wrong, message):
    with pytest.raises(BadInput, match=message):
        ask(reader="delegate@example.test", **wrong)


def test_nobody_but_the_roster_route_reads_names():
    package = Path(etm_workbench.__file__).parent
    callers = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("roster_rows", "direct_reports")
    }
    assert {"access/roster_route.py"} == callers
