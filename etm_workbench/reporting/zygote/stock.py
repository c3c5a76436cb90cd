"""The same jobs through ordinary kernels: slower, and available everywhere.

Each job gets an interpreter and a kernel of its own, so nothing crosses from one report to the next here either,
and a report that hangs can be ended.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from time import monotonic

from papermill.engines import papermill_engines

from etm_workbench.reporting.zygote import child
from etm_workbench.reporting.zygote.jobs import Job, Outcome

KERNEL_VARIABLE = "WARM_STOCK_KERNEL"


def run(
    jobs: Sequence[Job], *, workers: int, on_done: Callable[[Outcome], object], deadline_seconds: float
) -> list[Outcome]:
    """One outcome a job, in the jobs' order; see `run_batch`."""
    with ThreadPoolExecutor(workers) as pool:
        running = {pool.submit(in_a_process, job, deadline_seconds): number for number, job in enumerate(jobs)}
        found: dict[int, Outcome] = {}
        for future in as_completed(running):
            found[running[future]] = future.result()
            on_done(future.result())
    return [found[number] for number in range(len(jobs))]


def in_a_process(job: Job, deadline_seconds: float) -> Outcome:
    """Run one job in an interpreter of its own, and end it at its deadline."""
    started = monotonic()
    command = [sys.executable, "-m", __name__, json.dumps(job.to_message())]
    try:
        ran = subprocess.run(  # noqa: S603 - our own module, with our own interpreter
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=deadline_seconds, check=False
        )
        error = json.loads(ran.stdout) if ran.returncode == 0 else f"ended with code {ran.returncode}"
    except subprocess.TimeoutExpired:
        error = "killed at its deadline"
    return Outcome(job, "failed" if error else "done", error, seconds=monotonic() - started)


def execute(job: Job) -> str:
    """Run one job through a kernel; what went wrong, or nothing."""
    failed = job.output.with_suffix(".failed.ipynb")
    os.environ.update(job.environment)
    try:
        child.make_folders(job)
        notebook = papermill_engines.execute_notebook_with_engine(
            None, child.prepared(job), os.environ.get(KERNEL_VARIABLE, "python3"), output_path=None,
            progress_bar=False, shutdown_kernel="immediate",
        )  # fmt: skip
    except Exception as error:  # noqa: BLE001 - the job failed, the rest goes on
        return f"{type(error).__name__} in its kernel"
    return child.error_shown(notebook, failed) or child.deliver(job, notebook, failed).get("error", "")


if __name__ == "__main__":
    print(json.dumps(execute(Job.from_message(json.loads(sys.argv[1])))))  # noqa: T201 - read by `in_a_process`
