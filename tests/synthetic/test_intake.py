"""The files pass intake, and what is read back is what was written."""

from __future__ import annotations

import pandas as pd
import pytest

from etm_workbench.codebook import load_codebook
from etm_workbench.intake import check_file, find_files

CYCLES = ["2023-24", "2024-25", "2025-26"]


@pytest.mark.parametrize("cycle", CYCLES)
@pytest.mark.parametrize("kind", ["questionnaire", "accounts", "equity"])
def test_no_file_has_an_error(folder, kind, cycle):
    for path in sorted((folder / cycle).rglob(f"{kind}_*")):
        findings = check_file(path, organization=path.parent.name, codebook=load_codebook(cycle)).findings
        assert 0 == findings.count("error"), findings.summary()


def test_every_file_says_its_kind_organization_and_cycle(folder, small):
    found = find_files(folder)
    organizations = sum(len(small.organizations(cycle)) for cycle in CYCLES)
    assert (3 * organizations, organizations, 0) == (len(found.submissions), len(found.twins), len(found.unnamed))


@pytest.mark.parametrize("cycle", CYCLES)
@pytest.mark.parametrize("organization", ["122", "141"])
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_answers_are_read_back_as_they_were_written(folder, small, cycle, organization, ending):
    path = folder / cycle / organization / f"questionnaire_{organization}_{cycle}.{ending}"
    codebook = load_codebook(cycle)
    read = check_file(path, organization=organization, codebook=codebook).file.records
    records = small.records[cycle]
    written = records[records["organization"] == organization]
    answered = [v.name for v in codebook.variables.values() if v.section in ("executive", "manager") and v.name in read]
    different = [name for name in answered if plain(written[name]) != plain(read[name])]
    assert (30, []) == (len(answered), different)


def plain(answers):
    return [
        None if answer is None or answer == () or answer is pd.NaT or answer != answer else answer for answer in answers
    ]
