"""The protected tables of one release, with what proves where they come from; on disk and back.

A dashboard or a delegate's machine reads bundles made elsewhere: the service benchmarks are one.
A bundle is one JSON file. Its identifier is the hash of its tables and manifest, so a changed byte is
a different bundle, and reading checks it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from etm_workbench.errors import BadInput, nearest
from etm_workbench.protected import ProtectedTable, claim_seal, table_from_payload


@dataclass(frozen=True, slots=True)
class Manifest:
    """Where a release comes from.

    `audience` and `policy`: who may read it, under which rules (name and hash). `data_version`: hash of
    the records' file versions. `code_version`: the workbench's. `cycles`, `organizations`: the scope
    (organizations empty for the whole service). `ledger_entry`: its number in the release ledger, or
    None before it is recorded. `proof`: what the audit found, by table (hidden cells, gap, attackers).
    """

    audience: str
    policy: str
    policy_hash: str
    data_version: str
    code_version: str
    cycles: tuple[str, ...]
    organizations: tuple[str, ...]
    ledger_entry: int | None = None
    proof: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Bundle(Mapping[str, ProtectedTable]):
    """The protected tables of one release by name."""

    tables: Mapping[str, ProtectedTable]
    manifest: Manifest

    def __getitem__(self, name: str) -> ProtectedTable:
        if name not in self.tables:
            raise BadInput(f"The release has no table '{name}'.", remedy=nearest(name, self.tables))
        return self.tables[name]

    def __contains__(self, name: object) -> bool:
        return name in self.tables

    def get(self, name: str, default: Any = None, /) -> Any:
        """A table; `default` where the release has none of that name, as when it had to be left out."""
        return self.tables.get(name, default)

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)

    def __repr__(self) -> str:
        return f"<Bundle for {self.manifest.audience}: {', '.join(self.tables)}>"

    @property
    def identifier(self) -> str:
        """SHA-256 of the tables and the manifest, ledger entry and proof apart; hexadecimal."""
        return hashlib.sha256(_canonical(self._content())).hexdigest()

    def write(self, path: Path) -> Path:
        """One JSON file, whole or not at all (written beside, then renamed)."""
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(path.name + ".part")
        beside.write_bytes(_canonical(self.to_payload()))
        beside.replace(path)
        return path

    def to_payload(self) -> dict[str, Any]:
        """The bundle as plain JSON values, with its identifier."""
        payload = self._content()
        payload["manifest"]["ledger_entry"] = self.manifest.ledger_entry
        payload["manifest"]["proof"] = self.manifest.proof
        return {**payload, "identifier": self.identifier}

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Bundle:
        """A bundle back from `to_payload`.

        Raises
        ------
        BadInput
            It is not a bundle, or its content does not match its identifier.
        """
        try:
            manifest = dict(payload["manifest"])
            for key in ("cycles", "organizations"):
                manifest[key] = tuple(manifest[key])
            tables = {t["name"]: table_from_payload(t, claim_seal()) for t in payload["tables"]}
            bundle = cls(tables, Manifest(**manifest))
            kept = payload["identifier"]
        except (KeyError, TypeError, ValueError) as problem:
            raise BadInput(
                "This is not a bundle of protected tables.", remedy="Ask its maker for it again."
            ) from problem
        if bundle.identifier != kept:
            raise BadInput(
                "A bundle was changed after it was released.",
                expected="Its content matches its identifier.",
                remedy="Ask its maker for it again.",
            )
        return bundle

    @classmethod
    def read(cls, path: Path) -> Bundle:
        """A bundle from its file.

        Raises
        ------
        BadInput
            The file is not a bundle, or its content does not match its identifier.
        """
        try:
            payload = json.loads(path.read_bytes())
        except (json.JSONDecodeError, UnicodeDecodeError) as problem:
            raise BadInput(f"'{path.name}' is not a bundle.", remedy="Ask its maker for it again.") from problem
        return cls.from_payload(payload)

    def _content(self) -> dict[str, Any]:
        manifest = asdict(self.manifest)
        del manifest["ledger_entry"], manifest["proof"]
        return {"tables": [table.to_payload() for table in self.tables.values()], "manifest": manifest}


def _canonical(payload: object) -> bytes:
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
