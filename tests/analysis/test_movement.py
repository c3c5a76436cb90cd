"""What became of people between two cycles."""

from __future__ import annotations

import pytest

from etm_workbench.analysis.movement import arrivals, departures, transitions
from etm_workbench.errors import BadInput
from etm_workbench.sensitive import open_evidence


def counted(table) -> dict[tuple[str, ...], int]:
    counts = open_evidence(table).counts
    return {k: int(n) for k, n in zip(table.cells, counts, strict=True) if n and "TOTAL" not in k}


def test_departures_follow_the_people_of_the_earlier_cycle(two_cycles) -> None:
    expected = {
        ("EX-01", "STAYED"): 1,
        ("EX-01", "PROMOTED"): 1,
        ("EX-02", "TRANSFERRED_OUT"): 1,
        ("EX-02", "LEFT"): 1,
    }
    assert expected == counted(departures(two_cycles, "t", within=("128",)))


def test_arrivals_trace_the_people_of_the_later_cycle(two_cycles) -> None:
    expected = {("EX-01", "STAYED"): 1, ("EX-02", "PROMOTED"): 1, ("EX-01", "ARRIVED"): 1}
    assert expected == counted(arrivals(two_cycles, "t", within=("128",)))


def test_a_transfer_within_the_group_is_staying(two_cycles) -> None:
    assert 1 == counted(departures(two_cycles, "t", within=("128", "126")))[("EX-02", "STAYED")]


def test_transitions_pair_the_same_people(two_cycles) -> None:
    found = counted(transitions(two_cycles, "t"))
    assert (1, 1) == (found[("WELL_PLACED", "READY_ADV")], found[("READY_LAT", "WELL_PLACED")])


def test_transitions_leave_out_those_of_one_cycle_only(two_cycles) -> None:
    table = transitions(two_cycles, "t")
    assert 4 == open_evidence(table).counts[table.cells.index(("TOTAL", "TOTAL"))]


def test_movement_needs_two_cycles(cadre) -> None:
    with pytest.raises(BadInput, match="needs two cycles"):
        departures(cadre, "t")
