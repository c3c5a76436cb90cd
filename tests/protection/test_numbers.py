"""Rules for figures, rounding, cell keys, and the policy dial."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from etm_workbench.analysis.measures import with_shares
from etm_workbench.errors import BadInput
from etm_workbench.protected import Shown, Withheld
from etm_workbench.protection.cell_key import NoiseTable, maximum_entropy_noise, person_key, perturb
from etm_workbench.protection.dial import dial, settings_of, with_threshold
from etm_workbench.protection.protect import protect
from etm_workbench.protection.rounding import controlled, conventional, randomly
from etm_workbench.sensitive import Evidence, Figure, SensitiveTable, open_evidence, table_relations

GRID = "READY_ADV WELL_PLACED DEVELOP\n 128 7 21 15\n 126 12 30 16\n 136 14 41 18"


@pytest.fixture
def map_of(fictional, count):
    """The table of a drawing."""
    return lambda text=GRID: count(fictional.drawn(text), "map", "organization", "placement")


def sums(table):
    relations = table_relations(table.dimensions)
    matrix = np.zeros((len(relations), len(table.cells)), np.int8)
    for row, (total, parts) in enumerate(relations):
        matrix[row, list(parts)] += 1
        matrix[row, total] -= 1
    return sparse.csr_array(matrix)


def with_figure(table, kind, *, magnitude=None):
    held = open_evidence(table)
    figure = Figure("f", kind, np.arange(len(table.cells), dtype=float), tuple((i,) for i in range(len(table.cells))))
    evidence = Evidence(held.contributors, held.people, magnitude)
    return SensitiveTable(table.name, table.dimensions, table.population, table.sensitivity, evidence, (figure,))


@pytest.mark.parametrize(("kind", "fewest"), [("mean", 10), ("ratio", 10), ("median", 20), ("test", 11), ("sum", 10)])
def test_figure_needs_as_many_people_as_the_policy_says(map_of, fictional, small_policy, kind, fewest):
    table = with_figure(map_of(), kind)
    made = protect({"map": table}, small_policy, fictional.scope)["map"]
    counts = open_evidence(table).counts
    expected = [bool(count >= fewest) for count in counts]
    assert expected == [isinstance(cell, Shown) for cell in made.figure("f").cells]


def test_extremes_are_never_shown(map_of, fictional, small_policy):
    made = protect({"map": with_figure(map_of(), "extreme")}, small_policy, fictional.scope)["map"]
    assert not any(isinstance(cell, Shown) for cell in made.figure("f").cells)


def test_sum_that_two_people_make_up_is_withheld(map_of, fictional, small_policy):
    table = map_of()
    amounts = np.ones(len(open_evidence(table).people))
    amounts[:2] = 1000.0
    made = protect({"map": with_figure(table, "sum", magnitude=amounts)}, small_policy, fictional.scope)["map"]
    assert Withheld("dominance") == made.cell("f")


def test_sum_shared_by_many_is_shown(map_of, fictional, small_policy):
    table = map_of()
    even = np.ones(len(open_evidence(table).people))
    made = protect({"map": with_figure(table, "sum", magnitude=even)}, small_policy, fictional.scope)["map"]
    assert isinstance(made.cell("f"), Shown)


def test_conventional_rounding_goes_to_the_nearest():
    assert [0, 0, 5, 5, 5, 10] == conventional(np.array([0, 2, 3, 5, 7, 8]), 5).tolist()


def test_random_rounding_is_unbiased():
    rng = np.random.default_rng(1)
    rounded = randomly(np.full(40_000, 7), 5, rng)
    assert {5, 10} == set(rounded.tolist())
    assert abs(rounded.mean() - 7) < 0.05


def test_controlled_rounding_keeps_every_sum(map_of):
    table = map_of()
    counts = open_evidence(table).counts
    rounded = controlled(counts, sums(table), 5)
    assert 0 == np.abs(sums(table).astype(int) @ rounded).max()


def test_controlled_rounding_goes_to_a_neighbouring_multiple(map_of):
    table = map_of()
    counts = open_evidence(table).counts
    assert 5 > np.abs(controlled(counts, sums(table), 5) - counts).max()


def test_controlled_rounding_is_the_nearest_of_all_that_add_up():
    # By trying them all: of 2 + 2 + 3 = 7, two roundings to 5 keep the sum with the least change.
    relations = sparse.csr_array(np.array([[1, 1, 1, -1]], np.int8))
    counts = np.array([2, 2, 3, 7])
    options = [np.array(parts) for parts in np.ndindex(2, 2, 2, 2)]
    valid = [np.array([0, 0, 0, 5]) + 5 * o for o in options if 5 * o[:3].sum() == 5 + 5 * o[3]]
    best = min(np.abs(option - counts).sum() for option in valid)
    assert best == np.abs(controlled(counts, relations, 5) - counts).sum()


def test_rounding_to_nothing_is_refused():
    with pytest.raises(BadInput, match="multiples of 0"):
        conventional(np.array([1]), 0)


@pytest.mark.parametrize("method", ["conventional", "random", "controlled"])
def test_policy_that_rounds_shows_multiples_only(map_of, fictional, small_policy, method):
    rounding = small_policy.rounding.model_copy(update={"base": 5, "method": method})
    policy = small_policy.model_copy(update={"rounding": rounding})
    made = protect({"map": map_of()}, policy, fictional.scope)["map"]
    assert {0.0} == {cell.value % 5 for cell in made.figure().cells if isinstance(cell, Shown)}


def test_shares_beside_rounded_counts_are_made_of_them(map_of, fictional, small_policy):
    rounding = small_policy.rounding.model_copy(update={"base": 5})
    policy = small_policy.model_copy(update={"rounding": rounding})
    made = protect({"map": with_shares(map_of(), "placement")}, policy, fictional.scope)["map"]
    codes = {"organization": "126", "placement": "WELL_PLACED"}
    whole = made.cell(organization="126", placement="ANSWERED")
    assert made.cell("share", **codes).value == made.cell(**codes).value / whole.value


def test_same_people_get_the_same_noise_in_every_table():
    keys = np.array([person_key(f"p{i}", b"secret") for i in range(40)])
    members = sparse.csr_array(np.array([[1] * 30 + [0] * 10, [1] * 30 + [0] * 10], np.int32))
    first, second = perturb(members, keys, maximum_entropy_noise(3, 1.0))
    assert first == second


def test_noise_is_unbiased_and_leaves_zero():
    rng = np.random.default_rng(2)
    noise = maximum_entropy_noise(3, 1.0)
    members = sparse.csr_array((rng.random((4000, 300)) < 0.05).astype(np.int32))
    counts = np.asarray(members.sum(axis=1)).ravel()
    moved = perturb(members, rng.integers(0, 256, 300), noise)
    assert abs((moved - counts).mean()) < 0.12
    assert 0 == perturb(sparse.csr_array((1, 300), dtype=np.int32), rng.integers(0, 256, 300), noise)[0]


def test_noise_has_the_variance_asked_for():
    noise = maximum_entropy_noise(4, 2.0)
    assert abs(noise.chance[-1] @ noise.change**2 - 2.0) < 1e-6


def test_noise_that_would_make_a_count_negative_is_refused():
    with pytest.raises(BadInput, match="negative"):
        NoiseTable(np.array([-1, 0, 1]), np.array([[0.25, 0.5, 0.25]]))


def test_dial_equals_a_full_run_of_each_policy(map_of, fictional, small_policy):
    table = map_of()
    policies = {"now": small_policy, "stricter": with_threshold(small_policy, 10, of="judgement", width=5)}
    for setting, policy in zip(dial({"map": table}, policies, scope=fictional.scope), policies.values(), strict=True):
        made = protect({"map": table}, policy, fictional.scope)["map"]
        assert sum(isinstance(cell, Withheld) for cell in made.figure().cells) == setting.hidden["map"]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("of", ["judgement", "attribute"])
def test_dial_counts_the_cells_that_change_as_two_full_runs_do(fictional, count, small_policy, of, seed):
    cadre = fictional.random_cadre(np.random.default_rng(seed), 220)
    tables = {"a": count(cadre, "a", "organization", "placement"), "b": count(cadre, "b", "level", "sex")}
    policies = settings_of(small_policy, of, [2, 8])
    masks = [
        {name: hidden_in(table) for name, table in protect(tables, policy, fictional.scope).items()}
        for policy in policies.values()
    ]
    for setting, mask in zip(dial(tables, policies, scope=fictional.scope), masks, strict=True):
        assert {name: int(mask[name].sum()) for name in tables} == setting.hidden
        assert {name: int((mask[name] & ~masks[0][name]).sum()) for name in tables} == setting.newly_hidden
        assert {name: int((masks[0][name] & ~mask[name]).sum()) for name in tables} == setting.newly_shown


def hidden_in(table):
    return np.array([isinstance(cell, Withheld) for cell in table.figure().cells])


def test_dial_says_what_a_stricter_threshold_newly_hides(map_of, fictional, small_policy):
    policies = {"now": small_policy, "stricter": with_threshold(small_policy, 10, of="judgement", width=5)}
    now, stricter = dial({"map": map_of()}, policies, scope=fictional.scope)
    assert stricter.hidden["map"] - now.hidden["map"] == stricter.newly_hidden["map"] - stricter.newly_shown["map"]
    assert stricter.newly_hidden["map"] > 0


def test_name_of_a_table_does_not_change_its_numbers(map_of, fictional, small_policy):
    table = map_of()
    first = protect({"map": table}, small_policy, fictional.scope)["map"]
    second = protect({"map": replace(table, name="other")}, small_policy, fictional.scope)["map"]
    assert first.figures == second.figures
