"""The spec of an audit: which column of which file means what, and what everybody knows about hidden cells.

A TOML file that an analyst writes beside published files. `docs/how-to/audit-published-tables.md` teaches it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from etm_workbench.errors import BadDefinition, BadInput, nearest

Missing = Literal["zero", "hidden", "unknown"]
Rounding = Literal["nearest", "random"]


class Section(BaseModel):
    """A part of the spec; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Hidden(Section):
    """Marks of a hidden cell and what everybody knows of such a cell: at least, at most."""

    marks: tuple[str, ...]
    at_least: float = 0.0
    at_most: float | None = None

    @model_validator(mode="after")
    def _some_value_left(self) -> Hidden:
        if self.at_most is not None and self.at_least > self.at_most:
            raise ValueError("at_least is above at_most")
        return self


class Names(Section):
    """A file that maps names to codes: its columns of names (one or several languages) and of codes."""

    file: str
    name: tuple[str, ...]
    code: str
    encoding: str | None = None


class Dimension(Section):
    """How the labels of one dimension are read.

    `total`: labels that mean everybody. `sum`: whether its categories may be added up (not: years).
    `labels`: label to code. `names`: a file of name variants. `strip`: endings taken off labels.
    `ignore`: labels of rows to leave out. `parts`: for a label that adds up others, the others.
    """

    total: tuple[str, ...] = ()
    sum: bool = True
    labels: dict[str, str] = Field(default_factory=dict)
    names: Names | None = None
    strip: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    parts: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class Wide(Section):
    """Columns that are the categories of one dimension, a value in each."""

    dimension: str
    columns: tuple[str, ...]


class TableSpec(Section):
    """One published table.

    `file`: the file's name; `{year}` in it stands for that dimension's label. `dimensions`: dimension to column.
    `fixed`: dimensions that the whole table has one label of. `value` or `wide`: where the numbers are.
    `people`: whom it counts; only tables of the same people are linked. `missing`: what a row that is not there
    means. `incomplete`: dimensions whose categories do not cover everybody. `rounded_to`: numbers are rounded.
    """

    file: str
    name: str | None = None
    dimensions: dict[str, str]
    value: str | None = None
    wide: Wide | None = None
    fixed: dict[str, str] = Field(default_factory=dict)
    people: str = "everybody"
    missing: Missing = "zero"
    incomplete: tuple[str, ...] = ()
    hidden: tuple[Hidden, ...] | None = None
    not_available: tuple[str, ...] | None = None
    rounded_to: float | None = Field(default=None, gt=0)
    rounding: Rounding = "nearest"
    encoding: str | None = None
    separator: str | None = None
    skip_rows: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _one_place_for_numbers(self) -> TableSpec:
        if (self.value is None) == (self.wide is None):
            raise ValueError("give either 'value' (one column of numbers) or 'wide' (a column a category)")
        return self

    @property
    def all_dimensions(self) -> tuple[str, ...]:
        """Every dimension of the table: in columns, fixed, spread over columns, or in the file's name."""
        wide = (self.wide.dimension,) if self.wide else ()
        return tuple(dict.fromkeys((*self.dimensions, *self.fixed, *wide, *re.findall(r"\{(\w+)\}", self.file))))


class Known(Section):
    """A number known from elsewhere: the group (dimension to label), and its value or its limits."""

    at: dict[str, str]
    people: str = "everybody"
    value: float | None = None
    at_least: float | None = None
    at_most: float | None = None


class Spec(Section):
    """A whole spec.

    `whole_numbers`: the values are people. `negative`: values may be below zero. `inner_cells`: how many finer
    cells may be added behind tables that overlap in a ring.
    """

    title: str = ""
    whole_numbers: bool = True
    negative: bool = False
    inner_cells: int = Field(default=20_000, ge=0)
    hidden: tuple[Hidden, ...] = (Hidden(marks=("*",)),)
    not_available: tuple[str, ...] = ()
    dimensions: dict[str, Dimension] = Field(default_factory=dict)
    tables: tuple[TableSpec, ...]
    known: tuple[Known, ...] = ()

    @model_validator(mode="after")
    def _some_table(self) -> Spec:
        if not self.tables:
            raise ValueError("there is no [[tables]]")
        return self

    def dimension(self, name: str) -> Dimension:
        """How a dimension's labels are read; plainly if the spec says nothing of it."""
        return self.dimensions.get(name, Dimension())


_SECTIONS: dict[str, type[Section]] = {
    "dimensions": Dimension,
    "names": Names,
    "wide": Wide,
    "tables": TableSpec,
    "known": Known,
    "hidden": Hidden,
}


def load_spec(path: Path) -> Spec:
    """The spec in a TOML file.

    Raises
    ------
    BadInput
        The file is not there.
    BadDefinition
        It is no TOML, or says something the audit does not know; all problems at once, with the nearest key.
    """
    try:
        spec = Spec.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except FileNotFoundError as problem:
        raise BadInput(
            f"There is no spec '{path.name}'.", remedy="Give the path of a TOML file with --spec."
        ) from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadDefinition(f"The spec '{path.name}' is no TOML file: {problem}.") from problem
    except ValidationError as problem:
        found = [_sentence(error) for error in problem.errors()]
        raise BadDefinition(
            f"The spec '{path.name}' is wrong. {first_twenty(found)}",
            remedy="The how-to guide 'Audit published tables' lists every key.",
        ) from problem
    _check_names(spec, path)
    return spec


def _sentence(error: ErrorDetails) -> str:
    place = ".".join(str(part + 1) if isinstance(part, int) else part for part in error["loc"])
    if error["type"] != "extra_forbidden":
        return f"{place}: {error['msg'].removeprefix('Value error, ')}."
    holders = [part for part in error["loc"][:-1] if part in _SECTIONS]
    section = _SECTIONS[str(holders[-1])] if holders else Spec
    return f"{place}: there is no such key. {nearest(str(error['loc'][-1]), section.model_fields)}"


def _check_names(spec: Spec, path: Path) -> None:
    """Dimensions named in one part of the spec must stand in a table."""
    used = {name for table in spec.tables for name in table.all_dimensions}
    wrong = [f"dimensions.{name}: no table has it. {nearest(name, used)}" for name in spec.dimensions.keys() - used]
    for place, table in enumerate(spec.tables, start=1):
        own = table.all_dimensions
        wrong += [
            f"tables.{place}.incomplete: the table has no dimension '{name}'. {nearest(name, own)}"
            for name in table.incomplete
            if name not in own
        ]
    for place, fact in enumerate(spec.known, start=1):
        wrong += [
            f"known.{place}: no table has a dimension '{name}'. {nearest(name, used)}"
            for name in fact.at
            if name not in used
        ]
    if wrong:
        raise BadDefinition(f"The spec '{path.name}' names unknown dimensions. {first_twenty(sorted(wrong))}")


def first_twenty(sentences: Sequence[str]) -> str:
    """Problems one after another, the first twenty and the count of the rest."""
    more = f" And {len(sentences) - 20} more." if len(sentences) > 20 else ""
    return " ".join(sentences[:20]) + more
