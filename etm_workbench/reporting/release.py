"""Releases through the ledger: asked for twice, the same release comes back; every other one is recorded."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from etm_workbench.bundle import Bundle
from etm_workbench.protection.policy import Policy
from etm_workbench.protection.protect import protect
from etm_workbench.protection.request import request_hash
from etm_workbench.protection.scope import ReleaseScope
from etm_workbench.sensitive import SensitiveTable
from etm_workbench.store import Store


def release(
    store: Store, tables: Mapping[str, SensitiveTable], *, policy: Policy, scope: ReleaseScope, recorded_on: datetime
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

    Raises
    ------
    CannotProtect
        No safe form exists, alone or beside what was released before.
    LedgerMoved
        Another release was recorded while this one was being protected: ask again.
    """
    if not policy.remembers:
        return protect(tables, policy, scope)
    request = request_hash(tables, policy, scope)
    audiences = tuple(policy.combines_with)
    head = store.release_head(*audiences)
    for entry in store.read_releases(policy.audience):
        if entry.meta.get("request") == request:
            made = Bundle.from_payload(json.loads(zlib.decompress(entry.payload))["bundle"])
            return replace(made, manifest=replace(made.manifest, ledger_entry=entry.number))
    made = protect(tables, policy, scope)
    payload = zlib.compress(json.dumps({"bundle": made.to_payload()}, ensure_ascii=False).encode())
    entry = store.append_release(
        policy.audience,
        payload,
        meta={
            "policy": policy.identifier,
            "bundle": made.identifier,
            "recorded_on": recorded_on,
            "request": request,
            "tables": list(tables),
        },
        expected_head=head,
        watching=audiences,
    )
    return replace(made, manifest=replace(made.manifest, ledger_entry=entry.number))
