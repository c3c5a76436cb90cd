"""The Cluster Review briefing pack: the report, what proves it, and a list of its files with their hashes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from etm_workbench.codebook import LANGUAGES, Language
from etm_workbench.reporting.run import Run, run_report

CONTENTS = "pack.json"
REPORT = "cluster_review"


@dataclass(frozen=True, slots=True)
class Pack:
    """A finished pack: its folder, its run, and its files with `pack.json` last."""

    folder: Path
    run: Run
    files: tuple[Path, ...]


def cluster_pack(
    cluster: str,
    *,
    cycle: str,
    out: Path,
    languages: Sequence[Language] = LANGUAGES,
    formats: Sequence[str] = ("html", "pdf"),
    store: str | None = None,
) -> Pack:
    """The briefing pack of one cluster in a folder.

    Parameters
    ----------
    cluster, cycle : str
        Identifiers, as in the codebook.
    out : Path
        The pack's own folder; an earlier pack of the same cluster and cycle is replaced.
    languages, formats : sequences
        What to render.
    store : str, optional
        URL of the store.

    Raises
    ------
    BadDefinition
        No such cluster or cycle; the nearest is offered.
    CannotProtect
        No safe form of the pack exists.
    """
    run = run_report(
        REPORT, {"cycle": cycle, "cluster": cluster}, out=out, languages=languages, formats=formats, store=store
    )
    return Pack(out, run, (*run.files, write_contents(out, run.files)))


def write_contents(folder: Path, files: Sequence[Path]) -> Path:
    """Writes `pack.json`: each file with its SHA-256, and the workbench's version."""
    entries = [{"file": path.relative_to(folder).as_posix(), "sha256": file_hash(path)} for path in sorted(files)]
    contents = {"made_by": f"etm-workbench {version('etm-workbench')}", "files": entries}
    path = folder / CONTENTS
    beside = path.with_name(f".{path.name}.part")
    beside.write_text(json.dumps(contents, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return beside.replace(path)


def file_hash(path: Path) -> str:
    """SHA-256 of a file; hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
