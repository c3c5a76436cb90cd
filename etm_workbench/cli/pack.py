"""`etm pack`: Cluster Review briefing packs."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from etm_workbench import settings
from etm_workbench.cli.report import show_files
from etm_workbench.codebook import LANGUAGES, Language
from etm_workbench.presentation.document import Document
from etm_workbench.reporting.named_list import named_list, write_named_list
from etm_workbench.store import Store

# Names never lie among the aggregate pack's files.
NAMES_FOLDER = "names-protected-b"


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
@click.option("--names", is_flag=True, help="Also the named list of EX-03 and above, in a folder of its own.")
@click.option("--reader", default="", help="Who will read the names, as in the access list.")
@click.option("--purpose", default="", help="What the names are for; goes to the access log and onto every page.")
@click.option("--json", "as_json", is_flag=True, help="The files made, as JSON.")
def cluster_command(
    *,
    cluster: str,
    cycle: str,
    languages: tuple[Language, ...],
    formats: str,
    out: Path,
    store_url: str | None,
    names: bool,
    reader: str,
    purpose: str,
    as_json: bool,
) -> None:
    """Make the briefing pack of a Cluster Review.

    Example: etm pack cluster central --cycle 2025-26 --out out/central
    """
    from etm_workbench.reporting.pack import cluster_pack

    url = settings.store_url(store_url)
    listed = _named(cluster, cycle, url=url, reader=reader, purpose=purpose) if names else None

    with Console(stderr=True).status(f"Making the pack of {cluster}"):
        made = cluster_pack(
            cluster,
            cycle=cycle,
            out=out,
            languages=languages or LANGUAGES,
            formats=tuple(part.strip() for part in formats.split(",") if part.strip()),
            store=url,
        )
    files = made.files
    if listed is not None:
        files += write_named_list(
            listed, out / NAMES_FOLDER, stem=f"named_list_{cycle}_{cluster}", languages=languages or LANGUAGES
        )
    show_files(files, as_json=as_json)


def _named(cluster: str, cycle: str, *, url: str, reader: str, purpose: str) -> Document:
    """The list of names, before anything else is made: a refusal must come first."""
    with Store.open(url) as store:
        return named_list(store, cluster, cycle=cycle, reader=reader, purpose=purpose)
