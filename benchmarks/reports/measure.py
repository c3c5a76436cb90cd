"""Elapsed time, processor time, memory and disturbance of a group of processes."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

BUSY = 0.35  # foreign cores above which a sample is not to be trusted


@dataclass(frozen=True)
class Sample:
    """`seconds` elapsed, `cpu` seconds used, `foreign` cores that others kept busy, for `count` reports."""

    seconds: float
    cpu: float
    foreign: float
    count: int

    @property
    def each(self) -> float:
        """Elapsed seconds a report."""
        return self.seconds / self.count

    @property
    def cpu_each(self) -> float:
        """Processor seconds a report."""
        return self.cpu / self.count


def timed(commands: Sequence[Sequence[str]], count: int, environment: dict[str, str]) -> Sample:
    """Run the commands side by side until all have ended.

    Raises
    ------
    RuntimeError
        One of them failed.
    """
    began, own, system = time.perf_counter(), _own_cpu(), _system_busy()
    running = [subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) for command in commands]
    for process in running:
        _, errors = process.communicate()
        if process.returncode:
            raise RuntimeError(errors.decode()[-2000:])
    seconds, cpu = time.perf_counter() - began, _own_cpu() - own
    return Sample(seconds, cpu, max(0.0, (_system_busy() - system - cpu) / seconds), count)


def peak_memory(commands: Sequence[Sequence[str]], environment: dict[str, str]) -> float:
    """The largest proportional set size of the commands and all they start, in megabytes, seen ten times a second."""
    running = [
        subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for command in commands
    ]
    peak = 0.0
    while any(process.poll() is None for process in running):
        peak = max(peak, sum(_tree_memory(process.pid) for process in running))
        time.sleep(0.1)
    return peak


def median(samples: Sequence[Sample]) -> Sample:
    """The sample of median time a report."""
    return sorted(samples, key=lambda sample: sample.each)[(len(samples) - 1) // 2]


def spread(values: Sequence[float]) -> str:
    """Median, and lowest to highest."""
    return f"{statistics.median(values):.2f} ({min(values):.2f}-{max(values):.2f})"


def _own_cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _system_busy() -> float:
    ticks = [int(word) for word in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")


def _tree_memory(pid: int) -> float:
    try:
        root = psutil.Process(pid)
        tree = [root, *root.children(recursive=True)]
    except psutil.Error:
        return 0.0
    return sum(_proportional(one.pid) for one in tree)


def _proportional(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)
