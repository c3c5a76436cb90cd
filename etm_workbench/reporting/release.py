"""Releases through the ledger.

Asked for twice, the same release comes back; every other one is protected together with the earlier ones
that its readers may combine, and recorded.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from etm_workbench.bundle import Bundle
from etm_workbench.errors import BadInput, CannotProtect, nearest
from etm_workbench.protection.facts import write_facts
from etm_workbench.protection.memory import EarlierRelease, Memory
from etm_workbench.protection.policy import Coalition, Policy, coalitions
from etm_workbench.protection.protect import Release, protect, protect_release
from etm_workbench.protection.request import request_hash
from etm_workbench.protection.scope import ReleaseScope
from etm_workbench.sensitive import SensitiveTable
from etm_workbench.store import LedgerEntry, LedgerMoved, Store

# What the readers of a set of audiences hold under a policy, with the hashes of the entries it is made of: entries
# are only ever added, so a process that makes one release after another reads each entry once.
_MEMORIES: dict[tuple[tuple[str, ...], str], tuple[tuple[str, ...], Memory]] = {}


def release(
    store: Store,
    tables: Mapping[str, SensitiveTable],
    *,
    policy: Policy,
    scope: ReleaseScope,
    recorded_on: datetime,
    or_without: Sequence[str] = (),
) -> Bundle:
    """The protected tables of a release, recorded in the store's ledger where the policy remembers.

    Parameters
    ----------
    store : Store
        Holds the ledger.
    tables : mapping of str to SensitiveTable
        Everything that leaves together.
    policy : Policy
        Of the audience.
    scope : ReleaseScope
        Whose records.
    recorded_on : datetime
        The moment, with time zone, for the ledger.
    or_without : sequence of str
        Tables that may be left out, the first of them first, where no safe form of all exists.

    Raises
    ------
    BadInput
        `or_without` names a table that is not asked for, or all of them.
    CannotProtect
        No safe form exists, alone or beside what was released before.
    LedgerMoved
        Other releases were recorded each time this one was being protected: ask again.
    """
    _check_spare(or_without, tables)
    if not policy.remembers:
        return _protected(tables, policy, scope, [Memory.empty()], or_without).bundle
    once = partial(
        _release_once,
        store,
        tables,
        policy=policy,
        scope=scope,
        request=request_hash(tables, policy, scope),
        recorded_on=recorded_on,
        or_without=or_without,
    )
    try:
        return once()
    except LedgerMoved:
        # Another release was recorded meanwhile; this one is protected once more, against that one too.
        return once()


def rehearse(store: Store, tables: Mapping[str, SensitiveTable], *, policy: Policy, scope: ReleaseScope) -> Bundle:
    """What a release would be beside the earlier ones; nothing is recorded, so nothing of it may leave.

    Parameters and errors are those of `release`, `LedgerMoved` apart. For whoever holds the records and is
    still deciding what to ask: the release itself may come out otherwise if others are recorded first.
    """
    if not policy.remembers:
        return protect(tables, policy, scope)
    if made := recorded(store, tables, policy=policy, scope=scope):
        return made
    entries = store.read_releases(*_watched(policy))
    memories = [_memory(one, entries) for one in _needed(coalitions(policy), entries)]
    return protect_release(tables, policy, scope, memories=memories).bundle


def recorded(
    store: Store, tables: Mapping[str, SensitiveTable], *, policy: Policy, scope: ReleaseScope
) -> Bundle | None:
    """The release that the ledger holds for just this request; None when it was never made."""
    return _made(store.read_releases(policy.audience), request_hash(tables, policy, scope), policy)


def bundle_of(entry: LedgerEntry) -> Bundle:
    """The tables of a recorded release, as they left."""
    made = Bundle.from_payload(json.loads(zlib.decompress(_parts(entry.payload)[0])))
    return replace(made, manifest=replace(made.manifest, ledger_entry=entry.number))


def earlier_release(entry: LedgerEntry) -> EarlierRelease:
    """What a recorded release lets its readers deduce."""
    combined = frozenset(entry.meta.get("combined", ()))
    return EarlierRelease(entry.number, entry.audience, combined, _parts(entry.payload)[1])


def _release_once(
    store: Store,
    tables: Mapping[str, SensitiveTable],
    *,
    policy: Policy,
    scope: ReleaseScope,
    request: str,
    recorded_on: datetime,
    or_without: Sequence[str],
) -> Bundle:
    readers = coalitions(policy)
    watching = _watched(policy)
    head = store.release_head(*watching)
    entries = store.read_releases(*watching)
    if again := _made(entries, request, policy, or_without):
        return again
    memories = [_memory(one, entries) for one in _needed(readers, entries)]
    made = _protected(tables, policy, scope, memories, or_without)
    recorded = store.append_release(
        policy.audience,
        _joined(
            zlib.compress(json.dumps(made.bundle.to_payload(), ensure_ascii=False).encode()), write_facts(made.facts)
        ),
        meta={
            "policy": policy.identifier,
            "bundle": made.bundle.identifier,
            "recorded_on": recorded_on,
            "request": request,
            "tables": list(made.bundle),
            "left_out": [name for name in tables if name not in made.bundle],
            "combined": list(readers[0].audiences),
        },
        expected_head=head,
        watching=watching,
    )
    return replace(made.bundle, manifest=replace(made.bundle.manifest, ledger_entry=recorded.number))


def _protected(
    tables: Mapping[str, SensitiveTable],
    policy: Policy,
    scope: ReleaseScope,
    memories: Sequence[Memory],
    or_without: Sequence[str],
) -> Release:
    """All tables or, where no safe form of all exists, those that are left without the first of some."""
    for left_out in (or_without[:number] for number in range(len(or_without))):
        try:
            return protect_release(_without(tables, left_out), policy, scope, memories=memories, advises=False)
        except CannotProtect:
            continue
    return protect_release(_without(tables, or_without), policy, scope, memories=memories)


def _without(tables: Mapping[str, SensitiveTable], left_out: Sequence[str]) -> dict[str, SensitiveTable]:
    return {name: table for name, table in tables.items() if name not in left_out}


def _check_spare(or_without: Sequence[str], tables: Mapping[str, SensitiveTable]) -> None:
    """That what may be left out is asked for, and is not everything."""
    for name in or_without:
        if name not in tables:
            raise BadInput(f"There is no table '{name}' to leave out.", remedy=nearest(name, tables))
    if tables and not _without(tables, or_without):
        raise BadInput("Every table may be left out.", remedy="Keep at least one table out of `or_without`.")


def _made(
    entries: Sequence[LedgerEntry], request: str, policy: Policy, or_without: Sequence[str] = ()
) -> Bundle | None:
    """The recorded release of just this request, unless it lacks more than may be left out."""
    for entry in entries:
        same = entry.audience == policy.audience and entry.meta.get("request") == request
        if same and set(entry.meta.get("left_out", ())) <= set(or_without):
            return bundle_of(entry)
    return None


def _watched(policy: Policy) -> tuple[str, ...]:
    """The audiences whose releases readers may hold beside one of this policy."""
    return tuple(sorted({audience for one in coalitions(policy) for audience in one.audiences}))


def _needed(readers: tuple[Coalition, ...], entries: list[LedgerEntry]) -> list[Coalition]:
    """The audience's own readers, and others who hold releases beyond theirs."""
    released = {entry.audience for entry in entries}
    own = frozenset(readers[0].audiences) & released
    return [readers[0], *(one for one in readers[1:] if not frozenset(one.audiences) & released <= own)]


def _memory(readers: Coalition, entries: list[LedgerEntry]) -> Memory:
    """What these readers hold."""
    place = (readers.audiences, readers.policy.content_hash)
    mine = [entry for entry in entries if entry.audience in readers.audiences]
    hashes, memory = _MEMORIES.get(place, ((), Memory.empty(readers.audiences)))
    if hashes != tuple(entry.hash for entry in mine[: len(hashes)]):
        hashes, memory = (), Memory.empty(readers.audiences)
    fresh = [earlier_release(entry) for entry in mine[len(hashes) :]]
    memory = memory.with_releases(fresh, readers.policy)
    _MEMORIES[place] = (tuple(entry.hash for entry in mine), memory)
    return memory


def _joined(bundle: bytes, facts: bytes) -> bytes:
    return len(bundle).to_bytes(8, "little") + bundle + facts


def _parts(payload: bytes) -> tuple[bytes, bytes]:
    length = int.from_bytes(payload[:8], "little")
    if not 0 < length <= len(payload) - 8:
        raise BadInput(
            "An entry of the release ledger cannot be read.", remedy="Check the ledger with `etm ledger audit`."
        )
    return payload[8 : 8 + length], payload[8 + length :]
