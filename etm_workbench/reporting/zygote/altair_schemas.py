"""Altair's table of schema classes, made once instead of at every chart.

To find the class that fits a piece of a chart, altair works out a hash of each of its 570 schemas anew, a dozen times
a report: a fifth of what a small report costs. The classes are the same every time, so the table is remembered for
as long as they are, and children of a warm process inherit it.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import Any


def remember() -> None:
    """Remember the table in this process, if altair is here and makes it in the way we know; else change nothing."""
    schemapi = sys.modules.get("altair.utils.schemapi")
    original = getattr(schemapi, "_FromDict", None)
    if original is None or not hasattr(original, "hash_schema") or hasattr(original, "remembers"):
        return

    @lru_cache(maxsize=8)
    def table_of(classes: tuple[type, ...]) -> dict[int, list[type]]:
        table: dict[int, list[type]] = original(classes).class_dict
        return table

    class Remembering(original):  # type: ignore[misc, valid-type]
        remembers = True

        def __init__(self, wrapper_classes: Any, /) -> None:
            self.class_dict = table_of(tuple(wrapper_classes))

    schemapi._FromDict = Remembering  # type: ignore[union-attr]
