"""What the release ledger costs: a stream of ad hoc reports on the whole service, each alone and all remembered.

`ledger_lines()` gives the lines for the protection benchmark; run by itself it prints them.
People are those of the published headcounts; their answers are drawn.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import pandas as pd

from etm_workbench import settings
from etm_workbench.analysis import tabulate
from etm_workbench.cadre import Cadre, Scope
from etm_workbench.codebook import load_codebook
from etm_workbench.errors import CannotProtect
from etm_workbench.protection.facts import write_facts
from etm_workbench.protection.memory import EarlierRelease, Memory
from etm_workbench.protection.policy import load_policy
from etm_workbench.protection.protect import protect_release
from etm_workbench.protection.scope import ReleaseScope

CYCLE = "2025-26"
SCOPE = ReleaseScope((CYCLE,), (), "benchmark")
QUESTIONS = ("placement", "aspiration", "sex", "first_official_language")


def service(seed: int = 1) -> Cadre:
    """Everybody of the published headcount of 2025, with drawn answers."""
    rng = np.random.default_rng(seed)
    codebook = load_codebook(CYCLE)
    heads = pd.read_csv(settings.data_folder() / "reference" / "ex_headcount.csv", dtype={"org_id": str})
    heads = heads[(heads["year"] == 2025) & heads["org_id"].isin(codebook.organizations)]
    people = heads.loc[heads.index.repeat(heads["headcount"]), ["org_id", "level"]].reset_index(drop=True)
    records = people.rename(columns={"org_id": "organization"}).assign(
        person_key=[f"p{number:05d}" for number in range(len(people))], cycle=CYCLE
    )
    records["region"] = rng.choice(["NCR", "ON", "QC", "WEST"], len(people), p=[0.72, 0.1, 0.08, 0.1])
    for name in QUESTIONS:
        codes = list(codebook.codes(name))
        answers = rng.choice(codes, len(people), p=rng.dirichlet([3.0] * len(codes))).astype(object)
        if codebook.variable(name).section not in ("register", "constructed"):
            answers[rng.random(len(people)) < 0.12] = None
        records[name] = answers
    codes = set(codebook.codes("region"))
    records["region"] = records["region"].where(records["region"].isin(codes), min(codes))
    return Cadre(records, codebook, Scope((CYCLE,), None, "service"))


def requests(cadre: Cadre, number: int, rng: np.random.Generator) -> list[tuple[tuple[str, ...], dict[str, list[str]]]]:
    """Reports as delegates ask for them: one or two cuts, one question, of the service or a part of it."""
    clusters: dict[str, list[str]] = {}
    for organization in cadre.codebook.organizations.values():
        clusters.setdefault(organization.cluster, []).append(organization.identifier)
    cuts = [("level",), ("organization",), ("region",), ("level", "region"), ("organization", "level"), ()]
    levels = list(cadre.codebook.codes("level"))
    asked = []
    for cut, question in product(cuts, QUESTIONS):
        for _ in range(number // (len(cuts) * len(QUESTIONS)) + 1):
            wheres: dict[str, list[str]] = {}
            if rng.random() < 0.6 or cut == ("organization", "level"):
                wheres["organization"] = clusters[str(rng.choice(sorted(clusters)))]
            if rng.random() < 0.4:
                wheres["level"] = list(rng.permutation(levels)[: rng.integers(1, len(levels))])
            asked.append(((*cut, question), wheres))
    return [asked[i] for i in rng.permutation(len(asked))[:number]]


@dataclass
class Stream:
    """The reports one after another, each beside all before it and once more by itself.

    `seconds`: CPU seconds of each report, protected and remembered. `alone_seconds`: of those that left, by themselves.
    `together`, `alone`: cells hidden of those that left. `cells`: all their cells.
    """

    reports: int = 150
    seed: int = 1
    memory: Memory = field(default_factory=lambda: Memory.empty(("service",)))
    seconds: list[float] = field(default_factory=list)
    alone_seconds: dict[int, float] = field(default_factory=dict)
    refused: int = 0
    together: int = 0
    alone: int = 0
    cells: int = 0

    def __post_init__(self) -> None:
        self.cadre, self.policy = service(self.seed), load_policy("service")
        self._asked = requests(self.cadre, self.reports, np.random.default_rng(self.seed))

    def advance(self, to: int) -> None:
        """Makes the reports up to this number."""
        while len(self.seconds) < min(to, self.reports):
            self._make(len(self.seconds) + 1, *self._asked[len(self.seconds)])

    def _make(self, number: int, dimensions: tuple[str, ...], wheres: dict[str, list[str]]) -> None:
        part = self.cadre.where(**wheres) if wheres else self.cadre
        tables = {"table": tabulate.count(part, "table", *dimensions)}
        start = time.process_time()
        try:
            made = protect_release(tables, self.policy, SCOPE, memories=(self.memory,))
        except CannotProtect:
            self.refused += 1
            self.seconds.append(time.process_time() - start)
            return
        earlier = EarlierRelease(number, "service", frozenset({"service"}), write_facts(made.facts))
        self.memory = self.memory.with_releases([earlier], self.policy)
        self.seconds.append(time.process_time() - start)
        start = time.process_time()
        by_itself = protect_release(tables, self.policy, SCOPE, memories=(Memory.empty(),)).bundle.manifest.proof or {}
        self.alone_seconds[number] = time.process_time() - start
        hidden = (made.bundle.manifest.proof or {})["hidden"]
        self.together, self.alone = self.together + hidden, self.alone + by_itself["hidden"]
        self.cells += by_itself["cells"]
        if sys.stderr.isatty() or "-v" in sys.argv:
            told = number, dimensions, round(self.seconds[-1], 2), hidden, by_itself["hidden"]
            print(*told, file=sys.stderr, flush=True)

    @property
    def ratio(self) -> float:
        """Cells hidden with the ledger against each report alone."""
        return self.together / max(self.alone, 1)

    def lines(self) -> list[str]:
        """Result lines: seconds a report, cells hidden more than alone, refusals."""
        median, most = float(np.median(self.seconds)), float(np.quantile(self.seconds, 0.95))
        more = float(np.median([self.seconds[n - 1] - alone for n, alone in self.alone_seconds.items()]))
        made = len(self.seconds)
        return [
            f"ledger of {made} reports, {self.cells} cells, refused {self.refused}, longest {max(self.seconds):.1f} s",
            f"ledger: median {median:.2f} s a report, against the bar of 0.2 s: ratio {median / 0.2:.2f}",
            f"ledger: median {more:.2f} s more than the report alone, against 0.2 s: ratio {more / 0.2:.2f}",
            f"ledger: 95 % within {most:.2f} s, against the bar of 5 s: ratio {most / 5:.2f}",
            f"ledger: hidden {self.together} against {self.alone} each alone, ratio {self.ratio:.3f} (bar 1.15)",
        ]


def ledger_lines(*, reports: int = 150, seed: int = 1) -> list[str]:
    """Result lines of the whole stream."""
    stream = Stream(reports, seed)
    stream.advance(reports)
    return stream.lines()


if __name__ == "__main__":
    print("\n".join(ledger_lines(reports=int(sys.argv[1]) if len(sys.argv) > 1 else 150)))
