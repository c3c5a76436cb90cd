"""`etm protect`: protects one table of counts in CSV, for analysts who only want this part."""

from __future__ import annotations

from pathlib import Path

import click

from etm_workbench.errors import BadInput


@click.command()
@click.argument("table", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--policy", "audience", required=True, help="The audience whose policy holds, such as service.")
@click.option("--value", default="count", show_default=True, help="The column of counts.")
@click.option(
    "--sensitive", multiple=True, help="A sensitive column; may be repeated. The last dimension if not given."
)
@click.option("--out", type=click.Path(path_type=Path), help="Where to write; standard output when not given.")
def protect(*, table: Path, audience: str, value: str, sensitive: tuple[str, ...], out: Path | None) -> None:
    """Protect a table of counts: inner cells in, with margins and hidden cells out.

    Example: etm protect counts.csv --policy service --sensitive placement
    """
    from etm_workbench.reporting.csv_tables import protect_csv

    if out is not None and out.exists():
        raise BadInput(f"'{out.name}' exists already.", remedy="Name another file.")
    text = protect_csv(table, audience=audience, value=value, sensitive=sensitive)
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
