"""Asking the kernel zygote for a kernel; starting the zygote when there is none.

There is one zygote for each user, Python, level, set of preloaded modules, and value of the variables that only
count when a process starts. Kernels of different levels of sensitivity never come from the same one, since a fork
holds whatever the zygote holds.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from etm_workbench.errors import BadEnvironment
from etm_workbench.reporting.zygote import wire
from etm_workbench.reporting.zygote.launch import ONE_THREAD

COUNTS_AT_START = (
    "PYTHONPATH", "PYTHONHOME", "PYTHONHASHSEED", "PYTHONOPTIMIZE", "PYTHONUTF8", "PYTHONWARNINGS",
    "LD_LIBRARY_PATH", "LD_PRELOAD", *ONE_THREAD,
)  # fmt: skip
START_SECONDS = 120.0
_TRIES = 3  # a zygote may be on its way out when we find it


@dataclass(frozen=True, slots=True)
class Kind:
    """Which zygote a kernel comes from.

    `level`: a name for who may read what it holds. `preload`: as for `preload.take_in`.
    `idle_seconds`: how long it stays without a kernel.
    """

    level: str = ""
    preload: tuple[str, ...] = ()
    idle_seconds: float = 900.0

    def address(self, environment: Mapping[str, str]) -> Path:
        """Where the zygote of this kind listens for clients with this environment."""
        decides = [sys.executable, sys.version, self.level, self.preload, self.idle_seconds]
        decides += [environment.get(name, "") for name in COUNTS_AT_START]
        return private_folder() / f"{hashlib.sha256(json.dumps(decides).encode()).hexdigest()[:16]}.sock"


class Kernel:
    """A kernel that was forked for us; letting go of it ends it and all it started.

    Parameters
    ----------
    connection : socket
        To the zygote; its closing is what ends the kernel.
    descriptor : int
        The process descriptor.
    pid : int
        The process number, for display.
    """

    def __init__(self, connection: socket.socket, descriptor: int, pid: int) -> None:
        self.pid, self._connection, self._descriptor = pid, connection, descriptor
        self.exit_code: int | None = None

    def has_ended(self) -> bool:
        """True once the process is gone; `exit_code` is then known."""
        if self.exit_code is None and _readable(self._descriptor):
            self.exit_code = self._last_words()
        return self.exit_code is not None

    def signal(self, number: int) -> None:
        """Send a signal to the kernel and what it started; through its parent, who knows it is still itself."""
        try:
            wire.send(self._connection, {"kind": "signal", "number": number})
        except OSError:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._descriptor, number)

    def let_go(self) -> None:
        """Close both descriptors."""
        self._connection.close()
        with suppress(OSError):
            os.close(self._descriptor)

    def wait_until_ready(self) -> None:
        """Return once its sockets are bound.

        Raises
        ------
        BadEnvironment
            It ended first.
        """
        message = wire.receive(self._connection)
        if message is None or message["kind"] != "ready":
            code = message["code"] if message else "unknown"
            raise BadEnvironment(
                f"A kernel ended with code {code} before it was ready.", remedy=f"Its log is {log_file()}."
            )

    def _last_words(self) -> int:
        with suppress(OSError, ValueError):
            self._connection.settimeout(5)
            while message := wire.receive(self._connection):
                if message["kind"] == "ended":
                    return int(message["code"])
        return -signal.SIGKILL  # the zygote is gone too


def start_kernel(
    kind: Kind, command: Sequence[str], arguments: Sequence[str], *, environment: Mapping[str, str], folder: str
) -> Kernel:
    """A kernel whose sockets are bound.

    Parameters
    ----------
    kind : Kind
        Which zygote.
    command, arguments : sequence of str
        As for an ordinary kernel: the whole command, and the part of it that is the kernel's arguments.
    environment, folder
        Its environment, all of it, and its working folder.

    Raises
    ------
    BadEnvironment
        The zygote cannot start, or the kernel ended before it was ready.
    """
    request = {
        "kind": "kernel",
        "command": list(command),
        "arguments": list(arguments),
        "environment": dict(environment),
        "folder": folder,
        "wants_descriptor": True,
    }
    for _ in range(_TRIES):
        connection = _connect(kind, environment)
        try:
            wire.send(connection, request)
            message, descriptors = wire.receive_with_descriptors(connection)
        except OSError:
            message = None
        if message and message["kind"] == "started":
            kernel = Kernel(connection, descriptors[0], message["pid"])
            try:
                kernel.wait_until_ready()
            except BaseException:
                kernel.let_go()
                raise
            return kernel
        connection.close()
    raise BadEnvironment("No kernel could be had from the zygote.", remedy=f"Its log is {log_file()}.")


def hold_zygote(kind: Kind, environment: Mapping[str, str]) -> socket.socket:
    """A connection to the zygote of this kind, started now if there is none; it stays while the connection is open.

    For servers, whose first visitor should not wait for it, nor the first after a quiet hour.

    Raises
    ------
    BadEnvironment
        It cannot start.
    """
    return _connect(kind, environment)


def private_folder() -> Path:
    """A short folder that only this user can enter, for sockets.

    Raises
    ------
    BadEnvironment
        Somebody else has it.
    """
    base = os.environ.get("XDG_RUNTIME_DIR")
    usable = base and Path(base).is_dir() and os.access(base, os.W_OK)
    folder = (
        Path(base or "") / "warm-kernels" if usable else Path(tempfile.gettempdir()) / f"warm-kernels-{os.getuid()}"
    )
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise BadEnvironment(f"{folder} is open to others, or not ours.", remedy="Remove it, or set XDG_RUNTIME_DIR.")
    return folder


def own_sockets(kernel: str | None = None) -> str:
    """Where the sockets of a kernel, of this name if it has one, can be: a port may be taken before its use."""
    return str(private_folder() / f"k-{(kernel or os.urandom(8).hex())[:13]}-{os.getpid()}")


def log_file() -> Path:
    """Where the zygotes of this user write what goes wrong."""
    return private_folder() / "log"


def _connect(kind: Kind, environment: Mapping[str, str]) -> socket.socket:
    address = kind.address(environment)
    with suppress(OSError):
        return wire.connect(address)
    with _only_one(address.with_suffix(".lock")):
        with suppress(OSError):
            return wire.connect(address)  # another process was quicker
        _start(kind, address, environment)
        return wire.connect(address)


def _start(kind: Kind, address: Path, environment: Mapping[str, str]) -> None:
    address.unlink(missing_ok=True)
    settings: dict[str, Any] = {
        "address": str(address),
        "preload": list(kind.preload),
        "idle_seconds": kind.idle_seconds,
    }
    reads, writes = os.pipe()
    settings["descriptor"] = writes
    with log_file().open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own module, with our own interpreter
            [sys.executable, "-P", "-m", "etm_workbench.reporting.zygote.kernel_process", json.dumps(settings)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[writes],
            cwd="/",
            env={**ONE_THREAD, **environment},
            start_new_session=True,  # it outlives whoever starts it
        )
    os.close(writes)
    with open(reads, "rb") as answer:  # noqa: PTH123 - a descriptor, not a path
        said = answer.readline()
    if not said:
        process.wait()
        raise BadEnvironment("The kernel zygote could not start.", remedy=f"Its log is {log_file()}.")
    process.returncode = 0  # it is not ours to wait for


@contextmanager
def _only_one(lock: Path) -> Iterator[None]:
    with lock.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _readable(descriptor: int) -> bool:
    import select

    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))
