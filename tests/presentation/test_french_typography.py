"""French as the Government of Canada sets it, in every format: spaces, quotation marks, apostrophes, decimals.

A no-break space stands before `:` and `%` and inside « »; none before `; ! ?`. Decimals take a comma, and
thousands a no-break space. Looked for in what a reader sees or hears, file by file, with codes, addresses and
times left alone.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO
from itertools import cycle

import openpyxl
import pymupdf
import pytest

from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.presentation.document import Document, Heading, Note
from etm_workbench.presentation.formats import FORMATS, render
from etm_workbench.presentation.package import read_package
from etm_workbench.reporting.definitions import load_report, standard_reports
from etm_workbench.reporting.run import run_report

HARD = "\u00a0\u202f"
RULES = {
    "no space that holds before a colon": rf"[^{HARD}:\d]:(?=\s|$)",
    "no space that holds before a percent sign": rf"[^{HARD}]%",
    "a space before ; ! or ?": rf"[ {HARD}][;!?]",
    "no space that holds inside « »": rf"«[^{HARD}]|[^{HARD}]»",
    "straight or English quotation marks": "[\"“”]|(?<!\\w)'|'(?!\\w)",
    "a straight apostrophe": r"\w'\w",
    "a decimal point": r"(?<![\d.])\d+\.\d+(?![\d.])",
    "thousands parted by a space that does not hold": r"(?<![\d,])\d{1,3} \d{3}(?!\d)",
    "English thousands": r"(?<!\d)[1-9]\d{0,2},\d{3},\d{3}",
}
CODE = re.compile(r"https?://\S+|\b\d{1,2}:\d{2}\b|\b\d+\.\d+\.\d+\b|\b[0-9a-f]{12,}\b|\b\w+ = \S+")
UNSEEN = {"script", "style"}
SAID = ("alt", "aria-label", "title", "descr")


class _Page(HTMLParser):
    """What a page shows, and what it says to those who listen."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._unseen += tag in UNSEEN
        self.said += [given[name] or "" for name in SAID if name in given]

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in UNSEEN

    def handle_data(self, data: str) -> None:
        if not self._unseen and data.strip():
            self.said.append(data.strip("\n\t "))


def texts_of(file: bytes, ending: str) -> Iterator[str]:
    """Every text of a file: a paragraph, a cell, a line of a page, an alternative text."""
    if ending == "html":
        page = _Page()
        page.feed(file.decode("utf-8"))
        yield from page.said
    elif ending == "pdf":
        with pymupdf.open(stream=file) as opened:
            for page in opened:
                for block in page.get_text("dict")["blocks"]:
                    yield from ("".join(s["text"] for s in line["spans"]) for line in block.get("lines", ()))
    else:
        yield from _office_texts(read_package(file))


def _office_texts(parts: dict[str, bytes]) -> Iterator[str]:
    for name, content in parts.items():
        if re.search(
            r"(word/(document|header\d*|footer\d*)|slides/slide\d+|xl/sharedStrings|docProps/core)\.xml$", name
        ):
            for element in ET.fromstring(content).iter():
                kind = element.tag.rpartition("}")[2]
                if kind in {"p", "si", "title", "subject"}:
                    yield "".join(t.text or "" for t in element.iter() if t.tag.rpartition("}")[2] in {"t", kind})
                if element.get("descr"):
                    yield element.get("descr", "")


def faults_of(file: bytes, ending: str) -> list[tuple[str, str]]:
    """Each rule broken, with the text that breaks it."""
    found = []
    for text in texts_of(file, ending):
        prose = CODE.sub("", text.strip())
        found += [(rule, text) for rule, pattern in RULES.items() if re.search(pattern, prose)]
    return sorted(set(found))


@pytest.fixture(scope="module")
def every_word(make_report) -> Document:
    """Every text of the standard reports, with a share in each slot."""
    files = [load_report(name).file for name in standard_reports()]
    said = [text for file in files for text in (file.title, file.subtitle, file.question, *file.texts.values())]
    said += [text.withheld for file in files for text in file.texts.values() if text.withheld]
    said += [text for file in files for codes in file.labels.values() for text in codes.values()]
    said += [parameter for file in files for parameter in file.parameters.values()]
    filled = [Bilingual(_filled(text.en, "12.3%"), _filled(text.fr, "12,3 %")) for text in said]
    notes = [Note(text, kind) for text, kind in zip(filled, cycle(("method", "reading")), strict=False)]
    return replace(make_report(), parts=(Heading(Bilingual("Words", "Mots")), *notes))


def _filled(text: str, number: str) -> str:
    return re.sub(r"\{[^}]*\}", number, text)


@pytest.mark.parametrize("ending", FORMATS)
def test_a_report_in_french_is_set_as_french(ending, make_report):
    assert [] == faults_of(render(make_report(), "fr", ending), ending)


@pytest.mark.parametrize("ending", FORMATS)
def test_every_text_of_the_standard_reports_is_set_as_french(ending, every_word):
    file = render(every_word, "fr", ending)
    assert (True, []) == (len(list(texts_of(file, ending))) > 200, faults_of(file, ending))


def test_a_workbook_writes_percentages_as_french_does(make_report):
    book = openpyxl.load_workbook(BytesIO(render(make_report(), "fr", "xlsx")))
    formats = {cell.number_format for sheet in book for row in sheet.iter_rows() for cell in row}
    assert {"0.0\u00a0%"} == {pattern for pattern in formats if "%" in pattern}


@pytest.mark.parametrize("ending", FORMATS)
def test_english_would_be_found(ending, make_report):
    rules = {rule for rule, _ in faults_of(render(make_report(), "en", ending), ending)}
    assert "no space that holds before a percent sign" in rules


@pytest.mark.parametrize(
    ("rule", "text"),
    list(zip(
        RULES,
        ["Ici: oui", "12 % de tous", "Oui ; non", "« oui »", 'Dit "oui"', "l'avis", "12.5 points", "9 340 cadres",
         "1,234,567"],
        strict=True,
    )),
)  # fmt: skip
def test_each_rule_finds_what_it_is_for(rule, text):
    assert [rule] == [name for name, pattern in RULES.items() if re.search(pattern, text)]


@pytest.mark.long
@pytest.mark.parametrize("name", standard_reports())
def test_a_standard_report_of_the_fictional_service_is_set_as_french(name, unreleased_store, tmp_path):
    parameters = {"organization_profile": {"organization": "326"}}.get(name, {})
    run = run_report(name, parameters, out=tmp_path / "out", languages=("fr",), formats=FORMATS, store=unreleased_store)
    made = [path for path in run.files if path.suffix[1:] in FORMATS]
    assert (len(FORMATS), []) == (
        len(made),
        [f for path in made for f in faults_of(path.read_bytes(), path.suffix[1:])],
    )
