"""What a browser may say to its live dashboard: messages of widgets, and nothing that runs code.

The kernel decides what a widget's message does; this route lets no other kind through, in the plain form
or in the packed one. It opens for the kernel's owner only, and for pages of this server only.
"""

from __future__ import annotations

import asyncio
import json
from itertools import pairwise
from typing import Any, ClassVar

from jupyter_server.auth.decorator import authorized
from tornado import web
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from etm_workbench.reporting.serving.journal import tell
from etm_workbench.reporting.serving.kernels import OwnedKernels
from etm_workbench.reporting.serving.plain import Plain

# Of widgets: their messages, and the two questions a page asks when it opens.
ALLOWED = ("comm_open", "comm_msg", "comm_close", "comm_info_request", "kernel_info_request")
# A page may ask for the widgets there are; making one is the notebook's business.
OPENED_BY_PAGES = ("jupyter.widget.control",)
PACKED = "v1.kernel.websocket.jupyter.org"
REFUSED, OVER = 4403, 4404


def unpack(ws_message: bytes) -> list[bytes]:
    """The parts of a packed message: channel, header, parent header, metadata, content, buffers.

    Jupyter's own reader believes the count of parts that a message states, and one message of eight bytes
    makes it fill the memory; so the count is held to the message's length before anything is read.

    Raises
    ------
    ValueError
        The message is not packed as it says.
    """
    count = int.from_bytes(ws_message[:_WORD], "little")
    if not _FEWEST < count <= len(ws_message) // _WORD - 1:
        raise ValueError("count")
    places = [int.from_bytes(ws_message[_WORD * at : _WORD * (at + 1)], "little") for at in range(1, count + 1)]
    if places != sorted(places) or places[0] < _WORD * (count + 1) or places[-1] > len(ws_message):
        raise ValueError("places")
    return [ws_message[begin:end] for begin, end in pairwise(places)]


_WORD, _FEWEST = 8, 5


class Socket(Plain, VoilaKernelWebsocketHandler):  # type: ignore[misc]
    """The way between a page and its kernel."""

    route: ClassVar[str] = "kernel socket"
    _is_joined = False

    def set_default_headers(self) -> None:
        """None: a socket has no page."""

    async def prepare(self, *_: Any, **__: Any) -> None:
        """Somebody unknown, another site's page and another owner's kernel end here."""
        await Plain.prepare(self)
        if self.request.headers.get("Origin") is None or not self.check_origin():
            self.reason_class = "ForeignOrigin"
            raise web.HTTPError(403)

    @property
    def kernels(self) -> OwnedKernels:
        """The live dashboards."""
        kernels: OwnedKernels = self.settings["kernel_manager"]
        return kernels

    async def pre_get(self) -> None:
        """Asks the kernel whether it is there, for as long as it lives: Jupyter would ask a dead one for a minute."""
        self._asking = asyncio.ensure_future(super().pre_get())
        self.kernels.watch(self.kernel_id, self._end)
        try:
            await self._asking
        except asyncio.CancelledError:
            self.connection.disconnect()
            self.reason_class = "KernelEnded"
            raise web.HTTPError(404) from None
        except Exception:
            self.kernels.unwatch(self.kernel_id, self._end)
            raise

    async def open(self, kernel_id: str) -> None:
        """Joins the page to its kernel."""
        if self.kernels.owner_of(kernel_id) is None:  # it has ended since it answered
            self._end()
            return
        self._is_joined = True
        self.kernels.connected(kernel_id)
        await super().open(kernel_id)

    def on_message(self, ws_message: str | bytes) -> None:
        """Passes on what widgets say; anything else ends the connection."""
        kind = self._kind(ws_message)
        if kind not in ALLOWED:
            tell(outcome="refused", who=self.viewer, route=self.route, reason="MessageNotAllowed")
            self.close(REFUSED, "refused")
            return
        if kind != "kernel_info_request":
            self.kernels.touched(self.kernel_id)
        super().on_message(ws_message)

    def on_close(self) -> None:
        """The page is gone; its kernel follows soon."""
        if hasattr(self, "kernel_id"):
            self.kernels.unwatch(self.kernel_id, self._end)
        if self._is_joined:
            self.kernels.disconnected(self.kernel_id)
        if getattr(self, "connection", None) is not None:
            super().on_close()

    def _end(self) -> None:
        if self._asking.done():
            self.close(OVER, "ended")
        else:
            self._asking.cancel()

    def _kind(self, ws_message: str | bytes) -> str:
        """The message's kind; empty when it cannot be read or is not for the shell or control channel."""
        try:
            channel, header, content = self._parts(ws_message)
            kind = header["msg_type"]
            if kind == "comm_open" and content["target_name"] not in OPENED_BY_PAGES:
                return ""
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return ""
        return kind if channel == "shell" and isinstance(kind, str) else ""

    def _parts(self, ws_message: str | bytes) -> tuple[Any, Any, Any]:
        if self.selected_subprotocol == PACKED:
            if not isinstance(ws_message, bytes):
                raise ValueError("text")
            channel, header, _, _, content, *_ = unpack(ws_message)
            return channel.decode(), json.loads(header), json.loads(content)
        if isinstance(ws_message, bytes):  # the older packed form, which none of our pages speaks
            raise ValueError("bytes")
        told = json.loads(ws_message)
        return told["channel"], told["header"], told["content"]


class Kernel(Plain):
    """Whether one's own live dashboard still runs, and its end."""

    route: ClassVar[str] = "kernel"
    auth_resource = "kernels"

    @authorized
    async def get(self, kernel_id: str) -> None:
        """What the front end wants to know before it joins."""
        kernels: Any = self.kernel_manager
        self.finish(json.dumps(kernels.kernel_model(kernel_id), default=str))

    @authorized
    async def delete(self, kernel_id: str) -> None:
        """Ends it."""
        kernels: OwnedKernels = self.settings["kernel_manager"]
        await kernels.shutdown_kernel(kernel_id, now=True)
        self.set_status(204)
        self.finish()


class Goodbye(Plain):
    """What a page sends when its tab closes: it is answered, and the closed socket is what ends the kernel."""

    route: ClassVar[str] = "kernel"

    def post(self, kernel_id: str) -> None:  # noqa: ARG002  the route's signature
        """Nothing to do."""
        self.set_status(204)
        self.finish()
