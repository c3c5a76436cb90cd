"""What a batch has already made, so that it can be interrupted and resumed, and skips what has not changed.

One line a finished job: its key (a hash of all that decides its result) and the hash of each file it left.
A job is skipped when its key is known and its files are still exactly those. A line cut short by a crash is as if
it had not been written.
"""

from __future__ import annotations

import glob
import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from etm_workbench.errors import BadInput
from etm_workbench.reporting.zygote.batch import OnDone
from etm_workbench.reporting.zygote.jobs import Job, Outcome

Run = Callable[[Sequence[Job], OnDone], list[Outcome]]


class Manifest:
    """The record in one file.

    Parameters
    ----------
    path : Path
        A text file of JSON lines; made when the first job is recorded.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = dict(_read(path))

    def holds(self, job: Job) -> bool:
        """True when the job has been done and everything it left is unchanged."""
        files = self._known.get(job.key)
        return files is not None and files == {str(path): _hash(path) for path in (job.output, *job.files)}

    def record(self, outcome: Outcome) -> None:
        """Note a job that is done; others are not noted, and so are run again the next time."""
        if outcome.status != "done":
            return
        job = outcome.job
        files = {str(path): _hash(path) for path in (job.output, *job.files)}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab+") as file:
            file.write(b"" if _ends_with_a_line(file) else b"\n")
            file.write(json.dumps({"key": job.key, "files": files}).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self._known[job.key] = files

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep others from running a batch with the same record, where files can be locked.

        Raises
        ------
        BadInput
            Another batch is running with it.
        """
        if sys.platform == "win32":
            yield
            return
        import fcntl

        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BadInput(
                    f"Another batch is running with {self._path.name}.", remedy="Wait for it, or end it."
                ) from None
            yield


def resume(jobs: Sequence[Job], manifest: Manifest, run: Run, on_done: OnDone | None = None) -> list[Outcome]:
    """Run only the jobs the manifest does not hold, recording each; one outcome a job, in the jobs' order.

    Parameters
    ----------
    jobs : sequence of Job
        All of the batch.
    manifest : Manifest
        What has been done before.
    run : callable
        Runs jobs and calls back with each outcome: `lambda jobs, done: run_batch(jobs, on_done=done)`, say.
    on_done : callable, optional
        Called with each outcome, those that were already there first.

    Raises
    ------
    BadInput
        Another batch is running with the same manifest.
    """
    tell = on_done or (lambda _: None)
    outcomes = {job.key: Outcome(job, "unchanged") for job in jobs if manifest.holds(job)}
    for outcome in outcomes.values():
        tell(outcome)

    def done(outcome: Outcome) -> None:
        manifest.record(outcome)
        tell(outcome)

    left = [job for job in jobs if job.key not in outcomes]
    with manifest.held():
        outcomes.update((outcome.job.key, outcome) for outcome in run(left, done))
        _clear_away(left)
    return [outcomes[job.key] for job in jobs]


def _clear_away(jobs: Sequence[Job]) -> None:
    """Remove what runs that were killed had begun to write."""
    for path in (path for job in jobs for path in (job.output, *job.files)):
        for begun in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
            begun.unlink(missing_ok=True)


def _read(path: Path) -> list[tuple[str, dict[str, str]]]:
    found = []
    for line in path.read_bytes().splitlines() if path.exists() else ():
        try:
            entry = json.loads(line)
            found.append((entry["key"], entry["files"]))
        except (ValueError, KeyError, TypeError):
            continue  # cut short by a crash
    return found


def _ends_with_a_line(file: BinaryIO) -> bool:
    """False after a crash in the middle of a line."""
    if file.seek(0, os.SEEK_END) == 0:
        return True
    file.seek(-1, os.SEEK_END)
    return file.read() == b"\n"


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""
