"""Random releases of fictional people; `release_attacker` attacks them.

Shapes are those of the service: mostly one organization of 5 to 300 people, sometimes several in clusters.
Of every three releases one is mixed: tables of those who gave some answer stand beside the same table of everybody,
and one question takes several answers. Tables are counted as every table of the workbench is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations

import numpy as np
import pandas as pd

from etm_workbench.analysis.tabulate import count
from etm_workbench.cadre import Cadre, Scope
from etm_workbench.codebook import Codebook, load_codebook
from etm_workbench.codebook.variables import Code, CodeList, Variable
from etm_workbench.protection.policy import Policy
from etm_workbench.sensitive import ANSWERED, MISSING, TOTAL, Dimension, Node, SensitiveTable, Sensitivity

CYCLE = "2025-26"
CLOSED: dict[str, tuple[Sensitivity, int]] = {
    "placement": ("judgement", 5),
    "readiness": ("judgement", 3),
    "sex": ("attribute", 2),
    "age": ("attribute", 4),
}
SEVERAL: dict[str, tuple[Sensitivity, int]] = {"needs": ("judgement", 3)}
QUESTIONS = CLOSED | SEVERAL
OPEN = {"level": 4, "region": 3, "branch": 4}

Cut = tuple[tuple[str, tuple[str, ...]], ...]
Request = tuple[list[str], Cut]
"""The variables of a table, and whom alone it is about."""


@dataclass(frozen=True)
class Case:
    """A release to protect: people, tables of them, and the policy."""

    people: pd.DataFrame
    tables: dict[str, SensitiveTable]
    policy: Policy

    @property
    def filtered(self) -> bool:
        """Whether a table is about those alone who gave some answer."""
        return any(table.answer_filters for table in self.tables.values())

    @property
    def several(self) -> bool:
        """Whether a table counts each of several answers."""
        return any(d.variable in SEVERAL for table in self.tables.values() for d in table.dimensions)


def random_case(seed: int, service: Policy, *, small: bool = False) -> Case:
    """The release of this seed; a small one has so few people that every world can be written down."""
    rng = np.random.default_rng(seed)
    several = not small and rng.random() < 0.3
    people = _people(rng, several=several, most=13 if small else 300)
    open_ = [*OPEN, *(["organization"] if several else [])]
    at_most = 60 if small else 500
    number = int(rng.choice([1, 2, 3], p=[0.5, 0.3, 0.2]))
    requests = [_request(rng, people, open_, at_most=at_most) for _ in range(number)]
    policy = _policy(rng, service)
    if seed % 3 == 2:
        rng = np.random.default_rng([seed, 1])
        people = people.assign(needs=_answers(rng, "needs", people["level"].to_numpy(str)))
        requests = _mixed_requests(rng, people, open_, at_most=at_most)
    tables = {f"t{number}": table_of(people, f"t{number}", *request) for number, request in enumerate(requests)}
    return Case(people, tables, policy)


def table_of(people: pd.DataFrame, name: str, variables: Sequence[str], cut: Cut = ()) -> SensitiveTable:
    """A table of these people, of those who meet `cut` only."""
    cadre = cadre_of(people).where(**dict(cut))
    return count(cadre, name, *(_dimension(people, variable) for variable in variables))


def cadre_of(people: pd.DataFrame) -> Cadre:
    """The people's records as intake leaves them: no answer is None, several answers are a tuple."""
    records = people.assign(person_key=people.index, cycle=CYCLE)
    if "organization" not in records:
        records = records.assign(organization="o00")
    for name in QUESTIONS.keys() & set(people.columns):
        given = people[name].astype(object).where(people[name] != MISSING, None)
        if name in SEVERAL:
            given = given.map(lambda label: tuple(label.split("+")), na_action="ignore")
        records[name] = given
    return Cadre(records, _codebook(), Scope((CYCLE,), None, "service"))


@cache
def _codebook() -> Codebook:
    """Everything of the service's codebook but its questions, which are ours."""
    texts = {"en": "A fictional question", "fr": "Une question fictive", "source": "These tests."}
    variables, lists = {}, {}
    for name, (sensitivity, _) in QUESTIONS.items():
        kind = "codes" if name in SEVERAL else "code"
        variables[name] = Variable(
            name=name, type=kind, sensitivity=sensitivity, section="executive", code_list=name, **texts
        )
        codes = tuple(Code(code=code, en=code, fr=code) for code in codes_of(name))
        lists[name] = CodeList(name=name, codes=codes, **texts)
    return replace(load_codebook(CYCLE), variables=variables, code_lists=lists)


def codes_of(variable: str) -> list[str]:
    """The codes of a question."""
    return [f"{variable[0]}{i}" for i in range(QUESTIONS[variable][1])]


def answers_of(variable: str) -> list[str]:
    """What a person can answer: one code, or some of them together, joined by a plus sign."""
    codes = codes_of(variable)
    sizes = range(1, len(codes) + 1 if variable in SEVERAL else 2)
    return ["+".join(chosen) for size in sizes for chosen in combinations(codes, size)]


def _people(rng: np.random.Generator, *, several: bool, most: int) -> pd.DataFrame:
    number = int(rng.integers(40, 400)) if several else int(np.exp(rng.uniform(np.log(5), np.log(most))))
    columns: dict[str, np.ndarray] = {}
    if several:
        organizations = int(rng.integers(3, 16))
        columns["organization"] = _drawn(rng, [f"o{i:02d}" for i in range(organizations)], number, 1.0)
    for name, codes in OPEN.items():
        columns[name] = _drawn(rng, [f"{name[0]}{i}" for i in range(codes)], number, rng.choice([0.5, 2.0]))
    for name in CLOSED:
        columns[name] = _answers(rng, name, columns["level"])
    return pd.DataFrame(columns, index=[f"p{i:04d}" for i in range(number)])


def _answers(rng: np.random.Generator, variable: str, level: np.ndarray) -> np.ndarray:
    """What everybody answers to one question, the silent too."""
    first, other = f"{variable[0]}0", f"{variable[0]}1"
    answers = _drawn(rng, answers_of(variable), level.size, rng.choice([0.4, 1.0, 5.0]))
    if rng.random() < 0.3:  # an answer that only some groups can give
        answers = np.where((answers == first) & (level != "l0"), other, answers)
    silent = rng.random(level.size) < rng.choice([0.0, 0.1, 0.3], p=[0.5, 0.35, 0.15])
    return np.where(silent, MISSING, answers)


def _drawn(rng: np.random.Generator, codes: list[str], number: int, evenness: float) -> np.ndarray:
    share = rng.dirichlet([evenness] * len(codes))
    return rng.choice(codes, number, p=share).astype("<U12")


def _request(rng: np.random.Generator, people: pd.DataFrame, open_: list[str], *, at_most: int) -> Request:
    variables = _variables(rng, open_, at_most=at_most)
    return variables, _cut(rng, people) if rng.random() < 0.3 else ()


def _variables(rng: np.random.Generator, open_: list[str], *, at_most: int) -> list[str]:
    """One to five variables, nearly always with an answer, of no more cells than a report has."""
    closed = list(rng.permutation(list(CLOSED))[: int(rng.choice([1, 2, 3], p=[0.65, 0.3, 0.05]))])
    chosen = _fitting([*closed, *rng.permutation(open_)[: int(rng.integers(0, 4))]], at_most=at_most)
    return [str(name) for name in rng.permutation(chosen)]


def _fitting(variables: Sequence[str], *, at_most: int) -> list[str]:
    """The first of these variables whose table has no more cells; five at most."""
    chosen, size = list[str](), 1
    for name in variables:
        codes = (QUESTIONS[name][1] + 3) if name in QUESTIONS else 20 if name == "organization" else OPEN[name] + 2
        if len(chosen) < 5 and size * codes <= at_most:
            chosen.append(str(name))
            size *= codes
    return chosen


def _mixed_requests(rng: np.random.Generator, people: pd.DataFrame, open_: list[str], *, at_most: int) -> list[Request]:
    """A table of those who gave an answer, mostly with tables of everybody that it can be subtracted from."""
    kept, *others = rng.permutation(list(QUESTIONS))[: rng.integers(2, 4)].tolist()
    if "needs" not in (kept, *others) and rng.random() < 0.5:
        others[0] = "needs"
    groups = rng.permutation(open_)[: rng.integers(0, 3)].tolist()
    about = [*groups, *(name for name in others if rng.random() < 0.5)] or [str(rng.choice(open_))]
    cut = _cut(rng, people) if rng.random() < 0.3 else ()
    filters = [*cut, _kept(rng, kept)]
    if rng.random() < 0.2:  # of those who gave two answers
        filters.append(_kept(rng, others[-1]))
    requests: list[Request] = [(about, tuple(filters))]
    everybody = cut if rng.random() < 0.7 else ()
    beside = [(0.75, [*groups, kept]), (0.4, about), (0.3, [kept, *about]), (0.4, [*groups, others[0]])]
    requests += [(variables, everybody) for chance, variables in beside if rng.random() < chance]
    if rng.random() < 0.2:  # of those who gave another answer to the same question
        requests.append((about, (*cut, _kept(rng, kept))))
    return [(_fitting_with(variables, filters, at_most=at_most), filters) for variables, filters in requests]


def _fitting_with(variables: Sequence[str], filters: Cut, *, at_most: int) -> list[str]:
    """The first of these whose table of everybody asked, the answers in it, has no more cells; one at least."""
    kept = [name for name, _ in filters if name in QUESTIONS]
    fitting = _fitting([*kept, *(name for name in variables if name not in kept)], at_most=at_most)
    twice = {name for name in kept if name in SEVERAL}  # counted among those who gave one of the answers: refused
    return [name for name in variables if name in fitting and name not in twice] or ["level"]


def _kept(rng: np.random.Generator, variable: str) -> tuple[str, tuple[str, ...]]:
    """One or two answers to a question; any of several answers is not yet joined to each of them, so one of those."""
    return variable, _some(rng, codes_of(variable), most=1 if variable in SEVERAL else 2)


def _cut(rng: np.random.Generator, people: pd.DataFrame) -> Cut:
    name = str(rng.choice(["level", "region"]))
    return ((name, _some(rng, sorted(set(people[name])), most=4)),)


def _some(rng: np.random.Generator, codes: Sequence[str], *, most: int) -> tuple[str, ...]:
    return tuple(sorted(rng.permutation(codes)[: int(rng.integers(1, min(most, len(codes)) + 1))].tolist()))


def _dimension(people: pd.DataFrame, variable: str) -> str | Dimension:
    """The codebook's dimension of a question; for the rest codes of everybody, as a tree where there is one."""
    if variable == "organization":
        codes = sorted(set(people[variable]))
        clusters = {f"c{start}": codes[start : start + 3] for start in range(0, len(codes), 3)}
        return Dimension.tree(variable, clusters)
    if variable == "branch":
        return Dimension.tree(variable, {"sector a": ["b0", "b1"], "sector b": ["b2", "b3"]})
    if variable in OPEN:
        return Dimension.flat(variable, [f"{variable[0]}{i}" for i in range(OPEN[variable])])
    if variable == "age":  # bands within bands
        bands = [Node("young", ANSWERED), Node("a0", "young"), Node("a1", "young")]
        bands += [Node("old", ANSWERED), Node("a2", "old"), Node("a3", "old")]
        nodes = (*bands, Node(ANSWERED, TOTAL), Node(MISSING, TOTAL), Node(TOTAL))
        return Dimension(variable, nodes, CLOSED[variable][0])
    return variable


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
