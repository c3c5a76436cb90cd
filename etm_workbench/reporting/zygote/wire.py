"""How processes of this package talk: one JSON message after another on a unix socket, with file descriptors beside it.

JSON and not pickle, so that nothing a peer sends is ever run.
A message is four bytes of length, then that many bytes; a descriptor travels with the length.
"""

from __future__ import annotations

import json
import os
import socket
import stat
import struct
from pathlib import Path
from typing import Any

from etm_workbench.errors import BadEnvironment

_LENGTH = struct.Struct("!I")
_SOCKET_PATH_LIMIT = 104  # bytes; macOS allows the fewest

Message = dict[str, Any]


def send(connection: socket.socket, message: Message, *descriptors: int) -> None:
    """Send one message, and copies of open file descriptors with it.

    Raises
    ------
    OSError
        The other side has gone.
    """
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    header = _LENGTH.pack(len(body))
    if descriptors:
        socket.send_fds(connection, [header], list(descriptors))
        connection.sendall(body)
    else:
        connection.sendall(header + body)


def receive(connection: socket.socket) -> Message | None:
    """The next message, waiting for all of it; None when the other side has closed.

    Descriptors that came with it are closed; use `receive_with_descriptors` to keep them.
    """
    message, descriptors = receive_with_descriptors(connection)
    for descriptor in descriptors:
        os.close(descriptor)
    return message


def receive_with_descriptors(connection: socket.socket) -> tuple[Message | None, list[int]]:
    """The next message (None at the end) and the descriptors sent with it, now ours to close."""
    header, descriptors, _, _ = socket.recv_fds(connection, _LENGTH.size, 4)
    header += _exactly(connection, _LENGTH.size - len(header)) if header else b""
    if len(header) < _LENGTH.size:
        return None, descriptors
    (length,) = _LENGTH.unpack(header)
    body = _exactly(connection, length)
    return (json.loads(body) if len(body) == length else None), descriptors


def listen(path: Path) -> socket.socket:
    """A listening socket at `path` that only this user can open.

    Raises
    ------
    BadEnvironment
        The path is too long for a unix socket.
    """
    if len(os.fsencode(path)) > _SOCKET_PATH_LIMIT:
        raise BadEnvironment(
            f"The socket path {path} has {len(os.fsencode(path))} bytes.",
            expected=f"A unix socket path holds at most {_SOCKET_PATH_LIMIT}.",
            remedy="Set XDG_RUNTIME_DIR or TMPDIR to a shorter folder.",
        )
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)  # private from the first moment, not a chmod later
    try:
        listener.bind(str(path))
    finally:
        os.umask(before)
    listener.listen(256)
    return listener


def connect(path: Path) -> socket.socket:
    """A connection to the socket at `path`, which must belong to this user.

    Raises
    ------
    OSError
        Nothing listens there.
    BadEnvironment
        The socket belongs to somebody else.
    """
    found = path.stat()
    if not stat.S_ISSOCK(found.st_mode) or found.st_uid != os.getuid():
        raise BadEnvironment(f"{path} is not a socket of this user.", remedy="Remove it, or choose another folder.")
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(str(path))
    except BaseException:
        connection.close()
        raise
    return connection


def _exactly(connection: socket.socket, length: int) -> bytes:
    """`length` bytes, or fewer when the other side closes first."""
    received = bytearray()
    while len(received) < length:
        piece = connection.recv(min(1 << 20, length - len(received)))
        if not piece:
            break
        received += piece
    return bytes(received)
