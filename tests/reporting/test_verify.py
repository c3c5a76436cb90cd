"""Verifying: whatever is changed in a finished file of whichever format is found, and its place is named."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace

import pikepdf
import pytest
from openpyxl import load_workbook
from pptx import Presentation

from etm_workbench.presentation.document import Document
from etm_workbench.presentation.formats import FORMATS, render
from etm_workbench.presentation.parts import ChartPart
from etm_workbench.reporting import verify
from etm_workbench.reporting.contents import write_contents
from etm_workbench.reporting.reading import said_in
from etm_workbench.reporting.verify import verify_pack

STEM = "short"


@pytest.fixture(scope="module")
def document(demonstration) -> Document:
    """The opening of a report, its first two charts included."""
    (path,) = (demonstration / "both" / "provenance").glob("*.document.json")
    whole = Document.from_json(path.read_text(encoding="utf-8"))
    second = [place for place, part in enumerate(whole.parts) if isinstance(part, ChartPart)][1]
    return replace(whole, parts=whole.parts[: second + 1])


@pytest.fixture(scope="module")
def rendered(document) -> Callable[[str], bytes]:
    """The document in French in a format, rendered once for all tests."""
    made: dict[str, bytes] = {}

    def one(ending: str) -> bytes:
        if ending not in made:
            made[ending] = render(document, "fr", ending)
        return made[ending]

    return one


@pytest.fixture
def verified(document, demonstration, tmp_path) -> Callable[[str, bytes], dict[str, str]]:
    """What does not hold of a folder with this file in it, its hashes written anew as a clever forger would."""

    def checked(ending: str, content: bytes) -> dict[str, str]:
        provenance = tmp_path / "provenance"
        provenance.mkdir()
        (bundle,) = (demonstration / "both" / "provenance").glob("*.bundle.json")
        (provenance / f"{STEM}.bundle.json").write_bytes(bundle.read_bytes())
        (provenance / f"{STEM}.document.json").write_text(document.to_json(), encoding="utf-8")
        (tmp_path / f"{STEM}.fr.{ending}").write_bytes(content)
        write_contents(tmp_path, [path for path in tmp_path.rglob("*") if path.is_file()])
        return {check.what: check.detail for check in verify_pack(tmp_path) if not check.holds}

    return checked


def in_archive(content: bytes, name: str, pattern: str, new: str) -> bytes:
    """An Office file with the first match of a pattern in one of its parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename == name:
                text, changed = re.subn(pattern, new, data.decode(), count=1)
                assert changed == 1
                data = text.encode()
            target.writestr(entry, data)
    return out.getvalue()


def says(ending: str) -> str:
    return f"{STEM}.fr.{ending} says what its document says"


@pytest.mark.parametrize("ending", FORMATS)
def test_a_file_left_as_it_was_holds(ending, rendered, verified) -> None:
    assert {} == verified(ending, rendered(ending))


def test_words_of_another_version_are_not_compared(document, rendered, verified, monkeypatch) -> None:
    monkeypatch.setattr(verify, "version", lambda _: "another")
    assert {} == verified("html", rendered("html").replace(b"</footer>", b"Autre chose</footer>"))


@pytest.mark.parametrize("ending", FORMATS)
def test_every_format_is_read_at_several_places(ending, rendered) -> None:
    assert len(said_in(rendered(ending), ending)) > 2


@pytest.mark.parametrize("ending", FORMATS)
def test_a_file_cut_short_is_found(ending, rendered, verified) -> None:
    assert says(ending) in verified(ending, rendered(ending)[:2000])


def test_a_changed_alternative_text_of_a_page_is_found_under_its_heading(rendered, verified) -> None:
    page = re.sub(r"(<(?:desc|figcaption|caption)[^>]*>)", r"\1Autre chose. ", rendered("html").decode(), count=1)
    ((place, detail),) = ((what, d) for what, d in verified("html", page.encode()).items() if what == says("html"))
    assert (says("html"), "'") == (place, detail[0])


def test_a_changed_sign_is_found(rendered, verified) -> None:
    page = re.sub(r"(data-cell=\"[^\"]*\"[^>]*>)[^<]+", r"\1..", rendered("html").decode(), count=1)
    assert says("html") in verified("html", page.encode())


def test_a_changed_alternative_text_of_a_pdf_is_found_on_its_page(rendered, verified) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(rendered("pdf"))) as pdf:
        described = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/Alt" in one]
        described[0].Alt = pikepdf.String("Autre chose")
        pdf.save(out)
    assert re.fullmatch(r"page \d+", verified("pdf", out.getvalue())[says("pdf")])


def test_a_changed_pdf_page_is_named(rendered, verified) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(rendered("pdf"))) as pdf:
        page = pdf.pages[1]
        page.contents_add(b"BT ET")
        pdf.save(out)
    assert "page 2" == verified("pdf", out.getvalue())[says("pdf")]


def test_a_changed_number_in_word_is_found_under_its_heading(rendered, verified) -> None:
    changed = in_archive(
        rendered("docx"), "word/document.xml", r"(<w:tc>(?:(?!</w:tc>).)*<w:t[^>]*>)\d+(?=</w:t>)", r"\g<1>7 777"
    )
    assert verified("docx", changed)[says("docx")].startswith("'")


def test_a_changed_alternative_text_in_word_is_found(rendered, verified) -> None:
    changed = in_archive(rendered("docx"), "word/document.xml", r'descr="[^"]+"', 'descr="Autre chose"')
    assert says("docx") in verified("docx", changed)


def test_a_changed_slide_is_named(rendered, verified) -> None:
    deck, out = Presentation(io.BytesIO(rendered("pptx"))), io.BytesIO()
    slide, shape = next(
        (number, shape)
        for number, slide in enumerate(deck.slides, 1)
        for shape in slide.shapes
        if shape.has_text_frame and any(character.isdigit() for character in shape.text_frame.text) and number > 1
    )
    shape.text_frame.paragraphs[0].runs[0].text = "7 777"
    deck.save(out)
    assert f"slide {slide}" == verified("pptx", out.getvalue())[says("pptx")]


def test_a_changed_number_in_a_workbook_is_found_on_its_sheet(rendered, verified) -> None:
    number = r'(<c r="[A-Z]+\d+" s="\d+"><v>)\d+(?=</v>)'
    changed = in_archive(rendered("xlsx"), "xl/worksheets/sheet3.xml", number, r"\g<1>7777")
    sheet = load_workbook(io.BytesIO(changed)).worksheets[2].title
    assert f"sheet '{sheet}'" == verified("xlsx", changed)[says("xlsx")]


def test_rows_in_another_order_are_found(rendered, verified) -> None:
    row = r"(<tr\b(?:(?!</tr>).)*<td(?:(?!</tr>).)*</tr>)"
    changed = re.sub(rf"{row}(\s*){row}", r"\3\2\1", rendered("html").decode(), count=1, flags=re.DOTALL)
    assert "the fr page shows the document's numbers" in " ".join(verified("html", changed.encode()))
