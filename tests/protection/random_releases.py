"""Random releases of fictional people, and what an independent attacker knows of one after it left.

Shapes are those of the service: mostly one organization of 5 to 300 people, sometimes several in clusters.
The attacker here is built from the tables alone: it shares nothing with the suppressor's view of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

import numpy as np
import pandas as pd
from scipy import sparse

from etm_workbench.protected import ProtectedTable, Shown
from etm_workbench.protection.audit import Breach, Published, attack_as_members, check_release
from etm_workbench.protection.policy import ClassRules, Policy
from etm_workbench.sensitive import (
    ANSWERED,
    MISSING,
    OPEN_NODES,
    TOTAL,
    Dimension,
    Evidence,
    Node,
    Population,
    SensitiveTable,
    Sensitivity,
)

CLOSED: dict[str, tuple[Sensitivity, int]] = {
    "placement": ("judgement", 5),
    "readiness": ("judgement", 3),
    "sex": ("attribute", 2),
    "age": ("attribute", 4),
}
OPEN = {"level": 4, "region": 3, "branch": 4}


@dataclass(frozen=True)
class Case:
    """A release to protect: people, tables of them, and the policy."""

    people: pd.DataFrame
    tables: dict[str, SensitiveTable]
    policy: Policy


def random_case(seed: int, service: Policy, *, small: bool = False) -> Case:
    """The release of this seed; a small one has so few people that every world can be written down."""
    rng = np.random.default_rng(seed)
    several = not small and rng.random() < 0.3
    people = _people(rng, several=several, most=13 if small else 300)
    open_ = [*OPEN, *(["organization"] if several else [])]
    tables = {}
    for number in range(int(rng.choice([1, 2, 3], p=[0.5, 0.3, 0.2]))):
        variables = _variables(rng, open_, at_most=60 if small else 500)
        cut = _filter(rng, people) if rng.random() < 0.3 else ()
        tables[f"t{number}"] = table_of(people, f"t{number}", [_dimension(people, v) for v in variables], cut)
    return Case(people, tables, _policy(rng, service))


def table_of(
    people: pd.DataFrame, name: str, dimensions: Sequence[Dimension], cut: tuple[tuple[str, tuple[str, ...]], ...] = ()
) -> SensitiveTable:
    """A table of these people, of those who meet `cut` only."""
    kept = np.ones(len(people), bool)
    for variable, codes in cut:
        kept &= people[variable].isin(codes).to_numpy()
    rows = [kept & inside for inside in cell_people(people, dimensions)]
    return SensitiveTable(
        name,
        tuple(dimensions),
        Population(("2025-26",), "2026-03-31", filters=tuple(sorted(cut))),
        "establishment",
        Evidence(sparse.csr_array(np.array(rows, np.int8)), people.index.to_numpy(str)),
    )


def cell_people(people: pd.DataFrame, dimensions: Sequence[Dimension]) -> list[np.ndarray]:
    """For each cell in order, who belongs to it."""
    inside = []
    for dimension in dimensions:
        codes = people[dimension.variable].to_numpy(str)
        inside.append({code: np.isin(codes, list(leaves(dimension, code))) for code in dimension.codes})
    keys = product(*(dimension.codes for dimension in dimensions))
    return [np.logical_and.reduce([inside[axis][code] for axis, code in enumerate(key)]) for key in keys]


def leaves(dimension: Dimension, code: str) -> set[str]:
    """The codes of people who count in a node."""
    below = dimension.children(code)
    return {code}.union(*(leaves(dimension, child) for child in below)) if below else {code}


@dataclass
class Knowledge:
    """What is known of the cells: who would count in each, and what the release says of it."""

    rows: dict[bytes, np.ndarray] = field(default_factory=dict)
    shown: set[bytes] = field(default_factory=set)
    width: dict[bytes, int] = field(default_factory=dict)
    lower: dict[bytes, int] = field(default_factory=dict)
    alone: set[bytes] = field(default_factory=set)


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
        asked = {d.variable for name in tables for d in case.tables[name].dimensions}
        everywhere = case.tables.values()
        self.closed = sorted(asked & set(CLOSED))
        groups = {d.variable for table in everywhere for d in table.dimensions} - set(CLOSED)
        self.open = sorted(groups | {v for table in everywhere for v, _ in table.population.filters})
        self._combine(case.people)
        for name in tables:
            self._read(case.tables[name], release[name])

    def breaches(self, *, seconds: float = 20.0) -> tuple[list[Breach], int]:
        """Hidden cells inside their protected range, for each attacker that the policy names; how many members.

        Outsiders reckon in whole people; a cell that they cannot decide in time is decided in fractions.
        """
        problem, truth, width, owner = self._problem()
        found = list(check_release(problem, width, truth=truth, seconds=seconds))
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
            ways = _ways(int(self.truth[members.index].sum()), len(members))
            if len(worlds) * len(ways) > most:
                return None
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
        silent = [(people[name] == MISSING).to_numpy().astype(str) for name in CLOSED]
        smallest = pd.MultiIndex.from_arrays([*keys, *silent])
        self.person_group, found = pd.factorize(smallest, sort=True)
        labels = []
        for number, group in enumerate(found):
            known = dict(zip(self.open, group, strict=False))
            quiet = dict(zip(CLOSED, group[len(self.open) :], strict=True))
            options = [[MISSING] if quiet[v] == "True" else _codes(v) for v in self.closed]
            labels += [{"group": number, **known, **dict(zip(self.closed, o, strict=True))} for o in product(*options)]
        self.labels = pd.DataFrame(labels)
        names = ["group", *self.closed]
        index = pd.MultiIndex.from_frame(self.labels[names])
        own = people[self.closed].assign(group=self.person_group)[names]
        self.person = index.get_indexer(pd.MultiIndex.from_frame(own))
        self.truth = np.bincount(self.person, minlength=len(self.labels)).astype(float)

    def _read(self, table: SensitiveTable, protected: ProtectedTable) -> None:
        known, kept = self.known, np.ones(len(self.labels), bool)
        for variable, codes in table.population.filters:
            kept &= self.labels[variable].isin(codes).to_numpy()
        rows = [kept & inside for inside in cell_people(self.labels, table.dimensions)]
        cells = {
            key: (row, int(row @ self.truth), isinstance(cell, Shown))
            for key, row, cell in zip(table.cells, rows, protected.figure().cells, strict=True)
        }
        for key, (row, value, is_shown) in cells.items():
            name = row.tobytes()
            known.rows[name] = row
            if is_shown:
                known.shown.add(name)
                continue
            lines = _lines(table, key)
            wholes = [cells[whole][1] for whole, _ in lines]
            rules = self._rules(table, key)
            if 0 < value < rules.threshold or (rules.class_disclosure and 0 < value == min(wholes)):
                known.width[name] = max(known.width.get(name, 0), min(rules.width, *wholes))
            # Where every answer of a group is hidden, an empty one may be among them, and nobody knows to be alone.
            if all(any(cells[other][2] for other in line) for _, line in lines):
                known.lower[name] = int(self.policy.attackers.at_least_one)
                if value == 1:
                    known.alone.add(name)

    def _rules(self, table: SensitiveTable, key: tuple[str, ...]) -> ClassRules:
        """Those of the most sensitive answer asked."""
        asked = [
            d for d, code in zip(table.dimensions, key, strict=True) if d.variable in CLOSED and code not in OPEN_NODES
        ]
        return self.policy.classes.of("judgement" if any(d.sensitivity == "judgement" for d in asked) else "attribute")

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
    families: list[tuple[set[str], list[str]]] = []
    for name, table in case.tables.items():
        asked, tables = {d.variable for d in table.dimensions} & set(CLOSED), [name]
        for family in [f for f in families if f[0] & asked]:
            families.remove(family)
            asked, tables = asked | family[0], [*family[1], *tables]
        if asked:
            families.append((asked, tables))
    return [tables for _, tables in families]


def _lines(table: SensitiveTable, key: tuple[str, ...]) -> list[tuple[tuple[str, ...], list[tuple[str, ...]]]]:
    """For each answer asked, the cell of everybody who answered, and the cells of all answers."""
    found = []
    for axis, dimension in enumerate(table.dimensions):
        if dimension.variable in CLOSED and key[axis] not in OPEN_NODES:
            own = [code for code in dimension.codes if code not in OPEN_NODES]
            before, after = key[:axis], key[axis + 1 :]
            found.append(((*before, ANSWERED, *after), [(*before, code, *after) for code in own]))
    return found


def _codes(variable: str) -> list[str]:
    return [f"{variable[0]}{i}" for i in range(CLOSED[variable][1])]


def _people(rng: np.random.Generator, *, several: bool, most: int) -> pd.DataFrame:
    number = int(rng.integers(40, 400)) if several else int(np.exp(rng.uniform(np.log(5), np.log(most))))
    columns: dict[str, np.ndarray] = {}
    if several:
        organizations = int(rng.integers(3, 16))
        columns["organization"] = _drawn(rng, [f"o{i:02d}" for i in range(organizations)], number, 1.0)
    for name, codes in OPEN.items():
        columns[name] = _drawn(rng, [f"{name[0]}{i}" for i in range(codes)], number, rng.choice([0.5, 2.0]))
    for name, (_, codes) in CLOSED.items():
        answers = _drawn(rng, [f"{name[0]}{i}" for i in range(codes)], number, rng.choice([0.4, 1.0, 5.0]))
        if rng.random() < 0.3:  # an answer that only some groups can give
            answers = np.where((answers == f"{name[0]}0") & (columns["level"] != "l0"), f"{name[0]}1", answers)
        silent = rng.random(number) < rng.choice([0.0, 0.1, 0.3], p=[0.5, 0.35, 0.15])
        columns[name] = np.where(silent, MISSING, answers)
    return pd.DataFrame(columns, index=[f"p{i:04d}@2025-26" for i in range(number)])


def _drawn(rng: np.random.Generator, codes: list[str], number: int, evenness: float) -> np.ndarray:
    share = rng.dirichlet([evenness] * len(codes))
    return rng.choice(codes, number, p=share).astype("<U12")


def _variables(rng: np.random.Generator, open_: list[str], *, at_most: int) -> list[str]:
    """One to five variables, nearly always with an answer, of no more cells than a report has."""
    closed = list(rng.permutation(list(CLOSED))[: int(rng.choice([1, 2, 3], p=[0.65, 0.3, 0.05]))])
    chosen, size = [], 1
    for name in [*closed, *rng.permutation(open_)[: int(rng.integers(0, 4))]]:
        codes = (CLOSED[name][1] + 3) if name in CLOSED else 20 if name == "organization" else OPEN[name] + 2
        if len(chosen) < 5 and size * codes <= at_most:
            chosen.append(str(name))
            size *= codes
    return [str(name) for name in rng.permutation(chosen)]


def _dimension(people: pd.DataFrame, variable: str) -> Dimension:
    """Codes of everybody, as a tree where the variable has one."""
    if variable == "organization":
        codes = sorted(set(people[variable]))
        clusters = {f"c{start}": codes[start : start + 3] for start in range(0, len(codes), 3)}
        return Dimension.tree(variable, clusters)
    if variable == "branch":
        return Dimension.tree(variable, {"sector a": ["b0", "b1"], "sector b": ["b2", "b3"]})
    if variable in OPEN:
        return Dimension.flat(variable, [f"{variable[0]}{i}" for i in range(OPEN[variable])])
    sensitivity, _ = CLOSED[variable]
    if variable == "age":  # bands within bands
        bands = [Node("young", ANSWERED), Node("a0", "young"), Node("a1", "young")]
        bands += [Node("old", ANSWERED), Node("a2", "old"), Node("a3", "old")]
        return Dimension(variable, (*bands, Node(ANSWERED, TOTAL), Node(MISSING, TOTAL), Node(TOTAL)), sensitivity)
    return Dimension.answered(variable, _codes(variable), sensitivity=sensitivity)


def _filter(rng: np.random.Generator, people: pd.DataFrame) -> tuple[tuple[str, tuple[str, ...]], ...]:
    name = str(rng.choice(["level", "region"]))
    codes = sorted(set(people[name]))
    return ((name, tuple(sorted(rng.permutation(codes)[: int(rng.integers(1, len(codes) + 1))].tolist()))),)


def _policy(rng: np.random.Generator, service: Policy) -> Policy:
    """Thresholds of 3 to 10, widths of 1 to 5, attackers named or not."""
    changes = {}
    for kind in ("attribute", "judgement"):
        threshold = int(rng.choice([3, 4, 5, 6, 10]))
        changes[kind] = service.classes.of(kind).model_copy(
            update={
                "threshold": threshold,
                "width": int(rng.integers(1, min(threshold, 5) + 1)),
                "small_groups": bool(rng.random() < 0.8),
            }
        )
    attackers = service.attackers.model_copy(
        update={"at_least_one": bool(rng.random() < 0.8), "members": bool(rng.random() < 0.7)}
    )
    return service.model_copy(
        update={
            "classes": service.classes.model_copy(update=changes),
            "attackers": attackers,
            "suppression": service.suppression.model_copy(update={"seconds": 1.0}),
        }
    )
