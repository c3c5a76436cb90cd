"""A mapping file (TOML): how a foreign layout becomes the codebook's variables, without code.

It renames columns, translates answers, makes codes from ranges of numbers, joins two columns, gives
constants, and names what is left out and why. What it does is part of a stored file's identity, by its hash.
"""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from etm_workbench.codebook import Codebook
from etm_workbench.codebook.owned_file import read_owned
from etm_workbench.errors import BadInput, nearest
from etm_workbench.intake.sheets import Layout


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FileForm(_Part):
    """`[file]`: the form of the file, where it cannot be found out. Rows and sheets count from 1."""

    kind: Literal["questionnaire", "accounts", "equity"] | None = None
    sheet: int | None = Field(default=None, ge=1)
    header_row: int | None = Field(default=None, ge=1)
    skip_rows: tuple[int, ...] = ()
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    encoding: str | None = None
    date_order: Literal["day_first", "month_first"] | None = None


class OwnOrganization(_Part):
    """`[organization]`: an organization that the codebook does not list, such as a sample's."""

    identifier: str = Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")
    title_en: str = Field(min_length=1)
    title_fr: str = Field(min_length=1)


class Range(_Part):
    """Numbers from `at_least` up to, not including, `below` become `code`."""

    at_least: float | None = None
    below: float | None = None
    code: str

    def holds(self, number: float) -> bool:
        """Whether `number` lies in the range."""
        return (self.at_least is None or number >= self.at_least) and (self.below is None or number < self.below)


class Derivation(_Part):
    """`[variables.NAME]`: where a variable comes from.

    One of `column` (a header), `columns` (headers whose answers are joined with `join`) or `constant`.
    With `column`, one of: `codes` translates answers; `ranges` turns numbers into codes; `subtract_from`
    takes the number from a constant (an age becomes a birth year); `years_before` takes whole years from a
    date. `prefix` goes before the answer. `blank` lists answers that mean no answer. `note` says why.
    """

    column: str | None = None
    columns: tuple[str, ...] = ()
    join: str = " "
    constant: str | int | float | bool | None = None
    codes: dict[str, str] = {}
    ranges: tuple[Range, ...] = ()
    subtract_from: float | None = None
    years_before: date | None = None
    prefix: str = ""
    blank: tuple[str, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        sources = (self.column is not None) + bool(self.columns) + (self.constant is not None)
        if sources != 1:
            raise ValueError("give exactly one of 'column', 'columns' and 'constant'")
        computed = (self.subtract_from is not None) + (self.years_before is not None)
        steps = bool(self.codes) + bool(self.ranges) + computed
        if steps > 1 or (steps and self.column is None):
            raise ValueError("'codes', 'ranges', 'subtract_from' and 'years_before' each stand alone and need 'column'")
        return self

    @property
    def headers(self) -> tuple[str, ...]:
        """Headers the variable is made from."""
        return (self.column,) if self.column is not None else self.columns


class Mapping(_Part):
    """A whole mapping file. `rename`: header to variable; `ignore`: header to the reason it is left out."""

    name: str = ""
    source: str = ""
    file: FileForm = FileForm()
    organization: OwnOrganization | None = None
    rename: dict[str, str] = {}
    variables: dict[str, Derivation] = {}
    ignore: dict[str, str] = {}

    @property
    def derivations(self) -> dict[str, Derivation]:
        """Every variable the mapping makes, renamed columns included."""
        return {**{variable: Derivation(column=header) for header, variable in self.rename.items()}, **self.variables}

    @property
    def layout(self) -> Layout:
        """The file's form, for its reader."""
        return Layout(**self.file.model_dump(exclude={"kind"}))

    @property
    def digest(self) -> str:
        """SHA-256 of what the mapping does, hexadecimal; empty for a mapping that does nothing."""
        if self == Mapping():
            return ""
        return hashlib.sha256(self.model_dump_json(exclude={"name", "source"}).encode()).hexdigest()


def load_mapping(path: Path, codebook: Codebook) -> Mapping:
    """The mapping in a TOML file.

    Raises
    ------
    BadCodebook
        The file is not valid; every problem is listed, the first twenty shown.
    BadInput
        There is no such file, or it names variables that the codebook lacks.
    """
    if not path.is_file():
        raise BadInput(f"There is no mapping file '{path.name}'.", remedy="Check the path.")
    mapping = read_owned(path, Mapping, called="The mapping")
    for variable in mapping.derivations:
        if variable not in codebook.variables:
            raise BadInput(
                f"The mapping '{path.name}' makes the variable '{variable}', which cycle {codebook.cycle} lacks.",
                remedy=nearest(variable, codebook.variables),
            )
    return mapping
