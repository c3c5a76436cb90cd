"""The ledger of 150 reports on the whole service: few more cells hidden than alone, and nobody narrowed at the end."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from etm_workbench.protection.policy import load_policy
from etm_workbench.protection.recheck import narrowed

REPORTS, BLOCK = 150, 10
pytestmark = [pytest.mark.long, pytest.mark.xdist_group("the ledger of 150 reports"), pytest.mark.timeout(3000)]


@pytest.fixture(scope="module")
def stream():
    """The stream of the benchmark; each block of tests takes it further."""
    path = Path(__file__).parents[2] / "benchmarks" / "protection_ledger.py"
    spec = importlib.util.spec_from_file_location("protection_ledger", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module.Stream(REPORTS)
    del sys.modules[spec.name]


@pytest.mark.parametrize("number", range(BLOCK, REPORTS + 1, BLOCK))
def test_ledger_hides_at_most_15_percent_more_cells(stream, number):
    stream.advance(number)
    print(*stream.lines(), sep="\n")  # noqa: T201
    assert number == len(stream.seconds)
    assert stream.ratio <= 1.15


def test_nobody_is_narrowed_after_all_reports(stream):
    stream.advance(REPORTS)
    assert (0, ()) == narrowed(stream.memory, load_policy("service"), seconds=280.0)
