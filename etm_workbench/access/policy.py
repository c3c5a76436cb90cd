"""What each role may see by name: `data/policies/access.toml`, whose owner is named in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from etm_workbench import settings
from etm_workbench.codebook.owned_file import read_owned
from etm_workbench.codebook.variables import Evidence, Section


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NamesRule(_Part):
    """What allows a list of names. `levels` empty for all; `sections`: whose answers may stand beside names."""

    organizations: Literal["own", "own_cluster", "every"]
    people: Literal["everyone", "self", "direct_reports"]
    levels: tuple[str, ...]
    sections: tuple[Section, ...]


class Role(_Part):
    """A role in both languages, and the rules any of which may allow a list of names.

    `volunteered`: whether counts also take in people of other levels who sent their questionnaire in.
    """

    en: str = Field(min_length=1)
    fr: str = Field(min_length=1)
    evidence: Evidence
    names: tuple[NamesRule, ...] = ()
    volunteered: bool = False


class Embedded(_Part):
    """Role of the user of an SQLite store without access list."""

    role: str
    evidence: Evidence


class AccessPolicy(_Part):
    """The content of `data/policies/access.toml`."""

    version: int = Field(ge=1)
    owner: str = Field(min_length=1)
    approved_on: date
    source: str
    embedded: Embedded
    roles: Mapping[str, Role]

    @model_validator(mode="after")
    def _embedded_role_is_declared(self) -> AccessPolicy:
        if self.embedded.role not in self.roles:
            raise ValueError(f"embedded.role: there is no role '{self.embedded.role}'")
        return self


def load_access_policy(*, folder: Path | None = None) -> AccessPolicy:
    """The access policy, from `data/policies/access.toml`.

    Raises
    ------
    BadCodebook
        The file is missing or wrong; every problem is listed.
    """
    return _load((folder or settings.data_folder()) / "policies" / "access.toml")


@cache
def _load(path: Path) -> AccessPolicy:
    return read_owned(path, AccessPolicy, called="The access policy")
