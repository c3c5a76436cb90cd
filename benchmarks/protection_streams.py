"""Two parts of the protection benchmark that are not one table: a ledger of many reports, and a file of records."""

from __future__ import annotations

from dataclasses import dataclass
from time import process_time

import numpy as np
import pandas as pd

from benchmarks.count_tables import RECORDS
from benchmarks.protection_ledger import Stream
from etm_workbench.protection.microdata import SUPPRESSED, Demands, Hierarchy, Microdata, suppress_locally
from etm_workbench.protection.microdata.file import class_sizes
from etm_workbench.protection.policy import load_policy
from etm_workbench.protection.recheck import narrowed

KEY = ("org", "level", "sex", "age", "eth", "dis")
ALIKE = 3


@dataclass(frozen=True)
class Ledger:
    """Seconds a report (`most`: 95 % within), cells hidden over each report alone, cells narrowed at the end."""

    median: float
    most: float
    longest: float
    ratio: float
    refused: int
    narrowed: int

    def __str__(self) -> str:
        return (
            f"median {self.median:.2f} s, 95 % within {self.most:.2f} s, longest {self.longest:.1f} s; "
            f"cells hidden over alone {self.ratio:.3f}; {self.refused} refused; {self.narrowed} cells narrowed"
        )


@dataclass(frozen=True)
class SharedFile:
    """Answers blanked in the key, seconds, and records that are not among so many alike, blanks being a category."""

    blanks: int
    seconds: float
    unlike: int

    def __str__(self) -> str:
        return f"{self.blanks} answers blanked in {self.seconds:.2f} s, {self.unlike} records not among {ALIKE} alike"


def ledger_stream(reports: int) -> Ledger:
    """So many reports one after another; then all that their readers hold, attacked together."""
    stream = Stream(reports)
    stream.advance(reports)
    found, _ = narrowed(stream.memory, load_policy("service"), seconds=280.0)
    return Ledger(
        median=float(np.median(stream.seconds)),
        most=float(np.quantile(stream.seconds, 0.95)),
        longest=max(stream.seconds),
        ratio=stream.ratio,
        refused=stream.refused,
        narrowed=found,
    )


def shared_file() -> SharedFile:
    """The benchmark's records for k = 3, organizations coarsened to their cluster where that saves blanks."""
    records = pd.read_csv(RECORDS, dtype=str)
    cluster = Hierarchy("org", (dict(zip(records["org"], records["cluster"], strict=True)),))
    start = process_time()
    shared = suppress_locally(Microdata(records, KEY, ("placement",)), Demands(ALIKE), hierarchies=[cluster])
    seconds = process_time() - start
    blanks = int((shared.records[list(KEY)] == SUPPRESSED).to_numpy().sum())
    alike = class_sizes(shared.records, KEY)
    return SharedFile(blanks, seconds, int(np.count_nonzero(alike < ALIKE)))
