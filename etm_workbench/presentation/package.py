"""Office files as packages of parts: read, changed, and written so that the same parts give the same bytes."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from io import BytesIO

_WHEN = (2000, 1, 1, 0, 0, 0)  # a package has no use for the hour it was written at


def read_package(data: bytes) -> dict[str, bytes]:
    """The parts of an office file by name, in their order."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()}


def write_package(parts: Mapping[str, bytes]) -> bytes:
    """An office file of these parts; the same parts give the same bytes, whenever it is written."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, _WHEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, data)
    return stream.getvalue()


def dated(core: bytes, made_on: str | None) -> bytes:
    """`docProps/core.xml` with every date set to the document's own, or to the packages' fixed one."""
    stamp = f"{made_on or '2000-01-01'}T00:00:00Z".encode()
    return re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + stamp, core)
