"""`etm release`: the last look at a bundle, and whose word it leaves on."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console

from etm_workbench import settings
from etm_workbench.cli.delivery import reads_store


@click.command()
@click.argument("bundle", type=click.Path(path_type=Path, exists=True))
@click.option("--audience", required=True, help="Who will read it: names a policy.")
@click.option("--approved-by", required=True, help="The name of the person who answers for the release.")
@click.option("--seconds", type=click.FloatRange(min=1), default=60.0, show_default=True, help="For each attack.")
@reads_store
@click.option("--json", "as_json", is_flag=True, help="The approvals as JSON.")
def release(
    *, bundle: Path, audience: str, approved_by: str, seconds: float, store_url: str | None, as_json: bool
) -> None:
    """Approve a bundle, or a folder's bundles: attacked once more, checked against the ledger, recorded.

    Refused when a bundle was changed, is for another audience, is not in the ledger, was approved before, or is
    unsafe by itself or beside other releases. Nothing is sent anywhere.

    Example: etm release out/report --audience service --approved-by "A. Person"
    """
    from etm_workbench.reporting.approval import approve
    from etm_workbench.store import Store

    with Console(stderr=True).status("Attacking the release"), Store.open(settings.store_url(store_url)) as store:
        made = approve(store, bundle, audience=audience, approved_by=approved_by, on=datetime.now(UTC), seconds=seconds)
    if as_json:
        records = [{**asdict(one), "approved_on": one.approved_on.isoformat()} for one in made]
        click.echo(json.dumps(records, indent=2, ensure_ascii=False))
        return
    for one in made:
        click.echo(f"Release {one.release} to {one.audience}: approved by {one.approved_by}; entry {one.number}.")
