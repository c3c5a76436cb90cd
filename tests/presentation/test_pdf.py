"""The PDF: tagged, with contents and marking, the same bytes each time."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from io import BytesIO

import pikepdf
import pymupdf
import pytest

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.errors import BadDefinition
from etm_workbench.presentation.document import ChartPart, Layout, TableData
from etm_workbench.presentation.fitting import Room, fitted
from etm_workbench.presentation.pdf import WIDTH, _share_of_width, render_pdf
from etm_workbench.presentation.tables import grid_of


@pytest.fixture(params=["en", "fr"])
def language(request):
    return request.param


@pytest.fixture
def data(document, language):
    return render_pdf(document, language)


@pytest.fixture
def pdf(data):
    with pikepdf.open(BytesIO(data)) as opened:
        yield opened


def elements(node):
    """Every structure element below a node."""
    children = node.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from elements(child)


@pytest.fixture
def structure(pdf):
    return list(elements(pdf.Root.StructTreeRoot))


def test_file_claims_pdf_ua(pdf):
    with pdf.open_metadata() as metadata:
        assert "1" == metadata["pdfuaid:part"]


def test_file_names_its_language_and_title(pdf, document, language):
    with pdf.open_metadata() as metadata:
        title = metadata["dc:title"]
    assert (f"{language}-CA", document.title.in_language(language).replace(" :", "\u00a0:")) == (
        str(pdf.Root.Lang),
        title,
    )


def test_everything_is_tagged(pdf):
    assert pdf.Root.MarkInfo.Marked


def test_every_picture_has_its_alternative_text(structure):
    figures = [e for e in structure if e.S == "/Figure"]
    assert (1, [True]) == (len(figures), [len(str(e.Alt)) > 20 for e in figures])


def test_header_cells_stand_in_every_table(structure):
    tables = [e for e in structure if e.S == "/Table"]
    heads = [Counter(str(e.S) for e in elements(table))["/TH"] for table in tables]
    assert min(heads) >= 5


def test_header_cells_have_a_scope(structure):
    heads = [e for e in structure if e.S == "/TH"]
    assert {"/Column", "/Row"} == {
        str(e.A.Scope if not isinstance(e.A, pikepdf.Array) else e.A[0].Scope) for e in heads
    }


def test_headings_are_tagged_by_level(structure):
    tags = Counter(str(e.S) for e in structure)
    assert (True, True) == (tags["/H1"] >= 1, tags["/H2"] >= 1)


def test_marking_stands_on_every_page(data, language):
    marking = "Unclassified" if language == "en" else "Non classifié"
    with pymupdf.open(stream=data) as opened:
        assert [True] * len(opened) == [marking in page.get_text() for page in opened]


def test_contents_page_lists_the_headings(data, document, language):
    with pymupdf.open(stream=data) as opened:
        first = opened[0].get_text()
    assert "By level" in first if language == "en" else "Par niveau" in first


def test_only_our_fonts_are_used(data):
    with pymupdf.open(stream=data) as opened:
        fonts = {font[3].split("+")[-1] for page in opened for font in page.get_fonts()}
    assert {"NotoSans-Regular", "NotoSans-Bold", "WorkbenchHeading-Bold"} == fonts


def test_same_document_gives_the_same_bytes(document, language, data):
    assert data == render_pdf(document, language)


def test_a_system_without_files_in_memory_gives_the_same_bytes(document, language, data, monkeypatch):
    monkeypatch.delattr("os.memfd_create")
    assert data == render_pdf(document, language)


def test_letter_that_no_font_has_fails_the_build(document, language):
    with pytest.raises(BadDefinition, match="could not be displayed"):
        render_pdf(replace(document, subtitle=Bilingual("漢", "漢")), language)


def test_chart_without_alternative_text_is_refused(document):
    chart = next(p for p in document.parts if isinstance(p, ChartPart))
    with pytest.raises(BadDefinition, match="alternative text"):
        replace(chart, alt=Bilingual("–", "–"))


def test_wide_table_is_cut_into_parts_of_equal_width(table, labels):
    grid = grid_of(
        TableData.of(table), Layout(("placement",), ("level",), ("count", "share", "rest_share")), labels, "en"
    )
    assert [9, 9] == [part.width for part in fitted(grid)[1]]


def test_wide_table_is_set_smaller_where_that_saves_a_part(table, labels):
    grid = grid_of(
        TableData.of(table), Layout(("placement",), ("level",), ("count", "share", "rest_share")), labels, "en"
    )
    sizes = {size: len(fitted(grid, Room(493.0, (size,)))[1]) for size in (8.5, 7.5)}
    assert ({8.5: 3, 7.5: 2}, 7.5) == (sizes, fitted(grid)[0])


def test_narrow_table_stays_whole(table, labels):
    grid = grid_of(TableData.of(table), Layout(("placement",), ("level",)), labels, "en")
    assert 1 == len(fitted(grid)[1])


@pytest.mark.parametrize("indent", range(60, 75))
def test_a_verb_keeps_its_pronoun_on_its_line(document, indent):
    subtitle = "e" * indent + " a-t-il, ont-elles, aura-t-on"
    data = render_pdf(replace(document, subtitle=Bilingual(subtitle, subtitle)), "fr")
    with pymupdf.open(stream=data) as opened:
        lines = opened[0].get_text().splitlines()
    assert [] == [line for line in lines if line.rstrip().endswith(("-", "-t"))]


@pytest.mark.parametrize("height", [300.0, 2000.0], ids=["usual", "of many organizations"])
def test_a_chart_leaves_room_for_its_heading_on_the_page(height):
    share = _share_of_width(WIDTH, height)
    drawn = height * share / 100  # at the width where a unit is a unit of the text
    assert (True, height > 1000) == (drawn <= 1.15 * WIDTH + 0.5, share < 100)
