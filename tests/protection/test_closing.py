"""Closing a group: every answer of it is hidden, as long as no earlier release showed one; it stays closed."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from etm_workbench.protection.lattice import add_release, lattice_of
from etm_workbench.protection.primary import _closed_before, groups_of, primary_rules
from etm_workbench.protection.web import Web

ANSWERS = ((), (("placement", "A"),), (("placement", "B"),))


@pytest.mark.parametrize(("shown", "closed"), [([False, False, False], {0}), ([False, True, False], set())])
def test_group_of_which_an_answer_was_shown_before_is_not_closed(shown, closed):
    lattice = SimpleNamespace(
        values=np.array([9, 4, 5]), groups=((), (0,), (0,)), shown=np.array(shown), condition=ANSWERS
    )
    assert closed == groups_of(lattice, [2])


@pytest.mark.parametrize(
    ("hidden", "lower", "closed"),
    [
        pytest.param([True, True], [0, 0], {0}, id="every answer was hidden, and could be nobody"),
        pytest.param([True, True], [0, 1], set(), id="one was said to be somebody"),
        pytest.param([True, False], [0, 0], set(), id="an answer was not hidden"),
        pytest.param([False, False], [0, 0], set(), id="nothing was asked before"),
    ],
)
def test_group_of_which_every_answer_was_hidden_before_stays_closed(hidden, lower, closed):
    lattice = SimpleNamespace(
        groups=((), (0,), (0,)),
        dark=np.array([False, *hidden]),
        earlier_lower=np.array([0, *lower]),
        virtual=np.array([False, False, False]),
    )
    assert closed == _closed_before(lattice)


@pytest.mark.parametrize("promised", [0, 2])
def test_cell_of_an_earlier_release_alone_keeps_its_width_when_its_group_is_closed(
    fictional, count, small_policy, promised
):
    cadre = fictional.drawn("READY_ADV WELL_PLACED DEVELOP\n 128 3 20 15\n 126 12 30 16")
    web = Web()
    earlier = add_release(web, [count(cadre, "map", "organization", "placement")], thresholds=small_policy.thresholds)
    for number in earlier["map"]:
        if web.cells[number].condition:
            web.change(int(number), state="hidden", width=promised, lower=0)
    places = add_release(web, [count(cadre, "all", "placement")], thresholds=small_policy.thresholds)
    lattice = lattice_of(web, places)
    alone = np.flatnonzero(lattice.dark & ~lattice.asked)
    groups = groups_of(lattice, alone.tolist())
    primary = primary_rules(lattice, small_policy, also_closed=groups)
    assert {groups != frozenset()} == set(primary.sensitive[alone])
    assert {promised} == set(primary.width[alone])


@pytest.mark.parametrize("told", [False, True])
def test_whoever_is_a_whole_group_does_not_know_to_be_alone_in_a_larger_one(fictional, count, small_policy, told):
    people = [{"level": "EX-01", "placement": code} for code in ("READY_ADV", "WELL_PLACED", "DEVELOP") * 6]
    people += [{"level": "EX-02", "placement": code} for code in ("READY_ADV", "WELL_PLACED") * 4]
    cadre = fictional.cadre_of([*people, {"organization": "126", "level": "EX-02", "placement": "DEVELOP"}])
    tables = [count(cadre, "map", "organization", "placement"), count(cadre, "levels", "level", "placement")]
    web = Web()
    lattice = lattice_of(web, add_release(web, tables, thresholds=small_policy.thresholds))

    def place(name, *key):
        return int(lattice.places[name][next(t for t in tables if t.name == name).cells.index(key)])

    answer = place("levels", "EX-02", "DEVELOP")
    closed = frozenset() if told else frozenset(lattice.groups[answer])
    primary = primary_rules(lattice, small_policy, also_closed=closed)
    assert [True, told] == primary.attacks[[place("map", "126", "DEVELOP"), answer]].tolist()


@pytest.mark.parametrize("lower", [0, 1])
def test_whoever_was_told_to_be_alone_by_an_earlier_release_knows_it_now(fictional, count, small_policy, lower):
    people = [{"level": "EX-01", "placement": code} for code in ("READY_ADV", "WELL_PLACED") * 6]
    people += [{"level": "EX-02", "placement": code} for code in ("READY_ADV", "WELL_PLACED", "DEVELOP")]
    cadre = fictional.cadre_of([*people, {"organization": "126", "placement": "DEVELOP"}])
    web = Web()
    earlier = count(cadre, "map", "organization", "placement")
    places = add_release(web, [earlier], thresholds=small_policy.thresholds)["map"]
    told = int(places[earlier.cells.index(("128", "DEVELOP"))])
    web.change(told, state="hidden", width=3, lower=lower)
    now = count(cadre, "levels", "level", "placement")
    lattice = lattice_of(web, add_release(web, [now], thresholds=small_policy.thresholds))
    answer = int(lattice.places["levels"][now.cells.index(("EX-02", "DEVELOP"))])
    everything = frozenset(groups_of(lattice, range(lattice.values.size)))
    primary = primary_rules(lattice, small_policy, also_closed=everything)
    assert [bool(lower)] * 2 == [lattice.told_alone[answer], primary.attacks[answer]]
