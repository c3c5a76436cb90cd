"""`etm pack`: Cluster Review briefing packs."""

from __future__ import annotations

import click
from rich.console import Console

from etm_workbench.cli.delivery import Wanted, delivers
from etm_workbench.presentation.document import Document
from etm_workbench.reporting.named_list import named_list, write_named_list
from etm_workbench.store import Store

# Names never lie among the aggregate pack's files.
NAMES_FOLDER = "names-protected-b"

_NO_BENCHMARKS = (
    "The benchmarks of {cycle} have not been released from this store. Once this pack is, there may be no safe form "
    "of them: if organizations should compare themselves with the service, run `etm benchmarks build` first."
)


@click.group()
def pack() -> None:
    """Briefing packs.

    Example: etm pack cluster central --cycle 2025-26 --out out/central
    """


@pack.command("cluster")
@click.argument("cluster")
@click.option("--cycle", required=True, help="The cycle, such as 2025-26.")
@click.option("--names", is_flag=True, help="Also the named list of EX-03 and above, in a folder of its own.")
@click.option("--reader", default="", help="Who will read the names, as in the access list.")
@click.option("--purpose", default="", help="What the names are for; goes to the access log and onto every page.")
@delivers(out="The pack's own folder.")
def cluster_command(*, cluster: str, cycle: str, names: bool, reader: str, purpose: str, wanted: Wanted) -> None:
    """Make the briefing pack of a Cluster Review.

    Example: etm pack cluster central --cycle 2025-26 --out out/central
    """
    from etm_workbench.reporting.comparators import benchmarks_released
    from etm_workbench.reporting.pack import cluster_pack

    if not benchmarks_released(cycle, store=wanted.store):
        click.echo(_NO_BENCHMARKS.format(cycle=cycle), err=True)
    listed = _named(cluster, cycle, url=wanted.store, reader=reader, purpose=purpose) if names else None

    with Console(stderr=True).status(f"Making the pack of {cluster}"):
        made = cluster_pack(
            cluster,
            cycle=cycle,
            out=wanted.out,
            languages=wanted.languages,
            formats=wanted.formats,
            store=wanted.store,
        )
    files = made.files
    if listed is not None:
        stem = f"named_list_{cycle}_{cluster}"
        files += write_named_list(listed, wanted.out / NAMES_FOLDER, stem=stem, languages=wanted.languages)
    wanted.show(files)


def _named(cluster: str, cycle: str, *, url: str, reader: str, purpose: str) -> Document:
    """The list of names, before anything else is made: a refusal must come first."""
    with Store.open(url) as store:
        return named_list(store, cluster, cycle=cycle, reader=reader, purpose=purpose)
