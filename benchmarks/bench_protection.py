"""Our protection and its targets, beside the strongest peer that installs from a registry: `make bench-protection`.

Shapes are those that the service publishes, on fictional records (`data/README.md`). Every step runs alone, in a
process of its own: its memory is its own, and the peer, tau-ARGUS's optimal method, is solved in the same run.
Seconds are the processor's. Cell counts do not depend on the machine, and tests assert them.
The last lines are the targets, each met or missed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.own_process import in_own_process  # noqa: E402
from benchmarks.protection_case import CLUSTERS, NINE_BOX, PLACEMENT, intervals, solved  # noqa: E402
from benchmarks.protection_case import solved_by_tau_argus as solved_by_peer  # noqa: E402
from benchmarks.protection_streams import ledger_stream, shared_file  # noqa: E402
from benchmarks.protection_targets import (  # noqa: E402
    COMPARED,
    EASY,
    HARD,
    INTERVALS,
    LEDGER,
    PEER,
    SHARED_FILE,
    targets,
)


@dataclass(frozen=True)
class Step:
    """A part of the run: its title, the function that does it, and the function's arguments."""

    title: str
    function: Callable[..., Any]
    arguments: tuple[Any, ...] = ()
    ours: bool = True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="leave out the hard cases and the peer's slow shape")
    parser.add_argument("--no-ledger", action="store_true", help="leave out the stream of 150 reports")
    parser.add_argument("--only", metavar="WORDS", action="append", help="only steps with these words in their title")
    options = parser.parse_args()
    results: dict[str, Any] = {}
    memory: dict[str, float] = {}
    for step in steps(quick=options.quick, ledger=not options.no_ledger):
        if not options.only or any(words in step.title for words in options.only):
            results[step.title], peak = in_own_process(step.function, *step.arguments)
            memory |= {step.title: peak} if step.ours else {}
            print(f"{step.title}\n  {results[step.title]}; {peak:.0f} MB", flush=True)
    print()
    for target in targets(results, memory):
        if target.figure is not None or not options.only:
            print(target)
    return 0


def steps(*, quick: bool, ledger: bool) -> Iterator[Step]:
    for case in (*EASY, *(() if quick else HARD)):
        yield Step(str(case), solved, (case,))
    for shape in (PLACEMENT, NINE_BOX):
        yield Step(INTERVALS.format(shape), intervals, (shape,))
    yield Step(SHARED_FILE, shared_file)
    for case in COMPARED:
        if not (quick and case.shape == CLUSTERS):
            yield Step(PEER.format(case.shape), solved_by_peer, (case.shape,), ours=False)
    if ledger:
        yield Step(LEDGER, ledger_stream, (150,))


if __name__ == "__main__":
    raise SystemExit(main())
