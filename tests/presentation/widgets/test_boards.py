"""Boards and their payload: what they refuse, and that nothing withheld or named is in a page."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import pytest

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.errors import BadDefinition
from etm_workbench.presentation.document import Provenance
from etm_workbench.presentation.parts import Heading, Note, RosterPart
from etm_workbench.presentation.widgets import (
    AnswersWidget,
    Board,
    BoardWidget,
    Links,
    MapSection,
    PartsSection,
    board_payload,
    cells_payload,
    content_hashes,
    draw,
    render_live_page,
    render_page,
)
from etm_workbench.presentation.widgets.module import ASSETS, module, words_payload
from etm_workbench.sensitive import Dimension

SAID = Bilingual("Said", "Dit")
SOURCE = Provenance("test", {}, "data", "code", "policy", "service", None, "hash")


def parts(anchor="one", *content):
    return PartsSection(anchor, SAID, content or (Note(Bilingual("A note", "Une note"), "caution"),))


def board(*sections, labels=None, **others):
    return Board("test", SAID, SAID, sections or (parts(),), labels or {}, SOURCE, **others)


def payload_of(page):
    return json.loads(re.search(r'id="payload">(.*?)</script>', page, re.DOTALL)[1])


def test_two_sections_cannot_have_one_anchor():
    with pytest.raises(BadDefinition, match="anchor 'one'"):
        board(parts(), parts())


def test_board_refuses_named_people():
    with pytest.raises(BadDefinition, match="named people"):
        parts("one", RosterPart("names", SAID, ("name",), (("A B",),)))


def test_map_refuses_a_table_of_something_else(build):
    table = build("other", [Dimension.flat("level", ["EX-01"])], [3, 3])
    with pytest.raises(BadDefinition, match="Placement down"):
        MapSection("map", SAID, table, 0.05)


def test_headings_inside_a_section_stand_below_its_title():
    section = parts("one", Heading(Bilingual("Inside", "Dedans"), 1))
    assert "<h3" in board_payload(board(section))["sections"][0]["html"][0]


def test_parts_come_in_both_languages():
    section = board_payload(board())["sections"][0]
    assert ("A note" in section["html"][0], "Une note" in section["html"][1]) == (True, True)


def test_withheld_cells_leave_as_their_reason(table):
    cells = cells_payload(table, 0.05)
    withheld = {"|".join(key) for key, cell in table.rows() if not hasattr(cell, "value")}
    assert withheld == {key for key, row in cells.items() if row[0] == "protected"}
    assert withheld


def test_values_are_rounded_to_what_the_page_shows(table):
    shares = [row[1] for row in cells_payload(table, 0.05).values() if isinstance(row[1], float)]
    assert shares == [round(share, 3) for share in shares]


def test_page_is_one_file_that_names_no_address():
    page = render_page(board(), "en")
    found = set(re.findall(r"https?://[^\s\"'<>)]+", page))
    assert {"http://www.w3.org/2000/svg"} == found


@pytest.mark.parametrize(("language", "tag"), [("en", "en-CA"), ("fr", "fr-CA")])
def test_page_says_its_language(language, tag):
    assert f'<html lang="{tag}">' in render_page(board(), language)


def test_text_that_tries_to_end_the_payload_stays_in_it():
    hostile = Bilingual("</script><script>alert(1)</script>", "</script>")
    page = render_page(board(marking=hostile), "en")
    assert hostile.en == payload_of(page)["marking"][0]
    assert "<script>alert" not in page


def test_live_page_begins_as_the_page_and_ends_open():
    live = render_live_page(board(), "fr")
    assert ('<html lang="fr-CA">', 0) == (live.split("\n")[1], live.count("</body>"))
    assert 1 == live.count("mountLive(document")


def test_page_of_a_drawn_board_is_the_boards_page():
    assert render_page(board(), "en") == render_page(draw(board()), "en")


def test_policy_of_a_live_page_is_its_own():
    plain, live = content_hashes(), content_hashes(live=True)
    assert (True, False) == (plain["style-src"] == live["style-src"], plain["script-src"] == live["script-src"])


def test_widget_of_answers_tells_the_page_where_to_ask():
    widget = AnswersWidget(lambda question: {"ok": True, "asked": question})
    sent = []
    widget.send = sent.append
    widget._on_question(widget, {"number": 3, "question": {"kind": "x"}}, [])
    assert {"comm": widget.model_id} == widget._repr_mimebundle_()[AnswersWidget.MIME]
    assert [{"number": 3, "answer": {"ok": True, "asked": {"kind": "x"}}}] == sent


def test_nonce_stands_on_what_runs():
    page = render_page(board(), "en", nonce="abc")
    assert 2 == page.count('nonce="abc"')


def test_hashes_are_those_of_every_page():
    page = render_page(board(), "fr")
    inside = {
        "script-src": re.search(r'<script type="module">(.*?)</script>', page, re.DOTALL)[1],
        "style-src": re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1],
    }
    digest = {name: hashlib.sha256(text.encode()).digest() for name, text in inside.items()}
    expected = {name: f"'sha256-{base64.b64encode(value).decode()}'" for name, value in digest.items()}
    assert expected == content_hashes()


def test_every_word_of_the_module_is_said_in_both_languages():
    assert [] == [name for name, (en, fr) in words_payload().items() if not en.strip() or not fr.strip()]


def test_module_says_no_word_that_it_lacks():
    text = "\n".join(path.read_text(encoding="utf-8") for path in ASSETS.glob("*.js"))
    asked = set(re.findall(r'say\(board, "(\w+)"', text)) | set(re.findall(r"WORDS\.(\w+)", text))
    assert set() == asked - set(words_payload())


def test_slots_are_the_same_in_both_languages():
    slots = {name: [set(re.findall(r"{\w+}", text)) for text in pair] for name, pair in words_payload().items()}
    assert {} == {name: pair for name, pair in slots.items() if pair[0] != pair[1]}


def test_module_runs_no_text_as_code():
    assert [] == re.findall(r"\beval\(|new Function|document\.write|import\(", module())


class TestWidget:
    def test_question_gets_its_answer(self):
        sent = asked_of(
            lambda question: {"ok": True, "echo": question["kind"]}, {"number": 4, "question": {"kind": "x"}}
        )
        assert [{"number": 4, "answer": {"ok": True, "echo": "x"}}] == sent

    def test_failure_is_a_plain_message_and_a_logged_kind(self, caplog):
        def fail(question):
            raise LookupError("a person's value")

        sent = asked_of(fail, {"number": 1, "question": {"kind": "x"}})
        assert (False, {"en", "fr"}) == (sent[0]["answer"]["ok"], set(sent[0]["answer"]["message"]))
        assert ["a dashboard's question failed: LookupError"] == caplog.messages

    def test_message_without_a_question_is_left_alone(self):
        assert [] == asked_of(dict, {"something": "else"})

    def test_widget_holds_the_page_s_payload(self):
        made = BoardWidget(board(), links=Links())
        assert board_payload(board())["sections"] == made.payload["sections"]


def asked_of(answer, message):
    """What a widget sends back when its page sends it a message."""
    sent = []
    widget = BoardWidget(board(), answer=answer)
    widget.send = sent.append
    widget._on_question(widget, message, [])
    return sent
