"""`etm protect`: protects one table of counts in CSV, for analysts who only want this part."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from etm_workbench.errors import BadInput

if TYPE_CHECKING:
    from etm_workbench.protection.dial import Setting


@click.command()
@click.argument("table", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--policy", "audience", required=True, help="The audience whose policy holds, such as service.")
@click.option("--value", default="count", show_default=True, help="The column of counts.")
@click.option(
    "--sensitive", multiple=True, help="A sensitive column; may be repeated. The last dimension if not given."
)
@click.option("--out", type=click.Path(path_type=Path), help="Where to write; standard output when not given.")
@click.option(
    "--explain", type=click.Path(path_type=Path), help="Write why each hidden cell is hidden, in both languages (CSV)."
)
@click.option("--whole-reason", is_flag=True, help="Explain for you who hold the counts: never give that file away.")
@click.option("--dial", "thresholds", help="Only say what other thresholds would hide, such as 5,10,20.")
@click.option("--json", "as_json", is_flag=True, help="The dial as JSON.")
def protect(
    *,
    table: Path,
    audience: str,
    value: str,
    sensitive: tuple[str, ...],
    out: Path | None,
    explain: Path | None,
    whole_reason: bool,
    thresholds: str | None,
    as_json: bool,
) -> None:
    """Protect a table of counts: inner cells in, with margins and hidden cells out.

    \b
    Example: etm protect counts.csv --policy service --sensitive placement
    Example: etm protect counts.csv --policy service --out protected.csv --explain why.csv
    Example: etm protect counts.csv --policy service --dial 5,10,20
    """
    from etm_workbench.reporting.csv_tables import read_counts

    for path in (out, explain):
        if path is not None and path.exists():
            raise BadInput(f"'{path.name}' exists already.", remedy="Name another file.")
    counts = read_counts(table, audience=audience, value=value, sensitive=sensitive)
    if thresholds is not None:
        _show_dial(counts.dial("judgement", _numbers(thresholds)), as_json=as_json)
        return
    made = counts.protect()
    if explain is not None:
        explain.write_text(counts.reasons(made, inside=whole_reason), encoding="utf-8")
    text = counts.as_csv(made)
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")


def _numbers(text: str) -> list[int]:
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and int(part) > 0 for part in parts):
        raise BadInput(
            f"'{text}' is not a list of thresholds.",
            expected="Whole numbers of people from 1, with commas.",
            remedy="Write --dial 5,10,20.",
        )
    return [int(part) for part in parts]


def _show_dial(settings: Sequence[Setting], *, as_json: bool) -> None:
    lines = [_line(setting) for setting in settings]
    if as_json:
        click.echo(json.dumps([asdict(setting) for setting in settings], indent=2))
        return
    table = Table(*lines[0])
    for line in lines:
        table.add_row(*map(str, line.values()))
    Console().print(table)


def _line(setting: Setting) -> dict[str, Any]:
    return {
        "Threshold": setting.label,
        "Can be released": "yes" if setting.is_safe else "no",
        "Cells": sum(setting.cells.values()),
        "Hidden": sum(setting.hidden.values()),
        "People in them": sum(setting.people.values()),
        "Newly hidden": sum(setting.newly_hidden.values()),
        "Newly shown": sum(setting.newly_shown.values()),
    }
