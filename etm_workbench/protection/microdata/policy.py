"""What a shared file must hold to, by whom it is for: files in `data/policies/microdata/`, each with an owner."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from etm_workbench import settings
from etm_workbench.codebook.owned_file import read_owned
from etm_workbench.errors import BadInput, nearest
from etm_workbench.protection.microdata.demands import Demands


class SharingPolicy(BaseModel):
    """The demands on a file for some recipients.

    `k`, `l`, `t`: see `Demands`; without `t` closeness is reported and not asked. `most_dropped`: share of
    records that may be left out. `mark`: a chance of being found above which records are counted.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    recipients: str
    version: int = Field(ge=1)
    owner: str = Field(min_length=1)
    approved_on: date
    en: str = Field(min_length=1)
    fr: str = Field(min_length=1)
    evidence: str
    source: str
    k: int = Field(ge=2)
    l: int = Field(ge=1)  # noqa: E741  the measure's name
    t: float = Field(default=1.0, gt=0, le=1)
    most_dropped: float = Field(ge=0, lt=1)
    mark: float = Field(gt=0, le=1)

    @property
    def demands(self) -> Demands:
        """k, l and t."""
        return Demands(self.k, self.l, self.t)

    @property
    def identifier(self) -> str:
        """Recipients and version, as the sheet quotes it."""
        return f"{self.recipients} v{self.version}"


def load_sharing_policy(recipients: str, *, folder: Path | None = None) -> SharingPolicy:
    """The policy for some recipients.

    Raises
    ------
    BadInput
        No file for them; the nearest name is offered.
    BadCodebook
        The file is wrong.
    """
    place = (folder or settings.data_folder()) / "policies" / "microdata"
    known = sorted(path.stem for path in place.glob("*.toml"))
    if recipients not in known:
        raise BadInput(f"There is no policy for files to '{recipients}'.", remedy=nearest(recipients, known))
    return read_owned(place / f"{recipients}.toml", SharingPolicy, called="Policy")
