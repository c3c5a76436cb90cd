"""What intake says of the files it was given: tables for a terminal, plain records for JSON, a workbook.

Everything here comes from findings, receipts and control totals, none of which holds a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import xlsxwriter
from rich.table import Table

from etm_workbench.codebook import Codebook, Language
from etm_workbench.errors import BadInput
from etm_workbench.intake.control_totals import ControlTotal
from etm_workbench.intake.findings import Finding, Findings, rows_in_words, where
from etm_workbench.intake.rulebook import Rulebook
from etm_workbench.intake.take_in import Outcome

_WORKBOOK_COLUMNS = ("file", "severity", "rule", "column", "count", "rows", "what", "todo")


@dataclass(frozen=True, slots=True)
class Wording:
    """The language of a report, and the files its words come from."""

    rulebook: Rulebook
    codebook: Codebook
    language: Language

    def __call__(self, word: str, **filled: object) -> str:
        """A word of the tables, with its blanks filled."""
        return self.rulebook.word(word, self.language, **filled)


def findings_table(findings: Findings, wording: Wording) -> Table:
    """All findings of one file, gravest first."""
    account = findings.account
    left = account.columns_unknown + account.columns_ignored
    read = wording("read_rows", people=account.people, rows=account.rows, columns=account.columns_read, left=left)
    table = _table(wording, f"{findings.source}: {read}", "severity", "what", "column", "count", "rows", "todo")
    for finding in findings.entries:
        said = _said(finding, wording)
        table.add_row(*(said[name] for name in ("severity", "what", "column", "count", "rows", "todo")))
    return table


def outcomes_table(outcomes: Sequence[Outcome], wording: Wording) -> Table:
    """One row a file: what became of it, how many people, errors and warnings."""
    names = ("file", "kind", "cycle", "organization", "status", "people", "errors", "warnings")
    table = _table(wording, "", *names)
    for outcome in outcomes:
        table.add_row(
            outcome.findings.source,
            wording(outcome.kind) if outcome.kind else "",
            outcome.submission.cycle,
            outcome.submission.organization,
            status_in_words(outcome, wording),
            str(outcome.findings.account.people),
            str(outcome.findings.count("error")),
            str(outcome.findings.count("warning")),
        )
    return table


def totals_table(outcomes: Iterable[Outcome], wording: Wording) -> Table:
    """Control totals: levels that differ from the published headcount, then all levels of each cycle."""
    names = ("cycle", "organization", "level", "stored_headcount", "published_headcount", "difference")
    table = _table(wording, wording("control_totals"), *names)
    totals = [total for outcome in outcomes for total in outcome.totals]
    for total in totals:
        if total.difference or (total.published is None and total.stored):
            table.add_row(total.cycle, total.organization, total.level, *_compared(total, wording))
    for cycle in sorted({total.cycle for total in totals}):
        of_cycle = [total for total in totals if total.cycle == cycle]
        published = [total.published for total in of_cycle if total.published is not None]
        whole = ControlTotal(
            cycle, "", "", sum(total.stored for total in of_cycle), sum(published) if published else None
        )
        table.add_row(cycle, "", wording("all_levels"), *_compared(whole, wording))
    return table


def as_records(outcomes: Sequence[Outcome], wording: Wording) -> dict[str, Any]:
    """Everything as JSON can hold it: files with their findings, and control totals of every level."""
    return {
        "files": [
            {
                "file": outcome.findings.source,
                "kind": outcome.kind,
                "cycle": outcome.submission.cycle,
                "organization": outcome.submission.organization,
                "status": outcome.receipt.status if outcome.receipt else "refused",
                "changes": _changes(outcome),
                "account": asdict(outcome.findings.account),
                "findings": outcome.findings.described(
                    wording.rulebook, codebook=wording.codebook, language=wording.language
                ),
            }
            for outcome in outcomes
        ],
        "control_totals": [
            {**asdict(total), "difference": total.difference} for outcome in outcomes for total in outcome.totals
        ],
    }


def refuse_taken(path: Path) -> None:
    """`BadInput` when a file is there already, or its folder is not."""
    if path.exists() or not path.parent.is_dir():
        raise BadInput(
            f"'{path.name}' cannot be written: it is there already, or its folder is not.",
            remedy="Give another name; nothing is overwritten.",
        )


def write_workbook(findings: Iterable[Findings], path: Path, wording: Wording) -> None:
    """Findings of every file as a workbook at `path`, one row a finding, ready to be sent back.

    Raises
    ------
    BadInput
        The file is there already, or its folder is not.
    """
    refuse_taken(path)
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        sheet = workbook.add_worksheet(wording("findings"))
        bold, wrapped = workbook.add_format({"bold": True}), workbook.add_format({"text_wrap": True, "valign": "top"})
        sheet.freeze_panes(1, 0)
        for place, (name, width) in enumerate(zip(_WORKBOOK_COLUMNS, (34, 14, 24, 40, 10, 34, 60, 60), strict=True)):
            sheet.set_column(place, place, width, wrapped)
            sheet.write_string(0, place, wording(name), bold)
        said = [{"file": one.source, **_said(entry, wording)} for one in findings for entry in one.entries]
        for at, row in enumerate(said, start=1):
            for place, name in enumerate(_WORKBOOK_COLUMNS):
                sheet.write_string(at, place, row[name])


def status_in_words(outcome: Outcome, wording: Wording) -> str:
    """`stored`, `already stored`, `new version (+1 −0 ~2)` or `not stored`, in the report's language."""
    if outcome.receipt is None:
        return wording("refused")
    return wording(outcome.receipt.status, **_changes(outcome))


def _changes(outcome: Outcome) -> dict[str, int]:
    receipt = outcome.receipt
    return {name: getattr(receipt, name) if receipt else 0 for name in ("added", "removed", "changed")}


def _said(finding: Finding, wording: Wording) -> dict[str, str]:
    rule, language = wording.rulebook[finding.rule], wording.language
    what = rule.text("what", language)
    return {
        "severity": wording(finding.severity),
        "rule": finding.rule,
        "column": where(finding, wording.rulebook, codebook=wording.codebook, language=language),
        "count": str(finding.count),
        "rows": rows_in_words(finding, wording.rulebook, language),
        "what": f"({wording('unknown')}) {what}" if finding.verdict == "unknown" else what,
        "todo": rule.text("todo", language),
    }


def _compared(total: ControlTotal, wording: Wording) -> tuple[str, str, str]:
    if total.published is None or total.difference is None:
        return str(total.stored), wording("no_headcount"), ""
    return str(total.stored), str(total.published), f"{total.difference:+d}" if total.difference else "0"


def _table(wording: Wording, title: str, *names: str) -> Table:
    table = Table(title=title or None, title_justify="left", title_style="bold")
    for name in names:
        numeric = name in (
            "count",
            "people",
            "errors",
            "warnings",
            "stored_headcount",
            "published_headcount",
            "difference",
        )
        table.add_column(wording(name), justify="right" if numeric else "left", overflow="fold")
    return table
