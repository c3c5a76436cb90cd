"""The same jobs past one machine, on a Dask scheduler: each worker has a zygote of its own.

A Dask worker has threads and must not fork, so a plugin starts one zygote beside it, and tasks pass jobs over its
socket. Notebooks travel with their jobs and files come back with the result, so no folder need be shared; what the
notebooks read must be where the workers are. Results cross the network: give the cluster TLS for protected data.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from distributed import Client, Worker, WorkerPlugin, as_completed, get_worker

from etm_workbench.reporting.zygote import guard, stock, wire
from etm_workbench.reporting.zygote.batch import OnDone, check, error_of
from etm_workbench.reporting.zygote.charts import chart_server
from etm_workbench.reporting.zygote.jobs import Job, Outcome
from etm_workbench.reporting.zygote.launch import WarmUp, Zygote

PLUGIN = "warm-notebooks"

_RETRIES = 2  # of a task whose zygote died under it; a worker that dies is Dask's affair


def run_on_dask(
    jobs: Sequence[Job],
    scheduler: str | Client,
    *,
    warm_up: WarmUp | None = None,
    on_done: OnDone | None = None,
    deadline_seconds: float = 600.0,
) -> list[Outcome]:
    """One outcome a job, in the jobs' order; the same files as `run_batch` leaves, written on this machine.

    Parameters
    ----------
    jobs, warm_up, on_done, deadline_seconds
        As for `run_batch`.
    scheduler : str or distributed.Client
        The scheduler's address, or a client with its own security settings.

    Raises
    ------
    BadInput
        Two jobs write the same file, or a notebook cannot be read.
    """
    check(jobs)
    tell = on_done or (lambda _: None)
    with ExitStack() as stack:
        client = scheduler if isinstance(scheduler, Client) else stack.enter_context(Client(scheduler))  # type: ignore[no-untyped-call]
        client.register_plugin(ZygoteBesideWorker(warm_up or WarmUp()), name=PLUGIN)
        numbers = {
            client.submit(_make, _Parcel.of(job), deadline_seconds, pure=False, retries=_RETRIES): number
            for number, job in enumerate(jobs)
        }
        found: dict[int, Outcome] = {}
        finished = as_completed(list(numbers), with_results=True, raise_errors=False)  # type: ignore[no-untyped-call]
        for future, result in finished:
            number = numbers.pop(future)  # its files are let go of, here and there
            found[number] = _unpacked(jobs[number], result)
            tell(found[number])
    return [found[number] for number in range(len(jobs))]


class ZygoteBesideWorker(WorkerPlugin):
    """Keeps one zygote beside a Dask worker, with as many children as the worker has threads."""

    name = PLUGIN

    def __init__(self, warm_up: WarmUp) -> None:
        self._parcel = _Parcel.of(warm_up.job) if warm_up.job else None
        self._preload = warm_up.preload

    def setup(self, worker: Worker) -> None:
        """Begin; the first task waits until the zygote is warm."""
        self._stack, self._lock = ExitStack(), threading.Lock()
        self._children = worker.state.nthreads
        self._zygote: Zygote | None = None

    def teardown(self, worker: Worker) -> None:  # noqa: ARG002 - Dask's signature
        """End the zygote and its chart server."""
        self._stack.close()

    def address(self) -> Path:
        """Where the zygote listens; started if there is none, or the last one has died."""
        with self._lock:
            if self._zygote is None or self._zygote.process.poll() is not None:
                self._stack.close()
                folder = Path(self._stack.enter_context(TemporaryDirectory()))
                charts = self._stack.enter_context(chart_server())
                warm_up = WarmUp(self._preload, self._parcel.opened(folder) if self._parcel else None)
                self._zygote = self._stack.enter_context(
                    Zygote(warm_up, workers=self._children, charts=charts, listen=True)
                )
            return cast("Path", self._zygote.address)


@dataclass(frozen=True, slots=True)
class _Parcel:
    """A job with its notebook's bytes, to be run where neither its paths nor its files exist."""

    job: Job
    notebook: bytes

    @classmethod
    def of(cls, job: Job) -> _Parcel:
        return cls(job, job.source())

    def opened(self, folder: Path) -> Job:
        """The same job with everything inside `folder`."""
        notebook = folder / "in" / self.job.notebook.name
        notebook.parent.mkdir(parents=True)
        notebook.write_bytes(self.notebook)
        files = tuple(folder / str(number) / file.name for number, file in enumerate(self.job.files))
        return replace(self.job, notebook=notebook, output=folder / "out" / self.job.output.name, files=files)


@dataclass(frozen=True, slots=True)
class _Result:
    """What a task brings back: how the child ended, and the bytes of each file it left, in the job's order."""

    error: str
    figures: tuple[float, float, int]
    files: tuple[bytes | None, ...]


def _make(parcel: _Parcel, deadline_seconds: float) -> _Result:
    """On a worker: have the job done by the zygote beside it."""
    with TemporaryDirectory(prefix="report-") as folder:
        job = parcel.opened(Path(folder))
        if guard.can_fork():
            beside = cast("ZygoteBesideWorker", get_worker().plugins[PLUGIN])
            error, figures = _through(beside.address(), job, deadline_seconds)
        else:
            outcome = stock.in_a_process(job, deadline_seconds)
            error, figures = outcome.error, (outcome.seconds, 0.0, 0)
        return _Result(error, figures, tuple(path.read_bytes() if path.exists() else None for path in _left_by(job)))


def _through(address: Path, job: Job, deadline_seconds: float) -> tuple[str, tuple[float, float, int]]:
    with wire.connect(address) as connection:
        request = {"kind": "report", "job": job.to_message(), "deadline_seconds": deadline_seconds}
        wire.send(connection, request)
        message = wire.receive(connection)
    if message is None or message["kind"] != "ended":
        raise ConnectionError("The zygote could not make the report.")  # tried again
    return error_of(message), (message["seconds"], message["cpu_seconds"], message["peak_kilobytes"])


def _left_by(job: Job) -> list[Path]:
    return [job.output, *job.files, job.output.with_suffix(".failed.ipynb")]


def _unpacked(job: Job, result: _Result | Any) -> Outcome:
    """The outcome, its files written here; all in place together, or none."""
    if not isinstance(result, _Result):
        return Outcome(job, "failed", f"{_class_of(result)} on the cluster")
    staged: list[tuple[Path, Path]] = []
    for path, content in zip(_left_by(job), result.files, strict=True):
        if content is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
            temporary.write_bytes(content)
            staged.append((temporary, path))
    for temporary, path in staged:
        temporary.replace(path)
    seconds, cpu_seconds, peak = result.figures
    return Outcome(job, "failed" if result.error else "done", result.error, seconds, cpu_seconds, peak)


def _class_of(error: Any) -> str:
    """The class of what Dask raised: it gives the type, the error and a traceback."""
    kind: Callable[..., object] = error[0] if isinstance(error, tuple) else type(error)
    return kind.__name__
