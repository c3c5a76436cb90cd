"""Word, PowerPoint and Excel: the document's numbers, its alternative texts, its marking, the same bytes."""

from __future__ import annotations

import re
import textwrap
import zipfile
from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest
from pptx import Presentation

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.errors import BadDefinition
from etm_workbench.presentation import workbook
from etm_workbench.presentation.document import ChartPart, RosterPart
from etm_workbench.presentation.numbers import compare_text
from etm_workbench.presentation.package import read_package, write_package
from etm_workbench.presentation.slides import render_slides
from etm_workbench.presentation.word import reference_docx, render_word
from etm_workbench.presentation.workbook import render_workbook

RENDERERS = {"docx": render_word, "pptx": render_slides, "xlsx": render_workbook}
MARKINGS = {"en": "Unclassified", "fr": "Non classifié"}


@pytest.fixture(scope="module", params=["en", "fr"])
def language(request):
    return request.param


@pytest.fixture(scope="module")
def files(make_document, language):
    return {kind: render(make_document(), language) for kind, render in RENDERERS.items()}


def inside(data: bytes, pattern: str) -> str:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return "".join(archive.read(n).decode() for n in sorted(archive.namelist()) if re.fullmatch(pattern, n))


def words_of(xml: str) -> str:
    return re.sub(r"<[^>]+>", "", re.sub(r"</(?:w:t|a:t)>", " ", xml))


@pytest.mark.parametrize("kind", RENDERERS)
def test_same_document_gives_the_same_bytes(kind, files, document, language):
    assert files[kind] == RENDERERS[kind](document, language)


def test_word_shows_the_numbers_of_its_document(files, document, language):
    assert [] == compare_text(document, language, words_of(inside(files["docx"], "word/document.xml")))


def test_slides_show_the_numbers_of_their_document(files, document, language):
    deck = Presentation(BytesIO(files["pptx"]))
    text = " ".join(
        paragraph.text
        for slide in deck.slides
        for shape in slide.shapes
        for paragraph in (
            [c.text_frame.paragraphs[0] for row in shape.table.rows for c in row.cells]
            if shape.has_table
            else shape.text_frame.paragraphs
            if shape.has_text_frame
            else []
        )
    )
    assert [] == compare_text(document, language, text)


@pytest.fixture
def sheet(files, language):
    book = openpyxl.load_workbook(BytesIO(files["xlsx"]))
    return book["Table 1" if language == "en" else "Tableau 1"]


def test_workbook_holds_numbers_as_numbers(sheet):
    assert [31, 0.146, 22, 0.164] == [cell.value for cell in sheet[5][1:5]]


def test_workbook_shows_shares_as_percents(sheet, language):
    percents = "0.0%" if language == "en" else "0.0\u00a0%"
    assert ["#,##0", percents] == [cell.number_format for cell in sheet[5][1:3]]


def test_workbook_holds_no_digit_that_is_not_shown(sheet):
    shares = [
        cell.value for row in sheet.iter_rows(min_row=5, max_row=11) for cell in row if cell.number_format.endswith("%")
    ]
    assert [] == [share for share in shares if isinstance(share, float) and share != round(share, 3)]


def test_workbook_holds_withheld_cells_as_text(sheet):
    assert ["x", "x"] == [cell.value for cell in sheet[9][1:3]]


def test_workbook_rows_show_their_headings_whole(document, language, monkeypatch):
    monkeypatch.setattr(workbook, "_WIDE", 8)
    book = openpyxl.load_workbook(BytesIO(render_workbook(document, language)))
    rows = list(book.worksheets[3].iter_rows(min_row=5, max_row=11, max_col=1))
    lines = [len(textwrap.wrap(str(cell.value or ""), 8)) for (cell,) in rows]
    heights = [book.worksheets[3].row_dimensions[cell.row].height or 15 for (cell,) in rows]
    assert max(lines) > 1
    assert [] == [at for at, (lined, high) in enumerate(zip(lines, heights, strict=True)) if high < 14 * lined]


def test_workbook_has_a_sheet_a_table_with_cover_notes_and_provenance(files, language):
    names = openpyxl.load_workbook(BytesIO(files["xlsx"])).sheetnames
    expected = {
        "en": ["Cover", "Findings", "Figure 1", "Table 1", "Notes", "Provenance"],
        "fr": ["Couverture", "Constats", "Figure 1", "Tableau 1", "Notes", "Provenance"],
    }
    assert expected[language] == names


def test_text_that_looks_like_a_formula_stays_text(document):
    hostile = replace(document, title=Bilingual("=1+1", "=1+1"))
    cover = openpyxl.load_workbook(BytesIO(render_workbook(hostile, "en"))).worksheets[0]
    assert ("=1+1", "s") == (cover["A1"].value, cover["A1"].data_type)


@pytest.mark.parametrize(("kind", "parts"), [
    ("docx", r"word/header\d*\.xml"), ("pptx", r"ppt/slides/slide\d+\.xml"), ("xlsx", r"xl/worksheets/sheet\d+\.xml"),
])  # fmt: skip
def test_marking_stands_on_every_page(kind, parts, files, language):
    with zipfile.ZipFile(BytesIO(files[kind])) as archive:
        pages = [archive.read(name).decode() for name in archive.namelist() if re.fullmatch(parts, name)]
    assert (True, []) == (bool(pages), [page[:80] for page in pages if MARKINGS[language] not in page])


@pytest.mark.parametrize(("kind", "parts"), [("docx", r"word/document\.xml"), ("pptx", r"ppt/slides/slide\d+\.xml")])
def test_every_picture_has_its_alternative_text(kind, parts, files, document, language):
    chart = next(part for part in document.parts if isinstance(part, ChartPart))
    alt = chart.alt.in_language(language).split(".")[0][:40]
    pictures = re.findall(r"<pic:cNvPr[^>]*>|<p:cNvPr[^>]*descr=[^>]*>|<wp:docPr[^>]*>", inside(files[kind], parts))
    assert any(alt.split(" ")[0] in picture for picture in pictures)


def test_every_slide_has_a_title(files):
    assert [] == [n for n, s in enumerate(Presentation(BytesIO(files["pptx"])).slides, 1) if not s.shapes.title.text]


def test_table_headers_repeat_on_each_word_page(files):
    assert inside(files["docx"], r"word/document\.xml").count("<w:tblHeader") >= 2


def test_word_file_says_its_language(files, language):
    assert f'w:val="{language}-CA"' in inside(files["docx"], r"word/styles\.xml")


def test_word_file_carries_its_fonts(files):
    assert {"word/fonts/font1.odttf", "word/fonts/font2.odttf", "word/fonts/font3.odttf"} <= set(
        read_package(files["docx"])
    )


def test_department_template_keeps_its_styles_and_gets_the_marking(document, tmp_path):
    parts = read_package(reference_docx())
    parts["word/styles.xml"] = parts["word/styles.xml"].replace(
        b'w:val="Lead"', b'w:val="Lead"/><w:aliases w:val="Ours"'
    )
    parts["word/header1.xml"] = parts["word/header1.xml"].replace(b"MARKINGTEXT", b"Department of Examples")
    (tmp_path / "ours.docx").write_bytes(write_package(parts))
    made = render_word(document, "en", template=tmp_path / "ours.docx")
    assert ("Unclassified Department of Examples ", True) == (
        words_of(inside(made, r"word/header1\.xml")),
        "Ours" in inside(made, r"word/styles\.xml"),
    )


def test_template_without_header_is_refused_when_there_is_a_marking(document, tmp_path):
    parts = read_package(reference_docx())
    parts["word/document.xml"] = re.sub(rb"<w:headerReference[^>]*>", b"", parts["word/document.xml"])
    relations = "word/_rels/document.xml.rels"
    parts[relations] = re.sub(rb'<Relationship Id="rIdHeader"[^>]*>', b"", parts[relations])
    del parts["word/header1.xml"]
    parts["[Content_Types].xml"] = re.sub(
        rb'<Override PartName="/word/header1.xml"[^>]*>', b"", parts["[Content_Types].xml"]
    )
    (tmp_path / "bare.docx").write_bytes(write_package(parts))
    with pytest.raises(BadDefinition, match="no page header"):
        render_word(document, "en", template=tmp_path / "bare.docx")


@pytest.mark.parametrize("kind", RENDERERS)
def test_roster_is_rendered_with_its_marking(kind, document):
    part = RosterPart("people", Bilingual("People", "Personnes"), ("name", "level"), (("Zoé Fictive", "EX-03"),))
    data = RENDERERS[kind](replace(document, parts=(part,), kind="roster"), "fr")
    text = inside(data, r".*\.xml")
    assert (True, True) == ("Zoé Fictive" in text, "Protégé B" in text)
