"""From one cycle to the next: who stayed, moved up, moved across, left or arrived; and their placements."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from etm_workbench.analysis.dimensions import dimension_of
from etm_workbench.analysis.tabulate import count
from etm_workbench.cadre import Cadre
from etm_workbench.errors import BadInput
from etm_workbench.sensitive import Dimension, SensitiveTable

MOVEMENTS = ("STAYED", "PROMOTED", "OTHER_LEVEL", "TRANSFERRED_OUT", "LEFT")
ARRIVALS = ("STAYED", "PROMOTED", "OTHER_LEVEL", "TRANSFERRED_IN", "ARRIVED")


def departures(both: Cadre, name: str, *, by: str = "level", within: tuple[str, ...] | None = None) -> SensitiveTable:
    """What became of the people of the earlier cycle by the later one.

    Parameters
    ----------
    both : Cadre
        Records of exactly two cycles, of the whole service (a transfer can only be told from a
        departure where the other organizations' records are held).
    name : str
        Name of the table.
    by : str
        A variable of the earlier cycle.
    within : tuple of str, optional
        Identifiers of the organizations whose people are followed; all when not given.

    Returns
    -------
    SensitiveTable
        `by` × `movement`: `STAYED` (same organization group and level), `PROMOTED` (higher level),
        `OTHER_LEVEL` (lower level), `TRANSFERRED_OUT` (to an organization outside the group), `LEFT`.
        People in the earlier cycle.
    """
    earlier, later = _pair(both)
    inside = _inside(earlier, within)
    merged = earlier[inside].merge(later, on="person_key", how="left", suffixes=("", "_later"))
    stays = merged["organization_later"].isin(set(within or both.codebook.organizations))
    moved = np.select(
        [
            merged["organization_later"].isna().to_numpy(),
            ~stays.to_numpy(),
            (merged["level_later"] > merged["level"]).to_numpy(),
            (merged["level_later"] < merged["level"]).to_numpy(),
        ],
        ["LEFT", "TRANSFERRED_OUT", "PROMOTED", "OTHER_LEVEL"],
        default="STAYED",
    )
    frame = both.records[both.records["cycle"] == both.scope.cycles[0]]
    followed = frame[_inside(frame, within)].assign(movement=moved)
    return _counted(both, followed, name, by, MOVEMENTS)


def arrivals(both: Cadre, name: str, *, by: str = "level", within: tuple[str, ...] | None = None) -> SensitiveTable:
    """Where the people of the later cycle come from; the mirror of `departures`.

    Returns
    -------
    SensitiveTable
        `by` × `movement` with `STAYED`, `PROMOTED`, `OTHER_LEVEL`, `TRANSFERRED_IN`, `ARRIVED` (not an
        executive in the earlier cycle). People in the later cycle.
    """
    earlier, later = _pair(both)
    inside = _inside(later, within)
    merged = later[inside].merge(earlier, on="person_key", how="left", suffixes=("", "_earlier"))
    stayed = merged["organization_earlier"].isin(set(within or both.codebook.organizations))
    moved = np.select(
        [
            merged["organization_earlier"].isna().to_numpy(),
            ~stayed.to_numpy(),
            (merged["level"] > merged["level_earlier"]).to_numpy(),
            (merged["level"] < merged["level_earlier"]).to_numpy(),
        ],
        ["ARRIVED", "TRANSFERRED_IN", "PROMOTED", "OTHER_LEVEL"],
        default="STAYED",
    )
    frame = both.records[both.records["cycle"] == both.scope.cycles[1]]
    followed = frame[_inside(frame, within)].assign(movement=moved)
    return _counted(both, followed, name, by, ARRIVALS)


def transitions(
    both: Cadre, name: str, *, variable: str = "placement", within: tuple[str, ...] | None = None
) -> SensitiveTable:
    """The same people's answers in two cycles: a square table.

    Returns
    -------
    SensitiveTable
        `<variable>_before` × `variable`, each with `ANSWERED` and `MISSING`. People in both cycles who
        are in the group in the later one.
    """
    earlier, later = _pair(both, variable)
    kept = later[_inside(later, within)].merge(earlier, on="person_key", suffixes=("", "_before"))
    before = f"{variable}_before"
    frame = both.records[both.records["cycle"] == both.scope.cycles[1]]
    followed = frame[frame["person_key"].isin(set(kept["person_key"]))]
    answers = kept.set_index("person_key")[before]
    followed = followed.assign(**{before: followed["person_key"].map(answers)})
    dimension = dimension_of(both, variable)
    return count(
        _with_records(both, followed), name, Dimension(before, dimension.nodes, dimension.sensitivity), dimension
    )


def _pair(both: Cadre, *more: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    if len(both.scope.cycles) != 2:
        raise BadInput(
            f"Movement needs two cycles; {len(both.scope.cycles)} were given.", remedy="Open two cycles, earlier first."
        )
    columns = ["person_key", "organization", "level", *more]
    first, second = (both.records.loc[both.records["cycle"] == c, columns] for c in both.scope.cycles)
    return first, second


def _inside(records: pd.DataFrame, within: tuple[str, ...] | None) -> pd.Series:
    return records["organization"].isin(set(within)) if within else records["organization"].notna()


def _counted(both: Cadre, followed: pd.DataFrame, name: str, by: str, moves: tuple[str, ...]) -> SensitiveTable:
    movement = Dimension.flat("movement", moves, sensitivity="attribute")
    return count(_with_records(both, followed), name, by, movement)


def _with_records(cadre: Cadre, records: pd.DataFrame) -> Cadre:
    return replace(cadre, records=records)
