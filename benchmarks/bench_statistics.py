"""A page of comparisons at once and one by one with scipy: `make bench-statistics`.

The page: 89 organizations × 6 placements × 5 levels, each against the rest of the service at its level, with exact
p-values, adjustment, intervals and the smallest visible differences. Both sides make the same numbers; that is
checked before anything is timed. Time is the processor's, both sides in this process, in turns; each line is the
median of its runs.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.statistics_loop import loop_over_page, loop_over_tests  # noqa: E402
from benchmarks.statistics_page import draw_page, sizes_by_level  # noqa: E402
from etm_workbench.analysis.statistics import compare_many, freeman_halton  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3, help="runs of each side (default 3)")
    parser.add_argument("--seed", type=int, default=2025, help="seed of the fictional placements")
    options = parser.parse_args()
    organizations, sizes = sizes_by_level()
    counts = draw_page(sizes, np.random.default_rng(options.seed))
    print(f"{len(organizations)} organizations × 6 placements × 5 levels = {counts.totals.size:,} comparisons")

    page, tests, whole = compare_many(*counts), loop_over_tests(counts), loop_over_page(counts)
    columns = (page.p_adjusted, page.low, page.high, page.visible_higher, page.visible_lower)
    differ = max(
        largest_gap(page.p_value, tests),
        *(largest_gap(ours, theirs) for ours, theirs in zip(columns, whole, strict=True)),
    )
    print(f"largest difference between the two sides: {differ:.1e}")
    if differ > 1e-9:
        print("the two sides do not make the same numbers", file=sys.stderr)
        return 1

    table = large_table(np.random.default_rng(options.seed))
    simulated = timed(lambda: freeman_halton(table, rng=np.random.default_rng(1)), runs=3)
    print(f"5×7 table of {table.sum()} people, exact test within its budget: {simulated:.2f} s")
    once = timed(lambda: compare_many(*counts), runs=max(options.runs, 5))
    report("p-values only", timed(lambda: loop_over_tests(counts), runs=options.runs), once)
    report("the whole page", timed(lambda: loop_over_page(counts), runs=options.runs), once)
    return 0


def largest_gap(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Largest absolute difference; infinite when one side has a number where the other has none."""
    if (np.isnan(ours) != np.isnan(theirs)).any():
        return float("inf")
    return float(np.nanmax(np.abs(ours - theirs)))


def timed(side: Callable[[], object], *, runs: int) -> float:
    """Median processor time of a side, in seconds."""
    spent = []
    for _ in range(runs):
        start = time.process_time()
        side()
        spent.append(time.process_time() - start)
    return statistics.median(spent)


def report(name: str, loop: float, once: float) -> None:
    print(f"{name}: loop of scipy calls {loop:.2f} s, whole page at once {once:.3f} s, ratio {loop / once:.1f}")


def large_table(rng: np.random.Generator) -> np.ndarray:
    """Three hundred people in five rows and seven columns."""
    table = np.zeros((5, 7), dtype=np.int64)
    np.add.at(table, (rng.integers(0, 5, 300), rng.integers(0, 7, 300)), 1)
    return table


if __name__ == "__main__":
    sys.exit(main())
