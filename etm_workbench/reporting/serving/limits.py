"""How many, how much and how long: `data/policies/serving.toml`, whose owner is named in it."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, PositiveFloat, PositiveInt

from etm_workbench import settings
from etm_workbench.codebook.owned_file import read_owned


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class KernelLimits(_Part):
    """Of live dashboards; seconds where the name says so."""

    most: PositiveInt
    most_a_viewer: PositiveInt
    starting: PositiveInt
    idle_seconds: PositiveFloat
    closed_tab_seconds: PositiveFloat
    unopened_seconds: PositiveFloat
    sweep_seconds: PositiveFloat


class RequestLimits(_Part):
    """Of what browsers send, and of work under way."""

    most_body_bytes: PositiveInt
    most_message_bytes: PositiveInt
    most_transport_bytes: PositiveInt
    body_seconds: PositiveFloat
    threads: PositiveInt
    waiting: PositiveInt
    kept_bytes: PositiveInt


class LaptopLimits(_Part):
    """Of a login on one's own machine."""

    session_hours: PositiveFloat


class Limits(_Part):
    """The content of `data/policies/serving.toml`."""

    version: int = Field(ge=1)
    owner: str = Field(min_length=1)
    approved_on: date
    source: str
    kernels: KernelLimits
    requests: RequestLimits
    laptop: LaptopLimits


def load_limits(*, folder: Path | None = None) -> Limits:
    """The limits, from `data/policies/serving.toml`.

    Raises
    ------
    BadCodebook
        The file is missing or wrong; every problem is listed.
    """
    return _load((folder or settings.data_folder()) / "policies" / "serving.toml")


@cache
def _load(path: Path) -> Limits:
    return read_owned(path, Limits, called="The file of limits")
