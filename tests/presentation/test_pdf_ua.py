"""The PDF as assistive technology reads it: PDF/UA-1's structure, walked element by element.

The registry's checker covers 16 of the standard's 106 machine-checkable rules; the walk covers headings,
tables, alternative texts, bookmarks, fonts and reading order. Neither is a certificate of conformance.
"""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise

import pdfua
import pikepdf
import pytest

from etm_workbench.errors import BadDefinition
from etm_workbench.presentation import pdf as pdf_renderer
from etm_workbench.presentation.document import ChartPart, Heading
from etm_workbench.presentation.locale import say
from etm_workbench.presentation.parts import Text
from etm_workbench.presentation.pdf import render_pdf

NEEDED = {"UA-01-002", "UA-01-003", "UA-01-005", "UA-06-001", "UA-07-001", "UA-07-002", "UA-13-004", "UA-15-003",
          "UA-18-001", "UA-18-005", "UA-28-004"}  # fmt: skip
CHART = pdf_renderer._chart
GROUPS = {"/Table", "/THead", "/TBody", "/TR"}


@pytest.fixture(scope="module", params=["report-en", "report-fr", "roster-en", "roster-fr"])
def case(request, make_report, make_roster):
    kind, language = request.param.split("-")
    document = {"report": make_report, "roster": make_roster}[kind]()
    return document, language, render_pdf(document, language)


@pytest.fixture(scope="module")
def pdf(case):
    with pikepdf.open(BytesIO(case[2])) as opened:
        yield opened


@pytest.fixture(scope="module")
def structure(pdf):
    return list(walk(pdf.Root.StructTreeRoot))


def walk(node):
    """Structure elements in reading order."""
    for child in children(node):
        yield child
        yield from walk(child)


def children(node):
    found = node.get("/K", [])
    found = found if isinstance(found, pikepdf.Array) else [found]
    return [child for child in found if isinstance(child, pikepdf.Dictionary) and "/S" in child]


def attribute(element, name, default=None):
    given = element.get("/A", [])
    for entry in given if isinstance(given, pikepdf.Array) else [given]:
        if name in entry:
            return entry[name]
    return default


def tagged(structure, *names):
    return [element for element in structure if str(element.S) in names]


def rows_of(table):
    return [row for part in children(table) if str(part.S) in GROUPS for row in children(part)]


def test_the_registrys_checker_finds_nothing(case, tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(case[2])
    assert () == pdfua.validate(str(path)).findings


def test_the_checker_really_evaluates_what_we_rely_on(case, tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(case[2])
    report = pdfua.validate(str(path))
    assert set() == NEEDED - {outcome.rule_id for outcome in report.outcomes if not outcome.skipped_reason}


def test_the_checker_finds_a_figure_without_words(case, tmp_path):
    with pikepdf.open(BytesIO(case[2])) as opened:
        changed = next(element for element in walk(opened.Root.StructTreeRoot) if element.S == "/Table")
        changed.S = pikepdf.Name("/Figure")
        opened.save(tmp_path / "bad.pdf")
    assert "UA-13-004" in {finding.rule_id for finding in pdfua.validate(str(tmp_path / "bad.pdf")).findings}


def test_file_asks_readers_to_show_its_title(pdf, case):
    _, language, _ = case
    assert (True, f"{language}-CA") == (bool(pdf.Root.ViewerPreferences.DisplayDocTitle), str(pdf.Root.Lang))


def test_every_tag_is_a_standard_one_or_mapped_to_one(pdf, structure):
    standard = {"/Document", "/Part", "/Div", "/P", "/H1", "/H2", "/H3", "/L", "/LI", "/Lbl", "/LBody", "/Table", "/TR",
                "/TH", "/TD", "/THead", "/TBody", "/Span", "/Reference", "/Link", "/Figure", "/Caption", "/TOC",
                "/TOCI", "/Sect", "/BlockQuote", "/Note", "/Formula", "/Code"}  # fmt: skip
    mapped = {str(name): str(to) for name, to in pdf.Root.StructTreeRoot.get("/RoleMap", {}).items()}
    unknown = {str(e.S) for e in structure} - standard
    assert set() == {name for name in unknown if mapped.get(name) not in standard}


def test_every_figure_has_words_and_a_place(case, structure):
    document, _, _ = case
    figures = tagged(structure, "/Figure")
    charts = [part for part in document.parts if isinstance(part, ChartPart)]
    assert [(True, True)] * len(charts) == [(len(str(e.Alt)) > 20, attribute(e, "/BBox") is not None) for e in figures]


def test_headings_begin_at_one_and_never_skip_a_level(structure):
    levels = [int(str(e.S)[2]) for e in tagged(structure, "/H1", "/H2", "/H3")]
    assert (1, []) == (levels[0], [pair for pair in pairwise(levels) if pair[1] - pair[0] > 1])


def test_every_row_of_a_table_is_as_wide_as_the_others(structure):
    uneven = []
    for table in tagged(structure, "/Table"):
        widths, running = [], {}
        for row in rows_of(table):
            taken = sum(wide for wide, left in running.values() if left)
            running = {key: (wide, left - 1) for key, (wide, left) in running.items() if left}
            for cell in children(row):
                wide, down = int(attribute(cell, "/ColSpan", 1)), int(attribute(cell, "/RowSpan", 1))
                taken += wide
                if down > 1:
                    running[len(running), id(cell)] = (wide, down - 1)
            widths.append(taken)
        uneven += [widths] if len(set(widths)) > 1 else []
    assert [] == uneven


def test_every_table_begins_with_header_cells_that_say_what_they_head(structure):
    scopes = []
    for table in tagged(structure, "/Table"):
        first = children(rows_of(table)[0])
        scopes += [(str(cell.S), str(attribute(cell, "/Scope"))) for cell in first]
    assert {("/TH", "/Column")} == set(scopes)


def body_rows(structure):
    """Rows of every table below its column headings; a line that names a group of rows is a heading itself."""
    parts = [part for table in tagged(structure, "/Table") for part in children(table) if part.S == "/TBody"]
    rows = [children(row) for part in parts for row in children(part)]
    return [cells for cells in rows if any(cell.S == "/TD" for cell in cells)]


def test_every_row_begins_with_its_heading(structure):
    first = [row[0] for row in body_rows(structure)]
    assert (True, {("/TH", "/Row")}) == (len(first) > 5, {(str(c.S), str(attribute(c, "/Scope"))) for c in first})


def test_every_number_names_the_headings_of_its_column_and_row(pdf, structure):
    scopes = {
        str(name): str(attribute(e, "/Scope")) for name, e in pikepdf.NameTree(pdf.Root.StructTreeRoot.IDTree).items()
    }
    named = [[scopes[str(name)] for name in attribute(cell, "/Headers")] for cell in tagged(structure, "/TD")]
    assert (True, {("/Column", "/Row")}) == (len(named) > 5, {tuple(sorted(set(names))) for names in named})


def test_a_heading_over_several_rows_is_named_in_each(structure):
    """A row's numbers name as many row headings as its table has columns of them."""
    for table in tagged(structure, "/Table"):
        rows = body_rows([table])
        numbers = [cell for row in rows for cell in row if cell.S == "/TD"]
        named = {sum(str(n).startswith("row-") for n in attribute(cell, "/Headers")) for cell in numbers}
        assert {len([cell for cell in rows[0] if cell.S == "/TH"])} == named


def test_bookmarks_are_the_headings_in_order(pdf, case, structure):
    document, language, _ = case
    with pdf.open_outline() as outline:

        def titles(items):
            return [t for item in items for t in (str(item.title), *titles(item.children))]

        found = titles(outline.root)
    expected = [say(p.text, language) for p in document.parts if isinstance(p, Heading)]
    assert expected == found


def test_every_link_says_where_it_leads(pdf):
    links = [a for page in pdf.pages for a in page.get("/Annots", []) if a.Subtype == "/Link"]
    assert (True, []) == (bool(links), [str(a) for a in links if not str(a.get("/Contents", ""))])


def test_tabbing_follows_the_structure(pdf):
    assert {"/S"} == {str(page.get("/Tabs")) for page in pdf.pages if page.get("/Annots")}


def test_every_font_is_inside_and_its_letters_are_known(pdf):
    fonts = {font.objgen: font for page in pdf.pages for font in page.Resources.get("/Font", {}).values()}
    known = [("/ToUnicode" in font, inside(font)) for font in fonts.values()]
    assert {(True, True)} == set(known)


def inside(font):
    held = font.DescendantFonts[0] if "/DescendantFonts" in font else font
    return any(name in held.FontDescriptor for name in ("/FontFile2", "/FontFile3"))


def test_findings_are_read_before_the_contents(case, structure):
    document, _, _ = case
    order = [str(e.S) for e in structure]
    first = order.index("/TOC")
    leads = sum(isinstance(part, Text) and part.style == "lead" for part in document.parts)
    assert leads <= order[:first].count("/P")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_missing_alternative_text_fails_the_build(make_report, language, monkeypatch):
    """Parts refuse it first; should one slip through, the standard's own check stops the file."""
    monkeypatch.setattr(pdf_renderer, "_chart", lambda block, language: {**CHART(block, language), "alt": None})
    with pytest.raises(BadDefinition, match=r"does not meet PDF/UA-1: .*alt"):
        render_pdf(make_report(), language)
