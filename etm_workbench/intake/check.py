"""One file from its bytes to checked records: read, recognise, cast, identify, judge.

Whatever is wrong ends in the findings; nothing is handed on while an error stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from etm_workbench.codebook import Codebook, find_organization
from etm_workbench.errors import BadInput
from etm_workbench.intake.accounting import account_of, note_form
from etm_workbench.intake.answers import Answers, read_answers
from etm_workbench.intake.columns import Columns, Headers, Recognition, place_columns
from etm_workbench.intake.dates import DateRules
from etm_workbench.intake.files import read_file
from etm_workbench.intake.findings import Account, Findings, Remarks
from etm_workbench.intake.header_row import Headed, find_answers
from etm_workbench.intake.identity import one_row_a_person, part_names
from etm_workbench.intake.kinds import kind_of_file, note_absent_columns
from etm_workbench.intake.mapping import Mapping
from etm_workbench.intake.rulebook import load_rulebook
from etm_workbench.intake.rules import Context, Register, run_rules
from etm_workbench.intake.rules.second_language import lifted_by_reason
from etm_workbench.intake.sheets import RawFile, Refused
from etm_workbench.intake.values import Casting
from etm_workbench.store import CheckedFile


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Checked:
    """What the checks of one file came to: findings, and the file ready to be stored when no error stands."""

    findings: Findings
    file: CheckedFile | None

    def __repr__(self) -> str:
        return f"<Checked: {len(self.findings.entries)} findings, {'ready' if self.file else 'refused'}>"


def check_file(
    path: Path,
    *,
    organization: str,
    codebook: Codebook,
    mapping: Mapping | None = None,
    register: Register | None = None,
) -> Checked:
    """The findings of a file, and its records when no error stands.

    Parameters
    ----------
    path : Path
        A questionnaire file, an account register or an equity file, in XLSX or delimited text.
    organization : str
        Identifier of the organization it is for.
    codebook : Codebook
        Of the file's cycle.
    mapping : Mapping, optional
        How a foreign layout becomes the codebook's.
    register : Register, optional
        Accounts of the same organization and cycle, to hold the people against.

    Raises
    ------
    BadInput
        There is no such file, or no such organization.
    """
    mapping, remarks = mapping or Mapping(), Remarks(load_rulebook())
    refuse_unknown_organization(organization, codebook, mapping)
    try:
        read = _read(path, mapping, remarks=remarks, organization=organization, codebook=codebook)
    except Refused as refused:
        remarks.note(refused.rule)
        return Checked(remarks.close(path.name, Account()), None)
    kind = kind_of_file(path.name, read.answers.table.columns, codebook=codebook, declared=mapping.file.kind)
    note_absent_columns(read.answers, kind, codebook=codebook, remarks=remarks)
    answers = one_row_a_person(read.answers, remarks)
    context = Context(kind, organization, codebook.cycles[codebook.cycle], codebook, remarks, register)
    run_rules(answers, context)
    findings = remarks.close(path.name, account_of(read.headed, read.columns, people=len(answers)))
    if findings.has_errors:
        return Checked(findings, None)
    records, people = part_names(answers, codebook)
    file = CheckedFile(
        kind=kind,
        cycle=codebook.cycle,
        organization=organization,
        source_name=path.name,
        sha256=read.raw.sha256,
        mapping_hash=mapping.digest,
        records=records,
        people=people,
        findings=findings.summary(),
        overrides=lifted_by_reason(answers, context),
    )
    return Checked(findings, file)


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class _Read:
    """A file as read, before it is judged."""

    raw: RawFile
    headed: Headed
    columns: Columns
    answers: Answers


def _read(path: Path, mapping: Mapping, *, remarks: Remarks, organization: str, codebook: Codebook) -> _Read:
    """The file's answers, with what reading them brought to light written down; `Refused` when it cannot be read."""
    recognition = Recognition(Headers(codebook), mapping)
    raw = read_file(path, layout=mapping.layout, recogniser=recognition, rulebook=remarks.rulebook)
    headed = find_answers(raw, layout=mapping.layout, recognition=recognition, remarks=remarks)
    note_form(headed, remarks)
    columns = place_columns(headed.header, headed.answers, recognition=recognition, mapping=mapping, remarks=remarks)
    casting = Casting(codebook, remarks.rulebook, _date_rules(raw, mapping, remarks), organization)
    answers = read_answers(headed.answers, columns, mapping=mapping, casting=casting, remarks=remarks)
    return _Read(raw, headed, columns, answers)


def refuse_unknown_organization(organization: str, codebook: Codebook, mapping: Mapping) -> None:
    """`BadInput` for what is no identifier of the codebook's organizations, nor of the mapping's own."""
    if mapping.organization is not None and mapping.organization.identifier == organization:
        return
    found = find_organization(dict(codebook.organizations), organization)
    if found.identifier != organization:
        raise BadInput(f"'{organization}' is not an organization's identifier.", remedy=f"Use '{found.identifier}'.")


def _date_rules(raw: RawFile, mapping: Mapping, remarks: Remarks) -> DateRules:
    serials = remarks.rulebook["date_serial"].parameters
    epoch = date(1904, 1, 1) if raw.from_1904 else date(1899, 12, 30)
    return DateRules(mapping.file.date_order, serials["first"], serials["last"], epoch)
