"""Files to take in: one, or all of a folder, where cycle and organization are in the names.

The names are those of `etm synth`: `<cycle>/<organization>/questionnaire_<organization>_<cycle>.xlsx`, and
`accounts_` and `equity_` beside it. The folders do not matter; the name of the file says it all.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from etm_workbench.errors import BadInput
from etm_workbench.intake.mapping import Mapping
from etm_workbench.store import FileKind

_NAME = re.compile(
    r"(?P<kind>accounts|questionnaire|equity)_(?P<organization>[A-Za-z0-9-]+)_(?P<cycle>\d{4}-\d{2})\Z", re.IGNORECASE
)
_READ = (".xlsx", ".xlsm", ".csv", ".txt", ".tsv")
# The account register first: questionnaires are held against it.
_ORDER: tuple[FileKind, ...] = ("accounts", "questionnaire", "equity")


@dataclass(frozen=True, slots=True)
class Submission:
    """A file, the cycle and organization it is for, and the mapping it is read with."""

    path: Path
    cycle: str
    organization: str
    mapping: Mapping | None = None


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """What a folder holds: files to take in, in order; CSV twins of workbooks; files whose name says nothing."""

    submissions: tuple[Submission, ...]
    twins: tuple[Path, ...]
    unnamed: tuple[Path, ...]


def named_submission(path: Path) -> Submission | None:
    """What a file's name says of it; None when it says nothing."""
    found = _NAME.match(path.stem)
    return Submission(path, found["cycle"], found["organization"]) if found else None


def find_files(folder: Path) -> FoundFiles:
    """Every file below `folder` that names its kind, organization and cycle.

    Where a workbook and a text have the same name, the workbook is taken and the text is a twin.

    Raises
    ------
    BadInput
        There is no such folder, or nothing to take in.
    """
    if not folder.is_dir():
        raise BadInput(f"There is no folder '{folder.name}'.", remedy="Check the path.")
    files = [p for p in sorted(folder.rglob("*")) if p.suffix.lower() in _READ and not p.name.startswith(("~$", "."))]
    named, unnamed = defaultdict(list), []
    for path in files:
        if found := _NAME.match(path.stem):
            named[found["cycle"], found["organization"], _ORDER.index(_kind(found["kind"]))].append(path)
        else:
            unnamed.append(path)
    if not named:
        raise BadInput(
            f"The folder '{folder.name}' holds no file to take in.",
            expected="Names like questionnaire_128_2025-26.xlsx.",
            remedy="Rename the files, or take them in one by one with --cycle and --organization.",
        )
    submissions, twins = [], []
    for (cycle, organization, _), paths in sorted(named.items()):
        chosen = sorted(paths, key=lambda path: _READ.index(path.suffix.lower()))
        twins += [path for path in chosen[1:] if path.parent == chosen[0].parent]
        kept = [chosen[0], *(path for path in chosen[1:] if path.parent != chosen[0].parent)]
        submissions += [Submission(path, cycle, organization) for path in kept]
    return FoundFiles(tuple(submissions), tuple(twins), tuple(unnamed))


def by_organization(submissions: Sequence[Submission]) -> list[tuple[Submission, ...]]:
    """The files of each organization and cycle together, in the order given, registers first where the name says so."""
    groups: dict[tuple[str, str], list[Submission]] = defaultdict(list)
    for submission in submissions:
        groups[submission.cycle, submission.organization].append(submission)
    return [
        tuple(sorted(group, key=lambda s: not s.path.name.lower().startswith("accounts"))) for group in groups.values()
    ]


def _kind(text: str) -> FileKind:
    return next(kind for kind in _ORDER if kind == text.lower())
