"""The servers that are compared, all on the same people: ours, stock Voila, tuned Voila, Panel and Streamlit."""

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
HERE = Path(__file__).parent
HEADER = "X-Remote-User"
MARK = "BENCH_SIDE"  # in the surroundings of a side's every process, but not of our kernels
ORGANIZATION = "128"
HOME = "ETM_HOME"  # in those of our kernels too, and no other run's
MOST_READERS = 600  # each visit is somebody else's
# What only JupyterLab needs of the front end's extensions.
_NOT_NEEDED = ("@jupyterlab/mathjax2-extension:plugin", "jupyterlab_pygments", "@jupyter-notebook/lab-extension")


@dataclass
class Server:
    """A running server: where it is, and the processes that are its own."""

    name: str
    url: str
    process: subprocess.Popen[bytes]
    home: Path

    def memory(self) -> float:
        """Proportional set size of every process of this side and of this run, in megabytes."""
        total = 0
        for process in self._own():
            with contextlib.suppress(psutil.Error, OSError):
                total += process.memory_full_info().pss
        return total / 2**20

    def _own(self) -> list[psutil.Process]:
        """This side's processes: by their mark; our kernels, which get few of the server's variables, by their home."""
        own = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                has = process.environ()
                if has.get(MARK) == _mark(self.name, self.home) or (
                    self.name == "ours" and has.get(HOME) == str(self.home)
                ):
                    own.append(process)
        return own

    def changed(self) -> None:
        """Makes the next page one that nobody has asked for: something was imported beside the store."""
        folder = self.home / "changed"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{time.monotonic_ns()}.json").write_text("{}", encoding="utf-8")

    def stop(self) -> None:
        """Ends the server and whatever it started."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        for process in self._own():  # a zygote outlives its server
            with contextlib.suppress(psutil.Error):
                process.terminate()


def ours(folder: Path, store: str) -> Server:
    """`etm serve` behind the header of a proxy, which the benchmark is."""
    port = _free_port()
    start = "from etm_workbench.cli import main; main()"
    command = [sys.executable, "-c", start, "serve", "--behind-proxy", HEADER, "--port", str(port), "--store", store]
    # A zygote of its own: kernels that another server's had forked would not be known as ours.
    private = folder / "run"
    private.mkdir(mode=0o700)
    own = {HOME: str(folder / "home"), "XDG_RUNTIME_DIR": str(private)}
    return _started("ours", port, command, own, folder)


def stock(folder: Path, people: Path) -> Server:
    """Voila as it comes, on a notebook as an analyst would write it."""
    return _voila("stock", folder, people, ())


def tuned(folder: Path, people: Path) -> Server:
    """Voila with everything that can be set: no `Output`, no chart library, unix sockets, no spare extensions."""
    denied = f"--VoilaConfiguration.extension_denylist={list(_NOT_NEEDED)}"
    return _voila("tuned", folder, people, ("--KernelManager.transport=ipc", denied))


def panel(folder: Path, people: Path, peers: Path) -> Server:
    """Panel from an environment of its own."""
    port = _free_port()
    place = ["--port", str(port), "--address", "127.0.0.1", "--allow-websocket-origin", f"127.0.0.1:{port}"]
    command = [str(peers / "bin" / "panel"), "serve", str(HERE / "peer_panel.py"), *place]
    return _started("panel", port, command, {"BENCH_PEOPLE": str(people)}, folder)


def streamlit(folder: Path, people: Path, peers: Path) -> Server:
    """Streamlit from an environment of its own."""
    port = _free_port()
    place = ["--server.port", str(port), "--server.address", "127.0.0.1", "--server.headless", "true"]
    command = [str(peers / "bin" / "streamlit"), "run", str(HERE / "peer_streamlit.py"), *place]
    quiet = ["--browser.gatherUsageStats", "false"]
    return _started("streamlit", port, [*command, *quiet], {"BENCH_PEOPLE": str(people)}, folder)


def _voila(name: str, folder: Path, people: Path, options: tuple[str, ...]) -> Server:
    port = _free_port()
    notebook = HERE / f"{name}_talent_map.ipynb"
    voila = [sys.executable, "-m", "voila", str(notebook), "--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1"]
    return _started(name, port, [*voila, *options], {"BENCH_PEOPLE": str(people)}, folder)


def _started(name: str, port: int, command: list[str], more: Mapping[str, str], folder: Path) -> Server:
    log = (folder / f"{name}.log").open("wb")
    path = {} if name in ("panel", "streamlit") else {"PYTHONPATH": str(ROOT)}
    environment = {**os.environ, **more, MARK: _mark(name, folder / "home"), **path}
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)
    server = Server(name, f"http://127.0.0.1:{port}", process, folder / "home")
    for _ in range(900):
        if process.poll() is not None:
            raise RuntimeError((folder / f"{name}.log").read_text(encoding="utf-8")[-2000:])
        # Only the door is tried: a request to stock Voila would start a kernel.
        if _listens(port) and (name != "ours" or "Ready at" in (folder / f"{name}.log").read_text(encoding="utf-8")):
            return server
        time.sleep(0.1)
    raise RuntimeError(f"The server '{name}' did not come up.")


def _mark(name: str, home: Path) -> str:
    """What marks a side's processes; the home is a new folder of each run."""
    return f"{name} {home}"


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
