"""What a release lets its readers deduce, as the ledger keeps it: cells, groups and sums, shown or hidden.

It holds numbers for people, never their pseudonyms, and is compressed.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from etm_workbench.errors import BadInput
from etm_workbench.protection.web import Rows, Web, WebCell

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, repr=False)
class Facts:
    """The cells of one release with the sums among them; `cells` point to `rows`, `groups` and each other."""

    ids: NDArray[np.uint64]
    person: NDArray[np.uint64]
    groups: tuple[Rows, ...]
    cells: tuple[WebCell, ...]
    relations: tuple[tuple[int, tuple[int, ...]], ...]
    families: tuple[tuple[tuple[int, ...], frozenset[str]], ...]

    def __repr__(self) -> str:
        return f"<Facts of {len(self.cells)} cells>"


def collect_facts(web: Web, *, cells: Iterable[int], since_relations: int, since_families: int) -> Facts:
    """The facts that a release adds to a web: these cells, and the sums and families after so many."""
    relations = list(web.relations)[since_relations:]
    families = list(web.families.items())[since_families:]
    wanted = {*cells, *(cell for total, parts in relations for cell in (total, *parts))}
    while more := {w for cell in wanted for w in web.cells[cell].wholes.values()} - wanted:
        wanted |= more
    numbers = sorted(wanted)
    place = {number: index for index, number in enumerate(numbers)}
    groups = sorted({web.cells[number].group for number in numbers} | {g for family, _ in families for g in family})
    group_place = {group: index for index, group in enumerate(groups)}
    rows = [web.groups[group] for group in groups] + [web.cells[number].row for number in numbers]
    used = np.unique(np.concatenate(rows)) if rows else np.empty(0, np.int64)
    local = [np.searchsorted(used, row).astype(np.int64) for row in rows]
    kept = tuple(
        replace(
            web.cells[number],
            group=group_place[web.cells[number].group],
            row=local[len(groups) + index],
            wholes={variable: place[whole] for variable, whole in web.cells[number].wholes.items()},
        )
        for index, number in enumerate(numbers)
    )
    return Facts(
        ids=web.ids[used],
        person=web.ids[web.person[used]],
        groups=tuple(local[: len(groups)]),
        cells=kept,
        relations=tuple((place[total], tuple(place[p] for p in parts)) for total, parts in relations),
        families=tuple((tuple(group_place[g] for g in family), tables) for family, tables in families),
    )


def replay_facts(web: Web, facts: Facts, *, release: int) -> list[int]:
    """Adds the facts of an earlier release to a web; returns the web's number of each of its cells."""
    number = web.number_people(facts.ids, facts.person)
    groups = [web.group(np.sort(number[row])) for row in facts.groups]
    places: list[int] = []
    for cell in facts.cells:
        held = replace(
            cell, group=groups[cell.group], row=np.sort(number[cell.row]), wholes={}, release=cell.release or release
        )
        places.append(web.add(held))
    for cell, place in zip(facts.cells, places, strict=True):
        wholes = {variable: places[whole] for variable, whole in cell.wholes.items()}
        if not wholes.keys() <= web.cells[place].wholes.keys():
            web.change(place, wholes={**wholes, **web.cells[place].wholes})
    for total, parts in facts.relations:
        web.relate(places[total], [places[part] for part in parts])
    for family, tables in facts.families:
        web.families[tuple(sorted(groups[g] for g in family))] = tables
    return places


def write_facts(facts: Facts) -> bytes:
    """The facts as bytes."""
    same = [np.array_equal(cell.row, facts.groups[cell.group]) for cell in facts.cells]
    rows = [row for row, equal in zip((cell.row for cell in facts.cells), same, strict=True) if not equal]
    conditions = sorted({cell.condition for cell in facts.cells})
    tables = sorted({cell.tables for cell in facts.cells}, key=sorted)
    place = {condition: index for index, condition in enumerate(conditions)}
    table_place = {names: index for index, names in enumerate(tables)}
    header = {
        "conditions": conditions,
        "tables": [sorted(names) for names in tables],
        "cells": [
            [
                place[c.condition],
                c.group,
                int(equal),
                c.level,
                list(c.wholes.items()),
                table_place[c.tables],
                ["asked", "shown", "hidden"].index(c.state),
                int(c.virtual) + 2 * int(c.complement) + 4 * int(c.revised) + 8 * int(c.filtered),
                c.width,
                c.lower,
                c.release,
            ]
            for c, equal in zip(facts.cells, same, strict=True)
        ],
        "relations": [[total, *parts] for total, parts in facts.relations],
        "families": [[list(family), sorted(names)] for family, names in facts.families],
        "sizes": [facts.ids.size, len(facts.groups), len(rows)],
    }
    head = json.dumps(header, separators=(",", ":")).encode()
    parts = [head, facts.ids.tobytes(), facts.person.tobytes(), *_packed(facts.groups), *_packed(rows)]
    body = b"".join(len(part).to_bytes(4, "little") + part for part in parts)
    return zlib.compress(body, 6)


def read_facts(payload: bytes) -> Facts:
    """The facts back from their bytes.

    Raises
    ------
    BadInput
        They are not facts as `write_facts` makes them.
    """
    try:
        head, *arrays = _parted(zlib.decompress(payload))
        return _facts(json.loads(head), arrays)
    except (zlib.error, ValueError, KeyError, IndexError) as problem:
        raise BadInput(
            "An entry of the release ledger cannot be read.",
            expected="The facts of a release.",
            remedy="Check the ledger with `etm ledger audit`; restore the store from its copy.",
        ) from problem


def _facts(header: Mapping[str, Any], arrays: list[bytes]) -> Facts:
    groups = _unpacked(arrays[2], arrays[3])
    rows = iter(_unpacked(arrays[4], arrays[5]))
    conditions = [tuple(tuple(part) for part in condition) for condition in header["conditions"]]
    tables = [frozenset(names) for names in header["tables"]]
    cells = []
    for condition, group, equal, level, wholes, names, state, marks, width, lower, release in header["cells"]:
        cells.append(
            WebCell(
                conditions[condition],
                group,
                groups[group] if equal else next(rows),
                level,
                dict(wholes),
                tables[names],
                ("asked", "shown", "hidden")[state],
                bool(marks & 1),
                bool(marks & 2),
                width,
                lower,
                bool(marks & 4),
                release,
                bool(marks & 8),
            )
        )
    return Facts(
        ids=np.frombuffer(arrays[0], np.uint64),
        person=np.frombuffer(arrays[1], np.uint64),
        groups=tuple(groups),
        cells=tuple(cells),
        relations=tuple((total, tuple(parts)) for total, *parts in header["relations"]),
        families=tuple((tuple(family), frozenset(names)) for family, names in header["families"]),
    )


def _packed(rows: Iterable[Rows]) -> tuple[bytes, bytes]:
    """Lengths, and all positions one after another as steps: sorted rows make small steps, which compress."""
    listed = list(rows)
    lengths = np.array([row.size for row in listed], np.int32)
    joined = np.concatenate(listed) if listed else np.empty(0, np.int64)
    return lengths.tobytes(), np.diff(joined, prepend=0).astype(np.int32).tobytes()


def _unpacked(lengths: bytes, steps: bytes) -> list[Rows]:
    joined = np.cumsum(np.frombuffer(steps, np.int32), dtype=np.int64)
    ends = np.cumsum(np.frombuffer(lengths, np.int32))
    return [np.asarray(row, np.int64) for row in np.split(joined, ends[:-1])] if ends.size else []


def _parted(body: bytes) -> list[bytes]:
    parts, at = [], 0
    while at < len(body):
        length = int.from_bytes(body[at : at + 4], "little")
        parts.append(body[at + 4 : at + 4 + length])
        at += 4 + length
    return parts
