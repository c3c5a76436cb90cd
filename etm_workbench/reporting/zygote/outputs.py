"""What a cell shows, gathered as notebook outputs without any messages between processes.

The same rules as a kernel and its client apply: streams of one name coalesce, bytes become base64, a display
with an id can be updated from a later cell, `clear_output(wait=True)` waits for the next output.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Mapping
from typing import Any, Literal

from jupyter_client.jsonutil import json_default
from nbformat import NotebookNode

StreamName = Literal["stdout", "stderr"]


class Outputs:
    """The outputs of the cell that is running."""

    def __init__(self) -> None:
        self.items: list[NotebookNode] = []
        self._by_display_id: dict[str, list[NotebookNode]] = {}
        self._clear_on_next = False

    def begin_cell(self, items: list[NotebookNode]) -> None:
        """Outputs go to `items` from now on; displays of earlier cells can still be updated."""
        self.items, self._clear_on_next = items, False

    def stream(self, name: StreamName, text: str) -> None:
        """Add text to a stream, joining it to the one before."""
        if not text:
            return
        self._make_room()
        last = self.items[-1] if self.items else None
        if last is not None and last.output_type == "stream" and last.name == name:
            last.text += text
        else:
            self.items.append(node({"output_type": "stream", "name": name, "text": text}))

    def display(
        self, data: Mapping[str, Any], metadata: Mapping[str, Any] | None, *, display_id: str | None, update: bool
    ) -> None:
        """Show an object, or replace what earlier displays of the same id show."""
        content, about = storable(data), storable(metadata or {})
        if update:
            for shown in self._by_display_id.get(display_id or "", []):
                shown.data, shown.metadata = content, about
            return
        self._append(node({"output_type": "display_data", "data": content, "metadata": about}), display_id)

    def result(self, data: Mapping[str, Any], metadata: Mapping[str, Any], execution_count: int) -> None:
        """Show a cell's last value."""
        self._append(
            node(
                {
                    "output_type": "execute_result",
                    "execution_count": execution_count,
                    "data": storable(data),
                    "metadata": storable(metadata),
                }
            )
        )

    def error(self, name: str, value: str, traceback: list[str]) -> None:
        """Show an exception."""
        self._append(node({"output_type": "error", "ename": name, "evalue": value, "traceback": traceback}))

    def clear(self, *, wait: bool) -> None:
        """Forget the cell's outputs, at once or when the next one comes."""
        self._clear_on_next = wait
        if not wait:
            self.items.clear()

    def _append(self, output: NotebookNode, display_id: str | None = None) -> None:
        self._make_room()
        self.items.append(output)
        if display_id:
            self._by_display_id.setdefault(display_id, []).append(output)

    def _make_room(self) -> None:
        if self._clear_on_next:
            self.items.clear()
            self._clear_on_next = False


def node(fields: Mapping[str, Any]) -> NotebookNode:
    """A notebook node with these fields."""
    made: NotebookNode = NotebookNode(fields)  # type: ignore[no-untyped-call]
    return made


def storable(data: Mapping[str, Any]) -> NotebookNode:
    """A copy that a notebook file can hold: bytes as base64, numpy numbers as numbers, dates as ISO text."""
    if all(isinstance(value, str) for value in data.values()):
        return node(data)
    cleaned: NotebookNode = json.loads(json.dumps(dict(data), default=json_default), object_hook=NotebookNode)
    return cleaned


class CellStream(io.TextIOBase):
    """`sys.stdout` or `sys.stderr` of a running cell."""

    encoding = "utf-8"
    errors = "strict"

    def __init__(self, name: StreamName, outputs: Outputs, captured: DescriptorCapture) -> None:
        self._name, self._outputs, self._captured = name, outputs, captured

    def write(self, text: str) -> int:
        """Add text to the cell's outputs, after whatever C code printed before it."""
        self._captured.drain(self._outputs)
        self._outputs.stream(self._name, text)
        return len(text)

    def writable(self) -> bool:
        """Always."""
        return True

    def isatty(self) -> bool:
        """Never: no colours, no paging."""
        return False

    def fileno(self) -> int:
        """The descriptor that subprocesses may write to."""
        return self._captured.descriptor


class DescriptorCapture:
    """What is written to descriptors 1 and 2 by C libraries and subprocesses, kept for the notebook.

    An anonymous file in memory stands in for both; it is emptied into the cell's outputs as it fills. The file is
    made when it is first wanted, in the child: one made before the fork would be read by every report.
    """

    def __init__(self) -> None:
        self._file: int | None = None
        self._read = 0

    @property
    def descriptor(self) -> int:
        """The file's descriptor."""
        if self._file is None:
            self._file = os.memfd_create("cell-output", os.MFD_CLOEXEC)
        return self._file

    def redirect(self) -> None:
        """Point descriptors 1 and 2 at the file."""
        for standard in (1, 2):
            os.dup2(self.descriptor, standard)

    def drain(self, outputs: Outputs) -> None:
        """Move what was written since the last time into the outputs."""
        if self._file is None:
            return
        size = os.fstat(self._file).st_size
        if size > self._read:
            text = os.pread(self._file, size - self._read, self._read).decode("utf-8", "replace")
            self._read = size
            outputs.stream("stdout", text)
