"""A report is read in one sitting: three to ten pages in both languages, as PDF and as Word."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pymupdf
import pytest

from etm_workbench.presentation.document import Document
from etm_workbench.presentation.formats import render
from etm_workbench.reporting.run import run_report
from tests.notebooks.test_standard_reports import REPORTS as OF_A_STORE

LONGEST = "organization_profile"
REPORTS = {**OF_A_STORE, "establishment": {}}


def outside(files: list[Path]) -> dict[str, int]:
    """The files that are shorter or longer than promised, with their pages."""
    pages = {}
    for path in files:
        with pymupdf.open(path) as printed:
            pages[path.name] = len(printed)
    return {name: count for name, count in pages.items() if not 3 <= count <= 10}


def printed_by_word_processor(saved: Path, folder: Path) -> list[Path]:
    """A run's document as Word files in both languages, as LibreOffice prints them."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice is not installed, so no Word file was counted; `make system` installs it.")
    document = Document.from_json(saved.read_text(encoding="utf-8"))
    sources = [folder / f"{language}.docx" for language in ("en", "fr")]
    for source in sources:
        source.write_bytes(render(document, source.stem, "docx"))
    command = [office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "pdf"]
    subprocess.run(
        [*command, "--outdir", str(folder), *map(str, sources)], check=True, capture_output=True, timeout=300
    )
    return [source.with_suffix(".pdf") for source in sources]


def test_a_briefing_pack_is_three_to_ten_pages(demonstration) -> None:
    files = list((demonstration / "both").glob("*.pdf"))
    assert (2, {}) == (len(files), outside(files))


def test_a_briefing_pack_is_three_to_ten_pages_in_word(demonstration, tmp_path) -> None:
    saved = next((demonstration / "both").rglob("*.document.json"))
    assert {} == outside(printed_by_word_processor(saved, tmp_path))


@pytest.mark.parametrize("name", [pytest.param(n, marks=[] if n == LONGEST else pytest.mark.long) for n in REPORTS])
def test_a_standard_report_is_three_to_ten_pages(name, unreleased_store, tmp_path) -> None:
    made = run_report(name, REPORTS[name], out=tmp_path / "out", formats=("pdf",), store=unreleased_store)
    saved = next(path for path in made.files if path.name.endswith(".document.json"))
    files = [path for path in made.files if path.suffix == ".pdf"]
    assert (2, {}) == (len(files), outside([*files, *printed_by_word_processor(saved, tmp_path)]))
