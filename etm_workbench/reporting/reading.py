"""What a reader finds in a finished file, place by place: the words, numbers and signs of each page, slide or sheet.

Alternative texts count as words: somebody who listens to a report must be told the same. `etm verify` compares
what a file says with what its document says, so a difference can be named by its place.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

Places = Mapping[str, tuple[str, ...]]
"""What is said at each place, in reading order, by the place's name."""

_TOLD = ("alt", "aria-label", "title", "content", "lang")
_HIDDEN = frozenset({"script", "style"})
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def said_in(content: bytes, ending: str) -> Places:
    """What a finished file says.

    Parameters
    ----------
    content : bytes
        The file.
    ending : str
        `html`, `pdf`, `docx`, `pptx` or `xlsx`.

    Returns
    -------
    mapping of str to tuple of str
        In a page, by heading; in a PDF, by page; in Word, by heading; in slides, by slide; in a workbook, by sheet.
    """
    found: dict[str, list[str]] = {}
    for place, text in _READERS[ending](content):
        found.setdefault(place, []).append(text)
    return {place: tuple(texts) for place, texts in found.items()}


def places_that_differ(found: Places, expected: Places) -> list[str]:
    """Names of the places that do not say the same, or that only one of the two has; in order."""
    return [place for place in dict.fromkeys((*expected, *found)) if found.get(place) != expected.get(place)]


def _html(content: bytes) -> Iterator[tuple[str, str]]:
    reader = _Page()
    reader.feed(content.decode("utf-8"))
    yield from reader.said


class _Page(HTMLParser):
    """Collects (heading above, text or alternative text)."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[tuple[str, str]] = []
        self._place, self._hidden, self._heading = "the top", 0, False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in _HIDDEN
        if tag in ("h1", "h2"):
            self._heading = True
        self.said += [(self._place, f"{name}={value}") for name, value in attrs if name in _TOLD and value]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in _HIDDEN

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if self._hidden or not text:
            return
        if self._heading:
            self._place, self._heading = f"'{text}'", False
        self.said.append((self._place, text))


def _pdf(content: bytes) -> Iterator[tuple[str, str]]:
    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as document:
        numbers = {page.objgen: number for number, page in enumerate(document.pages, 1)}
        for number, page in enumerate(document.pages, 1):
            page.contents_coalesce()
            yield f"page {number}", page.Contents.read_bytes().decode("latin-1")
        if "/StructTreeRoot" in document.Root:
            yield from _told(document.Root.StructTreeRoot, numbers, "the structure")


def _told(element: Any, numbers: Mapping[Any, int], place: str) -> Iterator[tuple[str, str]]:
    """Alternative texts below an element of a PDF's structure, in reading order."""
    if "/Pg" in element and element.Pg.objgen in numbers:
        place = f"page {numbers[element.Pg.objgen]}"
    if "/Alt" in element:
        yield place, f"alt={element.Alt}"
    below = element.get("/K", ())
    for child in below if _is_list(below) else (below,):
        if hasattr(child, "keys") and "/S" in child:
            yield from _told(child, numbers, place)


def _is_list(value: Any) -> bool:
    import pikepdf

    return isinstance(value, (pikepdf.Array, tuple))


def _docx(content: bytes) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        place = "the top"
        for paragraph in ET.fromstring(archive.read("word/document.xml")).iter(f"{_WORD}p"):  # noqa: S314
            text = "".join(node.text or "" for node in paragraph.iter(f"{_WORD}t"))
            style = paragraph.find(f"{_WORD}pPr/{_WORD}pStyle")
            if style is not None and re.match(r"Heading|Title", style.get(f"{_WORD}val", "")):
                place = f"'{text}'"
            yield place, text
            for drawing in paragraph.iter():
                if drawing.tag.endswith("}docPr"):
                    yield place, f"alt={drawing.get('descr', '')}"
        for name in sorted(archive.namelist()):
            if re.fullmatch(r"word/(header|footer|footnotes)\d*\.xml", name):
                texts = ET.fromstring(archive.read(name)).iter(f"{_WORD}t")  # noqa: S314
                yield f"its {name[5:-4]}", " ".join(node.text or "" for node in texts)


def _pptx(content: bytes) -> Iterator[tuple[str, str]]:
    from pptx import Presentation

    for number, slide in enumerate(Presentation(io.BytesIO(content)).slides, 1):
        for shape in slide.shapes:
            described = next((node.get("descr") for node in shape._element.iter() if node.get("descr")), None)
            yield from ((f"slide {number}", f"alt={text}") for text in (described,) if text)
            if shape.has_text_frame:
                yield f"slide {number}", shape.text_frame.text
            if getattr(shape, "has_table", False):
                yield from ((f"slide {number}", cell.text) for row in shape.table.rows for cell in row.cells)
            if getattr(shape, "has_chart", False):
                plots = shape.chart.plots
                yield f"slide {number}", repr([(s.name, tuple(s.values)) for plot in plots for s in plot.series])


def _xlsx(content: bytes) -> Iterator[tuple[str, str]]:
    from openpyxl import load_workbook

    for sheet in load_workbook(io.BytesIO(content)).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    yield f"sheet '{sheet.title}'", f"{cell.coordinate} {cell.value} {cell.number_format}"


_READERS: Mapping[str, Callable[[bytes], Iterator[tuple[str, str]]]] = {
    "html": _html,
    "pdf": _pdf,
    "docx": _docx,
    "pptx": _pptx,
    "xlsx": _xlsx,
}
