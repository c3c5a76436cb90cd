"""Rows with names, for the roster route only: `etm_workbench.access` is the one caller, and a test holds that.

Names lie apart from answers and meet them here, by pseudonym, within one organization and cycle.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd
from sqlalchemy import Connection, select

from etm_workbench.cadre import KEYS, Cadre
from etm_workbench.errors import BadInput, nearest
from etm_workbench.store.checked_file import FileVersion, normalize_identifier
from etm_workbench.store.tables import person

# Cycle, organization, person_key.
Place = tuple[str, str, str]
Identifiers = Mapping[Place, Mapping[str, str]]


def read_identifiers(connection: Connection, versions: Sequence[FileVersion]) -> Identifiers:
    """What names the people of some versions; the account register's word before the questionnaire's."""
    by_register_first = sorted(versions, key=lambda version: version.kind != "accounts")
    cycles = {version.id: version.cycle for version in versions}
    found: dict[int, list[Any]] = {}
    for row in connection.execute(select(person).where(person.c.version_id.in_(cycles))):
        found.setdefault(row.version_id, []).append(row)
    identifiers: dict[Place, dict[str, str]] = {}
    for version in by_register_first:
        for row in found.get(version.id, ()):
            place = (version.cycle, version.organization, row.person_key)
            given = {name: row._mapping[name] for name in ("person_id", "given_name", "family_name", "email")}
            known = {name: text for name, text in {**row.other_identifiers, **given}.items() if text}
            identifiers[place] = {**known, **identifiers.get(place, {})}
    return identifiers


def named_rows(cadre: Cadre, identifiers: Identifiers, columns: Sequence[str]) -> tuple[Mapping[str, Any], ...]:
    """One row a person of the cadre, in its order: `name`, then the columns asked for.

    Parameters
    ----------
    cadre : Cadre
        The people, already held to those the reader may see.
    identifiers : Identifiers
        As `read_identifiers` gives them.
    columns : sequence of str
        Codebook variables, direct identifiers among them, or `cycle` and `organization`.

    Returns
    -------
    tuple of mapping
        Codes, tuples of codes, dates, numbers, booleans or text; None when missing.

    Raises
    ------
    BadInput
        A column is neither in the records nor an identifier of the codebook.
    """
    named = {variable.name for variable in cadre.codebook.variables.values() if variable.sensitivity == "identifier"}
    held = set(cadre.records.columns) - {"person_key"}
    if unknown := [name for name in columns if name not in held | named]:
        raise BadInput(f"There is no column '{unknown[0]}'.", remedy=nearest(unknown[0], held | named))
    answers = {name: _plain(cadre.records[name]) for name in columns if name in held}
    places = cadre.records[[KEYS[1], KEYS[2], KEYS[0]]].itertuples(index=False, name=None)
    rows = []
    for at, place in enumerate(places):
        names = identifiers.get(place, {})
        full = " ".join(names[part] for part in ("given_name", "family_name") if part in names)
        row = {name: answers[name][at] if name in answers else names.get(name) for name in columns}
        rows.append({"name": full or None, **row})
    return tuple(rows)


def reports_of(identifiers: Identifiers, person_key: str) -> frozenset[str]:
    """Pseudonyms of the people whose register names this person as their manager."""
    own = {normalize_identifier(names["person_id"]) for (_, _, key), names in identifiers.items() if key == person_key}
    return frozenset(
        key
        for (_, _, key), names in identifiers.items()
        if "supervisor_id" in names and normalize_identifier(names["supervisor_id"]) in own
    )


def hold_to(cadre: Cadre, levels: Sequence[str] | None, people: Collection[str] | None) -> Cadre:
    """The cadre's people of some levels, and among these pseudonyms; None for everybody."""
    records = cadre.records
    if levels is not None:
        records = records[records["level"].isin(list(levels))]
    if people is not None:
        records = records[records["person_key"].isin(list(people))]
    return Cadre(records=records, codebook=cadre.codebook, scope=cadre.scope)


def _plain(values: pd.Series[Any]) -> list[Any]:
    """The values as Python's own types, None when missing, dates without time."""
    missing = values.isna().tolist()
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        listed = [moment.date() if moment is not pd.NaT else None for moment in values]
    else:
        listed = values.tolist()
    return [None if absent else value for absent, value in zip(missing, listed, strict=True)]
