"""Word and PowerPoint as assistive technology reads them: styles, header rows, words for pictures, language, order."""

from __future__ import annotations

import re
from io import BytesIO
from itertools import pairwise

import pytest
from lxml import etree
from pptx import Presentation

from etm_workbench.presentation.document import ChartPart, Heading
from etm_workbench.presentation.locale import say
from etm_workbench.presentation.package import read_package
from etm_workbench.presentation.slides import render_slides
from etm_workbench.presentation.view import ChartBlock, RosterBlock, TableBlock, view_of
from etm_workbench.presentation.word import render_word

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
CASES = ["report-en", "report-fr", "roster-en", "roster-fr"]


@pytest.fixture(scope="module", params=CASES)
def case(request, make_report, make_roster):
    kind, language = request.param.split("-")
    return {"report": make_report, "roster": make_roster}[kind](), language


@pytest.fixture(scope="module")
def parts(case):
    return read_package(render_word(*case))


@pytest.fixture(scope="module")
def body(parts):
    return etree.fromstring(parts["word/document.xml"])


@pytest.fixture(scope="module")
def deck(case):
    return Presentation(BytesIO(render_slides(*case)))


def style_of(paragraph):
    found = paragraph.find(f"{W}pPr/{W}pStyle")
    return found.get(f"{W}val") if found is not None else ""


def text_of(element):
    return "".join(t.text or "" for t in element.iter(f"{W}t"))


def test_word_headings_have_heading_styles_by_level(body, case):
    document, language = case
    expected = [(f"Heading{p.level}", say(p.text, language)) for p in document.parts if isinstance(p, Heading)]
    found = [(style_of(p), text_of(p)) for p in body.iter(f"{W}p") if style_of(p).startswith("Heading")]
    assert expected == found[: len(expected)]


def test_word_heading_levels_never_skip_one(body):
    levels = [int(style_of(p)[-1]) for p in body.iter(f"{W}p") if style_of(p).startswith("Heading")]
    assert (1, []) == (levels[0], [pair for pair in pairwise(levels) if pair[1] - pair[0] > 1])


def test_every_word_table_begins_with_a_header_row(body):
    firsts = [table.find(f"{W}tr").find(f"{W}trPr/{W}tblHeader") is not None for table in body.iter(f"{W}tbl")]
    assert {True} == set(firsts)


def test_no_word_table_row_is_divided_between_pages(body):
    assert {True} == {row.find(f"{W}trPr/{W}cantSplit") is not None for row in body.iter(f"{W}tr")}


def test_every_word_picture_has_its_own_words(body, case):
    document, language = case
    drawn = [e.get("descr") for e in body.iter() if etree.QName(e).localname == "docPr"]
    charts = [part for part in document.parts if isinstance(part, ChartPart)]
    assert [say(part.alt, language) for part in charts] == drawn


def test_every_run_of_a_word_file_is_in_its_language(parts, body, case):
    """The styles say it for every run, and no run says another."""
    _, language = case
    styles = etree.fromstring(parts["word/styles.xml"])
    usual = styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}lang")
    others = {e.get(f"{W}val") for root in (styles, body) for e in root.iter(f"{W}lang")}
    assert (f"{language}-CA", {f"{language}-CA"}) == (usual.get(f"{W}val"), others - {None})


def test_word_file_has_its_title_among_its_properties(parts, case):
    document, language = case
    title = re.search(rb"<dc:title>([^<]*)</dc:title>", parts["docProps/core.xml"])
    assert say(document.title, language) == title[1].decode()


def test_every_style_a_word_file_uses_is_defined(parts, body):
    defined = set(re.findall(rb'w:styleId="([^"]+)"', parts["word/styles.xml"]))
    used = {p.get(f"{W}val").encode() for p in body.iter(f"{W}pStyle", f"{W}rStyle", f"{W}tblStyle")}
    assert set() == used - defined


def test_every_slide_has_a_title_of_its_own(deck):
    titles = [slide.shapes.title.text for slide in deck.slides]
    assert (True, []) == (all(titles), sorted({title for title in titles if titles.count(title) > 1}))


def test_title_is_read_first_on_every_slide(deck):
    assert {True} == {slide.shapes[0] == slide.shapes.title for slide in deck.slides}


def test_marking_and_page_number_are_read_after_what_they_stand_beside(deck, case):
    """Reading order is the order of shapes."""
    _, language = case
    late = []
    for slide in deck.slides:
        texts = [shape.text_frame.text if shape.has_text_frame else "table or picture" for shape in slide.shapes]
        late.append(texts[-2:])
    document, language = case
    assert [[say(document.marking, language), str(n)] for n in range(1, len(late) + 1)] == late


def test_every_picture_and_table_on_a_slide_has_words(deck):
    described = [
        shape._element.xpath(".//p:cNvPr")[0].get("descr")
        for slide in deck.slides
        for shape in slide.shapes
        if shape.shape_type is not None and (shape.has_table or "PICTURE" in str(shape.shape_type))
    ]
    assert (True, True) == (bool(described), all(described))


def test_every_table_on_a_slide_says_that_its_first_row_is_the_header(deck):
    tables = [shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table]
    assert {True} == {table.first_row for table in tables}


def test_every_run_on_a_slide_is_in_the_files_language(deck, case):
    _, language = case
    assert {f"{language}-CA"} == {e.get("lang") for slide in deck.slides for e in slide._element.iter(f"{A}rPr")}


def test_nothing_on_a_slide_stands_outside_it(deck):
    wide, high = deck.slide_width, deck.slide_height
    out = [
        shape.name for slide in deck.slides for shape in slide.shapes
        if shape.left < 0 or shape.top < 0 or shape.left + shape.width > wide or shape.top + shape.height > high
    ]  # fmt: skip
    assert [] == out


def test_every_table_and_chart_has_a_slide(deck, case):
    wanted = sum(isinstance(b, (TableBlock, ChartBlock, RosterBlock)) for b in view_of(*case).blocks)
    tables = {s.shapes.title.text.split(" (")[0] for s in deck.slides if any(x.has_table for x in s.shapes)}
    assert wanted <= len(tables)
