"""Live dashboards: whose each is, how many there may be, and when one is over.

A kernel belongs to the person it was started for. Its environment holds what it needs to open the store
for that person, and nothing of the server's own. It ends when its tab is closed, when it was not touched
for long, and when nobody ever came to it; one that died is not started again, since its dashboard would
be empty: the page says so instead.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.ioloop import PeriodicCallback

from etm_workbench.errors import NotAllowed, WorkbenchError
from etm_workbench.reporting.dashboards.viewing import SHOWN
from etm_workbench.reporting.serving.journal import tell
from etm_workbench.reporting.serving.limits import KernelLimits, load_limits
from etm_workbench.reporting.zygote import guard

# What a kernel gets of the server's environment: where things are, never a secret.
PASSED_ON = (
    "PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR", "VIRTUAL_ENV", "XDG_DATA_HOME", "XDG_RUNTIME_DIR",
    "ETM_HOME", "ETM_DATA", "ETM_KEY_FILE", "PYTHONPATH", "PYTHONHASHSEED", "PYTHONDONTWRITEBYTECODE",
    "LD_LIBRARY_PATH", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "PGPASSFILE", "PGSSLROOTCERT", "PGSSLMODE",
)  # fmt: skip


class TooMany(WorkbenchError):
    """As many live dashboards are open as there may be; `own`: of this person."""

    def __init__(self, *, own: bool) -> None:
        super().__init__(
            "As many live dashboards are open as there may be.", remedy="Close one, or come back in a few minutes."
        )
        self.own = own


@dataclass(frozen=True, slots=True, eq=False)
class Visit:
    """Who opens which dashboard: what a kernel may know. `query`: the wishes of the address, already checked."""

    viewer: str
    query: str


@dataclass(slots=True)
class _Life:
    owner: str
    started: float
    touched: float
    left: float | None = None
    connections: int = 0
    watchers: list[Callable[[], object]] = field(default_factory=list)


class OwnedKernels(AsyncMappingKernelManager):
    """The kernels of the live dashboards."""

    kernelspec = "etm-dashboards"
    store = ""
    limits: KernelLimits

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)  # type: ignore[no-untyped-call]
        self.limits = load_limits().kernels
        self.buffer_offline_messages = False
        self.allow_tracebacks = False
        self._lives: dict[str, _Life] = {}
        self._starting: set[Visit] = set()
        self._turns = asyncio.Semaphore(self.limits.starting)
        self._sweep: PeriodicCallback | None = None
        self._zygote: socket.socket | None = None

    def owner_of(self, kernel_id: str) -> str | None:
        """Identity of the person a kernel was started for; None when there is no such kernel."""
        life = self._lives.get(kernel_id)
        return life.owner if life else None

    def reserve(self, visit: Visit) -> Visit:
        """Keeps room for a visit's kernel, from before its page is made until it has come, or `give_up`.

        Raises
        ------
        TooMany
            There are enough on the whole server, or of this person.
        """
        owners = [life.owner for life in self._lives.values()] + [other.viewer for other in self._starting]
        if owners.count(visit.viewer) >= self.limits.most_a_viewer:
            raise TooMany(own=True)
        if len(owners) >= self.limits.most:
            raise TooMany(own=False)
        self._starting.add(visit)
        return visit

    def give_up(self, visit: Visit) -> None:
        """The room of a visit is needed no longer; its kernel, if it has come, keeps its own."""
        self._starting.discard(visit)

    async def start_kernel(self, *, visit: Visit | None = None, **options: Any) -> str:  # type: ignore[override]
        """A kernel for this visit, when its turn has come; its number.

        Raises
        ------
        NotAllowed
            Nobody has reserved it.
        """
        if visit not in self._starting:
            raise NotAllowed("A kernel was asked for by nobody.")
        options |= {"kernel_name": self.kernelspec, "env": self._environment(visit, options.get("env") or {})}
        async with self._turns:
            kernel_id: str = await super().start_kernel(**options)
        now = time.monotonic()
        self._lives[kernel_id] = _Life(visit.viewer, started=now, touched=now)
        self.give_up(visit)
        # In this order: a manager that does not restart its kernel leaves its restarter running.
        self.get_kernel(kernel_id).stop_restarter()
        self.get_kernel(kernel_id).autorestart = False
        self._start_sweeping()
        return kernel_id

    def _environment(self, visit: Visit, given: Mapping[str, str]) -> dict[str, str]:
        told = {name: value for name, value in given.items() if name.startswith("VOILA_") and "REQUEST" not in name}
        return {
            **{name: os.environ[name] for name in PASSED_ON if name in os.environ},
            **{name: str(value) for name, value in told.items()},
            "QUERY_STRING": visit.query,
            "ETM_VIEWER": visit.viewer,
            "ETM_STORE": self.store,
            SHOWN: "1",
        }

    def watch(self, kernel_id: str, on_end: Callable[[], object]) -> None:
        """`on_end` is called when the kernel is over; nothing is, where there is no such kernel."""
        if life := self._lives.get(kernel_id):
            life.watchers.append(on_end)

    def unwatch(self, kernel_id: str, on_end: Callable[[], object]) -> None:
        """`on_end` is called no longer."""
        if life := self._lives.get(kernel_id):
            life.watchers = [watcher for watcher in life.watchers if watcher != on_end]

    def connected(self, kernel_id: str) -> None:
        """A browser has come to its kernel."""
        if life := self._lives.get(kernel_id):
            life.connections, life.left = life.connections + 1, None

    def disconnected(self, kernel_id: str) -> None:
        """A browser has gone; when it was the last, the kernel ends soon."""
        if life := self._lives.get(kernel_id):
            life.connections -= 1
            if not life.connections:
                life.left = time.monotonic()

    def touched(self, kernel_id: str) -> None:
        """Somebody has used a dashboard."""
        if life := self._lives.get(kernel_id):
            life.touched = time.monotonic()

    async def shutdown_kernel(self, kernel_id: str, now: bool = False, restart: bool = False) -> None:  # type: ignore[override]
        """Ends a kernel and tells whoever looks at it."""
        self._forget(kernel_id)
        await super().shutdown_kernel(kernel_id, now=now, restart=restart)  # type: ignore[no-untyped-call]

    async def sweep(self) -> None:
        """Ends what is over."""
        now = time.monotonic()
        for kernel_id, life in list(self._lives.items()):
            if kernel_id in self and (reason := await self._over(kernel_id, life, now)):
                tell(outcome="ended", who=life.owner, route="kernel", reason=reason)
                await self._end(kernel_id)

    async def _over(self, kernel_id: str, life: _Life, now: float) -> str | None:
        if not await ensure_async(self.get_kernel(kernel_id).is_alive()):
            return "Died"
        if life.left is not None and now - life.left > self.limits.closed_tab_seconds:
            return "TabClosed"
        if life.left is None and not life.connections and now - life.started > self.limits.unopened_seconds:
            return "NeverOpened"
        return "Idle" if now - life.touched > self.limits.idle_seconds else None

    async def _end(self, kernel_id: str) -> None:
        try:
            await self.shutdown_kernel(kernel_id, now=True)
        except Exception as error:  # noqa: BLE001  the sweep must go on, and a message may quote what a kernel said
            tell(outcome="failed", route="kernel", reason=type(error).__name__)

    def _forget(self, kernel_id: str) -> None:
        life = self._lives.pop(kernel_id, None)
        for watcher in life.watchers if life else ():
            watcher()

    def _start_sweeping(self) -> None:
        if self._sweep is None:
            self._sweep = PeriodicCallback(self.sweep, 1000 * self.limits.sweep_seconds)
            self._sweep.start()

    def warm_up(self) -> None:
        """Starts the process that kernels are forked from, and keeps it while the server runs; takes seconds.

        Without it, or where it cannot start, the first kernel does what is missing.
        """
        spec = self.kernel_spec_manager.get_kernel_spec(self.kernelspec)  # type: ignore[union-attr]
        told = spec.metadata["kernel_provisioner"]["config"]
        if guard.can_fork():
            from etm_workbench.reporting.zygote.kernel_client import Kind, hold_zygote

            with suppress(WorkbenchError, OSError):
                kind = Kind(told["level"], tuple(told["preload"]))
                self._zygote = hold_zygote(kind, self._environment(Visit("", ""), {}))

    async def shutdown_all(self, now: bool = False) -> None:  # type: ignore[override]
        """Ends every kernel."""
        if self._zygote is not None:
            self._zygote.close()
        if self._sweep is not None:
            self._sweep.stop()
        await asyncio.gather(*(self._end(kernel_id) for kernel_id in list(self._lives)))
        await super().shutdown_all(now=now)
