"""No planted string of a fictional person stands in any byte of any aggregate output."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

import pymupdf
import pytest

from etm_workbench.synthetic import CANARIES

STRINGS = sorted({text for canary in CANARIES for text in canary.strings})


def readable(path) -> list[str]:
    """Everything in a file that could be read: its bytes as text, its pages' text, its parts unzipped."""
    data = path.read_bytes()
    # The offsets in a PDF's cross-reference table are long numbers of the format's own.
    data = re.sub(rb"\d{10} \d{5} [nf]", b"", data) if data.startswith(b"%PDF") else data
    texts = [data.decode("utf-8", "replace"), data.decode("utf-16", "replace"), data.decode("latin-1")]
    if data.startswith(b"%PDF"):
        with pymupdf.open(path) as document:
            texts += [page.get_text() for page in document]
            texts += [str(document.metadata)]
        texts += [_inflated(stream) for stream in re.findall(rb"stream\r?\n(.*?)endstream", data, re.DOTALL)]
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            texts += [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
    return texts


def _inflated(stream: bytes) -> str:
    try:
        return zlib.decompress(stream).decode("latin-1")
    except zlib.error:
        return ""


def leaks(path) -> list[int]:
    """Which canary strings stand in a file, by number: a failing test must not print one."""
    texts = readable(path)
    return [number for number, text in enumerate(STRINGS) if any(text in found for found in texts)]


def test_canaries_are_in_what_delegates_send(demonstration) -> None:
    files = list((demonstration / "questionnaires").rglob("*.csv"))
    assert any(leaks(path) for path in files)


def test_no_canary_is_in_the_pack(demonstration) -> None:
    files = [path for path in (demonstration / "both").rglob("*") if path.is_file()]
    assert 9 == len(files)
    assert {} == {path.name: found for path in files if (found := leaks(path))}


@pytest.mark.parametrize("string", range(len(STRINGS)))
def test_a_planted_leak_is_found(string, tmp_path) -> None:
    path = tmp_path / "leak.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"<p>{STRINGS[string]}</p>")
    assert string in leaks(path)
