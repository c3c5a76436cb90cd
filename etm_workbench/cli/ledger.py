"""`etm ledger`: what was released to whom, and whether the record still holds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from etm_workbench import settings
from etm_workbench.cli.delivery import reads_store
from etm_workbench.errors import BadInput, UnprotectedOutput
from etm_workbench.store import LedgerEntry, Store

if TYPE_CHECKING:
    from etm_workbench.reporting.approval import Approval

_JSON = click.option("--json", "as_json", is_flag=True, help="As JSON.")


@click.group()
def ledger() -> None:
    """The release ledger.

    Example: etm ledger list --store store.sqlite
    """


@ledger.command("list")
@click.option("--audience", help="Releases to this audience only.")
@reads_store
@_JSON
def list_command(*, audience: str | None, store_url: str | None, as_json: bool) -> None:
    """List the releases in order.

    Example: etm ledger list --audience service
    """
    from etm_workbench.reporting.approval import approvals, releases

    with Store.open(settings.store_url(store_url)) as store:
        entries = store.read_releases()
    approved = approvals(entries)
    lines = [
        _line(entry, approved.get(entry.number)) for entry in releases(entries) if audience in (None, entry.audience)
    ]
    if as_json:
        click.echo(json.dumps(lines))
        return
    if not lines:
        click.echo("Nothing was released yet. / Rien n’a encore été diffusé.", err=True)
    for line in lines:
        by = f"  approved by {line['approved_by']}" if line["approved_by"] else ""
        tables = ", ".join(line["tables"])
        click.echo(f"{line['number']:>5}  {line['recorded_on'][:16]}  {line['policy']}  {tables}{by}")


@ledger.command("show")
@click.argument("number", type=int)
@reads_store
@_JSON
def show_command(*, number: int, store_url: str | None, as_json: bool) -> None:
    """Show one release: its tables, what was hidden, and who approved that it leaves.

    Example: etm ledger show 3
    """
    from etm_workbench.reporting.approval import approvals, releases
    from etm_workbench.reporting.release import bundle_of

    with Store.open(settings.store_url(store_url)) as store:
        entries = store.read_releases()
    found = [entry for entry in releases(entries) if entry.number == number]
    if not found:
        raise BadInput(f"The ledger has no release {number}.", remedy="`etm ledger list` shows all.")
    shown = {**_line(found[0], approvals(entries).get(number)), "proof": bundle_of(found[0]).manifest.proof}
    if as_json:
        click.echo(json.dumps(shown))
        return
    for name, value in shown.items():
        click.echo(f"{name}: {value}")


@ledger.command("audit")
@reads_store
@_JSON
def audit_command(*, store_url: str | None, as_json: bool) -> None:
    """Check that no entry of the ledger was changed, removed or slipped in.

    Example: etm ledger audit
    """
    from etm_workbench.reporting.approval import approvals

    with Store.open(settings.store_url(store_url)) as store:
        broken, entries = store.broken_releases(), store.read_releases()
    approved, count = len(approvals(entries)), len(entries)
    if as_json:
        click.echo(json.dumps({"releases": count - approved, "approvals": approved, "broken": list(broken)}))
    if broken:
        numbers = ", ".join(map(str, broken[:20]))
        raise UnprotectedOutput(
            f"{len(broken)} of {count} ledger entries do not follow the ones before: {numbers}.",
            remedy="Release nothing more; restore the store from its copy.",
        )
    if not as_json:
        click.echo(f"{count - approved} releases, {approved} approvals; the chain holds.")


def _line(entry: LedgerEntry, approval: Approval | None) -> dict[str, Any]:
    return {
        "number": entry.number,
        "audience": entry.audience,
        "policy": entry.policy,
        "recorded_on": entry.recorded_on.isoformat(),
        "tables": list(entry.meta.get("tables", ())),
        "left_out": list(entry.meta.get("left_out", ())),
        "bundle": entry.bundle,
        "hash": entry.hash,
        "approved_by": approval.approved_by if approval else None,
        "approved_on": approval.approved_on.isoformat() if approval else None,
    }
