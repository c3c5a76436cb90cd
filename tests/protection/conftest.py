"""Small fictional cadres, requests about them, and an intruder who reads every release side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from types import SimpleNamespace

import highspy
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from etm_workbench.analysis import tabulate
from etm_workbench.cadre import Cadre, Scope
from etm_workbench.codebook import load_codebook
from etm_workbench.protected import Shown
from etm_workbench.protection.policy import load_policy
from etm_workbench.protection.scope import ReleaseScope
from etm_workbench.sensitive import MISSING

PLACEMENTS = ("READY_ADV", "WELL_PLACED", "DEVELOP")
LEVELS = ("EX-01", "EX-02", "EX-03")
ORGANIZATIONS = ("128", "126", "136", "46")
ELSE = "ELSE"  # for readers: any answer that nobody gave
SCOPE = ReleaseScope(("2025-26",), (), "version one")


def cadre_of(people: Sequence[Mapping[str, object]], *, cycle: str = "2025-26") -> Cadre:
    """A cadre of these people; what they do not say is filled in with one organization, EX-01, no answer."""
    rows = [
        {
            "person_key": f"p{number:04d}",
            "cycle": cycle,
            "organization": "128",
            "level": "EX-01",
            "region": "NCR",
            "sex": "F",
            "placement": None,
            "mobility": None,
            **person,
        }
        for number, person in enumerate(people)
    ]
    return Cadre(pd.DataFrame(rows), load_codebook(cycle), Scope((cycle,), None, "service"))


def drawn(text: str) -> Cadre:
    """A cadre from a drawing: a row an organization, a column a placement, a number for the people."""
    header, *lines = [line.split() for line in text.strip().splitlines()]
    people = [
        {"organization": organization, "placement": placement}
        for organization, *counts in lines
        for placement, count in zip(header, counts, strict=True)
        for _ in range(int(count))
    ]
    return cadre_of(people)


def picture(table, rows: Sequence[str], columns: Sequence[str], figure: str = "count") -> str:
    """A protected table of two dimensions as text; x is withheld."""
    first, second = table.variables
    lines = []
    for row in rows:
        cells = [table.cell(figure, **{first: row, second: column}) for column in columns]
        lines.append(" ".join(f"{c.value:g}" if isinstance(c, Shown) else "x" for c in cells))
    return "\n".join(lines)


def random_cadre(rng: np.random.Generator, people: int) -> Cadre:
    """A cadre with small organizations and levels, and some who gave no answer."""
    return cadre_of(
        [
            {
                "organization": rng.choice(ORGANIZATIONS, p=(0.4, 0.3, 0.2, 0.1)),
                "level": rng.choice(LEVELS, p=(0.6, 0.3, 0.1)),
                "region": rng.choice(("NCR", "ON", "QC"), p=(0.7, 0.2, 0.1)),
                "sex": rng.choice(("F", "M"), p=(0.5, 0.5)),
                "placement": rng.choice((*PLACEMENTS, None), p=(0.15, 0.55, 0.2, 0.1)),
            }
            for _ in range(people)
        ]
    )


def _label(answer: object) -> str:
    """An answer as text; several of them joined."""
    if isinstance(answer, tuple):
        return "+".join(sorted(answer))
    return MISSING if pd.isna(answer) else str(answer)


def _all_answers(given: pd.Series) -> tuple[str, ...]:
    """Every answer that somebody could give, those too that nobody gave: of several codes, each choice of some."""
    codes = [*sorted({code for label in given for code in label.split("+")} - {MISSING}), ELSE]
    most = len(codes) if given.str.contains("+", regex=False).any() else 1
    return (*("+".join(some) for size in range(1, most + 1) for some in combinations(codes, size)), MISSING)


class Reader:
    """An intruder who holds any number of tables of one cadre and reckons with all of them at once.

    Everybody's organization, level and region are known; answers are not. People who no table tells apart
    are one atom, and the unknowns are how many of each atom gave each combination of answers.
    Written for the tests alone: it shares nothing with what it checks.
    """

    def __init__(
        self, cadre: Cadre, sensitive: Sequence[str], open_variables: Sequence[str], *, knows_silent: bool = True
    ) -> None:
        records = cadre.records
        self.sensitive, self.open = tuple(sensitive), tuple(open_variables)
        answers = records[list(self.sensitive)].map(_label)
        self.codes = [_all_answers(answers[name]) for name in self.sensitive]
        atoms = records[list(self.open)].astype(str).agg("|".join, axis=1)
        self.atoms = sorted(set(atoms))
        combos = pd.MultiIndex.from_product([self.atoms, *self.codes])
        joined = pd.DataFrame({"atom": atoms, **answers})
        self.index = combos
        self.labels = {"atom": combos.get_level_values(0).to_numpy(str)}
        parts = np.array([atom.split("|") for atom in self.labels["atom"]])
        self.labels |= {name: parts[:, place] for place, name in enumerate(self.open)}
        for place, name in enumerate(self.sensitive):
            self.labels[name] = combos.get_level_values(1 + place).to_numpy(str)
        self.truth = joined.value_counts().reindex(combos, fill_value=0).to_numpy(float)
        self.rows: list[np.ndarray] = []
        # The sizes of atoms are known, and mostly how many of each gave no answer.
        for atom in self.atoms:
            self.rows.append(self._where({"atom": [atom]}))
            for name in self.sensitive if knows_silent else ():
                self.rows.append(self._where({"atom": [atom], name: [MISSING]}))
        self.hidden: dict[bytes, tuple[np.ndarray, int, int]] = {}
        self.shown: set[bytes] = set()
        self._ready: tuple[int, highspy.Highs] | None = None

    def read(self, table, wheres: Mapping[str, Sequence[str]] | None = None) -> None:
        """Takes in a protected table of people who meet `wheres`."""
        for key, cell in table.rows():
            wanted = {name: self._labels(name, codes) for name, codes in (wheres or {}).items()}
            for variable, code in zip(table.variables, key, strict=True):
                if code == "TOTAL":
                    continue
                if code == "ANSWERED":
                    wanted[variable] = [c for c in self.codes[self.sensitive.index(variable)] if c != MISSING]
                else:
                    own = self._labels(variable, [code])
                    wanted[variable] = [c for c in wanted.get(variable, own) if c in own]
            row = self._where(wanted)
            if isinstance(cell, Shown):
                assert cell.value == row @ self.truth
                self.rows.append(row)
                self.shown.add(row.tobytes())
            else:
                self.hidden[row.tobytes()] = (row, int(row @ self.truth), self._smallest_whole(wanted))

    def _labels(self, variable: str, codes: Sequence[str]) -> list[str]:
        """Whoever gave any of these codes, among the answers that people can give."""
        if variable not in self.sensitive:
            return list(codes)
        answers = self.codes[self.sensitive.index(variable)]
        given = {code for answer in answers for code in answer.split("+")}
        wanted = {code if code in given else ELSE for code in codes}
        return [answer for answer in answers if set(answer.split("+")) & wanted]

    def interval(self, row: np.ndarray) -> tuple[float, float]:
        """The least and greatest number that a cell can have."""
        solver = self._solver()
        every = np.arange(row.size, dtype=np.int32)
        ends = []
        for sign in (1.0, -1.0):
            solver.changeColsCost(row.size, every, sign * row)
            solver.run()
            optimal = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
            ends.append(sign * solver.getInfo().objective_function_value if optimal else np.inf)
        return round(ends[0], 6), round(ends[1], 6)

    def _solver(self) -> highspy.Highs:
        if self._ready is None or self._ready[0] != len(self.rows):
            matrix = sparse.csr_array(np.unique(np.array(self.rows), axis=0))
            known = matrix @ self.truth
            lp = highspy.HighsLp()
            lp.num_col_, lp.num_row_ = matrix.shape[1], matrix.shape[0]
            lp.col_cost_ = np.zeros(lp.num_col_)
            lp.col_lower_, lp.col_upper_ = np.zeros(lp.num_col_), np.full(lp.num_col_, highspy.kHighsInf)
            lp.row_lower_ = lp.row_upper_ = known
            lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
            lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
            solver = highspy.Highs()
            solver.setOptionValue("output_flag", False)
            solver.setOptionValue("threads", 1)
            solver.passModel(lp)
            self._ready = len(self.rows), solver
        return self._ready[1]

    def atom_answers(self, variable: str) -> list[np.ndarray]:
        """The answers of each atom to one question."""
        codes = [c for c in self.codes[self.sensitive.index(variable)] if c != MISSING]
        return [self._where({"atom": [atom], variable: [code]}) for atom in self.atoms for code in codes]

    def _smallest_whole(self, wanted: Mapping[str, Sequence[str]]) -> int:
        """People who could have given the answer: to any one of the questions asked, the other answers as they are."""
        sizes = []
        for name in self.sensitive:
            if name in wanted and wanted[name] != [MISSING]:
                anything = [c for c in self.codes[self.sensitive.index(name)] if c != MISSING]
                sizes.append(int(self._where({**wanted, name: anything}) @ self.truth))
        return min(sizes)

    def _where(self, wanted: Mapping[str, Sequence[str]]) -> np.ndarray:
        keep = np.ones(len(self.index), bool)
        for name, codes in wanted.items():
            keep &= np.isin(self.labels[name], list(codes))
        return keep.astype(float)


@pytest.fixture(scope="session")
def service():
    """The policy of the audience `service`."""
    return load_policy("service")


@pytest.fixture(scope="session")
def small_policy(service):
    """Thresholds for small fictional cadres: fewer than 5 hidden, intervals three wide."""
    rules = service.classes.judgement.model_copy(update={"threshold": 4, "width": 3})
    classes = service.classes.model_copy(update={"judgement": rules, "attribute": rules})
    return service.model_copy(update={"classes": classes})


@pytest.fixture(scope="session")
def fictional() -> SimpleNamespace:
    """Makers of cadres, pictures of tables, and the intruder."""
    return SimpleNamespace(
        cadre_of=cadre_of, drawn=drawn, picture=picture, random_cadre=random_cadre, reader=Reader, scope=SCOPE
    )


@pytest.fixture
def count() -> Callable[..., object]:
    """Counts a cadre."""
    return tabulate.count
