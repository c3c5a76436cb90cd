"""What the release ledger costs: a stream of ad hoc reports on the whole service, each alone and all remembered.

`ledger_lines()` gives the lines for the protection benchmark; run by itself it prints them.
People are those of the published headcounts; their answers are drawn.
"""

from __future__ import annotations

import sys
import time
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
from etm_workbench.protection.protect import protect_release, thresholds_of
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


def ledger_lines(*, reports: int = 150, seed: int = 1) -> list[str]:
    """Result lines of the stream: seconds a report, cells hidden more than alone, refusals."""
    cadre, policy = service(seed), load_policy("service")
    memory = Memory.empty(("service",))
    alone = together = refused = cells = 0
    seconds = []
    for number, (dimensions, wheres) in enumerate(requests(cadre, reports, np.random.default_rng(seed)), 1):
        part = cadre.where(**wheres) if wheres else cadre
        tables = {"table": tabulate.count(part, "table", *dimensions)}
        start = time.process_time()
        try:
            made = protect_release(tables, policy, SCOPE, memories=(memory,))
        except CannotProtect:
            refused += 1
            seconds.append(time.process_time() - start)
            continue
        earlier = EarlierRelease(number, "service", frozenset({"service"}), write_facts(made.facts))
        memory = memory.with_releases([earlier], thresholds_of(policy))
        seconds.append(time.process_time() - start)
        by_itself = protect_release(tables, policy, SCOPE, memories=(Memory.empty(),)).bundle.manifest.proof or {}
        alone += by_itself["hidden"]
        together += (made.bundle.manifest.proof or {})["hidden"]
        cells += by_itself["cells"]
        if sys.stderr.isatty() or "-v" in sys.argv:
            print(
                number,
                dimensions,
                round(seconds[-1], 2),
                (made.bundle.manifest.proof or {})["hidden"],
                by_itself["hidden"],
                file=sys.stderr,
                flush=True,
            )
    median, most = float(np.median(seconds)), float(np.quantile(seconds, 0.95))
    return [
        f"ledger of {reports} reports, {cells} cells, refused {refused}, longest {max(seconds):.1f} s",
        f"ledger: median {median:.2f} s a report, against the bar of 0.2 s: ratio {median / 0.2:.2f}",
        f"ledger: 95 % within {most:.2f} s, against the bar of 5 s: ratio {most / 5:.2f}",
        f"ledger: hidden {together} against {alone} each alone, ratio {together / max(alone, 1):.3f} (bar 1.15)",
    ]


if __name__ == "__main__":
    print("\n".join(ledger_lines(reports=int(sys.argv[1]) if len(sys.argv) > 1 else 150)))
