"""The zygote's loop: requests in, children forked, their ends reported. One thread, no event library.

A child is known by a process descriptor, never by its number alone, so that a number used again cannot be
mistaken. A child lives as long as somebody is connected who asked for it; when they go, its group is killed.
"""

from __future__ import annotations

import os
import selectors
import signal
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NoReturn

from etm_workbench.reporting.zygote import child, wire

Work = Callable[[wire.Message, int], NoReturn]
"""Runs in the child with the request and a descriptor to report on; never returns."""


@dataclass(slots=True)
class Child:
    """A process that was forked for a request, of which no more is kept than its identifier: it may hold secrets."""

    pid: int
    descriptor: int
    pipe: int
    identifier: Any
    owner: socket.socket
    started: float
    deadline: float | None
    said: bytearray = field(default_factory=bytearray)
    overdue: bool = False


class Server:
    """Forks one child a request, at most `limit` at a time, and reports each one's end to whoever asked.

    Parameters
    ----------
    work : mapping of str to Work
        What a child does, by the request's `kind`.
    limit : int
        Children alive at once; later requests wait their turn.
    admit : callable, optional
        Asked before each request is taken; the first no is for good: nobody new is served, and the server is
        `drained` once those who are connected have gone.
    """

    def __init__(
        self, work: Mapping[str, Work], *, limit: int, admit: Callable[[wire.Message], bool] = lambda _: True
    ) -> None:
        self._work, self._limit, self._admit = work, limit, admit
        self._selector = selectors.DefaultSelector()
        self._children: dict[int, Child] = {}
        self._waiting: list[tuple[wire.Message, socket.socket]] = []
        self._connections: set[socket.socket] = set()
        self._listener: socket.socket | None = None
        self._closed_to_new = False
        self._idle_since = time.monotonic()

    def add_connection(self, connection: socket.socket) -> None:
        """Serve a client that is already connected."""
        self._connections.add(connection)
        self._selector.register(connection, selectors.EVENT_READ, self._on_request)

    def add_listener(self, listener: socket.socket) -> None:
        """Serve whoever connects here from now on."""
        self._listener = listener
        self._selector.register(listener, selectors.EVENT_READ, self._on_connection)

    def serve(self, *, keep_going: Callable[[float], bool]) -> None:
        """Run until `keep_going` says no.

        Parameters
        ----------
        keep_going : callable
            Given the seconds since anybody was connected (0 while someone is); asked after every event and at
            least once a second.
        """
        while keep_going(self._idle_seconds()):
            for key, _ in self._selector.select(self._patience()):
                key.data(key.fileobj)
            self._kill_overdue()
            self._start_waiting()
        self.close()

    def close(self) -> None:
        """Kill the children that are left and let go of every descriptor."""
        for connection in list(self._connections):
            self._forget(connection)
        for one in list(self._children.values()):
            self._reap(one)
        self._close_descriptors()

    def serves(self, connection: socket.socket) -> bool:
        """True while this client is there."""
        return connection in self._connections

    @property
    def drained(self) -> bool:
        """True when nobody new is served and nobody is left."""
        return self._closed_to_new and not self._connections and not self._children

    def _idle_seconds(self) -> float:
        if self._connections or self._children:
            self._idle_since = time.monotonic()
        return time.monotonic() - self._idle_since

    def _patience(self) -> float:
        deadlines = [one.deadline for one in self._children.values() if one.deadline and not one.overdue]
        soonest = min(deadlines, default=float("inf")) - time.monotonic()
        return max(0.0, min(1.0, soonest))

    def _on_connection(self, listener: socket.socket) -> None:
        with suppress(OSError):
            connection, _ = listener.accept()
            connection.settimeout(10)  # a client that stops in mid-message must not hold up the others
            self.add_connection(connection)

    def _on_request(self, connection: socket.socket) -> None:
        if connection not in self._connections:
            return
        try:
            request = wire.receive(connection)
        except (OSError, ValueError):
            request = None
        if request is None:
            self._forget(connection)
        elif request.get("kind") == "signal":
            self._signal(connection, request["number"])
        elif request.get("kind") in self._work and self._admits(request):
            self._waiting.append((request, connection))
        else:
            self._tell(connection, {"kind": "refused", "id": request.get("id")})

    def _admits(self, request: wire.Message) -> bool:
        if not self._closed_to_new and not self._admit(request):
            self._closed_to_new = True
            if self._listener:
                self._selector.unregister(self._listener)
                self._listener.close()
                self._listener = None
        return not self._closed_to_new

    def _signal(self, connection: socket.socket, number: int) -> None:
        """Pass a signal on to the groups of a client's children, none of which has been reaped yet."""
        for one in self._children.values():
            if one.owner is connection:
                with suppress(ProcessLookupError):
                    os.killpg(one.pid, number)

    def _forget(self, connection: socket.socket) -> None:
        """The client has gone: so do its children."""
        self._selector.unregister(connection)
        self._connections.discard(connection)
        self._waiting = [(request, owner) for request, owner in self._waiting if owner is not connection]
        for one in self._children.values():
            if one.owner is connection:
                _kill_group(one.pid)
        connection.close()

    def _start_waiting(self) -> None:
        while self._waiting and len(self._children) < self._limit:
            self._fork(*self._waiting.pop(0))

    def _fork(self, request: wire.Message, owner: socket.socket) -> None:
        reads, writes = os.pipe()
        try:
            pid = os.fork()
        except OSError:  # no memory, or too many processes
            os.close(reads)
            os.close(writes)
            self._tell(owner, {"kind": "refused", "id": request.get("id")})
            return
        if pid == 0:
            self._become_child(request, reads, writes)
        os.close(writes)
        descriptor = os.pidfd_open(pid)  # before anything can reap it
        seconds = request.get("deadline_seconds")
        now = time.monotonic()
        one = Child(pid, descriptor, reads, request.get("id"), owner, now, now + seconds if seconds else None)
        self._children[descriptor] = one
        self._selector.register(descriptor, selectors.EVENT_READ, lambda _: self._reap(one))
        self._selector.register(reads, selectors.EVENT_READ, lambda _: self._hear(one))
        if request.get("wants_descriptor"):
            self._tell(owner, {"kind": "started", "id": request.get("id"), "pid": pid}, descriptor)

    def _become_child(self, request: wire.Message, reads: int, writes: int) -> NoReturn:
        try:
            os.close(reads)
            self._close_descriptors()
            child.become_clean_process()
            self._work[request["kind"]](request, writes)
        except BaseException as error:  # noqa: BLE001 - a child must never fall back into the zygote's loop
            with suppress(OSError):
                child.end({"error": f"{type(error).__name__} while starting"}, writes)
        finally:
            os._exit(1)

    def _close_descriptors(self) -> None:
        self._selector.close()
        for connection in self._connections:
            connection.close()
        if self._listener:
            self._listener.close()
        for one in self._children.values():
            os.close(one.descriptor)
            os.close(one.pipe)

    def _hear(self, one: Child) -> None:
        """What a child reports; a whole line is passed on at once, the rest when it ends."""
        if one.descriptor not in self._children:
            return  # it ended earlier in this very round of events
        piece = os.read(one.pipe, 1 << 16)
        if not piece:
            self._selector.unregister(one.pipe)
            return
        one.said += piece
        if one.said.endswith(b"ready\n"):
            one.said.clear()
            self._tell(one.owner, {"kind": "ready", "id": one.identifier})

    def _reap(self, one: Child) -> None:
        """The child has ended: take its exit code, end what it left running, tell whoever asked."""
        if one.descriptor not in self._children:
            return
        os.set_blocking(one.pipe, False)
        with suppress(BlockingIOError):
            while piece := os.read(one.pipe, 1 << 16):
                one.said += piece
        _kill_group(one.pid)  # while the number is still its own
        _, status, used = os.wait4(one.pid, 0)
        for descriptor in (one.descriptor, one.pipe):
            with suppress(KeyError):
                self._selector.unregister(descriptor)
            os.close(descriptor)
        del self._children[one.descriptor]
        self._tell(one.owner, _obituary(one, os.waitstatus_to_exitcode(status), used))

    def _kill_overdue(self) -> None:
        for one in self._children.values():
            if one.deadline and not one.overdue and time.monotonic() >= one.deadline:
                one.overdue = True
                _kill_group(one.pid)

    def _tell(self, connection: socket.socket, message: wire.Message, *descriptors: int) -> None:
        if connection in self._connections:
            try:
                wire.send(connection, message, *descriptors)
            except OSError:
                self._forget(connection)


def _obituary(one: Child, code: int, used: Any) -> wire.Message:
    return {
        "kind": "ended",
        "id": one.identifier,
        "code": code,
        "overdue": one.overdue,
        "said": one.said.decode("utf-8", "replace"),
        "seconds": time.monotonic() - one.started,
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "peak_kilobytes": used.ru_maxrss,
    }


def _kill_group(pid: int) -> None:
    """Kill a child and everything it started; a child that has not made its group yet is killed alone."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
