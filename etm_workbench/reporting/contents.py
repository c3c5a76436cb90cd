"""`pack.json`: which files a folder of reports holds, and the hash that each had when it was made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

CONTENTS = "pack.json"


def write_contents(folder: Path, files: Sequence[Path], *, keep_others: bool = False) -> Path:
    """Writes `pack.json`: each file with its SHA-256, and the workbench's version.

    With `keep_others` the files that it lists already, and that are still there, stay listed as they were: several
    reports can share a folder.
    """
    path = folder / CONTENTS
    hashes = _listed(path) if keep_others and path.is_file() else {}
    hashes |= {file.relative_to(folder).as_posix(): file_hash(file) for file in files}
    entries = [{"file": name, "sha256": hashes[name]} for name in sorted(hashes)]
    contents = {"made_by": f"etm-workbench {version('etm-workbench')}", "files": entries}
    beside = path.with_name(f".{path.name}.part")
    beside.write_text(json.dumps(contents, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return beside.replace(path)


def _listed(path: Path) -> dict[str, str]:
    entries = json.loads(path.read_text(encoding="utf-8"))["files"]
    return {entry["file"]: entry["sha256"] for entry in entries if (path.parent / entry["file"]).is_file()}


def file_hash(path: Path) -> str:
    """SHA-256 of a file; hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
