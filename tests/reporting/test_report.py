"""What a notebook's lines put into its document."""

from __future__ import annotations

import pytest

import etm_workbench as etm
from etm_workbench.presentation.parts import ChartPart, Note, TablePart, Text


@pytest.fixture
def came_and_went(tmp_path):
    """The parts that the establishment report gives to organizations that came or went between two years."""

    def parts(first: int, last: int) -> list[type]:
        with etm.open("2025-26", audience="public", store=f"sqlite:///{tmp_path / 'store.sqlite'}") as wb:
            report = etm.report("establishment", wb, first_year=first, last_year=last, detail="chosen_years")
            release = wb.protect({"executives": wb.published(range(first, last + 1))})
            texts = {"reading": "came_and_went_reading", "none": "came_and_went_none"}
            report.came_and_went("came_and_went_table", release["executives"], **texts)
            return [type(part) for part in report.finish(release).parts if isinstance(part, (Text, TablePart))]

    return parts


@pytest.mark.parametrize(
    ("first", "expected"), [(2023, [Text, TablePart]), (2024, [Text])], ids=["some came or went", "none did"]
)
def test_organizations_that_came_or_went_are_listed_only_where_there_are_any(first, expected, came_and_went) -> None:
    assert expected == came_and_went(first, 2025)


def test_chart_of_a_table_that_was_left_out_is_a_note_that_says_so(tmp_path):
    with etm.open("2025-26", audience="public", store=f"sqlite:///{tmp_path / 'store.sqlite'}") as wb:
        report = etm.report("establishment", wb, first_year=2024, last_year=2025, detail="chosen_years")
        release = wb.protect({"executives": wb.published((2024, 2025))})
        report.chart("came_and_went_table", "movement", release.get("absent"))
        first = report.finish(release).parts[0]
    title = report.definition.file.texts["came_and_went_table"].text
    assert isinstance(first, Note)
    assert first.text.en.startswith(f"Left out: {title.en}. ")
    assert first.text.fr.startswith(f"Élément omis : {title.fr}. ")


@pytest.mark.parametrize(("level", "expected"), [("EX-01", ChartPart), ("EX-05", Note)])
def test_chart_of_which_nothing_may_be_shown_is_a_note_that_says_so(unreleased_store, level, expected):
    with etm.open("2025-26", organization="47", audience="cluster_review", store=unreleased_store) as wb:
        report = etm.report("organization_profile", wb, cycle="2025-26", organization="47")
        release = wb.protect({"map": wb.cadre.where(level=level).count(rows="placement")})
        report.chart("map_chart", "bench", release["map"], down="placement", across=None)
        first = report.finish(release).parts[0]
    assert isinstance(first, expected)
    if expected is Note:
        assert "Every number in it is withheld" in first.text.en
        assert "Tous ses nombres sont retenus" in first.text.fr
