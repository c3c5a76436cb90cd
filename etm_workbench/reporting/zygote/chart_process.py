"""The warm drawing process: specification in, picture out, one after another; several may share a socket.

Started as a file of its own (`python -P chart_process.py DESCRIPTOR warm`), so that it loads the drawing library and
nothing else. It ends when its standard input closes, which also happens when whoever started it dies.
"""

from __future__ import annotations

import json
import select
import socket
import struct
import sys
from contextlib import suppress

_CLIENT_SECONDS = 10
_fonts: set[str] = set()
LENGTH = struct.Struct("!I")
_WARM_UP = {"mark": "point", "data": {"values": [{"a": 1}]}, "encoding": {"x": {"field": "a", "type": "ordinal"}}}


def draw(request: bytes) -> tuple[bool, bytes]:
    """A picture for a request: True and its bytes, or False and the class of what went wrong."""
    # The compiled module: the package's own names may lead back here.
    from vl_convert import vl_convert  # type: ignore[attr-defined]

    try:
        wanted = json.loads(request)
        for folder in set(wanted["fonts"]) - _fonts:
            vl_convert.register_font_directory(folder)
            _fonts.add(folder)
        if wanted["form"] == "png":
            return True, vl_convert.vegalite_to_png(wanted["spec"], **wanted["options"])
        return True, vl_convert.vegalite_to_svg(wanted["spec"], **wanted["options"]).encode()
    except Exception as error:  # noqa: BLE001 - whatever the engine raises, the next chart must be drawn
        return False, type(error).__name__.encode()


def exactly(connection: socket.socket, length: int) -> bytes:
    """`length` bytes, or fewer when the other side closes first."""
    received = bytearray()
    while len(received) < length:
        piece = connection.recv(length - len(received))
        if not piece:
            break
        received += piece
    return bytes(received)


def serve(listener: socket.socket, *, warm: bool) -> None:
    """Answer until standard input closes; `warm` starts the drawing engine before anybody asks."""
    if warm:
        draw(json.dumps({"form": "svg", "spec": _WARM_UP, "options": {}, "fonts": []}).encode())
    listener.setblocking(False)  # another process may take the client that woke us
    while True:
        ready, _, _ = select.select([listener, sys.stdin], [], [])
        if sys.stdin in ready:
            return
        with suppress(OSError, struct.error):
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(_CLIENT_SECONDS)
                _answer(connection)


def _answer(connection: socket.socket) -> None:
    """Draw one chart for a client."""
    drawn, content = draw(exactly(connection, *LENGTH.unpack(exactly(connection, LENGTH.size))))
    connection.sendall(struct.pack("!?I", drawn, len(content)) + content)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])), warm=sys.argv[2] == "warm")
