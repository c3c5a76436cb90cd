"""A batch killed without warning goes on where it was, and ends with the files of one that was left alone."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

BATCH = """
import sys
from pathlib import Path
from etm_workbench.reporting.zygote import Job, Manifest, resume, run_batch

notebook, folder, count = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
jobs = [
    Job(notebook, {"number": n}, folder / f"{n}.ipynb", (folder / f"{n}.html",), "afterwards:page")
    for n in range(count)
]
resume(jobs, Manifest(folder / "manifest.jsonl"), lambda left, done: run_batch(left, workers=2, on_done=done))
"""
CELLS = ("import random, time, uuid", "time.sleep(0.1)", "random.random(), uuid.uuid4(), number")


@pytest.fixture(scope="module")
def notebook(folder, notebooks, afterwards) -> Path:
    """A notebook whose result is drawn from its parameters."""
    return notebooks.write(folder / "batch.ipynb", *CELLS)


def start(notebook: Path, folder: Path, count: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", BATCH, str(notebook), str(folder), str(count)])


def made(folder: Path) -> dict[str, bytes]:
    """The reports of a folder: everything but the manifest and what was being written."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in {".ipynb", ".html"}
            and not path.name.startswith(".")}  # fmt: skip


def recorded(folder: Path) -> int:
    manifest = folder / "manifest.jsonl"
    return manifest.read_bytes().count(b"\n") if manifest.exists() else 0


def test_a_killed_batch_goes_on_where_it_was(notebook, folder):
    killed, alone = folder / "killed", folder / "alone"
    batch = start(notebook, killed, 6)
    while not recorded(killed):
        time.sleep(0.01)
    batch.kill()
    batch.wait()
    before = recorded(killed)
    assert (0, 0) == (start(notebook, killed, 6).wait(), start(notebook, alone, 6).wait())
    assert (True, 6, made(alone)) == (0 < before < 6, recorded(killed), made(killed))
    assert [] == list(killed.glob(".*.part"))


def test_what_a_killed_batch_was_running_is_gone(notebook, folder):
    batch = start(notebook, folder / "orphans", 6)
    while not recorded(folder / "orphans"):
        time.sleep(0.01)
    family = [one.pid for one in psutil.Process(batch.pid).children(recursive=True)]
    batch.kill()
    batch.wait()
    deadline = time.monotonic() + 10
    while (left := [pid for pid in family if running(pid)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert (True, []) == (len(family) > 1, left)


def running(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


@pytest.mark.long
def test_ten_kills_at_random_change_no_byte(notebook, folder):
    count, moments = 60, random.Random(5)
    batch_folder, alone = folder / "ten", folder / "ten_alone"
    progress = []
    for _ in range(10):
        batch, enough = start(notebook, batch_folder, count), recorded(batch_folder) + moments.randint(1, 5)
        while recorded(batch_folder) < enough:
            time.sleep(0.001)
        time.sleep(moments.uniform(0.0, 0.1))  # anywhere in the making of the next ones
        batch.kill()
        batch.wait()
        progress.append(recorded(batch_folder))
    sys.stdout.write(f"\nrecorded after each of ten kills: {progress} of {count}\n")
    assert (0, 0) == (start(notebook, batch_folder, count).wait(), start(notebook, alone, count).wait())
    assert (True, made(alone)) == (progress[-1] < count, made(batch_folder))
