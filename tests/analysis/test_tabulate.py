"""Counting, with the people behind each cell."""

from __future__ import annotations

import pytest

from etm_workbench.analysis.dimensions import dimension_of
from etm_workbench.analysis.tabulate import count
from etm_workbench.errors import BadInput
from etm_workbench.sensitive import Dimension, open_evidence


def counted(table) -> dict[tuple[str, ...], int]:
    return {key: int(n) for key, n in zip(table.cells, open_evidence(table).counts, strict=True) if n}


def test_people_are_counted_by_level_with_a_margin(cadre) -> None:
    assert {("EX-01",): 3, ("EX-02",): 2, ("TOTAL",): 5} == counted(count(cadre, "t", "level"))


def test_missing_answers_stand_beside_those_who_answered(cadre) -> None:
    found = counted(count(cadre, "t", "placement"))
    assert (4, 1, 5) == (found[("ANSWERED",)], found[("MISSING",)], found[("TOTAL",)])


def test_two_variables_give_every_margin(cadre) -> None:
    found = counted(count(cadre, "t", "organization", "placement"))
    assert (2, 2, 3) == (
        found[("128", "READY_ADV")],
        found[("TOTAL", "READY_ADV")],
        found[("128", "ANSWERED")],
    )


def test_several_answers_count_a_person_in_each_and_once_in_the_total(cadre) -> None:
    found = counted(count(cadre, "t", "learning_needs"))
    assert (2, 2, 3) == (found[("COACHING",)], found[("PEOPLE",)], found[("ANSWERED",)])


def test_an_empty_list_of_answers_is_no_answer(cadre) -> None:
    assert 2 == counted(count(cadre, "t", "learning_needs"))[("MISSING",)]


def test_empty_categories_stay(cadre) -> None:
    assert ("EX-05",) in count(cadre, "t", "level").cells


def test_contributors_of_a_cell_are_the_people_in_it(cadre) -> None:
    table = count(cadre, "t", "organization", "level")
    evidence = open_evidence(table)
    row = evidence.contributors[[table.cells.index(("128", "EX-01"))]].nonzero()[1]
    assert {"a@2025-26", "b@2025-26"} == set(evidence.people[row])


def test_organizations_stand_under_their_cluster(cadre) -> None:
    found = counted(count(cadre, "t", "cluster"))
    assert (3, 3, 2, 2) == (found[("social",)], found[("128",)], found[("international_defence",)], found[("126",)])


def test_filters_narrow_the_population_and_are_kept(cadre) -> None:
    table = count(cadre.where(placement="READY_ADV"), "t", "level")
    assert (("placement", ("READY_ADV",)),) == table.population.filters


def test_a_filter_on_a_judgement_makes_the_table_a_judgement(cadre) -> None:
    assert "judgement" == count(cadre.where(placement="READY_ADV"), "t", "level").sensitivity


def test_filters_of_one_variable_meet(cadre) -> None:
    narrowed = cadre.where(level=["EX-01", "EX-02"]).where(level="EX-02")
    assert ((("level", ("EX-02",)),), 2) == (narrowed.filters, len(narrowed.records))


def test_a_filter_on_several_answers_matches_any(cadre) -> None:
    assert 2 == len(cadre.where(learning_needs="PEOPLE").records)


def test_a_variable_that_identifies_cannot_be_tabulated(cadre) -> None:
    with pytest.raises(BadInput, match="identifies people"):
        dimension_of(cadre, "family_name")


def test_an_unknown_variable_offers_the_nearest(cadre) -> None:
    with pytest.raises(BadInput, match="Did you mean 'placement'"):
        count(cadre, "t", "placment")


def test_six_dimensions_are_refused(cadre) -> None:
    with pytest.raises(BadInput, match="asks for 6 dimensions"):
        count(cadre, "t", *["level"] * 6)


def test_a_code_outside_its_dimension_is_refused(cadre) -> None:
    with pytest.raises(BadInput, match="holds 1 codes that its dimension lacks"):
        count(cadre, "t", Dimension.flat("level", ["EX-01"]))


def test_a_table_keeps_its_shape_when_nobody_misses_a_constructed_answer(cadre) -> None:
    everybody = type(cadre)(cadre.records.assign(language_state="VALID"), cadre.codebook, cadre.scope)
    assert "ANSWERED" in dimension_of(everybody, "language_state").codes
