"""An IPython shell that runs a notebook's cells in this very process and keeps what they show.

Code behaves as it does under a kernel: magics, `display`, updates, `!command`, top-level `await`, `get_ipython()`.
Left out: history (a file and a thread that must not exist in a process that forks), input, live widgets.
"""

from __future__ import annotations

import sys
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.history import HistoryManager
from IPython.core.interactiveshell import InteractiveShell
from nbformat import NotebookNode
from traitlets import Any as AnyTrait
from traitlets import Type

from etm_workbench.reporting.zygote.outputs import CellStream, DescriptorCapture, Outputs


class _Publisher(DisplayPublisher):
    """Sends `display(...)` to the shell's outputs."""

    def publish(
        self,
        data: dict[str, Any],
        metadata: dict[str, Any] | None = None,
        *_: object,
        transient: dict[str, Any] | None = None,
        update: bool = False,
        **__: object,
    ) -> None:
        outputs: Outputs = self.shell.outputs
        outputs.display(data, metadata, display_id=(transient or {}).get("display_id"), update=update)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.clear(wait=wait)


class _ResultHook(DisplayHook):
    """Sends a cell's last value to the shell's outputs."""

    def write_output_prompt(self) -> None:
        """No prompt: the notebook draws its own."""

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
        outputs: Outputs = self.shell.outputs  # type: ignore[union-attr]
        outputs.result(format_dict, md_dict or {}, self.prompt_count)

    def log_output(self, format_dict: dict[str, Any]) -> None:
        """No history to write to."""

    def finish_displayhook(self) -> None:
        self._is_active = False


class NotebookShell(InteractiveShell):
    """The shell; `outputs` holds what the running cell has shown."""

    displayhook_class = Type(_ResultHook)
    display_pub_class = Type(_Publisher)
    outputs = AnyTrait()

    def __init__(self, **options: Any) -> None:
        self.outputs = Outputs()
        self._captured = DescriptorCapture()
        super().__init__(cache_size=0, enable_tip=False, autoindent=False, **options)  # type: ignore[no-untyped-call]
        self.builtin_trap.activate()

    @classmethod
    def fresh(cls) -> NotebookShell:
        """A new shell, which `get_ipython()` finds from now on."""
        if InteractiveShell.initialized():
            type(InteractiveShell.instance()).clear_instance()
        shell: NotebookShell = cls.instance()
        return shell

    def run(self, source: str, cell_outputs: list[NotebookNode]) -> BaseException | None:
        """Run one cell, its outputs into `cell_outputs`; the exception that ended it, or None."""
        self.outputs.begin_cell(cell_outputs)
        result = self.run_cell(source, store_history=True)  # type: ignore[no-untyped-call]
        self._captured.drain(self.outputs)
        error: BaseException | None = result.error_before_exec or result.error_in_exec
        return error

    def capture_streams(self, *, descriptors: bool) -> None:
        """Take over Python's streams, and with `descriptors` the operating system's: a process of its own only."""
        if descriptors:
            self._captured.redirect()
        sys.stdout = CellStream("stdout", self.outputs, self._captured)
        sys.stderr = CellStream("stderr", self.outputs, self._captured)

    def init_ipython_dir(self, ipython_dir: str | None) -> None:
        """No folder in the user's home."""

    def init_profile_dir(self, profile_dir: object) -> None:
        """No profile: what a person keeps there must not change a report."""

    def init_history(self) -> None:
        """History in memory only: the file brings a thread."""
        self.history_manager = HistoryManager(shell=self, parent=self, enabled=False, hist_file=":memory:")

    def init_virtualenv(self) -> None:
        """The interpreter is already the right one."""

    def _showtraceback(self, etype: type[BaseException], evalue: BaseException, stb: list[str]) -> None:
        self.outputs.error(etype.__name__, str(evalue), stb)
