"""Ways of spoiling a questionnaire's cells, before they are written to any file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
from questionnaire_files import grid

Grid = list[list[Any]]
Rng = np.random.Generator


def _spot(cells: Grid, rng: Rng) -> tuple[int, int]:
    row = int(rng.integers(min(1, len(cells) - 1), len(cells))) if len(cells) > 1 else 0
    return row, int(rng.integers(max(1, len(cells[row]))))


def put(*values: Any) -> Callable[[Grid, Rng], Grid]:
    """A way that writes some of the values over cells."""

    def way(cells: Grid, rng: Rng) -> Grid:
        for _ in range(int(rng.integers(1, 6))):
            row, column = _spot(cells, rng)
            if column < len(cells[row]):
                cells[row][column] = values[int(rng.integers(len(values)))]
        return cells

    return way


def _drop_columns(cells: Grid, rng: Rng) -> Grid:
    width = len(cells[0])
    kept = sorted(rng.choice(width, size=int(rng.integers(0, width)), replace=False).tolist())
    return [[row[k] for k in kept if k < len(row)] for row in cells]


def _swap_columns(cells: Grid, rng: Rng) -> Grid:
    a, b = rng.choice(len(cells[0]), size=2, replace=False).tolist() if len(cells[0]) > 1 else (0, 0)
    for row in cells[1:]:
        if max(a, b) < len(row):
            row[a], row[b] = row[b], row[a]
    return cells


def _shuffle_columns(cells: Grid, rng: Rng) -> Grid:
    order = rng.permutation(len(cells[0])).tolist()
    return [[row[k] for k in order if k < len(row)] for row in cells]


def _shuffle_header(cells: Grid, rng: Rng) -> Grid:
    return [list(rng.permutation(np.array(cells[0], dtype=object))), *cells[1:]]


def _repeat_people(cells: Grid, rng: Rng) -> Grid:
    return cells + [list(cells[int(rng.integers(1, len(cells)))]) for _ in range(3)] if len(cells) > 1 else cells


def _contradict(cells: Grid, rng: Rng) -> Grid:
    cells = _repeat_people(cells, rng)
    return put("Kanarienvogel", None, "Ready now")(cells, rng)


def _repeat_header(cells: Grid, rng: Rng) -> Grid:
    at = int(rng.integers(1, len(cells) + 1))
    return [*cells[:at], list(cells[0]), *cells[at:]]


def _mix_languages(cells: Grid, rng: Rng) -> Grid:
    both = (grid([], "en")[0], grid([], "fr")[0])
    if len(both[0]) == len(cells[0]):
        cells[0] = [both[int(rng.integers(2))][k] for k in range(len(both[0]))]
    return cells


def _blank_rows(cells: Grid, rng: Rng) -> Grid:
    at = int(rng.integers(0, len(cells) + 1))
    return [*cells[:at], *([[]] * int(rng.integers(1, 500))), *cells[at:]]


def _titles(cells: Grid, rng: Rng) -> Grid:
    return [["Kanarienvogel"], [], ["Protected B", None, "ZQX"], *cells]


def _total_row(cells: Grid, rng: Rng) -> Grid:
    return [*cells, ["Total: ZQX", *([len(cells)] * 3)]]


def _strange_columns(cells: Grid, rng: Rng) -> Grid:
    return [[*row, *(["ZQX header"] * 2 if at == 0 else ["ZQX"] * 2)] for at, row in enumerate(cells)]


def _blank_header(cells: Grid, rng: Rng) -> Grid:
    cells[0][int(rng.integers(len(cells[0])))] = None
    return cells


def _misspell_headers(cells: Grid, rng: Rng) -> Grid:
    cells[0] = [h[:-2] + "x" if isinstance(h, str) and rng.random() < 0.3 else h for h in cells[0]]
    return cells


def _no_header(cells: Grid, rng: Rng) -> Grid:
    return cells[1:] or [["ZQX"]]


def _header_only(cells: Grid, rng: Rng) -> Grid:
    return cells[:1]


def _nothing(cells: Grid, rng: Rng) -> Grid:
    return [[]]


def _ragged(cells: Grid, rng: Rng) -> Grid:
    return [[*row, *(["ZQX"] * int(rng.integers(3)))][: int(rng.integers(1, len(row) + 4))] for row in cells]


def _transpose(cells: Grid, rng: Rng) -> Grid:
    return [list(column) for column in zip(*cells, strict=False)] or [["ZQX"]]


def _lose_account_numbers(cells: Grid, rng: Rng) -> Grid:
    return [cells[0], *([None, *row[1:]] if rng.random() < 0.3 else row for row in cells[1:])]


def _dates_as(*forms: str) -> Callable[[Grid, Rng], Grid]:
    def way(cells: Grid, rng: Rng) -> Grid:
        form = forms[int(rng.integers(len(forms)))]
        return [[cell.strftime(form) if isinstance(cell, date) else cell for cell in row] for row in cells]

    return way


def _wide(cells: Grid, rng: Rng) -> Grid:
    return [[*row, *([None] * int(rng.integers(300, 900))), "ZQX"] for row in cells]


def _two_answers_a_cell(cells: Grid, rng: Rng) -> Grid:
    return [
        cells[0],
        *([f"{c};{c}" if isinstance(c, str) and rng.random() < 0.2 else c for c in row] for row in cells[1:]),
    ]


GRID_WAYS: tuple[tuple[str, Callable[[Grid, Rng], Grid]], ...] = (
    ("drop columns", _drop_columns),
    ("swap columns", _swap_columns),
    ("shuffle columns", _shuffle_columns),
    ("shuffle headers", _shuffle_header),
    ("repeat people", _repeat_people),
    ("contradict", _contradict),
    ("repeat header", _repeat_header),
    ("mix languages", _mix_languages),
    ("blank rows", _blank_rows),
    ("titles", _titles),
    ("total row", _total_row),
    ("strange columns", _strange_columns),
    ("blank header", _blank_header),
    ("misspelt headers", _misspell_headers),
    ("no header", _no_header),
    ("header only", _header_only),
    ("nothing", _nothing),
    ("ragged rows", _ragged),
    ("transposed", _transpose),
    ("lost account numbers", _lose_account_numbers),
    ("too wide", _wide),
    ("answers doubled", _two_answers_a_cell),
    ("dates day first", _dates_as("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")),
    ("dates month first", _dates_as("%m/%d/%Y")),
    ("dates with two-digit years", _dates_as("%d/%m/%y", "%y%m%d")),
    ("wrong answers", put("Kanarienvogel", "ZQX", "Ready for Kanarienvogel")),
    ("French decimals", put("1970,5", "3,0", "1 234,56", "0,5 %")),
    ("numbers for text", put(46349, 3.14, -1, 0, 1e308, 10**15)),
    ("texts that are no number", put("nan", "inf", "1e999", "--5", "ZQX12")),
    ("yes and no anywhere", put(True, False, "Oui", "Peut-être ZQX")),
    ("spreadsheet errors", put("#REF!", "#N/A", "#VALUE!")),
    ("formulas as text", put("=1+1", "=cmd|' /C calc'!A0", "@SUM(A1)", "+ZQX", '=HYPERLINK("http://zqx.test")')),
    ("giant cells", put("ZQX" * 1500, "ZQX\n" * 3000, "é" * 30000)),
    ("odd letters", put("ZQX\u202e\u200b", "🦜ZQX", "Z\u0301QX" * 20, "ZQX\u2028x", "\ufeffZQX", "İZQX", "ßzqx")),
    ("control characters", put("ZQX\x0b", "ZQX\x07", "_x0000_ZQX", "ZQX\x1b[31m")),
    ("markup", put("[red]ZQX[/red]", "[/]", "<script>zqx</script>", "{ZQX}", "%sZQX", "\\ZQX")),
    ("blank in other ways", put(" ", "\xa0", "\t", "N/A", "-", "s.o.")),
)
