"""What a file gives away: every planted string of a fictional person that stands in any of its bytes."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pymupdf
import pytest

from etm_workbench.synthetic import CANARIES

STRINGS = sorted({text for canary in CANARIES for text in canary.strings})


def readable(path: Path) -> list[str]:
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


@pytest.fixture(scope="session")
def planted() -> list[str]:
    """The planted strings, sorted."""
    return STRINGS


@pytest.fixture(scope="session")
def leaks() -> Callable[[Path], list[int]]:
    """Which planted strings stand in a file, by number: a failing test must not print one."""

    def found(path: Path) -> list[int]:
        texts = readable(path)
        return [number for number, text in enumerate(STRINGS) if any(text in one for one in texts)]

    return found
