"""`etm audit`: what an intruder can work out of tables that are already published."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from math import isfinite
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from etm_workbench.cli.audit_texts import say
from etm_workbench.codebook import Language
from etm_workbench.errors import BadInput
from etm_workbench.protection.audit.tables import Audit, Finding, Note, Problem, Reason, audit_files

LISTED = 20


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--spec", required=True, type=click.Path(path_type=Path), help="What the files' columns mean (TOML).")
@click.option(
    "--intervals", type=click.Path(path_type=Path), help="Write what can be deduced of each hidden cell (CSV)."
)
@click.option("--force", is_flag=True, help="Overwrite the file of intervals.")
@click.option("--seconds", type=click.FloatRange(min=0), default=60.0, show_default=True, help="Time to search.")
@click.option("--lang", type=click.Choice(["en", "fr"]), default="en", show_default=True, help="Language of results.")
@click.option("--json", "as_json", is_flag=True, help="Results as JSON.")
def audit(
    *,
    files: tuple[Path, ...],
    spec: Path,
    intervals: Path | None,
    force: bool,
    seconds: float,
    lang: Language,
    as_json: bool,
) -> None:
    """Attack published tables: which hidden cells an intruder can work out, and how closely.

    FILES are delimited texts as they were published. The spec says what their columns mean; the guide
    'Audit published tables' teaches it. The file of intervals holds what publishers meant to hide: keep it safe.

    \b
    Example: etm audit staff_by_sex.csv staff.csv --spec audit.toml
    Example: etm audit staff_*.csv --spec audit.toml --intervals intervals.csv --json
    """
    if intervals is not None and intervals.exists() and not force:
        raise BadInput(f"The file '{intervals}' exists already.", remedy="Name another one, or add --force.")
    with Console(stderr=True).status(say("title", lang)):
        found = audit_files(files, spec, seconds=seconds)
    if intervals is not None:
        _write(found, intervals, lang)
    if as_json:
        click.echo(json.dumps(_as_record(found, lang), ensure_ascii=False, indent=2))
    else:
        _show(found, lang)


def _counts(found: Audit, table: str | None = None) -> dict[str, int]:
    within, linking = found.count(table, means="one table"), found.count(table, means="linking")
    totals = [found.count(table, margins=True, means=means) for means in ("one table", "linking")]
    return {
        "hidden": found.count(table),
        "hidden_totals": found.count(table, margins=True),
        "exact": within + linking,
        "exact_within_one_table": within,
        "exact_only_by_linking": linking,
        "exact_totals": sum(totals),
    }


def _as_record(found: Audit, lang: Language) -> dict[str, object]:
    return {
        "tables": [{"table": name, "cells": cells, **_counts(found, name)} for name, cells in found.tables],
        **_counts(found),
        "outer": sum(not finding.proved for finding in found.findings),
        "contradictions": [_contradiction(problem, lang) for problem in found.contradictions],
        "notes": [_note(note, lang) for note in found.notes],
    }


def _show(found: Audit, lang: Language) -> None:
    # Labels may hold square brackets, which are no markup.
    console = Console(markup=False) if Console().is_terminal else Console(width=160, markup=False)
    console.print(_summary_table(found, lang))
    exact = [finding for finding in found.findings if finding.means and not finding.entry.is_margin]
    if exact:
        console.print(_exact_table(exact[:LISTED], lang))
    if len(exact) > LISTED:
        console.print(say("and_more", lang, count=len(exact) - LISTED))
    counts = _counts(found)
    console.print(
        say(
            "summary",
            lang,
            exact=counts["exact"],
            hidden=counts["hidden"],
            within=counts["exact_within_one_table"],
            linking=counts["exact_only_by_linking"],
        )
    )
    if outer := sum(not finding.proved for finding in found.findings):
        console.print(say("outer", lang, count=outer))
    if found.contradictions:
        console.print(say("contradictions", lang, count=len(found.contradictions)))
        for problem in found.contradictions[:LISTED]:
            console.print(f"  {_contradiction(problem, lang)}")
        console.print(say("contradictions_mean", lang))
    if not found.findings:
        console.print(say("nothing_hidden", lang))
    for note in found.notes:
        console.print(_note(note, lang))


def _summary_table(found: Audit, lang: Language) -> Table:
    keys = ("hidden", "hidden_totals", "exact_within_one_table", "exact_only_by_linking", "exact_totals")
    table = Table(title=say("title", lang), show_footer=True)
    table.add_column(say("table", lang), footer=say("all", lang))
    table.add_column(say("cells", lang), justify="right", footer=str(sum(cells for _, cells in found.tables)))
    everything = _counts(found)
    headings = ("hidden", "hidden_totals", "within", "linking", "exact_totals")
    for key, heading in zip(keys, headings, strict=True):
        table.add_column(say(heading, lang), justify="right", footer=str(everything[key]))
    for name, cells in found.tables:
        counts = _counts(found, name)
        table.add_row(name, str(cells), *(str(counts[key]) for key in keys))
    return table


def _exact_table(exact: list[Finding], lang: Language) -> Table:
    table = Table(title=say("recoverable", lang))
    table.add_column(say("table", lang))
    table.add_column(say("line", lang), justify="right")
    table.add_column(say("group", lang))
    table.add_column(say("how", lang))
    for finding in exact:
        table.add_row(finding.table, str(finding.entry.line), _group(finding.entry.labels, lang), _how(finding, lang))
    return table


def _how(finding: Finding, lang: Language) -> str:
    return "\n".join(_reason(reason, lang) for reason in finding.reasons) or say("shown", lang)


def _reason(reason: Reason, lang: Language) -> str:
    text = say(
        "inner" if reason.is_inner else "reason",
        lang,
        table=reason.table,
        over=", ".join(reason.over),
        group=_group(reason.group, lang),
    )
    return text + (say("borrowed", lang, tables=", ".join(reason.borrowed)) if reason.borrowed else "")


def _note(note: Note, lang: Language) -> str:
    return say(note.kind, lang, dimension=note.dimension, count=note.count, label=note.label)


def _contradiction(problem: Problem, lang: Language) -> str:
    if problem.off_by is None:
        group = _group(problem.reason.group, lang)
        return say("disagree", lang, table=problem.reason.table, line=problem.line, group=group)
    return say("off_by", lang, reason=_reason(problem.reason, lang), amount=_plain(abs(problem.off_by)))


def _group(labels: Mapping[str, str], lang: Language) -> str:
    return ", ".join(f"{name} {label}" for name, label in labels.items()) or say("everybody", lang)


def _write(found: Audit, path: Path, lang: Language) -> None:
    names = list(dict.fromkeys(name for finding in found.findings for name in finding.entry.labels))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["table", "line", *names, "is_total", "lower", "upper", "interval", "recoverable", "because"])
        for finding in found.findings:
            rows.writerow(
                [
                    finding.table,
                    finding.entry.line,
                    *(finding.entry.labels.get(name, "") for name in names),
                    "yes" if finding.entry.is_margin else "no",
                    _plain(finding.lower),
                    _plain(finding.upper),
                    "proved" if finding.proved else "outer",
                    finding.means,
                    "; ".join(_reason(reason, lang) for reason in finding.reasons),
                ]
            )


def _plain(value: float) -> str:
    """A number without needless decimals; empty for no limit."""
    if not isfinite(value):
        return ""
    return f"{value:.0f}" if value == round(value) else f"{value:.6g}"
