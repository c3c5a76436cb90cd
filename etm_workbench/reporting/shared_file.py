"""A file of records made fit to be shared: recoded until it holds to a policy, measured before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from etm_workbench.errors import CannotProtect
from etm_workbench.protection.microdata import (
    Hierarchy,
    Measures,
    Microdata,
    PseudonymKey,
    Risk,
    SharingPolicy,
    Transitions,
    associations,
    best_recoding,
    individual_risk,
    kept,
    measure,
    post_randomize,
    presence,
    pseudonyms,
    special_uniques,
    suppress_locally,
)
from etm_workbench.protection.microdata.utility import Association, Kept
from etm_workbench.reporting.sharing_spec import SharingSpec


@dataclass(frozen=True, slots=True)
class Figures:
    """What holds of a file at one moment.

    `measures`: k, l, t and kin. `risk`: chances of being found by who knows the key variables of everybody.
    `special`: records that few of their answers already make unique. `highest_special`: the highest score.
    """

    records: int
    measures: Measures
    risk: Risk
    special: int
    highest_special: int


@dataclass(frozen=True, slots=True)
class Sharing:
    """How a file is to be shared: what its columns are for, for whom, coarser codes, and the key of pseudonyms."""

    spec: SharingSpec
    policy: SharingPolicy
    hierarchies: Sequence[Hierarchy] = ()
    key: PseudonymKey | None = None


@dataclass(frozen=True, slots=True, repr=False)
class SharedFile:
    """A file as it would be shared, with what its sheet says.

    Parameters
    ----------
    data : Microdata
        The records, in random order.
    policy : SharingPolicy
        What it holds to.
    before, after : Figures
        Of the file as it stood, and as it would be shared (answers drawn anew apart).
    kept, associations : tuple
        What it is still good for.
    transitions : tuple of Transitions
        The chances of the variables whose answers were drawn anew.
    presence : tuple of float, or None
        Delta-presence, where a population was given.
    """

    data: Microdata
    policy: SharingPolicy
    before: Figures
    after: Figures
    kept: tuple[Kept, ...]
    associations: tuple[Association, ...]
    transitions: tuple[Transitions, ...]
    presence: tuple[float, float] | None
    has_pseudonyms: bool

    def __repr__(self) -> str:
        return f"<SharedFile for {self.policy.recipients}>"

    def as_record(self) -> dict[str, Any]:
        """The sheet's figures as plain JSON values."""
        return {
            "policy": self.policy.identifier,
            "before": asdict(self.before),
            "after": asdict(self.after),
            "dropped": self.data.dropped,
            "presence": self.presence,
            "kept": [asdict(one) for one in self.kept],
            "associations": [asdict(one) for one in self.associations],
            "transitions": [
                {"variable": t.variable, "codes": t.codes, "chances": t.chances.tolist()} for t in self.transitions
            ],
        }


def share(
    data: Microdata, sharing: Sharing, *, rng: np.random.Generator, population: Microdata | None = None
) -> SharedFile:
    """The file recoded until it holds to a policy.

    Parameters
    ----------
    data : Microdata
        As it stands.
    sharing : Sharing
        What its columns are for, for whom, and with which coarser codes.
    rng : Generator
        For the order of the records and for answers drawn anew.
    population : Microdata, optional
        Everybody an intruder may know, to measure delta-presence.

    Raises
    ------
    CannotProtect
        More records would have to be left out than the policy lets.
    """
    spec, policy = sharing.spec, sharing.policy
    recoded = _recoded(data, sharing)
    shown, transitions = _drawn_anew(recoded, spec.stay, rng)
    if sharing.key is not None and spec.person:
        coded = pseudonyms(shown.records[spec.person].map(str), sharing.key)
        shown = replace(shown, records=shown.records.assign(**{spec.person: coded}))
    return SharedFile(
        data=replace(shown, records=shown.records.iloc[rng.permutation(len(shown.records))]),
        policy=policy,
        before=figures_of(data, policy),
        after=figures_of(recoded, policy),
        kept=kept(data, shown),
        associations=associations(data.records, shown.records, (*spec.key, *spec.sensitive)),
        transitions=transitions,
        presence=None if population is None else presence(recoded, population, hierarchies=sharing.hierarchies),
        has_pseudonyms=sharing.key is not None and bool(spec.person),
    )


def _recoded(data: Microdata, sharing: Sharing) -> Microdata:
    spec, policy, hierarchies = sharing.spec, sharing.policy, sharing.hierarchies
    if spec.recoding == "full":
        return best_recoding(data, policy.demands, hierarchies, most_dropped=policy.most_dropped).data
    recoded = suppress_locally(data, policy.demands, hierarchies=hierarchies, importance=spec.importance)
    if not len(recoded.records) or recoded.dropped > policy.most_dropped * len(data.records):
        raise CannotProtect(
            f"{recoded.dropped} of {len(data.records)} records would have to be left out to hold to "
            f"{policy.identifier}.",
            expected=f"At most {policy.most_dropped:.0%}.",
            remedy="Share fewer key variables, or give hierarchies with coarser codes.",
        )
    return recoded


def figures_of(data: Microdata, policy: SharingPolicy) -> Figures:
    """What holds of a file."""
    scores = special_uniques(data)
    return Figures(
        records=len(data.records),
        measures=measure(data),
        risk=individual_risk(data, mark=policy.mark),
        special=int((scores > 0).sum()),
        highest_special=int(scores.max(initial=0)),
    )


def _drawn_anew(
    data: Microdata, stay: Mapping[str, float], rng: np.random.Generator
) -> tuple[Microdata, tuple[Transitions, ...]]:
    drawn = []
    for variable, chance in stay.items():
        data, transitions = post_randomize(data, variable, stay=chance, rng=rng)
        drawn.append(transitions)
    return data, tuple(drawn)
