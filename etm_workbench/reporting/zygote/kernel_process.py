"""The kernel zygote: a process of this user that forks Jupyter kernels, started when the first one is wanted.

Its children are ordinary IPython kernels; only their start is different.
It ends when no kernel has been alive for a while, or when the code it holds has changed on disk.
"""

from __future__ import annotations

import atexit
import importlib
import json
import locale
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

from traitlets.config import Config

from etm_workbench.reporting.zygote import charts, guard, preload, surroundings, wire
from etm_workbench.reporting.zygote.child import become_clean_process
from etm_workbench.reporting.zygote.server import Server

READY = b"ready\n"


def main(settings: dict[str, Any]) -> None:
    """Serve kernels at `settings["address"]`; says so on `settings["descriptor"]`."""
    address = Path(settings["address"])
    files = preload.take_in(["ipykernel.kernelapp", *settings["preload"]])
    _import_what_a_kernel_imports()
    _list_modules()
    guard.require_single_thread("importing")
    out_of_date = preload.stamp(files)
    surroundings.freeze()
    listener = wire.listen(address)
    own = address.stat().st_ino
    server = Server({"kernel": _be_a_kernel}, limit=sys.maxsize, admit=lambda _: not out_of_date())
    server.add_listener(listener)
    os.write(settings["descriptor"], READY)
    os.close(settings["descriptor"])
    try:
        with charts.chart_server(warm=False):
            server.serve(keep_going=lambda idle: idle < settings["idle_seconds"] and not server.drained)
    finally:
        with suppress(OSError):
            if address.stat().st_ino == own:
                address.unlink()


def _be_a_kernel(request: wire.Message, descriptor: int) -> NoReturn:
    """In the child: take on the client's environment, and be a kernel until told to stop."""
    from ipykernel.kernelapp import IPKernelApp

    _take_on(request)
    charts.take_over_drawing()
    app = IPKernelApp.instance(parent_handle=os.getppid(), config=Config(HistoryManager={"enabled": False}))
    with _modules_left_alone():
        app.initialize(_taken_in(app, request["arguments"]))  # type: ignore[no-untyped-call]
    os.write(descriptor, READY)
    os.close(descriptor)
    code = 0
    try:
        app.start()  # type: ignore[no-untyped-call]
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 1
    # ipykernel stops the thread that sends output before the one that may be flushing output: a wait of seconds.
    app.control_thread.stop()
    app.control_thread.join(timeout=1)
    atexit._run_exitfuncs()  # the notebook's own; the zygote's were cleared
    os._exit(code)


def _taken_in(app: Any, arguments: list[str]) -> list[str]:
    """The arguments that are still to be read; the usual ones, a connection file alone, are taken here.

    Reading them makes a parser of every option of every class: a tenth of a kernel's own memory.
    """
    if arguments[:-1] != ["-f"]:
        return arguments
    app.connection_file = str(Path(arguments[-1]).absolute())
    app.parse_command_line = lambda _=None: None
    return []


class _ModuleFile(str):
    """The file of a module, in the module's place."""

    __slots__ = ()

    @property
    def __file__(self) -> str:
        return str(self)


_MODULES: dict[str, _ModuleFile] = {}


def _list_modules() -> None:
    found = {name: getattr(module, "__file__", None) for name, module in sys.modules.items()}
    _MODULES.update({name: _ModuleFile(file) for name, file in found.items() if isinstance(file, str)})


@contextmanager
def _modules_left_alone() -> Iterator[None]:
    """Gives ipykernel the list of modules that the zygote has made already.

    It makes one for its debugger, and so writes to a page of memory of each of thousands of modules: 20 MB a kernel
    that would else stay shared.
    """
    from ipykernel import ipkernel

    stand_in = ModuleType("sys")
    vars(stand_in).update({**vars(sys), "modules": _MODULES})
    ipkernel.sys = stand_in  # type: ignore[attr-defined]
    try:
        yield
    finally:
        ipkernel.sys = sys  # type: ignore[attr-defined]


def _take_on(request: wire.Message) -> None:
    atexit._clear()
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    time.tzset()
    with suppress(locale.Error):
        locale.setlocale(locale.LC_CTYPE, "")
    sys.argv = request["command"]
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()  # its state was copied: every kernel would draw the same numbers


def _import_what_a_kernel_imports() -> None:
    """Let a child be a kernel for one cell, and import here what it had to.

    Much of what a kernel loads is loaded by its first cell. The child may start threads; the zygote must not.
    """
    reads, writes = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reads)
        with suppress(BaseException):
            become_clean_process()
            os.write(writes, json.dumps(_modules_of_a_kernel()).encode())
        os._exit(0)
    os.close(writes)
    with open(reads, "rb") as pipe:  # noqa: PTH123 - a descriptor, not a path
        learned = pipe.read()
    os.waitpid(pid, 0)
    for name in json.loads(learned or b"[]"):
        with suppress(Exception):  # some modules exist only where they were made
            importlib.import_module(name)


def _modules_of_a_kernel() -> list[str]:
    from ipykernel.kernelapp import IPKernelApp

    with tempfile.TemporaryDirectory() as folder:
        app = IPKernelApp.instance(transport="ipc", ip=f"{folder}/k")
        app.initialize(["-f", f"{folder}/kernel.json", "--HistoryManager.enabled=False"])  # type: ignore[no-untyped-call]
        app.kernel.shell.run_cell("1 + 1", store_history=True)
        app.kernel.do_complete("impor", 5)
    return [name for name in sys.modules if not name.startswith("__m")]


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
