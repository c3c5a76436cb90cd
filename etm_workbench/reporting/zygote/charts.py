"""Static charts from one warm process, so that no report pays for starting the drawing engine.

`chart_server` starts it for as long as a batch runs; `svg` and `png` ask it from any process that knows the
address, and draw in their own process when there is none. Each chart has a connection of its own: on one that a fork
had copied, two processes would read each other's charts.
"""

from __future__ import annotations

import json
import os
import re
import socket
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from etm_workbench.errors import BadEnvironment, BadInput
from etm_workbench.reporting.zygote import chart_process, wire

ADDRESS_VARIABLE = "WARM_CHART_SERVER"

_REPLY = struct.Struct("!?I")
_GRADIENT = re.compile(r'(?<=id="gradient_)\d+(?=")|(?<=url\(#gradient_)\d+(?=\))')
_address: Path | None = None
_fonts: list[str] = []


@contextmanager
def chart_server(*, processes: int = 1, warm: bool = True) -> Iterator[Path | None]:
    """Warm drawing processes behind a socket that only this user can open, until the block ends.

    Parameters
    ----------
    processes : int
        How many charts can be drawn at the same time.
    warm : bool
        Start the drawing engine at once rather than with the first chart.

    Yields
    ------
    Path or None
        The socket's address, already in use by `svg` and `png` here and in children; None where unix sockets do
        not exist, and charts are drawn in each process.
    """
    global _address  # noqa: PLW0603 - inherited by every child of the fork
    if not hasattr(socket, "AF_UNIX"):
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="charts-") as folder:
        address = Path(folder) / "draw.sock"
        with wire.listen(address) as listener:
            servers = [_start(listener, warm=warm) for _ in range(processes)]
        before, _address = _address, address
        try:
            yield address
        finally:
            _address = before
            for server in servers:
                server.communicate()


def _start(listener: socket.socket, *, warm: bool) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own file, with our own interpreter
        [sys.executable, "-P", chart_process.__file__, str(listener.fileno()), "warm" if warm else "cold"],
        pass_fds=[listener.fileno()],
        stdin=subprocess.PIPE,  # closing it, or dying, ends the server
    )


def use_server(address: Path | None) -> None:
    """Draw through the server at `address` from now on, in this process and the children it forks."""
    global _address  # noqa: PLW0603
    _address = address


def use_fonts(*folders: Path) -> None:
    """Draw text with the fonts of these folders too, here and through the server."""
    _fonts[:] = [str(folder) for folder in folders]


def svg(spec: Mapping[str, Any] | str, **options: Any) -> str:
    """A Vega-Lite specification as SVG text.

    Parameters
    ----------
    spec : mapping
        The specification, its data inside.
    **options
        As `vl_convert.vegalite_to_svg` takes them: `vl_version`, `format_locale`, `time_format_locale`, `config`.

    Raises
    ------
    BadInput
        The specification cannot be drawn.
    """
    return _named_by_content(_draw(spec, "svg", options).decode())


def png(spec: Mapping[str, Any] | str, **options: Any) -> bytes:
    """A Vega-Lite specification as a PNG picture; `options` as for `svg`, and `scale`, pixels a unit of size.

    Raises
    ------
    BadInput
        The specification cannot be drawn.
    """
    return _draw(spec, "png", options)


def take_over_drawing() -> None:
    """Make `vl_convert.vegalite_to_svg` and `vegalite_to_png` go through the server, for notebooks as they are.

    Altair's `svg` and `png` renderers and `chart.save` call these, and get the same bytes. In a process that will
    fork this is also what keeps the drawing engine, and its threads, out.
    """
    with suppress(ImportError):
        import vl_convert  # loading it starts nothing

        vl_convert.vegalite_to_svg = svg  # type: ignore[assignment]
        vl_convert.vegalite_to_png = png  # type: ignore[assignment]


def _draw(spec: Mapping[str, Any] | str, form: Literal["svg", "png"], options: Mapping[str, Any]) -> bytes:
    return _drawn(json.dumps({"form": form, "spec": spec, "options": options, "fonts": _fonts}).encode())


def _named_by_content(text: str) -> str:
    """The drawing, its gradients named after what is drawn.

    The engine counts gradients for as long as it lives, so their names would tell what was drawn before.
    """
    places = {number: str(at) for at, number in enumerate(dict.fromkeys(_GRADIENT.findall(text)))}
    counted = _GRADIENT.sub(lambda found: places[found[0]], text)
    mark = zlib.crc32(counted.encode())
    return _GRADIENT.sub(lambda found: f"{mark:08x}_{found[0]}", counted)


@lru_cache(maxsize=64)
def _drawn(request: bytes) -> bytes:
    """The picture; remembered, since one report's page and its PDF show the same charts."""
    drawn, content = _ask(request) or chart_process.draw(request)
    if not drawn:
        raise BadInput(
            f"A chart cannot be drawn ({content.decode()}).",
            expected="A valid Vega-Lite specification with its data inside.",
        )
    return content


def _ask(request: bytes) -> tuple[bool, bytes] | None:
    """The server's answer; None when there is no server, or it has died. One connection a chart: none is shared."""
    address = _address or (Path(found) if (found := os.environ.get(ADDRESS_VARIABLE)) else None)
    if address is None:
        return None
    try:
        with wire.connect(address) as connection:
            connection.sendall(chart_process.LENGTH.pack(len(request)) + request)
            drawn, length = _REPLY.unpack(chart_process.exactly(connection, _REPLY.size))
            content = chart_process.exactly(connection, length)
    except (OSError, struct.error, BadEnvironment):
        return None
    return (drawn, content) if len(content) == length else None
