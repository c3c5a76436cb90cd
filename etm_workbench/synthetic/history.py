"""How the fictional service goes from cycle to cycle: who stays, who comes, what they answer."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from etm_workbench.synthetic import flows, language
from etm_workbench.synthetic.answers import executive_answers
from etm_workbench.synthetic.assessments import manager_answers
from etm_workbench.synthetic.draws import Codes, Integers, Numbers
from etm_workbench.synthetic.people import LEVELS, draw_people
from etm_workbench.synthetic.positions import (
    appointed_before,
    appointed_within_year,
    first_positions,
    next_positions,
)
from etm_workbench.synthetic.setting import Setting


class History:
    """The service as it goes from cycle to cycle."""

    def __init__(
        self, at: Mapping[str, Setting], targets: Mapping[str, Integers], identifiers: Sequence[str], seed: int
    ) -> None:
        self.at, self.targets, self.seed = at, targets, seed
        self.identifiers = np.array(identifiers, dtype=object)
        self.people = pd.DataFrame()
        self.frames: dict[str, pd.DataFrame] = {}

    def advance(self, cycle: str) -> None:
        """Add a cycle: who stays, who comes, what they answer."""
        if self.frames:
            stayers, organization, level = self._stayers(cycle)
        else:
            stayers, (organization, level) = None, _everybody(self.targets[cycle])
        newcomers = self._newcomers(cycle, organization, level)
        positions = newcomers if stayers is None else pd.concat([stayers, newcomers])
        self.frames[cycle] = self._answered(cycle, positions)

    def _stayers(self, cycle: str) -> tuple[pd.DataFrame, Integers, Integers]:
        before = list(self.frames.values())[-1]
        moved = flows.move(
            _rows(before["organization"], self.identifiers),
            _rows(before["level"], LEVELS),
            target=self.targets[cycle],
            propensities=_propensities(before, self.people, at=self.at[cycle]),
            rng=stream(self.seed, "flows", cycle),
        )
        stays = moved.organization != flows.GONE
        now = pd.DataFrame(
            {
                "organization": self.identifiers[moved.organization[stays]],
                "level": np.array(LEVELS, dtype=object)[moved.level[stays]],
            },
            index=before.index[stays],
        )
        rng = stream(self.seed, "stayers", cycle)
        stayers = next_positions(rng, before.loc[stays], now=now, at=self.at[cycle])
        return stayers, moved.arrivals_organization, moved.arrivals_level

    def _newcomers(self, cycle: str, organization: Integers, level: Integers) -> pd.DataFrame:
        at, rng, first = self.at[cycle], stream(self.seed, "newcomers", cycle), not self.frames
        people = draw_people(rng, level, newcomers=not first, at=at)
        people.index = pd.RangeIndex(len(self.people), len(self.people) + len(people))
        self.people = pd.concat([self.people, people])
        appointed = appointed_before(rng, level, at=at) if first else appointed_within_year(rng, len(level), at=at)
        places = pd.DataFrame(
            {
                "organization": self.identifiers[organization],
                "level": np.array(LEVELS, dtype=object)[level],
                "appointed_to_level_on": appointed,
            },
            index=people.index,
        )
        return first_positions(rng, places, skill=people["language_skill"], at=at)

    def _answered(self, cycle: str, positions: pd.DataFrame) -> pd.DataFrame:
        at, rng = self.at[cycle], stream(self.seed, "answers", cycle)
        before = {
            f"{name}_before": positions[name] if name in positions else pd.Series(None, positions.index, dtype=object)
            for name in ("aspiration", "placement")
        }
        traits = self.people.loc[positions.index, ["retirement_eligible_on", "ability"]]
        people = positions.drop(columns=["aspiration", "placement"], errors="ignore").assign(**before).join(traits)
        valid = language.meets(people, at.final_on, minimum=at.parameters["sle_minimum"])
        executive = executive_answers(rng, people, valid=valid, at=at)
        manager = manager_answers(rng, people.join(executive["aspiration"]), valid=valid, at=at)
        kept = [name for name in people.columns if name not in {*executive, *manager, *traits, *before}]
        return people[kept].join(executive).join(manager)


def _propensities(before: pd.DataFrame, people: pd.DataFrame, *, at: Setting) -> flows.Propensities:
    parameters = at.parameters
    eligible_on = people.loc[before.index, "retirement_eligible_on"].to_numpy("datetime64[D]")
    rate = np.where(
        eligible_on <= at.counted_on, parameters.number("retirement_rate"), parameters.number("departure_rate")
    )
    intention = _weights(before["retirement_horizon"], parameters.shares("intention_weights"))
    share = parameters.shares("promoted_share_of_entries")
    return flows.Propensities(
        departure=np.minimum(rate * intention, 1.0),
        transfer=parameters.number("transfer_rate")
        * _weights(before["placement"], parameters.shares("transfer_weights")),
        promotion=_weights(before["placement"], parameters.shares("promotion_weights")),
        promoted_share=np.array([share[name] for name in LEVELS]),
        inside_share=parameters.number("promoted_inside_share"),
    )


def _weights(codes: pd.Series, weights: Mapping[str, float]) -> Numbers:
    found = codes.fillna("none").map(weights).to_numpy(dtype=np.float64)
    return np.asarray(found, dtype=np.float64)


def _rows(codes: pd.Series, order: Sequence[str] | Codes) -> Integers:
    rows: Integers = codes.map({name: row for row, name in enumerate(order)}).to_numpy(dtype=np.int64)
    return rows


def _everybody(target: Integers) -> tuple[Integers, Integers]:
    organizations, levels = target.shape
    rows, columns = np.indices((organizations, levels))
    return np.repeat(rows.ravel(), target.ravel()), np.repeat(columns.ravel(), target.ravel())


def stream(seed: int, *names: str) -> np.random.Generator:
    """A generator of its own for each use: a draw more in one place changes nothing elsewhere."""
    return np.random.default_rng([seed, zlib.crc32(":".join(names).encode())])
