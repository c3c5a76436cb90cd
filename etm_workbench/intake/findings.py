"""What the checks of a file found: rule, column, how many, which rows, what to do. Never a value.

A column that the codebook does not know is named by its letter, as a spreadsheet shows it, and not by its
header: in a damaged file the "header" may be somebody's answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from etm_workbench.codebook import Codebook, Language
from etm_workbench.intake.rulebook import Rulebook, Severity

Verdict = Literal["fails", "unknown"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "information")
# Style guide: "the first twenty and the count of the rest".
ROWS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that some rows or columns of a file break.

    Parameters
    ----------
    rule : str
        Name of the rule in `rules.toml`.
    severity : Severity
        `error`, `warning` or `information`.
    count : int
        How many rows, or columns when the rule is about columns, or 1 for the whole file.
    variables, letters : tuple of str
        Codebook variables concerned; letters of the file's columns.
    rows : tuple of int
        The first twenty row numbers, counted from 1 as a spreadsheet does.
    verdict : Verdict
        `fails`, or `unknown` when an answer that the rule needs is missing or unreadable.
    nearest : str
        For an unknown column: the variable whose header is closest, or empty.
    """

    rule: str
    severity: Severity
    count: int
    variables: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()
    verdict: Verdict = "fails"
    nearest: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """Where every row and column of a file went.

    `rows` is the sum of `rows_above`, `header_rows`, `rows_blank`, `rows_skipped`, `rows_repeated` and
    `people`; `columns` the sum of `columns_read`, `columns_ignored`, `columns_unknown` and `columns_blank`.
    While errors stand, `people` counts the rows of answers.
    """

    rows: int = 0
    rows_above: int = 0
    header_rows: int = 0
    rows_blank: int = 0
    rows_skipped: int = 0
    rows_repeated: int = 0
    people: int = 0
    columns: int = 0
    columns_read: int = 0
    columns_ignored: int = 0
    columns_unknown: int = 0
    columns_blank: int = 0


@dataclass(frozen=True, slots=True)
class Findings:
    """All findings of one file, gravest first, with the account of its rows and columns."""

    source: str
    entries: tuple[Finding, ...]
    account: Account = field(default=Account())

    @property
    def has_errors(self) -> bool:
        """Whether an error stands: nothing of the file may be stored."""
        return any(finding.severity == "error" for finding in self.entries)

    def count(self, severity: Severity) -> int:
        """How many findings have this severity."""
        return sum(finding.severity == severity for finding in self.entries)

    def of(self, rule: str) -> tuple[Finding, ...]:
        """The findings of one rule."""
        return tuple(finding for finding in self.entries if finding.rule == rule)

    def summary(self) -> tuple[tuple[str, str, int], ...]:
        """Rule, severity and count of each finding: what the store keeps."""
        return tuple((finding.rule, finding.severity, finding.count) for finding in self.entries)

    def described(self, rulebook: Rulebook, *, codebook: Codebook, language: Language) -> list[dict[str, Any]]:
        """The findings as plain records with their texts in `language`: what JSON output holds."""
        return [
            {
                "file": self.source,
                **asdict(finding),
                "where": where(finding, rulebook, codebook=codebook, language=language),
                "what": rulebook[finding.rule].text("what", language),
                "todo": rulebook[finding.rule].text("todo", language),
            }
            for finding in self.entries
        ]


class Remarks:
    """Collects findings while a file is checked; knows each rule's severity."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self._entries: list[Finding] = []

    def note(self, rule: str, count: int = 1, *, rows: Iterable[int] = (), **about: Any) -> None:
        """Write a finding down, unless the rule is off or nothing breaks it."""
        declared = self.rulebook[rule]
        severity = declared.unknown if about.get("verdict") == "unknown" else declared.severity
        if severity != "off" and count > 0:
            shown = tuple(int(row) for row in sorted(rows)[:ROWS_SHOWN])
            self._entries.append(Finding(rule, severity, int(count), rows=shown, **about))

    def note_rows(self, rule: str, mask: NDArray[np.bool_], row_numbers: NDArray[np.int64], **about: Any) -> None:
        """Write down the rows where `mask` is true."""
        self.note(rule, int(mask.sum()), rows=row_numbers[mask].tolist(), **about)

    @property
    def has_errors(self) -> bool:
        """Whether an error was written down."""
        return any(finding.severity == "error" for finding in self._entries)

    def close(self, source: str, account: Account) -> Findings:
        """The findings, gravest first, in the order the rules are declared."""
        declared = {name: place for place, name in enumerate(self.rulebook.rules)}
        order = sorted(self._entries, key=lambda f: (SEVERITIES.index(f.severity), declared[f.rule], f.variables))
        return Findings(source, tuple(order), account)


def where(finding: Finding, rulebook: Rulebook, *, codebook: Codebook, language: Language) -> str:
    """The columns of a finding in words: labels of known variables, letters of the others.

    At most eight are named; the rest is counted.
    """
    labels = [codebook.variables[v].label.in_language(language) for v in finding.variables if v in codebook.variables]
    letters = [rulebook.word("column_letter", language, letter=letter) for letter in finding.letters]
    paired = [f"{label} ({letter})" for label, letter in zip(labels, letters, strict=False)]
    named = _shortened(paired if len(labels) == len(letters) else [*labels, *letters], rulebook, language)
    if finding.nearest in codebook.variables:
        label = codebook.variables[finding.nearest].label.in_language(language)
        return f"{named}, {rulebook.word('looks_like', language, label=label)}"
    return named or rulebook.word("whole_file", language)


def rows_in_words(finding: Finding, rulebook: Rulebook, language: Language) -> str:
    """Row numbers of a finding: the first twenty and the count of the rest."""
    if not finding.rows:
        return ""
    numbers = ", ".join(str(row) for row in finding.rows)
    rest = finding.count - len(finding.rows)
    return f"{numbers} {rulebook.word('and_more', language, count=rest)}" if rest > 0 else numbers


def _shortened(names: Sequence[str], rulebook: Rulebook, language: Language, limit: int = 8) -> str:
    shown = ", ".join(names[:limit])
    rest = len(names) - limit
    return f"{shown} {rulebook.word('and_more', language, count=rest)}" if rest > 0 else shown
