"""The same reports by stock papermill and nbconvert, and by ours: `make bench-reports`.

Stock runs in two processes; ours has two workers and two drawing processes, warm-up counted. Both write an
executed notebook and a page with static charts; both start from nothing and use the same interpreter and packages.
Runs are interleaved. Stock takes as long for each report however many there are, so it makes a sample of them
(`--sample`); ours has a warm-up to spread, so it makes them all.
The standard report that organizations get is measured first; then the prototype's notebook, with which the bars were
set. The last line holds its ratio of elapsed time a report; the lines before put it in place. A machine that others
keep busy is said to be so, and its figures are not to be trusted.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.reports.measure import BUSY, Sample, median, peak_memory, timed  # noqa: E402
from benchmarks.reports.subject import Subject, prototype, standard  # noqa: E402
from etm_workbench.reporting.zygote.kernelspec import ensure_kernelspec  # noqa: E402

WORKERS = 2
SLOW_IMPORT = ["rfc3987-syntax==1.1.0", "lark==1.3.1"]
"""What `jsonschema[format-nongpl]` brings and our lock leaves out: a second in each process that uses jsonschema."""


class Bench:
    """One run of the benchmark in a scratch folder."""

    def __init__(self, folder: Path, subject: Subject) -> None:
        self.folder, self.subject = folder, subject
        self.environment = {**os.environ, **subject.environment, "PYTHONPATH": str(ROOT)}
        self.runs = 0
        self.foreign: list[float] = []

    def side(self, name: str, reports: Sequence[dict[str, Any]], *, processes: int = 1, **more: Any) -> list[list[str]]:
        """The commands that make these reports, shared out over so many processes."""
        self.runs += 1
        out = self.folder / f"{name}-{self.runs}"
        out.mkdir()
        numbered = list(enumerate(reports))
        chosen: Subject = self.subject
        asked = {"notebook": str(chosen.notebook), "out": str(out), "after": chosen.after, "preload": chosen.preload}
        asked["rehearsal"] = chosen.rehearsal
        return [
            [sys.executable, "-m", "benchmarks.reports.sides", name,
             json.dumps({**asked, "reports": numbered[share::processes], **more})]
            for share in range(processes)
        ]  # fmt: skip

    def time(self, name: str, count: int, environment: dict[str, str] | None = None) -> Sample:
        """The first `count` reports by one side."""
        chosen = self.subject.reports[:count]
        more = {"workers": WORKERS} if name == "ours" else {}
        commands = self.side(name, chosen, processes=1 if name == "ours" else WORKERS, **more)
        sample = timed(commands, count, environment or self.environment)
        self.foreign.append(sample.foreign)
        print(f"    {name}: {sample.each:.3f} s a report, {sample.cpu_each:.3f} s of processor "
              f"({count} reports, {sample.foreign:.2f} cores busy with other things)", flush=True)  # fmt: skip
        return sample

    def commands(self, count: int, environment: dict[str, str]) -> Sample:
        """The two commands a person would type, one report after another."""
        samples = []
        for number, parameters in enumerate(self.subject.reports[:count]):
            done = self.folder / f"typed-{number}.ipynb"
            given = [word for name, value in parameters.items() for word in ("-p", name, str(value))]
            papermill = [sys.executable, "-m", "papermill", "--no-progress-bar", str(self.subject.notebook), str(done)]
            nbconvert = [sys.executable, "-m", "nbconvert", "--to", "html", "--no-input", str(done)]
            samples += [timed([[*papermill, *given]], 1, environment), timed([nbconvert], 1, environment)]
        return Sample(sum(s.seconds for s in samples), sum(s.cpu for s in samples), 0.0, count)

    def kernel(self, name: str, count: int, environment: dict[str, str]) -> float:
        """Median seconds a report of unmodified papermill on a kernel, its own import not counted."""
        (command,) = self.side("kernel", self.subject.reports[: count + 1], kernel=name)
        ran = subprocess.run(command, env=environment, capture_output=True, check=True)
        return statistics.median(json.loads(ran.stdout.splitlines()[-1]))

    def memory(self, name: str, count: int) -> float:
        """Peak megabytes of one side."""
        more = {"workers": WORKERS} if name == "ours" else {}
        chosen = self.subject.reports[:count]
        return peak_memory(
            self.side(name, chosen, processes=1 if name == "ours" else WORKERS, **more), self.environment
        )


def as_installed(folder: Path) -> Path | None:
    """A folder of what a plain installation would have beside our lock, or None when it cannot be had here."""
    target = folder / "as-installed"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(target), *SLOW_IMPORT]
    return target if subprocess.run(command, capture_output=True, check=False).returncode == 0 else None


def main(reports: int, sample: int) -> None:
    """Run it all and print the lines."""
    for part in ("etm_workbench", "benchmarks"):
        compileall.compile_dir(ROOT / part, quiet=2)
    with tempfile.TemporaryDirectory(prefix="bench-reports-") as scratch:
        folders = [Path(scratch) / name for name in ("standard", "prototype")]
        for folder in folders:
            folder.mkdir()
        ours = Bench(folders[0], standard(folders[0], reports))
        bench = Bench(folders[1], prototype(folders[1], reports))
        lines = [*standard_reports(ours, reports, max(2, sample // 2)), *measured(bench, reports, sample)]
        worst = max(*ours.foreign, *bench.foreign)
    if worst > BUSY:
        print(f"  Others kept up to {worst:.2f} cores busy: these figures are not to be trusted.")
    print("\n".join(lines))


def standard_reports(bench: Bench, reports: int, sample: int) -> list[str]:
    """The lines on the reports that organizations get."""
    print(f"  the standard report organization_profile, {reports} times, stock on {sample} of them:")
    ours, stock = [], []
    for _ in range(2):
        ours.append(bench.time("ours", reports))
        stock.append(bench.time("stock", max(2, sample // 2)))
    slow, quick = median(stock), median(ours)
    return [
        f"standard reports, over stock: ratio {slow.each / quick.each:.1f}",
        f"standard reports, processor time: ratio {slow.cpu_each / quick.cpu_each:.1f}",
    ]


def measured(bench: Bench, reports: int, sample: int) -> list[str]:
    """Everything measured, as lines; the main ratio last."""
    lines, few, rounds = [], max(2, sample // 4), 2
    print(f"  {reports} reports, stock on {sample} of them, {WORKERS} processes or workers, interleaved:")
    ours, stock, tuned = [], [], []
    for _ in range(rounds):
        ours.append(bench.time("ours", reports))
        stock.append(bench.time("stock", sample // rounds))
        tuned.append(bench.time("tuned", few))
    ours.append(bench.time("ours", reports))
    best = median(ours).each
    installed = as_installed(bench.folder)
    lines += (
        versus_installed(bench, best, installed, few) if installed else ["over packages as installed: not measured"]
    )
    lines.append(f"over stock tuned with everything but the fork: ratio {median(tuned).each / best:.1f}")
    memory = {name: bench.memory(name, 6) for name in ("stock", "ours")}
    lines.append(
        f"peak memory {memory['ours']:.0f} of {memory['stock']:.0f} MB: ratio {memory['ours'] / memory['stock']:.2f}"
    )
    lines.append(f"processor time: ratio {median(stock).cpu_each / median(ours).cpu_each:.1f}")
    lines.append(f"ratio {median(stock).each / best:.1f}")
    return lines


def versus_installed(bench: Bench, best: float, installed: Path, few: int) -> list[str]:
    """The lines that compare with packages as a plain installation leaves them."""
    plain = {**bench.environment, "PYTHONPATH": f"{ROOT}{os.pathsep}{installed}"}
    stock, typed = bench.time("stock", few, plain), bench.commands(1, plain)
    ensure_kernelspec("bench-warm", preload=bench.subject.preload[:3], base=bench.folder / "jupyter")
    jupyter = {"JUPYTER_PATH": str(bench.folder / "jupyter"), "XDG_RUNTIME_DIR": str(bench.folder)}
    warm = bench.kernel("bench-warm", 4, {**bench.environment, **jupyter})
    same, cold = bench.kernel("python3", 4, bench.environment), bench.kernel("python3", 3, plain)
    return [
        f"over packages as installed: ratio {stock.each / best:.1f}",
        f"over the two command lines, as installed: ratio {typed.each / best:.1f}",
        f"unmodified papermill on the kernelspec, same environment: ratio {same / warm:.1f}",
        f"unmodified papermill on the kernelspec, over packages as installed: ratio {cold / warm:.1f}",
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reports", type=int, default=60, help="how many reports (default 60)")
    parser.add_argument("--sample", type=int, default=24, help="how many of them stock makes too (default 24)")
    given = parser.parse_args()
    main(given.reports, min(given.sample, given.reports))
