"""An adversary asks one table after another, choosing the next from the answers; the ledger leaves nothing to find."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from etm_workbench.errors import CannotProtect
from etm_workbench.protection.facts import write_facts
from etm_workbench.protection.memory import EarlierRelease, Memory
from etm_workbench.protection.protect import protect_release
from etm_workbench.sensitive import MISSING

GROUPS = {
    "organization": ("128", "126", "136", "46"),
    "level": ("EX-01", "EX-02", "EX-03"),
    "region": ("NCR", "ON", "QC"),
}
SENSITIVE = ("placement", "sex")
MOVES = ("ABROAD", "INTERCHANGE", "OTHER_REGION")  # of which people may give several
RUNS = 5
"""Runs in one of the long test's blocks, which its workers share."""
ASKS = {"everybody": {}, "filtered": {"filters": 0.35}, "several": {"filters": 0.35, "several": True}}
TURNS = ("everybody", "filtered", "everybody", "several")
"""What the runs of the long test ask for, by turns."""


class Adversary:
    """Asks for tables, reads what is shown, and looks for hidden cells that the next table would narrow.

    `filters`: how often only those who gave some answer are asked for; the reader then knows who answered at all
    from tables alone. `several`: one of the two questions takes several answers.
    """

    def __init__(self, seed, *, fictional, count, policy, remembers, people=110, filters=0.0, several=False):
        self.rng = np.random.default_rng(seed)
        self.fictional, self.count, self.policy, self.remembers = fictional, count, policy, remembers
        self.cadre = fictional.random_cadre(self.rng, people)
        self.sensitive = ("placement", "mobility") if several else SENSITIVE
        if several:
            given = [tuple(m for m in MOVES if self.rng.random() < 0.5) or None for _ in range(people)]
            self.cadre = replace(self.cadre, records=self.cadre.records.assign(mobility=given))
        self.reader = fictional.reader(self.cadre, self.sensitive, tuple(GROUPS), knows_silent=not filters)
        self.filters = filters
        self.memory, self.asked, self.refused = Memory.empty(("service",)), 0, 0

    def ask(self):
        if (chosen := self.choose()) is None:
            return
        name, table, wheres = chosen
        memory = self.memory if self.remembers else Memory.empty()
        try:
            made = protect_release({name: table}, self.policy, self.fictional.scope, memories=(memory,), advises=False)
        except CannotProtect:
            self.refused += 1
            return
        self.take(
            made, name, wheres, EarlierRelease(self.asked, "service", frozenset({"service"}), write_facts(made.facts))
        )

    def choose(self, candidates=6):
        """The most promising of some requests: its name, its table and whom it counts; None where that is nobody."""
        dimensions, wheres = max((self.think_up() for _ in range(candidates)), key=self.promise)
        cadre = self.cadre.where(**wheres) if wheres else self.cadre
        if not len(cadre.records):
            return None
        self.asked += 1
        name = f"t{self.asked}"
        return name, self.count(cadre, name, *dimensions), wheres

    def take(self, made, name, wheres, entry):
        """Reads what was released, and keeps what the ledger says of it."""
        self.reader.read(made.bundle[name], wheres)
        self.memory = self.memory.with_releases([entry], self.policy) if self.remembers else self.memory

    def think_up(self):
        dimensions = list(self.rng.permutation(list(GROUPS))[: self.rng.integers(0, 3)])
        one, other = self.sensitive
        answers = [[one], [other], [one, other]][self.rng.choice(3, p=(0.6, 0.25, 0.15))]
        wheres = {
            name: tuple(self.rng.permutation(codes)[: self.rng.integers(1, len(codes))])
            for name, codes in GROUPS.items()
            if self.rng.random() < 0.4
        }
        if self.rng.random() < self.filters:
            # Only those who gave one of some answers, asked for their groups or for another answer.
            asked = str(self.rng.choice(self.sensitive))
            labels = self.reader.codes[self.sensitive.index(asked)]
            given = sorted({code for label in labels for code in label.split("+")} - {MISSING, "ELSE"})
            wheres[asked] = tuple(self.rng.permutation(given)[: self.rng.integers(1, len(given))])
            answers = [name for name in answers if name != asked]
        return dimensions + answers or ["level"], wheres

    def promise(self, request):
        """How many hidden cells ask about a group that this request would cut out of, or add to, a shown one."""
        dimensions, wheres = request
        row = self.reader._where(wheres)
        hidden = [cell for cell, *_ in self.reader.hidden.values()]
        return sum(1 for cell in hidden if 0 < (cell @ row) < cell.sum()) + 0.1 * len(dimensions)

    def learned(self, most=200):
        """Cells of few people that are now certain, and those narrower than the policy lets them be."""
        few = self.policy.classes.judgement.threshold
        certain = narrow = looked = 0
        for key, (row, value, whole) in list(self.reader.hidden.items()):
            if key in self.reader.shown or not 1 <= value < few or looked == most:
                continue
            looked += 1
            low, high = self.reader.interval(row)
            certain += high - low < 0.5
            narrow += high - low < min(self.policy.classes.judgement.width, whole) - 0.01
        return certain, narrow


def attack(seed, requests, **setting):
    adversary = Adversary(seed, **setting)
    for _ in range(requests):
        adversary.ask()
    return (adversary, *adversary.learned())


def attack_two_audiences(seed, requests, *, together, fictional, count, policy):
    """Releases by turns to a wider audience and to a narrower one, whose readers hold both and may see more.

    `together`: whether a release to the wider one is protected beside what the others hold. Returns how many
    requests were refused, and what either learned.
    """
    setting = {"fictional": fictional, "count": count, "remembers": True, "people": 60}
    insiders = Adversary(seed, policy=of(policy, "cluster_review", threshold=4, width=3), **setting)
    outsiders = Adversary(seed, policy=of(policy, "service", threshold=6, width=4), **setting)
    refused = 0
    for _ in range(requests):
        to = outsiders if insiders.rng.random() < 0.5 else insiders
        if (chosen := insiders.choose()) is None:
            continue
        name, table, wheres = chosen
        memories = (to.memory, insiders.memory) if together and to is outsiders else (to.memory,)
        try:
            made = protect_release({name: table}, to.policy, fictional.scope, memories=memories, advises=False)
        except CannotProtect:
            refused += 1
            continue
        audiences = frozenset({"service", to.policy.audience})
        entry = EarlierRelease(insiders.asked, to.policy.audience, audiences, write_facts(made.facts))
        for reader in (insiders, outsiders) if to is outsiders else (insiders,):
            reader.take(made, name, wheres, entry)
    return refused, insiders.learned(), outsiders.learned()


def of(policy, audience, *, threshold, width):
    """The policy for another audience, with other rules."""
    rules = policy.classes.judgement.model_copy(update={"threshold": threshold, "width": width})
    classes = policy.classes.model_copy(update={"judgement": rules, "attribute": rules})
    return policy.model_copy(update={"audience": audience, "classes": classes})


@pytest.fixture
def setting(fictional, count, small_policy):
    """What every adversary works with."""
    return {"fictional": fictional, "count": count, "policy": small_policy}


def test_without_the_ledger_requests_leak(setting):
    found = [attack(seed, 8, remembers=False, **setting)[1:] for seed in range(2)]
    assert sum(certain for certain, _ in found) > 0


@pytest.mark.parametrize("seed", [0, 4])
def test_with_the_ledger_the_same_adversary_finds_nothing(setting, seed):
    # Of both seeds, sums of two groups alone left hidden cells narrower than the policy's width.
    certain, narrow = attack(seed, 8, remembers=True, **setting)[1:]
    assert (0, 0) == (certain, narrow)


def test_earlier_cell_that_no_new_sum_reaches_is_not_narrowed(setting):
    # The tenth request of this adversary narrowed a cell hidden by the fifth that shares no sum with its own cells.
    certain, narrow = attack(1004, 10, remembers=True, people=60, **setting)[1:]
    assert (0, 0) == (certain, narrow)


def test_without_the_ledger_tables_of_those_who_gave_an_answer_leak(setting):
    certain, _ = attack(2000, 10, remembers=False, people=60, filters=0.35, **setting)[1:]
    assert certain > 0


def test_with_the_ledger_tables_of_those_who_gave_an_answer_tell_nothing_of_the_silent(setting):
    # The second request of this adversary: everybody but the men had left the first one's question open.
    found = attack(1113, 2, remembers=True, people=60, filters=0.35, **setting)[1:]
    assert (0, 0) == found


@pytest.mark.parametrize(("seed", "several"), [(2000, False), (3001, True)])
def test_with_the_ledger_tables_of_those_who_gave_an_answer_leak_nothing(setting, seed, several):
    found = attack(seed, 10, remembers=True, people=60, filters=0.35, several=several, **setting)[1:]
    assert (0, 0) == found


@pytest.mark.parametrize("seed", range(4000, 4004))
def test_readers_of_two_audiences_narrow_nothing_that_their_own_policy_hides(setting, seed):
    _, insiders, outsiders = attack_two_audiences(seed, 12, together=True, **setting)
    assert [(0, 0), (0, 0)] == [insiders, outsiders]


def test_protected_each_beside_its_own_audience_alone_two_audiences_leak(setting):
    found = [attack_two_audiences(seed, 12, together=False, **setting)[1] for seed in range(4000, 4004)]
    assert sum(certain + narrow for certain, narrow in found) > 0


@pytest.mark.long
@pytest.mark.parametrize("block", range(8))
def test_readers_of_two_audiences_find_nothing_in_up_to_twenty_releases(setting, block):
    seeds = range(4100 + 5 * block, 4105 + 5 * block)
    found = [attack_two_audiences(seed, 5 + seed % 16, together=True, **setting) for seed in seeds]
    print(f"{len(found)} runs, {sum(refused for refused, *_ in found)} requests refused")  # noqa: T201
    assert [((0, 0), (0, 0))] * len(found) == [(insiders, outsiders) for _, insiders, outsiders in found]


@pytest.mark.long
@pytest.mark.parametrize("block", range(200 // RUNS))
def test_adversary_of_up_to_fifty_requests_finds_nothing(setting, block):
    counts = {kind: Counter(runs=0) for kind in ASKS}
    for seed in range(1000 + block * RUNS, 1000 + block * RUNS + RUNS):
        kind, requests = TURNS[seed % len(TURNS)], int(np.random.default_rng(seed).integers(5, 51))
        adversary, certain, narrow = attack(seed, requests, remembers=True, people=60, **ASKS[kind], **setting)
        found = {"requests": adversary.asked, "refused": adversary.refused, "certain": certain, "narrow": narrow}
        counts[kind].update(found, runs=1)
    print(" | ".join(f"{kind}: {dict(counts[kind])}" for kind in ASKS))  # noqa: T201
    assert [0] * len(ASKS) == [counts[kind]["certain"] + counts[kind]["narrow"] for kind in ASKS]


@pytest.mark.long
def test_adversary_of_twenty_requests_to_a_larger_cadre_finds_nothing(setting):
    found = [attack(seed, 20, remembers=True, **setting)[1:] for seed in range(100, 104)]
    assert [(0, 0)] * 4 == found


@pytest.mark.long
def test_most_of_those_adversaries_leak_without_the_ledger(setting):
    found = [attack(seed, 20, remembers=False, people=60, **setting)[1:] for seed in range(1000, 1020)]
    print(f"{sum(c > 0 for c, _ in found)} of 20 runs without the ledger are certain of hidden cells")  # noqa: T201
    assert sum(certain > 0 for certain, _ in found) > 10
