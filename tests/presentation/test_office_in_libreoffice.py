"""Word, PowerPoint and Excel files opened by LibreOffice and turned into pictures, which are kept to be looked at.

`ETM_PICTURES=FOLDER` keeps them there; otherwise they stay in the tests' own folder until pytest clears it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pymupdf
import pytest
from pptx import Presentation

from etm_workbench.presentation.formats import render
from etm_workbench.presentation.locale import say
from etm_workbench.presentation.numbers import compare_text
from etm_workbench.presentation.package import read_package

ENDINGS = ("docx", "pptx", "xlsx")
LANGUAGES = ("en", "fr")
BROKEN = re.compile(r"#(?:REF|VALUE|NAME|DIV/0|N/A)|Err:\d+|MARKINGTEXT|\{\w+(?::\w+)?\}")


@pytest.fixture(scope="session")
def office() -> str:
    """LibreOffice's command."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        reason = "LibreOffice is not installed, so no office file was opened; `make system` installs it."
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    return found


@pytest.fixture(scope="session")
def kept(tmp_path_factory) -> Path:
    """Where the pictures are kept."""
    named = os.environ.get("ETM_PICTURES")
    folder = Path(named) if named else tmp_path_factory.mktemp("pictures")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def opened(office, make_report, tmp_path_factory) -> dict[tuple[str, str], Path]:
    """Every file as LibreOffice prints it, by ending and language; one start of the program opens all."""
    folder = tmp_path_factory.mktemp("office")
    sources = []
    for ending in ENDINGS:
        for language in LANGUAGES:
            source = folder / f"{ending}.{language}.{ending}"
            source.write_bytes(render(make_report(), language, ending))
            sources.append(source)
    command = [office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "pdf",
               "--outdir", str(folder), *map(str, sources)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return {(ending, language): folder / f"{ending}.{language}.pdf" for ending in ENDINGS for language in LANGUAGES}


@pytest.fixture(scope="module", params=[(e, lg) for e in ENDINGS for lg in LANGUAGES], ids="-".join)
def case(request):
    return request.param


@pytest.fixture(scope="module")
def printed(case, opened):
    with pymupdf.open(opened[case]) as document:
        yield document


@pytest.fixture(scope="module")
def text(printed) -> str:
    return "\n".join(page.get_text() for page in printed)


def test_office_opens_every_file(case, opened):
    assert opened[case].is_file()


def test_pictures_are_kept_and_none_is_blank(case, printed, kept):
    blank = []
    for number, page in enumerate(printed, start=1):
        picture = page.get_pixmap(dpi=80)
        picture.save(kept / f"{'.'.join(case)}.{number:02}.png")
        blank += [number] if picture.is_unicolor else []
    assert [] == blank


def test_nothing_broken_is_shown(text):
    assert [] == BROKEN.findall(text)


def test_title_and_marking_are_shown(case, text, make_report):
    document, language = make_report(), case[1]
    flat = " ".join(text.split())
    shown = [" ".join(say(part, language).split()) in flat for part in (document.title, document.marking)]
    assert [True, True] == shown


def test_every_number_is_shown_as_the_language_writes_it(case, text, make_report):
    if case[0] == "xlsx":
        pytest.skip("a workbook's numbers are written by the program that opens it, in its user's language")
    assert [] == compare_text(make_report(), case[1], text)


def test_word_file_is_as_long_as_a_report_should_be(opened):
    counts = {}
    for language in LANGUAGES:
        with pymupdf.open(opened["docx", language]) as document:
            counts[language] = len(document)
    assert ({"en", "fr"}, True) == (set(counts), all(2 <= count <= 5 for count in counts.values()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_slide_is_printed(language, opened):
    deck = Presentation(str(source(opened, "pptx", language)))
    with pymupdf.open(opened["pptx", language]) as document:
        assert len(deck.slides) == len(document)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sheet_is_printed(language, opened):
    names = openpyxl.load_workbook(source(opened, "xlsx", language)).sheetnames
    with pymupdf.open(opened["xlsx", language]) as document:
        assert (8, True) == (len(names), len(document) >= len(names))


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_of_slides_and_word_files_are_tables(language, opened):
    slides = Presentation(str(source(opened, "pptx", language))).slides
    on_slides = sum(shape.has_table for slide in slides for shape in slide.shapes)
    in_word = read_package(source(opened, "docx", language).read_bytes())["word/document.xml"].count(b"<w:tbl>")
    assert (True, True) == (on_slides >= 4, in_word >= 4)


def source(opened, ending: str, language: str) -> Path:
    """The file that was opened."""
    return opened[ending, language].with_suffix(f".{ending}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_charts_are_printed_as_pictures(language, opened):
    counts = {}
    for ending in ("docx", "pptx"):
        with pymupdf.open(opened[ending, language]) as document:
            counts[ending] = sum(len(page.get_image_info()) for page in document)
    assert {"docx": 2, "pptx": 2} == counts
