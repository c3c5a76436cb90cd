"""Documents: what they refuse, and that they come back from a file as they were."""

from __future__ import annotations

from dataclasses import replace

import pytest

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.errors import BadDefinition, BadInput, UnprotectedOutput
from etm_workbench.presentation.document import CellRef, Document, Layout, RosterPart, TableData, TablePart, Text
from etm_workbench.protected import Withheld
from etm_workbench.roster import Grant, Roster

SAME = Bilingual("{n} people", "{n} personnes")


def said(text: Text, language: str) -> str:
    return "".join(piece.text for piece in text.pieces(language))


def test_document_comes_back_from_json_as_it_was(document):
    assert document == Document.from_json(document.to_json())


def test_json_of_equal_documents_is_equal_bytes(document):
    assert document.to_json() == Document.from_json(document.to_json()).to_json()


def test_text_that_is_no_document_is_refused():
    with pytest.raises(BadInput, match="not a document"):
        Document.from_json('{"title": "x"}')


def test_withheld_cell_stays_withheld_in_a_file(document):
    part = next(Document.from_json(document.to_json()).tables())
    assert Withheld("protected") == part.data.cell("count", ("TRANSITION", "EX-01"))


def test_number_that_was_not_protected_is_refused():
    with pytest.raises(UnprotectedOutput):
        TablePart("t", SAME, [[1, 2]], Layout(("level",)))


def test_sentence_holds_the_number_in_each_language(table):
    text = Text(
        Bilingual("{n} people, {s}", "{n} personnes, {s}"),
        {"n": CellRef.of(table), "s": CellRef.of(table, "share", placement="READY_ADV")},
    )
    assert ("460 people, 16.5%", "460 personnes, 16,5\u00a0%") == (said(text, "en"), said(text, "fr"))


def test_sentence_with_a_withheld_number_is_replaced_whole(table):
    text = Text(SAME, {"n": CellRef.of(table, placement="TRANSITION")}, Bilingual("Too few to say.", "Trop peu."))
    assert ("Too few to say.", "Trop peu.") == (said(text, "en"), said(text, "fr"))


def test_noun_follows_the_number(table):
    text = Text(
        Bilingual("{n:count|executive|executives}", "{n:count|cadre|cadres}"),
        {"n": CellRef.of(table, placement="NEW_IN_ROLE", level="EX-01")},
    )
    assert ("40\u00a0executives", "40\u00a0cadres") == (said(text, "en"), said(text, "fr"))


@pytest.mark.parametrize(("english", "french", "message"), [
    ("{m} people", "{m} personnes", "slot 'm' without a cell"),
    ("{n} people", "des personnes", "not used in the French"),
    ("{n:percents}", "{n}", "no number format 'percents'"),
    ("{n} are 12.5%", "{n} sont 12,5 %", "percentage as text"),
    ("{n", "{n}", "unfinished slot"),
    ("{n:count|person}", "{n}", "1 nouns"),
])  # fmt: skip
def test_sentence_that_does_not_bind_its_numbers_is_refused(table, english, french, message):
    with pytest.raises(BadDefinition, match=message):
        Text(Bilingual(english, french), {"n": CellRef.of(table)})


def test_cell_of_a_code_that_does_not_exist_is_refused_with_the_nearest(table):
    with pytest.raises(BadDefinition, match="Did you mean 'READY_ADV'"):
        CellRef.of(table, placement="READY_ADVANCE")


@pytest.mark.parametrize(("layout", "message"), [
    (Layout(("levels",)), "Did you mean 'level'"),
    (Layout(("level", "level")), "is not a table"),
    (Layout(("level",), figures=("shares",)), "Did you mean 'share'"),
    (Layout(("level",), only={"level": ("EX-06",)}), "no code 'EX-06'"),
    (Layout(("level",), where={"placement": "READY"}), "no code 'READY'"),
])  # fmt: skip
def test_layout_that_does_not_fit_its_table_is_refused(table, layout, message):
    with pytest.raises(BadDefinition, match=message):
        TablePart("t", SAME, table, layout)


def test_code_without_a_label_is_refused(document):
    with pytest.raises(BadDefinition, match="placement=READY_ADV"):
        replace(document, labels={"level": document.labels["level"]})


def test_two_parts_of_one_name_are_refused(document):
    with pytest.raises(BadDefinition, match="called 'by_level'"):
        replace(document, parts=(*document.parts, *[p for p in document.parts if getattr(p, "name", "") == "by_level"]))


@pytest.fixture
def roster_part() -> RosterPart:
    rows = ({"name": "Zoé Fictive", "level": "EX-03", "retirement_eligible_on": None},)
    roster = Roster(("name", "level", "retirement_eligible_on"), rows, "d.head", "review", Grant(1))
    return RosterPart.of(roster, "people", Bilingual("People", "Personnes"))


def test_names_never_stand_among_statistics(document, roster_part):
    with pytest.raises(BadDefinition, match="document of statistics"):
        replace(document, parts=(*document.parts, roster_part))


def test_document_of_names_is_protected_b_whatever_it_asks(document, roster_part):
    roster = replace(document, parts=(roster_part,), kind="roster", marking=None)
    assert Bilingual("Protected B", "Protégé B") == roster.marking


def test_table_view_is_made_of_protected_tables_only():
    with pytest.raises(UnprotectedOutput, match="dict"):
        TableData.of({"figures": []})
