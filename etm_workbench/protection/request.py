"""What makes two requests for a release the same one: rules, records, tables, and every number in them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict

from etm_workbench.protection.policy import Policy
from etm_workbench.protection.scope import ReleaseScope
from etm_workbench.sensitive import SensitiveTable, open_evidence


def request_hash(tables: Mapping[str, SensitiveTable], policy: Policy, scope: ReleaseScope) -> str:
    """SHA-256 of a request; hexadecimal. The same request is answered with the release already made of it."""
    digest = hashlib.sha256()
    digest.update(policy.content_hash.encode())
    digest.update(json.dumps(asdict(scope), sort_keys=True).encode())
    for name, table in tables.items():
        shape = [[d.variable, d.sensitivity, [[n.code, n.parent] for n in d.nodes]] for d in table.dimensions]
        described = [name, table.sensitivity, asdict(table.population), shape, list(table.notes)]
        digest.update(json.dumps(described, sort_keys=True, ensure_ascii=False).encode())
        digest.update(open_evidence(table).counts.tobytes())
        for figure in table.figures:
            digest.update(f"{figure.name}|{figure.kind}".encode())
            digest.update(figure.values.tobytes())
    return digest.hexdigest()
