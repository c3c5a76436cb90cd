"""What would differ between two runs of the same report, made the same.

Random generators start from the job's parameters, generated identifiers are drawn from the same source, and the
executed notebook loses its times and memory addresses. With these, a report made alone equals, byte for byte, the
one made in a batch.
"""

from __future__ import annotations

import json
import os
import random
import re
import sys
import types
import uuid
import zlib
from collections.abc import Mapping
from typing import Any

from nbformat import NotebookNode

_ADDRESS = re.compile(r"(?<= at )0x[0-9a-f]{6,16}(?=>)")
_TIMES = ("start_time", "end_time", "duration")


def seed_of(parameters: Mapping[str, Any]) -> int:
    """A number from 0 to 2**32 - 1 that is the same for equal parameters, in whatever order they are given."""
    return zlib.crc32(json.dumps(dict(parameters), sort_keys=True, ensure_ascii=False).encode())


def seed(number: int) -> None:
    """Start `random`, numpy's old global generator and generated identifiers from `number`.

    Children of one zygote would otherwise all draw the same "random" numbers from numpy's old generator, whose
    state is copied by a fork. `numpy.random.default_rng()` without a seed stays unpredictable.
    """
    random.seed(number)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed(number)
    _predictable_identifiers(number)


def without_traces_of_this_run(notebook: NotebookNode, input_name: str) -> NotebookNode:
    """The executed notebook less what only this run could say: times, durations, folders, memory addresses."""
    about = notebook.metadata.get("papermill", {})
    about.pop("output_path", None)
    about["input_path"] = input_name
    for record in (about, *(cell.metadata.get("papermill", {}) for cell in notebook.cells)):
        for name in _TIMES:
            record.pop(name, None)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            _hide_addresses(output)
    return notebook


def _hide_addresses(output: NotebookNode) -> None:
    """`<Styler at 0x7f12…>` says where an object happened to lie."""
    if output.output_type == "stream":
        output.text = _ADDRESS.sub("0x0", output.text)
    elif isinstance(plain := output.get("data", {}).get("text/plain"), str):
        output.data["text/plain"] = _ADDRESS.sub("0x0", plain)


def _predictable_identifiers(number: int) -> None:
    """`uuid.uuid4` from a seeded source, for cell ids, table ids and chart ids.

    Libraries import the function by name, so it is its source of bytes that is replaced. The operating
    system's generator itself, which secrets are made from, is not touched.
    """
    source = random.Random(number)
    stand_in = _Operating("os")
    stand_in.urandom = source.randbytes  # type: ignore[attr-defined]
    uuid.os = stand_in  # type: ignore[attr-defined]


class _Operating(types.ModuleType):
    """The `os` module as `uuid` sees it: all of it, but one function can be another."""

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)
