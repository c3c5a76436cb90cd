"""A run of all reports killed again and again, and a run on a cluster: the files of one left alone on one machine."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from distributed import Client, LocalCluster

from etm_workbench.codebook import load_codebook
from etm_workbench.intake import find_files, take_in_files
from etm_workbench.reporting.fan_out import make_all
from etm_workbench.reporting.order import Order
from etm_workbench.store import Store
from etm_workbench.synthetic import make_service, write_files

pytestmark = [pytest.mark.long, pytest.mark.filterwarnings("ignore::ResourceWarning")]

KILLS, REPORTS, ON_CLUSTER = 10, 14, 6
CYCLES, CLUSTERS = ("2024-25", "2025-26"), ("central", "small_agents_tribunals")
MAIN = "from etm_workbench.cli import main; main()"


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """An order for so many organizations of a small service in a folder of that name, and the store."""
    folder = tmp_path_factory.mktemp("all")
    known = load_codebook(CYCLES[-1]).organizations
    chosen = [code for code in load_codebook(CYCLES[-1]).codes("organization") if known[code].cluster in CLUSTERS]
    write_files(make_service(CYCLES, seed=7, organizations=tuple(chosen[:REPORTS])), folder / "questionnaires")
    store = f"sqlite:///{folder / 'service.sqlite'}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ETM_KEY_FILE", str(folder / "pseudonym.key"))
        with Store.open(store) as opened:
            take_in_files(find_files(folder / "questionnaires").submissions, opened, received_on=datetime.now(UTC))
            held = tuple(sorted({version.organization for version in opened.versions(cycle=CYCLES[-1])}))

        def order(name: str, count: int = REPORTS) -> tuple[Order, str]:
            return Order(cycle=CYCLES[-1], organizations=held[:count], out=folder / name), store

        yield order


@pytest.fixture(scope="module")
def left_alone(asked) -> dict[str, str]:
    order, store = asked("left_alone")
    assert {"done"} == {outcome.status for outcome in make_all(order, store=store, workers=2)}
    return seen(order.out)


@pytest.fixture
def cluster(tmp_path):
    """Two worker processes on this machine."""
    scratch = str(tmp_path / "dask")
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=scratch) as cluster:
        yield cluster


def seen(folder: Path) -> dict[str, str]:
    """Hashes of the files that somebody who opens the folder sees."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


def of(organizations, files: dict[str, str]) -> dict[str, str]:
    """The files of some organizations."""
    return {name: digest for name, digest in files.items() if Path(name).parts[0] in organizations}


def recorded(folder: Path) -> int:
    manifest = folder / ".made.jsonl"
    return manifest.read_bytes().count(b"\n") if manifest.exists() else 0


def test_ten_kills_at_random_change_no_byte_and_show_nothing_half_written(asked, left_alone) -> None:
    order, store = asked("killed")
    moments, progress, strange = random.Random(7), [], []
    command = [sys.executable, "-c", MAIN, "report", "all", "--cycle", order.cycle, "--out", str(order.out)]
    command += ["--organizations", ",".join(order.organizations), "--store", store]
    for _ in range(KILLS):
        enough = recorded(order.out) + moments.randint(0, 2)
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        while recorded(order.out) < enough and process.poll() is None:
            time.sleep(0.01)
        time.sleep(moments.uniform(0, 1.5))  # anywhere in the making of the next ones, the warming up included
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        progress.append(recorded(order.out))
        strange += seen(order.out).items() - left_alone.items()
    assert 0 == subprocess.run(command, capture_output=True, check=False).returncode
    sys.stdout.write(f"\n{KILLS} kills; reports done after each: {progress} of {len(order.organizations)}\n")
    assert (left_alone, [], True) == (
        seen(order.out),
        strange,
        0 < progress[-1] and progress[4] < len(order.organizations),
    )


def test_a_cluster_of_two_workers_leaves_the_same_bytes(asked, left_alone, cluster) -> None:
    order, store = asked("cluster", ON_CLUSTER)
    outcomes = make_all(order, store=store, scheduler=cluster.scheduler_address)
    sys.stdout.write(f"\n{len(outcomes)} reports on two workers\n")
    assert of(order.organizations, left_alone) == seen(order.out)


def test_a_worker_killed_in_the_middle_changes_nothing(asked, left_alone, cluster) -> None:
    order, store = asked("worker_killed", ON_CLUSTER)
    killed = []

    def kill_a_worker(_: object) -> None:
        if not killed:
            with Client(cluster.scheduler_address) as client:
                killed.append(next(iter(client.run(os.getpid).values())))
            os.kill(killed[0], signal.SIGKILL)

    outcomes = make_all(order, store=store, scheduler=cluster.scheduler_address, on_done=kill_a_worker)
    sys.stdout.write(f"\n{len(outcomes)} reports on two workers, worker {killed[0]} killed after the first\n")
    assert of(order.organizations, left_alone) == seen(order.out)
