"""Files checked beside one another: one organization and cycle a task, several processes at once."""

from __future__ import annotations

import logging
import multiprocessing
import signal
import traceback
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from etm_workbench.codebook import load_codebook
from etm_workbench.errors import BadEnvironment, WorkbenchError
from etm_workbench.intake.check import Checked, check_file
from etm_workbench.intake.findings import Account, Remarks
from etm_workbench.intake.registers import register_of
from etm_workbench.intake.rulebook import load_rulebook
from etm_workbench.intake.rules import Register
from etm_workbench.intake.submissions import Submission

_LOG = logging.getLogger(__name__)

Group = tuple[Submission, ...]
"""Files of one organization and cycle, the account register first."""


def check_groups(
    groups: Sequence[Group], registers: Mapping[int, Register], *, workers: int
) -> Iterator[tuple[Submission, Checked]]:
    """Every file with what its checks came to, in the order of the groups.

    Parameters
    ----------
    groups : sequence of Group
        One an organization and cycle.
    registers : mapping of int to Register
        Position of a group to a register out of the store. Such a group is checked in this process, the
        only one that has the store open.
    workers : int
        Processes for the others; 1 checks all of them here.

    Raises
    ------
    BadEnvironment
        A process was ended by the system.
    """
    apart = [group for at, group in enumerate(groups) if at not in registers]
    elsewhere = _in_processes(apart, workers) if workers > 1 and len(apart) > 1 else map(check_together, apart)
    for at, group in enumerate(groups):
        yield from check_together(group, registers[at]) if at in registers else next(elsewhere)


def check_together(group: Sequence[Submission], register: Register | None = None) -> list[tuple[Submission, Checked]]:
    """The files of one organization and cycle, each checked; an account register among them serves those after it."""
    results = []
    for submission in group:
        checked = _check(submission, register)
        register = register_of(checked) or register
        results.append((submission, checked))
    return results


def _check(submission: Submission, register: Register | None) -> Checked:
    try:
        return check_file(
            submission.path,
            organization=submission.organization,
            codebook=load_codebook(submission.cycle),
            mapping=submission.mapping,
            register=register,
        )
    except WorkbenchError:
        raise
    except Exception as fault:  # noqa: BLE001  a fault of ours: its message may quote an answer, so it ends here
        where = traceback.extract_tb(fault.__traceback__)[-1]
        _LOG.error("Checking failed: %s in %s, line %s.", type(fault).__name__, where.name, where.lineno)
        remarks = Remarks(load_rulebook())
        remarks.note("check_failed")
        return Checked(remarks.close(submission.path.name, Account()), None)


def _in_processes(groups: Sequence[Group], workers: int) -> Iterator[list[tuple[Submission, Checked]]]:
    # A fresh process inherits nothing: no open store, no thread of the progress bar.
    context = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(min(workers, len(groups)), mp_context=context, initializer=_leave_ctrl_c) as pool:
            yield from pool.map(check_together, groups)
    except BrokenProcessPool as problem:
        raise BadEnvironment(
            "A process that reads files was ended by the system.",
            expected="Enough memory for the files being read.",
            remedy="Take the files in again with --workers 1; those already stored are left as they are.",
        ) from problem


def _leave_ctrl_c() -> None:
    """Ctrl-C is for the process that started this one; here it would only print a traceback."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
