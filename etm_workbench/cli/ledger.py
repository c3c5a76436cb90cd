"""`etm ledger`: what was released to whom, and whether the record still holds."""

from __future__ import annotations

import json
from typing import Any

import click

from etm_workbench import settings
from etm_workbench.errors import BadInput, UnprotectedOutput
from etm_workbench.store import LedgerEntry, Store

_STORE = click.option("--store", "store_url", help="The store; ETM_STORE, or a file of yours, when not given.")
_JSON = click.option("--json", "as_json", is_flag=True, help="As JSON.")


@click.group()
def ledger() -> None:
    """The release ledger.

    Example: etm ledger list --store store.sqlite
    """


@ledger.command("list")
@click.option("--audience", help="Releases to this audience only.")
@_STORE
@_JSON
def list_command(*, audience: str | None, store_url: str | None, as_json: bool) -> None:
    """List the releases in order.

    Example: etm ledger list --audience service
    """
    with Store.open(settings.store_url(store_url)) as store:
        lines = [_line(entry) for entry in store.read_releases(*([audience] if audience else []))]
    if as_json:
        click.echo(json.dumps(lines))
        return
    for line in lines:
        click.echo(f"{line['number']:>5}  {line['recorded_on'][:16]}  {line['policy']}  {', '.join(line['tables'])}")


@ledger.command("show")
@click.argument("number", type=int)
@_STORE
@_JSON
def show_command(*, number: int, store_url: str | None, as_json: bool) -> None:
    """Show one release: its tables and what was hidden.

    Example: etm ledger show 3
    """
    from etm_workbench.reporting.release import bundle_of

    with Store.open(settings.store_url(store_url)) as store:
        found = [entry for entry in store.read_releases() if entry.number == number]
    if not found:
        raise BadInput(f"The ledger has no release {number}.", remedy="`etm ledger list` shows all.")
    shown = {**_line(found[0]), "proof": bundle_of(found[0]).manifest.proof}
    if as_json:
        click.echo(json.dumps(shown))
        return
    for name, value in shown.items():
        click.echo(f"{name}: {value}")


@ledger.command("audit")
@_STORE
@_JSON
def audit_command(*, store_url: str | None, as_json: bool) -> None:
    """Check that no entry of the ledger was changed, removed or slipped in.

    Example: etm ledger audit
    """
    with Store.open(settings.store_url(store_url)) as store:
        broken, count = store.broken_releases(), len(store.read_releases())
    if as_json:
        click.echo(json.dumps({"releases": count, "broken": list(broken)}))
    if broken:
        numbers = ", ".join(map(str, broken[:20]))
        raise UnprotectedOutput(
            f"{len(broken)} of {count} ledger entries do not follow the ones before: {numbers}.",
            remedy="Release nothing more; restore the store from its copy.",
        )
    if not as_json:
        click.echo(f"{count} releases; the chain holds.")


def _line(entry: LedgerEntry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "audience": entry.audience,
        "policy": entry.policy,
        "recorded_on": entry.recorded_on.isoformat(),
        "tables": list(entry.meta.get("tables", ())),
        "bundle": entry.bundle,
        "hash": entry.hash,
    }
