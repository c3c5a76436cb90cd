"""What a forked child does for one job: become a clean process, run the notebook, leave the files, exit.

Nothing returns to the zygote's code: the child ends in `os._exit`, so that none of the zygote's clean-up runs
twice. What went wrong is told as the class of the error and the cell, never as a message.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import nbformat
import papermill.execute as papermill_execute  # papermill imports this file while it is itself half imported
from nbformat import NotebookNode
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from etm_workbench.reporting.zygote import determinism
from etm_workbench.reporting.zygote.engine import NAME, InProcessEngine
from etm_workbench.reporting.zygote.jobs import Finished, Job
from etm_workbench.reporting.zygote.shell import NotebookShell

papermill_engines.register(NAME, InProcessEngine)

INJECTED = "injected-parameters"


def become_clean_process() -> None:
    """A session and group of its own, default signal handling, nothing to read, no wake-up of the parent's loop."""
    os.setsid()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)


def report(job: Job, shell: NotebookShell, *, owns_process: bool = True) -> dict[str, str]:
    """Run the job; `{}` when all its files are in place, otherwise `{"error": ...}`.

    Parameters
    ----------
    job : Job
        What to run.
    shell : NotebookShell
        A shell nothing has run in yet.
    owns_process : bool
        This process is the job's own: what C code and subprocesses print is caught too.
    """
    os.environ.update(job.environment)
    determinism.seed(determinism.seed_of(job.parameters))
    failed = job.output.with_suffix(".failed.ipynb")
    try:
        make_folders(job)
        notebook = prepared(job)
    except Exception as error:  # noqa: BLE001 - whatever it is, the job failed and the rest goes on
        return {"error": f"{type(error).__name__} while reading the notebook"}
    notebook = papermill_engines.execute_notebook_with_engine(
        NAME, notebook, NAME, output_path=None, progress_bar=False, shell=shell, owns_process=owns_process,
    )  # fmt: skip
    if shown := error_shown(notebook, failed):
        return {"error": shown}
    return deliver(job, notebook, failed)


def make_folders(job: Job) -> None:
    """Make the folders that the job's files go to."""
    for folder in {path.parent for path in (job.output, *job.files)}:
        folder.mkdir(parents=True, exist_ok=True)


def prepared(job: Job) -> NotebookNode:
    """The notebook with the job's parameters in it, ready for an engine."""
    notebook = load_notebook_node(str(job.notebook))
    if job.parameters:
        notebook = parameterize_notebook(notebook, dict(job.parameters), engine_name=NAME, kernel_name=None)
    ready: NotebookNode = papermill_execute.remove_error_markers(
        papermill_execute.prepare_notebook_metadata(notebook, job.notebook.name, None)
    )
    return ready


def deliver(job: Job, notebook: NotebookNode, failed: Path) -> dict[str, str]:
    """Write the executed notebook and what `after` makes of it; all appear together, or none."""
    # A process number in the name: a child of a run that was just killed may still be writing the same report.
    staged = {path: path.with_name(f".{path.name}.{os.getpid()}.part") for path in (job.output, *job.files)}
    try:
        notebook = determinism.without_traces_of_this_run(notebook, job.notebook.name)
        text = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
        staged[job.output].write_text(text, encoding="utf-8")
        if job.after:
            named(job.after)(Finished(notebook, job.parameters, {path: staged[path] for path in job.files}))
        if missing := [path.name for path in job.files if not staged[path].exists()]:
            return {"error": f"{job.after} did not write {', '.join(missing)}"}
        for final, temporary in staged.items():
            temporary.replace(final)
        failed.unlink(missing_ok=True)
    except Exception as error:  # noqa: BLE001 - as above
        return {"error": f"{type(error).__name__} in {job.after or 'writing the notebook'}"}
    finally:
        for temporary in staged.values():
            temporary.unlink(missing_ok=True)
    return {}


def named(dotted: str) -> Callable[[Finished], Any]:
    """The function that `package.module:function` names."""
    module, _, function = dotted.partition(":")
    found: Callable[[Finished], Any] = getattr(importlib.import_module(module), function)
    return found


def error_shown(notebook: NotebookNode, failed: Path) -> str:
    """The error that an executed notebook shows, if any; the notebook is then kept at `failed`, the place marked."""
    try:
        papermill_execute.raise_for_execution_errors(notebook, str(failed))
    except PapermillExecutionError as error:
        return f"{error.ename} in cell {cell_number(notebook, error.cell_index)}"
    return ""


def cell_number(notebook: NotebookNode, index: int) -> int:
    """The number, from 1, in the notebook's source of the cell that papermill ran as number `index`, from 0."""
    tags = [set(cell.metadata.get("tags", [])) for cell in notebook.cells]
    ran = [found for found in tags if papermill_execute.ERROR_MARKER_TAG not in found]
    return sum(INJECTED not in found for found in ran[: index + 1])


def end(result: dict[str, str], descriptor: int) -> NoReturn:
    """Tell the zygote the result and end this process, running nobody's clean-up."""
    os.write(descriptor, json.dumps(result).encode())
    os._exit(1 if result else 0)
