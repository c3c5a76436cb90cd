"""The warm drawing process: specification in, picture out, one after another.

Started as a file of its own (`python -I chart_process.py DESCRIPTOR warm`), so that it loads the drawing library and
nothing else. It ends when its standard input closes, which also happens when whoever started it dies.
"""

from __future__ import annotations

import json
import selectors
import socket
import struct
import sys

_fonts: set[str] = set()
LENGTH = struct.Struct("!I")
_WARM_UP = {"mark": "point", "data": {"values": [{"a": 1}]}, "encoding": {"x": {"field": "a", "type": "ordinal"}}}


def draw(request: bytes) -> tuple[bool, bytes]:
    """A picture for a request: True and its bytes, or False and the class of what went wrong."""
    from vl_convert import vl_convert  # type: ignore[attr-defined]  # the compiled module: the package's own names may lead here

    wanted = json.loads(request)
    for folder in set(wanted["fonts"]) - _fonts:
        vl_convert.register_font_directory(folder)
        _fonts.add(folder)
    try:
        if wanted["form"] == "png":
            return True, vl_convert.vegalite_to_png(wanted["spec"], **wanted["options"])
        return True, vl_convert.vegalite_to_svg(wanted["spec"], **wanted["options"]).encode()
    except (ValueError, TypeError, KeyError) as error:
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
    waiting = selectors.DefaultSelector()
    waiting.register(listener, selectors.EVENT_READ)
    waiting.register(sys.stdin, selectors.EVENT_READ)
    while True:
        for key, _ in waiting.select():
            if key.fileobj is sys.stdin:
                return
            if key.fileobj is listener:
                waiting.register(listener.accept()[0], selectors.EVENT_READ)
            elif isinstance(key.fileobj, socket.socket) and not _answer(key.fileobj):
                waiting.unregister(key.fileobj)
                key.fileobj.close()


def _answer(connection: socket.socket) -> bool:
    """Draw one chart for a client; False when the client has gone."""
    try:
        header = exactly(connection, LENGTH.size)
        if len(header) < LENGTH.size:
            return False
        drawn, content = draw(exactly(connection, *LENGTH.unpack(header)))
        connection.sendall(struct.pack("!?I", drawn, len(content)) + content)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])), warm=sys.argv[2] == "warm")
