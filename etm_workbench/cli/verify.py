"""`etm verify`: re-checks a pack."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="The checks, as JSON.")
def verify(*, folder: Path, as_json: bool) -> None:
    """Re-check a pack: files as made, numbers as released, both languages equal.

    Ends with code 0 only when every check holds.

    Example: etm verify out/demo/pack
    """
    from etm_workbench.reporting.verify import verify_pack

    checks = verify_pack(folder)
    if as_json:
        click.echo(json.dumps([asdict(check) for check in checks], ensure_ascii=False, indent=2))
    else:
        table = Table("Check", "Holds", "Where not")
        for check in checks:
            table.add_row(check.what, "yes" if check.holds else "[bold red]no[/bold red]", check.detail)
        Console().print(table)
    if not all(check.holds for check in checks):
        sys.exit(1)
