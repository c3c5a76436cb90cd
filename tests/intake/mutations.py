"""A generator of questionnaire files with something wrong in them, each with canaries in its cells.

`mutated(number, folder)` gives the same file for the same number. Files differ in container, language and what
was done to them; every way of breaking a file comes up once in `len(WAYS)` consecutive numbers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from questionnaire_files import grid, person, write_xlsx
from ways_of_grids import GRID_WAYS, Grid, Rng
from ways_of_texts import TEXT_WAYS
from ways_of_workbooks import BOOK_WAYS

# Strings that stand in people's cells and nowhere else: none may come out.
CANARIES = ("ZQX", "zqx", "Kanarienvogel", "2026-11-23", "23/11/2026", "46349")


@dataclass(frozen=True)
class Mutated:
    """A mutated file: where it is and what was done to it."""

    path: Path
    ways: tuple[str, ...]


def mutated(number: int, folder: Path) -> Mutated:
    """File `number`: a base file with one way of the list, and often a second one of the grid's."""
    rng = np.random.default_rng([2025, number])
    name, way = WAYS[number % len(WAYS)]
    cells, ways = _base(rng), [name]
    if rng.random() < 0.4:
        second, change = GRID_WAYS[int(rng.integers(len(GRID_WAYS)))]
        cells = change(cells, rng)
        ways.append(second)
    if (name, way) in GRID_WAYS and cells[0]:
        cells = way(cells, rng)
    as_text = (name, way) in TEXT_WAYS or ((name, way) in GRID_WAYS and rng.random() < 0.5)
    path = folder / f"questionnaire_{number}.{'csv' if as_text else 'xlsx'}"
    if as_text:
        content = _text(cells, rng)
        path.write_bytes(way(content, rng) if (name, way) in TEXT_WAYS else content)
    else:
        write_xlsx(path, cells) if max(map(len, cells), default=0) < 16_000 else path.write_bytes(_text(cells, rng))
        if (name, way) in BOOK_WAYS:
            way(path, rng)
    return Mutated(path, tuple(ways))


def _base(rng: Rng) -> Grid:
    rows = [
        person(
            n,
            person_id=f"ZQX-{n:05d}",
            manager_comments=f"Kanarienvogel {n}",
            manager_completed_on=date(2026, 11, 23) if n == 1 else date(2025, 5, 20),
        )
        for n in range(1, int(rng.integers(2, 30)))
    ]
    return grid(rows, str(rng.choice(["en", "fr", "both"])))


def _text(cells: Grid, rng: Rng) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=str(rng.choice([",", ";", "\t"])))
    writer.writerows([["" if cell is None else cell for cell in row] for row in cells])
    return stream.getvalue().encode(str(rng.choice(["utf-8", "utf-8-sig", "utf-16"])), errors="surrogatepass")


WAYS: tuple[tuple[str, Callable[..., Any]], ...] = (*GRID_WAYS, *BOOK_WAYS, *TEXT_WAYS)
