"""`etm dashboards`: the released numbers of the whole service, built ahead by OCHRO, imported by delegates."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console

from etm_workbench.cli.delivery import reads_store


@click.group()
def dashboards() -> None:
    """What dashboards read of the whole service: build the release, or import it.

    Example: etm dashboards build --cycle 2025-26
    """


@dashboards.command("build")
@click.option("--cycle", required=True, help="The cycle, such as 2025-26.")
@click.option("--out", type=click.Path(path_type=Path), help="Also write the bundle to this file, to hand it out.")
@reads_store
@click.option("--json", "as_json", is_flag=True, help="The bundle's hash, place and entry in the ledger, as JSON.")
def build(*, cycle: str, out: Path | None, store_url: str | None, as_json: bool) -> None:
    """Release the numbers of all organizations that the dashboards show, and put them in place.

    Example: etm dashboards build --cycle 2025-26 --out service_2025-26.json
    """
    from etm_workbench.reporting.dashboards.service_release import AUDIENCE, keep_service, service_tables
    from etm_workbench.reporting.session import open_workbench

    with (
        Console(stderr=True).status(f"Releasing the service of {cycle}; this takes a while"),
        open_workbench(cycle, audience=AUDIENCE, store=store_url) as workbench,
    ):
        bundle = workbench.protect(service_tables(workbench))
    place = keep_service(bundle, out)
    if as_json:
        entry = bundle.manifest.ledger_entry
        click.echo(json.dumps({"file": str(place), "identifier": bundle.identifier, "ledger_entry": entry}, indent=2))
    else:
        click.echo(place)


@dashboards.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def import_(*, file: Path) -> None:
    """Put a release of the service in place, so that an organization's dashboards compare with all others.

    Example: etm dashboards import service_2025-26.json
    """
    from etm_workbench.bundle import Bundle
    from etm_workbench.reporting.dashboards.service_release import keep_service

    click.echo(keep_service(Bundle.read(file)))
