"""Running many notebooks at once: each in a process of its own, forked from one that is already warm.

A report that fails, hangs or kills its process is an outcome like any other; the rest goes on.
Where processes cannot be forked, the same jobs run through ordinary kernels, more slowly.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import islice

from etm_workbench.errors import BadInput
from etm_workbench.reporting.zygote import guard, wire
from etm_workbench.reporting.zygote.charts import chart_server
from etm_workbench.reporting.zygote.jobs import Job, Outcome
from etm_workbench.reporting.zygote.launch import WarmUp, Zygote

OnDone = Callable[[Outcome], object]

_AHEAD = 32  # requests that wait in the zygote, so that it is never without work
_TRIES = 2  # a zygote that dies (killed for memory, say) is started again once


def run_batch(
    jobs: Sequence[Job],
    *,
    workers: int = 2,
    warm_up: WarmUp | None = None,
    on_done: OnDone | None = None,
    deadline_seconds: float = 600.0,
) -> list[Outcome]:
    """One outcome a job, in the jobs' order.

    Parameters
    ----------
    jobs : sequence of Job
        No two may write the same file.
    workers : int
        Reports made at the same time, at least 1.
    warm_up : WarmUp, optional
        What is done once for all of them.
    on_done : callable, optional
        Called with each outcome as it comes, in the order of completion.
    deadline_seconds : float
        A report that has run for longer is killed, with everything it started, and has failed.

    Raises
    ------
    BadInput
        Two jobs write the same file, or there are no workers.
    BadEnvironment
        The warm-up failed, or left threads behind.
    """
    if workers < 1:
        raise BadInput(f"A batch cannot have {workers} workers.", expected="At least 1.")
    check(jobs)
    tell = on_done or (lambda _: None)
    if not jobs:
        return []
    if not guard.can_fork():
        from etm_workbench.reporting.zygote import stock  # only here does this process need papermill

        return stock.run(jobs, workers=workers, on_done=tell, deadline_seconds=deadline_seconds)
    found: dict[int, Outcome] = {}

    def done(number: int, outcome: Outcome) -> None:
        found[number] = outcome
        tell(outcome)

    with chart_server(processes=min(workers, len(jobs)), warm=bool(warm_up and warm_up.job)) as charts:
        for _ in range(_TRIES):
            left = {number: job for number, job in enumerate(jobs) if number not in found}
            if left:
                with Zygote(warm_up or WarmUp(), workers=min(workers, len(left)), charts=charts) as zygote:
                    for number, message in _answers(zygote, left, deadline_seconds):
                        done(number, outcome_of(jobs[number], message))
    for number in set(range(len(jobs))) - set(found):
        done(number, Outcome(jobs[number], "failed", "the process that runs reports ended before this one"))
    return [found[number] for number in range(len(jobs))]


def _answers(zygote: Zygote, jobs: dict[int, Job], deadline_seconds: float) -> Iterator[tuple[int, wire.Message]]:
    """Each job's number and its end as it comes; fewer than asked for when the zygote dies."""
    requests = iter(
        {"kind": "report", "id": number, "job": job.to_message(), "deadline_seconds": deadline_seconds}
        for number, job in jobs.items()
    )
    left = len(jobs)
    with suppress(BrokenPipeError, ConnectionResetError):
        for request in islice(requests, _AHEAD):
            wire.send(zygote.connection, request)
        while left and (message := wire.receive(zygote.connection)):
            for request in islice(requests, 1):
                wire.send(zygote.connection, request)
            left -= 1
            yield message["id"], message


def outcome_of(job: Job, message: wire.Message) -> Outcome:
    """The outcome that the zygote's account of a child's end means."""
    if message["kind"] == "refused":
        return Outcome(job, "failed", "the system would start no process for it")
    error = error_of(message)
    return Outcome(
        job,
        "failed" if error else "done",
        error,
        seconds=message["seconds"],
        cpu_seconds=message["cpu_seconds"],
        peak_kilobytes=message["peak_kilobytes"],
    )


def error_of(message: wire.Message) -> str:
    """What went wrong in a child, or nothing: its own word for it, else its deadline, signal or exit code."""
    if message["overdue"]:
        return "killed at its deadline"
    if message["code"] < 0:
        return f"killed by signal {-message['code']}"
    told = message["said"].strip()
    if told:
        return str(json.loads(told).get("error", ""))
    return f"ended with code {message['code']} in the middle of the notebook"


def check(jobs: Sequence[Job]) -> None:
    """Refuse jobs that would write the same file.

    Raises
    ------
    BadInput
        The files are named.
    """
    paths = Counter(path for job in jobs for path in (job.output, *job.files))
    if twice := sorted(path.name for path, count in paths.items() if count > 1):
        raise BadInput(f"Several jobs would write {', '.join(twice[:5])}.", remedy="Give each job outputs of its own.")
