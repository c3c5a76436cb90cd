"""What the columns of a file of records are for, before it is shared: a TOML file beside it.

Every column must be named. What nobody thought of would otherwise leave as it is.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from etm_workbench.errors import BadDefinition, BadInput, nearest
from etm_workbench.protection.microdata import Hierarchy, Microdata


class SharingSpec(BaseModel):
    """The columns of a file.

    `key`: what an intruder may know of somebody. `sensitive`: what must not be learned. `leave_out`: names and
    other direct identifiers. `person`: a column replaced by keyed pseudonyms for `purpose`. `as_is`: columns
    that say nothing of a person. `recoding`: `local` changes only the records that need it, `full` gives one
    code one meaning in the whole file. `hierarchies`: for a key variable, a CSV file with its codes, then
    coarser ones. `importance`: what losing a variable's answer costs, 1 if not given. `stay`: for a sensitive
    variable, the chance that an answer is not drawn anew.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: tuple[str, ...] = Field(min_length=1)
    sensitive: tuple[str, ...] = Field(min_length=1)
    leave_out: tuple[str, ...] = ()
    person: str = ""
    purpose: str = ""
    as_is: tuple[str, ...] = ()
    recoding: Literal["local", "full"] = "local"
    hierarchies: Mapping[str, str] = Field(default_factory=dict)
    importance: Mapping[str, float] = Field(default_factory=dict)
    stay: Mapping[str, float] = Field(default_factory=dict)

    def columns(self) -> tuple[str, ...]:
        """Every column that is named, once for each time."""
        return (*self.key, *self.sensitive, *self.leave_out, *self.as_is, *([self.person] if self.person else []))


def read_spec(path: Path) -> SharingSpec:
    """The spec of a file.

    Raises
    ------
    BadDefinition
        It is no spec; every problem is listed.
    """
    try:
        return SharingSpec.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as problem:
        raise BadDefinition(f"'{path.name}' is not valid TOML: {problem}.", remedy="Mend that line.") from problem
    except ValidationError as problem:
        found = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in problem.errors()[:20])
        raise BadDefinition(
            f"'{path.name}' has {problem.error_count()} problems: {found}.",
            remedy="The guide 'Share a file of records' shows one.",
        ) from problem


def read_records(path: Path, spec: SharingSpec) -> Microdata:
    """The records of a file as the spec has them; empty answers are missing.

    Raises
    ------
    BadDefinition
        A column is named that the file lacks, or not named, or named twice.
    """
    records = pd.read_csv(path, dtype=str, keep_default_na=False)
    records = records.where(records != "", None)
    named = spec.columns()
    problems = [f"'{n}' is not in the file ({nearest(n, records.columns)})" for n in named if n not in records.columns]
    problems += [f"'{name}' is in the file and not in the spec" for name in records.columns if name not in named]
    problems += [
        f"'{name}' is named {named.count(name)} times" for name in dict.fromkeys(named) if named.count(name) > 1
    ]
    asked = {"hierarchies": spec.key, "importance": spec.key, "stay": spec.sensitive}
    for part, allowed in asked.items():
        problems += [f"{part}.{n} is about no such variable" for n in getattr(spec, part) if n not in allowed]
    if problems:
        raise BadDefinition(
            f"The spec does not fit '{path.name}': {'; '.join(problems[:20])}.",
            expected="Every column of the file stands in the spec once.",
        )
    return Microdata(records.drop(columns=list(spec.leave_out)), spec.key, spec.sensitive)


def read_hierarchies(spec: SharingSpec, folder: Path) -> tuple[Hierarchy, ...]:
    """The hierarchies that a spec names, from files beside it.

    Raises
    ------
    BadInput
        A file is missing, or has no coarser column.
    """
    return tuple(_hierarchy(variable, folder / name) for variable, name in spec.hierarchies.items())


def _hierarchy(variable: str, path: Path) -> Hierarchy:
    if not path.is_file():
        raise BadInput(f"The hierarchy of '{variable}' is not at '{path.name}'.", remedy="Put it beside the spec.")
    steps = pd.read_csv(path, dtype=str, keep_default_na=False)
    if steps.shape[1] < 2:
        raise BadInput(f"'{path.name}' has no coarser codes.", expected="A column of codes, then one a coarser step.")
    codes, *coarser = (steps[name] for name in steps.columns)
    return Hierarchy(variable, tuple(dict(zip(codes, column, strict=True)) for column in coarser))
