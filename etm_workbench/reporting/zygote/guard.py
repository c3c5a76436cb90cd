"""When a process may fork, and when it must refuse.

A child has only the thread that forked. Whatever the others held stays locked for ever: after a single chart in
the parent, the first chart in a child never returns. So a zygote counts its threads, and refuses to start.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from etm_workbench.errors import BadEnvironment

_TASKS = Path("/proc/self/task")


def can_fork() -> bool:
    """True where warm processes work: Linux, with process descriptors (kernel 5.3)."""
    return sys.platform == "linux" and hasattr(os, "pidfd_open") and _TASKS.is_dir()


def require_single_thread(after: str) -> None:
    """Refuse to go on when this process has more than one thread, Python's or a library's.

    Parameters
    ----------
    after : str
        What has just been done, for the message.

    Raises
    ------
    BadEnvironment
        There are other threads; their names are given as the system knows them.
    """
    names = [(task / "comm").read_text().strip() for task in _TASKS.iterdir() if task.name != str(os.getpid())]
    if names:
        raise BadEnvironment(
            f"After {after}, the process that forks has {len(names)} more threads: {', '.join(sorted(names)[:6])}.",
            expected="A process that forks has one thread; a child would wait for the others for ever.",
            remedy="Do not draw charts, open databases or start clients there; leave that to the notebook that is run.",
        )
