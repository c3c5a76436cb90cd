"""Our suppressor and the strongest peer that installs from a registry, side by side: `make bench-protection`.

Shapes are those that the service publishes, on fictional records (`data/README.md`). All of ours is solved first,
so that the memory printed is ours; then the peer, tau-ARGUS's optimal method, in the same process.
Seconds are the processor's. Cell counts do not depend on the machine, and tests assert them.
What peers took that do not install here was measured once with their own software, and is named so.
"""

from __future__ import annotations

import argparse
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from time import process_time

import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.count_tables import RECORDS, SHAPES, CountTable, count_table  # noqa: E402
from benchmarks.protection_case import EASY, GAUSS, HARD, Case, Outcome, gauss_ratios, judged, solved  # noqa: E402
from benchmarks.protection_ledger import ledger_lines  # noqa: E402
from benchmarks.protection_peer import tau_argus  # noqa: E402

COMPARED = tuple(Case(shape, 1, "value") for shape in SHAPES)
SLOW_FOR_PEER = "clusters × level × placement"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="leave out the hard cases and the peer's slow shape")
    parser.add_argument("--no-ledger", action="store_true", help="leave out the stream of 150 reports")
    options = parser.parse_args()
    records = pd.read_csv(RECORDS)
    tables = {shape: count_table(records, dimensions) for shape, dimensions in SHAPES.items()}
    ours = {}
    for case in (*COMPARED, *EASY, *(() if options.quick else HARD)):
        ours[case] = solved(tables[case.shape], case)
        for line in _lines(case, ours[case]):
            print(line, flush=True)
    for line in gauss_ratios(ours):
        print(line)
    print(f"memory of ours at the most: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB (bar 400)")
    for case in COMPARED:
        if not (options.quick and case.shape == SLOW_FOR_PEER):
            for line in _against_peer(records, tables[case.shape], case, ours[case]):
                print(line, flush=True)
    if not options.no_ledger:
        print("\n".join(ledger_lines(reports=150)))
    return 0


def _lines(case: Case, outcome: Outcome) -> Iterator[str]:
    yield f"{case}"
    yield f"  ours        {outcome}"
    yield f"  the audit of it took {outcome.audit_seconds:.2f} s"


def _against_peer(records: pd.DataFrame, table: CountTable, case: Case, ours: Outcome) -> Iterator[str]:
    start = process_time()
    hidden = tau_argus(records, table, SHAPES[case.shape])
    theirs = judged(table, case, hidden, seconds=process_time() - start)
    yield f"{case}"
    yield f"  ours        {ours}"
    yield f"  tau OPT(1,5) {theirs}"
    yield f"  Gauss       {GAUSS[case.shape]}"
    yield f"  people hidden, ours over tau's: ratio {ours.people / max(theirs.people, 1):.3f} (bar 1.000)"
    yield f"  seconds, ours over tau's: ratio {ours.seconds / theirs.seconds:.3f} (bar 0.2)"


if __name__ == "__main__":
    raise SystemExit(main())
