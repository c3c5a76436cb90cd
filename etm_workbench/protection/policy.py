"""Policies: who may read what, under which rules. Files in `data/policies/`, one an audience, each with an owner.

Nothing in a report can loosen one: `protect` takes the audience's file and no other argument about rules.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from etm_workbench import settings
from etm_workbench.codebook.owned_file import read_owned
from etm_workbench.errors import BadCodebook, BadInput, nearest
from etm_workbench.sensitive import SENSITIVITIES, Sensitivity

CostKind = Literal["log", "count", "value"]
_NAMES_AUDIENCE = re.compile(r"^\s*audience\b", re.MULTILINE)


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ClassRules(_Section):
    """Rules for one sensitivity class.

    `threshold`: cells of 1 to `threshold` - 1 people are hidden (1 hides nothing). `width`: how many
    people wide the interval must stay that an intruder can deduce for a hidden cell.
    `class_disclosure`: hide a group whose members all gave one answer. `small_groups`: a group smaller
    than the threshold has every answer hidden, zeros included.
    """

    threshold: int = Field(ge=1)
    width: int = Field(default=0, ge=0)
    class_disclosure: bool = False
    small_groups: bool = False


class Classes(_Section):
    """Rules for each sensitivity class."""

    establishment: ClassRules
    attribute: ClassRules
    judgement: ClassRules

    def of(self, sensitivity: Sensitivity) -> ClassRules:
        """The rules of one class."""
        rules: ClassRules = getattr(self, sensitivity)
        return rules


class Attackers(_Section):
    """Whom hidden cells are protected against, beside an outsider who knows that people cannot be negative."""

    at_least_one: bool
    members: bool


class Suppression(_Section):
    """How complementary cells are chosen.

    `margin_weight`: how many times more hiding a total costs; 1: no more. `seconds`: time for one release before
    the best safe pattern is taken. `stability`: share of the cost taken off a cell that the same table hid in the
    last cycle.
    """

    cost: CostKind
    margin_weight: float = Field(ge=1)
    seconds: float = Field(gt=0)
    stability: float = Field(ge=0, lt=1)


class Magnitudes(_Section):
    """Rules for means, medians, percentiles, extremes and sums of a quantity."""

    minimum_mean: int = Field(ge=1)
    minimum_quantile: int = Field(ge=1)
    extremes: bool
    dominance_share: float = Field(gt=0, le=1)
    p_percent: float = Field(ge=0)


class Tests(_Section):
    """Rules for test statistics and models."""

    minimum_freedom: int = Field(ge=1)


class Rounding(_Section):
    """How shown counts are rounded: to multiples of `base` (0 for none), by `method`.

    `conventional`: to the nearest. `random`: to either side without bias. `controlled`: so that tables still
    add up.
    """

    base: int = Field(ge=0)
    method: Literal["conventional", "random", "controlled"] = "conventional"


class Symbols(_Section):
    """What stands in a table for a number that is not shown; zero is always 0."""

    withheld: str = Field(min_length=1)
    not_available: str = Field(min_length=1)
    not_applicable: str = Field(min_length=1)
    too_unreliable: str = Field(min_length=1)


class Policy(_Section):
    """The rules of one audience.

    `combines_with`: audiences whose releases the same readers may put side by side. `remembers`: releases
    are recorded and protected together with earlier ones. `lasting`: variables whose answers stay with a
    person from cycle to cycle, so that last cycle's tables tell of this one's people.
    """

    audience: str
    version: int = Field(ge=1)
    owner: str = Field(min_length=1)
    approved_on: date
    en: str = Field(min_length=1)
    fr: str = Field(min_length=1)
    evidence: str
    source: str
    combines_with: tuple[str, ...]
    remembers: bool
    lasting: tuple[str, ...] = ()
    classes: Classes
    attackers: Attackers
    suppression: Suppression
    magnitudes: Magnitudes
    tests: Tests
    rounding: Rounding
    symbols: Symbols

    @property
    def thresholds(self) -> dict[Sensitivity, int]:
        """The smallest group of each class that may be seen."""
        return {kind: self.classes.of(kind).threshold for kind in SENSITIVITIES}

    @property
    def identifier(self) -> str:
        """Audience and version, as tables and manifests quote it."""
        return f"{self.audience} v{self.version}"

    @property
    def content_hash(self) -> str:
        """SHA-256 of the rules; hexadecimal."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


def load_policy(audience: str, *, folder: Path | None = None) -> Policy:
    """The policy of an audience.

    Raises
    ------
    BadInput
        No file for this audience; the nearest name is offered.
    BadCodebook
        The file is wrong; every problem is listed.
    """
    return _load(audience, (folder or settings.data_folder()) / "policies")


@dataclass(frozen=True, slots=True)
class Coalition:
    """Readers who may put releases to several audiences side by side.

    Parameters
    ----------
    audiences : tuple of str
        Whose releases they hold; sorted.
    policy : Policy
        Of the audience that they belong to: what they must not be able to work out.
    """

    audiences: tuple[str, ...]
    policy: Policy


def coalitions(policy: Policy, *, folder: Path | None = None) -> tuple[Coalition, ...]:
    """Readers who may hold a release under this policy.

    Returns
    -------
    tuple of Coalition
        The audience's own readers first; then those of other audiences who read its releases too.
    """
    place = (folder or settings.data_folder()) / "policies"
    others = [_load(audience, place) for audience in _audiences(place) if audience != policy.audience]
    readers = [policy, *(other for other in others if other.remembers and policy.audience in other.combines_with)]
    return tuple(Coalition(tuple(sorted({one.audience, *one.combines_with})), one) for one in readers)


def audiences(*, folder: Path | None = None) -> tuple[str, ...]:
    """The audiences that have a policy, sorted."""
    return tuple(_audiences((folder or settings.data_folder()) / "policies"))


def _audiences(folder: Path) -> list[str]:
    """Audiences with a file; the folder's other files, such as the access policy, name none."""
    names = (path for path in folder.glob("*.toml") if _NAMES_AUDIENCE.search(path.read_text(encoding="utf-8")))
    return sorted(path.stem for path in names)


@cache
def _load(audience: str, folder: Path) -> Policy:
    path = folder / f"{audience}.toml"
    known = _audiences(folder)
    if audience not in known:
        raise BadInput(f"There is no policy for the audience '{audience}'.", remedy=nearest(audience, known))
    policy = read_owned(path, Policy, called="Policy")
    if policy.audience != audience:
        raise BadCodebook(
            f"Policy '{path.name}' says it is for '{policy.audience}'.", remedy="Name the file after its audience."
        )
    return policy
