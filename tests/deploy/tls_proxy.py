"""A small TLS proxy that does to requests what the example configuration of nginx does.

It ends TLS, knows who somebody is from their own cookie (the login service's part), takes away whatever a
client sent under the identity's header, and passes the rest on to the server's unix socket.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path

HEADER = "X-Remote-User"


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for `localhost` and its key, good for a day."""
    made, key = folder / "server.crt", folder / "server.key"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    extra = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(made)]
    subprocess.run([*command, *extra], check=True, capture_output=True)
    return made, key


class TlsProxy(threading.Thread):
    """The proxy in a thread of its own; `port` is where it listens."""

    def __init__(
        self, folder: Path, behind: Path | None, logins: Mapping[str, str], *, ports: Mapping[str, int] | None = None
    ) -> None:
        """`ports`: instead of one socket, ports of this machine by how a path begins."""
        super().__init__(daemon=True)
        self._ports = ports or {}
        self.certificate, key = certificate(folder)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self.certificate, key)
        self._behind, self._logins = behind, logins
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self.port = 0

    def run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    def begin(self) -> TlsProxy:
        """The proxy, once it listens."""
        self.start()
        self._ready.wait(30)
        return self

    def end(self) -> None:
        """Stops it."""
        self._loop.call_soon_threadsafe(self._over.set)
        self.join(30)

    async def _serve(self) -> None:
        self._over = asyncio.Event()
        server = await asyncio.start_server(self._pass_on, "127.0.0.1", 0, ssl=self._context)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._over.wait()
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await server.wait_closed()
        await asyncio.sleep(0.2)  # for what was aborted to be closed

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened = [writer]
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            inner_reader, inner_writer = await self._inside(head.split()[1].decode("latin-1"))
            opened.append(inner_writer)
            inner_writer.write(self._head(head.decode("latin-1")).encode("latin-1"))
            await asyncio.gather(_pump(reader, inner_writer), _pump(inner_reader, writer))
        except (OSError, asyncio.IncompleteReadError):
            pass  # somebody has hung up
        finally:
            for each in opened:
                each.transport.abort()

    async def _inside(self, path: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._behind is not None:
            return await asyncio.open_unix_connection(str(self._behind))
        port = next((port for begin, port in self._ports.items() if path.startswith(begin)), None)
        if port is None:
            raise ConnectionError(path)
        return await asyncio.open_connection("127.0.0.1", port)

    def _head(self, head: str) -> str:
        request, *lines = head.rstrip("\r\n").split("\r\n")
        upgrade = any(line.lower().startswith("upgrade:") for line in lines)
        kept = [line for line in lines if not line.lower().startswith(f"{HEADER.lower()}:")]
        if not upgrade:
            kept = [line for line in kept if not line.lower().startswith("connection:")] + ["Connection: close"]
        cookies = "; ".join(line.partition(":")[2] for line in lines if line.lower().startswith("cookie:"))
        login = next((part.strip()[6:] for part in cookies.split(";") if part.strip().startswith("login=")), "")
        kept.append("X-Forwarded-Proto: https")
        if login in self._logins:
            kept.append(f"{HEADER}: {self._logins[login]}")
        return "\r\n".join([request, *kept, "", ""])


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while part := await reader.read(65536):
        writer.write(part)
        await writer.drain()
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
