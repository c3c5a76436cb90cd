"""Numbers with the people behind each, before protection. A hand-off type: it cannot be displayed.

Analysis makes a `SensitiveTable`; only `protection` opens it.
A cell is a group of people, not a number: two cells of two tables with the same people are the same
cell to an intruder, and that is how linked tables and earlier releases are recognised.

Dimensions are trees. A flat list of codes with a margin is a tree of depth one; organization within
cluster is a tree of depth two. Every node that is not a leaf is the sum of its children, and these sums
are all an intruder needs to know about how the cells hang together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Literal, NoReturn

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from etm_workbench.errors import BadInput, UnprotectedOutput

TOTAL = "TOTAL"
ANSWERED = "ANSWERED"
MISSING = "MISSING"
# Nodes that say nothing of the variable itself: how many there are, and how many answered.
OPEN_NODES = frozenset({TOTAL, ANSWERED, MISSING})
# Between the codes of a node that means either of them.
EITHER = "|"
Sensitivity = Literal["establishment", "attribute", "judgement"]
SENSITIVITIES: tuple[Sensitivity, ...] = ("establishment", "attribute", "judgement")  # least to most
FigureKind = Literal[
    "count", "share", "mean", "median", "difference", "bound", "p_value", "test", "ratio", "sum", "extreme"
]


class Whole:
    """A field that keeps its object whole: `dataclasses.asdict`, and pandas with it, would copy numbers out."""

    __slots__ = ()

    def __deepcopy__(self, memo: object) -> NoReturn:
        raise UnprotectedOutput(
            "An object that holds unprotected numbers or people's records cannot be taken apart.",
            expected="Numbers leave through wb.protect only.",
            remedy="Count, compare or test, and protect what comes of it.",
        )

    def __reduce__(self) -> NoReturn:
        self.__deepcopy__({})


WHOLE = Whole()


@dataclass(frozen=True, slots=True)
class Node:
    """One category of a dimension; `parent` is the code of the category it adds into, None at the root."""

    code: str
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Dimension:
    """A variable of a table with its categories as a tree.

    Parameters
    ----------
    variable : str
        Name of the codebook's variable, or of a constructed one (`population`).
    nodes : tuple of Node
        In display order. Empty categories stay. At most one root for each tree; a dimension without
        a margin has as many roots as leaves.
    sensitivity : Sensitivity
        Of the variable; cells at `TOTAL`, `ANSWERED` and `MISSING` do not inherit it.
    """

    variable: str
    nodes: tuple[Node, ...]
    sensitivity: Sensitivity = "establishment"

    @classmethod
    def flat(
        cls, variable: str, codes: Iterable[str], *, margin: bool = True, sensitivity: Sensitivity = "establishment"
    ) -> Dimension:
        """Categories in one level, with a margin `TOTAL` at the end unless `margin` is False."""
        parent = TOTAL if margin else None
        leaves = tuple(Node(code, parent) for code in codes)
        return cls(variable, (*leaves, Node(TOTAL)) if margin else leaves, sensitivity)

    @classmethod
    def answered(cls, variable: str, codes: Iterable[str], *, sensitivity: Sensitivity) -> Dimension:
        """Categories of a question: they add into `ANSWERED`, which with `MISSING` adds into `TOTAL`."""
        leaves = tuple(Node(code, ANSWERED) for code in codes)
        return cls(variable, (*leaves, Node(ANSWERED, TOTAL), Node(MISSING, TOTAL), Node(TOTAL)), sensitivity)

    @classmethod
    def several(cls, variable: str, codes: Iterable[str], *, sensitivity: Sensitivity) -> Dimension:
        """Categories of a question with several answers: people count in each, so they add into nothing."""
        leaves = tuple(Node(code) for code in codes)
        return cls(variable, (*leaves, Node(ANSWERED, TOTAL), Node(MISSING, TOTAL), Node(TOTAL)), sensitivity)

    @classmethod
    def tree(
        cls, variable: str, groups: Mapping[str, Sequence[str]], *, sensitivity: Sensitivity = "establishment"
    ) -> Dimension:
        """Two levels under a margin: each group is followed by its members, the margin comes last."""
        nodes: list[Node] = []
        for group, members in groups.items():
            nodes += [Node(group, TOTAL), *(Node(member, group) for member in members)]
        return cls(variable, (*nodes, Node(TOTAL)), sensitivity)

    @property
    def base(self) -> str | None:
        """The node that the variable's own categories are shares of: `ANSWERED`, else `TOTAL`, else none."""
        codes = set(self.codes)
        return ANSWERED if ANSWERED in codes else TOTAL if TOTAL in codes else None

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of all nodes in display order."""
        return tuple(node.code for node in self.nodes)

    @property
    def leaves(self) -> tuple[str, ...]:
        """Codes that are no other node's parent."""
        parents = {node.parent for node in self.nodes}
        return tuple(node.code for node in self.nodes if node.code not in parents)

    def children(self, code: str) -> tuple[str, ...]:
        """Codes that add into `code`; empty for a leaf."""
        return tuple(node.code for node in self.nodes if node.parent == code)


@dataclass(frozen=True, slots=True)
class Population:
    """Whom a table is about.

    `cycles`: the cycles observed, in order. `as_of`: the date of the count, ISO. `universe`: key of the
    headcount universe (`questionnaire`, `pay_system`, `employment_equity`), never mixed in one table.
    `filters`: (variable, codes kept), sorted by variable. `self_selected`: levels that only came
    voluntarily.
    """

    cycles: tuple[str, ...]
    as_of: str
    universe: str = "questionnaire"
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    self_selected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Figure:
    """One number a cell beside its count: a share, a mean, a bound, a p-value.

    Parameters
    ----------
    name : str
        As charts and sentences ask for it: `share`, `service_share`, `p_adjusted`.
    kind : FigureKind
        How it is formatted and which rules bind it.
    values : ndarray of float, shape (cells,)
        NaN where it does not exist for the cell.
    depends : tuple of tuple of int, length cells
        Positions of the count cells from which each value could be worked back. It is withheld when
        any of them is.
    """

    name: str
    kind: FigureKind
    values: NDArray[np.float64]
    depends: tuple[tuple[int, ...], ...]
    _whole: Whole = field(default=WHOLE, init=False, compare=False)

    def __repr__(self) -> str:
        return f"<Figure {self.name}, {self.kind}>"

    def __reduce__(self) -> NoReturn:
        raise _sealed(self.name, "pickled")


@dataclass(frozen=True, slots=True, repr=False)
class Evidence:
    """What protection may read of a table.

    `contributors`: CSR array of 0/1, cells × people. `people`: the pseudonym of each column.
    `magnitude`: the quantity summed for each person when the table is a magnitude table, else None.
    """

    contributors: sparse.csr_array
    people: NDArray[np.str_]
    magnitude: NDArray[np.float64] | None = None
    _whole: Whole = field(default=WHOLE, init=False, compare=False)

    def __repr__(self) -> str:
        return f"<Evidence of {self.contributors.shape[0]} cells>"

    def __reduce__(self) -> NoReturn:
        raise _sealed("evidence", "pickled")

    @property
    def counts(self) -> NDArray[np.int64]:
        """People behind each cell, shape (cells,)."""
        return np.asarray(self.contributors.sum(axis=1), dtype=np.int64).ravel()


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class CutFrom:
    """The table of everybody asked that a table of those who gave an answer is cut from.

    `table`: with the answers as dimensions. `cells`: for each cell of the table cut from it, the position of the same
    cell in `table`, or -1 where it has none, shape (cells,).
    """

    table: SensitiveTable
    cells: NDArray[np.int64]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class SensitiveTable:
    """Cells over dimensions, each with its contributors. Shape only can be seen.

    Parameters
    ----------
    name : str
        Name of the table in its release.
    dimensions : tuple of Dimension
        One to five. Cells are the product of their nodes, last dimension fastest.
    population : Population
        Whom the table is about.
    sensitivity : Sensitivity
        Of the filters that shape its population; each dimension carries its own.
    figures : tuple of Figure
        Numbers beside the counts.
    answer_filters : tuple of str, or None
        Variables of the population's filters whose answers are sensitive; None when that is not known, and all may be.
    cut_from : callable, or None
        Gives the table of everybody asked, which is protected with this one and shown to nobody: whoever takes those
        who gave the answer from everybody learns of the rest. None where no answer narrows the population.
    _evidence : Evidence
        Opened by `open_evidence`, which only analysis and protection may import.
    """

    name: str
    dimensions: tuple[Dimension, ...]
    population: Population
    sensitivity: Sensitivity
    _evidence: Evidence
    figures: tuple[Figure, ...] = ()
    notes: tuple[str, ...] = field(default=())
    answer_filters: tuple[str, ...] | None = None
    cut_from: Callable[[], CutFrom] | None = None
    _whole: Whole = field(default=WHOLE, init=False)

    def __post_init__(self) -> None:
        expected = int(np.prod([len(dimension.nodes) for dimension in self.dimensions]))
        if self._evidence.contributors.shape[0] != expected:
            raise BadInput(
                f"Table '{self.name}' has evidence for {self._evidence.contributors.shape[0]} cells.",
                expected=f"Its dimensions have {expected}.",
                remedy="Build the table through etm_workbench.analysis.",
            )

    @property
    def cells(self) -> tuple[tuple[str, ...], ...]:
        """The key of each cell: one code a dimension."""
        return tuple(product(*(dimension.codes for dimension in self.dimensions)))

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of nodes in each dimension."""
        return tuple(len(dimension.nodes) for dimension in self.dimensions)

    def __repr__(self) -> str:
        sizes = " × ".join(f"{d.variable} ({len(d.nodes)})" for d in self.dimensions)
        return f"<SensitiveTable '{self.name}': {sizes}; protect it to see numbers>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> NoReturn:
        raise _sealed(self.name, "pickled")

    def __iter__(self) -> NoReturn:
        raise _sealed(self.name, "iterated")

    def __array__(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise _sealed(self.name, "turned into an array")

    def __copy__(self) -> NoReturn:
        raise _sealed(self.name, "copied")

    def __deepcopy__(self, memo: object) -> NoReturn:
        raise _sealed(self.name, "copied")


def open_evidence(table: SensitiveTable) -> Evidence:
    """The contributors behind each cell. For `analysis` and `protection` only; a test holds that."""
    return table._evidence


def table_relations(dimensions: Sequence[Dimension]) -> list[tuple[int, tuple[int, ...]]]:
    """The sums that hold among a table's cells.

    Parameters
    ----------
    dimensions : sequence of Dimension
        As of a `SensitiveTable`; cells in product order, last dimension fastest.

    Returns
    -------
    list of (int, tuple of int)
        Position of a total, positions of the cells that add up to it; one for each inner node of each
        dimension and each combination of nodes of the others.

    Examples
    --------
    >>> table_relations([Dimension.flat("level", ["EX-01", "EX-02"])])
    [(2, (0, 1))]
    """
    shape = [len(dimension.nodes) for dimension in dimensions]
    grid = np.arange(int(np.prod(shape))).reshape(shape)
    relations: list[tuple[int, tuple[int, ...]]] = []
    for axis, dimension in enumerate(dimensions):
        position = {code: index for index, code in enumerate(dimension.codes)}
        lines = np.moveaxis(grid, axis, 0).reshape(shape[axis], -1)
        for code in dimension.codes:
            if children := [position[child] for child in dimension.children(code)]:
                totals, parts = lines[position[code]], lines[children]
                relations += [(int(t), tuple(map(int, p))) for t, p in zip(totals, parts.T, strict=True)]
    return relations


def _sealed(name: str, verb: str) -> UnprotectedOutput:
    return UnprotectedOutput(
        f"Table '{name}' holds unprotected numbers and cannot be {verb}.",
        expected="Numbers leave through wb.protect only.",
        remedy=f"Write release = wb.protect({{'{name}': table}}) and use release['{name}'].",
    )
