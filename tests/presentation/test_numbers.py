"""Numbers across languages and formats: the check finds what is the same, and what is not."""

from __future__ import annotations

from dataclasses import replace

import pymupdf
import pytest

from etm_workbench.presentation.document import Document, TablePart
from etm_workbench.presentation.html import render_html
from etm_workbench.presentation.numbers import compare_languages, compare_page, compare_text, numbers_of
from etm_workbench.presentation.pdf import render_pdf


@pytest.fixture(params=["en", "fr"])
def language(request):
    return request.param


def test_every_cell_of_every_part_is_a_number(document):
    parts = [number.part for number in numbers_of(document, "en")]
    assert {"text 1": 2, "talent_map": 6 * 6 * 3, "by_level": 7 * 6 * 2} == {p: parts.count(p) for p in set(parts)}


def test_languages_hold_the_same_numbers(document):
    assert [] == compare_languages(document)


def test_page_shows_the_numbers_of_its_document(document, language):
    assert [] == compare_page(document, language, render_html(document, language))


def test_page_with_one_number_changed_is_found(document):
    page = render_html(document, "en").replace(">31</td>", ">32</td>", 1)
    (found,) = compare_page(document, "en", page)
    assert ("31", "32 (by_level:READY_ADV|EX-01:count)") == (found.expected, found.found)


def test_page_with_a_withheld_number_shown_is_found(document):
    sign = '<span aria-hidden="true">x</span>'
    page = render_html(document, "fr").replace(sign, '<span aria-hidden="true">3</span>', 1)
    assert ["x"] == [difference.expected for difference in compare_page(document, "fr", page)]


def test_page_of_the_other_language_is_found(document):
    assert compare_page(document, "fr", render_html(document, "en"))


def test_pdf_shows_the_numbers_of_its_document(document, language):
    with pymupdf.open(stream=render_pdf(document, language)) as opened:
        text = "\n".join(page.get_text() for page in opened)
    assert [] == compare_text(document, language, text)


def test_text_without_a_number_is_found(document):
    narrow = _narrow(document)
    with pymupdf.open(stream=render_pdf(narrow, "en")) as opened:
        text = "\n".join(page.get_text() for page in opened)
    assert ([], ["en, by_level: by_level:READY_ADV|EX-02:count"]) == (
        compare_text(narrow, "en", text),
        [difference.where for difference in compare_text(narrow, "en", text.replace("22", "23"))],
    )


def _narrow(document: Document) -> Document:
    def small(part: TablePart) -> TablePart:
        return replace(part, layout=replace(part.layout, figures=("count",)))

    return replace(document, parts=tuple(small(p) for p in document.parts if isinstance(p, TablePart)))
