"""The page: valid, self-contained, readable without seeing, the same bytes each time."""

from __future__ import annotations

import re
from dataclasses import replace

import html5lib
import pytest
from bs4 import BeautifulSoup

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.presentation.html import render_html


@pytest.fixture(params=["en", "fr"])
def language(request):
    return request.param


@pytest.fixture
def page(document, language):
    return render_html(document, language)


@pytest.fixture
def soup(page):
    return BeautifulSoup(page, "html.parser")


def test_page_is_valid_html(page):
    assert html5lib.HTMLParser(strict=True).parse(page) is not None


def test_page_says_its_language(soup, language):
    assert f"{language}-CA" == soup.html["lang"]


def test_page_asks_the_network_for_nothing(page):
    fetched = re.findall(r'(?:src|href)="(?!#)[^"]*"|url\((?!data:|#)[^)]*\)|@import', page)
    assert [] == fetched


def test_same_document_gives_the_same_bytes(document, language, page):
    assert page == render_html(document, language)


def test_every_chart_has_title_description_and_text_version(soup):
    figure = soup.figure
    names = figure.svg["aria-labelledby"].split()
    assert ("img", [True, True], 1) == (
        figure.svg["role"],
        [bool(figure.find(id=name).get_text()) for name in names],
        len(figure.select("details table caption")),
    )


def test_every_header_cell_has_a_scope(soup):
    assert {True} == {th.get("scope") in ("col", "colgroup", "row", "rowgroup") for th in soup.find_all("th")}


def test_every_table_has_a_caption(soup):
    assert [True] * len(soup.find_all("table")) == [
        bool(t.caption.get_text(strip=True)) for t in soup.find_all("table")
    ]


def test_every_id_stands_once(soup):
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert sorted(set(ids)) == sorted(ids)


def test_contents_lead_to_headings(soup):
    targets = [a["href"][1:] for a in soup.nav.find_all("a")]
    assert ["h2", "h3"] == [soup.find(id=target).name for target in targets]


def test_marking_stands_on_the_page_and_on_each_printed_one(soup, page, language):
    marking = "Unclassified" if language == "en" else "Non classifié"
    assert (marking, True) == (
        soup.select_one(".marking").get_text(),
        f'@top-right {{ content: "{marking}"; }}' in page,
    )


def test_withheld_number_is_heard_as_well_as_seen(soup):
    cell = soup.select_one('#table-by_level td[data-cell="by_level:TRANSITION|EX-01:count"]')
    assert ("true", True) == (cell.span["aria-hidden"], "confiden" in cell.select_one(".vh").get_text())


def test_everything_stands_in_a_landmark(soup):
    landmarks = {"header", "nav", "main", "footer"}
    outside = [tag for tag in soup.body.find_all(True, recursive=False) if tag.name not in landmarks]
    assert [("a", None), ("div", "region")] == [(tag.name, tag.get("role")) for tag in outside]


def test_no_two_regions_have_the_same_name(soup):
    names = [
        soup.find(id=tag["aria-labelledby"]).get_text()
        for tag in soup.find_all(role="region")
        if "aria-labelledby" in tag.attrs
    ]
    assert len(set(names)) == len(names)


def test_heading_levels_follow_one_another(soup):
    assert ["h1", "h2", "h2", "h3", "h2"] == [h.name for h in soup.find_all(re.compile(r"^h[1-6]$"))]


def test_text_from_a_label_cannot_become_markup(document, language):
    page = render_html(replace(document, title=Bilingual("<i>z</i>", "<i>z</i>")), language)
    assert (False, True) == ("<i>z</i>" in page, "&lt;i&gt;z&lt;/i&gt;" in page)
