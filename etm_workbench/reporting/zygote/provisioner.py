"""The Jupyter kernel provisioner `warm-process`: kernels are forked from a warm process instead of started cold.

A kernelspec that names it serves papermill, nbclient, Voila and JupyterLab as they are. Each kernel is new and
shares nothing with another. Where processes cannot be forked, or the zygote cannot start, the kernelspec's
ordinary command is run instead.
"""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.localinterfaces import is_local_ip
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Float, List, Unicode

from etm_workbench.errors import BadEnvironment
from etm_workbench.reporting.zygote import guard

if guard.can_fork():
    from etm_workbench.reporting.zygote.kernel_client import Kernel, Kind, own_sockets, start_kernel

NAME = "warm-process"
LAUNCHER = "ipykernel_launcher"

_POLL_SECONDS = 0.005
_POLITE_SECONDS = 1.0


class WarmProvisioner(LocalProvisioner):
    """Starts and ends kernels that are children of the kernel zygote.

    Configured in the kernelspec, under `metadata.kernel_provisioner.config`.
    """

    preload: Any = List(Unicode(), help="Modules the zygote imports; 'module:function' is called too.").tag(config=True)
    level: Any = Unicode("", help="Kernels of different levels never come from the same zygote.").tag(config=True)
    idle_seconds: Any = Float(900.0, help="How long the zygote stays without a kernel.").tag(config=True)

    _kernel: Kernel | None = None

    @property
    def has_process(self) -> bool:
        """True from the launch until the end has been waited for."""
        return self._kernel is not None or super().has_process

    async def pre_launch(self, **options: Any) -> dict[str, Any]:
        """Choose unix sockets over ports."""
        manager = self.parent
        if guard.can_fork() and manager and manager.transport == "tcp" and is_local_ip(manager.ip):
            manager.transport = "ipc"
            manager.ip = own_sockets(self.kernel_id)
        return await super().pre_launch(**options)

    async def launch_kernel(self, cmd: list[str], **options: Any) -> KernelConnectionInfo:
        """Fork a kernel, and return once it listens; an ordinary one when none can be forked."""
        if not guard.can_fork() or LAUNCHER not in cmd:
            return await super().launch_kernel(cmd, **options)
        self.cwd = options.get("cwd") or str(Path.cwd())
        kind = Kind(self.level, tuple(self.preload), self.idle_seconds)
        try:
            self._kernel = await asyncio.get_running_loop().run_in_executor(
                None, lambda: self._start(kind, cmd, options.get("env") or dict(os.environ))
            )
        except (BadEnvironment, OSError) as reason:
            self.log.warning("A warm kernel could not be had (%s); starting an ordinary one.", reason)
            return await super().launch_kernel(cmd, **options)
        self.pid = self.pgid = self._kernel.pid
        return self.connection_info

    def _start(self, kind: Kind, cmd: list[str], environment: dict[str, str]) -> Kernel:
        arguments = cmd[cmd.index(LAUNCHER) + 1 :]
        return start_kernel(kind, cmd, arguments, environment=environment, folder=str(self.cwd))

    async def poll(self) -> int | None:
        """None while the kernel lives, then its exit code."""
        if self._kernel is None:
            return await super().poll()
        return self._kernel.exit_code if self._kernel.has_ended() else None

    async def wait(self) -> int | None:
        """The exit code, once there is one."""
        if self._kernel is None:
            return await super().wait()
        while not self._kernel.has_ended():
            await asyncio.sleep(_POLL_SECONDS)
        code = self._kernel.exit_code
        self._let_go()
        return code

    async def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel and everything it started."""
        if self._kernel is None:
            await super().send_signal(signum)
        else:
            self._kernel.signal(signum)

    async def kill(self, restart: bool = False) -> None:
        """End the kernel and everything it started, now."""
        if self._kernel is None:
            await super().kill(restart)
        else:
            self._kernel.signal(signal.SIGKILL)
            await self._wait_a_little()

    async def terminate(self, restart: bool = False) -> None:
        """Ask the kernel to end."""
        if self._kernel is None:
            await super().terminate(restart)
        else:
            self._kernel.signal(signal.SIGTERM)

    async def shutdown_requested(self, restart: bool = False) -> None:
        """Give the kernel a moment to go: its manager looks only ten times a second."""
        await super().shutdown_requested(restart)
        await self._wait_a_little()

    async def cleanup(self, restart: bool = False) -> None:
        """Let go of the kernel, which ends it if it has not ended."""
        self._let_go()
        await super().cleanup(restart)

    async def _wait_a_little(self) -> None:
        for _ in range(int(_POLITE_SECONDS / _POLL_SECONDS)):
            if self._kernel is None or self._kernel.has_ended():
                return
            await asyncio.sleep(_POLL_SECONDS)

    def _let_go(self) -> None:
        if self._kernel is not None:
            self._kernel.let_go()
            self._kernel = None
