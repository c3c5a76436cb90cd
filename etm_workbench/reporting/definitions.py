"""A standard report's definition: its parameters and its texts, in a file beside the notebook.

`notebooks/standard/NAME.toml` declares each parameter once (type, choices, default, help) and each text
once (English and French on adjacent lines). The notebook's parameters cell is checked against it, both
ways, so that neither can drift.
"""

from __future__ import annotations

import ast
import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import nbformat
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from etm_workbench import settings
from etm_workbench.codebook import LANGUAGES, Bilingual, Codebook
from etm_workbench.errors import BadDefinition, nearest
from etm_workbench.reporting.problems import at, numbered, offered, organization_offered, problem

ParameterType = Literal["cycle", "organization", "cluster", "audience", "language", "choice", "text", "integer"]
ParameterValue = str | int


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Both(_Entry):
    """A text in both languages, as it stands in a file."""

    en: str = Field(min_length=1)
    fr: str = Field(min_length=1)

    @property
    def text(self) -> Bilingual:
        """The two as one."""
        return Bilingual(self.en, self.fr)


class BoundText(Both):
    """A text with slots, and what to say when one of its numbers is withheld."""

    withheld: Both | None = None


class Parameter(_Entry):
    """One parameter of a report. `choices` only for the type `choice`, `minimum` and `maximum` for `integer`."""

    type: ParameterType
    default: ParameterValue
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    en: str = Field(min_length=1)
    fr: str = Field(min_length=1)


class ReportFile(_Entry):
    """What a report's TOML file holds.

    `labels`: words for codes that this report means in its own way. `significance`: the adjusted p-value
    below which its sentences call a difference one, 0 to 1; only a report that compares needs it.
    """

    title: Both
    subtitle: Both
    question: Both
    audience: str
    marking: Both | None = None
    parameters: dict[str, Parameter]
    texts: dict[str, BoundText]
    labels: dict[str, dict[str, Both]] = {}
    significance: float | None = Field(default=None, gt=0, lt=1)


@dataclass(frozen=True, slots=True)
class ReportDefinition:
    """A standard report: its name, files, declared parameters and texts."""

    name: str
    notebook: Path
    file: ReportFile

    @property
    def content_hash(self) -> str:
        """SHA-256 of the notebook and its definition; hexadecimal."""
        digest = hashlib.sha256(self.notebook.read_bytes())
        digest.update(self.notebook.with_suffix(".toml").read_bytes())
        return digest.hexdigest()

    def check(self, given: Mapping[str, ParameterValue], codebook: Codebook) -> dict[str, ParameterValue]:
        """The full set of parameters for a run: those given, checked, and the defaults of the others.

        Raises
        ------
        BadDefinition
            Unknown names or values that do not fit, all listed with the nearest valid ones.
        """
        declared = self.file.parameters
        problems = [
            problem(
                f"there is no parameter '{name}'.",
                f"il n’y a pas de paramètre « {name} ».",
                offer=offered(name, declared),
            )
            for name in given
            if name not in declared
        ]
        values = {name: given.get(name, parameter.default) for name, parameter in declared.items()}
        misfits = ((name, _misfit(declared[name], value, codebook)) for name, value in values.items())
        problems += [at(name, misfit) for name, misfit in misfits if misfit]
        if problems:
            raise BadDefinition(
                self._refusal(problems), remedy=f"`etm report show {self.name}` lists them / les énumère."
            )
        return values

    def _refusal(self, problems: Sequence[Bilingual]) -> str:
        said, one = numbered(problems), len(problems) == 1
        return (
            f"Report '{self.name}' was given {len(problems)} wrong parameter{'' if one else 's'}: {said.en} / "
            f"Le rapport « {self.name} » a reçu {len(problems)} paramètre{'' if one else 's'} "
            f"erroné{'' if one else 's'} : {said.fr}"
        )


def standard_reports() -> tuple[str, ...]:
    """Names of the standard reports, sorted."""
    return tuple(sorted(path.stem for path in (settings.project_folder("notebooks") / "standard").glob("*.ipynb")))


@cache
def load_report(name: str) -> ReportDefinition:
    """The definition of a standard report.

    Raises
    ------
    BadDefinition
        There is no such report, or its file and its notebook's parameters cell disagree.
    """
    known = standard_reports()
    if name not in known:
        raise BadDefinition(f"There is no standard report '{name}'.", remedy=nearest(name, known))
    notebook = settings.project_folder("notebooks") / "standard" / f"{name}.ipynb"
    try:
        file = ReportFile.model_validate(tomllib.loads(notebook.with_suffix(".toml").read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, ValidationError) as wrong:
        raise BadDefinition(
            f"The definition of report '{name}' is wrong: {_first_line(wrong)}.", remedy=f"Mend {name}.toml."
        ) from wrong
    _check_cell(name, notebook, file)
    return ReportDefinition(name, notebook, file)


def _check_cell(name: str, notebook: Path, file: ReportFile) -> None:
    """The notebook's tagged cell must assign just the declared parameters, each to its default."""
    cells = nbformat.read(notebook, as_version=4).cells  # type: ignore[no-untyped-call]
    tagged = [cell for cell in cells if "parameters" in cell.metadata.get("tags", [])]
    source = tagged[0].source if len(tagged) == 1 else ""
    assigned = {
        target.id: ast.literal_eval(statement.value)
        for statement in ast.parse(source).body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    declared = {key: parameter.default for key, parameter in file.parameters.items()}
    if assigned != declared:
        differ = sorted(k for k in assigned.keys() | declared.keys() if assigned.get(k) != declared.get(k))
        raise BadDefinition(
            f"Report '{name}': its notebook and {name}.toml disagree on {', '.join(differ)}.",
            expected="One tagged cell that assigns each declared parameter to its default.",
            remedy="Mend the one that is wrong.",
        )


def _misfit(parameter: Parameter, value: ParameterValue, codebook: Codebook) -> Bilingual | None:
    known: Mapping[ParameterType, tuple[str, ...]] = {
        "cycle": tuple(codebook.cycles),
        "organization": tuple(codebook.organizations),
        "cluster": tuple(codebook.clusters),
        "language": LANGUAGES,
        "choice": parameter.choices,
    }
    if parameter.type == "integer":
        return _misfit_number(parameter, value)
    if not isinstance(value, str):
        return problem("a text was expected.", "un texte était attendu.")
    if parameter.type in known and value not in known[parameter.type]:
        organization = parameter.type == "organization"
        offer = organization_offered(value, codebook) if organization else offered(value, known[parameter.type])
        return problem(f"'{value}' is not known.", f"« {value} » est inconnu.", offer=offer)
    return None


def _misfit_number(parameter: Parameter, value: ParameterValue) -> Bilingual | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return problem("a whole number was expected.", "un nombre entier était attendu.")
    if parameter.minimum is not None and value < parameter.minimum:
        least = parameter.minimum
        return problem(f"{value} is below {least}, the least.", f"{value} est inférieur à {least}, le minimum.")
    if parameter.maximum is not None and value > parameter.maximum:
        most = parameter.maximum
        return problem(f"{value} is above {most}, the most.", f"{value} est supérieur à {most}, le maximum.")
    return None


def _first_line(problem: Exception) -> str:
    if isinstance(problem, ValidationError):
        first = problem.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return str(problem)
