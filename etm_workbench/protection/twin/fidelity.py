"""How near a twin is to what was released: its sums against the released cells, and what is merely supposed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from etm_workbench.protection.microdata.utility import v_of_counts
from etm_workbench.protection.twin.margins import Floats, Integers, Margins
from etm_workbench.sensitive import MISSING


@dataclass(frozen=True, slots=True)
class TableFidelity:
    """One table.

    `shown`, `hidden`: its released and hidden cells. `differing`: shown cells that the twin misses.
    `largest`: by how many people at most. `variation`: half the summed differences over its finest shown
    cells, as a share of all people, 0 to 1.
    """

    table: str
    shown: int
    hidden: int
    differing: int
    largest: int
    variation: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Two variables: Cramér's V in the fit to what was released, and in the twin; 0 to 1.

    `is_released`: whether one of the tables shows them together. Otherwise whatever holds them together in
    the twin comes through third variables, and what holds them together in truth is not in it.
    """

    variables: tuple[str, str]
    fitted: float
    twin: float
    is_released: bool


@dataclass(frozen=True, slots=True)
class Fidelity:
    """What a twin keeps of a release."""

    people: int
    tables: tuple[TableFidelity, ...]
    pairs: tuple[Pair, ...]


def fidelity(margins: Margins, cells: Floats, people: pd.DataFrame) -> Fidelity:
    """What a twin keeps.

    Parameters
    ----------
    margins : Margins
        What was released.
    cells : ndarray of float
        From `fit`.
    people : DataFrame
        From `draw`.
    """
    counts = counts_of(margins, people)
    tables = tuple(_of_table(name, margins, counts) for name in dict.fromkeys(part.table for part in margins.parts))
    together = {frozenset(_variables(margins, name)) for name in dict.fromkeys(p.table for p in margins.parts)}
    pairs = []
    for first, second in combinations(range(len(margins.variables)), 2):
        names = (margins.variables[first], margins.variables[second])
        fitted, twin = (v_of_counts(_pair(margins, one, first, second)) for one in (cells, counts))
        pairs.append(Pair(names, fitted, twin, any(set(names) <= one for one in together)))
    return Fidelity(int(counts.sum()), tables, tuple(pairs))


def counts_of(margins: Margins, people: pd.DataFrame) -> Integers:
    """How many of a twin's people are in each joint cell."""
    place = np.zeros(len(people), np.int64)
    for name, codes in zip(margins.variables, margins.codes, strict=True):
        answers = people[name].astype(object).where(people[name].notna(), MISSING)
        place = place * len(codes) + pd.Index(codes).get_indexer(pd.Index(answers))
    return np.bincount(place, minlength=int(np.prod(margins.shape))).astype(np.int64)


def _of_table(name: str, margins: Margins, counts: Integers) -> TableFidelity:
    parts = [part for part in margins.parts if part.table == name]
    gaps = [np.abs(part.sums(counts) - part.values) for part in parts]
    every = np.concatenate(gaps)
    finest = max(zip(parts, gaps, strict=True), key=lambda pair: len(pair[0].keys))[1]
    return TableFidelity(
        table=name,
        shown=int((~np.isnan(every)).sum()),
        hidden=int(np.isnan(every).sum()),
        differing=int((every > 0.5).sum()),
        largest=round(float(np.nanmax(every))) if not np.isnan(every).all() else 0,
        variation=float(np.nansum(finest)) / 2 / max(margins.people, 1),
    )


def _variables(margins: Margins, table: str) -> set[str]:
    """The variables that a table tells apart: along them its places change."""
    found: set[str] = set()
    for part in margins.parts:
        if part.table == table:
            places = part.of.reshape(margins.shape)
            for axis, name in enumerate(margins.variables):
                if (np.take(places, [0], axis=axis) != places).any():
                    found.add(name)
    return found


def _pair(margins: Margins, cells: Floats | Integers, first: int, second: int) -> Floats:
    others = tuple(axis for axis in range(len(margins.variables)) if axis not in (first, second))
    return np.asarray(np.sum(np.reshape(cells, margins.shape), axis=others), np.float64)
