"""Starting a zygote for a batch, and talking to it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from etm_workbench.errors import BadEnvironment, WorkbenchError
from etm_workbench.reporting.zygote import wire
from etm_workbench.reporting.zygote.jobs import Job

ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",  # two workers must not fight for the cores, and a pool does not survive a fork well
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",  # the other pool starts a thread at the first read
    "PYTHONHASHSEED": "0",  # the order of sets is part of a report's bytes
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}


@dataclass(frozen=True, slots=True)
class WarmUp:
    """What a zygote does once, so that no child has to.

    `preload`: modules to import; `module:function` is called too, to load data. Libraries whose import changes
    settings (warning filters, say) belong here. `job`: a notebook to run once, its outputs thrown away. Every child
    inherits what both leave in memory, so they may only touch what every reader of the batch may see.
    """

    preload: tuple[str, ...] = ()
    job: Job | None = None


class Zygote:
    """A running zygote for reports; a context manager, at whose end the process and its children are gone.

    Parameters
    ----------
    warm_up : WarmUp
        What it does before it is ready.
    workers : int
        Children alive at once.
    charts : Path or None
        Address of a chart server.
    listen : bool
        Let others of this user connect too, to the socket at `address`.

    `connection` is ours; the process ends when it closes.

    Raises
    ------
    BadEnvironment
        It could not start; its own account is in the message.
    """

    def __init__(self, warm_up: WarmUp, *, workers: int, charts: Path | None = None, listen: bool = False) -> None:
        self._scratch = tempfile.TemporaryDirectory(prefix="zygote-")
        self.address = Path(self._scratch.name) / "jobs.sock" if listen else None
        self.connection, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        job = replace(warm_up.job, **_throw_away(warm_up.job, Path(self._scratch.name))) if warm_up.job else None
        settings = {
            "descriptor": theirs.fileno(),
            "workers": workers,
            "preload": list(warm_up.preload),
            "warm_up": job.to_message() if job else None,
            "charts": str(charts) if charts else None,
            "address": str(self.address) if self.address else None,
        }
        self.process = subprocess.Popen(  # noqa: S603 - our own module, with our own interpreter
            [sys.executable, "-m", "etm_workbench.reporting.zygote", json.dumps(settings)],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            env={**os.environ, **ONE_THREAD},
            start_new_session=True,  # an interrupt at the terminal is ours to handle
        )
        theirs.close()

    def wait_until_ready(self) -> None:
        """Return once it serves.

        Raises
        ------
        BadEnvironment
            It could not start.
        """
        answer = wire.receive(self.connection)
        if answer is None:
            raise BadEnvironment("The zygote ended before it was ready.", remedy="Its standard error says why.")
        if answer["kind"] == "failed":
            what, expected, remedy = answer["error"]
            raise BadEnvironment(what, expected=expected, remedy=remedy)

    def __enter__(self) -> Self:
        try:
            self.wait_until_ready()
        except WorkbenchError:
            self.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let it go; it kills its children and ends."""
        self.connection.close()
        self.process.wait()
        self._scratch.cleanup()


def _throw_away(job: Job, folder: Path) -> dict[str, Any]:
    """Where the warm-up run writes: the same names, in a folder that is removed."""
    return {"output": folder / job.output.name, "files": tuple(folder / file.name for file in job.files)}
