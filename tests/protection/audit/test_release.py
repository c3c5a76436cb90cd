"""The check before a release: planted leaks are found, by outsiders and by members, and safe tables pass."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from etm_workbench.errors import BadInput
from etm_workbench.protection.audit import (
    Check,
    Met,
    Published,
    attack,
    attack_as_members,
    check_release,
    program,
    release,
)
from etm_workbench.protection.audit import widths as audit_widths


def widths(problem, width):
    return np.where(problem.hidden, width, 0)


def by_enumeration(solutions, problem, width, *, member=None):
    """Hidden cells narrower than the width over every table that fits."""
    fits = solutions if member is None else solutions[solutions[:, member] == 1]
    spread = fits.max(0) - fits.min(0)
    narrow = {int(cell) for cell in np.flatnonzero(problem.hidden)[spread < width]}
    return narrow - ({int(np.flatnonzero(problem.hidden)[member])} if member is not None else set())


@pytest.mark.parametrize("width", [1, 2, 3])
@pytest.mark.parametrize("block", range(3))
def test_breaches_equal_the_enumeration_of_every_table_that_fits(tables, block, width):
    checked = 0
    for seed in range(block * 30, block * 30 + 30):
        values, problem = tables.random_problem(seed)
        solutions = tables.every_solution(problem, work=3_000)
        if solutions is None or not problem.hidden.any():
            continue
        found = check_release(problem, widths(problem, width), truth=values)
        assert by_enumeration(solutions, problem, width) == {breach.cell for breach in found}, f"seed {seed}"
        assert all(breach.proved for breach in found)
        checked += 1
    assert checked > 10


@pytest.mark.parametrize("few", [0, 100], ids=["several at once first", "one by one"])
@pytest.mark.parametrize("block", range(3))
def test_breaches_by_members_equal_the_enumeration(tables, block, few, monkeypatch):
    monkeypatch.setattr(release, "FEW", few)
    for seed in range(block * 30, block * 30 + 30):
        values, problem = tables.random_problem(seed)
        solutions = tables.every_solution(problem, work=3_000)
        if solutions is None or not problem.hidden.any():
            continue
        open_to_all = by_enumeration(solutions, problem, 1)
        found = attack_as_members(problem, values, width=widths(problem, 1), seconds=30)
        hidden = np.flatnonzero(problem.hidden)
        members = [m for m in np.flatnonzero(values[hidden] == 1) if int(hidden[m]) not in open_to_all]
        expected = set().union(*(by_enumeration(solutions, problem, 1, member=m) for m in members)) - open_to_all
        assert expected == {breach.cell for breach in found if breach.proved}, f"seed {seed}"


def hidden_too(problem, values, rng):
    """The same problem with a third of its published cells hidden as well."""
    also = (rng.random(values.size) < 1 / 3) & (values >= problem.lower)
    known = np.where(problem.hidden | also, np.nan, problem.known)
    return replace(problem, known=known)


def breaches(check):
    return [(b.cell, b.member) for b in (*check.by_anybody(), *check.by_members())]


def test_solutions_met_when_more_was_published_change_no_finding(tables):
    rng, taken, differ = np.random.default_rng(7), 0, []
    for seed in range(200):
        values, problem = tables.random_problem(seed)
        first = Check(problem, widths(problem, 2), values, 30.0)
        breaches(first)
        wider = hidden_too(problem, values, rng)
        alone = Check(wider, widths(wider, 2), values, 30.0)
        beside = Check(wider, widths(wider, 2), values, 30.0, met=first.solutions())
        taken += sum(
            len(prober.program.seen.kept) - 1 for prober in beside.probers if len(prober.program.seen.kept) > 1
        )
        if breaches(alone) != breaches(beside):
            differ.append(seed)
    assert taken > 100
    assert [] == differ


def test_solutions_serve_cells_that_were_watched_and_not_asked(tables):
    served = dict.fromkeys((False, True), 0)
    for seed in range(60):
        values, problem = tables.random_problem(seed)
        some = np.where(np.arange(values.size) % 2, widths(problem, 2), 0)
        for is_watched in served:
            first = Check(problem, some, values, 30.0, watch=problem.hidden if is_watched else None)
            breaches(first)
            second = Check(problem, widths(problem, 2), values, 30.0, met=first.solutions())
            served[is_watched] += sum(len(prober.program.seen.kept) - 1 for prober in second.probers)
    assert served[True] > 2 * served[False]


def test_solutions_are_the_truth_in_cells_that_were_published():
    met = Met(np.array([1, 3]), np.array([[5.0, 0.0]]), hidden=np.array([1, 3]))
    assert [[9, 5, 0]] == met.in_cells(np.array([0, 1, 3]), np.array([9.0, 2.0, 3.0])).tolist()


def test_solutions_that_left_out_a_hidden_cell_say_nothing_of_it():
    met = Met(np.array([1, 3]), np.array([[5.0, 0.0]]), hidden=np.array([0, 1, 3]))
    assert 0 == len(met.in_cells(np.array([0, 1, 3]), np.array([9.0, 2.0, 3.0])))


@pytest.mark.parametrize("large", [5000, 0], ids=["at a corner", "inside"])
def test_reasons_alone_suffice_for_the_finding(tables, large, monkeypatch):
    monkeypatch.setattr(program, "LARGE", large)
    with_floors = found = 0
    for seed in range(150):
        values, whole = tables.random_problem(seed)
        problem = replace(whole, integer=False)
        check = Check(problem, widths(problem, 2), values, 30.0)
        for breach in check.by_anybody():
            reasons = check.reasons(breach.cell)
            floor = np.where(np.isin(np.arange(values.size), list(reasons.floors)), problem.lower, -1e3)
            relations = sparse.csr_array(problem.relations[sorted(reasons.sums)])
            told = attack(replace(problem, relations=relations, lower=floor), seconds=30.0)
            place = told.cells == breach.cell
            assert told.width[place][0] <= breach.upper - breach.lower + 1e-6, f"seed {seed}"
            found += 1
            with_floors += bool(reasons.floors)
    assert found > 100
    assert with_floors > 30


def test_widths_asked_later_are_found_as_if_asked_first(tables):
    differ = []
    for seed in range(100):
        values, problem = tables.random_problem(seed)
        width, check = widths(problem, 2), Check(problem, widths(problem, 2), values, 30.0)
        some = np.where(np.arange(width.size) % 2, width, 0)
        check.ask(some)
        breaches(check)
        check.ask(width)
        if {c for c, _ in breaches(check)} != {c for c, _ in breaches(Check(problem, width, values, 30.0))}:
            differ.append(seed)
    assert [] == differ


def test_a_cell_without_an_end_is_wide_in_a_large_program_too(monkeypatch):
    monkeypatch.setattr(program, "LARGE", 0)
    relations = sparse.csr_array(np.array([[1, -1, 1, 0], [0, 1, -1, -1]], np.int8))
    lower, truth = np.array([-np.inf, -np.inf, -np.inf, 0.0]), np.array([1.0, 3.0, 2.0, 1.0])
    problem = Published(np.full(4, np.nan), relations, lower, np.full(4, np.inf), integer=False)
    assert () == check_release(problem, np.full(4, 5.0), truth=truth)


def test_a_cell_left_alone_in_its_sum_is_a_breach():
    relations = sparse.csr_array(np.array([[1, 1, 1, -1]], np.int8))
    problem = Published(np.array([np.nan, 5, 6, 14.0]), relations, np.zeros(4), np.full(4, np.inf))
    (breach,) = check_release(problem, widths(problem, 1))
    assert (0, 3.0, 3.0, True, None) == (breach.cell, breach.lower, breach.upper, breach.proved, breach.member)


def test_the_only_member_of_a_hidden_cell_reads_the_other_hidden_one():
    # 1 + 4 = 5, both parts hidden: nobody outside can tell, the one person can.
    relations = sparse.csr_array(np.array([[1, 1, -1]], np.int8))
    problem = Published(np.array([np.nan, np.nan, 5.0]), relations, np.zeros(3), np.full(3, np.inf))
    truth = np.array([1.0, 4.0, 5.0])
    assert () == check_release(problem, widths(problem, 1), truth=truth)
    (breach,) = check_release(problem, widths(problem, 1), truth=truth, members=True)
    assert (1, 0, 4.0, 4.0) == (breach.cell, breach.member, breach.lower, breach.upper)


def test_somebody_who_is_alone_in_two_cells_uses_both_and_learns_nothing_of_either():
    # a + b = 5 and b + c = 5, with a = c = 1: two people who are alone in a and in c read all three cells;
    # the same person in both learns b only.
    relations = sparse.csr_array(np.array([[1, 1, 0, 0, -1, 0], [0, 1, 1, 0, 0, -1]], np.int8))
    problem = Published(np.array([np.nan] * 3 + [3, 5.0, 5.0]), relations, np.zeros(6), np.full(6, np.inf))
    truth = np.array([1, 4, 1, 3, 5, 5.0])
    apart = attack_as_members(problem, truth, width=widths(problem, 1), seconds=10)
    same = attack_as_members(problem, truth, width=widths(problem, 1), seconds=10, owner=np.array([7, 1, 7, 3, 4, 5]))
    assert [{0, 1, 2}, {1}] == [{breach.cell for breach in found} for found in (apart, same)]


@pytest.mark.parametrize(("owner", "read"), [([7, 7, -1], set()), ([7, 8, -1], {1})])
def test_nobody_learns_of_others_from_a_cell_that_turns_out_to_be_theirs(owner, read):
    # a + b = 2, one person each, of whom the first knows to be alone in a, and nobody in b.
    relations = sparse.csr_array(np.array([[1, 1, -1]], np.int8))
    problem = Published(np.array([np.nan, np.nan, 2.0]), relations, np.zeros(3), np.full(3, np.inf))
    knows = np.array([True, False, False])
    found = attack_as_members(
        problem, np.array([1, 1, 2.0]), width=widths(problem, 1), seconds=10, owner=np.array(owner), attacks=knows
    )
    assert read == {breach.cell for breach in found}


def test_a_release_without_hidden_cells_passes():
    relations = sparse.csr_array(np.array([[1, 1, -1]], np.int8))
    problem = Published(np.array([1.0, 4.0, 5.0]), relations, np.zeros(3), np.full(3, np.inf))
    assert () == check_release(problem, np.ones(3), truth=np.array([1, 4, 5]), members=True)


def test_cells_that_ask_for_no_width_are_not_breaches():
    relations = sparse.csr_array(np.array([[1, 1, -1]], np.int8))
    problem = Published(np.array([np.nan, 4.0, 5.0]), relations, np.zeros(3), np.full(3, np.inf))
    assert () == check_release(problem, np.zeros(3))


def test_doubt_at_the_deadline_is_a_breach_that_is_not_proved(tables):
    values, relations = tables.with_margins([[20, 50, 10], [8, 19, 22], [17, 32, 12]])
    problem = tables.published(values, relations, np.isin(np.arange(values.size), [4, 6, 8, 10]))
    assert () == check_release(problem, widths(problem, 1))
    hurried = check_release(problem, widths(problem, 1), seconds=0)
    assert [(4, False), (6, False), (8, False), (10, False)] == [(breach.cell, breach.proved) for breach in hurried]


def test_a_width_that_whole_numbers_cannot_reach_is_a_breach(tables):
    # Fractions leave each of a, b, c half a person of play (see the attack's tests); people leave none.
    relations = sparse.csr_array(
        np.array([[1, 1, 0, 0, -1, 0, 0], [0, 1, 1, 0, 0, -1, 0], [1, 0, 1, 1, 0, 0, -1]], np.int8)
    )
    shown = np.array([np.nan] * 4 + [1.0, 1.0, 2.0])
    problem = Published(shown, relations, np.zeros(7), np.array([np.inf, np.inf, np.inf, 1.0, 0, 0, 0]))
    assert {0, 1, 2, 3} == {breach.cell for breach in check_release(problem, widths(problem, 1))}


def test_check_and_attack_agree_on_a_three_way_table(tables):
    values, problem = tables.random_problem(5, shapes=((5, 4, 3),))
    found = attack(problem, seconds=60)
    expected = set(found.cells[found.width < 3].tolist())
    assert expected == {breach.cell for breach in check_release(problem, widths(problem, 3), truth=values)}


def test_true_values_that_do_not_add_up_are_refused():
    relations = sparse.csr_array(np.array([[1, 1, -1]], np.int8))
    problem = Published(np.array([np.nan, np.nan, 5.0]), relations, np.zeros(3), np.full(3, np.inf))
    with pytest.raises(BadInput, match="do not add up"):
        check_release(problem, np.ones(3), truth=np.array([1, 1, 5]))


def test_contradicting_sums_stop_the_check():
    relations = sparse.csr_array(np.array([[1, 1, -1]], np.int8))
    problem = Published(np.array([7.0, np.nan, 5.0]), relations, np.zeros(3), np.full(3, np.inf))
    with pytest.raises(BadInput, match="1 published sums contradict"):
        check_release(problem, np.ones(3))


def test_members_without_the_true_values_are_refused():
    relations = sparse.csr_array(np.array([[1, 1, -1]], np.int8))
    problem = Published(np.array([np.nan, np.nan, 5.0]), relations, np.zeros(3), np.full(3, np.inf))
    with pytest.raises(BadInput, match="true values"):
        check_release(problem, np.ones(3), members=True)


def test_check_and_attack_agree_on_a_table_of_2730_cells(large):
    values, problem = large
    found = attack(problem, seconds=120)
    narrow = set(found.cells[found.width < 3].tolist())
    assert len(narrow) > 10
    assert narrow == {breach.cell for breach in check_release(problem, widths(problem, 3), truth=values, seconds=120)}


@pytest.mark.parametrize("integer", [True, False], ids=["people", "fractions"])
@pytest.mark.parametrize("block", range(3))
def test_breaches_are_the_same_when_solutions_come_from_an_interior_point(tables, block, integer, monkeypatch):
    for seed in range(block * 30, block * 30 + 30):
        values, whole = tables.random_problem(seed)
        problem = replace(whole, integer=integer)
        if not problem.hidden.any():
            continue
        by_simplex = check_release(problem, widths(problem, 2), truth=values, members=True)
        with monkeypatch.context() as patch:
            patch.setattr(program, "LARGE", 0)
            patch.setattr(audit_widths, "FEW", 1)
            by_interior = check_release(problem, widths(problem, 2), truth=values, members=True)
        assert {(b.cell, b.proved) for b in by_simplex} == {(b.cell, b.proved) for b in by_interior}, f"seed {seed}"
