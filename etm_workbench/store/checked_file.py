"""What intake hands to the store, and what the store says of it.

A file is stored as a version: the same content again changes nothing, other content makes a new
version, and the earlier one stays so that a report can be run again as of then.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Literal, get_args

import pandas as pd

from etm_workbench.errors import BadInput, nearest
from etm_workbench.store.columns import Column, encode_frame

FileKind = Literal["questionnaire", "accounts", "equity"]
FILE_KINDS: tuple[FileKind, ...] = get_args(FileKind)
Status = Literal["stored", "unchanged", "new_version"]
# Columns the store adds; a file that brings them would be overwritten.
RESERVED = ("person_key", "cycle", "organization", "in_register", "has_questionnaire")


@dataclass(frozen=True, repr=False, eq=False)
class CheckedFile:
    """One file of one kind, organization and cycle, after its checks.

    Parameters
    ----------
    kind : FileKind
        `questionnaire`, `accounts` (the account register) or `equity` (self-identification).
    cycle, organization : str
        Written `2025-26`; an organization's identifier.
    source_name, sha256, mapping_hash : str
        The file's name, the hash of its bytes, the hash of the mapping it was read with.
    records : DataFrame
        One row a person: `person_id`, then codebook variables. Codes are text, multiple answers tuples
        of codes, dates `datetime64`; missing is None, NaN or NaT. No direct identifier beside `person_id`.
    people : DataFrame
        One row a person: `person_id`, then what names them or could: `given_name`, `family_name`, `email`
        and any other identifier of the codebook, free text too. May be empty.
    findings : tuple of (rule, severity, count)
        What the checks found; counts only.
    overrides : tuple of (rule, person_id, reason)
        Errors lifted by a named decision.

    Raises
    ------
    BadInput
        The kind is unknown, a person is there twice or has no identifier, a column is reserved or holds
        values of several types, or a direct identifier stands among the records.
    """

    kind: FileKind
    cycle: str
    organization: str
    source_name: str
    sha256: str
    mapping_hash: str
    records: pd.DataFrame
    people: pd.DataFrame
    findings: tuple[tuple[str, str, int], ...] = ()
    overrides: tuple[tuple[str, str, str], ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in FILE_KINDS:
            raise BadInput(f"There is no kind of file '{self.kind}'.", remedy=nearest(self.kind, FILE_KINDS))
        _check_people(self.records, f"The {self.kind} file")
        if len(self.people):
            _check_people(self.people, f"The people of the {self.kind} file")
        named = set(self.people.columns) - {"person_id"}
        if misplaced := sorted((named | set(RESERVED)) & set(self.records.columns)):
            raise BadInput(
                f"The records of the {self.kind} file hold {', '.join(map(repr, misplaced))}.",
                expected="Direct identifiers lie among the people; keys are the store's.",
                remedy="Take these columns out of the records.",
            )

    @cached_property
    def columns(self) -> dict[str, Column]:
        """The variables in the store's form, people in order of their identifier."""
        ordered = self.records.sort_values("person_id", kind="stable")
        return encode_frame(ordered.drop(columns="person_id"))

    @cached_property
    def person_ids(self) -> tuple[str, ...]:
        """Identifiers of the people, sorted: the order of `columns`."""
        return tuple(sorted(self.records["person_id"]))

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of what the file says, whatever holds it: CSV or XLSX, column and row order; hexadecimal."""
        people = self.people.sort_values("person_id") if len(self.people) else self.people
        content = {
            "kind": [self.kind, self.cycle, self.organization],
            "people": self.person_ids,
            "columns": {name: column.to_payload() for name, column in self.columns.items() if column.values},
            "identifiers": {name: _as_text(people[name]) for name in people.columns},
            "overrides": sorted(self.overrides),
        }
        return hashlib.sha256(canonical_json(content)).hexdigest()

    def __repr__(self) -> str:
        return f"<CheckedFile of {self.kind}, cycle {self.cycle}, organization {self.organization}>"


@dataclass(frozen=True, slots=True)
class FileVersion:
    """A stored version of a file.

    `number`: 1 for the first of its kind, cycle and organization. `rows`: people in it. `superseded`:
    whether a later version stands (as of the moment asked). `findings`: rule, severity, count.
    """

    id: int
    kind: FileKind
    cycle: str
    organization: str
    number: int
    sha256: str
    content_hash: str
    mapping_hash: str
    source_name: str
    received_on: datetime
    rows: int
    superseded: bool
    findings: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What taking a file in did.

    `status`: `stored` (the first of its kind, cycle and organization), `unchanged` (the version already
    stored says the same), or `new_version`. `added`, `removed`, `changed`: people, against the version before.
    """

    status: Status
    version: FileVersion
    added: int
    removed: int
    changed: int


def canonical_json(content: object) -> bytes:
    """The one way to write `content` as bytes: sorted names, no spaces, no NaN."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def _check_people(rows: pd.DataFrame, what: str) -> None:
    if "person_id" not in rows.columns:
        raise BadInput(f"{what} lacks the column 'person_id'.", remedy="Map the column that identifies people.")
    identifiers = rows["person_id"]
    unnamed = sum(not (isinstance(identifier, str) and identifier.strip()) for identifier in identifiers)
    if unnamed:
        raise BadInput(f"{what} has {unnamed} rows without person_id.", remedy="Give each person an identifier.")
    if twice := int(identifiers.map(normalize_identifier).duplicated().sum()):
        raise BadInput(f"{what} holds {twice} people more than once.", remedy="Keep one row a person.")


def normalize_identifier(person_id: str) -> str:
    """The identifier as it is keyed: spaces trimmed, case folded, compatibility forms joined (NFKC)."""
    return unicodedata.normalize("NFKC", person_id).strip().casefold()


def _as_text(values: pd.Series[Any]) -> list[str | None]:
    return [None if value is None or value != value else str(value) for value in values]  # noqa: PLR0124  NaN
