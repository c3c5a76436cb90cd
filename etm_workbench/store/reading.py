"""Records of the versions that stand, put together: the account register beside the questionnaire.

One row is one person in one cycle and organization, whether they are in the register, have a
questionnaire, or both. Rows come in an order that does not depend on the pseudonym key: cycle,
organization as asked, then the order of the files.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from sqlalchemy import Connection, select

from etm_workbench.cadre import KEYS
from etm_workbench.codebook import Codebook
from etm_workbench.store.checked_file import FileVersion
from etm_workbench.store.columns import Answers, Column, read_block, stack_column
from etm_workbench.store.tables import person, record_block

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
    return pd.DataFrame(frame)


def join_register(register: pd.DataFrame, questionnaire: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Register and questionnaire, one row a person, cycle and organization.

    A variable in both is the register's, and the questionnaire's where the register says nothing.
    Every codebook variable of either is there, all missing when no file holds it.

    Returns
    -------
    DataFrame
        Keys, `in_register`, `has_questionnaire`, then variables alphabetically.
    """
    keys = list(KEYS)
    spine = pd.concat([register[keys], questionnaire[keys]]).drop_duplicates(ignore_index=True)
    left = _aligned(register, spine)
    right = _aligned(questionnaire, spine)
    columns = {key: spine[key] for key in keys}
    columns["in_register"] = left.pop("person_key").notna()
    columns["has_questionnaire"] = right.pop("person_key").notna()
    for name in sorted((left.columns.union(right.columns)).difference(keys)):
        if name in left and name in right:
            columns[name] = left[name].where(left[name].notna(), right[name])
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


def _aligned(rows: pd.DataFrame, spine: pd.DataFrame) -> pd.DataFrame:
    """`rows` in the order of the spine, missing where it has none."""
    keys = pd.MultiIndex.from_frame(rows[list(KEYS)])
    places = keys.get_indexer(pd.MultiIndex.from_frame(spine))
    return pd.DataFrame({name: _picked(rows[name], places) for name in rows})


def _picked(values: pd.Series, places: np.ndarray) -> pd.Series:
    picked = values.take(np.maximum(places, 0)) if len(values) else values.reindex(range(len(places)))
    picked = picked.reset_index(drop=True)
    if picked.dtype != object:
        return picked.where(places >= 0)
    # A missing tuple is None throughout; `where` would leave a NaN.
    return pd.Series([v if at >= 0 else None for v, at in zip(picked, places, strict=True)], dtype=object)


def _unanswered(codebook: Codebook, present: Mapping[str, object], people: int) -> dict[str, pd.Series]:
    asked = [
        variable.name
        for variable in codebook.variables.values()
        if variable.section in _SECTIONS and variable.sensitivity != "identifier" and variable.name not in present
    ]
    return {name: stack_column([(None, people)], name, empty_as=_type_of(name, codebook)) for name in asked}


def _type_of(name: str, codebook: Codebook) -> Answers:
    return _EMPTY_AS[codebook.variables[name].type] if name in codebook.variables else "text"
