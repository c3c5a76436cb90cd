"""Each standard report runs on the small fictional service, and says the same numbers in both languages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from etm_workbench.intake import Submission, load_mapping, take_in_files
from etm_workbench.reporting.organizations import reporting_codebook
from etm_workbench.reporting.run import run_report
from etm_workbench.reporting.verify import page_numbers
from etm_workbench.settings import data_folder
from etm_workbench.store import Store

BY_DEFAULT = {"organization_profile", "completion"}
REPORTS = {
    "organization_profile": {"organization": "326"},
    "completion": {},
    "talent_map": {},
    "service_trends": {},
    "adm_emerging_talent": {},
    "community_profile": {},
    "benchmarks": {},
}


@pytest.mark.parametrize("name", [pytest.param(n, marks=[] if n in BY_DEFAULT else pytest.mark.long) for n in REPORTS])
def test_report_says_the_same_numbers_in_both_languages(name, unreleased_store, tmp_path) -> None:
    made = run_report(name, REPORTS[name], out=tmp_path / "out", formats=("html",), store=unreleased_store)
    english, french = (file.read_text(encoding="utf-8") for file in made.files[:2])
    # Organizations stand in each language's own alphabetical order.
    cells = [sorted(cell for cell, _ in page_numbers(page)) for page in (english, french)]
    assert cells[0] == cells[1]
    assert cells[0]


@pytest.mark.long
def test_ibm_sample_comes_out_as_a_profile_of_1470_people(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("ETM_HOME", str(tmp_path / "home"))
    store = f"sqlite:///{tmp_path / 'store.sqlite'}"
    mapping = load_mapping(data_folder() / "mappings" / "ibm_hr_attrition.toml", reporting_codebook("2023-24"))
    file = data_folder() / "reference" / "ibm_hr_attrition" / "WA_Fn-UseC_-HR-Employee-Attrition.csv"
    with Store.open(store) as opened:
        take_in_files([Submission(file, "2023-24", "ibm-sample", mapping)], opened, received_on=datetime.now(UTC))
    given = {"cycle": "2023-24", "organization": "ibm-sample"}
    made = run_report("organization_profile", given, out=tmp_path / "out", formats=("html",), store=store)
    numbers = dict(page_numbers(made.files[0].read_text(encoding="utf-8")))
    assert "1,470" == numbers["completion:TOTAL|TOTAL:count"]
