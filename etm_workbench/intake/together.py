"""What only several files together show: one would replace another, a person is in two organizations."""

from __future__ import annotations

from dataclasses import replace

from etm_workbench.intake.check import Checked
from etm_workbench.intake.findings import Remarks
from etm_workbench.intake.rulebook import load_rulebook
from etm_workbench.store import CheckedFile


class Together:
    """The files of one run, judged one after the other against those before."""

    def __init__(self) -> None:
        self._contents: dict[tuple[str, str, str], str] = {}
        self._people: dict[tuple[str, str], dict[str, str]] = {}

    def judge(self, checked: Checked) -> Checked:
        """The file with rules `file_second` and `person_elsewhere` added to its findings; refused by the first."""
        if checked.file is None:
            return checked
        remarks = Remarks(load_rulebook())
        remarks.note("file_second", int(self._replaces_another(checked.file)))
        remarks.note("person_elsewhere", self._people_elsewhere(checked.file), variables=("person_id",))
        added = remarks.close(checked.findings.source, checked.findings.account)
        if not added.entries:
            return checked
        findings = replace(added, entries=added.entries + checked.findings.entries)
        file = None if findings.has_errors else replace(checked.file, findings=findings.summary())
        return Checked(findings, file)

    def _replaces_another(self, file: CheckedFile) -> bool:
        key = (file.kind, file.cycle, file.organization)
        return self._contents.setdefault(key, file.content_hash) != file.content_hash

    def _people_elsewhere(self, file: CheckedFile) -> int:
        """People whom an earlier file of this kind and cycle counts in another organization."""
        counted = self._people.setdefault((file.kind, file.cycle), {})
        return sum(counted.setdefault(person, file.organization) != file.organization for person in file.person_ids)
