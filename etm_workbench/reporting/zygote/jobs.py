"""A job is one notebook with its parameters and the files it must leave; an outcome says how it went.

Jobs are plain data: they cross process and machine borders as JSON, and their key is a hash of everything
that decides their result, so that a run can be resumed and what has not changed is skipped.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from etm_workbench.errors import BadInput

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class Job:
    """One notebook to run, and what must exist afterwards.

    Parameters
    ----------
    notebook : Path
        The notebook; one of its cells is tagged `parameters`.
    parameters : mapping of str to JSON value
        Put into the notebook after that cell.
    output : Path
        Where the executed notebook goes. When the run fails it is written beside it as `NAME.failed.ipynb`.
    files : tuple of Path
        What `after` promises to write.
    after : str
        `package.module:function`, called as `function(Finished)` in the same process once the notebook has run.
        Empty for none.
    version : str
        Whatever else decides the result: data version, code version. Part of the key.
    environment : mapping of str to str
        Put into the environment of the process that runs it. It says where things are, not what they are, so it is
        no part of the key.
    """

    notebook: Path
    parameters: Mapping[str, Any]
    output: Path
    files: tuple[Path, ...] = ()
    after: str = ""
    version: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        try:
            json.dumps(dict(self.parameters), allow_nan=False)
        except (TypeError, ValueError):
            raise BadInput(
                f"The parameters of {self.notebook.name} cannot be written as JSON.",
                expected="Text, numbers, true or false, null, and lists or mappings of these.",
            ) from None
        if self.files and not self.after:
            raise BadInput(
                f"The job for {self.output.name} promises files and names nothing that writes them.",
                remedy="Give `after`, as 'package.module:function'.",
            )

    def __repr__(self) -> str:
        return f"<Job {self.notebook.name} → {self.output.name}>"

    @property
    def key(self) -> str:
        """A hash (64 hexadecimal digits) of the notebook, parameters, outputs, `after` and version.

        Raises
        ------
        BadInput
            The notebook cannot be read.
        """
        decides = [_file_hash(self.notebook), dict(self.parameters), str(self.output), [str(f) for f in self.files]]
        text = json.dumps([*decides, self.after, self.version], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def source(self) -> bytes:
        """The notebook file's bytes.

        Raises
        ------
        BadInput
            It cannot be read.
        """
        try:
            return self.notebook.read_bytes()
        except OSError:
            raise BadInput(f"The notebook {self.notebook} cannot be read.", remedy="Check the path.") from None

    def to_message(self) -> dict[str, Any]:
        """The job as JSON-able data."""
        return {
            "notebook": str(self.notebook),
            "parameters": dict(self.parameters),
            "output": str(self.output),
            "files": [str(file) for file in self.files],
            "after": self.after,
            "version": self.version,
            "environment": dict(self.environment),
        }

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Job:
        """The job that `to_message` described."""
        return cls(
            notebook=Path(message["notebook"]),
            parameters=message["parameters"],
            output=Path(message["output"]),
            files=tuple(Path(file) for file in message["files"]),
            after=message["after"],
            version=message["version"],
            environment=message["environment"],
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one job went.

    `status`: `done`, `failed`, or `unchanged` (already there from an earlier run).
    `error`: what went wrong, as the class of the error and the cell (counted from 1 in the notebook's source);
    never a message, since messages can hold a person's value. Empty unless failed.
    `seconds`: elapsed; `cpu_seconds`: used by the job's process; `peak_kilobytes`: its largest resident set.
    """

    job: Job
    status: Literal["done", "failed", "unchanged"]
    error: str = ""
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_kilobytes: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class Finished:
    """What `after` is given: the executed notebook and where to write.

    `notebook`: nbformat version 4 node with its outputs. `parameters`: as the job had them.
    `staged`: final path of each promised file to the temporary path it must be written to; all are moved
    into place together once `after` has returned.
    """

    notebook: Any
    parameters: Mapping[str, Any]
    staged: Mapping[Path, Path] = field(default_factory=dict)


def _file_hash(path: Path) -> str:
    try:
        stamp = path.stat()
        return _hash_of(path, stamp.st_mtime_ns, stamp.st_size)
    except OSError:
        raise BadInput(f"The notebook {path} cannot be read.", remedy="Check the path.") from None


@lru_cache(maxsize=256)
def _hash_of(path: Path, _modified: int, _size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
