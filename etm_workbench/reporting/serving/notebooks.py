"""Live dashboards: a notebook of ours under Voila, in a kernel of the visitor's own.

Only the dashboards' own notebooks have an address. What the address asks for is checked before a kernel
is started, and a visitor for whom there is no room gets a plain page at once. The board itself is that of the
page without a kernel, sent before the kernel is asked for; the kernel's part is to answer questions, and the
page learns at its end which kernel is its own. So nothing of Voila's own front end is sent: the page holds
no script but ours, under the same policy.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from typing import Any, ClassVar

from nbformat import NotebookNode
from tornado.iostream import StreamClosedError
from voila.handler import VoilaHandler

from etm_workbench.codebook import Bilingual
from etm_workbench.errors import WorkbenchError
from etm_workbench.reporting.serving import words
from etm_workbench.reporting.serving.desk import read_viewing, wishes_of
from etm_workbench.reporting.serving.journal import tell
from etm_workbench.reporting.serving.kernels import OwnedKernels, TooMany, Visit
from etm_workbench.reporting.serving.pages import by_hash, takes_gzip
from etm_workbench.reporting.serving.plain import STRICT, Plain

_GZIP = zlib.MAX_WBITS | 16
_COMPRESSION = 3  # made for each visit
END = "</body>\n</html>\n"


class Live(Plain, VoilaHandler):  # type: ignore[misc]
    """One dashboard under Voila."""

    route: ClassVar[str] = "live"

    @property
    def content_security_policy(self) -> str:
        """What the page may do: its own script and style, known by what they say."""
        return by_hash(live=True)

    async def get(self, name: str) -> None:
        """The page, in pieces as they come: the board, then its kernel."""
        self.board = name
        self.xsrf_token  # noqa: B018  sets the cookie that the page's questions must repeat
        kernels: OwnedKernels = self.settings["kernel_manager"]
        try:
            viewing = read_viewing(self, self.viewer, store=self.settings["etm_store"])
            visit = kernels.reserve(Visit(self.viewer, wishes_of(viewing)))
        except WorkbenchError as error:
            self._own = isinstance(error, TooMany) and error.own
            raise self.refuse(error) from None
        try:
            page = await self.settings["etm_desk"].live_page(name, viewing)
            await self._send_with_kernel(page, visit)
        except WorkbenchError as error:
            raise self.refuse(error) from None
        finally:
            kernels.give_up(visit)

    async def _send_with_kernel(self, page: str, visit: Visit) -> None:
        self._open_stream()
        await self._send(page)
        self._visit = visit
        self._sending = asyncio.ensure_future(self._send_pieces())
        try:
            await self._sending
        except asyncio.CancelledError:  # its kernel has ended; Voila would wait for it for ever
            self.reason_class = "KernelEnded"
        except StreamClosedError:  # the reader has left; a kernel that nobody comes to ends by itself
            return
        except Exception as error:  # noqa: BLE001  the page is out: it says itself that its kernel did not come
            self.reason_class = type(error).__name__
            tell(outcome="failed", who=self.viewer, route=self.route, what=self.board, reason=self.reason_class)
        await self._send(END)
        self.finish(self._compress.flush() if self._compress else None)

    async def _send_pieces(self) -> None:
        async for piece in self.get_generator(path=f"{self.board}.ipynb"):
            # Voila's sign of life while a cell runs is a script without our mark; a space keeps the line open too.
            await self._send(" " if "voila_heartbeat()" in piece else piece)

    def _open_stream(self) -> None:
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Vary", "Accept-Encoding")
        self._compress = zlib.compressobj(_COMPRESSION, zlib.DEFLATED, _GZIP) if takes_gzip(self) else None
        if self._compress:
            self.set_header("Content-Encoding", "gzip")

    async def _send(self, piece: str) -> None:
        """Sends a piece so that the browser has all of it now."""
        if piece:
            whole = piece.encode()
            self.write(
                self._compress.compress(whole) + self._compress.flush(zlib.Z_SYNC_FLUSH) if self._compress else whole
            )
            await self.flush()

    def refusal_words(self, status_code: int) -> Bilingual:
        """Whether it is the server that is full, or this person's share of it."""
        own = status_code == 503 and getattr(self, "_own", False)
        return words.TOO_MANY_OF_YOURS if own else super().refusal_words(status_code)

    def write_error(self, status_code: int, **details: Any) -> None:
        """As a refusal, whose style is marked and not known by what it says."""
        self.set_header("Content-Security-Policy", STRICT.format(nonce=self.nonce))
        super().write_error(status_code, **details)

    @property
    def kernel_manager(self) -> Any:
        """The kernels, which start one for this visit when Voila asks for it."""
        kernels: OwnedKernels = self.settings["kernel_manager"]
        return _ForVisit(kernels, self._visit, self._sending.cancel) if hasattr(self, "_visit") else kernels


class _ForVisit:
    """The kernels as one visit sees them."""

    def __init__(self, kernels: OwnedKernels, visit: Visit, on_end: Callable[[], object]) -> None:
        self._kernels, self._visit, self._on_end = kernels, visit, on_end

    async def start_kernel(self, **options: Any) -> str:
        """The visit's kernel, watched until it has come."""
        kernel_id = await self._kernels.start_kernel(visit=self._visit, **options)
        self._kernels.watch(kernel_id, self._on_end)
        return kernel_id

    def __getattr__(self, name: str) -> Any:
        return getattr(self._kernels, name)


def name_kernel(handler: Live, notebook: NotebookNode, cwd: str) -> NotebookNode:  # noqa: ARG001  Voila's signature
    """Names the kernel that a notebook runs in; Voila's `prelaunch_hook`."""
    notebook.metadata.kernelspec = {"name": OwnedKernels.kernelspec, "language": "python", "display_name": "Python"}
    return notebook
