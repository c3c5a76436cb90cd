"""Benchmarks: what organizations compare themselves with, released once for a whole run of reports."""

from __future__ import annotations

import pytest

import etm_workbench as etm
from etm_workbench.bundle import Bundle
from etm_workbench.reporting import session as session_module
from etm_workbench.reporting.benchmarks import GIVEN, given_benchmarks


@pytest.fixture
def session(unreleased_store):
    with etm.open("2025-26", organization="326", audience="own_organization", store=unreleased_store) as opened:
        yield opened


@pytest.fixture
def given(session, tmp_path, monkeypatch) -> Bundle:
    """The benchmarks in the place that a run of many reports names."""
    monkeypatch.setenv(GIVEN, str(session.benchmarks.write(tmp_path / "benchmarks.json")))
    return session.benchmarks


def test_given_benchmarks_are_not_worked_out_again(given, unreleased_store, monkeypatch) -> None:
    monkeypatch.setattr(session_module, "benchmark_tables", lambda _: pytest.fail("worked out again"))
    with etm.open("2025-26", organization="326", audience="own_organization", store=unreleased_store) as again:
        assert given.identifier == again.benchmarks.identifier


def test_benchmarks_of_other_records_do_not_count(given) -> None:
    assert given_benchmarks("2025-26", "another data version") is None


def test_benchmarks_of_another_cycle_do_not_count(given) -> None:
    assert given_benchmarks("2024-25", given.manifest.data_version) is None


def test_a_place_without_benchmarks_gives_none(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv(GIVEN, str(tmp_path / "nothing.json"))
    assert given_benchmarks("2025-26", "") is None
