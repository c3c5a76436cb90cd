"""A function in a fresh process of its own, with the most memory that process ever held.

What one case needs is then not counted for another, and a peer's is never taken for ours.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
STATUS = Path("/proc/self/status")


def in_own_process(function: Callable[..., T], *arguments: Any) -> tuple[T, float]:
    """What the function returns, and the peak of its process in megabytes."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_weighed, function, arguments).result()


def _weighed(function: Callable[..., T], arguments: tuple[Any, ...]) -> tuple[T, float]:
    return function(*arguments), _peak()


def _peak() -> float:
    """Linux lets `ru_maxrss` of a new program begin at its parent's peak, so the program's own mark is read there."""
    if STATUS.exists():
        (line,) = (line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM"))
        return float(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
