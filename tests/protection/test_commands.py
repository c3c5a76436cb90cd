"""`etm protect` and `etm ledger` on fictional tables."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from etm_workbench.cli import main
from etm_workbench.reporting.release import release
from etm_workbench.store import Store

COUNTS = "organization,placement,people\nA,r,3\nA,w,20\nA,d,15\nB,r,12\nB,w,30\nB,d,26\nC,r,14\nC,w,40\nC,d,27\n"


@pytest.fixture
def etm(capsys):
    """Runs `etm`; what it prints, or the code it ends with."""

    def run(*arguments):
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as ended:
            return ended.code
        return capsys.readouterr().out

    return run


@pytest.fixture
def store_url(tmp_path, fictional, count, small_policy):
    """A store with one release."""
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    cadre = fictional.drawn("READY_ADV WELL_PLACED DEVELOP\n 128 3 20 15\n 126 12 30 16\n 136 14 40 17")
    with Store.open(url, key=bytes(32)) as store:
        tables = {"map": count(cadre, "map", "organization", "placement")}
        release(
            store, tables, policy=small_policy, scope=fictional.scope, recorded_on=datetime(2025, 11, 1, tzinfo=UTC)
        )
    return url


def test_small_count_of_a_csv_file_is_hidden_with_its_partners(etm, tmp_path):
    (tmp_path / "counts.csv").write_text(COUNTS)
    printed = etm("protect", tmp_path / "counts.csv", "--policy", "cluster_review", "--value", "people")
    rows = [line.split(",") for line in printed.splitlines()]
    assert {("A", "r"), ("A", "d"), ("B", "r"), ("B", "d")} == {(a, b) for a, b, shown in rows if shown == "x"}


def test_count_that_is_no_number_of_people_is_refused(etm, tmp_path):
    (tmp_path / "counts.csv").write_text(COUNTS.replace("30", "-1"))
    assert 14 == etm("protect", tmp_path / "counts.csv", "--policy", "service", "--value", "people")


def test_reasons_for_readers_do_not_tell_the_small_cell(etm, tmp_path):
    (tmp_path / "counts.csv").write_text(COUNTS)
    etm("protect", tmp_path / "counts.csv", "--policy", "cluster_review", "--value", "people",
        "--explain", tmp_path / "why.csv")  # fmt: skip
    lines = (tmp_path / "why.csv").read_text().splitlines()
    assert 5 == len(lines)
    assert not any("fewer than" in line for line in lines)


def test_whole_reason_names_the_rule_in_both_languages(etm, tmp_path):
    (tmp_path / "counts.csv").write_text(COUNTS)
    etm("protect", tmp_path / "counts.csv", "--policy", "cluster_review", "--value", "people",
        "--explain", tmp_path / "why.csv", "--whole-reason")  # fmt: skip
    told = [line for line in (tmp_path / "why.csv").read_text().splitlines() if line.startswith("A,r,")]
    assert ["fewer than 5 people" in told[0], "moins de 5 personnes" in told[0]] == [True, True]


def test_dial_says_what_each_threshold_hides_and_writes_no_table(etm, tmp_path):
    (tmp_path / "counts.csv").write_text(COUNTS)
    out = etm("protect", tmp_path / "counts.csv", "--policy", "cluster_review", "--value", "people",
              "--dial", "3,5,20", "--json")  # fmt: skip
    now, three, five, twenty = json.loads(out)
    assert (now["hidden"], 0, "20") == (five["hidden"], three["hidden"]["table"], twenty["label"])
    assert twenty["newly_hidden"]["table"] > 0


def test_dial_with_no_number_is_refused(etm, tmp_path):
    (tmp_path / "counts.csv").write_text(COUNTS)
    assert 14 == etm("protect", tmp_path / "counts.csv", "--policy", "service", "--value", "people", "--dial", "few")


def test_ledger_lists_its_releases(etm, store_url):
    (line,) = json.loads(etm("ledger", "list", "--store", store_url, "--json"))
    assert (1, "service", ["map"]) == (line["number"], line["audience"], line["tables"])


def test_ledger_shows_what_a_release_hid(etm, store_url):
    assert 4 == json.loads(etm("ledger", "show", 1, "--store", store_url, "--json"))["proof"]["hidden"]


def test_ledger_audit_finds_the_chain_whole(etm, store_url):
    found = json.loads(etm("ledger", "audit", "--store", store_url, "--json"))
    assert {"releases": 1, "approvals": 0, "broken": []} == found


def test_release_that_is_not_in_the_ledger_is_an_error(etm, store_url):
    assert 14 == etm("ledger", "show", 9, "--store", store_url)
