"""`etm serve`: the dashboards, for oneself or behind a proxy."""

from __future__ import annotations

from pathlib import Path

import click

from etm_workbench import settings
from etm_workbench.cli.delivery import reads_store
from etm_workbench.errors import BadInput


@click.command()
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8866, show_default=True, help="The port, on this machine only."
)
@reads_store
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@click.option("--behind-proxy", "header", metavar="HEADER", help="The header in which your proxy says who somebody is.")
@click.option("--host", "hosts", multiple=True, help="A name by which browsers know the server.")
@click.option(
    "--config", "file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A server's file instead."
)
def serve(
    *, port: int, store_url: str | None, no_browser: bool, header: str | None, hosts: tuple[str, ...], file: Path | None
) -> None:
    """Serve the dashboards: to yourself, or behind a proxy that knows who people are.

    Example: etm serve --store out/demo/service.sqlite
    """
    from etm_workbench.reporting.serving import Place, read_place, serve

    store = settings.store_url(store_url)
    if file and (header or hosts):
        raise BadInput("Both a server's file and parts of it were given.", remedy="Give one of the two.")
    if file:
        place = read_place(file, store=store)
    elif header:
        place = Place(store, "proxy", header=header, port=port, hosts=hosts)
    else:
        place = Place(store, port=port, hosts=hosts, open_browser=not no_browser, secure=False)
    serve(place, say=lambda words: click.echo(words, err=True))
