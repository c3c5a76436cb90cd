"""The Cluster Review briefing pack: the report, what proves it, and a list of its files with their hashes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from etm_workbench.codebook import LANGUAGES, Language
from etm_workbench.reporting.contents import write_contents
from etm_workbench.reporting.run import Run, run_report

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
