"""`etm pack`: Cluster Review briefing packs."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from etm_workbench import settings
from etm_workbench.cli.report import show_files
from etm_workbench.codebook import LANGUAGES, Language


@click.group()
def pack() -> None:
    """Briefing packs.

    Example: etm pack cluster central --cycle 2025-26 --out out/central
    """


@pack.command("cluster")
@click.argument("cluster")
@click.option("--cycle", required=True, help="The cycle, such as 2025-26.")
@click.option("--lang", "languages", multiple=True, type=click.Choice(LANGUAGES), help="May be repeated; both.")
@click.option("--format", "formats", default="html,pdf", show_default=True, help="Endings, parted by commas.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The pack's own folder.")
@click.option("--store", "store_url", help="The store; ETM_STORE, or a file of yours, when not given.")
@click.option("--json", "as_json", is_flag=True, help="The files made, as JSON.")
def cluster_command(
    *,
    cluster: str,
    cycle: str,
    languages: tuple[Language, ...],
    formats: str,
    out: Path,
    store_url: str | None,
    as_json: bool,
) -> None:
    """Make the briefing pack of a Cluster Review.

    Example: etm pack cluster central --cycle 2025-26 --out out/central
    """
    from etm_workbench.reporting.pack import cluster_pack

    with Console(stderr=True).status(f"Making the pack of {cluster}"):
        made = cluster_pack(
            cluster,
            cycle=cycle,
            out=out,
            languages=languages or LANGUAGES,
            formats=tuple(part.strip() for part in formats.split(",") if part.strip()),
            store=settings.store_url(store_url),
        )
    show_files(made.files, as_json=as_json)
