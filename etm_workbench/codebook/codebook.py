"""The codebook of a cycle: what each variable means, its codes, and its labels in both languages.

Files: `data/codebook/variables.toml`, `code_lists.toml`, `cycles.toml`, and `constructed.toml` with
`constructed_lists.toml` for what is worked out from answers; organizations and clusters in
`data/reference/`. Every entry says its source and how sure it is.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from etm_workbench import settings
from etm_workbench.codebook.bilingual import Bilingual
from etm_workbench.codebook.organizations import Cluster, Organization, read_clusters, read_organizations
from etm_workbench.codebook.problems import between_entries, of_clusters, of_entry, raise_if_any
from etm_workbench.codebook.variables import CodeList, Cycle, Variable
from etm_workbench.errors import BadCodebook, BadInput, nearest

_Entry = TypeVar("_Entry", bound=BaseModel)
# What people fill, then what the workbench works out from it.
_VARIABLES = ("variables.toml", "constructed.toml")
_LISTS = ("code_lists.toml", "constructed_lists.toml")


@dataclass(frozen=True, slots=True, repr=False)
class Codebook:
    """Variables, code lists, cycles, organizations and clusters as they hold in one cycle."""

    cycle: str
    variables: Mapping[str, Variable]
    code_lists: Mapping[str, CodeList]
    cycles: Mapping[str, Cycle]
    organizations: Mapping[str, Organization]
    clusters: Mapping[str, Cluster]

    def variable(self, name: str) -> Variable:
        """The variable `name`; `BadInput` with the nearest name when there is none in this cycle."""
        if name not in self.variables:
            raise BadInput(
                f"There is no variable '{name}' in cycle {self.cycle}.", remedy=nearest(name, self.variables)
            )
        return self.variables[name]

    def code_list(self, variable: str) -> CodeList:
        """The code list of a variable; `BadInput` when it has none."""
        name = self.variable(variable).code_list
        if name is None:
            raise BadInput(f"Variable '{variable}' has no code list.", remedy="Choose a coded variable.")
        return self.code_lists[name]

    def codes(self, variable: str) -> tuple[str, ...]:
        """Codes of a variable in display order, as they hold in this cycle.

        Those of `organization` are the organizations with executives on the cycle's headcount date.
        """
        if variable == "organization":
            year = self.cycles[self.cycle].headcount_on.year
            return tuple(o.identifier for o in self.organizations.values() if o.holds_in(year))
        return tuple(code.code for code in self.code_list(variable).codes if code.holds_in(self.cycle))

    def label(self, variable: str, code: str) -> Bilingual:
        """The label of a code of a variable, as it was in this cycle."""
        if variable == "organization" and code in self.organizations:
            return self.organizations[code].title
        if variable in ("organization", "cluster") and code in self.clusters:
            return self.clusters[code].title
        return self.code_list(variable)[code].label_in(self.cycle)

    def __repr__(self) -> str:
        return f"<Codebook of {self.cycle}: {len(self.variables)} variables, {len(self.organizations)} organizations>"


def load_codebook(cycle: str | None = None, *, folder: Path | None = None) -> Codebook:
    """The codebook as it holds in `cycle`.

    Parameters
    ----------
    cycle : str, optional
        Written `2025-26`; the latest one declared when not given.
    folder : Path, optional
        A data folder; the workbench's own when not given.

    Raises
    ------
    BadCodebook
        A file is missing or wrong; every problem of a file is listed.
    BadInput
        The cycle is not declared.
    """
    return _load(cycle, folder or settings.data_folder())


@cache
def _load(cycle: str | None, folder: Path) -> Codebook:
    files, problems = folder / "codebook", list[str]()
    cycles = {entry.cycle: entry for entry in _entries(files / "cycles.toml", Cycle, "cycle", problems=problems)}
    lists = {c.name: c for file in _LISTS for c in _entries(files / file, CodeList, "name", problems=problems)}
    variables = {v.name: v for file in _VARIABLES for v in _entries(files / file, Variable, "name", problems=problems)}
    # Entries that could not be read are missing here: what refers to them would be reported twice.
    raise_if_any(problems or between_entries(variables, lists, cycles))
    organizations, clusters = read_organizations(folder / "reference"), read_clusters(folder / "reference")
    raise_if_any(of_clusters(organizations, clusters))
    chosen = cycle or max(cycles)
    if chosen not in cycles:
        raise BadInput(f"The codebook has no cycle '{chosen}'.", remedy=nearest(chosen, cycles))
    return Codebook(
        cycle=chosen,
        variables={name: v for name, v in variables.items() if v.holds_in(chosen)},
        code_lists=lists,
        cycles=cycles,
        organizations=organizations,
        clusters=clusters,
    )


def _entries(path: Path, kind: type[_Entry], key: str, *, problems: list[str]) -> list[_Entry]:
    """The entries of one file; what is wrong with the others is added to `problems`."""
    if not path.is_file():
        raise BadCodebook(f"The codebook file '{path.name}' is missing.", remedy="Restore it in data/codebook.")
    try:
        tables: dict[str, dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as problem:
        raise BadCodebook(f"'{path.name}' is not valid TOML: {problem}.", remedy="Mend that line.") from problem
    entries = []
    for name, table in tables.items():
        try:
            entries.append(kind.model_validate({key: name, **table}))
        except ValidationError as problem:
            problems += of_entry(path.name, name, problem)
    return entries
