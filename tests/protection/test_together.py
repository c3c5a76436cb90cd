"""The last look hides until nobody narrows anything: looking once more finds nothing left to hide."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from etm_workbench.protection.lattice import add_release, lattice_of
from etm_workbench.protection.primary import groups_of, primary_rules
from etm_workbench.protection.protect import thresholds_of
from etm_workbench.protection.together import look_together
from etm_workbench.protection.web import Web
from tests.protection.random_releases import random_case


@pytest.fixture
def two_looks(service):
    """What the look finds in a small release that hides sensitive cells alone, and then with what it named hidden."""

    def made(seed):
        case, web = random_case(seed, service, small=True), Web()
        places = add_release(web, list(case.tables.values()), thresholds=thresholds_of(case.policy))
        lattice = lattice_of(web, places)
        primary = primary_rules(lattice, case.policy)
        hidden = primary.sensitive.copy()

        def look():
            return look_together(web, lattice, primary=primary, hidden=hidden, policy=case.policy)

        first = look()
        hidden[list(first.hide)] = True
        return SimpleNamespace(first=first, second=look())

    return made


@pytest.fixture
def look_closing(service):
    """What the look finds in a small release that hides sensitive cells alone, with these groups closed."""

    def made(seed, closed=frozenset()):
        case, web = random_case(seed, service, small=True), Web()
        places = add_release(web, list(case.tables.values()), thresholds=thresholds_of(case.policy))
        lattice = lattice_of(web, places)
        primary = primary_rules(lattice, case.policy, also_closed=closed)
        found = look_together(web, lattice, primary=primary, hidden=primary.sensitive, policy=case.policy)
        return SimpleNamespace(found=found, groups=groups_of(lattice, found.close))

    return made


@pytest.mark.parametrize("seed", [1011, 1017, 1022, 1048, 1091, 1126])
def test_look_names_what_told_that_hidden_answers_are_one_person_at_least(look_closing, seed):
    first = look_closing(seed)
    assert not first.found.is_safe
    assert look_closing(seed, closed=first.groups).found.is_safe


@pytest.mark.parametrize(
    "seed",
    [
        pytest.param(1164, id="a number hidden last is known to be one person at least"),
        pytest.param(1192, id="members go on knowing themselves while more is hidden"),
    ],
)
def test_look_finds_nothing_where_it_hid_enough(two_looks, seed):
    looks = two_looks(seed)
    assert looks.first.hide
    assert replace(looks.first, hide=()) == looks.second


def test_look_hides_enough_in_small_releases(two_looks):
    looks = [two_looks(seed) for seed in range(1180, 1200)]
    safe = [pair for pair in looks if pair.first.is_safe and pair.first.hide]
    assert len(safe) > 5
    assert [] == [pair for pair in safe if pair.second.hide or not pair.second.is_safe]
