"""A batch that was interrupted goes on where it was, and what has not changed is not made again."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from etm_workbench.errors import BadInput
from etm_workbench.reporting.zygote import Job, Manifest, Outcome, resume


@pytest.fixture
def jobs(tmp_path, notebooks):
    """Three jobs on one notebook."""
    notebook = notebooks.write(tmp_path / "one.ipynb", "number")
    return [Job(notebook, {"number": n}, tmp_path / f"{n}.ipynb", (tmp_path / f"{n}.txt",), "x:y") for n in range(3)]


def write_files(jobs, done):
    """Stands in for a batch: leaves the promised files."""
    outcomes = []
    for job in jobs:
        for path in (job.output, *job.files):
            path.write_text(json.dumps(dict(job.parameters)))
        outcomes.append(Outcome(job, "done"))
        done(outcomes[-1])
    return outcomes


def refuse(jobs, done):
    """Stands in for a batch in which everything fails."""
    outcomes = [Outcome(job, "failed", "ValueError in cell 1") for job in jobs]
    for outcome in outcomes:
        done(outcome)
    return outcomes


@pytest.fixture
def manifest(tmp_path):
    """An empty record."""
    return Manifest(tmp_path / "manifest.jsonl")


def statuses(outcomes):
    return [outcome.status for outcome in outcomes]


def test_everything_is_made_the_first_time(jobs, manifest):
    assert ["done"] * 3 == statuses(resume(jobs, manifest, write_files))


def test_nothing_is_made_again(jobs, manifest, tmp_path):
    resume(jobs, manifest, write_files)
    assert ["unchanged"] * 3 == statuses(resume(jobs, Manifest(tmp_path / "manifest.jsonl"), write_files))


def test_what_failed_is_tried_again(jobs, manifest):
    resume(jobs, manifest, refuse)
    assert ["done"] * 3 == statuses(resume(jobs, manifest, write_files))


def test_outcomes_keep_the_order_of_the_jobs(jobs, manifest):
    resume(jobs[1:2], manifest, write_files)
    assert ["done", "unchanged", "done"] == statuses(resume(jobs, manifest, write_files))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda job: replace(job, parameters={"number": 99}), id="parameters"),
        pytest.param(lambda job: replace(job, version="data of today"), id="version"),
        pytest.param(lambda job: replace(job, after="x:z"), id="after"),
        pytest.param(lambda job: replace(job, files=()), id="files"),
    ],
)
def test_a_job_that_changed_is_made_again(jobs, manifest, change):
    resume(jobs, manifest, write_files)
    assert ["done"] == statuses(resume([change(jobs[0])], manifest, write_files))


def test_a_notebook_that_changed_is_run_again(jobs, manifest, notebooks):
    resume(jobs, manifest, write_files)
    notebooks.write(jobs[0].notebook, "number + 1")
    assert ["done"] * 3 == statuses(resume(jobs, manifest, write_files))


@pytest.mark.parametrize("spoil", [lambda path: path.write_text("edited"), lambda path: path.unlink()])
def test_a_file_that_was_touched_is_made_again(jobs, manifest, spoil):
    resume(jobs, manifest, write_files)
    spoil(jobs[1].files[0])
    assert ["unchanged", "done", "unchanged"] == statuses(resume(jobs, manifest, write_files))


def test_a_line_cut_short_is_as_if_never_written(jobs, manifest, tmp_path):
    resume(jobs, manifest, write_files)
    record = tmp_path / "manifest.jsonl"
    record.write_bytes(record.read_bytes()[:-20])
    assert ["unchanged", "unchanged", "done"] == statuses(resume(jobs, Manifest(record), write_files))


def test_a_record_after_a_line_cut_short_is_kept(jobs, manifest, tmp_path):
    resume(jobs, manifest, write_files)
    record = tmp_path / "manifest.jsonl"
    record.write_bytes(record.read_bytes()[:-20])
    resume(jobs, Manifest(record), write_files)
    assert ["unchanged"] * 3 == statuses(resume(jobs, Manifest(record), write_files))


def test_two_batches_cannot_share_a_record_at_once(jobs, manifest, tmp_path):
    def run_another(left, done):
        return resume(left, Manifest(tmp_path / "manifest.jsonl"), write_files)

    with pytest.raises(BadInput, match=r"Another batch is running with manifest\.jsonl"):
        resume(jobs, manifest, run_another)


def test_unchanged_jobs_are_announced_too(jobs, manifest):
    resume(jobs, manifest, write_files)
    called = []
    resume(jobs, manifest, write_files, called.append)
    assert ["unchanged"] * 3 == statuses(called)


def test_a_job_survives_the_way_to_another_process(jobs):
    assert jobs[0] == Job.from_message(json.loads(json.dumps(jobs[0].to_message())))
