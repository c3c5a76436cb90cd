"""The fictional service: cycles of executives whose counts are the published ones, cell by cell.

People persist: they are promoted, transferred, act, leave and arrive between cycles in flows solved so
that each organization and level has exactly its published headcount. Same seed, same people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
import pandas as pd

from etm_workbench.codebook import load_codebook
from etm_workbench.codebook.headcount import Headcount, published_headcount
from etm_workbench.errors import BadInput, UnprotectedOutput, nearest
from etm_workbench.synthetic.canaries import Canary, plant
from etm_workbench.synthetic.draws import Integers
from etm_workbench.synthetic.history import History, stream
from etm_workbench.synthetic.parameters import load_parameters
from etm_workbench.synthetic.people import LEVELS, numbered
from etm_workbench.synthetic.records import build_records
from etm_workbench.synthetic.setting import Setting
from etm_workbench.synthetic.texts import Texts, load_texts

_EQUITY = ["person_id", "equity_form_returned", "equity_groups"]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class FictionalService:
    """Fictional executives of one or more cycles.

    `people`: one row a person over all cycles, indexed by number. `records`: cycle to one row a person of
    the cycle, the codebook's variables. `equity`: cycle to one row a person, held apart. `settings`:
    cycle to what it was drawn from. `canaries`: number of a person to the canary planted there.
    """

    people: pd.DataFrame
    records: Mapping[str, pd.DataFrame]
    equity: Mapping[str, pd.DataFrame]
    settings: Mapping[str, Setting]
    canaries: Mapping[int, Canary]
    texts: Texts
    seed: int

    @property
    def cycles(self) -> tuple[str, ...]:
        """The cycles in order."""
        return tuple(self.records)

    def organizations(self, cycle: str) -> tuple[str, ...]:
        """Identifiers of the organizations that have executives in a cycle."""
        return tuple(sorted(self.records[cycle]["organization"].unique()))

    def counts(self, cycle: str) -> dict[tuple[str, str], int]:
        """People by (organization, level) in a cycle; only cells above zero."""
        records = self.records[cycle]
        return dict(Counter(zip(records["organization"], records["level"], strict=True)))

    def returning(self, cycle: str) -> int | None:
        """People of a cycle who were already in the cycle before; None for the first cycle."""
        place = self.cycles.index(cycle)
        if place == 0:
            return None
        before = self.records[self.cycles[place - 1]].index
        return int(self.records[cycle].index.isin(before).sum())

    def __repr__(self) -> str:
        return f"<FictionalService: {len(self.people)} fictional people over {', '.join(self.cycles)}>"

    def __reduce__(self) -> NoReturn:
        raise UnprotectedOutput(
            "A fictional service is not pickled, so that no habit forms of pickling people.",
            remedy="Make it again from its seed.",
        )


def make_service(cycles: Sequence[str], *, seed: int, organizations: Sequence[str] | None = None) -> FictionalService:
    """A fictional service of one or more cycles.

    Parameters
    ----------
    cycles : sequence of str
        Cycles of the codebook, written `2025-26`; drawn in order.
    seed : int
        Same seed, same service, to the byte.
    organizations : sequence of str, optional
        Identifiers; all organizations with a published headcount when not given.

    Returns
    -------
    FictionalService
        Counts by organization and level equal the published headcount on each cycle's `headcount_on`.

    Raises
    ------
    BadInput
        No cycle, a cycle that is not declared, or an organization without a published headcount.
    """
    if not cycles:
        raise BadInput("A fictional service needs at least one cycle.", remedy="Name a cycle, such as 2025-26.")
    parameters, texts = load_parameters(), load_texts()
    at = {cycle: Setting(load_codebook(cycle), parameters) for cycle in sorted(set(cycles))}
    targets, identifiers = _targets(at, organizations)
    history = History(at, targets, identifiers, seed)
    for cycle in at:
        history.advance(cycle)
    people = numbered(history.people, stream(seed, "accounts"))
    people, canaries = plant(people, {cycle: frame.index for cycle, frame in history.frames.items()})
    records, equity = {}, {}
    for cycle, frame in history.frames.items():
        cadre = people.join(frame)
        cadre = cadre.loc[frame.index]
        built = build_records(stream(seed, "records", cycle), cadre, at=at[cycle], texts=texts)
        records[cycle] = _with_canaries(built, canaries)
        equity[cycle] = people.loc[built.index, _EQUITY].assign(organization=built["organization"])
    return FictionalService(people, records, equity, at, canaries, texts, seed)


def _targets(at: Mapping[str, Setting], organizations: Sequence[str] | None) -> tuple[dict[str, Integers], list[str]]:
    """Published counts by cycle, organizations by levels, and the organizations' order."""
    published = {cycle: published_headcount(setting.cycle.headcount_on) for cycle, setting in at.items()}
    known = sorted({name for headcount in published.values() for name in headcount.universe})
    for name in organizations or ():
        if name not in known:
            raise BadInput(
                f"Organization '{name}' has no published headcount in {', '.join(at)}.", remedy=nearest(name, known)
            )
    chosen = known if organizations is None else sorted(set(organizations))
    return {cycle: _table(headcount, chosen) for cycle, headcount in published.items()}, chosen


def _table(headcount: Headcount, organizations: Sequence[str]) -> Integers:
    counts = [[headcount.people.get((name, level), 0) for level in LEVELS] for name in organizations]
    return np.array(counts, dtype=np.int64)


def _with_canaries(records: pd.DataFrame, canaries: Mapping[int, Canary]) -> pd.DataFrame:
    changed = records.copy()
    for number, canary in canaries.items():
        if number in changed.index:
            for name in ("email", "career_objective", "manager_comments"):
                changed.loc[number, name] = getattr(canary, name)
    return changed
