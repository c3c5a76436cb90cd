"""Why a cell is hidden: the holder of the records is told all, a reader no more than the pattern shows."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from etm_workbench.analysis.measures import with_shares
from etm_workbench.errors import BadInput
from etm_workbench.protected import Withheld
from etm_workbench.protection.protect import protect
from etm_workbench.protection.why import whole_reason
from etm_workbench.sensitive import OPEN_NODES

DRAWING = "READY_ADV WELL_PLACED DEVELOP\n 128 3 20 15\n 126 12 30 16\n 136 14 40 17"
SMALL = {"organization": "128", "placement": "READY_ADV"}
CORNERS = [{"organization": o, "placement": p} for o, p in product(("128", "126"), ("READY_ADV", "DEVELOP"))]


@pytest.fixture
def held(fictional, count, small_policy):
    """`held(drawing)`: tables, what became of them, policy, ready for `whole_reason`."""

    def make(text=DRAWING):
        tables = {"map": count(fictional.drawn(text), "map", "organization", "placement")}
        return tables, protect(tables, small_policy, fictional.scope), small_policy

    return make


def test_reader_is_told_the_same_of_every_cell_whichever_is_small(held):
    table = held()[1]["map"]
    assert {"protected"} == {table.why(**codes).rule for codes in CORNERS}


@pytest.mark.parametrize("seed", range(3))
def test_group_is_called_small_only_where_its_size_is_shown_to_be(fictional, count, small_policy, seed):
    cadre = fictional.random_cadre(np.random.default_rng(seed), 90)
    made = protect({"t": count(cadre, "t", "level", "placement", "sex")}, small_policy, fictional.scope)["t"]
    for key, cell in made.rows():
        if cell == Withheld("small_group"):
            group = [code if d.sensitivity == "establishment" or code in OPEN_NODES else d.base
                     for d, code in zip(made.dimensions, key, strict=True)]  # fmt: skip
            size = made.cell(**dict(zip(made.variables, group, strict=True))).value
            assert size < max(small_policy.classes.of(kind).threshold for kind in ("attribute", "judgement"))


def test_group_that_is_itself_an_answer_is_not_called_small(fictional, count, small_policy):
    # Two are ready: that number is hidden, and the ready ones by sex may not say that it is the small one.
    people = [{"placement": "READY_ADV", "sex": sex} for sex in "FM"]
    people += [{"placement": code, "sex": sex} for code in ("WELL_PLACED", "DEVELOP") for sex in "FM" for _ in range(9)]
    made = protect({"t": count(fictional.cadre_of(people), "t", "placement", "sex")}, small_policy, fictional.scope)[
        "t"
    ]
    reasons = {cell.reason for cell in made.figure().cells if isinstance(cell, Withheld)}
    assert {"protected"} == reasons


def test_figure_made_of_a_hidden_count_says_no_more_than_that(fictional, count, small_policy):
    table = with_shares(count(fictional.drawn(DRAWING), "map", "organization", "placement"), "placement")
    made = protect({"map": table}, small_policy, fictional.scope)["map"]
    assert {"protected"} == {made.why("share", **codes).rule for codes in CORNERS}


def test_bundle_holds_no_rule(held):
    payload = held()[1].to_payload()
    told = {rule for table in payload["tables"] for _, rule, *_ in table["explanations"]}
    assert {"protected"} == told


@pytest.mark.parametrize(
    ("codes", "rule"), list(zip(CORNERS, ["too_few", *["complementary"] * 3], strict=True)), ids=["small", *"abc"]
)
def test_holder_is_told_which_rule_fired_for_the_cell(held, codes, rule):
    tables, made, policy = held()
    assert rule == whole_reason(tables, made, policy, "map", **codes).inside.rule


def test_holder_is_told_what_a_complementary_cell_protects(held):
    tables, made, policy = held()
    inside = whole_reason(tables, made, policy, "map", organization="126", placement="DEVELOP").inside
    assert (("map", ("128", "READY_ADV")),) == inside.protects


def test_holder_is_told_which_cells_cover_the_small_one(held):
    tables, made, policy = held()
    inside = whole_reason(tables, made, policy, "map", **SMALL).inside
    assert {("map", ("128", "DEVELOP")), ("map", ("126", "READY_ADV"))} == set(inside.protects)


def test_holder_is_told_what_readers_can_deduce(held):
    # 3 + 15 of the first row are hidden, 3 + 12 of the first column: at least 1, at most 14 where 12 and 15 leave 1.
    tables, made, policy = held()
    assert (1.0, 14.0) == whole_reason(tables, made, policy, "map", **SMALL).inside.interval


def test_holder_is_told_that_everybody_gave_one_answer(held):
    tables, made, policy = held("READY_ADV WELL_PLACED DEVELOP\n 128 0 30 0\n 126 12 30 16\n 136 14 40 17")
    inside = whole_reason(tables, made, policy, "map", organization="128", placement="WELL_PLACED").inside
    assert "class_disclosure" == inside.rule


def test_holder_is_told_that_a_zero_is_hidden_with_its_group(held):
    # Five people gave three answers: who knows that each hidden one is at least one person would know nearly all.
    tables, made, policy = held("READY_ADV WELL_PLACED DEVELOP\n 128 2 2 1\n 126 12 30 16\n 136 14 40 17")
    told = {
        code: whole_reason(tables, made, policy, "map", organization="128", placement=code).inside.by_group
        for code in ("READY_ADV", "TRANSITION")
    }
    assert {"READY_ADV": False, "TRANSITION": True} == told


def test_shown_cell_needs_no_reason(held):
    tables, made, policy = held()
    assert whole_reason(tables, made, policy, "map", organization="136", placement="DEVELOP") is None


def test_whole_reason_never_stands_in_a_representation(held):
    tables, made, policy = held()
    assert "too_few" not in repr(whole_reason(tables, made, policy, "map", **SMALL))


def test_why_of_a_code_that_is_not_there_offers_the_nearest(held):
    with pytest.raises(BadInput, match="Did you mean 'READY_ADV'"):
        held()[1]["map"].why(placement="READY_AD")
