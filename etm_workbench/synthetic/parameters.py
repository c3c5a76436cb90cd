"""The named parameters of the fictional service, from `data/synthetic/parameters.toml`.

The counts by organization and level are published; every other distribution is a parameter here, with
its evidence, so that nobody takes an assumption for a fact about real executives.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from etm_workbench import settings
from etm_workbench.codebook.problems import of_entry, raise_if_any
from etm_workbench.codebook.variables import Evidence
from etm_workbench.errors import BadCodebook, nearest

Shares = Mapping[str, float]


class Parameter(BaseModel):
    """One named parameter: its value, unit, evidence and source."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    en: str = Field(min_length=1)
    fr: str = Field(min_length=1)
    unit: str = Field(min_length=1)
    evidence: Evidence
    source: str = Field(min_length=1)
    value: Any

    @model_validator(mode="after")
    def _shares_sum_to_one(self) -> Parameter:
        if self.unit == "shares":
            nested = any(isinstance(part, dict) for part in self.value.values())
            for name, shares in self.value.items() if nested else [("value", self.value)]:
                if not math.isclose(sum(shares.values()), 1.0, abs_tol=1e-9):
                    raise ValueError(f"shares of '{name}' do not sum to one")
        return self


@dataclass(frozen=True, slots=True, repr=False)
class Parameters:
    """All parameters by name; asking for one that is not declared is an error of the file."""

    entries: Mapping[str, Parameter]

    def __getitem__(self, name: str) -> Any:
        if name not in self.entries:
            raise BadCodebook(f"parameters.toml has no '{name}'.", remedy=nearest(name, self.entries))
        return self.entries[name].value

    def number(self, name: str) -> float:
        """The value of a parameter that is one number."""
        return float(self[name])

    def shares(self, name: str, part: str | None = None) -> dict[str, float]:
        """The numbers of a parameter by code, or those of one of its parts."""
        value = self[name] if part is None else self[name][part]
        return {code: float(number) for code, number in value.items()}

    def __repr__(self) -> str:
        return f"<Parameters: {len(self.entries)}>"


def load_parameters(folder: Path | None = None) -> Parameters:
    """The parameters of a data folder; the workbench's own when not given.

    Raises
    ------
    BadCodebook
        The file is missing or wrong; every problem is listed.
    """
    path = (folder or settings.data_folder()) / "synthetic" / "parameters.toml"
    if not path.is_file():
        raise BadCodebook(f"The parameter file '{path.name}' is missing.", remedy="Restore it in data/synthetic.")
    tables: dict[str, dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))
    entries, problems = {}, list[str]()
    for name, table in tables.items():
        try:
            entries[name] = Parameter.model_validate({"name": name, **table})
        except ValidationError as problem:
            problems += of_entry(path.name, name, problem)
    raise_if_any(problems)
    return Parameters(entries)
