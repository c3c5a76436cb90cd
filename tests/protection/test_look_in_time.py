"""The last look takes the policy's seconds and no more: what was not shown to be safe by then does not leave."""

from __future__ import annotations

import pytest

import etm_workbench.protection.together as together
from etm_workbench.errors import CannotProtect
from etm_workbench.protection.audit import program, widths
from etm_workbench.protection.lattice import add_release, lattice_of
from etm_workbench.protection.primary import primary_rules
from etm_workbench.protection.together import Look
from etm_workbench.protection.web import Web
from tests.protection.random_releases import random_case

SEED = 1164  # a small release whose sensitive cells alone are not enough


@pytest.fixture
def look(service):
    """The last look at a small release that hides its sensitive cells alone, in so many seconds."""

    def made(seconds, seed=SEED):
        case, web = random_case(seed, service, small=True), Web()
        places = add_release(web, list(case.tables.values()), thresholds=case.policy.thresholds)
        lattice = lattice_of(web, places)
        primary = primary_rules(lattice, case.policy)
        brief = case.policy.suppression.model_copy(update={"seconds": seconds})
        policy = case.policy.model_copy(update={"suppression": brief})
        return Look(web, lattice, policy).at(primary, primary.sensitive)

    return made


def test_release_in_doubt_when_the_time_is_up_is_refused_and_says_so(look):
    with pytest.raises(CannotProtect, match="time was up"):
        look(1e-9)


def test_look_that_ends_in_time_is_not_refused(look):
    assert look(60.0).hide


@pytest.mark.parametrize("seed", range(1180, 1190))
def test_large_problems_are_found_as_safe_as_small_ones(look, monkeypatch, seed):
    as_small = look(60.0, seed)
    monkeypatch.setattr(program, "LARGE", 0)
    monkeypatch.setattr(widths, "FEW", 1)
    monkeypatch.setattr(together, "LARGE", 0)
    as_large = look(60.0, seed)
    assert (as_small.is_safe, bool(as_small.hide)) == (as_large.is_safe, bool(as_large.hide))
