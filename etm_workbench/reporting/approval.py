"""The last step before tables leave: somebody approves a recorded release, after it was attacked once more.

Protecting records a release in the ledger; approving says that it may leave, by whose word and when. An
approval is an entry of the same chain as the releases, so that it can neither be changed nor removed unseen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from etm_workbench.bundle import Bundle
from etm_workbench.errors import BadInput, CannotProtect, UnprotectedOutput
from etm_workbench.protection.memory import Memory
from etm_workbench.protection.policy import Policy, coalitions, load_policy
from etm_workbench.protection.recheck import given_away, narrowed
from etm_workbench.reporting.release import bundle_of, earlier_release
from etm_workbench.store import LedgerEntry, Store

_MARK = "approval:"  # before the audience, so that no release is ever protected against an approval


@dataclass(frozen=True, slots=True)
class Approval:
    """That a release may leave.

    `number`: of the approval in the ledger. `release`: of the release. `approved_by`: as given, at least a
    name. `approved_on`: with time zone. `bundle`: identifier of the tables. `hash`: of the ledger's entry.
    """

    number: int
    release: int
    audience: str
    approved_by: str
    approved_on: datetime
    bundle: str
    hash: str


def approve(
    store: Store, place: Path, *, audience: str, approved_by: str, on: datetime, seconds: float
) -> tuple[Approval, ...]:
    """Approves the release, or releases, whose bundles lie at a place: all of them or none.

    Parameters
    ----------
    store : Store
        Whose ledger recorded them.
    place : Path
        A bundle's file, or a folder with bundles in it, such as a report's.
    audience : str
        Who may read them.
    approved_by : str
        The name of the person who answers for it.
    on : datetime
        With time zone.
    seconds : float
        For each attack.

    Raises
    ------
    BadInput
        A bundle was changed, is for another audience, was not recorded here, was made under other rules, or
        was approved before.
    CannotProtect
        Hidden cells can be worked out, from its tables or beside other releases.
    UnprotectedOutput
        The ledger itself was changed.
    """
    if not approved_by.strip():
        raise BadInput("A release was approved by nobody.", remedy="Name who answers for it: --approved-by.")
    policy = load_policy(audience)
    if broken := store.broken_releases():
        raise UnprotectedOutput(
            f"{len(broken)} entries of the ledger were changed or removed.",
            remedy="Release nothing; restore the store from its copy.",
        )
    recorded = [_recorded(store, bundle, policy) for bundle in find_bundles(place)]
    _hold_to_attack(store, recorded, policy, seconds)
    return tuple(_record(store, entry, policy, approved_by.strip(), on) for entry in recorded)


def find_bundles(place: Path) -> tuple[Bundle, ...]:
    """The bundles at a place, each once, in order of their files' names.

    Raises
    ------
    BadInput
        There is none, or one was changed after it was made.
    """
    paths = sorted(place.rglob("*bundle.json")) if place.is_dir() else [place]
    found = {bundle.identifier: bundle for bundle in map(Bundle.read, paths)}
    if not found:
        raise BadInput(
            f"'{place.name}' holds no bundle.",
            expected="A file that ends in bundle.json, as reports and `etm benchmarks build` write them.",
        )
    return tuple(found.values())


def approvals(entries: Iterable[LedgerEntry]) -> dict[int, Approval]:
    """The approvals among a ledger's entries, by the number of the release."""
    made = (_approval(entry) for entry in entries if entry.audience.startswith(_MARK))
    return {one.release: one for one in made}


def releases(entries: Iterable[LedgerEntry]) -> list[LedgerEntry]:
    """The releases among a ledger's entries."""
    return [entry for entry in entries if not entry.audience.startswith(_MARK)]


def _recorded(store: Store, bundle: Bundle, policy: Policy) -> LedgerEntry:
    """The ledger's entry of a bundle, once everything about it is as it should be."""
    manifest = bundle.manifest
    if manifest.audience != policy.audience:
        raise BadInput(
            f"The bundle was made for '{manifest.audience}', not for '{policy.audience}'.",
            expected="A bundle is released to the audience whose policy protected it.",
            remedy=f"Protect the tables again in a session with audience='{policy.audience}'.",
        )
    entry = next((e for e in store.read_releases(policy.audience) if e.bundle == bundle.identifier), None)
    if entry is None or bundle_of(entry).to_payload()["tables"] != bundle.to_payload()["tables"]:
        raise BadInput(
            f"The bundle '{bundle.identifier[:12]}' is not in this store's ledger.",
            expected="wb.protect records what it protects in the store that it was opened with.",
            remedy="Name that store with --store; if the bundle was changed, make it again.",
        )
    if manifest.policy_hash != policy.content_hash:
        raise BadInput(
            f"The bundle was protected under {manifest.policy} as it stood then; the policy was changed since.",
            remedy="Protect the tables again.",
        )
    if known := approvals(store.read_releases(_MARK + policy.audience)).get(entry.number):
        raise BadInput(
            f"Release {entry.number} was approved before, by {known.approved_by} on {known.approved_on.date()}.",
            remedy="Nothing is left to do; `etm ledger show` has the record.",
        )
    return entry


def _hold_to_attack(store: Store, recorded: Sequence[LedgerEntry], policy: Policy, seconds: float) -> None:
    for entry in recorded:
        if cells := given_away(bundle_of(entry), seconds=seconds):
            raise CannotProtect(
                f"{cells} hidden cells of release {entry.number} follow from its own tables.",
                remedy="Do not let it leave; protect the tables again and report this as a fault.",
            )
    for readers in coalitions(policy):
        held = [earlier_release(entry) for entry in store.read_releases(*readers.audiences)]
        memory = Memory.empty(readers.audiences).with_releases(held, readers.policy)
        cells, numbers = narrowed(memory, readers.policy, seconds=seconds)
        if cells:
            listed, beside = ", ".join(map(str, numbers[:5])), " and ".join(readers.audiences)
            raise CannotProtect(
                f"Beside the other releases to {beside}, {cells} hidden cells are narrowed or could "
                f"not be shown safe in {seconds:g} seconds; they were first held by release {listed}.",
                expected="All releases that the same people read are safe together.",
                remedy="Do not let it leave. Give more --seconds; if that does not help, protect the tables again.",
            )


def _record(store: Store, entry: LedgerEntry, policy: Policy, approved_by: str, on: datetime) -> Approval:
    audience = _MARK + policy.audience
    meta: dict[str, Any] = {
        "policy": policy.identifier,
        "bundle": entry.bundle,
        "recorded_on": on,
        "release": entry.number,
        "release_hash": entry.hash,
        "approved_by": approved_by,
    }
    return _approval(store.append_release(audience, b"", meta=meta, expected_head=store.release_head(audience)))


def _approval(entry: LedgerEntry) -> Approval:
    return Approval(
        number=entry.number,
        release=int(entry.meta["release"]),
        audience=entry.audience.removeprefix(_MARK),
        approved_by=str(entry.meta["approved_by"]),
        approved_on=entry.recorded_on,
        bundle=entry.bundle,
        hash=entry.hash,
    )
