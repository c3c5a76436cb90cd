"""Files checked and stored, many at once: parsed and checked beside one another, stored one after the other.

Each file is stored whole in one transaction or not at all; a file with an error leaves the others alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from etm_workbench.codebook import load_codebook
from etm_workbench.errors import BadInput
from etm_workbench.intake.check import Checked, refuse_unknown_organization
from etm_workbench.intake.control_totals import ControlTotal, control_totals
from etm_workbench.intake.findings import Findings
from etm_workbench.intake.mapping import Mapping
from etm_workbench.intake.registers import stored_register
from etm_workbench.intake.rules import Register
from etm_workbench.intake.side_by_side import Group, check_groups
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
        A file, cycle or organization does not exist; nothing was begun.
    BadEnvironment
        The store refused, or a worker was ended by the system.
    """
    _refuse_unknown(submissions)
    groups = by_organization(submissions)
    outcomes, together = [], Together()
    for submission, checked in check_groups(groups, _stored_registers(groups, store), workers=workers):
        outcome = _stored(submission, together.judge(checked), store=store, received_on=received_on)
        outcomes.append(outcome)
        if on_outcome is not None:
            on_outcome(outcome)
    return tuple(outcomes)


def _refuse_unknown(submissions: Sequence[Submission]) -> None:
    """Nothing is begun when a file, a cycle or an organization does not exist."""
    for submission in submissions:
        if not submission.path.is_file():
            raise BadInput(f"There is no file '{submission.path.name}'.", remedy="Check the path.")
        codebook = load_codebook(submission.cycle)
        refuse_unknown_organization(submission.organization, codebook, submission.mapping or Mapping())


def _stored_registers(groups: Sequence[Group], store: Store) -> dict[int, Register]:
    """Registers out of the store, for the groups that bring none."""
    found = {
        at: stored_register(store, group[0].organization, load_codebook(group[0].cycle))
        for at, group in enumerate(groups)
        if not any(submission.path.name.lower().startswith("accounts") for submission in group)
    }
    return {at: register for at, register in found.items() if register is not None}


def _stored(submission: Submission, checked: Checked, *, store: Store, received_on: datetime) -> Outcome:
    if checked.file is None:
        return Outcome(submission, checked.findings)
    receipt = store.take_in(checked.file, received_on=received_on)
    is_questionnaire = checked.file.kind == "questionnaire"
    totals = control_totals(checked.file, load_codebook(submission.cycle)) if is_questionnaire else ()
    return Outcome(submission, checked.findings, checked.file.kind, receipt, totals)
