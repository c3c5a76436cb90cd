"""Files checked and stored, many at once: parsed and checked beside one another, stored one after the other.

Each file is stored whole in one transaction or not at all; a file with an error leaves the others alone.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime

from etm_workbench.codebook import Codebook, load_codebook
from etm_workbench.errors import BadEnvironment
from etm_workbench.intake.check import Checked, check_file
from etm_workbench.intake.control_totals import ControlTotal, control_totals
from etm_workbench.intake.findings import Findings
from etm_workbench.intake.registers import register_of, stored_register
from etm_workbench.intake.rules import Register
from etm_workbench.intake.submissions import Submission, by_organization
from etm_workbench.intake.together import Together
from etm_workbench.store import Receipt, Store


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file; `receipt` is None when an error stands and nothing was stored.

    `totals`: control totals of a stored questionnaire file, else empty.
    """

    submission: Submission
    findings: Findings
    kind: str = ""
    receipt: Receipt | None = None
    totals: tuple[ControlTotal, ...] = ()


def take_in_files(
    submissions: Sequence[Submission],
    store: Store,
    *,
    received_on: datetime,
    workers: int = 1,
    on_outcome: Callable[[Outcome], None] | None = None,
) -> tuple[Outcome, ...]:
    """Checks every file and stores those without errors.

    Parameters
    ----------
    submissions : sequence of Submission
        Files with their cycle, organization and mapping. An account register among them is checked first,
        and the questionnaires of the same organization and cycle are held against it.
    store : Store
        Where they go.
    received_on : datetime
        With time zone: what the versions are dated.
    workers : int
        Processes that read and check; 1 does all in this one.
    on_outcome : callable, optional
        Told of each file as it is done, in order.

    Returns
    -------
    tuple of Outcome
        One a file, organizations in the order first seen.

    Raises
    ------
    BadInput
        A file, cycle or organization does not exist; files before it stay stored.
    BadEnvironment
        The store refused, or a worker was ended by the system.
    """
    outcomes = []
    together = Together()
    for submission, checked in _checked(by_organization(submissions), store, workers):
        outcome = _stored(submission, together.judge(checked), store=store, received_on=received_on)
        outcomes.append(outcome)
        if on_outcome is not None:
            on_outcome(outcome)
    return tuple(outcomes)


def _checked(
    groups: Sequence[tuple[Submission, ...]], store: Store, workers: int
) -> Iterator[tuple[Submission, Checked]]:
    """Every file with what its checks came to, in the order of the groups.

    An organization whose register is not among the files is held against the one in the store, and checked
    in this process, the only one that has the store open.
    """
    stored = {at for at, group in enumerate(groups) if not _brings_register(group)}
    registers = {at: stored_register(store, groups[at][0].organization, _codebook(groups[at])) for at in stored}
    apart = [group for at, group in enumerate(groups) if registers.get(at) is None]
    elsewhere = _in_processes(apart, workers) if workers > 1 and len(apart) > 1 else map(check_together, apart)
    for at, group in enumerate(groups):
        register = registers.get(at)
        yield from next(elsewhere) if register is None else check_together(group, register)


def _in_processes(groups: Sequence[tuple[Submission, ...]], workers: int) -> Iterator[list[tuple[Submission, Checked]]]:
    # A fresh process inherits nothing: no open store, no thread of the progress bar.
    context = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(min(workers, len(groups)), mp_context=context) as pool:
            yield from pool.map(check_together, groups)
    except BrokenProcessPool as problem:
        raise BadEnvironment(
            "A process that reads files was ended by the system.",
            expected="Enough memory for the files being read.",
            remedy="Take the files in again with --workers 1; those already stored are left as they are.",
        ) from problem


def check_together(group: Sequence[Submission], register: Register | None = None) -> list[tuple[Submission, Checked]]:
    """The files of one organization and cycle, each checked; an account register among them serves those after it."""
    results = []
    for submission in group:
        checked = check_file(
            submission.path,
            organization=submission.organization,
            codebook=load_codebook(submission.cycle),
            mapping=submission.mapping,
            register=register,
        )
        register = register_of(checked) or register
        results.append((submission, checked))
    return results


def _brings_register(group: Sequence[Submission]) -> bool:
    return any(submission.path.name.lower().startswith("accounts") for submission in group)


def _codebook(group: Sequence[Submission]) -> Codebook:
    return load_codebook(group[0].cycle)


def _stored(submission: Submission, checked: Checked, *, store: Store, received_on: datetime) -> Outcome:
    if checked.file is None:
        return Outcome(submission, checked.findings)
    receipt = store.take_in(checked.file, received_on=received_on)
    is_questionnaire = checked.file.kind == "questionnaire"
    totals = control_totals(checked.file, load_codebook(submission.cycle)) if is_questionnaire else ()
    return Outcome(submission, checked.findings, checked.file.kind, receipt, totals)
