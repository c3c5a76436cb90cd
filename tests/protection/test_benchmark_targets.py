"""The last lines of the protection benchmark: every target is fed by some step, and says plainly whether it is met."""

from __future__ import annotations

import pytest

from benchmarks.bench_protection import steps
from benchmarks.protection_case import Intervals, Outcome, intervals
from benchmarks.protection_streams import Ledger, SharedFile, ledger_stream, shared_file
from benchmarks.protection_targets import Target, targets

RESULTS = {
    intervals: Intervals(seconds=1.0, proved=10, hidden=10),
    ledger_stream: Ledger(median=0.1, most=1.0, longest=2.0, ratio=1.05, refused=0, narrowed=0),
    shared_file: SharedFile(blanks=2000, seconds=0.5, unlike=0),
}
OUTCOME = Outcome(seconds=1.0, cells=10, people=40, narrowed=0, gap=0.0)


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        (0.2004, "met           seconds: ratio 0.200, bar 0.200"),
        (0.2006, "MISSED        seconds: ratio 0.201, bar 0.200"),
        (None, "not measured  seconds"),
    ],
)
def test_a_target_says_its_figure_its_bar_and_whether_it_is_met(figure, said):
    assert said == str(Target("seconds", figure, 0.2, "ratio", 3))


def test_every_target_is_measured_by_a_whole_run():
    results = {step.title: RESULTS.get(step.function, OUTCOME) for step in steps(quick=False, ledger=True)}
    assert [] == [target.name for target in targets(results, {"a case": 150.0}) if target.figure is None]


def test_no_target_is_called_met_before_it_is_measured():
    assert [] == [target.name for target in targets({}, {}) if target.met]
