"""The ledger: releases protected together with earlier ones, across filters, cycles, versions and audiences."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from etm_workbench.errors import BadInput, CannotProtect
from etm_workbench.protected import Shown, Withheld
from etm_workbench.protection.facts import read_facts, replay_facts, write_facts
from etm_workbench.protection.memory import Memory
from etm_workbench.protection.policy import coalitions, load_policy
from etm_workbench.protection.protect import protect, protect_release
from etm_workbench.protection.web import Web
from etm_workbench.reporting.release import bundle_of, earlier_release, release
from etm_workbench.store import Store

NOW = datetime(2025, 11, 1, tzinfo=UTC)
CUTS = ((), ("organization",), ("level",), ("region",), ("organization", "level"), ("region", "organization"))
STREAM = tuple((*open_, *asked) for asked in (("placement",), ("sex",), ("placement", "sex")) for open_ in CUTS)
CODES = ("READY_ADV", "WELL_PLACED", "DEVELOP")


@pytest.fixture
def ledger(tmp_path):
    """A store of its own."""
    with Store.open(f"sqlite:///{tmp_path / 'store.sqlite'}", key=bytes(32)) as opened:
        yield opened


@pytest.fixture
def leave(ledger, fictional, small_policy):
    """Releases tables through the ledger: `leave(name=table, …)`."""

    def left(policy=small_policy, scope=fictional.scope, or_without=(), **tables):
        return release(ledger, tables, policy=policy, scope=scope, recorded_on=NOW, or_without=or_without)

    return left


@pytest.fixture
def cadre(fictional):
    """An organization of 36: the two EX-02 can be had by subtraction."""
    people = [("EX-01", "READY_ADV", 10), ("EX-01", "WELL_PLACED", 13), ("EX-01", "DEVELOP", 11)]
    people += [("EX-02", "READY_ADV", 1), ("EX-02", "DEVELOP", 1)]
    return fictional.cadre_of([{"level": level, "placement": code} for level, code, n in people for _ in range(n)])


def shown(table, **codes):
    return isinstance(table.cell(**codes), Shown)


def test_answer_shown_for_all_is_hidden_for_all_but_two(cadre, count, leave):
    everybody = leave(all=count(cadre, "all", "placement"))["all"]
    assert all(shown(everybody, placement=code) for code in CODES)
    most = leave(most=count(cadre.where(level="EX-01"), "most", "placement"))["most"]
    assert not any(shown(most, placement=code) for code in CODES)


def test_without_the_ledger_the_same_two_tables_are_both_shown(cadre, count, fictional, small_policy):
    for part in (cadre, cadre.where(level="EX-01")):
        made = protect({"t": count(part, "t", "placement")}, small_policy, fictional.scope)["t"]
        assert all(shown(made, placement=code) for code in CODES)


def test_order_decides_which_table_is_shown(cadre, count, leave):
    most = leave(most=count(cadre.where(level="EX-01"), "most", "placement"))["most"]
    everybody = leave(all=count(cadre, "all", "placement"))["all"]
    assert (True, False) == (shown(most, placement="DEVELOP"), shown(everybody, placement="DEVELOP"))


def test_same_request_comes_back_as_it_was(cadre, count, leave, ledger):
    first, second = (leave(all=count(cadre, "all", "placement")) for _ in range(2))
    assert first.to_payload() == second.to_payload()
    assert 1 == len(ledger.read_releases())


def test_recorded_bundle_is_the_one_that_left(cadre, count, leave, ledger):
    made = leave(all=count(cadre, "all", "placement"))
    assert made.to_payload() == bundle_of(ledger.read_releases()[0]).to_payload()


def test_cell_hidden_before_stays_hidden(fictional, count, leave):
    cadre = fictional.drawn("READY_ADV WELL_PLACED DEVELOP\n 128 3 20 15\n 126 12 30 16\n 136 14 40 17")
    before = leave(map=count(cadre, "map", "organization", "placement"))["map"]
    after = leave(one=count(cadre.where(organization=["128", "126"]), "one", "organization", "placement"))["one"]
    for organization in ("128", "126"):
        for code in CODES:
            if not shown(before, organization=organization, placement=code):
                assert not shown(after, organization=organization, placement=code)


def test_total_over_some_organizations_does_not_give_away_a_hidden_one(fictional, count, leave):
    # 128 and 126 are hidden together; their sum with 136 shown would give back nothing only if it stays vague.
    cadre = fictional.drawn("READY_ADV WELL_PLACED DEVELOP\n 128 3 20 15\n 126 12 30 16\n 136 14 40 17\n 46 11 25 19")
    before = leave(map=count(cadre, "map", "organization", "placement"))["map"]
    partner = next(o for o in ("126", "136", "46") if not shown(before, organization=o, placement="READY_ADV"))
    rest = [o for o in ("128", "126", "136", "46") if o != partner]
    after = leave(sums=count(cadre.where(organization=rest), "sums", "placement"))["sums"]
    assert not shown(after, placement="READY_ADV")


@pytest.fixture
def refused(fictional, count, leave):
    """A table that is refused beside what was released before, with one that is not."""
    cadre = fictional.random_cadre(np.random.default_rng(1), 120)
    for dimensions in STREAM:
        table = count(cadre, "t", *dimensions)
        try:
            leave(t=table)
        except CannotProtect:
            return {"t": table, "levels": count(cadre, "levels", "level")}
    raise AssertionError


def test_refusal_names_the_earlier_release_and_a_safe_request(refused, leave):
    with pytest.raises(CannotProtect) as refusal:
        leave(t=refused["t"])
    assert re.search(r"beside releases? \d.* of the ledger: \d+ cells of 't'", refusal.value.what)
    assert re.fullmatch(r"Ask for 't' without \w+: that would be safe\.", refusal.value.remedy)


def test_refusal_without_time_for_advice_names_no_request(refused, leave, monkeypatch):
    monkeypatch.setattr("etm_workbench.protection.protect.ADVICE_SECONDS", 0.0)
    with pytest.raises(CannotProtect) as refusal:
        leave(t=refused["t"])
    assert refusal.value.remedy.startswith("Merge categories")


def test_person_who_left_is_not_given_away_by_last_cycles_table(fictional, count, leave):
    # One man left between the cycles; sex lasts, so last cycle's table and this one's differ by him.
    people = [{"sex": "F"}] * 20 + [{"sex": "M"}] * 21
    last = fictional.cadre_of(people, cycle="2024-25")
    this = fictional.cadre_of(people[:-1], cycle="2025-26")
    assert shown(leave(last=count(last, "last", "sex"))["last"], sex="M")
    assert not shown(leave(this=count(this, "this", "sex"))["this"], sex="M")


def test_answers_of_two_cycles_are_different_answers(fictional, count, leave):
    people = [{"placement": code} for code, n in (("READY_ADV", 10), ("DEVELOP", 11)) for _ in range(n)]
    last, this = (fictional.cadre_of(people, cycle=cycle) for cycle in ("2024-25", "2025-26"))
    leave(last=count(last, "last", "placement"))
    assert shown(leave(this=count(this, "this", "placement"))["this"], placement="DEVELOP")


def test_answer_corrected_by_one_person_does_not_show(fictional, count, leave):
    codes = ["READY_ADV"] * 10 + ["WELL_PLACED"] * 14 + ["DEVELOP"] * 11
    leave(t=count(fictional.cadre_of([{"placement": code} for code in codes]), "t", "placement"))
    codes[0] = "WELL_PLACED"
    corrected = count(fictional.cadre_of([{"placement": code} for code in codes]), "t", "placement")
    after = leave(scope=replace(fictional.scope, data_version="version two"), t=corrected)["t"]
    assert [False, False, True] == [shown(after, placement=code) for code in CODES]


def test_filter_on_an_answer_is_the_same_cell_as_the_answer(fictional, count, leave):
    cadre = fictional.drawn("READY_ADV WELL_PLACED DEVELOP\n 128 3 20 15\n 126 12 30 16\n 136 14 40 17")
    leave(map=count(cadre, "map", "organization", "placement"))
    after = leave(ready=count(cadre.where(placement="READY_ADV"), "ready", "organization"))["ready"]
    assert isinstance(after.cell(organization="128"), Withheld)


def test_public_release_is_protected_against_what_the_service_reads(cadre, count, leave, small_policy):
    public = small_policy.model_copy(update={"audience": "public", "combines_with": ("public",)})
    leave(all=count(cadre, "all", "placement"))
    most = leave(policy=public, most=count(cadre.where(level="EX-01"), "most", "placement"))["most"]
    assert not any(shown(most, placement=code) for code in CODES)


def test_own_set_of_audiences_comes_first():
    found = [(readers.audiences, readers.policy.audience) for readers in coalitions(load_policy("public"))]
    assert (("public",), "public") == found[0]
    assert (("public", "service"), "service") in found


def test_ledger_holds_no_pseudonym(cadre, count, fictional, small_policy):
    table = count(cadre, "t", "level", "placement")
    made = protect_release({"t": table}, small_policy, fictional.scope, memories=(Memory.empty(),))
    payload = write_facts(made.facts)
    assert not any(key.encode() in payload for key in cadre.records["person_key"])


def test_facts_come_back_as_written(fictional, count, small_policy):
    cadre = fictional.random_cadre(np.random.default_rng(3), 90)
    tables = {"a": count(cadre, "a", "organization", "placement"), "b": count(cadre, "b", "level", "placement", "sex")}
    made = protect_release(tables, small_policy, fictional.scope, memories=(Memory.empty(),)).facts
    assert write_facts(made) == write_facts(read_facts(write_facts(made)))


def test_facts_read_twice_add_nothing(fictional, count, small_policy):
    cadre = fictional.random_cadre(np.random.default_rng(4), 90)
    table = count(cadre, "a", "organization", "placement")
    facts = protect_release({"a": table}, small_policy, fictional.scope, memories=(Memory.empty(),)).facts
    web = Web()
    first, second = (replay_facts(web, facts, release=1) for _ in range(2))
    assert first == second


def test_two_releases_at_once_are_protected_against_each_other(cadre, count, leave, ledger):
    tables = {"all": count(cadre, "all", "placement"), "most": count(cadre.where(level="EX-01"), "most", "placement")}
    threads = [threading.Thread(target=leave, kwargs={name: table}) for name, table in tables.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = {name: bundle_of(entry)[name] for entry in ledger.read_releases() for name in entry.meta["tables"]}
    assert 2 == len(made)
    assert not any(shown(made["all"], placement=code) and shown(made["most"], placement=code) for code in CODES)


def test_spare_table_is_left_out_where_no_safe_form_of_all_exists(refused, leave, ledger):
    made = leave(or_without=("t",), **refused)
    assert (["levels"], None) == (list(made), made.get("t"))
    assert ["t"] == ledger.read_releases()[-1].meta["left_out"]


def test_spare_table_stays_where_all_are_safe(cadre, count, leave, ledger):
    tables = {"all": count(cadre, "all", "placement"), "levels": count(cadre, "levels", "level")}
    assert ["all", "levels"] == list(leave(or_without=("all",), **tables))
    assert [] == ledger.read_releases()[-1].meta["left_out"]


def test_release_without_a_spare_table_comes_back_to_whoever_can_spare_it(refused, leave, ledger):
    first = leave(or_without=("t",), **refused)
    count = len(ledger.read_releases())
    assert first.to_payload() == leave(or_without=("t",), **refused).to_payload()
    assert count == len(ledger.read_releases())
    with pytest.raises(CannotProtect):
        leave(**refused)


@pytest.mark.parametrize(("spare", "message"), [(("al",), "Did you mean 'all'"), (("all",), "Every table")])
def test_only_tables_of_the_request_may_be_spared_and_not_all(spare, message, cadre, count, leave, ledger):
    with pytest.raises(BadInput, match=message):
        leave(or_without=spare, all=count(cadre, "all", "placement"))
    assert not ledger.read_releases()


def test_entry_says_which_audiences_it_was_held_against(cadre, count, leave, ledger):
    leave(all=count(cadre, "all", "placement"))
    assert frozenset({"public", "service"}) == earlier_release(ledger.read_releases()[0]).combined
