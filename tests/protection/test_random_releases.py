"""Random releases: whatever leaves, no attacker that the policy names finds a hidden cell inside its range."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from etm_workbench.errors import BadInput, CannotProtect
from etm_workbench.protected import Shown, Withheld
from etm_workbench.protection.protect import protect
from tests.protection.random_releases import random_case
from tests.protection.release_attacker import Attacker, attack, families

BLOCK = 100
"""Releases in one of the long test's blocks, which its workers share."""
KINDS = ("released", "refused", "filtered", "several", "cells", "hidden", "members", "breaches")


@pytest.fixture
def released(service, fictional):
    """The protected tables of a random case, None where it is refused."""

    def made(case):
        try:
            return protect(case.tables, case.policy, fictional.scope)
        except CannotProtect:
            return None

    return made


@pytest.fixture
def tally(service, released):
    """Counts over the releases of these seeds."""

    def counted(seeds):
        counts = Counter(dict.fromkeys(KINDS, 0))
        for seed in seeds:
            case = random_case(seed, service)
            tables = released(case)
            if tables is None:
                counts["refused"] += 1
                continue
            breaches, members = attack(case, tables)
            shown = [isinstance(cell, Shown) for name in case.tables for cell in tables[name].figure().cells]
            counts.update(released=1, filtered=case.filtered, several=case.several, members=members)
            counts.update(cells=len(shown), hidden=len(shown) - sum(shown), breaches=len(breaches))
        return counts

    return counted


def only_the_small(case, name):
    """A table with nothing hidden but what the threshold hides."""
    table = case.tables[name]
    counts = table._evidence.counts
    closed = [
        bool(table.answer_filters)
        or any(
            d.sensitivity != "establishment" and c not in ("TOTAL", "ANSWERED", "MISSING")
            for d, c in zip(table.dimensions, key, strict=True)
        )
        for key in table.cells
    ]
    cells = [
        Withheld("too_few") if dark and 0 < n < 5 else Shown(float(n)) for dark, n in zip(closed, counts, strict=True)
    ]
    return SimpleNamespace(figure=lambda: SimpleNamespace(cells=cells))


@pytest.mark.parametrize("block", range(4))
def test_no_attacker_narrows_a_hidden_cell_of_a_random_release(tally, block):
    counts = tally(range(block * 12, block * 12 + 12))
    assert counts["released"] > 5
    assert 0 == counts["breaches"]


@pytest.mark.parametrize("seed", [293, 2231], ids=["of few", "of nobody"])
def test_whoever_answered_gave_one_of_several_answers_at_least(tally, seed):
    # In these releases the answers shown left three hidden numbers narrower than the policy's width.
    counts = tally([seed])
    assert (1, 1, 0) == (counts["released"], counts["several"], counts["breaches"])


def test_some_random_releases_are_refused(tally):
    assert tally(range(5, 15))["refused"] > 0


def test_attacker_finds_what_the_threshold_alone_leaves_open(service):
    found = 0
    for seed in range(12):
        case = random_case(seed, service)
        found += bool(attack(case, {name: only_the_small(case, name) for name in case.tables})[0])
    assert found > 6


def test_attacker_finds_what_tables_of_those_who_answered_leave_open_when_protected_alone(service, released):
    found = 0
    for seed in range(2, 62, 3):
        case = random_case(seed, service)
        alone = {name: replace(table, cut_from=None) for name, table in case.tables.items()}
        if case.filtered and (tables := released(replace(case, tables=alone))) is not None:
            try:
                found += bool(attack(case, tables)[0])
            except BadInput as error:  # protected apart, tables may contradict each other, which gives nobody away
                if "published sums contradict each other" not in str(error):
                    raise
    assert found > 1


@pytest.fixture
def worlds(service, released):
    """Attackers of small releases, each with every world that fits what was shown."""

    def written():
        for seed in range(1000, 1024):
            case = random_case(seed, service, small=True)
            if (tables := released(case)) is not None:
                for names in families(case):
                    attacker = Attacker(case, tables, names)
                    found = attacker.every_world()
                    if found is not None:
                        yield attacker, found

    return list(written())


def test_every_world_of_small_releases_leaves_the_width(worlds):
    assert len(worlds) > 10
    assert [] == [name for attacker, found in worlds for name in attacker.too_narrow(found)]


def test_own_answer_makes_nobody_sure_of_another_persons(worlds):
    # In a group of which every answer is hidden, people know their own answer, and not to be alone with it.
    sure = asked = 0
    for attacker, found in worlds:
        for answer in np.flatnonzero(attacker.truth):
            mine = found[found[:, answer] >= 1]
            for row in (attacker.known.rows[name] for name in attacker.known.width.keys() - attacker.known.shown):
                others = row @ attacker.truth - row[answer]
                asked += others > 0
                sure += others > 0 and np.ptp(mine @ row) == 0
    assert asked > 100
    assert 0 == sure


@pytest.mark.long
@pytest.mark.parametrize("block", range(5000 // BLOCK))
def test_no_attacker_narrows_a_hidden_cell_of_five_thousand_random_releases(tally, block):
    counts = tally(range(block * BLOCK, block * BLOCK + BLOCK))
    print(f"releases {block * BLOCK} to {block * BLOCK + BLOCK - 1}: {dict(counts)}")  # noqa: T201
    assert 0 == counts["breaches"]
