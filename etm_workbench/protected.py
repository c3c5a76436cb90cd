"""Tables that may be read. A hand-off type: only `protection` makes one.

Every cell of every figure is `Shown` or `Withheld`, and there is no third kind.
Nothing can be computed from a protected table: a sum of its cells would be an unprotected number, and
what is withheld cannot be added. What needs computing is computed before protection, from the same people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from itertools import product
from typing import Any, Literal, NoReturn, get_args

from etm_workbench.errors import BadInput, UnprotectedOutput, nearest
from etm_workbench.sensitive import Dimension, FigureKind, Node, Population, Sensitivity

Reason = Literal[
    "protected",          # to protect the people in this cell, or in another that it would give away
    "too_few",            # fewer contributors than the policy's threshold
    "small_group",        # the whole group is below the threshold, empty categories included
    "class_disclosure",   # everyone in the group shares the value, or nobody else does
    "dominance",          # one or two contributors make up most of a quantity
    "complementary",      # withheld so that another cell cannot be derived
    "depends",            # worked out from a withheld cell
    "earlier_release",    # with what was released before, showing it would disclose
    "too_unreliable",     # too uncertain to be useful
    "not_available",      # not collected, or not received
    "not_applicable",     # cannot exist here
]  # fmt: skip
REASONS: tuple[Reason, ...] = get_args(Reason)
# The last two say that a number does not exist; the others that it exists and is not shown.
ABSENT: frozenset[Reason] = frozenset({"not_available", "not_applicable"})


@dataclass(frozen=True, slots=True)
class Shown:
    """A value that may be read. `kind` tells presentation how to write it."""

    value: float
    kind: FigureKind = "count"


@dataclass(frozen=True, slots=True)
class Withheld:
    """A value that is not shown, and why."""

    reason: Reason


Cell = Shown | Withheld


@dataclass(frozen=True, slots=True)
class Inside:
    """What only the holder of the records may know of a withheld cell; no bundle and no file holds it.

    `rule`: the rule that fired for this very cell; `complementary` when none did. `threshold`: people that a
    cell of its class needs to be shown. `protects`: table and key of the sensitive cells it is withheld for,
    or, for a sensitive cell, of those withheld for it. `interval`: what readers can work out of it, in people.
    `by_group`: whether `too_few` fired for another answer of its group, whose people could be counted off.
    """

    rule: Reason
    threshold: int
    protects: tuple[tuple[str, tuple[str, ...]], ...]
    interval: tuple[float, float]
    by_group: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a cell is withheld, in terms its reader may know.

    `rule`: `small_group` where everybody can see that the group is too small; for other counts `protected`,
    whichever rule fired: telling the small cell from those that cover it would give it away. `partners`: keys
    of the cells withheld in its row, column and so on. `coarser`: dimensions whose next wider category is
    shown. `cell`, `table`: what is explained. `inside`: the whole reason, where the holder of the records asks.
    """

    rule: Reason
    partners: tuple[tuple[str, ...], ...] = ()
    coarser: tuple[str, ...] = ()
    cell: tuple[str, ...] = ()
    table: ProtectedTable | None = field(default=None, repr=False, compare=False)
    inside: Inside | None = field(default=None, repr=False)

    def _repr_html_(self) -> str | None:
        return _explainer(self) if _explainer else None


@dataclass(frozen=True, slots=True)
class ProtectedFigure:
    """One figure over all the cells of a table: its name, kind, and a `Cell` for each."""

    name: str
    kind: FigureKind
    cells: tuple[Cell, ...]


class Seal:
    """Proof that a table comes from `protection`. One exists; `claim_seal` hands it out."""

    __slots__ = ()


_SEAL = Seal()


def claim_seal() -> Seal:
    """The seal. A test holds that only `protection` and `bundle` import this name."""
    return _SEAL


@dataclass(frozen=True, slots=True, eq=False)
class ProtectedTable:
    """Cells over dimensions, each shown or withheld with its reason.

    Made by `wb.protect` or read from a bundle; calling the class raises `UnprotectedOutput`.

    Parameters
    ----------
    name : str
        Name in the release.
    dimensions : tuple of Dimension
        As in the `SensitiveTable` it comes from; codes, no labels.
    population : Population
        Whom it is about, as of when, in which universe.
    sensitivity : Sensitivity
        Of the filters of its population.
    audience : str
        Who may read it.
    policy : str
        Identifier and version of the policy.
    figures : tuple of ProtectedFigure
        `count` first.
    """

    name: str
    dimensions: tuple[Dimension, ...]
    population: Population
    sensitivity: Sensitivity
    audience: str
    policy: str
    figures: tuple[ProtectedFigure, ...]
    explanations: Mapping[tuple[str, ...], Explanation] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    seal: Seal | None = None

    def __post_init__(self) -> None:
        if self.seal is not _SEAL:
            raise UnprotectedOutput(
                f"Table '{self.name}' was not made by protection.",
                expected="Protected tables come from wb.protect, or from a bundle it wrote.",
                remedy="Pass the sensitive table through wb.protect.",
            )
        # Not kept: `dataclasses.replace` would hand it to a copy with other numbers.
        object.__setattr__(self, "seal", None)

    def __init_subclass__(cls, **_: object) -> None:
        raise UnprotectedOutput(
            f"'{cls.__name__}' was to be a kind of protected table of its own.",
            expected="There is one kind, and protection makes it.",
        )

    @property
    def keys(self) -> tuple[tuple[str, ...], ...]:
        """The key of each cell, in order: one code a dimension."""
        return tuple(product(*(dimension.codes for dimension in self.dimensions)))

    @property
    def variables(self) -> tuple[str, ...]:
        """The variable of each dimension."""
        return tuple(dimension.variable for dimension in self.dimensions)

    def figure(self, name: str = "count") -> ProtectedFigure:
        """The figure `name`.

        Raises
        ------
        BadInput
            The table has no such figure; the nearest name is offered.
        """
        for figure in self.figures:
            if figure.name == name:
                return figure
        names = [figure.name for figure in self.figures]
        raise BadInput(f"Table '{self.name}' has no figure '{name}'.", remedy=nearest(name, names))

    def cell(self, figure: str = "count", /, **codes: str) -> Cell:
        """One cell of one figure; a dimension not named means its total.

        Raises
        ------
        BadInput
            A dimension or code does not exist in this table.
        """
        return self.figure(figure).cells[self.position(**codes)]

    def position(self, **codes: str) -> int:
        """Where the cell with these codes stands in `keys`."""
        for variable in codes:
            if variable not in self.variables:
                raise BadInput(
                    f"Table '{self.name}' has no dimension '{variable}'.",
                    remedy=nearest(variable, self.variables),
                )
        place = 0
        for dimension in self.dimensions:
            code = codes.get(dimension.variable, "TOTAL")
            if code not in dimension.codes:
                raise BadInput(
                    f"Dimension '{dimension.variable}' of table '{self.name}' has no code '{code}'.",
                    remedy=nearest(code, dimension.codes),
                )
            place = place * len(dimension.codes) + dimension.codes.index(code)
        return place

    def why(self, figure: str = "count", /, **codes: str) -> Explanation | None:
        """Why a cell is withheld; None when it is shown.

        In a notebook it shows itself in the session's language. It tells no more than a reader of the table
        may know; `Workbench.why` gives the holder of the records the whole reason.

        Raises
        ------
        BadInput
            A figure, dimension or code does not exist in this table.
        """
        position = self.position(**codes)
        cell, key = self.figure(figure).cells[position], self.keys[position]
        if isinstance(cell, Shown):
            return None
        if isinstance(self.figure().cells[position], Withheld) and key in self.explanations:
            return replace(self.explanations[key], cell=key, table=self)
        return Explanation(cell.reason, cell=key, table=self)

    def rows(self, figure: str = "count") -> Iterator[tuple[tuple[str, ...], Cell]]:
        """Key and cell, one after another, for renderers."""
        return zip(self.keys, self.figure(figure).cells, strict=True)

    def to_payload(self) -> dict[str, Any]:
        """The table as plain JSON values; `bundle` reads it back."""
        return {
            "name": self.name,
            "dimensions": [[d.variable, [[n.code, n.parent] for n in d.nodes], d.sensitivity] for d in self.dimensions],
            "population": asdict(self.population),
            "sensitivity": self.sensitivity,
            "audience": self.audience,
            "policy": self.policy,
            "figures": [[f.name, f.kind, [_cell_payload(c) for c in f.cells]] for f in self.figures],
            "explanations": [
                [list(key), e.rule, [list(p) for p in e.partners], list(e.coarser)]
                for key, e in sorted(self.explanations.items())
            ],
            "notes": list(self.notes),
        }

    def __repr__(self) -> str:
        sizes = " × ".join(f"{d.variable} ({len(d.nodes)})" for d in self.dimensions)
        return f"<ProtectedTable '{self.name}': {sizes}; figures {', '.join(f.name for f in self.figures)}>"

    def _repr_html_(self) -> str | None:
        return _renderer(self) if _renderer else None

    def _no_arithmetic(self, *_: object) -> NoReturn:
        raise UnprotectedOutput(
            f"Table '{self.name}' cannot be computed with.",
            expected="A number made from protected cells would itself be unprotected.",
            remedy="Ask analysis for the figure before protection.",
        )

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _no_arithmetic
    __float__ = __int__ = __array__ = _no_arithmetic


def table_from_payload(payload: Mapping[str, Any], seal: Seal) -> ProtectedTable:
    """A table back from `to_payload`; needs the seal, so only `protection` and `bundle` can call it."""
    population = dict(payload["population"])
    population["cycles"] = tuple(population["cycles"])
    population["filters"] = tuple((v, tuple(c)) for v, c in population["filters"])
    population["self_selected"] = tuple(population["self_selected"])
    return ProtectedTable(
        name=payload["name"],
        dimensions=tuple(Dimension(v, tuple(Node(*n) for n in nodes), s) for v, nodes, s in payload["dimensions"]),
        population=Population(**population),
        sensitivity=payload["sensitivity"],
        audience=payload["audience"],
        policy=payload["policy"],
        figures=tuple(ProtectedFigure(n, k, tuple(_cell(c, k) for c in cells)) for n, k, cells in payload["figures"]),
        explanations={
            tuple(key): Explanation(rule, tuple(map(tuple, partners)), tuple(coarser))
            for key, rule, partners, coarser in payload["explanations"]
        },
        notes=tuple(payload["notes"]),
        seal=seal,
    )


def set_renderer(render: Callable[[ProtectedTable], str] | None) -> None:
    """How a protected table shows itself in a notebook; `reporting` sets it to the session's language."""
    global _renderer  # noqa: PLW0603  one process shows tables in one language
    _renderer = render


def set_explainer(explain: Callable[[Explanation], str] | None) -> None:
    """How an explanation shows itself in a notebook; `reporting` sets it to the session's language."""
    global _explainer  # noqa: PLW0603  as above
    _explainer = explain


_renderer: Callable[[ProtectedTable], str] | None = None
_explainer: Callable[[Explanation], str] | None = None


def _cell_payload(cell: Cell) -> float | str:
    return cell.value if isinstance(cell, Shown) else cell.reason


def _cell(payload: float | str, kind: FigureKind) -> Cell:
    if isinstance(payload, str):
        if payload not in REASONS:
            raise BadInput(f"A stored table has the unknown reason '{payload}'.", remedy=nearest(payload, REASONS))
        return Withheld(payload)
    return Shown(payload, kind)
