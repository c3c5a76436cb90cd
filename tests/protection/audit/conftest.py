"""Small fictional tables for the attacker's tests, and every table that fits what is shown of one."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import sparse

from etm_workbench.protection.audit import Published
from etm_workbench.protection.audit.tables import audit_files


def _with_margins(inner):
    """All cells of a table with its margins, flat, and its sums."""
    full = np.asarray(inner)
    for axis in range(full.ndim):
        full = np.concatenate([full, full.sum(axis, keepdims=True)], axis)
    places = np.arange(full.size).reshape(full.shape)
    rows = []
    for axis in range(full.ndim):
        for line in np.moveaxis(places, axis, -1).reshape(-1, full.shape[axis]):
            row = np.zeros(full.size, dtype=np.int8)
            row[line[:-1]], row[line[-1]] = 1, -1
            rows.append(row)
    return full.ravel().astype(float), sparse.csr_array(np.array(rows))


def _published(values, relations, hidden, *, at_least=0, at_most=np.inf, integer=True):
    """What an intruder sees once these cells are hidden."""
    shown = np.where(hidden, np.nan, values)
    limits = np.full(values.size, float(at_least)), np.full(values.size, float(at_most))
    return Published(shown, relations, *limits, integer=integer)


def _every_solution(problem, *, work=20_000):
    """Every whole-number completion of the hidden cells, by trying; None if that is too much work."""
    matrix = problem.relations.toarray().astype(int)
    hidden = np.flatnonzero(problem.hidden)
    right = -(matrix @ np.where(problem.hidden, 0, problem.known)).astype(int)
    columns = matrix[:, hidden]
    low, high = problem.lower[hidden].astype(int), problem.upper[hidden].astype(int)
    found, steps, current = [], [0], np.zeros(hidden.size, dtype=int)

    def extend(place, rest):
        steps[0] += 1
        if steps[0] > work:
            return
        if place == hidden.size:
            if not rest.any():
                found.append(current.copy())
            return
        ahead = columns[:, place:]
        most = np.where(ahead > 0, high[place:], -low[place:]) * (ahead != 0)
        least = np.where(ahead > 0, low[place:], -high[place:]) * (ahead != 0)
        if (most.sum(1) < rest).any() or (least.sum(1) > rest).any():
            return
        for value in range(low[place], high[place] + 1):
            current[place] = value
            extend(place + 1, rest - columns[:, place] * value)

    extend(0, right)
    return None if steps[0] > work else np.array(found)


def _random_problem(seed, shapes=((2, 2), (3, 2), (3, 3), (2, 2, 2), (4,), (3, 2, 2))):
    """A random table with some of its cells hidden: true values, sums, and what is published."""
    rng = np.random.default_rng(seed)
    values, relations = _with_margins(rng.poisson(rng.choice([0.5, 1, 2]), size=shapes[seed % len(shapes)]))
    at_least = int(rng.integers(0, 2))
    hidden = rng.random(values.size) < rng.choice([0.3, 0.5, 0.7])
    hidden &= values >= at_least
    return values, _published(values, relations, hidden, at_least=at_least, at_most=values.max() + 2)


@pytest.fixture(scope="session")
def tables():
    """The builders of this file."""
    return SimpleNamespace(
        with_margins=_with_margins,
        published=_published,
        every_solution=_every_solution,
        random_problem=_random_problem,
    )


@pytest.fixture
def folder(tmp_path):
    """A folder of published files: `folder(spec, {"a.csv": text})` writes them; call the result to audit them."""

    def write(spec, files):
        (tmp_path / "audit.toml").write_text(spec, encoding="utf-8")
        for name, text in files.items():
            raw = text if isinstance(text, bytes) else text.encode()
            (tmp_path / name).write_bytes(raw)

        def run(*names):
            paths = [tmp_path / name for name in names or files]
            return audit_files(paths, tmp_path / "audit.toml", seconds=30)

        return run

    return write


@pytest.fixture(scope="session")
def large():
    """A fictional service, 90 organizations by 5 levels by 4 placements with margins: true values and what is shown.

    Counts of 1 to 4 are hidden, and in each sum with one hidden cell the smallest other one above zero.
    """
    rng = np.random.default_rng(20261122)
    sizes = rng.pareto(1.1, 90)[:, None, None] * np.array([16, 8, 4, 1, 0.5])[None, :, None]
    values, relations = _with_margins(rng.poisson(np.minimum(sizes * np.array([0.5, 0.3, 0.15, 0.05]), 60)))
    hidden = (values >= 1) & (values <= 4)
    while (lonely := np.flatnonzero(abs(relations) @ hidden.astype(int) == 1)).size:
        for row in lonely:
            cells = relations.indices[relations.indptr[row] : relations.indptr[row + 1]]
            others = [cell for cell in cells if not hidden[cell] and values[cell] > 0]
            if hidden[cells].sum() == 1:
                hidden[min(others, key=lambda cell: (values[cell], cell))] = True
    return values, _published(values, relations, hidden)
