"""`etm benchmarks`: the service comparators that organizations may hold, built by OCHRO, imported by delegates."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console

from etm_workbench.cli.delivery import reads_store


@click.group()
def benchmarks() -> None:
    """Service comparators: build the bundle, or import it.

    Example: etm benchmarks import benchmarks_2025-26.json
    """


@benchmarks.command("build")
@click.option("--cycle", required=True, help="The cycle, such as 2025-26.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The bundle's file, ending in .json.")
@reads_store
@click.option("--json", "as_json", is_flag=True, help="The bundle's hash and place, as JSON.")
def build(*, cycle: str, out: Path, store_url: str | None, as_json: bool) -> None:
    """Release the service's numbers of a cycle to every delegate, as one file.

    Do this before the cycle's reviews: once a review has been released there may be no safe form of them any more.

    Example: etm benchmarks build --cycle 2025-26 --out benchmarks_2025-26.json
    """
    from etm_workbench.reporting.comparators import release_benchmarks

    with Console(stderr=True).status(f"Releasing the benchmarks of {cycle}"):
        bundle = release_benchmarks(cycle, store=store_url)
    bundle.write(out)
    if as_json:
        click.echo(json.dumps({"file": str(out), "identifier": bundle.identifier}, indent=2))
    else:
        click.echo(out)


@benchmarks.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def import_(*, file: Path) -> None:
    """Put released benchmarks beside the store, so that profiles compare with the service.

    Example: etm benchmarks import benchmarks_2025-26.json
    """
    from etm_workbench.reporting.benchmarks import import_benchmarks

    click.echo(import_benchmarks(file))
