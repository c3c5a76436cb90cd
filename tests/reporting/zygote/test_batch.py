"""A batch: every report in a process of its own, and whatever happens to one, the others are made."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from etm_workbench.errors import BadEnvironment, BadInput
from etm_workbench.reporting.zygote import Job, WarmUp, run_batch
from etm_workbench.reporting.zygote import batch as batch_module

SECRET = "value-of-a-person"


@pytest.fixture(scope="module")
def batch(folder, make_job, afterwards):
    """Each way a report can end, in one batch."""
    page, lost = folder / "out" / "page.html", folder / "out" / "lost.html"
    jobs = {
        "good": make_job("good", "print(number)", number=7),
        "page": make_job("page", "'shown'", files=(page,), after=f"{afterwards}:page"),
        "error": make_job("error", "pass", f"value = '{SECRET}'; raise KeyError(value)", "print('after')"),
        "killed": make_job("killed", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"),
        "endless": make_job("endless", "while True: pass"),
        "left": make_job("left", "import os", "os._exit(3)"),
        "exit": make_job("exit", "import sys; sys.exit(0)", "print('after')"),
        "lost": make_job("lost", "pass", files=(lost,), after=f"{afterwards}:nothing"),
        "breaks": make_job("breaks", "pass", files=(folder / "out" / "b.html",), after=f"{afterwards}:breaks"),
        "child": make_job("child", "import subprocess; print(subprocess.Popen(['sleep', '600']).pid)"),
        "told": make_job("told", "import os; print(os.environ['WHERE'])", environment={"WHERE": "there"}),
        "garbled": Job(folder / "missing.ipynb", {}, folder / "out" / "missing.ipynb"),
    }
    called = []
    outcomes = run_batch(list(jobs.values()), workers=2, on_done=called.append, deadline_seconds=3)
    return {"jobs": jobs, "by_name": dict(zip(jobs, outcomes, strict=True)), "outcomes": outcomes, "called": called}


def test_a_good_report_is_done(batch, notebooks):
    outcome = batch["by_name"]["good"]
    assert ("done", "", "7\n") == (outcome.status, outcome.error, notebooks.said(outcome.job.output))


def test_a_report_is_told_where_things_are(batch, notebooks):
    assert "there\n" == notebooks.said(batch["jobs"]["told"].output)


def test_where_things_are_is_no_part_of_what_a_report_is(batch):
    told = batch["jobs"]["told"]
    assert told.key == replace(told, environment={}).key


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("error", "KeyError in cell 3"),
        ("killed", "killed by signal 9"),
        ("endless", "killed at its deadline"),
        ("left", "ended with code 3 in the middle of the notebook"),
        ("lost", "afterwards:nothing did not write lost.html"),
        ("breaks", "ValueError in afterwards:breaks"),
        ("garbled", "FileNotFoundError while reading the notebook"),
    ],
)
def test_a_failure_is_told_by_its_class_and_place(batch, name, error):
    assert ("failed", error) == (batch["by_name"][name].status, batch["by_name"][name].error)


def test_the_others_are_made_all_the_same(batch):
    assert {"good", "page", "exit", "child", "told"} == {
        name for name, outcome in batch["by_name"].items() if outcome.status == "done"
    }


def test_outcomes_come_in_the_order_of_the_jobs(batch):
    assert list(batch["jobs"].values()) == [outcome.job for outcome in batch["outcomes"]]


def test_each_outcome_is_announced_once(batch):
    assert sorted(map(repr, batch["outcomes"])) == sorted(map(repr, batch["called"]))


def test_a_failed_notebook_is_kept_beside_with_its_error(batch, notebooks):
    failed = batch["jobs"]["error"].output.with_suffix(".failed.ipynb")
    assert [[], ["error"], []] == [[output.output_type for output in cell] for cell in notebooks.shown(failed)]


def test_a_failed_report_leaves_no_report(batch):
    assert not [
        job.output
        for name, job in batch["jobs"].items()
        if name in {"error", "killed", "lost", "breaks"} and job.output.exists()
    ]


def test_no_outcome_holds_a_value(batch):
    assert not [text for text in map(repr, batch["outcomes"]) if SECRET in text or "a person's value" in text]


def test_leaving_with_success_ends_the_notebook_early(batch, notebooks):
    assert "after" not in notebooks.said(batch["jobs"]["exit"].output)


def test_what_a_report_started_ends_with_it(batch, notebooks):
    process = Path("/proc") / notebooks.said(batch["jobs"]["child"].output).strip()
    deadline = time.monotonic() + 5
    while process.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not process.exists() or "Z" in (process / "stat").read_text()


def test_nothing_half_written_is_left(batch, folder):
    assert [] == [path.name for path in (folder / "out").iterdir() if path.name.startswith(".")]


def test_time_and_memory_of_each_report_are_known(batch):
    good = batch["by_name"]["good"]
    assert min(good.seconds, good.cpu_seconds, good.peak_kilobytes) > 0


def test_jobs_that_write_the_same_file_are_refused(make_job):
    job = make_job("twice", "pass")
    with pytest.raises(BadInput, match=r"Several jobs would write twice-0\.ipynb"):
        run_batch([job, job])


def test_a_batch_without_workers_is_refused(make_job):
    with pytest.raises(BadInput, match="0 workers"):
        run_batch([make_job("idle", "pass")], workers=0)


def test_more_jobs_than_the_zygote_holds_at_once_are_all_made(make_job, monkeypatch):
    monkeypatch.setattr(batch_module, "_AHEAD", 2)
    outcomes = run_batch([make_job("many", "number", number=number) for number in range(6)], workers=2)
    assert ["done"] * 6 == [outcome.status for outcome in outcomes]


def test_an_empty_batch_is_done():
    assert [] == run_batch([])


def test_a_zygote_that_dies_is_replaced_once(make_job):
    jobs = [make_job("shoots", "import os, signal; os.kill(os.getppid(), signal.SIGKILL)", number=n) for n in (1, 2)]
    outcomes = run_batch([*jobs, make_job("other", "pass")], workers=1)
    assert ["failed", "failed", "failed"] == [outcome.status for outcome in outcomes]


def test_a_report_that_was_waiting_when_the_zygote_died_is_made_by_the_next(make_job, folder):
    shoots = make_job(
        "shoots_once",
        "import os, pathlib, signal, time\nmark = pathlib.Path(str(number))",
        "if not mark.exists():\n    mark.touch()\n    os.kill(os.getppid(), signal.SIGKILL)\n    time.sleep(60)",
        number=str(folder / "mark"),
    )
    outcomes = run_batch([shoots, make_job("waits", "pass")], workers=1)
    assert ["done", "done"] == [outcome.status for outcome in outcomes]


def test_a_warm_up_that_fails_stops_the_batch(make_job):
    with pytest.raises(BadEnvironment, match=r"warm-up notebook bad\.ipynb failed: ZeroDivisionError in cell 2"):
        run_batch([make_job("never", "pass")], warm_up=WarmUp(job=make_job("bad", "1/0")))


def test_the_zygote_and_its_children_are_gone_afterwards(batch):
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    lines = [(Path("/proc") / pid / "cmdline").read_text() for pid in children]
    assert [] == [line for line in lines if "zygote" in line]
