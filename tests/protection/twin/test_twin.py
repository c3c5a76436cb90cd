"""Twins: fictional files that add up to what was released, and know nothing that was hidden."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from etm_workbench.errors import BadInput
from etm_workbench.protected import Shown, claim_seal, table_from_payload
from etm_workbench.protection.audit import Published, attack
from etm_workbench.protection.protect import protect
from etm_workbench.protection.twin import draw, fidelity, fit, margins_of, twin_risk
from etm_workbench.protection.twin.fidelity import counts_of
from etm_workbench.sensitive import table_relations

SEEDS = range(3)


@pytest.fixture(scope="module")
def release(fictional, small_policy):
    """`release(seed)`: three protected tables of 260 fictional people, and the people."""
    from etm_workbench.analysis import tabulate

    made = {}

    def make(seed):
        if seed not in made:
            cadre = fictional.random_cadre(np.random.default_rng(seed), 260)
            tables = {
                "map": tabulate.count(cadre, "map", "organization", "placement"),
                "levels": tabulate.count(cadre, "levels", "level", "placement"),
                "sexes": tabulate.count(cadre, "sexes", "organization", "sex"),
            }
            made[seed] = cadre, protect(tables, small_policy, fictional.scope)
        return made[seed]

    return make


@pytest.fixture(scope="module")
def twin_of(release):
    """Margins, fit and one twin of a release."""

    def make(seed):
        margins = margins_of(release(seed)[1])
        cells = fit(margins)
        return margins, cells, draw(margins, cells, np.random.default_rng(seed))

    return make


@pytest.mark.parametrize("seed", SEEDS)
def test_twin_adds_up_to_every_shown_cell(twin_of, seed):
    margins, cells, people = twin_of(seed)
    found = fidelity(margins, cells, people)
    assert (260, 0, 0.0) == (
        found.people,
        sum(table.differing for table in found.tables),
        sum(table.variation for table in found.tables),
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_twin_is_the_same_whatever_the_hidden_numbers_are(release, twin_of, seed):
    # Of the file on disk alone: no evidence, no people, nothing but what its readers have.
    payloads = release(seed)[1].to_payload()["tables"]
    read = {payload["name"]: table_from_payload(payload, claim_seal()) for payload in payloads}
    margins = margins_of(read)
    again = draw(margins, fit(margins), np.random.default_rng(seed))
    pd.testing.assert_frame_equal(twin_of(seed)[2], again)


@pytest.mark.parametrize("seed", SEEDS)
def test_hidden_cells_are_filled_with_what_readers_could_think_possible(release, seed):
    made = release(seed)[1]
    margins = margins_of(made)
    cells = fit(margins)
    fitted = {
        (part.table, key): value
        for part in margins.parts
        for key, value in zip(part.keys, part.sums(cells), strict=True)
    }
    for name, table in made.items():
        values = np.array([c.value if isinstance(c, Shown) else np.nan for c in table.figure().cells])
        relations = table_relations(table.dimensions)
        matrix = sparse.lil_array((len(relations), len(values)), dtype=np.int8)
        for row, (total, parts) in enumerate(relations):
            matrix[row, list(parts)], matrix[row, total] = 1, -1
        found = attack(
            Published(values, matrix.tocsr(), np.zeros(len(values)), np.full(len(values), np.inf)), seconds=5
        )
        for cell, low, high in zip(found.cells, found.lower, found.upper, strict=True):
            assert low - 0.01 <= fitted[name, table.keys[cell]] <= high + 0.01


def test_variables_that_no_table_shows_together_are_independent_in_the_fit(release):
    # One table of two variables, one of a third: the fit is the product of shares.
    made = release(0)[1]
    margins = margins_of({"levels": made["levels"]})
    alone = margins_of({name: made[name] for name in ("levels", "sexes")})
    cells = fit(alone).reshape(alone.shape)
    level, sex = alone.variables.index("level"), alone.variables.index("sex")
    both = cells.sum(axis=tuple(a for a in range(cells.ndim) if a not in (level, sex)))
    product = both.sum(axis=1, keepdims=True) * both.sum(axis=0, keepdims=True) / both.sum()
    assert np.allclose(both, product, atol=1e-3)
    assert margins.people == alone.people


def test_another_seed_gives_another_twin_with_the_same_sums(twin_of):
    margins, cells, first = twin_of(0)
    second = draw(margins, cells, np.random.default_rng(99))
    assert counts_of(margins, first).tolist() != counts_of(margins, second).tolist()
    for part in margins.parts:
        shown = ~np.isnan(part.values)
        assert (part.sums(counts_of(margins, second))[shown] == part.values[shown]).all()


def test_every_line_says_that_it_is_fictional(twin_of):
    people = twin_of(1)[2]
    assert "fictional_record" == people.columns[0]
    assert people["fictional_record"].str.startswith("F").all()


def test_sheet_tells_released_pairs_from_supposed_ones(twin_of):
    margins, cells, people = twin_of(0)
    told = {frozenset(pair.variables): pair.is_released for pair in fidelity(margins, cells, people).pairs}
    assert (True, False) == (told[frozenset(("organization", "placement"))], told[frozenset(("level", "sex"))])


def test_large_joint_table_is_drawn_without_the_search(twin_of, monkeypatch):
    monkeypatch.setattr("etm_workbench.protection.twin.drawing.LARGEST_SEARCH", 0)
    margins, cells, _ = twin_of(0)
    people = draw(margins, cells, np.random.default_rng(1))
    assert 260 == len(people)
    assert max(table.largest for table in fidelity(margins, cells, people).tables) <= 10


def test_risk_counts_lines_that_are_alike_to_a_unique_record():
    real = pd.DataFrame({"a": list("xxyz"), "b": list("ppqr")})
    twin = pd.DataFrame({"a": list("xyyw"), "b": list("pqqs")})
    found = twin_risk(twin, real, ("a", "b"))
    assert (2, 0.5, 0.5) == (found.uniques, found.matching, found.met)
    assert (0.75, 0.0, 0.25) == found.distances
    assert (0.0, 1.0) == found.presence


def test_twin_of_a_release_meets_real_uniques_no_more_than_another_draw_of_chance(release, twin_of):
    # Lines alike to a unique record come by chance: a twin of other numbers meets about as many.
    cadre = release(0)[0]
    names = ("organization", "placement", "level", "sex")
    records = cadre.records.astype(object).where(cadre.records.notna(), None)
    own = twin_risk(twin_of(0)[2], records, names).matching
    others = [twin_risk(twin_of(seed)[2], records, names).matching for seed in (1, 2)]
    assert own <= max(others) + 0.1


@pytest.fixture
def several(fictional, count, small_policy):
    people = [{"mobility": ("OTHER_REGION",)} for _ in range(20)] + [{"mobility": ("NONE",)} for _ in range(20)]
    return protect({"m": count(fictional.cadre_of(people), "m", "mobility")}, small_policy, fictional.scope)


def test_table_of_several_answers_is_refused_by_name(several):
    with pytest.raises(BadInput, match="Leave out 'm'"):
        margins_of(several)


def test_tables_of_two_populations_are_refused(fictional, count, small_policy):
    cadre = fictional.random_cadre(np.random.default_rng(0), 120)
    tables = {"all": count(cadre, "all", "sex"), "one": count(cadre.where(organization="128"), "one", "sex")}
    with pytest.raises(BadInput, match="several populations"):
        margins_of(protect(tables, small_policy, fictional.scope))


def test_no_table_is_refused():
    with pytest.raises(BadInput, match="at least one table"):
        margins_of({})


def test_joint_table_too_large_for_a_laptop_is_refused(release, monkeypatch):
    monkeypatch.setattr("etm_workbench.protection.twin.margins.MOST_CELLS", 10)
    with pytest.raises(BadInput, match="Choose fewer tables"):
        margins_of(release(0)[1])
