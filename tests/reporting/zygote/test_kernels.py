"""Kernels from the zygote, through the tools that people use, none of which is told."""

from __future__ import annotations

import asyncio
import json
import os
import runpy
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import nbclient
import nbformat
import papermill
import pytest
from jupyter_client.manager import KernelManager, start_new_kernel
from jupyter_client.multikernelmanager import AsyncMultiKernelManager
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from etm_workbench.errors import BadEnvironment
from etm_workbench.reporting.zygote import guard, kernel_client
from etm_workbench.reporting.zygote.kernel_client import Kind, start_kernel
from etm_workbench.reporting.zygote.kernelspec import ensure_kernelspec

NAME = "warm-test"
WATCHED = "watched_module"


@pytest.fixture(scope="module", autouse=True)
def place(tmp_path_factory) -> Iterator[SimpleNamespace]:
    """A Jupyter and a runtime folder for these tests; their zygotes end with them."""
    base, modules = tmp_path_factory.mktemp("j"), tmp_path_factory.mktemp("m")
    (modules / f"{WATCHED}.py").write_text("number = 1\n")
    with pytest.MonkeyPatch.context() as patch:
        for variable in ("XDG_RUNTIME_DIR", "JUPYTER_PATH", "IPYTHONDIR", "JUPYTER_RUNTIME_DIR"):
            patch.setenv(variable, str(base))
        patch.setenv("PYTHONPATH", str(modules))
        ensure_kernelspec(NAME, preload=("numpy", WATCHED), base=base)
        yield SimpleNamespace(base=base, module=modules / f"{WATCHED}.py")
        for pid in zygotes(base):
            os.kill(pid, signal.SIGTERM)


def zygotes(base: Path) -> list[int]:
    """The kernel zygotes of this runtime folder: what has it on its command line, and is no child of another."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                line, status = (
                    (folder / "cmdline").read_bytes(),
                    (folder / "stat").read_text().rsplit(")", 1)[1].split(),
                )
            except OSError:
                continue
            if b"kernel_process" in line and str(base).encode() in line and status[3] == folder.name:
                found.append(int(folder.name))
    parents = {pid: int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1]) for pid in found}
    return [pid for pid in found if parents[pid] not in found]


@pytest.fixture
def kernel() -> Iterator[SimpleNamespace]:
    """A kernel started as any client starts one; `ask` runs code and gives what it printed."""
    manager, client = start_new_kernel(kernel_name=NAME)
    yield SimpleNamespace(manager=manager, client=client, ask=asker(client))
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def asker(client) -> Callable[[str], str]:
    def ask(code: str) -> str:
        printed = []
        client.execute_interactive(
            code,
            timeout=30,
            output_hook=lambda message: printed.append(message["content"].get("text", message["content"].get("ename"))),
        )
        return "".join(filter(None, printed)).strip()

    return ask


def gone(pid: int, *, seconds: float = 10) -> bool:
    """Whether a process ends within some seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.02)
    return False


def test_a_kernel_is_a_child_of_the_zygote(kernel, place):
    assert [int(kernel.ask("import os; print(os.getppid())"))] == zygotes(place.base)


def test_what_was_preloaded_is_there(kernel):
    assert "True" == kernel.ask("import sys; print('numpy' in sys.modules)")


def test_what_kernels_import_was_learned(kernel):
    assert "True" == kernel.ask("import sys; print('jedi' in sys.modules)")


def test_kernels_share_one_zygote(kernel, place):
    manager, client = start_new_kernel(kernel_name=NAME)
    try:
        assert 1 == len(zygotes(place.base))
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_kernels_share_nothing_else(kernel):
    kernel.ask("import builtins, os; builtins.spoiled = 1; os.environ['SPOILED'] = '1'; os.chdir('/')")
    manager, client = start_new_kernel(kernel_name=NAME)
    try:
        asked = "import builtins, os; print(hasattr(builtins, 'spoiled'), 'SPOILED' in os.environ, os.getcwd() == '/')"
        assert "False False False" == asker(client)(asked)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_two_kernels_draw_other_numbers_from_the_old_generator(kernel):
    manager, client = start_new_kernel(kernel_name=NAME)
    try:
        drawn = {ask("import numpy; print(numpy.random.rand())") for ask in (kernel.ask, asker(client))}
        assert 2 == len(drawn)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_environment_and_folder_are_the_clients(tmp_path):
    environment = {**os.environ, "ONLY_HERE": "yes", "TZ": "America/Vancouver"}
    environment.pop("LANG", None)
    manager, client = start_new_kernel(kernel_name=NAME, env=environment, cwd=str(tmp_path))
    try:
        told = json.loads(asker(client)("import json, os, time; print(json.dumps([os.environ.get('ONLY_HERE'), "
                                        "'LANG' in os.environ, os.getcwd(), time.tzname[0]]))"))  # fmt: skip
        assert ["yes", False, str(tmp_path), "PST"] == told
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_no_network_port_is_opened(kernel):
    assert "ipc" == kernel.manager.get_connection_info()["transport"]


def test_its_sockets_are_in_a_private_folder(kernel):
    assert 0o700 == stat.S_IMODE(Path(kernel.manager.ip).parent.stat().st_mode)


def test_the_zygotes_socket_is_private(kernel, place):
    (address,) = (place.base / "warm-kernels").glob("*.sock")
    assert 0o600 == stat.S_IMODE(address.stat().st_mode)


def test_a_cell_can_be_interrupted(kernel):
    message = kernel.client.execute("import time; time.sleep(60)")
    while kernel.client.get_iopub_msg(timeout=10)["content"].get("execution_state") != "busy":
        pass
    time.sleep(0.2)
    kernel.manager.interrupt_kernel()
    reply = kernel.client.get_shell_msg(timeout=10)
    assert (message, "KeyboardInterrupt") == (reply["parent_header"]["msg_id"], reply["content"]["ename"])


def test_a_kernel_can_be_restarted(kernel):
    before = kernel.ask("import os; print(os.getpid())")
    kernel.manager.restart_kernel()
    kernel.client.wait_for_ready(timeout=30)
    assert before != kernel.ask("import os; print(os.getpid())")


def test_a_kernel_that_is_killed_is_known_to_be_dead(kernel):
    os.kill(int(kernel.ask("import os; print(os.getpid())")), signal.SIGKILL)
    deadline = time.monotonic() + 10
    while kernel.manager.is_alive() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not kernel.manager.is_alive()


def test_a_kernels_exit_code_is_known():
    manager, client = start_new_kernel(kernel_name=NAME)
    client.execute("import os; os._exit(7)")
    code = asyncio.run(manager.provisioner.wait())
    client.stop_channels()
    manager.cleanup_resources()
    assert 7 == code


def test_shutting_down_ends_what_the_kernel_started():
    manager, client = start_new_kernel(kernel_name=NAME)
    pid = int(asker(client)("import subprocess; print(subprocess.Popen(['sleep', '600']).pid)"))
    client.stop_channels()
    manager.shutdown_kernel()
    assert gone(pid)


def test_a_polite_shutdown_runs_the_notebooks_own_farewells(tmp_path):
    manager, client = start_new_kernel(kernel_name=NAME, cwd=str(tmp_path))
    asker(client)("import atexit, pathlib; _ = atexit.register(pathlib.Path('farewell').touch)")
    client.stop_channels()
    manager.shutdown_kernel()
    assert (tmp_path / "farewell").exists()


CLIENT = f"""
import sys, time
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name={NAME!r})
client.execute_interactive("import os, subprocess; print(os.getpid(), subprocess.Popen(['sleep', '600']).pid)",
    output_hook=lambda message: print(message["content"].get("text", ""), end="", flush=True))
time.sleep(600)
"""


def test_a_client_that_dies_takes_its_kernel_along():
    client = subprocess.Popen([sys.executable, "-c", CLIENT], stdout=subprocess.PIPE, text=True)
    with client.stdout:
        pids = [int(word) for word in client.stdout.readline().split()]
    client.kill()
    client.wait()
    assert [True, True] == [gone(pid) for pid in pids]


def test_a_zygote_that_dies_takes_its_kernels_along(place):
    manager, client = start_new_kernel(kernel_name=NAME)
    pid, parent = json.loads(asker(client)("import os; print([os.getpid(), os.getppid()])"))
    os.kill(parent, signal.SIGKILL)
    assert gone(pid)
    deadline = time.monotonic() + 5
    while manager.is_alive() and time.monotonic() < deadline:
        time.sleep(0.02)
    alive = manager.is_alive()
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    assert not alive


def test_unmodified_papermill_uses_it(tmp_path, notebooks):
    notebook = notebooks.write(tmp_path / "in.ipynb", "import os; print(os.getppid(), number)")
    papermill.execute_notebook(notebook, tmp_path / "out.ipynb", {"number": 4}, kernel_name=NAME, progress_bar=False)
    assert notebooks.said(tmp_path / "out.ipynb").endswith(" 4\n")


def test_unmodified_papermill_used_the_zygote(tmp_path, notebooks, place):
    notebook = notebooks.write(tmp_path / "in.ipynb", "import os; print(os.getppid())")
    papermill.execute_notebook(notebook, tmp_path / "out.ipynb", kernel_name=NAME, progress_bar=False)
    assert [int(notebooks.said(tmp_path / "out.ipynb"))] == zygotes(place.base)


@pytest.mark.parametrize(
    ("code", "error", "options"),
    [
        pytest.param("import os; os.kill(os.getpid(), 9)", DeadKernelError, {}, id="killed"),
        pytest.param("while True: pass", CellTimeoutError, {"timeout": 1}, id="endless"),
        pytest.param("1/0", CellExecutionError, {}, id="error"),
    ],
)
def test_unmodified_nbclient_meets_the_errors_it_knows(code, error, options):
    v4 = nbformat.v4
    with pytest.raises(error):
        nbclient.execute(v4.new_notebook(cells=[v4.new_code_cell(code)]), kernel_name=NAME, **options)


async def start_many(count: int) -> int:
    """Start kernels at the same moment, as a server of many people does; how many were alive."""
    manager = AsyncMultiKernelManager()
    identifiers = await asyncio.gather(*(manager.start_kernel(kernel_name=NAME) for _ in range(count)))
    alive = [await manager.is_alive(identifier) for identifier in identifiers]
    transports = {manager.get_connection_info(identifier)["transport"] for identifier in identifiers}
    await manager.shutdown_all(now=True)
    return sum(alive) if transports == {"ipc"} else 0


def test_a_kernel_draws_through_the_zygotes_server(kernel):
    spec = "{'mark': 'point', 'data': {'values': [{}]}}"
    asked = f"import os, vl_convert; print(vl_convert.vegalite_to_svg({spec})[:4], len(os.listdir('/proc/self/task')))"
    before = int(kernel.ask("import os; print(len(os.listdir('/proc/self/task')))"))
    assert f"<svg {before}" == kernel.ask(asked)


def test_several_kernels_start_at_the_same_moment():
    assert 8 == asyncio.run(start_many(8))


@pytest.mark.long
def test_forty_kernels_start_at_the_same_moment():
    started = asyncio.run(start_many(40))
    sys.stdout.write(f"\n{started} of 40 kernels started at once\n")
    assert 40 == started


def test_changed_code_is_not_served(kernel, place):
    before = zygotes(place.base)
    assert "1" == kernel.ask(f"import {WATCHED}; print({WATCHED}.number)")
    place.module.write_text("number = 22\n")
    manager, client = start_new_kernel(kernel_name=NAME)
    try:
        told = asker(client)(f"import os, {WATCHED}; print({WATCHED}.number, os.getppid() in {before})")
        assert "22 False" == told
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_the_outdated_zygote_leaves_when_its_last_kernel_does(place):
    assert 1 == len([pid for pid in zygotes(place.base) if not gone(pid, seconds=1)])


def test_an_idle_zygote_ends(place, tmp_path):
    kind = Kind(level="idle", idle_seconds=0.2)
    with_ends = start_kernel(kind, ["x"], ["-f", str(tmp_path / "k.json"), "--transport=ipc", f"--ip={tmp_path}/k"],
                             environment=os.environ, folder=str(tmp_path))  # fmt: skip
    zygote = int(Path(f"/proc/{with_ends.pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    with_ends.let_go()
    assert gone(zygote)


def test_levels_have_zygotes_of_their_own():
    addresses = {Kind(level=level).address(os.environ) for level in ("", "protected-a", "protected-b")}
    assert 3 == len(addresses)


def test_what_counts_when_a_process_starts_makes_another_zygote():
    assert Kind().address({}) != Kind().address({"PYTHONPATH": "/elsewhere"})


def test_other_variables_do_not():
    assert Kind().address({}) == Kind().address({"ANYTHING": "else"})


def test_a_kernel_that_cannot_start_is_an_error(tmp_path, place):
    with pytest.raises(BadEnvironment, match="A kernel ended with code 1 before it was ready"):
        start_kernel(Kind(level="bad"), ["x"], [], environment=os.environ, folder=str(tmp_path / "missing"))


def test_a_zygote_that_cannot_start_is_done_without(place, caplog):
    ensure_kernelspec("warm-broken", preload=("no_such_module",), base=place.base)
    manager, client = start_new_kernel(kernel_name="warm-broken")
    try:
        assert str(os.getpid()) == asker(client)("import os; print(os.getppid())")
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_without_fork_an_ordinary_kernel_is_started(monkeypatch):
    monkeypatch.setattr(guard, "can_fork", lambda: False)
    manager, client = start_new_kernel(kernel_name=NAME)
    try:
        assert str(os.getpid()) == asker(client)("import os; print(os.getppid())")
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_a_folder_open_to_others_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "warm-kernels").mkdir(mode=0o755)
    with pytest.raises(BadEnvironment, match="is open to others"):
        kernel_client.private_folder()


def test_an_installed_kernelspec_is_left_alone(place):
    path = ensure_kernelspec("warm-twice", base=place.base) / "kernel.json"
    before = path.stat().st_mtime_ns
    ensure_kernelspec("warm-twice", base=place.base)
    assert before == path.stat().st_mtime_ns


def test_jupyter_finds_the_kernelspec():
    assert "Python (warm)" == KernelManager(kernel_name=NAME).kernel_spec.display_name


def test_the_environment_has_the_kernelspec_from_its_setup(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.delitem(sys.modules, "etm_workbench.reporting.zygote.kernelspec")
    for _ in range(2):
        runpy.run_module("etm_workbench.reporting.zygote.kernelspec", run_name="__main__")
    (spec,) = tmp_path.rglob("kernel.json")
    assert Path("share/jupyter/kernels/etm-python/kernel.json") == spec.relative_to(tmp_path)
