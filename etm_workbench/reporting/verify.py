"""Re-checks a pack: its files are as they were made, its numbers are its release's, all languages and formats agree.

Reads what readers read: the words, numbers, signs and alternative texts of each page, slide and sheet, not
only the data behind them. Every file is held to its one document, and so all of them to one another.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from importlib.metadata import version
from itertools import product
from pathlib import Path

from etm_workbench.bundle import Bundle
from etm_workbench.codebook import LANGUAGES, Language
from etm_workbench.errors import BadInput
from etm_workbench.presentation.document import Document
from etm_workbench.presentation.formats import FORMATS, render
from etm_workbench.presentation.html import render_html
from etm_workbench.presentation.locale import plain_number
from etm_workbench.reporting.contents import CONTENTS, file_hash
from etm_workbench.reporting.reading import places_that_differ, said_in

MOST_PLACES = 20  # named of one file


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked: what, whether it holds, and where not."""

    what: str
    holds: bool
    detail: str = ""


def verify_pack(folder: Path) -> tuple[Check, ...]:
    """Every check of a pack, in order.

    Parameters
    ----------
    folder : Path
        As `etm pack` or `etm demo` made it.

    Returns
    -------
    tuple of Check
        Hashes of all files; identifiers of bundles; document against bundle; the numbers of each page, and what
        each file says at each place, against the document; English against French, number by number.

    Raises
    ------
    BadInput
        The folder holds no pack.
    """
    contents = folder / CONTENTS
    if not contents.is_file():
        raise BadInput(
            f"'{folder}' holds no reports that can be verified.",
            expected=f"A folder with {CONTENTS}, as packs, standard reports and ad hoc reports leave it.",
            remedy="Name its folder.",
        )
    files = json.loads(contents.read_text(encoding="utf-8"))["files"]
    return (_hashes(folder, files), *_documents(folder, [entry["file"] for entry in files]))


def _hashes(folder: Path, files: Sequence[Mapping[str, str]]) -> Check:
    wrong = [
        entry["file"]
        for entry in files
        if not (folder / entry["file"]).is_file() or file_hash(folder / entry["file"]) != entry["sha256"]
    ]
    return Check(f"{len(files)} files are as they were made", not wrong, ", ".join(wrong))


def _documents(folder: Path, files: Sequence[str]) -> Iterator[Check]:
    for name in files:
        if not name.endswith(".document.json"):
            continue
        stem = Path(name).name.removesuffix(".document.json")
        document = Document.from_json((folder / name).read_text(encoding="utf-8"))
        yield _same_release(document, folder / name.replace(".document.json", ".bundle.json"), stem)
        for language, ending in product(LANGUAGES, FORMATS):
            if f"{stem}.{language}.{ending}" in files:
                yield _says_the_same(document, folder / f"{stem}.{language}.{ending}", language, ending)
        pages = {lang: folder / f"{stem}.{lang}.html" for lang in LANGUAGES if f"{stem}.{lang}.html" in files}
        numbers = {language: page_numbers(path.read_text(encoding="utf-8")) for language, path in pages.items()}
        for language, found in numbers.items():
            fresh = page_numbers(render_html(document, language))
            yield _compare(f"{stem}: the {language} page shows the document's numbers", found, fresh)
        if len(numbers) == len(LANGUAGES):
            yield _both_languages(stem, numbers)


def _says_the_same(document: Document, path: Path, language: Language, ending: str) -> Check:
    """Whether a file says, place by place, what its document says in that language and format."""
    what, made_by = f"{path.name} says what its document says", document.provenance.code_version
    if made_by != version("etm-workbench"):
        return Check(f"{path.name} was made by version {made_by}, whose words are not compared", holds=True)
    try:
        found = said_in(path.read_bytes(), ending)
    except Exception as problem:  # noqa: BLE001  a file that was tampered with can break any reader
        return Check(what, holds=False, detail=f"it cannot be read ({type(problem).__name__})")
    differ = places_that_differ(found, said_in(render(document, language, ending), ending))
    more = f" and {len(differ) - MOST_PLACES} more" if len(differ) > MOST_PLACES else ""
    return Check(what, not differ, ", ".join(differ[:MOST_PLACES]) + more)


def _same_release(document: Document, path: Path, stem: str) -> Check:
    what = f"{stem}: the document's tables are its release's"
    try:
        bundle = Bundle.read(path)
    except (BadInput, OSError) as problem:
        return Check(what, holds=False, detail=str(problem))
    released = {name: table.to_payload() for name, table in bundle.items()}
    strange = [
        part.name
        for part in document.tables()
        if json.dumps(released.get(part.data.name), sort_keys=True) != json.dumps(part.data.payload, sort_keys=True)
    ]
    return Check(what, not strange, ", ".join(strange))


def page_numbers(page: str) -> list[tuple[str, str]]:
    """Each number or sign on a page in reading order: the cell it stands for, and its text."""
    reader = _NumberReader()
    reader.feed(page)
    return reader.found


def _compare(what: str, found: list[tuple[str, str]], expected: list[tuple[str, str]]) -> Check:
    differ = [a[0] for a, b in zip(found, expected, strict=False) if a != b]
    if len(found) != len(expected):
        differ.append(f"{len(found)} numbers instead of {len(expected)}")
    return Check(f"{what} ({len(expected)})", not differ, ", ".join(differ[:20]))


def _both_languages(stem: str, numbers: Mapping[Language, list[tuple[str, str]]]) -> Check:
    plain = {
        language: [(cell, plain_number(_without_noun(text), language)) for cell, text in found]
        for language, found in numbers.items()
    }
    english, french = sorted(plain["en"]), sorted(plain["fr"])
    return _compare(f"{stem}: the numbers in English equal their twins in French", english, french)


def _without_noun(text: str) -> str:
    """The number alone, where a sentence counts people with their noun: `4 executives`, `4 cadres`."""
    number = re.match(r"[+\-–−]?\d[\d.,\s]*%?", text)
    return number[0] if number else text


class _NumberReader(HTMLParser):
    """Collects the text of elements that carry `data-cell`, hidden explanations left out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._cell: str | None = None
        self._depth = 0
        self._quiet = 0
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  the same
        given = dict(attrs)
        if self._cell is not None:
            self._depth += 1
            if self._quiet or "vh" in (given.get("class") or "").split():
                self._quiet += 1
        elif cell := given.get("data-cell"):
            self._cell, self._depth, self._text = cell, 0, []

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002  the parser's signature
        if self._cell is None:
            return
        if self._depth == 0:
            self.found.append((self._cell, "".join(self._text).strip()))
            self._cell = None
            return
        self._depth -= 1
        self._quiet = max(0, self._quiet - 1)

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._quiet:
            self._text.append(data)
