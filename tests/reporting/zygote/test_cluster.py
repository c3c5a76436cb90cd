"""On a Dask cluster the same jobs leave the same bytes, and a worker that dies changes nothing."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from distributed import Client, LocalCluster

from etm_workbench.reporting.zygote import Job, WarmUp, run_batch
from etm_workbench.reporting.zygote.cluster import run_on_dask

pytestmark = [pytest.mark.long, pytest.mark.filterwarnings("ignore::ResourceWarning")]

NUMBERS = range(12)
CELLS = [
    "import random, time, uuid\nimport altair as alt\nalt.renderers.enable('svg')",
    "random.random(), uuid.uuid4()",
    "alt.Chart(alt.Data(values=[{'a': number}])).mark_text().encode(text='a:N')",
    "time.sleep(0.3)",
    "1 / (number != 3)",
]
ANY_PORT = "127.0.0.1:0"  # two clusters on one machine must not want the same
MARK = "CLUSTER_OF_THE_TESTS"
ZYGOTE = b"etm_workbench.reporting.zygote\0{"


@pytest.fixture(scope="module")
def client(tmp_path_factory, afterwards) -> Iterator[Client]:
    """A cluster of two worker processes on this machine."""
    scratch = str(tmp_path_factory.mktemp("dask"))
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": ANY_PORT, "local_directory": scratch}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(MARK, scratch)  # what the cluster starts is known by it, whatever else runs on the machine
        with LocalCluster(**options) as cluster, Client(cluster) as connected:
            yield connected


@pytest.fixture(scope="module")
def jobs_in(folder, notebooks, afterwards):
    """The same jobs, their files in a folder of that name; number 3 fails."""
    notebook = notebooks.write(folder / "same.ipynb", *CELLS)

    def made(name: str) -> list[Job]:
        where = folder / name
        return [
            Job(notebook, {"number": n}, where / f"{n}.ipynb", (where / f"{n}.html",), f"{afterwards}:page")
            for n in NUMBERS
        ]

    return made


@pytest.fixture(scope="module")
def warm_up(jobs_in):
    """The same warm-up for all."""
    return WarmUp(("altair",), jobs_in("warm")[0])


@pytest.fixture(scope="module")
def local(jobs_in, warm_up) -> dict[str, bytes]:
    """What a local batch leaves."""
    return left_by(run_batch(jobs_in("local"), warm_up=warm_up))


def left_by(outcomes) -> dict[str, bytes]:
    """Each outcome's files by name, failed notebooks left out: they hold a traceback with paths."""
    paths = [path for outcome in outcomes for path in (outcome.job.output, *outcome.job.files)]
    return {path.name: path.read_bytes() for path in paths if path.exists()}


def test_the_cluster_leaves_the_same_bytes(client, jobs_in, warm_up, local):
    assert local == left_by(run_on_dask(jobs_in("cluster"), client, warm_up=warm_up))


def test_a_failure_is_told_as_in_a_local_batch(client, jobs_in):
    outcomes = run_on_dask(jobs_in("failures")[2:5], client)
    assert ["", "ZeroDivisionError in cell 6", ""] == [outcome.error for outcome in outcomes]


def test_an_address_is_enough(client, jobs_in, local):
    (outcome,) = run_on_dask(jobs_in("address")[:1], client.scheduler.address)
    assert local["0.ipynb"] == outcome.job.output.read_bytes()


def test_a_worker_killed_in_the_middle_changes_nothing(client, jobs_in, warm_up, local):
    killed = []

    def kill_a_worker(_: object) -> None:
        if not killed:
            killed.append(next(iter(client.run(os.getpid).values())))
            os.kill(killed[0], signal.SIGKILL)

    outcomes = run_on_dask(jobs_in("killed"), client, warm_up=warm_up, on_done=kill_a_worker)
    sys.stdout.write(f"\n{len(outcomes)} jobs on two workers, worker {killed[0]} killed after the first\n")
    assert local == left_by(outcomes)


def test_a_killed_workers_zygote_is_gone(client):
    ours = f"{MARK}={os.environ[MARK]}".encode()
    zygotes = [line for line, environment in processes() if ZYGOTE in line and ours in environment]
    assert 0 < len(zygotes) <= len(client.scheduler_info()["workers"])


def processes() -> Iterator[tuple[bytes, bytes]]:
    """The command line and environment of each process that we may see."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended, or is somebody else's
            yield (folder / "cmdline").read_bytes(), (folder / "environ").read_bytes()
