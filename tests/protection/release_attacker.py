"""What an independent attacker knows of a random release after it left, built from its tables as they are printed.

It shares nothing with the suppressor's view of them: who stands in a cell is worked out here from what the table
says of itself, its filters too, and tables of everybody and of those who gave an answer make one system.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from math import comb

import numpy as np
import pandas as pd
from scipy import sparse

from etm_workbench.protected import ProtectedTable, Shown
from etm_workbench.protection.audit import Breach, Published, attack_as_members, check_release
from etm_workbench.protection.policy import ClassRules
from etm_workbench.sensitive import ANSWERED, MISSING, TOTAL, Dimension, SensitiveTable
from tests.protection.random_releases import QUESTIONS, SEVERAL, Case, answers_of, codes_of

Asked = list[tuple[str, frozenset[str]]]
"""What people of a cell all have in common: variables, and the codes of which they have one."""


@dataclass
class Knowledge:
    """What is known of the cells: who would count in each, and what the release says of it.

    `groups`: for each cell, who could have given the answer, to each question that it asks. `seen`: groups of which
    some answer is shown, so that the zeros among the others would be shown as well. `bare`: shown, and too few.
    """

    rows: dict[bytes, np.ndarray] = field(default_factory=dict)
    shown: set[bytes] = field(default_factory=set)
    width: dict[bytes, int] = field(default_factory=dict)
    lower: dict[bytes, int] = field(default_factory=dict)
    alone: set[bytes] = field(default_factory=set)
    groups: dict[bytes, list[set[tuple[str, bytes]]]] = field(default_factory=dict)
    seen: set[tuple[str, bytes]] = field(default_factory=set)
    bare: set[bytes] = field(default_factory=set)


class Attacker:
    """Everything that follows from protected tables, for one who knows everybody's groups and who answered.

    The unknowns are how many people of each smallest group gave each combination of the answers asked.

    Parameters
    ----------
    case : Case
        What was asked.
    release : mapping
        What left: its tables by name.
    tables : sequence of str
        Those of its tables that ask about the same answers.
    """

    def __init__(self, case: Case, release: Mapping[str, ProtectedTable], tables: Sequence[str]) -> None:
        self.policy, self.known = case.policy, Knowledge()
        self.closed = sorted(set().union(*(questions(case.tables[name]) for name in tables)))
        named = set().union(*(variables(table) for table in case.tables.values()))
        self.open, self.answered = sorted(named - QUESTIONS.keys()), sorted(named & QUESTIONS.keys())
        self._masks: dict[tuple[str, frozenset[str]], np.ndarray] = {}
        self._combine(case.people)
        for name in tables:
            self._read(case.tables[name], release[name])
        self._conclude()

    def breaches(self, *, seconds: float = 20.0) -> tuple[list[Breach], int]:
        """Cells inside their protected range, for each attacker that the policy names; how many members.

        Outsiders reckon in whole people; a cell that they cannot decide in time is decided in fractions.
        """
        problem, truth, width, owner = self._problem()
        bare = [number for number, name in enumerate(self.known.rows) if name in self.known.bare]
        found = [Breach(cell, truth[cell], truth[cell], 1.0, proved=True) for cell in bare]
        found += check_release(problem, width, truth=truth, seconds=seconds)
        if doubtful := [breach.cell for breach in found if not breach.proved]:
            wanted = np.zeros(width.size)
            wanted[doubtful] = width[doubtful]
            found = [breach for breach in found if breach.proved]
            found += check_release(replace(problem, integer=False), wanted, truth=truth, seconds=seconds)
        members = int(np.unique(owner[owner >= 0]).size) if self.policy.attackers.members else 0
        if members:
            certain, fractions = np.minimum(width, 1.0), replace(problem, integer=False)
            found += attack_as_members(fractions, truth, width=certain, seconds=seconds, owner=owner)
        return found, members

    def every_world(self, *, most: int = 4_000) -> np.ndarray | None:
        """All numbers of people that fit what was shown, one world a row; None if they are too many."""
        rows = self.known.rows
        shown = np.array([rows[name] for name in sorted(self.known.shown)], float).T
        worlds = np.zeros((1, len(self.labels)))
        for _, members in self.labels.groupby("group"):
            people = int(self.truth[members.index].sum())
            if len(worlds) * comb(people + len(members) - 1, people) > most:
                return None
            ways = _ways(people, len(members))
            worlds = np.repeat(worlds, len(ways), axis=0)
            worlds[:, members.index] = np.tile(ways, (len(worlds) // len(ways), 1))
            worlds = worlds[(worlds @ shown <= self.truth @ shown).all(axis=1)]
        worlds = worlds[(worlds @ shown == self.truth @ shown).all(axis=1)]
        for name, least in self.known.lower.items():
            if name not in self.known.shown:
                worlds = worlds[worlds @ rows[name] >= least]
        return worlds

    def too_narrow(self, worlds: np.ndarray) -> list[bytes]:
        """Hidden cells whose number differs by less than their width over these worlds."""
        counts = {name: worlds @ self.known.rows[name] for name in self.known.width if name not in self.known.shown}
        return [name for name, count in counts.items() if np.ptp(count) < self.known.width[name]]

    def _combine(self, people: pd.DataFrame) -> None:
        """Smallest groups by combinations of answers; how many people of each group answered what is known."""
        keys = [people[name].to_numpy(str) for name in self.open]
        silent = [(people[name] == MISSING).to_numpy().astype(str) for name in self.answered]
        smallest = pd.MultiIndex.from_arrays([*keys, *silent])
        self.person_group, found = pd.factorize(smallest, sort=True)
        labels = []
        for number, group in enumerate(found):
            known = dict(zip(self.open, group, strict=False))
            quiet = dict(zip(self.answered, group[len(self.open) :], strict=True))
            options = [[MISSING] if quiet[v] == "True" else answers_of(v) for v in self.closed]
            labels += [{"group": number, **known, **dict(zip(self.closed, o, strict=True))} for o in product(*options)]
        self.labels = pd.DataFrame(labels)
        names = ["group", *self.closed]
        index = pd.MultiIndex.from_frame(self.labels[names])
        own = people[self.closed].assign(group=self.person_group)[names]
        self.person = index.get_indexer(pd.MultiIndex.from_frame(own))
        self.truth = np.bincount(self.person, minlength=len(self.labels)).astype(float)

    def _read(self, table: SensitiveTable, protected: ProtectedTable) -> None:
        known = self.known
        for key, cell in zip(table.cells, protected.figure().cells, strict=True):
            asked = _asked(table, key)
            row = self._meeting(asked)
            name, value = row.tobytes(), int(row @ self.truth)
            known.rows[name] = row
            if isinstance(cell, Shown):
                assert value == cell.value
                known.shown.add(name)
            if told := _told(asked):
                self._judge(row, asked, told)

    def _judge(self, row: np.ndarray, asked: Asked, told: set[str]) -> None:
        """What the policy wants of a cell that tells of these answers, and in which groups people could give them."""
        known, name, value = self.known, row.tobytes(), int(row @ self.truth)
        groups = {variable: self._whole(asked, variable) for variable in told}
        named = {(variable, group.tobytes()) for variable, group in groups.items()}
        known.groups.setdefault(name, []).append(named)
        smallest = min(int(group @ self.truth) for group in groups.values())
        rules = self._rules(told)
        if 0 < value < rules.threshold or (rules.class_disclosure and 0 < value == smallest):
            known.width[name] = max(known.width.get(name, 0), min(rules.width, smallest))
            if name in known.shown:
                known.bare.add(name)
        if name in known.shown and row.any():  # nobody who gave one answer gave another: that zero is no news
            known.seen |= named

    def _conclude(self) -> None:
        """Where every answer of a group is hidden, an empty one may be among them, and nobody knows to be alone."""
        known = self.known
        for name, readings in known.groups.items():
            if name not in known.shown and any(groups <= known.seen for groups in readings):
                known.lower[name] = int(self.policy.attackers.at_least_one)
                if known.rows[name] @ self.truth == 1:
                    known.alone.add(name)

    def _whole(self, asked: Asked, variable: str) -> np.ndarray:
        """Everybody who could have given the answer to one question: they answered, and meet all else."""
        return self._meeting([one for one in asked if one[0] != variable]) & ~self._mask(variable, frozenset([MISSING]))

    def _meeting(self, asked: Asked) -> np.ndarray:
        return np.logical_and.reduce([np.ones(len(self.labels), bool), *(self._mask(*one) for one in asked)])

    def _mask(self, variable: str, codes: frozenset[str]) -> np.ndarray:
        if (variable, codes) not in self._masks:
            values = self.labels[variable]
            if variable in SEVERAL:
                met = values.map({label: not codes.isdisjoint(label.split("+")) for label in values.unique()})
            else:
                met = values.isin(codes)
            self._masks[variable, codes] = met.to_numpy(bool)
        return self._masks[variable, codes]

    def _rules(self, told: Collection[str]) -> ClassRules:
        """Those of the most sensitive answer asked."""
        return self.policy.classes.of(
            "judgement" if any(QUESTIONS[name][0] == "judgement" for name in told) else "attribute"
        )

    def _problem(self) -> tuple[Published, np.ndarray, np.ndarray, np.ndarray]:
        known, names = self.known, list(self.known.rows)
        group = self.labels["group"].to_numpy()
        sizes = np.bincount(group, self.truth)
        sums = sparse.csr_array(np.array([known.rows[name] for name in names], np.int8))
        inside = sparse.csr_array((np.ones(group.size, np.int8), (group, np.arange(group.size))))
        blocks = [[-sparse.eye_array(len(names)), sums, None], [None, inside, -sparse.eye_array(sizes.size)]]
        relations = sparse.csr_array(sparse.block_array(blocks).astype(np.int8))
        values = sums @ self.truth
        truth = np.concatenate([values, self.truth, sizes])
        shown = np.where([name in known.shown for name in names], values, np.nan)
        published = np.concatenate([shown, np.full(group.size, np.nan), sizes])
        lower, width = np.zeros(truth.size), np.zeros(truth.size)
        lower[: len(names)] = [known.lower.get(name, 0) for name in names]
        width[: len(names)] = [known.width.get(name, 0) for name in names]
        hidden = np.isnan(published)
        problem = Published(published, relations, np.where(hidden, lower, 0.0), np.full(truth.size, np.inf))
        return problem, truth, np.where(hidden, width, 0.0), self._owners(names, truth.size)

    def _owners(self, names: Sequence[bytes], size: int) -> np.ndarray:
        """Who is alone in which cell; people who nowhere can know it do not attack."""
        rows, shown, alone = self.known.rows, self.known.shown, self.known.alone
        inside = {
            place: np.flatnonzero(rows[name][self.person]) for place, name in enumerate(names) if name not in shown
        }
        who = {place: int(people[0]) for place, people in inside.items() if people.size == 1}
        knowing = {person for place, person in who.items() if names[place] in alone}
        owner = np.full(size, -1, np.int64)
        for place, person in who.items():
            owner[place] = person if person in knowing else -1
        return owner


def attack(case: Case, release: Mapping[str, ProtectedTable]) -> tuple[list[Breach], int]:
    """What attackers narrow of a release, by families of tables that ask about the same answers."""
    breaches: list[Breach] = []
    members = 0
    for tables in families(case):
        found, attackers = Attacker(case, release, tables).breaches()
        breaches, members = breaches + found, members + attackers
    return breaches, members


def _ways(people: int, answers: int) -> np.ndarray:
    """All ways in which so many people can give so many answers."""
    if answers == 1:
        return np.array([[people]])
    parts = [np.insert(_ways(people - own, answers - 1), 0, own, axis=1) for own in range(people + 1)]
    return np.concatenate(parts)


def families(case: Case) -> list[list[str]]:
    """The tables that tell of the same answers, those too that only share one with another."""
    found: list[tuple[set[str], list[str]]] = []
    for name, table in case.tables.items():
        asked, tables = questions(table), [name]
        for family in [f for f in found if f[0] & asked]:
            found.remove(family)
            asked, tables = asked | family[0], [*family[1], *tables]
        if asked:
            found.append((asked, tables))
    return [tables for _, tables in found]


def variables(table: SensitiveTable) -> set[str]:
    """All that a table says of people, by its dimensions and its filters."""
    return {d.variable for d in table.dimensions} | {name for name, _ in table.population.filters}


def questions(table: SensitiveTable) -> set[str]:
    """The questions whose answers it tells of."""
    return variables(table) & QUESTIONS.keys()


def leaves(dimension: Dimension, code: str) -> frozenset[str]:
    """The codes of people who count in a node."""
    if code == ANSWERED and dimension.variable in SEVERAL:
        return frozenset(codes_of(dimension.variable))
    below = dimension.children(code)
    return frozenset().union(*(leaves(dimension, child) for child in below)) if below else frozenset([code])


def _asked(table: SensitiveTable, key: tuple[str, ...]) -> Asked:
    """What people of a cell have in common."""
    filters = [(name, frozenset(codes)) for name, codes in table.population.filters]
    nodes = zip(table.dimensions, key, strict=True)
    return filters + [(d.variable, leaves(d, code)) for d, code in nodes if code != TOTAL]


def _told(asked: Asked) -> set[str]:
    """The questions whose answers a cell tells of: to have answered at all, or not, is known."""
    every = {name: set(codes_of(name)) for name in QUESTIONS}
    return {name for name, codes in asked if name in QUESTIONS and MISSING not in codes and not every[name] <= codes}
