"""The papermill engine `inproc`: cells run in the calling process instead of a kernel.

Used by the batch in a forked child, where nothing can leak to the next report.
Papermill's own parameters, metadata, error markers and saving stay as they are.
"""

from __future__ import annotations

import sys
from typing import Any

from nbformat import NotebookNode
from papermill.engines import Engine, NotebookExecutionManager

from etm_workbench.reporting.zygote.outputs import node
from etm_workbench.reporting.zygote.shell import NotebookShell

NAME = "inproc"

LANGUAGE = {
    "name": "python",
    "version": ".".join(map(str, sys.version_info[:3])),
    "mimetype": "text/x-python",
    "codemirror_mode": {"name": "ipython", "version": sys.version_info[0]},
    "pygments_lexer": f"ipython{sys.version_info[0]}",
    "nbconvert_exporter": "python",
    "file_extension": ".py",
}


class InProcessEngine(Engine):  # type: ignore[misc]
    """Runs a notebook's cells in this process; see the module's note on isolation."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: NotebookExecutionManager, kernel_name: str, **options: Any) -> None:  # noqa: ARG003
        """Run the cells in order, stopping at the first error.

        Parameters
        ----------
        nb_man : NotebookExecutionManager
            Holds the notebook; its outputs, counts and metadata are filled in place.
        kernel_name : str
            Not used: there is no kernel.
        **options
            `shell`: a `NotebookShell` prepared beforehand; otherwise a new one is made.
            `owns_process`: the process lives for this notebook only, so what C code and subprocesses print
            can be caught for the notebook too.
        """
        shell = options.get("shell") or NotebookShell.fresh()
        before = sys.stdout, sys.stderr
        shell.capture_streams(descriptors=options.get("owns_process", False))
        try:
            _run_cells(nb_man, shell)
        finally:
            sys.stdout, sys.stderr = before
        nb_man.nb.metadata["language_info"] = node(LANGUAGE)

    @classmethod
    def nb_kernel_name(cls, nb: NotebookNode, name: str | None = None) -> str:
        """The kernel the notebook names; there need not be one."""
        return name or nb.metadata.get("kernelspec", {}).get("name") or "python3"

    @classmethod
    def nb_language(cls, nb: NotebookNode, language: str | None = None) -> str:  # noqa: ARG003 - papermill's signature
        """Python."""
        return language or "python"


def _run_cells(nb_man: NotebookExecutionManager, shell: NotebookShell) -> None:
    for index, cell in enumerate(nb_man.nb.cells):
        nb_man.cell_start(cell, index)
        error = _run_cell(cell, shell) if cell.cell_type == "code" else None
        stop = error is not None and "raises-exception" not in cell.metadata.get("tags", [])
        if stop:
            nb_man.cell_exception(cell, cell_index=index, exception=error)
        nb_man.cell_complete(cell, cell_index=index)
        if stop or shell.exit_now:
            break


def _run_cell(cell: NotebookNode, shell: NotebookShell) -> BaseException | None:
    if not cell.source.strip():
        return None
    cell.execution_count = shell.execution_count
    return shell.run(cell.source, cell.outputs)
