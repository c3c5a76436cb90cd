"""A document resolved into one language: whom numbers are about, numbering, rosters, provenance."""

from __future__ import annotations

from dataclasses import replace

import pymupdf
import pytest

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.presentation.document import Document, Heading, RosterPart, TableData
from etm_workbench.presentation.formats import FORMATS, render
from etm_workbench.presentation.view import base_line, view_of
from etm_workbench.protected import ProtectedTable


def with_population(table: ProtectedTable, **changes) -> TableData:
    payload = TableData.of(table).payload
    return TableData({**payload, "population": {**payload["population"], **changes}})


@pytest.mark.parametrize(("changes", "en", "fr"), [
    ({}, "Talent management questionnaire, cycle 2025-26, as of March 31, 2025.",
     "Questionnaire de gestion des talents, cycle 2025-26, au 31\u00a0mars\u00a02025."),
    ({"cycles": ["2024-25", "2025-26"], "universe": "pay_system"},
     "Pay-system headcount, cycles 2024-25 and 2025-26, as of March 31, 2025.",
     "Effectif selon le système de paie, cycles 2024-25 et 2025-26, au 31\u00a0mars\u00a02025."),
    ({"filters": [["level", ["EX-04", "EX-05"]]]},
     "Talent management questionnaire, cycle 2025-26, as of March 31, 2025; those counted: Level (EX-04 and EX-05).",
     "Questionnaire de gestion des talents, cycle 2025-26, au 31\u00a0mars\u00a02025; "  # noqa: ISC004
     "personnes comptées\u00a0: Niveau (EX-04 et EX-05)."),
])  # fmt: skip
def test_base_line_says_whom_the_numbers_are_about(table, labels, changes, en, fr):
    data = with_population(table, **changes)
    short = {"level": {**labels["level"], "@variable": Bilingual("Level", "Niveau")}}
    assert (en, fr) == (base_line(data, short, "en"), base_line(data, short, "fr"))


def test_tables_and_figures_are_numbered_apart(document):
    blocks = view_of(document, "en").blocks
    assert [1, 1] == [block.number for block in blocks if hasattr(block, "number")]


def test_anchors_are_the_same_in_both_languages(document):
    anchors = [[heading.anchor for heading in view_of(document, language).contents] for language in ("en", "fr")]
    assert anchors[0] == anchors[1]


def test_headings_of_one_wording_get_anchors_of_their_own(document):
    twice = replace(document, parts=(Heading(Bilingual("A", "A")), Heading(Bilingual("A", "B"))))
    assert ["a", "a-2"] == [heading.anchor for heading in view_of(twice, "en").contents]


@pytest.fixture
def roster(document) -> Document:
    columns = ("name", "level", "retirement_eligible_on")
    rows = (("Zoé Fictive", "EX-03", "2027-07-01"), ("Noël Exemple", "EX-04", ""))
    part = RosterPart("people", Bilingual("People", "Personnes"), columns, rows)
    return replace(document, parts=(part,), kind="roster")


def test_roster_writes_dates_and_labels_in_the_language(roster):
    block = view_of(roster, "fr").blocks[0]
    assert (("Zoé Fictive", "EX-03", "1er\u00a0juillet\u00a02027"), ("Noël Exemple", "EX-04", "")) == block.rows


def test_every_page_of_a_roster_is_marked(roster):
    with pymupdf.open(stream=render(roster, "fr", "pdf")) as opened:
        assert [True] * len(opened) == ["Protégé B" in page.get_text() for page in opened]


def test_every_format_is_rendered_from_a_document_read_back(document):
    again = Document.from_json(document.to_json())
    assert [True] * len(FORMATS) == [render(document, "fr", e) == render(again, "fr", e) for e in FORMATS]


@pytest.fixture
def two_organizations(document):
    rows = (("Zoé Fictive", "1", "EX-03"), ("Noël Exemple", "1", "EX-04"), ("Ada Essai", "2", "EX-03"))
    part = RosterPart("people", Bilingual("People", "Personnes"), ("name", "organization", "level"), rows)
    labels = {"organization": {"1": Bilingual("Board of Trials", "Conseil des essais"),
                               "2": Bilingual("Office of Tests", "Bureau des tests")}}  # fmt: skip
    return replace(document, parts=(part,), kind="roster", labels={**document.labels, **labels})


def test_roster_says_each_organization_once_over_its_people(two_organizations):
    block = view_of(two_organizations, "fr").blocks[0]
    assert [("Conseil des essais", 2), ("Bureau des tests", 1)] == [(name, len(rows)) for name, rows in block.groups]


def test_grouped_rows_do_not_repeat_their_organization(two_organizations):
    block = view_of(two_organizations, "en").blocks[0]
    assert (("name", "Classification level"), ("Zoé Fictive", "EX-03")) == (block.group_headers, block.groups[0][1][0])


@pytest.mark.parametrize("ending", ["html", "pdf", "docx", "pptx", "xlsx"])
def test_every_format_renders_a_grouped_roster(ending, two_organizations):
    assert render(two_organizations, "fr", ending)


def test_findings_at_the_opening_stand_before_the_contents(document):
    heading, lead, *rest = document.parts
    view = view_of(replace(document, parts=(lead, heading, *rest)), "en")
    assert (["lead"], len(view.blocks) - 1) == ([block.style for block in view.glance], len(view.body))
