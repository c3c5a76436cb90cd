"""The attack against worked cases whose answer is known, and against the enumeration of every table that fits."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from etm_workbench.errors import BadInput
from etm_workbench.protection.audit import Published, attack

JASA = [[20, 50, 10], [8, 19, 22], [17, 32, 12]]  # Fischetti and Salazar, JASA 2000, worked example
FOUR_BY_FOUR = [[30, 47, 64, 89], [90, 124, 5, 31], [92, 100, 59, 85], [800, 991, 651, 685]]  # sdcTable, test of
# its simple heuristic: two hidden cells in each row and column, and one of them still determined


def one_sum(*parts, total):
    """One row of a table: its parts (None where hidden) and its total."""
    shown = np.array([np.nan if part is None else part for part in (*parts, total)], dtype=float)
    signs = np.array([[1] * len(parts) + [-1]], dtype=np.int8)
    return shown, sparse.csr_array(signs)


def hide(tables, inner, cells, **knowledge):
    values, relations = tables.with_margins(inner)
    columns = len(inner[0]) + 1
    hidden = np.zeros(values.size, dtype=bool)
    hidden[[row * columns + column for row, column in cells]] = True
    return tables.published(values, relations, hidden, **knowledge)


def intervals(found):
    return list(zip(found.lower.tolist(), found.upper.tolist(), strict=True))


def test_optimal_pattern_of_the_jasa_example_leaves_5_to_30(tables):
    # 20 50 10 |  80        20 50 10 |  80
    #  8 19 22 |  49   ->    . 19  . |  49
    # 17 32 12 |  61         . 32  . |  61
    # 45 101 44| 190        45 101 44| 190
    found = attack(hide(tables, JASA, [(1, 0), (1, 2), (2, 0), (2, 2)]), seconds=10)
    assert (5, 30) == intervals(found)[1]


FOUR_HIDDEN = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 2), (2, 1), (2, 3), (3, 1), (3, 3)]
FOUR_INTERVALS = [(25, 94), (47, 47), (0, 69), (26, 95), (0, 69), (0, 185), (0, 185), (906, 1091), (585, 770)]


def test_two_hidden_in_every_row_and_column_can_still_give_one_away(tables):
    assert intervals(attack(hide(tables, FOUR_BY_FOUR, FOUR_HIDDEN), seconds=10)) == FOUR_INTERVALS


def test_hiding_one_more_cell_of_that_table_leaves_47_between_0_and_141(tables):
    found = attack(hide(tables, FOUR_BY_FOUR, [*FOUR_HIDDEN, (1, 1)]), seconds=10)
    assert intervals(found)[1] == (0, 141)


def test_intervals_of_that_table_are_proved(tables):
    assert attack(hide(tables, FOUR_BY_FOUR, FOUR_HIDDEN), seconds=10).proved.all()


def test_a_determined_cell_of_a_ring_names_the_sums_that_determine_it(tables):
    problem = hide(tables, FOUR_BY_FOUR, FOUR_HIDDEN)
    found = attack(problem, seconds=10)
    (cell,) = found.cells[found.exact]
    rows = problem.relations[list(found.because[int(cell)])]
    alone = Published(problem.known, sparse.csr_array(rows), problem.lower, problem.upper)
    again = attack(alone, seconds=10)
    assert [int(cell)] == again.cells[again.exact].tolist()


@pytest.mark.parametrize(
    ("parts", "total", "at_least", "expected"),
    [
        pytest.param((None, None, 0), 0, 0, [(0, 0), (0, 0)], id="total of nobody"),
        pytest.param((10, 5, None, None), 15, 0, [(0, 0), (0, 0)], id="published parts use up the total"),
        pytest.param((10, 3, None, None), 15, 1, [(1, 1), (1, 1)], id="hidden means at least one"),
        pytest.param((None, 177), 180, 0, [(3, 3)], id="the size in the title gives the small row back"),
        pytest.param((None, None), 180, 0, [(0, 180), (0, 180)], id="two hidden rows under a known size"),
    ],
)
def test_one_row_with_hidden_parts(parts, total, at_least, expected):
    shown, relations = one_sum(*parts, total=total)
    limits = np.full(shown.size, float(at_least)), np.full(shown.size, np.inf)
    assert expected == intervals(attack(Published(shown, relations, *limits), seconds=10))


def test_a_hidden_total_with_hidden_parts_has_no_upper_limit():
    shown, relations = one_sum(None, 4, total=np.nan)
    found = attack(Published(shown, relations, np.zeros(3), np.full(3, np.inf)), seconds=10)
    assert intervals(found) == [(0, np.inf), (4, np.inf)]


def test_an_unlimited_cell_in_a_ring_is_proved_unlimited():
    # Two tables split the same hidden total: a + b = t, c + d = t, and a + c is known.
    relations = sparse.csr_array(np.array([[1, 1, 0, 0, -1, 0], [0, 0, 1, 1, -1, 0], [1, 0, 1, 0, 0, -1]], np.int8))
    shown = np.array([np.nan, np.nan, np.nan, np.nan, np.nan, 6.0])
    found = attack(Published(shown, relations, np.zeros(6), np.full(6, np.inf)), seconds=10)
    assert intervals(found) == [(0, 6), (0, np.inf), (0, 6), (0, np.inf), (3, np.inf)]
    assert found.proved.all()


def test_whole_numbers_narrow_what_fractions_leave():
    # a + b = 1, b + c = 1, a + c + d = 2 with d at most 1: fractions allow a = b = c = 1/2 and d = 1.
    relations = sparse.csr_array(
        np.array([[1, 1, 0, 0, -1, 0, 0], [0, 1, 1, 0, 0, -1, 0], [1, 0, 1, 1, 0, 0, -1]], np.int8)
    )
    shown = np.array([np.nan] * 4 + [1.0, 1.0, 2.0])
    upper = np.array([np.inf, np.inf, np.inf, 1.0, 0, 0, 0])
    people = attack(Published(shown, relations, np.zeros(7), upper), seconds=10)
    amounts = attack(Published(shown, relations, np.zeros(7), upper, integer=False), seconds=10)
    assert intervals(people) == [(1, 1), (0, 0), (1, 1), (0, 0)]
    assert intervals(amounts) == [(0.5, 1), (0, 0.5), (0.5, 1), (0, 1)]


@pytest.mark.parametrize("block", range(8))
def test_intervals_equal_the_enumeration_of_every_table_that_fits(tables, block):
    checked = 0
    for seed in range(block * 40, block * 40 + 40):
        _, problem = tables.random_problem(seed)
        solutions = tables.every_solution(problem, work=3_000)
        if solutions is None or not problem.hidden.any():
            continue
        found = attack(problem, seconds=30)
        expected = list(zip(solutions.min(0).tolist(), solutions.max(0).tolist(), strict=True))
        assert expected == intervals(found), f"seed {seed}"
        assert found.proved.all(), f"seed {seed}"
        checked += 1
    assert checked > 15


@pytest.mark.parametrize("seed", range(12))
def test_reasons_alone_determine_each_determined_cell(tables, seed):
    _, problem = tables.random_problem(seed, shapes=((4, 4), (3, 3, 3)))
    found = attack(problem, seconds=30)
    for cell, rows in found.because.items():
        alone = Published(problem.known, sparse.csr_array(problem.relations[list(rows)]), problem.lower, problem.upper)
        again = attack(alone, seconds=30)
        assert again.exact[again.cells == cell].all()


def test_without_time_to_search_intervals_are_outer_and_say_so(tables):
    found = attack(hide(tables, FOUR_BY_FOUR, FOUR_HIDDEN), seconds=0)
    assert not found.proved.all()
    for (lower, upper), (low, high) in zip(intervals(found), FOUR_INTERVALS, strict=True):
        assert lower <= low <= high <= upper


def test_cells_that_are_not_asked_about_keep_an_outer_limit(tables):
    problem = hide(tables, FOUR_BY_FOUR, FOUR_HIDDEN)
    targets = np.zeros(problem.known.size, dtype=bool)
    targets[1] = True
    found = attack(problem, seconds=10, targets=targets)
    assert intervals(found)[1] == (47, 47)


def test_large_amounts_keep_their_precision():
    relations = sparse.csr_array(np.array([[1, 1, -1, 0], [0, 1, 0, -1], [1, 0, 0, 0]], np.int8)[:2])
    shown = np.array([np.nan, np.nan, 9_000_000_000.25, 4_000_000_000.0])
    found = attack(Published(shown, relations, np.zeros(4), np.full(4, np.inf), integer=False), seconds=10)
    assert intervals(found) == [(5_000_000_000.25, 5_000_000_000.25), (4_000_000_000.0, 4_000_000_000.0)]


def test_a_published_total_that_does_not_add_up_is_named_with_its_error():
    shown, relations = one_sum(3, 4, total=9)
    found = attack(Published(shown, relations, np.zeros(3), np.full(3, np.inf)), seconds=10)
    assert [(0, -2.0)] == [(wrong.relation, wrong.off_by) for wrong in found.contradictions]


def test_a_total_below_its_published_parts_is_left_out_and_the_rest_attacked():
    relations = sparse.csr_array(np.array([[1, 1, -1, 0, 0, 0], [0, 0, 0, 1, 1, -1]], np.int8))
    shown = np.array([7, np.nan, 5, np.nan, 2, 6.0])
    found = attack(Published(shown, relations, np.zeros(6), np.full(6, np.inf)), seconds=10)
    assert [0] == [wrong.relation for wrong in found.contradictions]
    assert intervals(found) == [(0, np.inf), (4, 4)]


def test_the_sum_to_blame_in_a_ring_is_the_least_change(tables):
    values, relations = tables.with_margins(JASA)
    values[3] += 7  # the first row's total is published seven too high; columns still add up
    hidden = np.isin(np.arange(values.size), [0, 1, 4, 5])
    found = attack(tables.published(values, relations, hidden), seconds=10)
    assert len(found.contradictions) >= 1
    assert all(abs(wrong.off_by) <= 7 for wrong in found.contradictions)


def test_sums_that_only_fractions_satisfy_are_a_contradiction_for_people():
    # a + b = 1, b + c = 1, a + c = 1: each would be one half.
    relations = sparse.csr_array(np.array([[1, 1, 0, -1, 0, 0], [0, 1, 1, 0, -1, 0], [1, 0, 1, 0, 0, -1]], np.int8))
    shown = np.array([np.nan, np.nan, np.nan, 1.0, 1.0, 1.0])
    found = attack(Published(shown, relations, np.zeros(6), np.full(6, np.inf)), seconds=10)
    assert 1 == len(found.contradictions)


def test_knowledge_that_is_empty_is_refused():
    shown, relations = one_sum(None, None, total=9)
    with pytest.raises(BadInput, match="knowledge about 2 hidden cells is empty"):
        Published(shown, relations, np.full(3, 5.0), np.full(3, 4.0))


def test_parts_of_different_sizes_are_refused():
    shown, relations = one_sum(None, None, total=9)
    with pytest.raises(BadInput, match="different numbers of cells: 2, 3"):
        Published(shown, relations, np.zeros(2), np.full(3, 4.0))


def test_every_interval_of_a_table_of_2730_cells_is_proved(large):
    values, problem = large
    found = attack(problem, seconds=120)
    assert (2730, True) == (values.size, bool(found.proved.all()))
    assert ((found.lower <= values[found.cells]) & (values[found.cells] <= found.upper)).all()
