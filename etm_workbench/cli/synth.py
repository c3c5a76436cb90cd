"""`etm synth`: the files of a fictional service, as delegates would get them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from etm_workbench.codebook import find_organization, load_codebook
from etm_workbench.errors import BadInput
from etm_workbench.synthetic import FictionalService, make_service, write_files


@click.command()
@click.option("--cycles", required=True, help="Cycles, parted by commas: 2023-24,2024-25,2025-26.")
@click.option("--out", "folder", required=True, type=click.Path(path_type=Path), help="The folder to write to.")
@click.option("--organizations", help="Identifiers, parted by commas; all when not given.")
@click.option("--seed", type=click.IntRange(min=0), default=2026, show_default=True, help="Same seed, same files.")
@click.option("--force", is_flag=True, help="Write into a folder that is not empty.")
@click.option("--json", "as_json", is_flag=True, help="What was made, as JSON.")
def synth(*, cycles: str, folder: Path, organizations: str | None, seed: int, force: bool, as_json: bool) -> None:
    """Write the questionnaire files, account registers and equity files of a fictional service.

    Its counts by organization and level are the published ones; its people do not exist.

    \b
    Example: etm synth --cycles 2024-25,2025-26 --out out/synth --organizations 128,126
    """
    if folder.exists() and not folder.is_dir():
        raise BadInput(f"'{folder}' is a file.", remedy="Name a folder.")
    if not force and folder.is_dir() and any(folder.iterdir()):
        raise BadInput(f"The folder '{folder}' is not empty.", remedy="Name another one, or add --force.")
    talk = Console(stderr=True)
    with talk.status("Making the fictional service"):
        service = make_service(_parts(cycles), seed=seed, organizations=_identifiers(organizations))
    columns = (TextColumn("Writing files"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=talk) as progress:
        task = progress.add_task("write", total=None)
        paths = write_files(
            service, folder, progress=lambda done, all_: progress.update(task, completed=done, total=all_)
        )
    made = _made(service, paths, folder)
    if as_json:
        click.echo(json.dumps(made, ensure_ascii=False, indent=2))
    else:
        _show(made)


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _identifiers(organizations: str | None) -> tuple[str, ...] | None:
    if organizations is None:
        return None
    known = dict(load_codebook().organizations)
    return tuple(find_organization(known, name).identifier for name in _parts(organizations))


def _made(service: FictionalService, paths: list[Path], folder: Path) -> dict[str, Any]:
    return {
        "out": str(folder),
        "seed": service.seed,
        "files": len(paths),
        "cycles": [
            {
                "cycle": cycle,
                "organizations": len(service.organizations(cycle)),
                "executives": len(records),
                "also_in_the_cycle_before": service.returning(cycle),
            }
            for cycle, records in service.records.items()
        ],
    }


def _show(made: dict[str, Any]) -> None:
    table = Table("Cycle", "Organizations", "Executives", "Also in the cycle before")
    for cycle in made["cycles"]:
        before = cycle["also_in_the_cycle_before"]
        table.add_row(
            cycle["cycle"],
            str(cycle["organizations"]),
            str(cycle["executives"]),
            "–" if before is None else str(before),
        )
    console = Console()
    console.print(table)
    console.print(f"{made['files']} files of fictional people in {made['out']}; next: etm intake {made['out']}")
