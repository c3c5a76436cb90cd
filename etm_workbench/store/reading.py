"""Records of the versions that stand, put together: the account register beside the questionnaire.

One row is one person in one cycle and organization, whether they are in the register, have a
questionnaire, or both. Rows come in an order that does not depend on the pseudonym key: cycle,
organization as asked, then the order of the files.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from etm_workbench.cadre import KEYS
from etm_workbench.codebook import Codebook
from etm_workbench.store.checked_file import FileVersion
from etm_workbench.store.columns import Answers, Column, read_block, stack_column
from etm_workbench.store.tables import person, record_block

_Key = tuple[str, ...]
_Block = tuple[FileVersion, list[str], dict[str, Column]]
# What the register and the questionnaire are asked for; equity is apart, constructed variables come later.
_SECTIONS = ("register", "executive", "manager")
# How a variable that nobody answered is typed.
_EMPTY_AS: Mapping[str, Answers] = {
    "code": "text",
    "codes": "codes",
    "date": "date",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "text": "text",
}


def files_that_hold(
    connection: Connection, versions: Sequence[FileVersion], people: Collection[str]
) -> list[FileVersion]:
    """Those of the versions in which any of these pseudonyms stands, in their order."""
    pairs = select(person.c.version_id, person.c.person_key).where(person.c.version_id.in_([v.id for v in versions]))
    wanted = frozenset(people)
    found = {row.version_id for row in connection.execute(pairs) if row.person_key in wanted}
    return [version for version in versions if version.id in found]


def read_records(
    connection: Connection,
    versions: Sequence[FileVersion],
    codebook: Codebook,
    people: Collection[str] | None = None,
) -> pd.DataFrame:
    """The answers in some versions of one kind.

    Parameters
    ----------
    connection : Connection
        To the store.
    versions : sequence of FileVersion
        Of one kind.
    codebook : Codebook
        Says how a variable that nobody answered is typed.
    people : collection of str, optional
        Only these pseudonyms; everybody when not given.

    Returns
    -------
    DataFrame
        `person_key`, `cycle`, `organization`, then every variable that a file holds, alphabetically.
    """
    blocks = _read_blocks(connection, versions)
    if people is not None:
        wanted = frozenset(people)
        blocks = [_held_to(block, wanted) for block in blocks]
    counts = [len(keys) for _, keys, _ in blocks]
    frame = {
        "person_key": pd.Series([key for _, keys, _ in blocks for key in keys], dtype="str"),
        "cycle": _repeated([version.cycle for version, _, _ in blocks], counts),
        "organization": _repeated([version.organization for version, _, _ in blocks], counts),
    }
    for name in sorted({name for _, _, columns in blocks for name in columns}):
        parts = ((columns.get(name), len(keys)) for _, keys, columns in blocks)
        frame[name] = stack_column(parts, name, empty_as=_type_of(name, codebook))
    return pd.DataFrame({name: column.array for name, column in frame.items()})


def join_register(register: pd.DataFrame, questionnaire: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Register and questionnaire, one row a person, cycle and organization.

    A variable in both is the register's, and the questionnaire's where the register says nothing.
    Every codebook variable of either is there, all missing when no file holds it.

    Returns
    -------
    DataFrame
        Keys, `in_register`, `has_questionnaire`, then variables alphabetically.
    """
    held = [_keys_of(rows) for rows in (register, questionnaire)]
    spine = list(dict.fromkeys(held[0] + held[1]))
    places = [_places(keys, spine) for keys in held]
    left, right = (_picked(rows, at) for rows, at in zip((register, questionnaire), places, strict=True))
    columns: dict[str, Any] = {name: pd.array(list(values), dtype="str") for name, values in _turned(spine).items()}
    columns["in_register"], columns["has_questionnaire"] = (at >= 0 for at in places)
    for name in sorted({*left, *right}):
        if name in left and name in right:
            first = pd.Series(left[name])
            columns[name] = first.where(first.notna(), pd.Series(right[name])).array
        else:
            columns[name] = left[name] if name in left else right[name]
    return pd.DataFrame(columns | _unanswered(codebook, columns, len(spine)))


def in_asked_order(records: pd.DataFrame, cycles: Sequence[str], organizations: Sequence[str]) -> pd.DataFrame:
    """The rows by cycle and organization in the order given, else as they are."""
    cycle = records["cycle"].map({name: at for at, name in enumerate(cycles)})
    organization = records["organization"].map({name: at for at, name in enumerate(organizations)})
    order = np.lexsort([organization.to_numpy(dtype=int), cycle.to_numpy(dtype=int)])
    return records.iloc[order].reset_index(drop=True)


def _read_blocks(connection: Connection, versions: Sequence[FileVersion]) -> list[_Block]:
    wanted = {version.id: version for version in versions}
    chosen = select(record_block.c.version_id, record_block.c.payload).where(record_block.c.version_id.in_(wanted))
    payloads = {row.version_id: row.payload for row in connection.execute(chosen)}
    # A version whose block the database withholds from this reader is not there for them.
    return [(version, *read_block(payloads[version.id])) for version in versions if version.id in payloads]


def _held_to(block: _Block, people: frozenset[str]) -> _Block:
    """The block's rows of these people; its columns keep their answers, so that their types do not change."""
    version, keys, columns = block
    places = [place for place, key in enumerate(keys) if key in people]
    kept = {name: replace(column, positions=column.positions[places]) for name, column in columns.items()}
    return version, [keys[place] for place in places], kept


def _repeated(values: list[str], times: list[int]) -> pd.Series[str]:
    return pd.Series(np.repeat(np.array(values, dtype=object), times), dtype="str")


def _keys_of(rows: pd.DataFrame) -> list[_Key]:
    return list(zip(*(rows[name].tolist() for name in KEYS), strict=True))


def _turned(spine: list[_Key]) -> dict[str, tuple[str, ...]]:
    """The spine by column."""
    return dict(zip(KEYS, zip(*spine, strict=True) if spine else ((),) * len(KEYS), strict=True))


def _places(keys: list[_Key], spine: list[_Key]) -> NDArray[np.int64]:
    """Where each key of the spine stands in `keys`; -1 when it does not."""
    at = {key: place for place, key in enumerate(keys)}
    return np.array([at.get(key, -1) for key in spine], dtype=np.int64)


def _picked(rows: pd.DataFrame, places: NDArray[np.int64]) -> dict[str, Any]:
    """The columns that are no keys, at these rows; missing at -1."""
    return {str(name): _taken(rows[name], places) for name in rows if name not in KEYS}


def _taken(values: pd.Series, places: NDArray[np.int64]) -> Any:
    # Arrays rather than series: aligning a hundred indexes that are equal was a tenth of a small report.
    if values.dtype != object:
        return values.array.take(places, allow_fill=True)
    listed = values.tolist()  # a missing tuple is None throughout; pandas would fill in a NaN
    return pd.Series([listed[at] if at >= 0 else None for at in places.tolist()], dtype=object).array


def _unanswered(codebook: Codebook, present: Mapping[str, object], people: int) -> dict[str, Any]:
    asked = [
        variable.name
        for variable in codebook.variables.values()
        if variable.section in _SECTIONS and variable.sensitivity != "identifier" and variable.name not in present
    ]
    return {name: stack_column([(None, people)], name, empty_as=_type_of(name, codebook)).array for name in asked}


def _type_of(name: str, codebook: Codebook) -> Answers:
    return _EMPTY_AS[codebook.variables[name].type] if name in codebook.variables else "text"
