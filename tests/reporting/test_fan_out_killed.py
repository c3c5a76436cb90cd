"""A run of all reports killed again and again, and a run on a cluster: the files of one left alone on one machine."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
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

pytestmark = [
    pytest.mark.long,
    pytest.mark.xdist_group("killed"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

KILLS, REPORTS, ON_CLUSTER = 10, 10, 4
CYCLES, CLUSTERS = ("2024-25", "2025-26"), ("central", "small_agents_tribunals")
MAIN = "from etm_workbench.cli import main; main()"
ANY_PORT = "127.0.0.1:0"  # two clusters on one machine must not want the same


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
    assert "failed" not in {outcome.status for outcome in make_all(order, store=store, workers=2)}
    return seen(order.out)


@dataclass(frozen=True)
class Killed:
    """A run that is killed again and again: its order, and the command that starts it."""

    order: Order
    command: list[str]


@pytest.fixture(scope="module")
def killed(asked) -> Killed:
    order, store = asked("killed")
    command = [sys.executable, "-c", MAIN, "report", "all", "--cycle", order.cycle, "--out", str(order.out)]
    return Killed(order, [*command, "--organizations", ",".join(order.organizations), "--store", store])


@pytest.fixture
def cluster(tmp_path):
    """Two worker processes on this machine."""
    scratch = str(tmp_path / "dask")
    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=ANY_PORT, local_directory=scratch
    ) as cluster:
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


@pytest.mark.parametrize("number", range(KILLS))
def test_a_kill_at_a_random_moment_leaves_nothing_half_written(number, killed, left_alone) -> None:
    moment, out = random.Random(number), killed.order.out
    enough = recorded(out) + moment.randint(0, 2)
    process = subprocess.Popen(
        killed.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    while recorded(out) < enough and process.poll() is None:
        time.sleep(0.01)
    time.sleep(moment.uniform(0, 1.5))  # anywhere in the making of the next ones, the warming up included
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    sys.stdout.write(f"\nkill {number + 1}: {recorded(out)} of {len(killed.order.organizations)} reports done\n")
    assert set() == seen(out).items() - left_alone.items()


def test_after_the_kills_the_files_are_those_of_a_run_left_alone(killed, left_alone) -> None:
    before = recorded(killed.order.out)
    assert 0 == subprocess.run(killed.command, capture_output=True, check=False).returncode
    sys.stdout.write(f"\n{before} reports were done before the last run\n")
    assert left_alone == seen(killed.order.out)


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
