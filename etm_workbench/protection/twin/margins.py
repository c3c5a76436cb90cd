"""What released tables say of a joint table of all their variables: which of its cells add up to which number.

The joint table has a cell for each combination of the variables' finest codes. Nobody released it; each
released cell is a sum of its cells. Hidden cells say nothing here but that they are hidden.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from etm_workbench.errors import BadInput
from etm_workbench.protected import ProtectedTable, Shown
from etm_workbench.sensitive import OPEN_NODES, Dimension

MOST_CELLS = 200_000  # of the joint table; beyond it memory and time grow past a laptop's

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, repr=False)
class Part:
    """Released cells of one table that share no joint cell: for each joint cell, which of them it adds to.

    `table`: its name. `keys`: of the released cells. `of`: shape (joint cells,), position in `keys`, -1 for
    none. `values`: what was released, NaN where it is hidden.
    """

    table: str
    keys: tuple[tuple[str, ...], ...]
    of: Integers
    values: Floats

    def sums(self, cells: NDArray[np.number]) -> Floats:
        """What joint cells add up to, shape (keys,)."""
        inside = self.of >= 0
        return np.bincount(self.of[inside], weights=cells[inside], minlength=len(self.keys)).astype(np.float64)


@dataclass(frozen=True, slots=True, repr=False)
class Margins:
    """The joint table's shape and everything released about it.

    Parameters
    ----------
    variables : tuple of str
        In the order of the tables.
    codes : tuple of tuple of str
        The finest codes of each.
    parts : tuple of Part
        Released cells, a part for each table and depth of its trees.
    people : int
        In the population.
    """

    variables: tuple[str, ...]
    codes: tuple[tuple[str, ...], ...]
    parts: tuple[Part, ...]
    people: int

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of codes of each variable."""
        return tuple(len(codes) for codes in self.codes)

    def __repr__(self) -> str:
        return f"<Margins of {len(self.variables)} variables: {int(np.prod(self.shape))} joint cells>"


def margins_of(tables: Mapping[str, ProtectedTable]) -> Margins:
    """Everything that released tables of one population say of their joint table.

    Parameters
    ----------
    tables : mapping of str to ProtectedTable
        Of one release, one cycle and one population.

    Returns
    -------
    Margins

    Raises
    ------
    BadInput
        The tables are of several populations or cycles, one counts people more than once, no total of the
        population is shown, or the joint table is too large; the message says which table to leave out.
    """
    _check(tables)
    codes: dict[str, tuple[str, ...]] = {}
    for name, table in tables.items():
        for dimension in table.dimensions:
            known = codes.setdefault(dimension.variable, dimension.leaves)
            if set(known) != set(dimension.leaves):
                raise BadInput(
                    f"Tables disagree on the codes of '{dimension.variable}'.", remedy=f"Leave out '{name}'."
                )
    size = int(np.prod([len(one) for one in codes.values()], dtype=object))
    if size > MOST_CELLS:
        raise BadInput(
            f"The tables' {len(codes)} variables have {size} combinations.",
            expected=f"At most {MOST_CELLS}.",
            remedy="Choose fewer tables with --table.",
        )
    parts = tuple(part for name, table in tables.items() for part in _parts(name, table, codes))
    return Margins(tuple(codes), tuple(codes.values()), parts, _people(parts))


def _check(tables: Mapping[str, ProtectedTable]) -> None:
    if not tables:
        raise BadInput("A twin needs at least one table.", remedy="Name tables of the bundle with --table.")
    populations = {table.population for table in tables.values()}
    if len(populations) > 1 or any(len(p.cycles) > 1 for p in populations):
        raise BadInput(
            "The tables are of several populations or cycles.",
            expected="A twin is of the people of one population in one cycle.",
            remedy="Choose tables that agree with --table.",
        )
    for name, table in tables.items():
        if counted := [d.variable for d in table.dimensions if _several(d)]:
            raise BadInput(
                f"Table '{name}' counts people once for each answer to '{counted[0]}'.",
                remedy=f"Leave out '{name}': choose the others with --table.",
            )


def _several(dimension: Dimension) -> bool:
    """Whether people may give several answers: its codes then add up to nothing."""
    loose = [node for node in dimension.nodes if node.parent is None and node.code not in OPEN_NODES]
    return bool(loose) and dimension.base is not None


def _parts(name: str, table: ProtectedTable, codes: Mapping[str, tuple[str, ...]]) -> list[Part]:
    """A part for each choice of a depth in each of the table's trees."""
    cells = {key: cell.value if isinstance(cell, Shown) else np.nan for key, cell in table.rows()}
    levels = [_levels(dimension) for dimension in table.dimensions]
    parts = []
    for chosen in product(*levels):
        keys = tuple(product(*(tuple(level) for level in chosen)))
        values = np.array([cells[key] for key in keys], np.float64)
        parts.append(Part(name, keys, _places(table, chosen, codes), values))
    return parts


def _levels(dimension: Dimension) -> list[dict[str, tuple[str, ...]]]:
    """The tree's nodes by depth, each with the finest codes under it."""
    depths: dict[int, dict[str, tuple[str, ...]]] = {}
    parents = {node.code: node.parent for node in dimension.nodes}
    for node in dimension.nodes:
        depth, above = 0, node.parent
        while above is not None:
            depth, above = depth + 1, parents[above]
        depths.setdefault(depth, {})[node.code] = _under(dimension, node.code)
    return list(depths.values())


def _under(dimension: Dimension, code: str) -> tuple[str, ...]:
    children = dimension.children(code)
    return tuple(leaf for child in children for leaf in _under(dimension, child)) if children else (code,)


def _places(
    table: ProtectedTable, chosen: Sequence[Mapping[str, tuple[str, ...]]], codes: Mapping[str, tuple[str, ...]]
) -> Integers:
    """For each joint cell, the position of the released cell it adds to; -1 for none."""
    of = np.zeros(tuple(len(one) for one in codes.values()), np.int64)
    outside = np.zeros(of.shape, np.bool_)
    for dimension, level in zip(table.dimensions, chosen, strict=True):
        axis = list(codes).index(dimension.variable)
        holder = {leaf: place for place, leaves in enumerate(level.values()) for leaf in leaves}
        places = np.array([holder.get(code, -1) for code in codes[dimension.variable]], np.int64)
        along = places.reshape([-1 if a == axis else 1 for a in range(of.ndim)])
        of = of * len(level) + np.maximum(along, 0)
        outside |= along < 0
    return np.where(outside, -1, of).ravel()


def _people(parts: Sequence[Part]) -> int:
    for part in parts:
        if len(part.keys) == 1 and (part.of >= 0).all() and not np.isnan(part.values[0]):
            return round(float(part.values[0]))
    whole = [part for part in parts if (part.of >= 0).all() and not np.isnan(part.values).any()]
    if whole:
        return round(float(whole[0].values.sum()))
    raise BadInput(
        "No table shows how many people there are.",
        expected="The total of one of the tables.",
        remedy="Choose a table with a margin.",
    )
