"""Planted canaries: people whose names, email and free text cannot be missed wherever they turn up.

Tests and releases search outputs for these strings. One found outside the files of the fictional service
and the rosters of people entitled to names is a leak.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, slots=True)
class Canary:
    """The strings of one planted person."""

    person_id: str
    pri: str
    given_name: str
    family_name: str
    email: str
    career_objective: str
    manager_comments: str

    @property
    def strings(self) -> tuple[str, ...]:
        """Every string that would betray this person."""
        return (
            self.person_id,
            self.pri,
            self.given_name,
            self.family_name,
            self.email,
            self.career_objective,
            self.manager_comments,
        )


def _canary(number: int, given_name: str, family_name: str) -> Canary:
    return Canary(
        person_id=f"A9900{number:02d}CANARY",
        pri=f"0000990{number:02d}",
        given_name=given_name,
        family_name=family_name,
        email=f"canary.{number:02d}@leak-test.example",
        career_objective=f"CANARY-OBJECTIVE-{number:02d} quokka zinnia",
        manager_comments=f"CANARI-COMMENTAIRE-{number:02d} ornithorynque été",
    )


CANARIES: tuple[Canary, ...] = (
    _canary(1, "Qwyzabelle", "Zzcanari-Québracho"),
    _canary(2, "Xörvandil", "Zzcanary-Thrumble"),
    _canary(3, "Pfïnoula", "Zzcanari-d’Ythère"),
    _canary(4, "Kzarimond", "Zzcanary-O’Squill"),
    _canary(5, "Vœlindre", "Zzcanari-Ægypte"),
)


def plant(people: pd.DataFrame, present: Mapping[str, pd.Index]) -> tuple[pd.DataFrame, dict[int, Canary]]:
    """Give canary identities to people present in as many cycles as possible.

    Parameters
    ----------
    people : DataFrame
        One row a person, indexed by number.
    present : mapping of cycle to index
        Numbers of the people of each cycle.

    Returns
    -------
    DataFrame
        The people, with canaries in place.
    dict of int to Canary
        Which person's number holds which canary.
    """
    cycles = pd.Series(0, index=people.index)
    for numbers in present.values():
        cycles.loc[numbers] += 1
    chosen = cycles.sort_values(ascending=False, kind="stable").index[: len(CANARIES)]
    planted = dict(zip(map(int, chosen), CANARIES, strict=False))
    changed = people.copy()
    for number, canary in planted.items():
        for column in ("person_id", "pri", "given_name", "family_name"):
            changed.loc[number, column] = getattr(canary, column)
    return changed, planted
