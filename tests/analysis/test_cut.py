"""A table of those who gave an answer knows the table of everybody that it is cut from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from etm_workbench.analysis.tabulate import count
from etm_workbench.errors import BadInput
from etm_workbench.sensitive import ANSWERED, TOTAL, Dimension, Node


def whole_of(cadre, *variables):
    """The table cut from everybody, its cells there, and the table itself."""
    table = count(cadre, "few", *variables)
    whole = table.cut_from()
    return table, whole.table, whole.cells


def test_table_of_everybody_is_cut_from_nothing(cadre):
    assert count(cadre.where(level="EX-01"), "all", "sex").cut_from is None


def test_answer_becomes_a_dimension_of_everybody_asked(cadre):
    _, everybody, _ = whole_of(cadre.where(level="EX-01", placement="READY_ADV"), "sex")
    assert ("sex", "placement") == tuple(dimension.variable for dimension in everybody.dimensions)
    assert 3 == everybody._evidence.counts.max()


@pytest.mark.parametrize(
    "kept",
    [
        {"placement": "READY_ADV"},
        {"placement": ("READY_ADV", "DEVELOP")},
        {"learning_needs": "COACHING"},
        {"learning_needs": ("COACHING", "PEOPLE")},
        {"placement": "READY_ADV", "learning_needs": "COACHING"},
    ],
)
def test_cells_count_the_same_people_in_both(cadre, kept):
    table, everybody, cells = whole_of(cadre.where(**kept), "level", "sex")
    assert (cells >= 0).all()
    np.testing.assert_array_equal(table._evidence.counts, everybody._evidence.counts[cells])


def test_those_who_gave_either_answer_are_the_sum_of_both(cadre):
    _, everybody, _ = whole_of(cadre.where(placement=("READY_ADV", "DEVELOP")), "level")
    (placement,) = (d for d in everybody.dimensions if d.variable == "placement")
    assert {"READY_ADV", "DEVELOP"} == set(placement.children("DEVELOP|READY_ADV"))
    assert "DEVELOP|READY_ADV" in placement.children(ANSWERED)


def test_table_by_the_kept_answer_itself_is_found(cadre):
    table, _, cells = whole_of(cadre.where(placement="READY_ADV"), "placement")
    known = {key[0]: cell for key, cell in zip(table.cells, cells, strict=True) if cell >= 0}
    assert known[TOTAL] == known["READY_ADV"] == known[ANSWERED]


def test_question_of_a_section_that_others_have_not_begun_is_none_of_everybody(build_cadre):
    rows = [(str(n), "128", "EX-01", placement, None, "F") for n, placement in enumerate(["READY_ADV", None])]
    cadre = build_cadre(rows)
    states = cadre.records.assign(manager_status=["COMPLETED", "NOT_STARTED"])
    begun = replace(cadre, records=states).where(manager_status=("COMPLETED", "IN_PROGRESS"))
    _, everybody, cells = whole_of(begun, "placement")
    assert ("manager_status",) == tuple(dimension.variable for dimension in everybody.dimensions)
    assert 1 == (cells >= 0).sum()


def test_question_that_others_left_open_is_one_of_everybody(build_cadre):
    # Who is silent among them says something of those who are not: it is a dimension as any other.
    rows = [(str(n), "128", "EX-01", p, None, sex) for n, (p, sex) in enumerate([("READY_ADV", "M"), (None, "F")])]
    _, everybody, cells = whole_of(build_cadre(rows).where(sex="M"), "placement")
    assert {"placement", "sex"} == {dimension.variable for dimension in everybody.dimensions}
    assert (cells >= 0).all()


def test_whoever_gave_no_answer_to_a_filter_that_keeps_every_answer_was_not_asked(cadre):
    every = cadre.codebook.codes("placement")
    _, everybody, _ = whole_of(cadre.where(placement=every, learning_needs="PEOPLE"), "sex")
    assert 4 == everybody._evidence.counts.max()


def test_band_that_holds_the_kept_answer_is_that_answer(cadre):
    bands = [Node("NEEDS_TIME", ANSWERED), Node("DEVELOP", "NEEDS_TIME"), Node("READY_ADV", ANSWERED)]
    bands += [Node("WELL_PLACED", ANSWERED), Node(ANSWERED, TOTAL), Node("MISSING", TOTAL), Node(TOTAL)]
    placement = Dimension("placement", tuple(bands), "judgement")
    table, _, cells = whole_of(cadre.where(placement=("DEVELOP",)), placement)
    known = {key[0]: cell for key, cell in zip(table.cells, cells, strict=True) if cell >= 0}
    assert known["DEVELOP"] == known["NEEDS_TIME"]


def test_answer_that_everybody_gave_keeps_the_other_questions(build_cadre):
    women = build_cadre([(str(n), "128", "EX-01", "DEVELOP", ("COACHING",), "F") for n in range(3)])
    _, everybody, _ = whole_of(women.where(sex="F"), "learning_needs")
    assert ("learning_needs", "sex") == tuple(dimension.variable for dimension in everybody.dimensions)


def test_filter_that_keeps_every_answer_says_nothing_of_them(cadre):
    every = cadre.codebook.codes("placement")
    assert () == count(cadre.where(placement=every), "answered", "level").answer_filters


def test_records_changed_after_the_filter_have_no_table_of_everybody(cadre):
    kept = cadre.where(placement="READY_ADV")
    changed = replace(kept, records=kept.records.assign(sex="F"))
    assert count(changed, "changed", "sex").cut_from is None


def test_answers_are_not_counted_among_those_who_gave_one_of_them(cadre):
    with pytest.raises(BadInput, match="'learning_needs' of those who gave one of them"):
        count(cadre.where(learning_needs="COACHING"), "t", "level", "learning_needs")
