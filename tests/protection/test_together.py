"""The last look hides until nobody narrows anything: looking once more finds nothing left to hide."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from etm_workbench.protection import together
from etm_workbench.protection.lattice import add_release, lattice_of
from etm_workbench.protection.primary import groups_of, primary_rules
from etm_workbench.protection.together import Look
from etm_workbench.protection.web import Web
from tests.protection.random_releases import random_case


@pytest.fixture
def two_looks(service):
    """What the look finds in a small release that hides sensitive cells alone, and then with what it named hidden."""

    def made(seed):
        case, web = random_case(seed, service, small=True), Web()
        places = add_release(web, list(case.tables.values()), thresholds=case.policy.thresholds)
        lattice = lattice_of(web, places)
        primary = primary_rules(lattice, case.policy)
        hidden = primary.sensitive.copy()

        def look():
            return Look(web, lattice, case.policy).at(primary, hidden)

        first = look()
        hidden[list(first.hide)] = True
        return SimpleNamespace(first=first, second=look())

    return made


@pytest.fixture
def look_closing(service):
    """What a look finds in a small release that hides sensitive cells alone, and with the groups closed that it named.

    The last of the three is what another look finds that saw nothing before.
    """

    def made(seed):
        case, web = random_case(seed, service, small=True), Web()
        places = add_release(web, list(case.tables.values()), thresholds=case.policy.thresholds)
        lattice = lattice_of(web, places)
        first = Look(web, lattice, case.policy)

        def at(look, closed):
            primary = primary_rules(lattice, case.policy, also_closed=closed)
            return look.at(primary, primary.sensitive)

        open_ = at(first, frozenset())
        groups = groups_of(lattice, open_.close)
        return open_, at(first, groups), at(Look(web, lattice, case.policy), groups)

    return made


@pytest.mark.parametrize("seed", [1011, 1017, 1022, 1048, 1091, 1126])
def test_look_names_what_told_that_hidden_answers_are_one_person_at_least(look_closing, seed):
    open_, closed, _ = look_closing(seed)
    assert not open_.is_safe
    assert closed.is_safe


@pytest.mark.parametrize("seed", [1011, 1017, 1022, 1048, 1091, 1126])
def test_second_look_finds_what_a_first_one_would(look_closing, seed):
    _, second, first = look_closing(seed)
    assert (second.is_safe, bool(second.hide)) == (first.is_safe, bool(first.hide))


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


@pytest.fixture(params=["as it is", "as if each question took seconds"])
def pace(request, monkeypatch):
    """Both ways of looking: all that is narrow at once, and a little at a time."""
    if request.param != "as it is":
        monkeypatch.setattr(together, "LARGE", 0)
        monkeypatch.setattr(together, "AT_ONCE", 1)


@pytest.mark.usefixtures("pace")
def test_look_hides_enough_in_small_releases(two_looks):
    looks = [two_looks(seed) for seed in range(1180, 1200)]
    safe = [pair for pair in looks if pair.first.is_safe and pair.first.hide]
    assert len(safe) > 5
    assert [] == [pair for pair in safe if pair.second.hide or not pair.second.is_safe]
