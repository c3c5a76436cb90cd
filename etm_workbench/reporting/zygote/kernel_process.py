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
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from etm_workbench.reporting.zygote import charts, guard, preload, surroundings, wire
from etm_workbench.reporting.zygote.child import become_clean_process
from etm_workbench.reporting.zygote.server import Server

READY = b"ready\n"


def main(settings: dict[str, Any]) -> None:
    """Serve kernels at `settings["address"]`; says so on `settings["descriptor"]`."""
    address = Path(settings["address"])
    files = preload.take_in(["ipykernel.kernelapp", *settings["preload"]])
    _import_what_a_kernel_imports()
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
    app = IPKernelApp.instance(parent_handle=os.getppid())
    app.initialize([*request["arguments"], "--HistoryManager.enabled=False"])  # type: ignore[no-untyped-call]
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
