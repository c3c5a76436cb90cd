"""Every organization's reports at once: the same files however they are made, and only what changed."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from etm_workbench.errors import BadDefinition
from etm_workbench.reporting.fan_out import Order, jobs_of, make_all, own_reports
from etm_workbench.reporting.verify import verify_pack
from etm_workbench.store import Store

REPORT = "organization_profile"


@pytest.fixture
def organizations(fictional_store) -> tuple[str, ...]:
    with Store.open(fictional_store) as store:
        return tuple(sorted({v.organization for v in store.versions(cycle="2025-26")}))


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".made.jsonl"
    }


def order(organizations, out: Path) -> Order:
    return Order(cycle="2025-26", organizations=tuple(organizations), out=out, reports=(REPORT,))


def statuses(outcomes) -> list[str]:
    return [outcome.status for outcome in outcomes]


def test_profile_of_an_organization_is_one_of_the_reports_made_for_all() -> None:
    assert REPORT in own_reports()


def test_a_report_to_a_wider_audience_is_refused(fictional_store, organizations, tmp_path) -> None:
    wrong = Order(cycle="2025-26", organizations=organizations[:1], out=tmp_path, reports=("cluster_review",))
    with pytest.raises(BadDefinition, match="not made one an organization"):
        jobs_of(wrong, fictional_store)


def test_reports_are_made_once_verify_and_do_not_depend_on_their_neighbours(
    fictional_store, organizations, tmp_path
) -> None:
    both, alone = tmp_path / "both", tmp_path / "alone"
    made = make_all(order(organizations[:2], both), store=fictional_store, workers=2)
    again = make_all(order(organizations[:2], both), store=fictional_store, workers=2)
    make_all(order(organizations[1:2], alone), store=fictional_store, workers=1)
    assert (["done"] * 2, ["unchanged"] * 2) == (statuses(made), statuses(again))
    assert all(check.holds for check in verify_pack(both / organizations[0]))
    assert hashes(alone / organizations[1]) == hashes(both / organizations[1])


@pytest.mark.long
def test_a_run_killed_again_and_again_ends_with_the_files_of_one_left_alone(
    fictional_store, organizations, tmp_path
) -> None:
    chosen, kills = organizations[:10], 10
    make_all(order(chosen, tmp_path / "left_alone"), store=fictional_store, workers=2)
    rng = np.random.default_rng(7)
    command = [sys.executable, "-c", "from etm_workbench.cli import main; main()", "report", "all"]
    command += ["--cycle", "2025-26", "--report", REPORT, "--organizations", ",".join(chosen)]
    command += ["--out", str(tmp_path / "killed"), "--store", fictional_store]
    for _ in range(kills):
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        time.sleep(float(rng.uniform(2, 12)))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert 0 == subprocess.run(command, capture_output=True, check=False).returncode
    print(f"\n{kills} kills, {len(chosen)} reports")  # noqa: T201  the proof's count
    assert hashes(tmp_path / "left_alone") == hashes(tmp_path / "killed")
