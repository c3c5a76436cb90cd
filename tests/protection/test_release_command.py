"""`etm release`: what was protected leaves on somebody's word, after it was attacked once more; else it is refused."""

from __future__ import annotations

import json
import sqlite3
import zlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from etm_workbench.bundle import Bundle
from etm_workbench.cli import main
from etm_workbench.protected import claim_seal, table_from_payload
from etm_workbench.protection.facts import write_facts
from etm_workbench.protection.memory import Memory
from etm_workbench.protection.policy import load_policy
from etm_workbench.protection.protect import protect_release
from etm_workbench.protection.recheck import given_away
from etm_workbench.reporting.release import release
from etm_workbench.store import Store

DRAWING = "READY_ADV WELL_PLACED DEVELOP\n 128 3 20 15\n 126 12 30 16\n 136 14 40 17"
WHEN = datetime(2025, 11, 1, tzinfo=UTC)
NAME = "A. Person"


@pytest.fixture
def etm(capsys):
    """Runs `etm`: what it printed, what it said on the side, and the code it ended with."""

    def run(*arguments):
        code = 0
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as ended:
            code = ended.code
        out = capsys.readouterr()
        return code, out.out, out.err

    return run


@pytest.fixture
def kept(tmp_path, fictional, count):
    """A store with one release of the audience `cluster_review`, and its bundle's file."""
    url, place = f"sqlite:///{tmp_path / 'store.sqlite'}", tmp_path / "report" / "map.bundle.json"
    with Store.open(url, key=bytes(32)) as store:
        made = release(
            store,
            {"map": count(fictional.drawn(DRAWING), "map", "organization", "placement")},
            policy=load_policy("cluster_review"),
            scope=fictional.scope,
            recorded_on=WHEN,
        )
    made.write(place)
    return url, place


@pytest.fixture
def leave(etm, kept):
    """Asks for the release's approval."""

    def run(*more, place=None, audience="cluster_review"):
        url, own = kept
        return etm("release", place or own, "--audience", audience, "--approved-by", NAME, "--store", url, *more)

    return run


def test_approval_says_who_and_for_which_release(leave):
    code, out, _ = leave("--json")
    (made,) = json.loads(out)
    assert (0, 1, 2, NAME) == (code, made["release"], made["number"], made["approved_by"])


def test_folder_of_a_report_is_approved_by_its_bundles(leave, kept):
    assert 0 == leave(place=kept[1].parent)[0]


def test_ledger_lists_who_approved_a_release(leave, etm, kept):
    leave()
    (line,) = json.loads(etm("ledger", "list", "--store", kept[0], "--json")[1])
    assert (1, NAME) == (line["number"], line["approved_by"])


def test_ledger_shows_that_a_release_is_not_approved_yet(etm, kept):
    assert json.loads(etm("ledger", "show", 1, "--store", kept[0], "--json")[1])["approved_by"] is None


def test_ledger_audit_counts_approvals_apart(leave, etm, kept):
    leave()
    found = json.loads(etm("ledger", "audit", "--store", kept[0], "--json")[1])
    assert {"releases": 1, "approvals": 1, "broken": []} == found


def test_changed_approval_breaks_the_chain(leave, etm, kept):
    leave()
    with sqlite3.connect(kept[0].removeprefix("sqlite:///")) as connection:
        names = connection.execute("select name from sqlite_master where type = 'trigger'").fetchall()
        for (trigger,) in names:
            connection.execute(f"drop trigger {trigger}")
        connection.execute("update release_entry set recorded_on = '2031-01-01 00:00:00' where number = 2")
    assert 20 == etm("ledger", "audit", "--store", kept[0])[0]


def test_release_is_not_approved_twice(leave):
    leave()
    code, _, said = leave()
    assert (14, True) == (code, f"approved before, by {NAME}" in said)


def test_bundle_changed_by_hand_is_refused(leave, kept):
    path = kept[1]
    path.write_text(path.read_text().replace('"protected"', "3.0", 1))
    code, _, said = leave()
    assert (14, True) == (code, "changed after it was released" in said)


def test_bundle_changed_and_hashed_anew_is_refused(leave, kept):
    path = kept[1]
    made = Bundle.read(path)
    Bundle(made.tables, replace(made.manifest, data_version="another")).write(path)
    code, _, said = leave()
    assert (14, True) == (code, "not in this store's ledger" in said)


def test_bundle_for_another_audience_is_refused(leave):
    code, _, said = leave(audience="service")
    assert (14, True) == (code, "made for 'cluster_review', not for 'service'" in said)


def test_approval_by_nobody_is_refused(etm, kept):
    url, place = kept
    assert 14 == etm("release", place, "--audience", "cluster_review", "--approved-by", " ", "--store", url)[0]


def test_place_without_bundle_is_refused(leave, tmp_path):
    (tmp_path / "empty").mkdir()
    assert 14 == leave(place=tmp_path / "empty")[0]


def test_release_that_a_later_one_gives_away_is_refused(leave, kept, fictional, count):
    # The same people with one small organization left out, protected as if nothing had been released before:
    # the difference of the two tables is that organization.
    cadre = fictional.drawn(DRAWING)
    policy = load_policy("cluster_review")
    table = count(cadre.where(organization=["126", "136"]), "rest", "placement")
    made = protect_release({"rest": table}, policy, fictional.scope, memories=[Memory.empty()])
    whole = zlib.compress(json.dumps(made.bundle.to_payload()).encode())
    with Store.open(kept[0], key=bytes(32)) as store:
        meta = {"policy": policy.identifier, "bundle": made.bundle.identifier, "recorded_on": WHEN}
        store.append_release(
            policy.audience,
            len(whole).to_bytes(8, "little") + whole + write_facts(made.facts),
            meta={**meta, "tables": ["rest"], "combined": []},
            expected_head=store.release_head(policy.audience),
        )
    code, _, said = leave()
    assert (17, True) == (code, "Beside the other releases" in said)


def test_refused_release_leaves_no_approval(leave, etm, kept):
    leave(audience="service")
    assert 0 == json.loads(etm("ledger", "audit", "--store", kept[0], "--json")[1])["approvals"]


def test_attack_on_a_safe_release_finds_nothing(kept):
    assert 0 == given_away(Bundle.read(kept[1]), seconds=5)


def test_attack_finds_the_counts_that_a_table_gives_away(kept):
    # One of the four corners shown: the other three follow from the totals of their rows and columns.
    payload = Bundle.read(kept[1]).to_payload()["tables"][0]
    cells = payload["figures"][0][2]
    cells[max(place for place, cell in enumerate(cells) if cell == "protected")] = 16.0
    assert 3 == given_away({"map": table_from_payload(payload, claim_seal())}, seconds=5)
