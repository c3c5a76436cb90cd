"""The zygote process: imports, warms up, counts its threads, freezes, and serves.

Started by `launch` with one argument, a JSON object; talks on the descriptor it names.
"""

from __future__ import annotations

import json
import socket
import sys
import tempfile
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from etm_workbench.errors import WorkbenchError
from etm_workbench.reporting.zygote import altair_schemas, charts, child, guard, preload, surroundings, wire
from etm_workbench.reporting.zygote.jobs import Job
from etm_workbench.reporting.zygote.server import Server
from etm_workbench.reporting.zygote.shell import NotebookShell


def main(settings: dict[str, Any]) -> None:
    """Serve report jobs until the other side of the descriptor `settings["descriptor"]` closes it.

    Others may connect to `settings["address"]` meanwhile, if there is one.
    """
    control = socket.socket(fileno=settings["descriptor"])
    try:
        server = Server({"report": warm_up(settings)}, limit=settings["workers"])
        if settings["address"]:
            server.add_listener(wire.listen(Path(settings["address"])))
    except Exception as error:  # noqa: BLE001 - told to whoever started us, who can act on it
        if not isinstance(error, WorkbenchError):
            sys.stderr.writelines(traceback.format_tb(error.__traceback__))  # where; its message may hold a value
        wire.send(control, {"kind": "failed", "error": _told(error)})
        return
    server.add_connection(control)
    with suppress(OSError):  # whoever started us may have died while we warmed up; the loop then ends at once
        wire.send(control, {"kind": "ready"})
    server.serve(keep_going=lambda _: server.serves(control))


def warm_up(settings: dict[str, Any]) -> Any:
    """Make this process ready to fork; what its children do.

    Raises
    ------
    BadEnvironment
        Something has started threads.
    """
    preload.take_in(settings["preload"])
    altair_schemas.remember()
    NotebookShell.fresh()  # what IPython sets when it is first used belongs to the state that is kept
    charts.use_server(Path(settings["charts"]) if settings["charts"] else None)
    put_back = surroundings.remember()
    with tempfile.TemporaryDirectory() as folder:
        _run_once(Job.from_message(settings["warm_up"]) if settings["warm_up"] else _smallest(Path(folder)))
    put_back()
    shell = NotebookShell.fresh()
    guard.require_single_thread("importing and warming up")
    surroundings.freeze()

    def work(request: wire.Message, descriptor: int) -> NoReturn:
        charts.take_over_drawing()
        child.end(child.report(Job.from_message(request["job"]), shell), descriptor)

    return work


def _run_once(job: Job) -> None:
    """Run the warm-up notebook here, for what it imports and compiles; its result is thrown away."""
    shell = NotebookShell.fresh()
    charts.take_over_drawing()
    result = child.report(job, shell, owns_process=False)
    if result:
        raise WorkbenchError(
            f"The warm-up notebook {job.notebook.name} failed: {result['error']}.",
            remedy="Run it by itself and mend it.",
        )


def _smallest(folder: Path) -> Job:
    """A notebook of one cell: what reading, running and writing any notebook loads is most of a small one's time."""
    cell: dict[str, Any] = {"cell_type": "code", "id": "a", "source": "number = 0", "outputs": []}
    cell |= {"execution_count": None, "metadata": {"tags": ["parameters"]}}
    notebook = folder / "smallest.ipynb"
    notebook.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return Job(notebook, {"number": 1}, folder / "done.ipynb")


def _told(error: Exception) -> list[str]:
    if isinstance(error, WorkbenchError):
        return [error.what, error.expected, error.remedy]
    return [f"The zygote could not start ({type(error).__name__}).", "", "Its log on standard error says where."]


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
