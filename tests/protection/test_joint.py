"""The smallest groups of each family of answers say as much as the smallest groups of all answers together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from etm_workbench.protection import joint
from etm_workbench.protection.lattice import add_release, lattice_of
from etm_workbench.protection.primary import primary_rules
from etm_workbench.protection.secondary.clock import Clock
from etm_workbench.protection.together import _View
from etm_workbench.protection.web import Web
from tests.protection.random_releases import Case, random_case, table_of

SEEDS = range(1180, 1210)


@pytest.fixture
def views(service):
    """A look at each of a few small releases that hide sensitive cells alone."""

    return lambda: (view_of(random_case(seed, service, small=True)) for seed in SEEDS)


def view_of(case):
    web = Web()
    places = add_release(web, list(case.tables.values()), thresholds=case.policy.thresholds)
    lattice = lattice_of(web, places)
    primary = primary_rules(lattice, case.policy)
    asked = {int(n) for n in lattice.web_cell if web.cells[n].state == "asked" and web.cells[n].condition}
    told = joint.join(web, asked)
    return _View.of(web, lattice, joint=told, primary=primary, hidden=primary.sensitive.copy(), clock=Clock(60.0))


def narrowed(view):
    return [{int(view.joint.cells[cell]) for cell in view.narrow(members=members)} for members in (False, True)]


def test_truth_fits_what_readers_hold(views):
    for view in views():
        told = view.joint
        assert np.array_equal(told.sums @ told.truth, view.value)
        assert np.array_equal(told.exclusive @ told.truth, told.answered)


def test_families_apart_narrow_what_all_answers_together_narrow(views, monkeypatch):
    apart = list(views())
    found = [narrowed(view) for view in apart]

    def all_together(web, asked):
        known = {number for number, cell in enumerate(web.cells) if cell.condition and not cell.filtered}
        yield sorted(known), list(joint._identities(web, known))

    monkeypatch.setattr(joint, "_families", all_together)
    together = list(views())
    assert found == [narrowed(view) for view in together]
    assert sum(any(both) for both in found) > 10
    assert sum(view.joint.truth.size for view in apart) < sum(view.joint.truth.size for view in together)


QUESTIONS = ("readiness", "sex", "needs")


def crossed(seed, service):
    """Placement by level and by region, and other questions by placement alone, of a few dozen people."""
    case = random_case(3 * seed + 2, service, small=True)
    people = pd.concat([case.people] * 3, ignore_index=True)
    people["level"] = np.random.default_rng(seed).permutation(people["level"])
    asked = [("level", "placement"), ("region", "placement"), *((name, "placement") for name in QUESTIONS)]
    people.index = [f"p{number:04d}" for number in people.index]
    return Case(
        people, {f"t{n}": table_of(people, f"t{n}", variables) for n, variables in enumerate(asked)}, case.policy
    )


@pytest.mark.parametrize("block", range(3))
def test_blocks_narrow_what_all_small_groups_narrow(service, monkeypatch, block):
    merged = narrow = 0
    for seed in range(12 * block, 12 * block + 12):
        case = crossed(seed, service)
        blocks = [view_of(case)]
        with monkeypatch.context() as patch:
            patch.setattr(joint, "merge", all_stand_for_themselves)
            blocks.append(view_of(case))
        found = [narrowed(view) for view in blocks]
        assert found[1] == found[0], f"seed {seed}"
        merged += blocks[0].joint.truth.size < blocks[1].joint.truth.size
        narrow += any(found[0])
    assert merged > 3
    assert narrow > 3


def all_stand_for_themselves(sums, given, *, marks):
    return {key: np.arange(one.size) for key, one in given.items()}


def test_answers_that_no_sum_ties_to_those_asked_are_left_out(service):
    left_out = 0
    for seed in SEEDS:
        case, web = random_case(seed, service, small=True), Web()
        add_release(web, list(case.tables.values()), thresholds=case.policy.thresholds)
        known = [number for number, cell in enumerate(web.cells) if cell.condition and not cell.filtered]
        told = joint.join(web, known[:1]).cells.tolist()
        assert known[0] in told
        names = {name for number in told for name, *_ in web.cells[number].condition}
        alone = {n for n in known if not names & {name for name, *_ in web.cells[n].condition}}
        assert not alone & set(told)
        left_out += bool(alone)
    assert left_out > 0
