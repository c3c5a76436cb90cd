"""The service's benchmarks are released first; where they were not, whoever makes a review is told, and so is OCHRO."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from etm_workbench.cli.main import etm
from etm_workbench.errors import CannotProtect
from etm_workbench.reporting.comparators import benchmarks_released, release_benchmarks
from etm_workbench.reporting.session import Workbench


def test_released_benchmarks_are_found_in_the_ledger(fictional_store) -> None:
    assert benchmarks_released("2025-26", store=fictional_store)


def test_benchmarks_of_another_cycle_do_not_count(fictional_store) -> None:
    assert not benchmarks_released("2024-25", store=fictional_store)


def test_an_empty_ledger_holds_none(unreleased_store) -> None:
    assert not benchmarks_released("2025-26", store=unreleased_store)


def test_refused_benchmarks_say_what_can_be_done_all_the_same(unreleased_store, monkeypatch) -> None:
    def refuse(*_: object) -> None:
        raise CannotProtect("7 cells of 'placement' would follow from what is known already.")

    monkeypatch.setattr(Workbench, "protect", refuse)
    with pytest.raises(CannotProtect, match=r"7 cells of 'placement'.*leave before the reviews.*benchmarks import"):
        release_benchmarks("2025-26", store=unreleased_store)


def test_a_pack_before_the_benchmarks_is_warned_of(unreleased_store, tmp_path) -> None:
    asked = [
        "pack",
        "cluster",
        "nowhere",
        "--cycle",
        "2025-26",
        "--out",
        str(tmp_path / "out"),
        "--store",
        unreleased_store,
    ]
    assert "`etm benchmarks build` first" in CliRunner().invoke(etm, asked).stderr
