"""The servers that are compared: ours with its page and its live dashboard, and stock Voila on the same people."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
HEADER = "X-Remote-User"
MARK = "BENCH_SIDE"  # in the surroundings of a side's every process, also those that its zygote forks
ORGANIZATION = "128"
_WARM = {"ipykernel_launcher", "etm_workbench.reporting.zygote.kernel_process"}
MOST_READERS = 600  # each visit is somebody else's


@dataclass
class Server:
    """A running server: where it is, and the processes that are its own."""

    name: str
    url: str
    process: subprocess.Popen[bytes]

    def memory(self) -> float:
        """Proportional set size of every process of this side, in megabytes.

        Our kernels are forked by a process with surroundings of its own, so they are known by what they run.
        """
        total = 0
        for process in psutil.process_iter():
            try:
                side = process.environ().get(MARK) or ("ours" if _WARM & set(process.cmdline()) else "")
                if side == self.name:
                    total += process.memory_full_info().pss
            except (psutil.Error, OSError):
                continue
        return total / 2**20

    def stop(self) -> None:
        """Ends the server and whatever it started."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()


def ours(folder: Path, store: str) -> Server:
    """`etm serve` behind the header of a proxy, which the benchmark is."""
    port = _free_port()
    start = "from etm_workbench.cli import main; main()"
    command = [sys.executable, "-c", start, "serve", "--behind-proxy", HEADER, "--port", str(port), "--store", store]
    return _started("ours", port, command, {"ETM_HOME": str(folder / "home")}, folder)


def stock(folder: Path, people: Path) -> Server:
    """Voila as it comes, on a notebook as an analyst would write it."""
    port = _free_port()
    notebook = Path(__file__).with_name("stock_talent_map.ipynb")
    voila = [sys.executable, "-m", "voila", str(notebook), "--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1"]
    return _started("stock", port, voila, {"BENCH_PEOPLE": str(people)}, folder)


def _started(name: str, port: int, command: list[str], more: Mapping[str, str], folder: Path) -> Server:
    log = (folder / f"{name}.log").open("wb")
    environment = {**os.environ, **more, MARK: name, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)
    server = Server(name, f"http://127.0.0.1:{port}", process)
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError((folder / f"{name}.log").read_text(encoding="utf-8")[-2000:])
        # Only the door is tried: a request to stock Voila would start a kernel.
        if _listens(port) and (name != "ours" or "Ready at" in (folder / f"{name}.log").read_text(encoding="utf-8")):
            return server
        time.sleep(0.1)
    raise RuntimeError(f"The server '{name}' did not come up.")


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def reader(number: int) -> str:
    """The identity of one reader of the benchmark."""
    return f"reader.{number}@bench.example"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
